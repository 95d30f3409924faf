"""Verification: bundle + trust file + the chain's answers + the time -> verdict and reasons (DESIGN §3.7).

A pure function, and the only place that gives a verdict. The rules:

1. A commitment that does not hold, or a log marked false in the contract: `tampered`.
2. Anchors: the bundle's checkpoint must be the newest final anchor, no older than `maxAge`, of a log that is not
   retired, or the verdict is `stale` (a larger one: `recorded`); endpoints silent or contradicting say so.
3. Absence needs a fresh anchor: without one a lot or tem that is not found is `chain_unreachable` or `stale`.
4. A lot exists once someone who speaks for it brought it into being, anchored; a tem once an anchored roll or birth
   holds it. What is only pending is `recorded`; what is withheld could be anything: `incomplete`.
5. A recall counts for the lot, for this instance and for every ancestor, from the log (also pending) or the contract.
6. A pending entry can only worsen a verdict.

Reasons are collected, and the worst decides; nothing a bundle says about itself is believed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ledger.errors import BundleError, LedgerError
from ledger.lot import state
from ledger.lot.lineage import Lineage, LineageEntry, trace
from ledger.lot.masters import Description, valid_at_or_first
from ledger.proof import bundle as bundles
from ledger.proof import tem as tems
from ledger.proof.bundle import Bundle
from ledger.proof.chain import ChainAnswer
from ledger.proof.opening import OpenedBundle, OpenedSubject, open_bundle
from ledger.proof.target import Target
from ledger.proof.trustfile import TrustFile
from ledger.proof.verdict import Reason, Verdict, worst, worst_first
from ledger.proof.verification import Ancestor, RecallFact, TemFact, Verification, VerifiedEntry
from ledger.statement.jws import Typ
from ledger.statement.subjects import KEY_URI_PREFIX, Role, subject_key
from ledger.statement.trust import KeyRecord, speaks_for


def verify(
    bundle: bytes | Bundle,
    trust: TrustFile,
    chain: ChainAnswer,
    now: datetime,
    *,
    expect: Target | None = None,
) -> Verification:
    """Check a bundle.

    Args:
        bundle: its bytes, or already parsed.
        trust: what the verifier knows beforehand.
        chain: what the contract answered, asked about {recall_keys} of this bundle.
        now: the time, timezone-aware.
        expect: what was scanned; by default the bundle's first subject is believed to be what was asked.
    """
    try:
        parsed = bundle if isinstance(bundle, Bundle) else bundles.parse(bundle)
        target = _target(parsed, expect)
        opened = open_bundle(parsed, trust)
        return _Judge(parsed, opened, target, chain, now).judge()
    except LedgerError as error:
        reasons = [Reason(error.code, Verdict.TAMPERED, error.message, dict(error.params)), *_marks(chain)]
        return Verification(worst(reasons), tuple(reasons), expect, chain)


def recall_keys(bundle: Bundle) -> list[bytes]:
    """The subject keys to ask the contract's `recalled` for: every story in the bundle but those of keys."""
    return sorted(
        subject_key(subject.role, subject.uri)
        for subject in bundle.subjects
        if _is_made(subject.role, subject.uri)
    )


def chain_reasons(chain: ChainAnswer, size: int, root: bytes, now: datetime) -> list[Reason]:
    """What the chain's answer says about a checkpoint of this size and root."""
    if chain.state == "disputed":
        return [
            Reason("chain.disputed", Verdict.CHAIN_DISPUTED, "The chain's endpoints contradict each other.")
        ]
    if chain.state == "unreachable":
        return [
            Reason(
                "chain.unreachable", Verdict.CHAIN_UNREACHABLE, "No quorum of the chain's endpoints answered."
            )
        ]
    reasons = []
    latest = chain.latest
    if latest is None or size > latest.size:
        anchored = latest.size if latest else 0
        reasons.append(
            Reason(
                "chain.not_anchored",
                Verdict.RECORDED,
                "The checkpoint is not anchored yet.",
                {"anchored": anchored},
            )
        )
    elif size < latest.size:
        reasons.append(
            Reason(
                "chain.newer_anchor",
                Verdict.STALE,
                "A newer checkpoint is anchored.",
                {"anchored": latest.size},
            )
        )
    elif root != latest.root:
        reasons.append(
            Reason(
                "chain.other_root",
                Verdict.TAMPERED,
                "The contract holds another root for this size.",
                {"size": size},
            )
        )
    if latest is not None and now.timestamp() - latest.time > chain.max_age:
        reasons.append(
            Reason(
                "chain.old_anchor",
                Verdict.STALE,
                "The newest anchor is older than was promised.",
                {"age": int(now.timestamp()) - latest.time, "promise": chain.max_age},
            )
        )
    if chain.retired:
        reasons.append(Reason("chain.retired", Verdict.STALE, "The log is retired."))
    return reasons


def _is_made(role: Role, uri: str) -> bool:
    """Whether a subject is the story of something that is made, recalled, used: not of a key, not a description."""
    return role is Role.ABOUT and not uri.startswith(KEY_URI_PREFIX)


def _marks(chain: ChainAnswer) -> list[Reason]:
    if not chain.false_since:
        return []
    params = {"since": chain.false_since}
    return [
        Reason(
            "chain.proven_false", Verdict.TAMPERED, "The contract holds a proof that this log lied.", params
        )
    ]


def _target(bundle: Bundle, expect: Target | None) -> Target | None:
    """What the bundle is about, which must be what was expected."""
    first = bundle.subjects[0]
    serial = bundle.tem.serial if bundle.tem else None
    target = Target.of_uri(first.uri, serial) if first.role is Role.ABOUT else None
    if expect is not None and target != expect:
        raise BundleError("The bundle is about something else than was asked.", code="bundle.other_target")
    if serial is not None:
        instance = target.instance_uri if target else None
        if not any(subject.role is Role.ABOUT and subject.uri == instance for subject in bundle.subjects):
            raise BundleError("The scanned instance's own story is missing.", code="bundle.instance_missing")
    return target


@dataclass
class _Judge:
    """One bundle's facts, and the reasons that they give."""

    bundle: Bundle
    opened: OpenedBundle
    target: Target | None
    chain: ChainAnswer
    now: datetime

    def judge(self) -> Verification:
        asked = self._asked()
        made = [subject.uri for subject in asked if _is_made(subject.role, subject.uri)]
        lineage = trace(made, self._lineage_entries, tuple(self.opened.keyring.records()))
        if lineage.missing:
            raise BundleError(
                "The story of an ancestor is missing.", code="bundle.ancestor_missing", uri=lineage.missing[0]
            )
        entries = _merged(asked)
        story = [entry.story() for entry in entries]
        chain = chain_reasons(self.chain, self.opened.checkpoint.size, self.opened.checkpoint.root, self.now)
        reasons = [*_marks(self.chain), *chain, *self._withheld(asked, lineage)]
        reasons += self._existence(asked[0], story, chain)
        tem, tem_reasons = self._tem(asked[0], story, chain)
        recall, recall_reasons = self._recalls(asked, lineage, story)
        expiry, expiry_reasons = self._expiry(asked[0].uri, story)
        reasons = worst_first(_settled([*reasons, *tem_reasons, *recall_reasons, *expiry_reasons]))
        births = state.births(story, asked[0].uri)
        masters = self._masters()
        today = {uri: valid_at_or_first(told, self.now.date()) for uri, told in masters.items()}
        return Verification(
            verdict=worst(reasons),
            reasons=tuple(reasons),
            target=self.target,
            chain=self.chain,
            size=self.opened.checkpoint.size,
            root=self.opened.checkpoint.root,
            entries=entries,
            ancestors=self._ancestors(lineage),
            descriptions={uri: newest.attributes for uri, newest in today.items() if newest is not None},
            masters=masters,
            signers={record.kid: record for record in self.opened.keyring.records()},
            birth=next((entry for entry in entries if births and entry.index == births[0].index), None),
            expiry=expiry,
            recall=recall,
            tem=tem,
        )

    def _asked(self) -> list[OpenedSubject]:
        """The first subject, and the scanned instance."""
        asked = [self.opened.subjects[self.opened.first]]
        if self.target is not None and self.target.instance_uri is not None:
            asked.append(self.opened.subjects[(Role.ABOUT, self.target.instance_uri)])
        return asked

    def _lineage_entries(self, uri: str) -> list[LineageEntry] | None:
        subject = self.opened.get(Role.ABOUT, uri)
        if subject is None:
            return None
        return [
            LineageEntry(entry.ordinal, entry.signer, entry.statement.header.from_ if entry.statement else ())
            for entry in subject.entries
        ]

    def _withheld(self, asked: Iterable[OpenedSubject], lineage: Lineage) -> list[Reason]:
        uris = [*(subject.uri for subject in asked), *lineage.children]
        subjects = [subject for uri in uris if (subject := self.opened.get(Role.ABOUT, uri)) is not None]
        hidden = {entry.index for subject in subjects for entry in subject.withheld}
        if not hidden:
            return []
        total = {entry.index for subject in subjects for entry in subject.entries}
        params = {"withheld": len(hidden), "total": len(total)}
        return [Reason("entry.withheld", Verdict.INCOMPLETE, "The content of an entry is withheld.", params)]

    def _existence(
        self, lot: OpenedSubject, story: list[state.StoryEntry], chain: list[Reason]
    ) -> list[Reason]:
        """Whether the lot is in the log at all, and brought into being by someone who speaks for it."""
        if not lot.anchored:
            if lot.entries:
                return [Reason("lot.pending", Verdict.RECORDED, "No entry of the lot is anchored yet.")]
            return _absence(
                Reason("lot.absent", Verdict.UNKNOWN, "The lot is proven absent from the log."), chain
            )
        if self.target is None:
            return []
        births = state.births(story, lot.uri)
        if any(not birth.pending for birth in births):
            return []
        if births:
            return [Reason("lot.birth_pending", Verdict.RECORDED, "The lot's birth is not anchored yet.")]
        if lot.withheld:
            return []
        return _absence(
            Reason("lot.unborn", Verdict.UNKNOWN, "Nobody who speaks for the lot brought it into being."),
            chain,
        )

    def _tem(
        self, lot: OpenedSubject, story: list[state.StoryEntry], chain: list[Reason]
    ) -> tuple[TemFact | None, list[Reason]]:
        if self.bundle.tem is None or self.target is None or self.target.instance_uri is None:
            return None, []
        found = tems.find(self.bundle.tem, lot.uri, self.target.instance_uri, story)
        if found.reason is None or found.reason.verdict is not Verdict.UNKNOWN:
            return found.fact, [found.reason] if found.reason else []
        if lot.withheld:
            return found.fact, []
        return found.fact, _absence(found.reason, chain)

    def _recalls(
        self, asked: list[OpenedSubject], lineage: Lineage, story: list[state.StoryEntry]
    ) -> tuple[RecallFact | None, list[Reason]]:
        lot = asked[0].uri
        instance = asked[1].uri if len(asked) > 1 else None
        facts: list[RecallFact] = []
        reasons: list[Reason] = []
        recall = state.recall_of(story, lot, instance)
        if recall is not None:
            facts.append(self._recall_fact(lot, recall))
            reasons.append(recall_reason("recall.entry", lot, recall))
        for uri in lineage.children:
            ancestor = self.opened.get(Role.ABOUT, uri)
            recall = state.recall_of([entry.story() for entry in ancestor.entries], uri) if ancestor else None
            if recall is not None:
                facts.append(self._recall_fact(uri, recall))
                reasons.append(recall_reason("recall.ancestor", uri, recall))
        made = [subject.uri for subject in asked if _is_made(subject.role, subject.uri)]
        needed = {subject_key(Role.ABOUT, uri): uri for uri in [*made, *lineage.children]}
        for key in sorted(needed.keys() & self.chain.recalled, key=lambda key: (needed[key] != lot, key)):
            uri = needed[key]
            facts.append(RecallFact(uri, None, None))
            code = "recall.contract" if uri == lot else "recall.ancestor_contract"
            reasons.append(Reason(code, Verdict.RECALLED, "It is recalled in the contract.", {"uri": uri}))
        if self.chain.state == "ok" and not needed.keys() <= self.chain.asked:
            detail = "The contract was not asked about all recalls that matter."
            reasons.append(Reason("chain.recalls_not_asked", Verdict.CHAIN_UNREACHABLE, detail))
        return (facts[0] if facts else None), reasons

    def _recall_fact(self, uri: str, recall: state.Recall) -> RecallFact:
        candidates = [subject for subject in self.opened.subjects.values() if subject.role is Role.ABOUT]
        entry = next(
            (entry for subject in candidates for entry in subject.entries if entry.index == recall.index),
            None,
        )
        return RecallFact(uri, recall, entry)

    def _expiry(self, lot: str, story: list[state.StoryEntry]) -> tuple[state.Expiry | None, list[Reason]]:
        expiry = state.earliest_expiry(state.births(story, lot))
        if expiry is None or self.now < expiry.ends:
            return expiry, []
        params = {"date": expiry.day, "days": (self.now - expiry.ends).days + 1}
        return expiry, [Reason("lot.expired", Verdict.EXPIRED, "The use-by date has passed.", params)]

    def _ancestors(self, lineage: Lineage) -> tuple[Ancestor, ...]:
        found = []
        for uri, children in lineage.children.items():
            subject = self.opened.get(Role.ABOUT, uri)
            found.append(Ancestor(uri, children, _merged([subject]) if subject else ()))
        return tuple(found)

    def _masters(self) -> Mapping[str, tuple[Description, ...]]:
        described = {
            subject.uri: _descriptions(subject)
            for subject in self.opened.subjects.values()
            if subject.role is Role.DESC
        }
        return {uri: found for uri, found in described.items() if found}


def _absence(reason: Reason, chain: list[Reason]) -> list[Reason]:
    """Absence is proven by a fresh anchor only: without one, the chain's own reasons stand alone.

    A checkpoint that is larger than the newest anchor proves no absence either: that is `stale`.
    """
    if not chain:
        return [reason]
    if any(item.code == "chain.not_anchored" for item in chain):
        return [Reason("absence.not_anchored", Verdict.STALE, "Absence is not anchored yet.")]
    return []


def _settled(reasons: list[Reason]) -> list[Reason]:
    """Absence under a checkpoint that is not anchored is `stale`, and not `recorded`: nothing is recorded of it."""
    if any(reason.code == "absence.not_anchored" for reason in reasons):
        return [reason for reason in reasons if reason.code != "chain.not_anchored"]
    return reasons


def _merged(subjects: Iterable[OpenedSubject]) -> tuple[VerifiedEntry, ...]:
    """The entries of several subjects, each once, oldest first, the withdrawn ones marked."""
    by_index: dict[int, VerifiedEntry] = {}
    for subject in subjects:
        for entry in subject.entries:
            by_index.setdefault(entry.index, entry)
    entries = [by_index[index] for index in sorted(by_index)]
    gone = state.voided(entry.story() for entry in entries)
    return tuple(replace(entry, voided_by=gone.get(entry.index)) for entry in entries)


def _descriptions(subject: OpenedSubject) -> tuple[Description, ...]:
    """All descriptions by someone who speaks for the URI, in the order of the log."""
    found = []
    for entry in subject.entries:
        if (
            entry.statement is None
            or entry.statement.header.typ is not Typ.MASTER
            or not _speaks(entry.signer, subject.uri)
        ):
            continue
        payload = entry.statement.payload
        attributes, valid_from = payload.get("attributes"), payload.get("validFrom")
        if isinstance(attributes, Mapping):
            since = valid_from if isinstance(valid_from, str) else ""
            found.append(Description(entry.index, since, attributes, entry.pending))
    return tuple(found)


def _speaks(signer: KeyRecord | None, uri: str) -> bool:
    return signer is not None and speaks_for(signer, uri)


def recall_reason(code: str, uri: str, recall: state.Recall) -> Reason:
    """The reason that a standing recall of the log gives."""
    params = {"uri": uri, "org": recall.org, "index": recall.index, "whole": recall.whole}
    return Reason(code, Verdict.RECALLED, f"Recalled by {recall.org}.", params)
