"""One event as it was told, whichever way it came: in a document, from the database, in a verified bundle."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledger.encoding import JsonValue
from ledger.epcis.event import Event
from ledger.errors import Gs1Error
from ledger.gs1 import epc
from ledger.gs1.digital_link import lot_uri
from ledger.statement.jws import Header
from ledger.statement.trust import KeyRecord


@dataclass(frozen=True)
class Told:
    """One event as it was told.

    Attributes:
        index: its place: in the log, or in the document's event list.
        event: what it says.
        signer: who signed it; None in a document, where everybody is taken at his word.
        about, from_: what its statement names; empty in a document.
    """

    index: int
    event: Event
    signer: KeyRecord | None = None
    about: tuple[str, ...] = ()
    from_: tuple[str, ...] = ()

    @classmethod
    def of(cls, index: int, event: Event, header: Header, signer: KeyRecord | None) -> "Told":
        """What an entry of the log tells: its event, with what its statement's header names."""
        return cls(index, event, signer, header.about, header.from_)


def said_lot(item: Told, uri: str) -> str | None:
    """The lot that one event gives an instance: in its Digital Link, by number, else the one lot of its product."""
    number = item.event.lot_number
    beside = item.event.lots_beside.get(uri)
    if beside is not None:
        return beside
    gtin = epc.gtin_of(uri)
    # A lot number speaks of what the event happens to, not of what it consumes.
    if number is not None and gtin is not None and uri in item.event.items:
        try:
            return lot_uri(gtin, number)
        except Gs1Error:
            return None
    return one_lot(uri, item.about)


def one_lot(instance: str, named: Iterable[str]) -> str | None:
    """The lot of an instance that a statement names by its lot: the only one of its product, if not by itself."""
    listed = tuple(named)
    if instance in listed:
        return None
    product = instance.partition("/21/")[0] + "/10/"
    lots = [uri for uri in listed if uri.startswith(product)]
    return lots[0] if len(lots) == 1 else None


def content(event: Event) -> Mapping[str, JsonValue]:
    """An event without what a declaration of error adds to it."""
    return {
        name: value for name, value in event.raw.items() if name not in ("errorDeclaration", "recordTime")
    }


def same_org(one: Told, other: Told) -> bool:
    """Whether two events are one organisation's word; where a signer is not known, they are."""
    if one.signer is None or other.signer is None:
        return True
    return one.signer.org == other.signer.org
