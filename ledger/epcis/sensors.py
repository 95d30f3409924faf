"""What sensors told: a sensor element as a typed value.

    element  = {"sensorMetadata"?: {…}, "sensorReport": [report …]}
    report   = {"type": measurement, "value"?, "uom"?, "minValue"?, …, "exception"?: alarm}

A report may carry any mix of values; what it leaves out is None here. Members of one's own stand in `extensions`.

Source: EPCIS 2.0 §7.3.7 (SensorElement), CBV 2.0 (measurement types).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ledger.encoding import JsonValue
from ledger.epcis.reader import parse_time


@dataclass(frozen=True)
class SensorMetadata:
    """What measured, how, and over which time; each may be left out."""

    time: datetime | None
    start: datetime | None
    end: datetime | None
    device_id: str | None
    device_metadata: str | None
    raw_data: str | None
    processing: str | None
    biz_rules: str | None
    extensions: Mapping[str, JsonValue]


@dataclass(frozen=True)
class SensorReport:
    """One measurement, or the summary of many over the element's time.

    Attributes:
        type: measurement type of CBV such as `Temperature`, or a URI of one's own.
        value, minimum, maximum, mean, deviation: in `uom`, a UN/CEFACT Rec 20 code.
        percentile_rank, percentile: that share (of 100) of the readings lies below that value.
        text, flag, hex_binary, uri: a result that is no number.
        exception: `ALARM_CONDITION`, `ERROR_CONDITION` or a URI of one's own.
        component, reference_system: along which axis, in which coordinates.
    """

    type: str
    value: float | None
    minimum: float | None
    maximum: float | None
    mean: float | None
    deviation: float | None
    percentile_rank: float | None
    percentile: float | None
    uom: str | None
    text: str | None
    flag: bool | None
    hex_binary: str | None
    uri: str | None
    exception: str | None
    component: str | None
    substance: str | None
    organism: str | None
    reference_system: str | None
    time: datetime | None
    device_id: str | None
    device_metadata: str | None
    raw_data: str | None
    processing: str | None
    biz_rules: str | None
    extensions: Mapping[str, JsonValue]


@dataclass(frozen=True)
class SensorElement:
    """Reports that share their metadata, at least one."""

    metadata: SensorMetadata | None
    reports: tuple[SensorReport, ...]
    extensions: Mapping[str, JsonValue]


def read_elements(value: JsonValue) -> tuple[SensorElement, ...]:
    """The sensor elements of a `sensorElementList`; what has not EPCIS's shape is left out."""
    items = value if isinstance(value, list) else []
    return tuple(_element(item) for item in items if isinstance(item, Mapping))


def _element(item: Mapping[str, JsonValue]) -> SensorElement:
    metadata, reports = item.get("sensorMetadata"), item.get("sensorReport")
    listed = reports if isinstance(reports, list) else []
    return SensorElement(
        _metadata(metadata) if isinstance(metadata, Mapping) else None,
        tuple(_report(report) for report in listed if isinstance(report, Mapping)),
        _own(item),
    )


def _metadata(item: Mapping[str, JsonValue]) -> SensorMetadata:
    return SensorMetadata(
        time=_time(item, "time"),
        start=_time(item, "startTime"),
        end=_time(item, "endTime"),
        device_id=_text(item, "deviceID"),
        device_metadata=_text(item, "deviceMetadata"),
        raw_data=_text(item, "rawData"),
        processing=_text(item, "dataProcessingMethod"),
        biz_rules=_text(item, "bizRules"),
        extensions=_own(item),
    )


def _report(item: Mapping[str, JsonValue]) -> SensorReport:
    flag = item.get("booleanValue")
    return SensorReport(
        type=_text(item, "type") or "",
        value=_number(item, "value"),
        minimum=_number(item, "minValue"),
        maximum=_number(item, "maxValue"),
        mean=_number(item, "meanValue"),
        deviation=_number(item, "sDev"),
        percentile_rank=_number(item, "percRank"),
        percentile=_number(item, "percValue"),
        uom=_text(item, "uom"),
        text=_text(item, "stringValue"),
        flag=flag if isinstance(flag, bool) else None,
        hex_binary=_text(item, "hexBinaryValue"),
        uri=_text(item, "uriValue"),
        exception=_text(item, "exception"),
        component=_text(item, "component"),
        substance=_text(item, "chemicalSubstance"),
        organism=_text(item, "microorganism"),
        reference_system=_text(item, "coordinateReferenceSystem"),
        time=_time(item, "time"),
        device_id=_text(item, "deviceID"),
        device_metadata=_text(item, "deviceMetadata"),
        raw_data=_text(item, "rawData"),
        processing=_text(item, "dataProcessingMethod"),
        biz_rules=_text(item, "bizRules"),
        extensions=_own(item),
    )


def _text(item: Mapping[str, JsonValue], name: str) -> str | None:
    value = item.get(name)
    return value if isinstance(value, str) else None


def _number(item: Mapping[str, JsonValue], name: str) -> float | None:
    value = item.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _time(item: Mapping[str, JsonValue], name: str) -> datetime | None:
    text = _text(item, name)
    try:
        return None if text is None else parse_time(text)
    except ValueError:  # RFC 3339 allows more than the profile takes; the text stands in the event
        return None


def _own(item: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    return {name: member for name, member in item.items() if ":" in name}
