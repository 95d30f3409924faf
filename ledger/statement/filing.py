"""What an event must be filed under: `about` and `from` (DESIGN §3.2, "What an event must name").

    about  every item: epcList, quantityList, parentID, childEPCs, childQuantityList, outputs;
           a transformationID or nguon:transformationRef that the event feeds or observes;
           the place (bizLocation, else readPoint) of an event without items
    from   inputs; products named as applied; what `ilmd` names as the origin of a harvest;
           a transformationID or nguon:transformationRef whose outputs the event brings

An instance is named by its lot where the event is a birth, a test, a roll, a recall or a release; elsewhere by its
lot or by itself, and the ledger names both where 255 subjects allow it. A declaration of error is filed exactly as
the event that it withdraws.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ledger.epcis.event import Event
from ledger.errors import RuleError, StatementError, Violation
from ledger.gs1 import digital_link, epc
from ledger.statement.jws import MAX_SUBJECTS, Header

LotOf = Callable[[str], str | None]
"""Instance URI -> its lot's URI, if the ledger knows it."""

_MOST_URIS: Final = MAX_SUBJECTS - 1
"""URIs in `about` and `from` together: the signer's key is a subject too."""


@dataclass(frozen=True)
class Filing:
    """The URIs under which an event is filed, in a stable order, disjoint."""

    about: tuple[str, ...]
    from_: tuple[str, ...]


def required_filing(event: Event, lot_of: LotOf) -> Filing:
    """What an event must name; the filing that the ledger itself gives to a plain EPCIS event.

    Lots come first, in order of appearance, then other items, then instances.

    Args:
        event: as read.
        lot_of: the lots of instances that the ledger knows.

    Raises:
        RuleError: `serial.unknown` where an instance's lot must be named and is not known; `event.no_subject`;
            `limit.subjects` for more than 255 subjects.
    """
    lots = _Lots(event, lot_of)
    instances = [uri for uri in event.items if epc.is_instance(uri)]
    others = [uri for uri in event.items if not epc.is_instance(uri)]
    named = {uri: lots.of(uri) for uri in instances}
    if event.names_lots:
        for uri, lot in named.items():
            if lot is None:
                raise _unknown_lot(event, uri)
    classes = [uri for uri in others if epc.gtin_of(uri) is not None]
    units = [uri for uri in others if epc.gtin_of(uri) is None]
    known = [lot for lot in named.values() if lot is not None]
    short = _unique(
        [*classes, *known, *units, *(uri for uri, lot in named.items() if lot is None), *_standing(event)]
    )
    full = _unique([*classes, *known, *units, *instances, *_standing(event)])
    if not short:
        raise RuleError([Violation("event.no_subject", "", "The event names nothing that it is about.", "E")])
    from_ = _unique(lots.of(uri) or uri for uri in _origins(event))
    about = short if event.names_lots or len(full) + len(from_) > _MOST_URIS else full
    from_ = tuple(uri for uri in from_ if uri not in about)
    count = len(about) + len(from_) + 1
    if count > MAX_SUBJECTS:
        raise RuleError(
            [
                Violation(
                    "limit.subjects",
                    "",
                    f"The event has {count} subjects; a statement has at most {MAX_SUBJECTS}. Split it.",
                    "E",
                    {"count": count, "limit": MAX_SUBJECTS},
                )
            ]
        )
    return Filing(about, from_)


def check_filing(header: Header, event: Event, lot_of: LotOf) -> None:
    """Refuse a header that does not name what its event must name, or names what the event does not.

    An instance whose lot nobody knows (a tem that was never scanned) is named by any one lot of its product: its
    signer's word.

    Raises:
        StatementError: `statement.filing`, with a pointer into the event and the URI that is missing, or into the
            header and the URI that does not belong.
    """
    about, from_ = frozenset(header.about), frozenset(header.from_)
    lots = _Lots(event, lot_of)
    born = instance_lots(event)
    for uri, pointer in _pointed(event).items():
        if lots.is_born(uri) and uri not in born:
            raise _unknown_lot(event, uri)
        by_itself = uri in about and not event.names_lots
        if epc.is_instance(uri) and not by_itself and not lots.named(uri, about):
            raise _missing("about", uri, pointer, lot=lots.of(uri))
        if not epc.is_instance(uri) and uri not in about:
            raise _missing("about", uri, pointer)
    for uri in _standing(event):
        if uri not in about:
            raise _missing("about", uri, "")
    for uri in _origins(event):
        if not ({uri, lots.of(uri)} & (from_ | about)) and not lots.named(uri, from_):
            raise _missing("from", uri, "", lot=lots.of(uri))
    _refuse_strangers(header, event, lots)


def instance_lots(event: Event) -> Mapping[str, str]:
    """The instances that an event brings into being, each with the lot that the event gives it."""
    lots = _Lots(event, lambda _: None)
    return {uri: lot for uri in event.items if lots.is_born(uri) and (lot := lots.of(uri)) is not None}


class _Lots:
    """The lots of an event's instances: what the event itself says at their birth, what the ledger knows, else what
    the event says."""

    def __init__(self, event: Event, lot_of: LotOf) -> None:
        self._event = event
        self._lot_of = lot_of
        self._born = frozenset((*event.epcs, *event.output_epcs)) if event.is_birth else frozenset()

    def of(self, uri: str) -> str | None:
        """The lot of an instance; None for anything else, and where it is not known."""
        if not epc.is_instance(uri):
            return None
        if uri in self._born:
            return self._said(uri) or self._lot_of(uri)
        return self._lot_of(uri) or self._said(uri)

    def is_born(self, uri: str) -> bool:
        """Whether the event brings this instance into being."""
        return uri in self._born and epc.is_instance(uri)

    def named(self, uri: str, uris: Iterable[str]) -> bool:
        """Whether one of these URIs names the lot of an instance."""
        if not epc.is_instance(uri):
            return False
        lot = self.of(uri)
        if lot is not None:
            return lot in uris
        return any(self.could_be(uri, other) for other in uris)

    def could_be(self, uri: str, lot: str) -> bool:
        """Whether it may be the lot of an instance whose lot is not known."""
        return self.of(uri) is None and epc.is_lot(lot) and epc.gtin_of(lot) == epc.gtin_of(uri)

    def _said(self, uri: str) -> str | None:
        beside = self._event.lots_beside.get(uri)
        number, gtin = self._event.lot_number, epc.gtin_of(uri)
        if beside is not None or number is None or gtin is None or uri not in self._event.items:
            return beside
        return digital_link.lot_uri(gtin, number)


def _standing(event: Event) -> tuple[str, ...]:
    """What an event is about beside its items: a transformation that it feeds or observes, a place."""
    found: list[str] = []
    if not event.is_birth:
        found += [uri for uri in (event.transformation_id, event.transformation_ref) if uri is not None]
    has_goods = bool(event.items or event.inputs)
    if event.place is not None and (not has_goods or not (found or event.items)):
        found.append(event.place)
    return _unique(found)


def _origins(event: Event) -> tuple[str, ...]:
    """What went into what the event is about."""
    found = [*event.inputs, *event.input_applied, *event.sources_of_birth]
    if event.is_birth:
        found += [uri for uri in (event.transformation_id, event.transformation_ref) if uri is not None]
    return tuple(uri for uri in _unique(found) if uri not in event.items)


def _refuse_strangers(header: Header, event: Event, lots: _Lots) -> None:
    places = {uri for uri in (event.biz_location, event.read_point) if uri is not None}
    transformations = {uri for uri in (event.transformation_id, event.transformation_ref) if uri is not None}
    allowed = {
        "about": (header.about, event.items, places | (transformations if not event.is_birth else set())),
        "from": (header.from_, _origins(event), set()),
    }
    for name, (uris, own, also) in allowed.items():
        mine = {*own, *also, *(lot for uri in own if (lot := lots.of(uri)) is not None)}
        for position, uri in enumerate(uris):
            if uri not in mine and not any(lots.could_be(item, uri) for item in own if epc.is_instance(item)):
                raise StatementError(
                    f"{name} names {uri}, of which the event says nothing.",
                    code="statement.filing",
                    pointer=f"/{name}/{position}",
                    uri=uri,
                )


def _pointed(event: Event) -> Mapping[str, str]:
    """Each item and where in the event it stands."""
    pointers: dict[str, str] = {}
    if event.parent is not None:
        pointers[event.parent] = "/parentID"
    lists = {"epcList": event.epcs, "childEPCs": event.child_epcs, "outputEPCList": event.output_epcs}
    for name, uris in lists.items():
        for position, uri in enumerate(uris):
            pointers.setdefault(uri, f"/{name}/{position}")
    classes = {
        "quantityList": event.quantities,
        "childQuantityList": event.child_quantities,
        "outputQuantityList": event.output_quantities,
    }
    for name, quantities in classes.items():
        for position, item in enumerate(quantities):
            pointers.setdefault(item.epc_class, f"/{name}/{position}/epcClass")
    return pointers


def _unique(uris: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(uris))


def _unknown_lot(event: Event, uri: str) -> RuleError:
    return RuleError(
        [
            Violation(
                "serial.unknown",
                _pointed(event)[uri],
                f"The lot of {uri} is not known here, and this event must name it: give it in ilmd at its birth, or as "
                "nguon:lotNumber.",
                "E",
                {"uri": uri},
            )
        ]
    )


def _missing(member: str, uri: str, pointer: str, *, lot: str | None = None) -> StatementError:
    wanted = uri if lot is None else lot
    return StatementError(
        f"The statement's {member} must name {wanted}.",
        code="statement.filing",
        pointer=pointer,
        member=member,
        uri=wanted,
    )
