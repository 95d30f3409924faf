"""What verified entries and descriptions say about the things that the law asks after.

Each fact is a list of values with their sources, empty where nothing says it. A description counts as of the day that
it is asked about: what happened keeps its place's name of that day, the producer has today's address.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final

from ledger.lot.masters import Description, valid_at, valid_at_or_first
from ledger.lot.terms import local_name, said
from ledger.proof.legal_model import Source, Stage, Value
from ledger.proof.verification import Verification, VerifiedEntry

_TRADE: Final = frozenset({"shipping", "retail_selling"})
_GROWN: Final = frozenset({"harvesting", "planting", "sowing"})
_ADDRESS: Final = ("streetAddressOne", "streetAddressTwo", "city", "state")
_MADE: Final = {"harvesting": "harvested", "packing": "packed", "repackaging": "packed"}


def address_of(description: Description | None) -> str:
    """An organisation's or place's address, as far as it is described."""
    parts = (description.said(name) for name in _ADDRESS) if description else ()
    return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class ToldEntry:
    """A standing event: its entry, and when it happened, in its own offset."""

    entry: VerifiedEntry
    when: datetime

    @property
    def step(self) -> str:
        return local_name(self.entry.event.biz_step or "") if self.entry.event else ""

    @property
    def source(self) -> Source:
        return Source("entry", self.entry.index, self.entry.uri)


class LegalFacts:
    """The facts of one verified lot, as of a day."""

    def __init__(self, found: Verification, today: date) -> None:
        assert found.target is not None
        self.found, self.today, self.target = found, today, found.target
        self.product = found.target.product_uri
        self.lot = found.target.lot_uri or ""
        self.own = _told(found.entries)
        ancestors = (entry for ancestor in found.ancestors for entry in ancestor.entries)
        self.all = _told([*found.entries, *ancestors])
        signer = found.birth.signer if found.birth else None
        self.maker = signer.org if signer else ""

    @cached_property
    def birth(self) -> ToldEntry | None:
        """What brought the lot into being."""
        index = self.found.birth.index if self.found.birth else None
        return next((item for item in self.own if item.entry.index == index), None)

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The lot's own story, oldest first."""
        return tuple(map(self._stage, self.own))

    @property
    def placeless(self) -> bool:
        """Whether something was done to the goods nobody says where; labels, recalls and releases are words only."""
        done = (item.entry.event for item in self.own if item.entry.event)
        return any(
            not (event.place or event.is_encoding or event.is_recall or event.is_release) for event in done
        )

    def described(self, uri: str) -> Description | None:
        """What describes a thing today."""
        return valid_at(self.found.masters.get(uri, ()), self.today)

    def says(self, part: str, uri: str, *names: str) -> list[Value]:
        """What today's description of a thing says under the first of these names that it uses."""
        description = self.described(uri)
        if description is None:
            return []
        text = next((text for name in names if (text := description.said(name))), "")
        return [Value(part, text, _source(description, uri))] if text else []

    def name(self) -> list[Value]:
        return self.says("name", self.product, "descriptionShort", "name")

    def party(self) -> list[Value]:
        """The producer's name: whose key signed the birth, else whom the product's description names."""
        found = self.says("name", self.maker, "name")
        return found or self.says("name", self.product, "manufacturerOfTradeItemPartyName")

    def address(self) -> list[Value]:
        """The producer's address today."""
        description = self.described(self.maker)
        address = address_of(description)
        return (
            [Value("address", address, _source(description, self.maker))] if description and address else []
        )

    def made(self) -> list[Value]:
        """When it was made: the days that the birth names, else the day it happened."""
        if self.birth is None or self.birth.entry.event is None:
            return []
        ilmd, step = self.birth.entry.event.ilmd, self.birth.step
        names = ("harvestStartDate", "harvestEndDate") if step == "harvesting" else ("productionDate",)
        named = [day for name in names if (day := _day(said(ilmd, name))) is not None]
        days = list(dict.fromkeys(named)) or [self.birth.when.date()]
        return [_date(_MADE.get(step, "made"), day, self.birth.source) for day in days]

    def expiry(self) -> list[Value]:
        """The use-by date that its births give it."""
        expiry = self.found.expiry
        day = _day(expiry.day) if expiry else None
        if expiry is None or day is None:
            return []
        return [_date("expiry", day, Source("entry", expiry.index, self.lot))]

    def sold(self) -> list[Value]:
        """When it first went into trade."""
        first = next((item for item in self.own if item.step in _TRADE), None)
        return [_date(first.step, first.when.date(), first.source)] if first else []

    def certificates(self) -> list[Value]:
        """Certificates that events were done under; a laboratory's own accreditation is none of the goods'."""
        found: dict[str, Value] = {}
        for item in self.all:
            event, signer = item.entry.event, item.entry.signer
            if event is None or (signer is not None and signer.role == "laboratory"):
                continue
            for uri in event.certifications:
                found.setdefault(uri, self._certificate(uri, item))
        return list(found.values())

    def _certificate(self, uri: str, item: ToldEntry) -> Value:
        description = self.described(uri)
        if description is None:
            return Value("certificate", uri, item.source)
        name = description.said("name") or description.said("standard") or uri
        ended = not description.in_force(self.today)
        return Value("certificate", name, _source(description, uri), description.until, ended)

    def tests(self) -> list[Value]:
        """Laboratory reports that its story and its ancestors' name."""
        return [
            Value("test", number, item.source, item.when.date())
            for item in self.all
            if item.entry.event is not None
            for kind, number in item.entry.event.transactions
            if local_name(kind) == "testres"
        ]

    def countries(self) -> list[Value]:
        """The countries of origin that births name."""
        return _once(
            Value("country", country, item.source)
            for item in self.all
            if item.entry.event and (country := said(item.entry.event.ilmd, "countryOfOrigin"))
        )

    def grown_at(self) -> list[Value]:
        """Where it was harvested; else where it was planted."""
        grown = [item for item in self.all if item.step in _GROWN]
        return self._places("grown", [item for item in grown if item.step == "harvesting"] or grown)

    def last_place(self) -> list[Value]:
        """Where its last stage was that names a place."""
        return self._places("last_stage", reversed(self.own))[:1]

    def code(self) -> list[Value]:
        """The traceability code by its application identifiers, each with the entry that gave it to the goods."""
        birth = self.birth.source if self.birth else Source("code", None, self.lot)
        parts = [
            Value("01", self.target.gtin, Source("code", None, self.product)),
            Value("10", self.target.lot or "", birth),
        ]
        if self.target.serial is not None:
            rolled = self.found.tem is not None and self.found.tem.roll is not None
            rolls = (item.source for item in self.own if rolled and item.step == "encoding")
            parts.append(Value("21", self.target.serial, next(rolls, birth)))
        return parts

    def _stage(self, told: ToldEntry) -> Stage:
        place = (told.entry.event.place if told.entry.event else None) or ""
        description = valid_at_or_first(self.found.masters.get(place, ()), told.when.date())
        return Stage(
            index=told.entry.index,
            step=told.step,
            when=told.when,
            goods=told.entry.uri,
            place=place,
            place_name=description.said("name") if description else "",
            place_address=address_of(description),
            described_by=description.index if description else None,
        )

    def _places(self, part: str, told: Iterable[ToldEntry]) -> list[Value]:
        found = []
        for stage in map(self._stage, told):
            name = ", ".join(text for text in (stage.place_name, stage.place_address) if text)
            if stage.described_by is not None and name:
                found.append(Value(part, name, Source("description", stage.described_by, stage.place)))
            elif stage.place:
                found.append(Value(part, stage.place, Source("entry", stage.index, stage.goods)))
        return _once(found)


def _told(entries: Iterable[VerifiedEntry]) -> list[ToldEntry]:
    """The events that stand, each once, by when they happened."""
    once: dict[int, ToldEntry] = {}
    gone: set[int] = set()
    for entry in entries:
        facts = entry.story().facts
        if entry.voided_by is not None:
            gone.add(entry.index)
        if entry.event is None or facts is None or facts.is_error_declaration:
            continue
        once.setdefault(entry.index, ToldEntry(entry, entry.event.event_time.astimezone(facts.zone)))
    told = [item for index, item in once.items() if index not in gone]
    return sorted(told, key=lambda item: (item.when, item.entry.index))


def _source(description: Description, uri: str) -> Source:
    return Source("description", description.index, uri)


def _date(part: str, day: date, source: Source) -> Value:
    return Value(part, day.isoformat(), source, day)


def _once(values: Iterable[Value]) -> list[Value]:
    """The values that say something new, in order."""
    found: dict[str, Value] = {}
    for value in values:
        found.setdefault(value.text, value)
    return list(found.values())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
