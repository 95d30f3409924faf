"""Sensor reports and laboratory values read as parameters of a line."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ledger.encoding import JsonValue
from ledger.epcis.event import Event
from ledger.lot.lines.line import Parameter
from ledger.lot.terms import by_local_name, items, local_name, said, text

_FIGURES: Final = ("value", "minValue", "maxValue", "meanValue")


@dataclass(frozen=True)
class Reading:
    """What one report says of a parameter.

    Attributes:
        figures: each figure with the JSON Pointer to it.
    """

    parameter: Parameter
    figures: tuple[tuple[str, float], ...]


def readings(event: Event, parameters: Iterable[Parameter]) -> Iterator[Reading]:
    """The reports of an event on what it is about; reports on another matrix (soil, water) are left out."""
    known = tuple(dict.fromkeys(parameters))
    for pointer, report in _reports(event):
        if by_local_name(report, "matrix") is not None:
            continue
        parameter = next((item for item in known if _is_of(report, item)), None)
        figures = tuple(
            (f"{pointer}/{name}", value) for name in _FIGURES for value in _number(report.get(name))
        )
        if parameter is not None and figures:
            yield Reading(parameter, figures)


def substances(event: Event) -> Iterator[str]:
    """InChIKeys and taxonomy numbers that an event was tested for."""
    for _, report in _reports(event):
        yield from _substances(report)


def folded(words: str) -> str:
    """Small letters without marks: `do am` of `Độ ẩm`."""
    plain = unicodedata.normalize("NFD", words.lower().replace("đ", "d"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _reports(event: Event) -> Iterator[tuple[str, Mapping[str, JsonValue]]]:
    for at, element in enumerate(items(event.raw.get("sensorElementList"))):
        listed = element.get("sensorReport") if isinstance(element, Mapping) else None
        for place, report in enumerate(items(listed)):
            if isinstance(report, Mapping):
                yield f"/sensorElementList/{at}/sensorReport/{place}", report


def _is_of(report: Mapping[str, JsonValue], parameter: Parameter) -> bool:
    if text(report.get("uom")) not in {"", parameter.unit}:
        return False
    if not set(_substances(report)).isdisjoint(parameter.substances):
        return True
    name = folded(said(report, "parameter"))
    return (
        name.startswith(parameter.words)
        if name and parameter.words
        else report.get("type") in parameter.types
    )


def _substances(report: Mapping[str, JsonValue]) -> Iterator[str]:
    for name in ("chemicalSubstance", "microorganism"):
        uri = text(report.get(name))
        if uri:
            yield uri.rpartition(":")[2] if ":" in uri else local_name(uri)


def _number(value: JsonValue) -> Iterator[float]:
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield value
