"""Two hands: what one organisation says of another, and what that one answers (docs/adr/0014-two-hands.md).

    claim   a standing event that names another organisation: owning or possessing party of its sources (`from`) or
            destinations (`to`), or `nguon:laboratory` (`test`). A result with a certificate that no laboratory
            signed and that names none is a claim on any laboratory.
    answer  a standing event, signed with a key of the organisation that was named, that names goods of the claim and
            - says so: `"nguon:answers": [{"nguon:event", "nguon:answer": "accepted" | "denied", "nguon:reason"?}]`; or
            - is the other end of the same movement: it shares a document, and receives what was sent, or sends what was
              received; a second step of that end (accepting after receiving) may go by the first one's documents; or
            - is the laboratory's own result: of the same certificate, else a later one of the same goods; or
            - is itself what the claim's event accepts.

A claim is *claimed* until it is answered, then *accepted* (the same goods and amounts), *differs* (others) or *denied*.
The last answer in the log counts. Several that answer only by their documents and are of one step add up (a delivery
in two parts); one that accepts several events is compared with all of them together. A laboratory's answer is about its
finding, not about amounts. Entries that are withdrawn are not handed in. No verdict depends on any of this.

Reading is total, as in `ledger.lot.facts`. `scanner_web/page/story/claims.ts` is the same; vectors: claims.json.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from ledger.encoding import JsonValue
from ledger.errors import Violation
from ledger.gs1.epc import is_instance
from ledger.lot.facts import canonical_or_none
from ledger.lot.state import StoryEntry, standing
from ledger.lot.terms import by_local_name, items, local_name, said, text
from ledger.lot.told import Told
from ledger.lot.units import COUNTED, number, to_base

__all__ = ["Claim", "Difference", "Heard", "check_answers", "claims", "heard_of", "heard_of_told"]

RECEIVING: Final = frozenset({"receiving", "accepting", "arriving", "unloading"})
SENDING: Final = frozenset({"shipping", "departing", "consigning", "loading", "dispensing"})
_ORGANISATION: Final = "https://id.gs1.org/417/"
_PARTIES: Final = frozenset({"owning_party", "possessing_party"})
_QUANTITIES: Final = ("quantityList", "childQuantityList")
_INSTANCES: Final = ("epcList", "childEPCs")

_Goods = Mapping[tuple[str, str], Decimal]
"""(URI, base unit; "" for counted) -> how much."""


@dataclass(frozen=True)
class Heard:
    """An event that stands, as the fold needs it.

    Attributes:
        index: in the log.
        payload: the signed JSON.
        org, role: of the key that signed it.
        about: the statement's.
    """

    index: int
    payload: Mapping[str, JsonValue]
    org: str
    role: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """Where an answer names another amount than its claim; unit "" for counted."""

    uri: str
    uom: str
    claimed: float
    answered: float


@dataclass(frozen=True)
class Claim:
    """What an event says of another organisation, and what became of it.

    Attributes:
        index, event_id: of the event.
        by: who says it.
        named: of whom; None for any laboratory.
        part: what the named one is in it: `to`, `from`, `test`.
        state: `claimed`, `accepted`, `denied`, `differs`.
        answer: index of the answer that counts; None where there is none.
        differences: with `differs`, as far as amounts tell them.
        reason: what a denial gives as its reason.
    """

    index: int
    event_id: str
    by: str
    named: str | None
    part: str
    state: str = "claimed"
    answer: int | None = None
    differences: tuple[Difference, ...] = ()
    reason: str = ""


def heard_of(entries: Iterable[StoryEntry]) -> list[Heard]:
    """Those entries of a story that stand, and whose signer is known."""
    return [
        Heard(entry.index, entry.facts.payload, entry.signer.org, entry.signer.role, entry.facts.about)
        for entry in standing(entries)
        if entry.facts is not None and entry.signer is not None
    ]


def heard_of_told(told: Iterable[Told]) -> list[Heard]:
    """Told events whose signer is known; give those that stand (`Graph.standing`)."""
    return [
        Heard(item.index, item.event.raw, item.signer.org, item.signer.role, item.about)
        for item in told
        if item.signer is not None
    ]


def claims(heard: Iterable[Heard], subjects: Collection[str] = ()) -> tuple[Claim, ...]:
    """What events say of other organisations than their signer's, in order of the log.

    Args:
        heard: events that stand, each once.
        subjects: what the reader has the stories of: amounts of a claim's other goods are not compared, since answers
            may be filed under those alone. Empty: all is here.
    """
    events = [_Event(item) for item in sorted(heard, key=lambda item: item.index)]
    opened = [_Open(event, named, part) for event in events for named, part in _named(event)]
    by_id = {event.id: event for event in events if event.id}
    for event in events:
        _answer(event, opened, by_id, frozenset(subjects))
    return tuple(item.closed(frozenset(subjects)) for item in opened)


def check_answers(told: Told, asked: Callable[[str], Told | None]) -> Iterator[Violation]:
    """What the answers of an event break: whom they answer may not be known yet (W), or has not asked (E).

    Args:
        told: the event that answers, with its signer.
        asked: eventID -> the event as it was told before.
    """
    signer = told.signer
    answers = None if told.event.error_declaration else told.event.raw.get("nguon:answers")
    for place, item in enumerate(answers if isinstance(answers, list) else ()):
        event_id, pointer = said(item, "event"), f"/nguon:answers/{place}/nguon:event"
        other = asked(event_id)
        if other is None:
            message = f"The event {event_id} that is answered is not in the log yet."
            yield Violation("answer.unknown", pointer, message, "W", {"event": event_id})
            continue
        if signer is None or other.signer is None:
            continue
        (one,) = heard_of_told([other])
        question, (reply,) = _Event(one), heard_of_told([told])
        named = {org for org, _ in _named(question)}
        is_named = signer.org in named or (None in named and signer.role == "laboratory")
        if not is_named or not _share(question, _Event(reply)):
            message = f"The event {event_id} names not {signer.org}, or none of these goods."
            yield Violation("answer.unasked", pointer, message, "E", {"event": event_id, "org": signer.org})


class _Event:
    """One event, read once."""

    def __init__(self, item: Heard) -> None:
        payload = item.payload
        self.index, self.org, self.payload = item.index, item.org, payload
        self.id = text(payload.get("eventID"))
        self.step = local_name(text(payload.get("bizStep")))
        self.is_laboratory = item.role == "laboratory"
        self.documents = frozenset(uri for _, uri in _documents(payload))
        self.certificates = frozenset(uri for kind, uri in _documents(payload) if kind == "testres")
        self.goods = _goods(payload)
        self.by_lot = _by_lot(self.goods, item.about)
        self.mismatch = local_name(text(payload.get("disposition"))).startswith("mismatch_")
        self.answers = {
            said(answer, "event"): (said(answer, "answer"), said(answer, "reason"))
            for answer in items(by_local_name(payload, "answers"))
        }

    @property
    def is_result(self) -> bool:
        """Whether it is a laboratory's own result."""
        return self.is_laboratory and self.step == "inspecting" and bool(self.certificates)

    @property
    def finding(self) -> str:
        """`conformant`, `non_conformant`, or empty where it does not say."""
        persistent = self.payload.get("persistentDisposition")
        listed = items(persistent.get("set")) if isinstance(persistent, Mapping) else ()
        words = {local_name(text(word)) for word in (*listed, self.payload.get("disposition"))}
        return next((word for word in ("non_conformant", "conformant") if word in words), "")


@dataclass
class _Open:
    """A claim, and the answers found so far."""

    event: _Event
    named: str | None
    part: str
    answers: list[tuple[_Event, str]] = field(default_factory=list)
    """With how each answers: `accepted`, `denied`, `moved`, `result`."""
    documents: set[str] = field(default_factory=set)
    is_met: bool = False
    accepted: dict[int, list[_Event]] = field(default_factory=dict)
    """Index of an answer -> all events that it accepts."""

    def __post_init__(self) -> None:
        self.documents |= self.event.documents

    def may_be_answered_by(self, event: _Event) -> bool:
        if event.index == self.event.index:
            return False
        if self.named is None:
            return event.is_laboratory and event.org != self.event.org
        return event.org == self.named

    def closed(self, subjects: frozenset[str]) -> Claim:
        event = self.event
        if not self.answers:
            return Claim(event.index, event.id, event.org, self.named, self.part)
        last, how = self.answers[-1]
        state, reason = "accepted", ""
        differences: tuple[Difference, ...] = ()
        if how == "denied":
            state, reason = "denied", event_reason(last, event.id)
        elif how == "result" or self.part == "test":
            disagree = event.certificates and {event.finding, last.finding} == {
                "conformant",
                "non_conformant",
            }
            state = "differs" if disagree else "accepted"
        else:
            mine = self.accepted.get(last.index, [event])
            theirs = [last]
            if how == "moved":
                theirs = [each for each, way in self.answers if way == how and each.step == last.step]
            differences = tuple(_differences(mine, theirs, subjects))
            state = "differs" if differences or last.mismatch else "accepted"
            if last.mismatch and not differences:
                differences = tuple(_expected(last))
        return Claim(
            event.index, event.id, event.org, self.named, self.part, state, last.index, differences, reason
        )


def event_reason(answer: _Event, event_id: str) -> str:
    """What an answer gives as its reason."""
    return answer.answers[event_id][1]


def _named(event: _Event) -> Iterator[tuple[str | None, str]]:
    """The organisations that an event names beside its own, each once, with their part in it."""
    found: dict[str, str] = {}
    for name, member, part in (
        ("destinationList", "destination", "to"),
        ("sourceList", "source", "from"),
    ):
        for item in items(event.payload.get(name)):
            if local_name(said(item, "type")) in _PARTIES:
                found.setdefault(canonical_or_none(said(item, member)) or "", part)
    laboratory = text(by_local_name(event.payload, "laboratory"))
    if laboratory:
        found[canonical_or_none(laboratory) or ""] = "test"
    for uri, part in found.items():
        if uri.startswith(_ORGANISATION) and uri != event.org:
            yield uri, part
    if event.step == "inspecting" and event.certificates and not event.is_laboratory and not laboratory:
        yield None, "test"


def _answer(
    event: _Event, opened: Sequence[_Open], by_id: Mapping[str, _Event], subjects: frozenset[str]
) -> None:
    """Attach an event to the claims that it answers."""
    told: set[int] = set()
    accepted = [by_id[uri] for uri, (word, _) in event.answers.items() if word == "accepted" and uri in by_id]
    for claim in opened:
        word = event.answers.get(claim.event.id, ("", ""))[0]
        if word not in ("accepted", "denied") or not claim.may_be_answered_by(event):
            continue
        if event.index > claim.event.index and _share(claim.event, event):
            claim.answers.append((event, word))
            claim.accepted[event.index] = accepted
            told.add(id(claim))
            if word == "accepted":
                _agree(event, claim.event, opened)
    waiting: dict[str, list[_Open]] = {}
    for claim in opened:
        if id(claim) in told or not claim.may_be_answered_by(event):
            continue
        if claim.part == "test" or event.is_result:
            if _is_result_of(event, claim):
                claim.answers.append((event, "result"))
        elif event.step in (RECEIVING if claim.part == "to" else SENDING) and _moves(event, claim):
            waiting.setdefault(f"{claim.event.org} {claim.event.step}", []).append(claim)
    for alike in waiting.values():
        unmet = [claim for claim in alike if not claim.is_met] or alike[-1:]
        met = next((claim for claim in unmet if _is_same([claim.event], [event], subjects)), None)
        chosen = met or unmet[0]
        chosen.is_met = chosen.is_met or met is not None
        chosen.documents |= event.documents
        chosen.answers.append((event, "moved"))


def _agree(answer: _Event, asked: _Event, opened: Sequence[_Open]) -> None:
    """What an answer says in its turn of whom it accepts is said by that one too."""
    for claim in opened:
        known = any(each is asked for each, _ in claim.answers)
        if claim.event is answer and claim.named == asked.org and claim.part != "test" and not known:
            claim.answers.append((asked, "moved"))


def _is_result_of(event: _Event, claim: _Open) -> bool:
    if not event.is_result or not _share(claim.event, event):
        return False
    if claim.event.certificates:
        return not claim.event.certificates.isdisjoint(event.certificates)
    return event.index > claim.event.index


def _moves(event: _Event, claim: _Open) -> bool:
    shared = not claim.documents.isdisjoint(event.documents)
    return shared and (_share(claim.event, event) or (event.mismatch and bool(claim.answers)))


def _share(one: _Event, other: _Event) -> bool:
    """Whether two events name some of the same goods."""
    return any(
        not {uri for uri, _ in mine}.isdisjoint(uri for uri, _ in theirs)
        for mine, theirs in ((one.goods, other.goods), (one.by_lot, other.by_lot))
    )


def _is_same(mine: Sequence[_Event], theirs: Sequence[_Event], subjects: frozenset[str]) -> bool:
    return _share(mine[0], theirs[0]) and not any(True for _ in _differences(mine, theirs, subjects))


def _differences(
    mine: Sequence[_Event], theirs: Sequence[_Event], subjects: frozenset[str]
) -> Iterator[Difference]:
    """Where the amounts of goods that some events name are others in their answers."""
    claimed, answered = _sum(event.goods for event in mine), _sum(event.goods for event in theirs)
    if {uri for uri, _ in claimed}.isdisjoint(uri for uri, _ in answered):
        claimed, answered = _sum(event.by_lot for event in mine), _sum(event.by_lot for event in theirs)
    uris = {uri for uri, _ in claimed}
    if uris.isdisjoint(uri for uri, _ in answered):
        return
    seen = uris & subjects or uris
    for uri, uom in sorted({*claimed, *answered}):
        one, other = claimed.get((uri, uom), Decimal(0)), answered.get((uri, uom), Decimal(0))
        if uri in seen and number(one) != number(other):
            yield Difference(uri, uom, number(one), number(other))


def _expected(answer: _Event) -> Iterator[Difference]:
    """What an answer that tells of a mismatch expected, and what it found."""
    expected = by_local_name(answer.payload, "expectedQuantity")
    found = [(key, amount) for key, amount in answer.goods.items() if "/00/" not in key[0]]
    if len(found) == 1 and isinstance(expected, int | float) and not isinstance(expected, bool):
        (((uri, uom), amount),) = found
        yield Difference(uri, uom, expected, number(amount))


def _sum(goods: Iterable[_Goods]) -> _Goods:
    total: dict[tuple[str, str], Decimal] = {}
    for each in goods:
        for key, amount in each.items():
            total[key] = total.get(key, Decimal(0)) + amount
    return total


def _goods(payload: Mapping[str, JsonValue]) -> _Goods:
    """What an event happens to: classes by quantity, instances and logistic units one each."""
    found: dict[tuple[str, str], Decimal] = {}
    for item in (item for name in _QUANTITIES for item in items(payload.get(name))):
        uri, quantity = canonical_or_none(said(item, "epcClass")), by_local_name(item, "quantity")
        if uri is None:
            continue
        amount = quantity if isinstance(quantity, int | float) and not isinstance(quantity, bool) else 0
        unit, base = to_base(amount, said(item, "uom") or None)
        found[uri, unit] = found.get((uri, unit), Decimal(0)) + base
    for item in (item for name in _INSTANCES for item in items(payload.get(name))):
        uri = canonical_or_none(text(item))
        if uri is not None:
            found[uri, COUNTED] = Decimal(1)
    return found


def _by_lot(goods: _Goods, about: Iterable[str]) -> _Goods:
    """The same with instances counted under their lot, where the statement is about one lot of their product."""
    named = tuple(about)
    found: dict[tuple[str, str], Decimal] = {}
    for (uri, unit), amount in goods.items():
        product = f"{uri.partition('/21/')[0]}/10/"
        lots = [each for each in named if each.startswith(product)] if is_instance(uri) else []
        key = (lots[0] if len(lots) == 1 else uri, unit)
        found[key] = found.get(key, Decimal(0)) + amount
    return found


def _documents(payload: Mapping[str, JsonValue]) -> Iterator[tuple[str, str]]:
    for item in items(payload.get("bizTransactionList")):
        written = said(item, "bizTransaction")
        if written:
            yield local_name(said(item, "type")), canonical_or_none(written) or written
