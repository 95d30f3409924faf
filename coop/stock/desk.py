"""Cartons and pallets: a number, what is packed into it, what is inside.

Numbers are working data (`coop.stock.actions`); what is inside is read from the log, so that a unit packed by other
software, or elsewhere, is told of as well.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from coop.accounts.queries import Signers
from coop.stock import actions, queries
from coop.stock.queries import GivenUnit
from ledger.errors import AuthorityError, Gs1Error, NotFoundError
from ledger.gs1 import digital_link, epc
from ledger.gs1.keys import Sscc
from ledger.inside import is_unit
from ledger.lot.containers import Stay
from ledger.lot.state import StoryEntry
from ledger.lot.told import Told
from ledger.packing import Code, Packed, Packing
from ledger.scanning import Known, Scanning
from ledger.temcheck import read_lot_tems

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Portion:
    """How many packs of a lot are in a unit, those in the units in it included.

    Attributes:
        lot: its URI; where nobody knows the lot of an instance, the product's.
        count: packs.
    """

    lot: str
    count: float


@dataclass(frozen=True)
class Held:
    """What a unit holds now.

    Attributes:
        uri: canonical.
        given: who was given its number here; None for one from elsewhere.
        direct: what is directly in it.
        portions: packs by lot, in order of packing.
        units: how many units are directly in it.
        parent: the unit or other container that it is in.
        packed: the newest event that packed into it; None where nothing was.
    """

    sscc: str
    uri: str
    given: GivenUnit | None
    direct: tuple[Stay, ...]
    portions: tuple[Portion, ...]
    units: int
    parent: str | None
    packed: Told | None

    @property
    def org(self) -> str | None:
        """Whose unit it is: who packed it last, else who was given the number."""
        if self.packed is not None and self.packed.signer is not None:
            return self.packed.signer.org
        return self.given.org if self.given is not None else None


class Stock:
    """The desk where cartons are numbered and packed. Threads may share it."""

    def __init__(
        self, engine: Engine, known: Known, packing: Packing, signers: Signers, clock: Clock
    ) -> None:
        """
        Args:
            engine: begins transactions that write.
            signers: the hosted keys, which sign labels.
        """
        self._engine, self._known, self._packing = engine, known, packing
        self._signers, self._clock = signers, clock

    def allocate(self, org: str, count: int = 1, extension: int | None = None) -> list[str]:
        """Give out SSCC. Raises as `coop.stock.actions.allocate`."""
        return actions.allocate(self._engine, org, self._clock(), count, extension=extension, used=self._used)

    def set_prefix(self, org: str, prefix: str) -> None:
        """Raises as `coop.stock.actions.set_prefix`."""
        actions.set_prefix(self._engine, org, prefix)

    def scanning(self, sscc: str | None, org: str) -> Scanning:
        """Judge codes one by one, recording nothing; for a new unit without its number. Raises as {pack}."""
        return self._packing.scanning("" if sscc is None else self._own(sscc, org))

    def pack(
        self,
        sscc: str | None,
        codes: Sequence[Code],
        org: str,
        *,
        place: str | None = None,
        partly: bool = False,
    ) -> Packed:
        """Pack what was scanned into a unit of the organisation's own; None: a new one, given out if there is something
        to pack.

        Raises:
            Gs1Error: no SSCC.
            AuthorityError: the number is another organisation's (`unit.foreign`).
            As `Packing.pack`.
        """
        unit = self._own(sscc, org) if sscc is not None else lambda: unit_uri(self.allocate(org)[0])
        return self._packing.pack(unit, codes, org, place=place, partly=partly)

    def unpack(
        self, sscc: str, codes: Sequence[Code] | None, org: str, *, place: str | None = None
    ) -> Packed:
        """Take out what was scanned, or all; whoever has the unit may. Raises as `Packing.unpack`."""
        return self._packing.unpack(unit_uri(sscc), codes, org, place=place)

    def seal(self, org: str, sscc: str) -> str:
        """The signature of an organisation for the label of a unit, the value of AI (8030).

        Raises:
            AuthorityError: its key is not hosted here (`authority.key`).
        """
        signer = self._signers(org)
        if signer is None:
            message = f"The key of {org} is not kept here: sign with `nguon tem sign`."
            raise AuthorityError(message, code="authority.key", org=org)
        return signer.seal_unit(sscc)

    def births(self, lot: str) -> tuple[StoryEntry, ...]:
        """What brought a lot into being, by who speaks for it."""
        return read_lot_tems(self._known.log, self._known.slots, lot).births

    def held(self, sscc: str) -> Held:
        """What a unit holds.

        Raises:
            Gs1Error: no SSCC.
            NotFoundError: the number was never given out here, and no event names it (`not_found.unit`).
        """
        uri = unit_uri(sscc)
        given = queries.given(self._engine, sscc)
        if given is None and not self._known.inside.is_known([uri]):
            raise NotFoundError(
                f"Nothing is known here of the unit {sscc}.", code="not_found.unit", sscc=sscc
            )
        contents, told = self._known.inside.of(uri)
        within = contents.within(uri)
        lots = self._known.lots_of([stay.item for stay in within], told)
        counts: dict[str, float] = {}
        for stay in within:
            if not is_unit(stay.item):
                lot = stay.item if epc.is_lot(stay.item) else lots.get(stay.item, _product(stay.item))
                single = 1.0 if epc.is_instance(stay.item) else (stay.quantity or 0.0)
                counts[lot] = counts.get(lot, 0.0) + single
        direct = contents.inside(uri)
        packed = [item for item in told if item.event.parent == uri and item.event.action == "ADD"]
        return Held(
            sscc,
            uri,
            given,
            direct,
            tuple(Portion(lot, count) for lot, count in counts.items()),
            sum(is_unit(stay.item) for stay in direct),
            self._known.inside.containers_of([uri]).get(uri),
            packed[-1] if packed else None,
        )

    def parties(self, sscc: str) -> frozenset[str]:
        """Organisations to which a unit was given as a number, that said something of it, or to which it was sent."""
        given = queries.given(self._engine, sscc)
        return self._known.inside.parties(unit_uri(sscc)) | ({given.org} if given is not None else set())

    def _own(self, sscc: str, org: str) -> str:
        uri = unit_uri(sscc)
        given = queries.given(self._engine, sscc)
        if given is not None and given.org != org:
            message = f"The number {sscc} was given to another organisation."
            raise AuthorityError(message, code="unit.foreign", sscc=sscc)
        if given is None:
            with Session(self._engine) as session:
                prefix = queries.prefix_of(session, org)
            if not sscc[1:].startswith(prefix):
                message = f"The number {sscc} was not given out here, and does not begin with {prefix}."
                raise AuthorityError(message, code="unit.foreign", sscc=sscc)
        return uri

    def _used(self, numbers: Sequence[str]) -> Collection[str]:
        by_uri = {unit_uri(sscc): sscc for sscc in numbers}
        return [by_uri[uri] for uri in self._known.inside.is_known(by_uri)]


def unit_uri(sscc: str) -> str:
    """`https://id.gs1.org/00/{sscc}`. Raises Gs1Error: no SSCC."""
    try:
        return digital_link.build([("00", Sscc(sscc))])
    except Gs1Error as error:
        error.pointer = "/sscc"
        raise


def _product(uri: str) -> str:
    return uri.partition("/21/")[0]
