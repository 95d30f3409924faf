"""The scans of a tem in words: first, before, conflicting; its second layer; and where something odd is told.

All of it is the operator's word, which a page marks so: it comes from no verified bytes.
"""

from datetime import datetime
from urllib.parse import urlencode

from api.pages.context import PageContext
from api.pages.i18n import VIETNAM, Catalogue
from api.pages.model import Fact, Note, Opening
from coop.scans.queries import ScanSummary
from coop.scans.rule import Conflict
from ledger.proof.verdict import Reason, Verdict
from ledger.proof.verification import TemFact, Verification
from ledger.proof.word import HIDDEN_USED

_NO_LAYER = {Verdict.MALFORMED, Verdict.TAMPERED, Verdict.UNKNOWN}


def report_link(code: str, catalogue: Catalogue) -> str:
    """Where something odd about a label is told."""
    return f"/report?{urlencode({'code': code, 'lang': catalogue.lang})}"


def place_name(code: object, catalogue: Catalogue) -> str:
    """A province's name; the code itself where it has none."""
    return catalogue.maybe(f"province.{code}") or str(code)


def card(tem: TemFact, known: ScanSummary, catalogue: Catalogue) -> Note:
    """How often the tem was scanned before, and whether that fits one item."""
    c = catalogue
    if known.conflict is not None:
        return Note(c.t("scan.conflict.title"), _contradiction(known, known.conflict, c), "caution", "warn")
    if known.count and known.first_day is not None:
        day = c.date(known.first_day)
        if known.first_place is not None:
            body = c.t("scan.before.body", date=day, place=place_name(known.first_place, c))
        else:
            body = c.t("scan.before.day", date=day)
        return Note(c.t("scan.before.title", n=known.count), f"{_place_in_roll(tem, c)}{body}", "good", "tag")
    if tem.index is None:
        return Note(c.t("scan.first.title"), c.t("scan.first.born"), "good", "tag")
    body = c.t("scan.first.body", i=tem.index + 1, n=max(tem.issued, tem.index + 1))
    return Note(c.t("scan.first.title"), body, "good", "tag")


def suspicion(reason: Reason, catalogue: Catalogue) -> str:
    """Why a tem may be copied, in a sentence; empty where the reason is another."""
    params = reason.params
    if reason.code == HIDDEN_USED:
        opened = _moment(str(params.get("opened", "")))
        return catalogue.t("variant.suspect_pin", **_when(opened, catalogue)) if opened is not None else ""
    if {"place1", "place2", "days"} <= params.keys():
        return catalogue.t(
            "verdict.suspect_copy.sentence",
            place1=place_name(params["place1"], catalogue),
            place2=place_name(params["place2"], catalogue),
            time=_apart(int(str(params["days"])), catalogue),
        )
    if "devices" in params:
        return catalogue.t("variant.suspect_devices", k=int(str(params["devices"])))
    return ""


def opening(found: Verification, context: PageContext, catalogue: Catalogue) -> Opening | None:
    """The second layer of the tem, and what came of the code that was typed in."""
    if not context.layer or found.tem is None or found.verdict in _NO_LAYER:
        return None
    note = _outcome(context, catalogue)
    told = context.opened
    facts: tuple[Fact, ...] = ()
    if told is not None and told.salt:
        values = (("opening.salt", told.salt), ("opening.leaf", told.leaf), ("opening.root", told.root))
        facts = tuple(Fact(catalogue.t(label), value, mono=True) for label, value in values)
    shut = told is not None and told.outcome in ("first", "again")
    return Opening(note, not shut, context.code, facts)


def _outcome(context: PageContext, catalogue: Catalogue) -> Note | None:
    c, told = catalogue, context.opened
    if told is None:
        opened = context.scans.opened if context.scans is not None else None
        if opened is None:
            return None
        values = _when(opened, c)
        return Note(c.t("opening.seen.title"), c.t("opening.seen.body", **values), "caution", "warn")
    base = f"opening.{told.outcome}"
    values = _when(told.at, c) if told.at is not None else {}
    if told.outcome == "wait":
        values = {"time": c.duration(told.wait)}
    tone, icon = {"first": ("good", "check"), "busy": ("wait", "clock")}.get(
        told.outcome, ("caution", "warn")
    )
    return Note(c.t(f"{base}.title"), c.t(f"{base}.body", **values), tone, icon)


def _contradiction(known: ScanSummary, against: Conflict, c: Catalogue) -> str:
    if against.kind == "places":
        return c.t(
            "scan.conflict.body",
            n=known.count,
            place1=place_name(against.place1, c),
            place2=place_name(against.place2, c),
            time=_apart(against.days, c),
        )
    return c.t("scan.conflict.devices", n=known.count, date=c.date(against.day), k=against.devices)


def _place_in_roll(tem: TemFact, c: Catalogue) -> str:
    if tem.index is None:
        return ""
    return f"{c.t('tem.title', i=tem.index + 1, n=max(tem.issued, tem.index + 1))}. "


def _apart(days: int, c: Catalogue) -> str:
    return c.t("scan.conflict.days", n=days) if days else c.t("scan.conflict.same_day")


def _moment(iso: str) -> datetime | None:
    try:
        return datetime.fromisoformat(iso)
    except ValueError:
        return None


def _when(moment: datetime, c: Catalogue) -> dict[str, object]:
    there = moment.astimezone(VIETNAM)
    return {"time": c.clock(there), "date": c.date(there)}
