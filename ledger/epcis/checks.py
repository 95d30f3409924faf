"""What an event of the right shape may still not say (PROFILE §4), as far as the event alone can tell.

Wrong check digits, wrong Digital Links and undeclared prefixes are refused while reading (`ledger.epcis.event`);
what needs the log (an ID used twice, a serial that exists, balances, authority) is for capture.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from ledger.epcis.context import read_context
from ledger.epcis.event import TRANSFORMATION_REF, Event
from ledger.epcis.reader import SHAPE, Reader
from ledger.epcis.schema import check_shape
from ledger.epcis.vocabulary import BIZ_STEPS, CBV_SPELLINGS, DISPOSITIONS, NGUON_BIZSTEP
from ledger.errors import Gs1Error, Violation
from ledger.gs1 import digital_link, keys
from ledger.gs1.epc import is_lot

FUTURE: Final = timedelta(minutes=5)
"""How far an event's time may be ahead of the ledger's clock."""

_NO_ACTION: Final = frozenset({"TransformationEvent"})
_UTC: Final = ("Z",)
_NUMBERS: Final[Mapping[str, str]] = {"01": "GTIN", "414": "GLN", "417": "GLN", "00": "SSCC"}


def check_event(event: Event, *, now: datetime) -> list[Violation]:
    """What an event breaks of EPCIS 2.0's shape, then of the profile's stateless rules, in a stable order.

    Args:
        event: as read.
        now: the ledger's clock, timezone-aware.
    """
    shape = check_shape(event.raw)
    told = {(violation.code, violation.pointer) for violation in shape}
    return [*shape, *(found for found in _profile(event, now) if (found.code, found.pointer) not in told)]


def _profile(event: Event, now: datetime) -> list[Violation]:
    return [
        *_subject(event),
        *_action(event),
        *_birth_data(event),
        *_vocabulary(event),
        *_times(event, now),
        *_quantities(event),
        *_roll(event),
        *_prefixes(event),
    ]


def _subject(event: Event) -> Iterator[Violation]:
    named = event.items or event.inputs or event.input_applied
    if (
        not named
        and event.transformation_ref is None
        and event.transformation_id is None
        and event.place is None
    ):
        yield _error(
            "event.no_subject",
            "",
            "The event names nothing that it is about: no goods, no transformation, no place.",
        )
    elif event.type == "TransformationEvent" and event.transformation_id is None:
        if not event.inputs:
            yield _error(SHAPE, "", "A transformation without a transformationID has inputs.")
        if not (event.output_epcs or event.output_quantities):
            yield _error(SHAPE, "", "A transformation without a transformationID has outputs.")
    if event.type in {"AggregationEvent", "AssociationEvent"} and event.parent is None:
        yield _error(SHAPE, "", f"An {event.type} names its parentID.", member="parentID")
    if event.type == "TransactionEvent" and not event.transactions:
        yield _error(
            SHAPE, "", "A TransactionEvent names its bizTransactionList.", member="bizTransactionList"
        )


def _action(event: Event) -> Iterator[Violation]:
    if event.action is None and event.type not in _NO_ACTION:
        yield _error(SHAPE, "", f"An {event.type} says its action: ADD, OBSERVE or DELETE.", member="action")


def _birth_data(event: Event) -> Iterator[Violation]:
    if "ilmd" in event.raw and event.type == "ObjectEvent" and event.action != "ADD":
        yield _error(
            SHAPE, "/ilmd", "ilmd describes what is born: it stands with ADD or with a transformation."
        )


def _vocabulary(event: Event) -> Iterator[Violation]:
    prefixes, _ = read_context(event.raw.get("@context"))
    named = [("/bizStep", event.biz_step, BIZ_STEPS), ("/disposition", event.disposition, DISPOSITIONS)]
    for name, words in (("set", event.persistent_set), ("unset", event.persistent_unset)):
        named += [
            (f"/persistentDisposition/{name}/{at}", word, DISPOSITIONS) for at, word in enumerate(words)
        ]
    for pointer, word, known in named:
        if word is None or word in known:
            continue
        own = next((form for form in CBV_SPELLINGS if word.startswith(form)), None)
        if own is not None:
            bare = word.rpartition("-")[2].rpartition(":")[2].rpartition("/")[2]
            yield _vocabulary_error(pointer, f"Write CBV's own words bare: {bare!r}, not {word!r}.", word)
        elif not Reader.is_uri(word):
            yield _vocabulary_error(
                pointer,
                f"{word!r} is no word of CBV 2.0; one of your own is a full URI, such as {NGUON_BIZSTEP}harvesting.",
                word,
            )
        elif word.partition(":")[0] in prefixes:
            yield _vocabulary_error(pointer, f"Write {word!r} as a full URI: values know no prefixes.", word)


def _times(event: Event, now: datetime) -> Iterator[Violation]:
    if event.event_time > now + FUTURE:
        yield _error(
            "time.future",
            "/eventTime",
            f"The event's time {event.event_time.isoformat()} is ahead of the ledger's clock.",
            time=event.event_time.isoformat(),
            now=now.isoformat(),
        )
    text = event.raw.get("eventTime")
    written = text if isinstance(text, str) else ""
    if not written.endswith(_UTC) and written[-6:] != event.offset:
        yield _error(
            "time.offset",
            "/eventTimeZoneOffset",
            f"eventTime is written at {written[-6:]}, eventTimeZoneOffset says {event.offset}.",
            time=written,
            offset=event.offset,
        )


def _quantities(event: Event) -> Iterator[Violation]:
    lists = {
        "quantityList": event.quantities,
        "childQuantityList": event.child_quantities,
        "inputQuantityList": event.input_quantities,
        "outputQuantityList": event.output_quantities,
    }
    for name, quantities in lists.items():
        for position, item in enumerate(quantities):
            pointer = f"/{name}/{position}"
            if item.quantity is not None and item.quantity <= 0:
                yield _error(
                    "quantity.not_positive",
                    f"{pointer}/quantity",
                    f"{item.quantity} of {item.epc_class}: a quantity is more than zero.",
                    quantity=item.quantity,
                )
            if item.uom is not None and item.quantity is None:
                yield _error(SHAPE, f"{pointer}/uom", "A unit needs a quantity.")
            if item.uom is None and item.quantity is not None and item.quantity % 1:
                yield _error(
                    "quantity.unit",
                    f"{pointer}/quantity",
                    f"{item.quantity} packs of {item.epc_class}: packs are counted whole; mass and volume have a unit.",
                    quantity=item.quantity,
                )


def _roll(event: Event) -> Iterator[Violation]:
    if event.roll is None:
        return
    if event.type != "ObjectEvent" or event.action != "OBSERVE" or not event.is_encoding:
        yield _error(
            SHAPE, "/nguon:roll", "A roll is issued by an ObjectEvent OBSERVE with the bizStep encoding."
        )
    lots = [item for item in event.quantities if is_lot(item.epc_class)]
    if len(lots) != 1 or len(event.quantities) != 1 or event.epcs:
        yield _error(SHAPE, "/quantityList", "A roll of tem is of one lot, named in quantityList.")
    elif lots[0].quantity != event.roll.count:
        yield _error(SHAPE, "/quantityList/0/quantity", "The quantity of a roll's lot is the roll's count.")


def _prefixes(event: Event) -> Iterator[Violation]:
    """Numbers that GS1 gives to nobody for trade, wherever the event names one."""
    for pointer, uri in _identifiers(event):
        wrong = _reserved(uri)
        if wrong is not None:
            yield replace(wrong, pointer=pointer)


@lru_cache(maxsize=8192)
def _reserved(uri: str) -> Violation | None:
    """What is wrong with the number that a URI begins with, its place left open."""
    try:
        name, value = digital_link.parse(uri).keys[0]
    except Gs1Error:
        return None
    kind = _NUMBERS.get(name)
    if kind is None:
        return None
    try:
        keys.require_prefix(kind, value)
    except Gs1Error as error:
        return Violation(error.code, "", error.message, "E", error.params)
    return None


def _identifiers(event: Event) -> Iterator[tuple[str, str]]:
    lists = {
        "/epcList": event.epcs,
        "/childEPCs": event.child_epcs,
        "/inputEPCList": event.input_epcs,
        "/outputEPCList": event.output_epcs,
    }
    for pointer, uris in lists.items():
        yield from ((f"{pointer}/{position}", uri) for position, uri in enumerate(uris))
    classes = {
        "/quantityList": event.quantities,
        "/childQuantityList": event.child_quantities,
        "/inputQuantityList": event.input_quantities,
        "/outputQuantityList": event.output_quantities,
    }
    for pointer, items in classes.items():
        yield from ((f"{pointer}/{position}/epcClass", item.epc_class) for position, item in enumerate(items))
    singles: Mapping[str, str | None] = {
        "/parentID": event.parent,
        "/readPoint/id": event.read_point,
        "/bizLocation/id": event.biz_location,
        "/transformationID": event.transformation_id,
        f"/{TRANSFORMATION_REF}": event.transformation_ref,
    }
    yield from ((pointer, uri) for pointer, uri in singles.items() if uri is not None)
    for pointer, pairs in (("/sourceList", event.sources), ("/destinationList", event.destinations)):
        yield from ((f"{pointer}/{position}", uri) for position, (_, uri) in enumerate(pairs))


def _vocabulary_error(pointer: str, message: str, word: str) -> Violation:
    return Violation("event.vocabulary", pointer, message, "E", {"word": word})


def _error(code: str, pointer: str, message: str, **params: object) -> Violation:
    return Violation(code, pointer, message, "E", params)
