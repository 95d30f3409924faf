"""What one event says that a verdict rests on, read from its payload.

A verifier reads signed bytes that it cannot refuse any more, so reading here is total: what has another shape than
PROFILE gives it says nothing. Capture is where a wrong shape is refused (`ledger.epcis`).
Identifiers are compared in their canonical form (DESIGN §3.2); a wrong one is equal to nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cached_property
from typing import Final

from ledger.encoding import JsonValue, hex_decode
from ledger.epcis.members import MAX_ROLL
from ledger.errors import EncodingError, Gs1Error
from ledger.gs1.digital_link import lot_uri
from ledger.gs1.epc import canonical

LOT_NUMBER: Final = ("cbvmda:lotNumber", "urn:epcglobal:cbv:mda:lotNumber")
EXPIRY: Final = ("cbvmda:itemExpirationDate", "urn:epcglobal:cbv:mda:itemExpirationDate")
ROLL: Final = "nguon:roll"
HIDDEN: Final = "nguon:hidden"
VOIDED: Final = "nguon:voided"
RECALLED: Final = "recalled"
_INSTANCE_LISTS: Final = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")


@dataclass(frozen=True)
class Roll:
    """A roll of tem as its event declares it.

    Attributes:
        id: the issuer's name for it.
        count: number of tem.
        root: RFC 6962 root over their leaves, 32 bytes.
        hidden: that over their hidden codes; None for a roll without a second layer.
    """

    id: str
    count: int
    root: bytes
    hidden: bytes | None = None


@dataclass(frozen=True)
class VoidedTem:
    """A tem that was spoiled in printing, with the proof that it is one of its roll.

    Attributes:
        roll: id of the roll.
        serial: as it stands on the tem.
        inclusion: of its leaf, at the index that the serial carries, under the roll's root.
    """

    roll: str
    serial: str
    inclusion: tuple[bytes, ...]


@dataclass(frozen=True)
class EventFacts:
    """An event's payload, with the questions that a verdict asks of it.

    Attributes:
        payload: the signed JSON.
        about: the statement's `about`, which names the lot of instances that the payload does not give one.
    """

    payload: Mapping[str, JsonValue]
    about: tuple[str, ...] = ()

    @cached_property
    def type(self) -> str:
        return _text(self.payload.get("type"))

    @cached_property
    def event_id(self) -> str:
        return _text(self.payload.get("eventID"))

    @cached_property
    def biz_step(self) -> str:
        return _text(self.payload.get("bizStep"))

    @property
    def is_error_declaration(self) -> bool:
        """Whether it withdraws the event with its ID instead of telling a new one."""
        return self.payload.get("errorDeclaration") is not None

    @cached_property
    def births(self) -> frozenset[str]:
        """The lots that it brings into being, by quantity or through instances with their lot number."""
        return self._born_classes | {
            lot for lot in map(self.born_lot, self.born_instances) if lot is not None
        }

    @cached_property
    def born_instances(self) -> frozenset[str]:
        """The instances that it brings into being."""
        if self.type == "TransformationEvent":
            return frozenset(_identifiers(self.payload.get("outputEPCList")))
        if self.type == "ObjectEvent" and self.payload.get("action") == "ADD":
            return frozenset(_identifiers(self.payload.get("epcList")))
        return frozenset()

    def born_lot(self, instance: str) -> str | None:
        """The lot that it gives an instance: by `ilmd`, else the one lot of its product that it is about."""
        gtin, serial = _instance_parts(instance)
        if not serial:
            return None
        number = _first_text(self.payload.get("ilmd"), LOT_NUMBER)
        if number:
            try:
                return lot_uri(gtin, number)
            except Gs1Error:
                return None
        product = instance.partition("/21/")[0]
        lots = [uri for uri in self.about if uri.startswith(product + "/10/")]
        return lots[0] if len(lots) == 1 else None

    def names_instance(self, lot: str, instance: str) -> bool:
        """Whether it brings this instance into being as one of this lot."""
        return instance in self.born_instances and self.born_lot(instance) == lot

    def born_quantity(self, lot: str) -> float | None:
        """How many counted packs of the lot it brings; None where it is weighed or not born here."""
        if lot not in self.births:
            return None
        listed = self._born_quantities
        counted = [quantity for uri, quantity, uom in _quantities(listed) if uri == lot and uom is None]
        counted += [1.0 for instance in self.born_instances if self.born_lot(instance) == lot]
        return sum(counted) if counted else None

    @cached_property
    def sets_recalled(self) -> bool:
        return RECALLED in self._persistent("set")

    @cached_property
    def unsets_recalled(self) -> bool:
        return RECALLED in self._persistent("unset")

    def covers_whole(self, uri: str) -> bool:
        """Whether a recall or release of `uri`'s story means all of it: no instances of its product are listed."""
        return uri in self.classes or not self.listed_instances(uri)

    def listed_instances(self, uri: str) -> frozenset[str]:
        """The instances of a lot's product that it lists (of any other URI: the URI itself, if listed)."""
        product = uri.partition("/10/")[0]
        return frozenset(item for item in self.instances if item == uri or item.startswith(product + "/21/"))

    @cached_property
    def instances(self) -> frozenset[str]:
        return frozenset(item for name in _INSTANCE_LISTS for item in _identifiers(self.payload.get(name)))

    def pointer_to(self, instance: str) -> str:
        """JSON Pointer to where it lists an instance first; empty where it does not."""
        for name in _INSTANCE_LISTS:
            listed = self.payload.get(name)
            for place, item in enumerate(listed if isinstance(listed, list) else ()):
                if isinstance(item, str) and canonical_or_none(item) == instance:
                    return f"/{name}/{place}"
        return ""

    @cached_property
    def classes(self) -> frozenset[str]:
        """The lots that it names by quantity."""
        names = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
        return frozenset(uri for name in names for uri, _, _ in _quantities(self.payload.get(name)))

    @cached_property
    def expiry(self) -> date | None:
        """The use-by date that it gives to what it brings into being."""
        text = _first_text(self.payload.get("ilmd"), EXPIRY)
        try:
            return date.fromisoformat(text[:10]) if text else None
        except ValueError:
            return None

    def expires_at(self, day: date) -> datetime:
        """The end of a day in the event's own offset; the last moment that there is for the last day, or near it."""
        try:
            ends = datetime(day.year, day.month, day.day, tzinfo=self.zone) + timedelta(days=1)
            return ends.astimezone(UTC).astimezone(self.zone)
        except OverflowError:
            return datetime.max.replace(tzinfo=UTC)

    @cached_property
    def zone(self) -> timezone:
        """The event's `eventTimeZoneOffset`; UTC where it has none."""
        text = _text(self.payload.get("eventTimeZoneOffset"))
        try:
            offset = datetime.strptime(text, "%z").utcoffset() if ":" in text else None
        except ValueError:
            offset = None
        return timezone(offset) if offset is not None else timezone.utc  # noqa: UP017

    def roll_of(self, lot: str) -> Roll | None:
        """The roll of tem that it issues for a lot."""
        if (
            self.type != "ObjectEvent"
            or self.payload.get("action") != "OBSERVE"
            or self.biz_step != "encoding"
        ):
            return None
        value = self.payload.get(ROLL)
        named = {uri for uri, _, _ in _quantities(self.payload.get("quantityList"))}
        if not isinstance(value, Mapping) or lot not in named:
            return None
        roll_id, count, root = value.get("id"), value.get("count"), value.get("root")
        if not isinstance(roll_id, str) or not isinstance(root, str):
            return None
        if not isinstance(count, int) or isinstance(count, bool) or not 0 < count <= MAX_ROLL:
            return None
        try:
            return Roll(roll_id, count, hex_decode(root), self._hidden_root(count))
        except EncodingError:
            return None

    def _hidden_root(self, count: int) -> bytes | None:
        """The root over the hidden codes of its roll."""
        value = self.payload.get(HIDDEN)
        told = value if isinstance(value, Mapping) else {}
        covered = told.get("count")
        root = told.get("root") if type(covered) is int and covered == count else None
        try:
            return hex_decode(root) if isinstance(root, str) else None
        except EncodingError:
            return None

    def voided_tem(self, lot: str) -> tuple[VoidedTem, ...]:
        """The tem of a lot that it voids one by one, each with what proves it; whether that holds is not asked."""
        value = self.payload.get(VOIDED)
        if (
            self.type != "ObjectEvent"
            or self.payload.get("action") != "OBSERVE"
            or self.biz_step != "decommissioning"
            or not isinstance(value, Mapping)
        ):
            return ()
        roll, proofs, listed = value.get("roll"), value.get("inclusions"), self.payload.get("epcList")
        if not isinstance(roll, str) or not isinstance(proofs, list) or not isinstance(listed, list):
            return ()
        product = lot.partition("/10/")[0] + "/21/"
        found = []
        for item, proof in zip(listed, proofs, strict=False):
            uri = canonical_or_none(item) if isinstance(item, str) else None
            inclusion = _hashes(proof)
            if uri is not None and uri.startswith(product) and inclusion is not None:
                found.append(VoidedTem(roll, uri.removeprefix(product), inclusion))
        return tuple(found)

    @property
    def _born_quantities(self) -> JsonValue:
        if self.type == "TransformationEvent":
            return self.payload.get("outputQuantityList")
        if self.type == "ObjectEvent" and self.payload.get("action") == "ADD":
            return self.payload.get("quantityList")
        return None

    @cached_property
    def _born_classes(self) -> frozenset[str]:
        return frozenset(uri for uri, _, _ in _quantities(self._born_quantities))

    def _persistent(self, name: str) -> frozenset[str]:
        value = self.payload.get("persistentDisposition")
        listed = value.get(name) if isinstance(value, Mapping) else None
        return (
            frozenset(item for item in listed if isinstance(item, str))
            if isinstance(listed, list)
            else frozenset()
        )


def canonical_or_none(uri: str) -> str | None:
    """The canonical form of an identifier; None for a wrong one."""
    try:
        return canonical(uri)
    except Gs1Error:
        return None


def _identifiers(value: JsonValue) -> Iterator[str]:
    for item in value if isinstance(value, list) else ():
        uri = canonical_or_none(item) if isinstance(item, str) else None
        if uri is not None:
            yield uri


def _quantities(value: JsonValue) -> Iterator[tuple[str, float, str | None]]:
    for item in value if isinstance(value, list) else ():
        if not isinstance(item, Mapping):
            continue
        epc_class, quantity, uom = item.get("epcClass"), item.get("quantity"), item.get("uom")
        uri = canonical_or_none(epc_class) if isinstance(epc_class, str) else None
        if uri is not None:
            number = (
                float(quantity)
                if isinstance(quantity, int | float) and not isinstance(quantity, bool)
                else 0.0
            )
            yield uri, number, uom if isinstance(uom, str) else None


def _hashes(value: JsonValue) -> tuple[bytes, ...] | None:
    """Hashes in hex; None for anything else."""
    if not isinstance(value, list):
        return None
    try:
        return tuple(hex_decode(item) for item in value if isinstance(item, str))
    except EncodingError:
        return None


def _instance_parts(uri: str) -> tuple[str, str]:
    """GTIN and serial (percent-coded) of an instance; two empty strings for anything else."""
    head, mark, serial = uri.partition("/21/")
    gtin = head.rpartition("/01/")[2]
    return (gtin, serial) if mark and len(gtin) == 14 else ("", "")


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""


def _first_text(value: JsonValue, names: Iterable[str]) -> str:
    found = (value.get(name) for name in names) if isinstance(value, Mapping) else ()
    return next((text for text in found if isinstance(text, str) and text), "")
