"""The seven steps of the check, each with what it came to, and the reasons in words.

Steps are derived from what the verification holds, never from its verdict alone. A commitment that does not hold
stops the check: the step where it broke fails, what comes after it was not reached.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from api.pages import scans
from api.pages.i18n import VIETNAM, Catalogue
from api.pages.model import ReasonLine, Step
from api.pages.names import Names, lot_of
from api.pages.reading import iso_date
from ledger.proof.verdict import Reason, Verdict
from ledger.proof.verification import Verification
from ledger.proof.word import is_word

NAMES = ("tem", "whole", "unchanged", "signed", "append", "anchored", "recall")
TONES: Mapping[Verdict, str] = {
    Verdict.MALFORMED: "none",
    Verdict.TAMPERED: "stop",
    Verdict.UNKNOWN: "stop",
    Verdict.RECALLED: "stop",
    Verdict.SUSPECT_COPY: "caution",
    Verdict.EXPIRED: "caution",
    Verdict.INCOMPLETE: "caution",
    Verdict.RECORDED: "wait",
    Verdict.CHAIN_DISPUTED: "wait",
    Verdict.CHAIN_UNREACHABLE: "wait",
    Verdict.STALE: "wait",
    Verdict.VERIFIED: "good",
}
# Where a broken commitment belongs, by the longest prefix of its code that is listed.
_BROKEN_AT = {
    "tem": "tem",
    "bundle": "whole",
    "proof.map": "whole",
    "bundle.commitment": "unchanged",
    "proof.inclusion": "unchanged",
    "leaf": "unchanged",
    "store": "unchanged",
    "json": "unchanged",
    "text": "unchanged",
    "base64": "unchanged",
    "hex": "unchanged",
    "limit": "unchanged",
    "statement": "signed",
    "bundle.filing": "signed",
    "authority": "signed",
    "key": "signed",
    "bundle.key_missing": "signed",
    "bundle.key_withheld": "signed",
    "proof.consistency": "append",
    "bundle.time": "append",
    "bundle.order": "append",
    "note": "append",
    "checkpoint": "append",
    "bundle.snapshot": "append",
    "chain": "anchored",
}


def broken_step(code: str) -> str:
    """The step that a broken commitment's code belongs to."""
    best = max((key for key in _BROKEN_AT if code == key or code.startswith(f"{key}.")), key=len, default="")
    return _BROKEN_AT.get(best, "unchanged")


@dataclass(frozen=True)
class Counts:
    """How many entries of the lot and its instance there are: anchored, pending, withheld, signed."""

    anchored: int
    pending: int
    withheld: int
    signed: int

    @classmethod
    def of(cls, found: Verification) -> "Counts":
        return cls(
            sum(not entry.pending for entry in found.entries),
            sum(entry.pending for entry in found.entries),
            sum(entry.statement is None for entry in found.entries),
            sum(entry.statement is not None for entry in found.entries),
        )


def steps(found: Verification, names: Names, catalogue: Catalogue) -> tuple[Step, ...]:
    """All seven steps in their order."""
    broken = [reason for reason in found.reasons if reason.verdict is Verdict.TAMPERED]
    if broken:
        return _stopped(broken, catalogue)
    return _Steps(found, names, catalogue).all()


def _stopped(broken: list[Reason], catalogue: Catalogue) -> tuple[Step, ...]:
    failed = {broken_step(reason.code) for reason in broken}
    return tuple(
        Step(name, "fail", catalogue.t(f"check.{name}.broken"), catalogue.t(f"check.{name}.broken_body"))
        if name in failed
        else Step(name, "todo", catalogue.t(f"check.{name}.plain"), catalogue.t("check.stopped"))
        for name in NAMES
    )


class _Steps:
    def __init__(self, found: Verification, names: Names, catalogue: Catalogue) -> None:
        self._found = found
        self._names = names
        self._c = catalogue
        self._codes = {reason.code for reason in found.reasons}
        self._n = Counts.of(found)

    def all(self) -> tuple[Step, ...]:
        return (
            self._tem(), self._whole(), self._unchanged(), self._signed(), self._append(), self._anchored(),
            self._recall(),
        )  # fmt: skip

    def _tem(self) -> Step:
        found, title = self._found, self._c.t("check.tem.title")
        if found.tem is not None and found.tem.index is not None:
            state = "skip" if "tem.pending" in self._codes else "ok"
            text = self._c.t(
                "check.tem.ok", i=found.tem.index + 1, n=max(found.tem.issued, found.tem.index + 1)
            )
            if state == "skip":
                text = self._c.t("check.tem.pending")
            return Step("tem", state, title, text)
        if found.tem is not None:
            return Step("tem", "ok", self._c.t("check.tem.born"), self._c.t("check.tem.born_body"))
        if found.target is not None and found.target.serial is None:
            return Step("tem", "skip", self._c.t("check.tem.whole_lot"), self._c.t("check.tem.skip"))
        if self._codes & {"tem.absent", "tem.voided"}:
            return Step("tem", "fail", self._c.t("check.tem.broken"), self._c.t("check.tem.fail"))
        return Step("tem", "skip", self._c.t("check.tem.plain"), self._c.t("check.tem.undecided"))

    def _whole(self) -> Step:
        if self._n.anchored == 0:
            return Step("whole", "skip", self._c.t("check.whole.plain"), self._c.t("check.whole.none"))
        text = self._c.t("check.whole.ok", n=self._n.anchored)
        if self._n.pending:
            text = f"{text} {self._c.t('check.whole.more', n=self._n.pending)}"
        return Step("whole", "ok", self._c.t("check.whole.title", n=self._n.anchored), text)

    def _unchanged(self) -> Step:
        title = self._c.t("check.unchanged.title")
        if "entry.withheld" in self._codes:
            return Step("unchanged", "skip", title, self._c.t("check.unchanged.skip"))
        return Step("unchanged", "ok", title, self._c.t("check.unchanged.ok"))

    def _signed(self) -> Step:
        by = Counter(entry.signer.org for entry in self._found.entries if entry.signer)
        listed = [
            self._c.t("signer.line", n=count, org=self._names.party_short(org)) for org, count in by.items()
        ]
        if not listed:
            return Step("signed", "skip", self._c.t("check.signed.plain"), self._c.t("check.signed.skip"))
        title = self._c.t("check.signed.title", n=self._n.signed)
        text = self._c.t("check.signed.ok", list=self._c.join(listed))
        if self._n.withheld:
            return Step(
                "signed", "skip", title, f"{text} {self._c.t('check.signed.withheld', n=self._n.withheld)}"
            )
        return Step("signed", "ok", title, text)

    def _append(self) -> Step:
        return Step("append", "ok", self._c.t("check.append.title"), self._c.t("check.append.ok"))

    def _anchored(self) -> Step:
        chain, title = self._found.chain, self._c.t("check.anchored.title")
        if chain.state != "ok":
            key = "check.anchored.disputed" if chain.state == "disputed" else "check.anchored.skip"
            return Step("anchored", "skip", self._c.t("check.anchored.plain"), self._c.t(key))
        waiting = self._codes & {
            "chain.not_anchored",
            "lot.pending",
            "lot.birth_pending",
            "absence.not_anchored",
        }
        if waiting or chain.latest is None:
            return Step(
                "anchored", "skip", self._c.t("check.anchored.plain"), self._c.t("check.anchored.pending")
            )
        if self._codes & {"chain.newer_anchor", "chain.old_anchor", "chain.retired"}:
            return Step("anchored", "skip", title, self._c.t("check.anchored.stale"))
        block = self._c.number(chain.block) if chain.block is not None else "–"
        key = "check.anchored.one" if chain.endpoints == 1 else "check.anchored.ok"
        return Step("anchored", "ok", title, self._c.t(key, n=chain.agreed, of=chain.endpoints, block=block))

    def _recall(self) -> Step:
        title = self._c.t("check.recall.title")
        if any(reason.verdict is Verdict.RECALLED for reason in self._found.reasons):
            return Step("recall", "fail", self._c.t("check.recall.broken"), self._c.t("check.recall.fail"))
        if self._found.chain.state != "ok" or "chain.recalls_not_asked" in self._codes:
            return Step("recall", "skip", self._c.t("check.recall.plain"), self._c.t("check.recall.skip"))
        ancestors = len(self._found.ancestors)
        key = "check.recall.ok" if ancestors else "check.recall.alone"
        return Step("recall", "ok", title, self._c.t(key, n=ancestors))


def reason_lines(found: Verification, names: Names, catalogue: Catalogue) -> tuple[ReasonLine, ...]:
    """Every reason in words; one that the catalogue does not know is told by its verdict, with its code beside it."""
    return tuple(
        ReasonLine(reason.code, _reason(reason, names, catalogue), TONES[reason.verdict])
        for reason in found.reasons
    )


def _reason(reason: Reason, names: Names, catalogue: Catalogue) -> str:
    if is_word(reason):
        said = scans.suspicion(reason, catalogue) or catalogue.t("variant.suspect_plain")
        return f"{said} ({catalogue.t('scan.word.mark')})"
    values: dict[str, object] = {}
    for name, value in reason.params.items():
        values[name] = value if isinstance(value, str | int | float) else str(value)
    uri = str(reason.params.get("uri", ""))
    org = str(reason.params.get("org", ""))
    values |= {"lot": lot_of(uri) or uri, "org": names.party_short(org) if org else ""}
    for name in ("age", "promise"):
        if isinstance(reason.params.get(name), int):
            values[name] = catalogue.duration(float(str(reason.params[name])))
    if reason.code == "lot.expired":
        day = spoken_date(str(reason.params.get("date", "")), catalogue)
        values["date"] = day
    if reason.code == "chain.proven_false":
        since = datetime.fromtimestamp(float(str(reason.params.get("since", 0))), UTC).astimezone(VIETNAM)
        values["date"] = catalogue.date(since)
    key = f"reason.{reason.code}"
    if key not in catalogue and reason.verdict is Verdict.TAMPERED:
        return catalogue.t(f"check.{broken_step(reason.code)}.broken_body")
    return (
        catalogue.t(key, **values)
        if key in catalogue
        else catalogue.t(f"verdict.{reason.verdict.value}.short")
    )


def spoken_date(iso: str, catalogue: Catalogue) -> str:
    """An ISO day as the language writes it; as it is where it is none."""
    day = iso_date(iso)
    return catalogue.date(day) if day else iso
