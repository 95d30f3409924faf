"""The members of an event that have parts of their own: quantities, sensors, rolls, declarations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from ledger.encoding import JsonValue, hex_decode
from ledger.epcis.reader import Reader, canonical, parse_time
from ledger.errors import EncodingError
from ledger.gs1 import epc, keys

ROLL: Final = "nguon:roll"
HIDDEN: Final = "nguon:hidden"
VOIDED: Final = "nguon:voided"
ANSWERS: Final = "nguon:answers"
MAX_ANSWERS: Final = 100
"""Events that one event answers."""
LOT_NUMBER: Final = ("cbvmda:lotNumber", "urn:epcglobal:cbv:mda:lotNumber")
EVENT_LOT_NUMBER: Final = "nguon:lotNumber"
INPUT_APPLIED: Final = "nguon:inputApplied"
SOURCE_PREFIX: Final = "nguon:source"
MAX_ROLL: Final = 2**25
"""Tem in a roll: five characters of Crockford base32 count them."""


@dataclass(frozen=True)
class Quantity:
    """Some of a class of goods.

    Attributes:
        epc_class: canonical URI of the lot, or of the product.
        quantity: how much; None where the event does not say.
        uom: UN/CEFACT Rec 20 unit; None for counted packs.
    """

    epc_class: str
    quantity: float | None
    uom: str | None = None


@dataclass(frozen=True)
class Roll:
    """A roll of tem: its name, the number of tem, the RFC 6962 root over their leaves (32 bytes)."""

    id: str
    count: int
    root: bytes


@dataclass(frozen=True)
class ErrorDeclaration:
    """That an event of the same eventID was wrong.

    Attributes:
        time: when this was declared.
        reason: `did_not_occur`, `incorrect_data`, or a URI of one's own; None where none is given.
        corrective: eventIDs of what is told instead.
        extensions: members with a prefix.
    """

    time: datetime
    reason: str | None
    corrective: tuple[str, ...]
    extensions: Mapping[str, JsonValue]


def read_declaration(value: Mapping[str, JsonValue]) -> ErrorDeclaration:
    """An `errorDeclaration` whose shape {check_declaration} has seen to be right."""
    time, reason, corrective = (
        value.get(name) for name in ("declarationTime", "reason", "correctiveEventIDs")
    )
    ids = corrective if isinstance(corrective, list) else []
    return ErrorDeclaration(
        parse_time(str(time)),
        reason if isinstance(reason, str) else None,
        tuple(item for item in ids if isinstance(item, str)),
        {name: member for name, member in value.items() if ":" in name},
    )


def read_quantities(read: Reader, name: str) -> tuple[Quantity, ...]:
    """A member that is a list of quantities."""
    found: list[Quantity] = []
    for pointer, item in read.objects(name):
        uri = read.canonical(item.get("epcClass"), f"{pointer}/epcClass")
        quantity, uom = item.get("quantity"), item.get("uom")
        if quantity is not None and (isinstance(quantity, bool) or not isinstance(quantity, int | float)):
            read.refuse(f"{pointer}/quantity", "A quantity is a number.")
            continue
        if uom is not None and not (
            isinstance(uom, str) and 2 <= len(uom) <= 3 and uom.isascii() and uom.isalnum()
        ):
            read.refuse(f"{pointer}/uom", "A unit is a code of two or three characters, such as KGM.")
            continue
        if uri is not None:
            found.append(Quantity(uri, quantity, uom if isinstance(uom, str) else None))
    return tuple(found)


def read_persistent(read: Reader) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What `persistentDisposition` sets, and what it unsets."""
    value = read.object("persistentDisposition")
    if value is None:
        return (), ()
    sets = {name: read.words(value.get(name), f"/persistentDisposition/{name}") for name in ("set", "unset")}
    if not sets["set"] and not sets["unset"]:
        read.refuse("/persistentDisposition", "A persistentDisposition sets or unsets something.")
    return sets["set"], sets["unset"]


def read_applied(read: Reader) -> tuple[str, ...]:
    """Products under `nguon:inputApplied`: one object or a list of them."""
    value = read.obj.get(INPUT_APPLIED)
    pairs: Sequence[tuple[str, Mapping[str, JsonValue]]]
    pairs = [(f"/{INPUT_APPLIED}", value)] if isinstance(value, Mapping) else read.objects(INPUT_APPLIED)
    named = (
        read.canonical(item["nguon:product"], f"{pointer}/nguon:product")
        for pointer, item in pairs
        if "nguon:product" in item
    )
    return tuple(dict.fromkeys(uri for uri in named if uri is not None))


def read_origins(read: Reader, ilmd: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """URIs under any `nguon:source…` of ilmd: sourcePlanting, sourceHives, sourcePond."""
    found: list[str] = []
    for name, member in ilmd.items():
        if not name.startswith(SOURCE_PREFIX):
            continue
        for position, item in enumerate(member if isinstance(member, list) else [member]):
            pointer = Reader.step("/ilmd", name) + (f"/{position}" if isinstance(member, list) else "")
            if isinstance(item, str) and Reader.is_uri(item):
                uri = read.canonical(item, pointer)
                if uri is not None:
                    found.append(uri)
    return tuple(dict.fromkeys(found))


def read_devices(read: Reader) -> tuple[str, ...]:
    """The devices that sensor elements name."""
    found: list[str | None] = []
    for pointer, element in read.objects("sensorElementList"):
        metadata = element.get("sensorMetadata")
        if metadata is not None and not isinstance(metadata, Mapping):
            read.refuse(f"{pointer}/sensorMetadata", "sensorMetadata is an object.")
        elif metadata is not None and "deviceID" in metadata:
            found.append(read.canonical(metadata["deviceID"], f"{pointer}/sensorMetadata/deviceID"))
        for place, report in read.objects("sensorReport", element, pointer):
            if "deviceID" in report:
                found.append(read.canonical(report["deviceID"], f"{place}/deviceID"))
    return tuple(dict.fromkeys(uri for uri in found if uri is not None))


def check_roll(read: Reader) -> None:
    """Refuse a `nguon:roll` of another shape than DESIGN §3.8 gives it."""
    value = read.obj.get(ROLL)
    if value is None and ROLL not in read.obj:
        return
    pointer = f"/{ROLL}"
    if not isinstance(value, Mapping) or value.keys() != {"id", "count", "root"}:
        read.refuse(pointer, "A roll has id, count and root.")
        return
    roll_id, count = value["id"], value["count"]
    if not isinstance(roll_id, str) or not roll_id:
        read.refuse(f"{pointer}/id", "A roll's id is text.")
    if not isinstance(count, int) or isinstance(count, bool) or not 0 < count <= MAX_ROLL:
        read.refuse(f"{pointer}/count", f"A roll has 1 to {MAX_ROLL} tem.", limit=MAX_ROLL)
    try:
        hex_decode(value["root"])
    except EncodingError:
        read.refuse(f"{pointer}/root", "A roll's root is 32 bytes in lower-case hex.")


def check_hidden(read: Reader) -> None:
    """Refuse a `nguon:hidden` that is no root over as many codes as the roll beside it has tem."""
    if HIDDEN not in read.obj:
        return
    value, roll = read.obj[HIDDEN], read.obj.get(ROLL)
    pointer = f"/{HIDDEN}"
    if not isinstance(value, Mapping) or value.keys() != {"root", "count"}:
        read.refuse(pointer, "A second layer has root and count.")
        return
    covered = value["count"]
    if type(covered) is not int or not isinstance(roll, Mapping) or covered != roll.get("count"):
        read.refuse(f"{pointer}/count", "A second layer has as many codes as the roll beside it has tem.")
    try:
        hex_decode(value["root"])
    except EncodingError:
        read.refuse(f"{pointer}/root", "The root of a second layer is 32 bytes in lower-case hex.")


def check_voided(read: Reader) -> None:
    """Refuse a `nguon:voided` that does not prove every tem which the event lists."""
    if VOIDED not in read.obj:
        return
    value, listed = read.obj[VOIDED], read.obj.get("epcList")
    pointer = f"/{VOIDED}"
    if not isinstance(value, Mapping) or value.keys() != {"roll", "inclusions"}:
        read.refuse(pointer, "What is voided has roll and inclusions.")
        return
    told = (read.obj.get("type"), read.obj.get("action"), read.obj.get("bizStep"))
    if told != ("ObjectEvent", "OBSERVE", "decommissioning"):
        read.refuse(pointer, "Tem are voided by an ObjectEvent OBSERVE with the bizStep decommissioning.")
    if not isinstance(value["roll"], str) or not value["roll"]:
        read.refuse(f"{pointer}/roll", "A roll's id is text.")
    proofs = value["inclusions"]
    if not isinstance(proofs, list) or not isinstance(listed, list) or len(proofs) != len(listed):
        read.refuse(f"{pointer}/inclusions", "Each tem of epcList has its inclusion proof, in their order.")
        return
    for place, proof in enumerate(proofs):
        try:
            hashes = [hex_decode(item) for item in proof] if isinstance(proof, list) else None
        except EncodingError:
            hashes = None
        if hashes is None:
            read.refuse(
                f"{pointer}/inclusions/{place}", "A proof is a list of 32-byte hashes in lower-case hex."
            )


def check_answers(read: Reader) -> None:
    """Refuse `nguon:answers` of another shape than the profile gives them (docs/adr/0014-two-hands.md)."""
    if ANSWERS not in read.obj:
        return
    value, pointer = read.obj[ANSWERS], f"/{ANSWERS}"
    if not isinstance(value, list) or not 0 < len(value) <= MAX_ANSWERS:
        read.refuse(pointer, f"Answers are a list of 1 to {MAX_ANSWERS}.", limit=MAX_ANSWERS)
        return
    seen: set[str] = set()
    for place, item in enumerate(value):
        at = f"{pointer}/{place}"
        known = {"nguon:event", "nguon:answer", "nguon:reason"}
        if not isinstance(item, Mapping) or not {"nguon:event", "nguon:answer"} <= item.keys() <= known:
            read.refuse(at, "An answer has nguon:event and nguon:answer, and may have nguon:reason.")
            continue
        event, reason = item["nguon:event"], item.get("nguon:reason", "-")
        if not isinstance(event, str) or not Reader.is_uri(event) or event in seen:
            read.refuse(f"{at}/nguon:event", "An answer names the eventID of another event, each once.")
        if item["nguon:answer"] not in ("accepted", "denied"):
            read.refuse(f"{at}/nguon:answer", "An answer is accepted or denied.")
        if not isinstance(reason, str) or not reason:
            read.refuse(f"{at}/nguon:reason", "A reason is text.")
        seen.add(str(event))


def check_lot_numbers(read: Reader, ilmd: Mapping[str, JsonValue]) -> None:
    """Refuse a lot number that no Digital Link could hold (`dl.syntax`)."""
    named = [("/ilmd", name, ilmd) for name in LOT_NUMBER] + [("", EVENT_LOT_NUMBER, read.obj)]
    for pointer, name, obj in named:
        if name not in obj:
            continue
        text = read.word(name, obj, pointer)
        if text is not None:
            read.checked(keys.require_lot, text, Reader.step(pointer, name))


def check_declaration(read: Reader) -> None:
    """Refuse an `errorDeclaration` without its time, or with corrective IDs that are none."""
    value = read.object("errorDeclaration")
    if value is None:
        return
    read.time("declarationTime", value, "/errorDeclaration", required=True)
    read.word("reason", value, "/errorDeclaration")
    for position, item in enumerate(
        read.words(value.get("correctiveEventIDs"), "/errorDeclaration/correctiveEventIDs")
    ):
        if not Reader.is_uri(item):
            read.refuse(f"/errorDeclaration/correctiveEventIDs/{position}", "An event's ID is a URI.")


def read_lots_beside(obj: Mapping[str, JsonValue]) -> Mapping[str, str]:
    """Instance -> lot, for instances whose Digital Link names both."""
    found: dict[str, str] = {}
    for name in ("epcList", "childEPCs", "inputEPCList", "outputEPCList"):
        member = obj.get(name)
        for item in member if isinstance(member, list) else ():
            lot = _lot_named(item) if isinstance(item, str) else None
            if lot is not None and isinstance(item, str):
                found.setdefault(canonical(item), lot)
    return found


@lru_cache(maxsize=8192)
def _lot_named(uri: str) -> str | None:
    return epc.lot_named(uri)
