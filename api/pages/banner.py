"""The banner: one answer first, and what to do. Which of a verdict's sentences applies is decided here."""

from dataclasses import dataclass

from api.pages import scans
from api.pages.context import PageContext
from api.pages.i18n import VIETNAM, Catalogue
from api.pages.model import Step
from api.pages.names import Names, lot_of
from api.pages.reading import iso_date
from api.pages.steps import TONES, Counts
from api.pages.story import readable
from ledger.lot.state import Recall
from ledger.proof.verdict import Verdict
from ledger.proof.verification import RecallFact, Verification

_UNDECIDED = {Verdict.STALE, Verdict.CHAIN_UNREACHABLE, Verdict.CHAIN_DISPUTED}


@dataclass(frozen=True)
class Banner:
    """A verdict in words, with what it rests on where that is told at once (recalled, unknown)."""

    verdict: Verdict
    tone: str
    icon: str
    title: str
    sentence: str
    next: str
    because: tuple[Step, ...] = ()
    recall_reason: str = ""

    @classmethod
    def plain(cls, verdict: Verdict, catalogue: Catalogue, **values: object) -> "Banner":
        """A verdict's own words, its placeholders filled with `values`."""
        base = f"verdict.{verdict.value}"
        return cls(
            verdict,
            TONES[verdict],
            f"v-{verdict.value}",
            catalogue.t(f"{base}.title"),
            catalogue.t(f"{base}.sentence", **values),
            catalogue.t(f"{base}.next", **values),
        )


def banner(found: Verification, names: Names, catalogue: Catalogue, context: PageContext) -> Banner:
    """The banner of a verification."""
    teller = _BANNERS.get(found.verdict)
    if found.verdict in _UNDECIDED and not found.entries:
        return _absent(found, catalogue)
    if teller is not None:
        return teller(_Asked(found, names, catalogue, context))
    return Banner.plain(found.verdict, catalogue)


@dataclass(frozen=True)
class _Asked:
    found: Verification
    names: Names
    c: Catalogue
    context: PageContext

    @property
    def codes(self) -> set[str]:
        return {reason.code for reason in self.found.reasons}

    def param(self, code: str, name: str) -> object:
        return next(
            (r.params.get(name) for r in self.found.reasons if r.code == code and name in r.params), None
        )

    def say(
        self, sentence: str, *, because: tuple[Step, ...] = (), recall_reason: str = "", **values: object
    ) -> Banner:
        """The verdict's title and next step, with another sentence."""
        verdict = self.found.verdict
        base = f"verdict.{verdict.value}"
        return Banner(
            verdict,
            TONES[verdict],
            f"v-{verdict.value}",
            self.c.t(f"{base}.title"),
            sentence,
            self.c.t(f"{base}.next", **values),
            because,
            recall_reason,
        )


def _absent(found: Verification, catalogue: Catalogue) -> Banner:
    """Nothing was found, and nothing proves that there is nothing."""
    verdict = found.verdict
    return Banner(
        verdict,
        TONES[verdict],
        f"v-{verdict.value}",
        catalogue.t("variant.absent_title"),
        catalogue.t("variant.absent_sentence"),
        catalogue.t("variant.absent_next"),
    )


def _verified(asked: _Asked) -> Banner:
    return Banner.plain(Verdict.VERIFIED, asked.c, n=Counts.of(asked.found).anchored)


def _stale(asked: _Asked) -> Banner:
    if "chain.old_anchor" in asked.codes:
        age = asked.c.duration(float(str(asked.param("chain.old_anchor", "age") or 0)))
        promise = asked.c.duration(float(str(asked.param("chain.old_anchor", "promise") or 0)))
        return Banner.plain(Verdict.STALE, asked.c, age=age, promise=promise)
    key = "variant.stale_retired" if "chain.retired" in asked.codes else "variant.stale_behind"
    return asked.say(asked.c.t(key))


def _disputed(asked: _Asked) -> Banner:
    return Banner.plain(Verdict.CHAIN_DISPUTED, asked.c, n=asked.found.chain.endpoints)


def _incomplete(asked: _Asked) -> Banner:
    if "entry.withheld" not in asked.codes:
        return asked.say(asked.c.t("variant.incomplete_limit"))
    withheld = int(str(asked.param("entry.withheld", "withheld") or 0))
    total = int(str(asked.param("entry.withheld", "total") or 0))
    return Banner.plain(Verdict.INCOMPLETE, asked.c, k=withheld, n=total)


def _recorded(asked: _Asked) -> Banner:
    return Banner.plain(Verdict.RECORDED, asked.c, wait=asked.c.duration(asked.context.anchor_every))


def _expired(asked: _Asked) -> Banner:
    expiry = asked.found.expiry
    day = iso_date(expiry.day) if expiry else None
    days = int(str(asked.param("lot.expired", "days") or 1))
    return Banner.plain(Verdict.EXPIRED, asked.c, date=asked.c.date(day) if day else "–", days=days)


def _suspect(asked: _Asked) -> Banner:
    reason = next((r for r in asked.found.reasons if r.verdict is Verdict.SUSPECT_COPY), None)
    said = scans.suspicion(reason, asked.c) if reason is not None else ""
    return asked.say(said or asked.c.t("variant.suspect_plain"))


def _unknown(asked: _Asked) -> Banner:
    c, codes = asked.c, asked.codes
    about = next(
        (code for code in ("tem.voided", "tem.absent", "lot.unborn", "lot.absent") if code in codes),
        "lot.absent",
    )
    key = {"tem.voided": "unknown_voided", "tem.absent": "unknown_tag", "lot.unborn": "unknown_unborn"}.get(
        about
    )
    sentence = c.t(f"variant.{key}") if key else c.t("verdict.unknown.sentence")
    because = (
        Step("tem", "fail", c.t(f"because.{about}.title"), c.t(f"because.{about}.body")),
        Step("anchored", "ok", c.t("because.absence.title"), c.t("because.absence.body")),
    )
    return asked.say(sentence, because=because)


def _told_recall(found: Verification) -> RecallFact | None:
    """The recall that a reason tells of, where the verification holds none (nothing is anchored yet)."""
    for reason in found.reasons:
        uri, org, index = (reason.params.get(name) for name in ("uri", "org", "index"))
        if (
            reason.verdict is Verdict.RECALLED
            and isinstance(uri, str)
            and isinstance(org, str)
            and isinstance(index, int)
        ):
            entry = next((entry for entry in found.entries if entry.index == index), None)
            return RecallFact(uri, Recall(index, org, bool(reason.params.get("whole", True))), entry)
    return None


def _recalled(asked: _Asked) -> Banner:
    c, fact = asked.c, asked.found.recall or _told_recall(asked.found)
    if fact is None:
        return asked.say(c.t("variant.recalled_contract"))
    target = asked.found.target
    own = target is not None and fact.uri == target.lot_uri
    lot = lot_of(fact.uri) or asked.names.goods(fact.uri)
    event = readable(fact.entry) if fact.entry else None
    org = asked.names.party_short(fact.recall.org) if fact.recall else ""
    reason = (event.said("recallReason") or event.said("reason")) if event else ""
    if fact.entry is None or fact.recall is None:
        sentence = c.t("variant.recalled_contract" if own else "variant.recalled_ancestor_contract", lot=lot)
        order = Step("recall", "ok", c.t("because.recall.contract"), c.t("because.recall.contract_body"))
        return asked.say(sentence, because=(order,))
    taken = fact.entry.time.astimezone(VIETNAM)
    day = c.date(event.time if event and event.time else taken)
    part = "recalled_this" if target is not None and target.serial is not None else "recalled_part"
    key = "recalled_ancestor" if not own else "recalled_plain" if fact.recall.whole else part
    signed = Step(
        "signed",
        "ok",
        c.t("because.recall.signed", org=org),
        c.t("because.recall.signed_body", time=c.clock(taken), date=c.date(taken)),
    )
    state, word = ("skip", "pending") if fact.entry.pending else ("ok", "anchored")
    kept = Step("anchored", state, c.t(f"because.recall.{word}"), c.t(f"because.recall.{word}_body"))
    anchored = Counts.of(asked.found).anchored
    whole = Step("whole", "skip", c.t("check.whole.plain"), c.t("check.whole.none"))
    if anchored:
        whole = Step("whole", "ok", c.t("because.recall.whole"), c.t("because.recall.whole_body", n=anchored))
    return asked.say(
        c.t(f"variant.{key}", org=org, lot=lot, date=day), because=(signed, kept, whole), recall_reason=reason
    )


_BANNERS = {
    Verdict.VERIFIED: _verified,
    Verdict.STALE: _stale,
    Verdict.CHAIN_DISPUTED: _disputed,
    Verdict.INCOMPLETE: _incomplete,
    Verdict.RECORDED: _recorded,
    Verdict.EXPIRED: _expired,
    Verdict.SUSPECT_COPY: _suspect,
    Verdict.UNKNOWN: _unknown,
    Verdict.RECALLED: _recalled,
}
