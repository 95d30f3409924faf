"""Reading a signed event for a page.

A page prints what was signed and cannot refuse it any more, so reading is total: what has another shape than
PROFILE gives it says nothing. Members are found by their local name, so `nguon:method` and
`https://w3id.org/nguon/epcis/method` are the same.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from ledger.encoding import JsonValue
from ledger.lot.terms import by_local_name, items, local_name, text

_OFFSET = re.compile(r"^([+-])(\d\d):(\d\d)$")
_EMPTY: Mapping[str, JsonValue] = {}


def number(value: JsonValue) -> int | float | None:
    """A number; None for anything else (true and false are no numbers)."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def members(value: "JsonValue | Mapping[str, JsonValue]") -> Mapping[str, JsonValue]:
    """An object, or the empty one for anything else."""
    return value if isinstance(value, Mapping) else _EMPTY


def iso_date(value: JsonValue) -> date | None:
    """The day that an ISO 8601 text begins with."""
    try:
        return date.fromisoformat(text(value)[:10])
    except ValueError:
        return None


@dataclass(frozen=True)
class Amount:
    """How much of what: a class or lot URI, a quantity, a UN/CEFACT unit (None: counted)."""

    uri: str
    quantity: int | float
    uom: str | None


@dataclass(frozen=True)
class Reading:
    """One `sensorReport`, with the words that its event gave it."""

    type: str
    parameter: str
    substance: str
    microorganism: str
    value: int | float | None
    low: int | float | None
    high: int | float | None
    mean: int | float | None
    uom: str
    said: str
    found: bool | None
    limit: int | float | None
    alarm: bool


class EventReader:
    """An event's payload, with the questions that a page asks of it."""

    def __init__(self, payload: Mapping[str, JsonValue]) -> None:
        self.payload = payload
        self.step = local_name(text(payload.get("bizStep")))
        self.type = text(payload.get("type"))
        self.action = text(payload.get("action"))
        self.ilmd = members(payload.get("ilmd"))

    def said(self, name: str) -> str:
        """A text that the event, or its `ilmd`, carries beside the standard's members."""
        return text(by_local_name(self.payload, name)) or text(by_local_name(self.ilmd, name))

    def amount_said(self, name: str) -> int | float | None:
        """As `said`, for a number."""
        value = number(by_local_name(self.payload, name))
        return value if value is not None else number(by_local_name(self.ilmd, name))

    @property
    def time(self) -> datetime | None:
        """When it happened, in the event's own offset."""
        try:
            moment = datetime.fromisoformat(text(self.payload.get("eventTime")))
        except ValueError:
            return None
        if moment.tzinfo is None:
            return None
        match = _OFFSET.match(text(self.payload.get("eventTimeZoneOffset")))
        if not match:
            return moment
        span = timedelta(hours=int(match[2]), minutes=int(match[3]))
        return moment.astimezone(timezone(span if match[1] == "+" else -span))

    @property
    def is_error(self) -> bool:
        return isinstance(self.payload.get("errorDeclaration"), Mapping)

    @property
    def error_reason(self) -> str:
        return local_name(text(members(self.payload.get("errorDeclaration")).get("reason")))

    @property
    def voids_tem(self) -> bool:
        """Whether it ends labels that were spoiled, and no goods."""
        return isinstance(by_local_name(self.payload, "voided"), Mapping)

    @property
    def place(self) -> str:
        """Where: the location that it names, else the read point."""
        for name in ("bizLocation", "readPoint"):
            uri = text(members(self.payload.get(name)).get("id"))
            if uri:
                return uri
        return ""

    def amounts(self, *names: str) -> list[Amount]:
        """The quantities of the lists of these names."""
        found = []
        for name in names:
            for item in items(self.payload.get(name)):
                quantity = number(members(item).get("quantity"))
                uri = text(members(item).get("epcClass"))
                if uri and quantity is not None:
                    found.append(Amount(uri, quantity, text(members(item).get("uom")) or None))
        return found

    def listed(self, *names: str) -> list[str]:
        """The instances and logistic units of the lists of these names."""
        return [uri for name in names for item in items(self.payload.get(name)) if (uri := text(item))]

    def persistent(self, name: str) -> set[str]:
        listed = members(self.payload.get("persistentDisposition")).get(name)
        return {local_name(text(item)) for item in items(listed)}

    def parties(self, name: str, member: str) -> list[str]:
        """The organisations of a source or destination list."""
        found = [text(members(item).get(member)) for item in items(self.payload.get(name))]
        return [uri for uri in dict.fromkeys(found) if "/417/" in uri]

    def transactions(self, kind: str) -> list[str]:
        """The documents of one kind that it refers to."""
        return [
            text(members(item).get("bizTransaction"))
            for item in items(self.payload.get("bizTransactionList"))
            if local_name(text(members(item).get("type"))) == kind
        ]

    @property
    def certificates(self) -> list[str]:
        """URIs of the certificates that it was done under."""
        return [uri for item in items(self.payload.get("certificationInfo")) if (uri := text(item))]

    def readings(self) -> list[Reading]:
        """All sensor reports, in their order."""
        return [
            _reading(members(report))
            for element in items(self.payload.get("sensorElementList"))
            for report in items(members(element).get("sensorReport"))
        ]


def _reading(report: Mapping[str, JsonValue]) -> Reading:
    found = report.get("booleanValue")
    return Reading(
        type=local_name(text(report.get("type"))),
        parameter=text(by_local_name(report, "parameter")),
        substance=local_name(text(report.get("chemicalSubstance"))),
        microorganism=local_name(text(report.get("microorganism"))),
        value=number(report.get("value")),
        low=number(report.get("minValue")),
        high=number(report.get("maxValue")),
        mean=number(report.get("meanValue")),
        uom=text(report.get("uom")),
        said=text(report.get("stringValue")),
        found=found if isinstance(found, bool) else None,
        limit=number(by_local_name(report, "limitMax")),
        alarm=bool(text(report.get("exception"))),
    )
