"""One EPCIS 2.0 event as a typed value, identifiers in the form under which they are filed (DESIGN §3.2).

Reading refuses wrong types and wrong identifiers, each with a JSON Pointer; it keeps the object itself in `raw`.
What an event of the right shape may not say is for `ledger.epcis.checks`.

Source: EPCIS 2.0 §7.4 (event types), its JSON Schema; PROFILE §2 (our own members).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from ledger.encoding import JsonValue, hex_decode
from ledger.epcis.context import check_names, read_context
from ledger.epcis.members import (
    EVENT_LOT_NUMBER,
    LOT_NUMBER,
    ROLL,
    ErrorDeclaration,
    Quantity,
    Roll,
    check_answers,
    check_declaration,
    check_hidden,
    check_lot_numbers,
    check_roll,
    check_voided,
    read_applied,
    read_declaration,
    read_devices,
    read_lots_beside,
    read_origins,
    read_persistent,
    read_quantities,
)
from ledger.epcis.reader import Reader
from ledger.epcis.sensors import SensorElement, read_elements
from ledger.errors import RuleError

__all__ = [
    "ACTIONS",
    "TRANSFORMATION_REF",
    "ErrorDeclaration",
    "Event",
    "Quantity",
    "Roll",
    "SensorElement",
    "read_event",
]

TRANSFORMATION_REF: Final = "nguon:transformationRef"

ACTIONS: Final = frozenset({"ADD", "OBSERVE", "DELETE"})
_WHAT: Final[Mapping[str, frozenset[str]]] = {
    "ObjectEvent": frozenset({"epcList", "quantityList", "action", "ilmd"}),
    "AggregationEvent": frozenset({"parentID", "childEPCs", "childQuantityList", "action"}),
    "AssociationEvent": frozenset({"parentID", "childEPCs", "childQuantityList", "action"}),
    "TransactionEvent": frozenset({"parentID", "epcList", "quantityList", "action"}),
    "TransformationEvent": frozenset(
        {
            "inputEPCList",
            "inputQuantityList",
            "outputEPCList",
            "outputQuantityList",
            "transformationID",
            "ilmd",
        }
    ),
}
_ALL_WHAT: Final = frozenset(name for names in _WHAT.values() for name in names)
_UNREAD: Final = datetime.min.replace(tzinfo=UTC)
_COMMON: Final = frozenset(
    {
        *(
            "@context",
            "type",
            "eventID",
            "eventTime",
            "eventTimeZoneOffset",
            "recordTime",
            "errorDeclaration",
        ),
        *("certificationInfo", "bizStep", "disposition", "persistentDisposition", "readPoint", "bizLocation"),
        *("bizTransactionList", "sourceList", "destinationList", "sensorElementList"),
    }
)


@dataclass(frozen=True)
class Event:
    """An event, right by construction when it comes from {read_event}.

    Identifiers are canonical (DESIGN §3.2); `raw` is the object as it was read.
    """

    type: str
    event_id: str | None
    event_time: datetime
    offset: str
    action: str | None
    biz_step: str | None
    disposition: str | None
    persistent_set: tuple[str, ...]
    persistent_unset: tuple[str, ...]
    epcs: tuple[str, ...]
    quantities: tuple[Quantity, ...]
    parent: str | None
    child_epcs: tuple[str, ...]
    child_quantities: tuple[Quantity, ...]
    input_epcs: tuple[str, ...]
    input_quantities: tuple[Quantity, ...]
    output_epcs: tuple[str, ...]
    output_quantities: tuple[Quantity, ...]
    read_point: str | None
    biz_location: str | None
    transformation_id: str | None
    transformation_ref: str | None
    input_applied: tuple[str, ...]
    """Products that the event names as applied: fertiliser, pesticide, feed, drug."""
    sources_of_birth: tuple[str, ...]
    """The planting, hives or pond that `ilmd` names on a harvest."""
    lots_beside: Mapping[str, str]
    """Instance -> lot, where the instance's own Digital Link names both."""
    certifications: tuple[str, ...]
    transactions: tuple[tuple[str, str], ...]
    """Type (empty where none is given) and identifier."""
    sources: tuple[tuple[str, str], ...]
    destinations: tuple[tuple[str, str], ...]
    devices: tuple[str, ...]
    ilmd: Mapping[str, JsonValue]
    error_declaration: Mapping[str, JsonValue] | None
    extensions: Mapping[str, JsonValue]
    """Members with a prefix, at the event's top level."""
    raw: Mapping[str, JsonValue]

    @cached_property
    def is_birth(self) -> bool:
        """Whether it brings something into being: an ObjectEvent ADD, or a transformation's output."""
        if self.type == "ObjectEvent":
            return self.action == "ADD" and bool(self.epcs or self.quantities)
        return self.type == "TransformationEvent" and bool(self.output_epcs or self.output_quantities)

    @property
    def is_test(self) -> bool:
        """Whether it inspects goods: a laboratory's result, a quality check."""
        return self.type == "ObjectEvent" and self.biz_step == "inspecting"

    @property
    def is_recall(self) -> bool:
        return "recalled" in self.persistent_set

    @property
    def is_release(self) -> bool:
        return "recalled" in self.persistent_unset

    @property
    def is_encoding(self) -> bool:
        """Whether it is about labels: a roll of tem, or codes put on packs."""
        return self.biz_step == "encoding"

    @property
    def names_lots(self) -> bool:
        """Whether it must name the lots of its instances: birth, test, roll, recall, release (DESIGN §3.2)."""
        return self.is_birth or self.is_test or self.is_encoding or self.is_recall or self.is_release

    @cached_property
    def roll(self) -> Roll | None:
        """The roll of tem that it issues, or None."""
        value = self.extensions.get(ROLL)
        if not isinstance(value, Mapping):
            return None
        roll_id, count, root = value.get("id"), value.get("count"), value.get("root")
        if not isinstance(roll_id, str) or not isinstance(count, int) or isinstance(count, bool):
            return None
        return Roll(roll_id, count, hex_decode(root))

    @cached_property
    def sensors(self) -> tuple[SensorElement, ...]:
        """What sensors told, in order."""
        return read_elements(self.raw.get("sensorElementList"))

    @cached_property
    def declaration(self) -> ErrorDeclaration | None:
        """That an event was wrong, where it declares so."""
        return None if self.error_declaration is None else read_declaration(self.error_declaration)

    @cached_property
    def lot_number(self) -> str | None:
        """The lot number that the event itself gives to its instances: in `ilmd` on a birth, else `nguon:lotNumber`."""
        named = [self.ilmd.get(name) for name in LOT_NUMBER] if self.is_birth else []
        named.append(self.extensions.get(EVENT_LOT_NUMBER))
        return next((text for text in named if isinstance(text, str) and text), None)

    @cached_property
    def items(self) -> tuple[str, ...]:
        """What the event happens to, each once, in order: parent, instances, classes, children, outputs."""
        classes = (*self.quantities, *self.child_quantities, *self.output_quantities)
        named = [self.parent] if self.parent else []
        named += [*self.epcs, *self.child_epcs, *self.output_epcs, *(item.epc_class for item in classes)]
        return tuple(dict.fromkeys(named))

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """What a transformation consumes, each once."""
        return tuple(dict.fromkeys([*self.input_epcs, *(item.epc_class for item in self.input_quantities)]))

    @property
    def place(self) -> str | None:
        """Where it is filed if it has no item: `bizLocation`, else `readPoint`."""
        return self.biz_location or self.read_point


def read_event(obj: Mapping[str, JsonValue]) -> Event:
    """Read one event.

    Args:
        obj: the event, with the `@context` under which it was written.

    Raises:
        RuleError: `event.shape`, `context.prefix`, `dl.syntax`, `gs1.check_digit`; all violations, in order.
    """
    read = Reader(obj)
    kind = read.word("type", required=True)
    if kind is not None and kind not in _WHAT:
        read.refuse("/type", f"{kind!r} is none of the five event types of EPCIS 2.0.", type=kind)
    prefixes, wrong = read_context(obj.get("@context"))
    read.violations.extend(wrong)
    read.violations.extend(check_names(obj, prefixes))
    _check_members(read, kind or "")
    read.time("recordTime")
    check_roll(read)
    check_hidden(read)
    check_voided(read)
    check_answers(read)
    check_declaration(read)
    persistent_set, persistent_unset = read_persistent(read)
    ilmd = read.object("ilmd") or {}
    check_lot_numbers(read, ilmd)
    event = Event(
        type=kind or "",
        event_id=read.uri("eventID"),
        event_time=read.time("eventTime", required=True) or _UNREAD,
        offset=read.offset("eventTimeZoneOffset") or "",
        action=read.word("action"),
        biz_step=read.word("bizStep"),
        disposition=read.word("disposition"),
        persistent_set=persistent_set,
        persistent_unset=persistent_unset,
        epcs=read.identifiers("epcList"),
        quantities=read_quantities(read, "quantityList"),
        parent=read.identifier("parentID"),
        child_epcs=read.identifiers("childEPCs"),
        child_quantities=read_quantities(read, "childQuantityList"),
        input_epcs=read.identifiers("inputEPCList"),
        input_quantities=read_quantities(read, "inputQuantityList"),
        output_epcs=read.identifiers("outputEPCList"),
        output_quantities=read_quantities(read, "outputQuantityList"),
        read_point=read.place("readPoint"),
        biz_location=read.place("bizLocation"),
        transformation_id=read.identifier("transformationID"),
        transformation_ref=read.identifier(TRANSFORMATION_REF),
        input_applied=read_applied(read),
        sources_of_birth=read_origins(read, ilmd),
        lots_beside=read_lots_beside(obj),
        certifications=read.identifiers("certificationInfo", single=True),
        transactions=read.typed("bizTransactionList", "bizTransaction"),
        sources=read.typed("sourceList", "source"),
        destinations=read.typed("destinationList", "destination"),
        devices=read_devices(read),
        ilmd=ilmd,
        error_declaration=read.object("errorDeclaration"),
        extensions={name: member for name, member in obj.items() if ":" in name},
        raw=obj,
    )
    if read.violations:
        raise RuleError(read.violations)
    return event


def _check_members(read: Reader, kind: str) -> None:
    allowed = _COMMON | _WHAT.get(kind, _ALL_WHAT)
    for name in read.obj:
        if ":" in name or name.startswith("@") or name in allowed:
            continue
        if name in _ALL_WHAT:
            read.refuse(f"/{name}", f"{kind} has no {name}.", type=kind, member=name)
        else:
            read.refuse(
                Reader.step("", name),
                f"EPCIS has no member {name}; one of your own needs a prefix.",
                member=name,
            )
    action = read.obj.get("action")
    if isinstance(action, str) and action not in ACTIONS:
        read.refuse("/action", f"An action is ADD, OBSERVE or DELETE, not {action!r}.", action=action)
