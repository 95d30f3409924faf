"""The shape of EPCIS 2.0 documents and events, as a JSON Schema of our own making.

    schemas/epcis.json    what may stand alone: a document, a query's answer, one event with its `@context`
    schemas/event.json    the five kinds of event, and kinds of one's own
    schemas/parts.json    what events and headers are made of
    schemas/sensors.json  sensor elements
    schemas/words.json    bare words, URIs, dates, units

It is compiled once, when first needed; `format` asserts (`uri` is RFC 3986's, `date-time` RFC 3339's). What it says
valid or not is what GS1's own schema says (a test compares the two); what the profile adds stands in
`ledger.epcis.event` and `ledger.epcis.checks`, and is asked afterwards.

Source: EPCIS 2.0 §7 (data model), §10.1 (JSON/JSON-LD binding), CBV 2.0 §7 (standard vocabularies).
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from jsonschema_rs import Draft202012, Draft202012Validator, Registry

from ledger.encoding import JsonValue, parse_json
from ledger.epcis.faults import BASE, violations_of
from ledger.errors import Violation

NAMES: Final = ("epcis", "event", "parts", "sensors", "words")

MAX_FAULTS: Final = 100
"""How many faults of one document are told."""


def is_valid(value: JsonValue) -> bool:
    """Whether a document, a query's answer or an event alone has the shape that EPCIS 2.0 gives it."""
    return _validator("epcis").is_valid(value)


def check_document(value: JsonValue) -> list[Violation]:
    """What is wrong with the shape of a document, a query's answer or an event alone: at most 100 faults.

    Each has a JSON Pointer (RFC 6901). Codes: `event.shape`, `event.vocabulary`, `event.no_subject`.
    """
    return _faults("epcis", value)


def check_shape(event: Mapping[str, JsonValue]) -> list[Violation]:
    """What is wrong with the shape of one event, whose `@context` may stand elsewhere; pointers begin in it."""
    return _faults("event", event)


def _faults(name: str, value: object) -> list[Violation]:
    validator = _validator(name)
    if validator.is_valid(value):
        return []
    found: dict[tuple[str, str], Violation] = {}
    for error in validator.iter_errors(value):
        for violation in violations_of(error):
            found.setdefault((violation.pointer, violation.message), violation)
        if len(found) >= MAX_FAULTS:
            break
    return list(found.values())[:MAX_FAULTS]


@cache
def _validator(name: str) -> Draft202012Validator:
    resources: Sequence[tuple[str, dict[str, JsonValue]]] = [
        (f"{BASE}{known}.json", _read(known)) for known in NAMES
    ]
    registry = Registry(resources, draft=Draft202012)
    return Draft202012Validator(_read(name), validate_formats=True, registry=registry, offline=True)


@cache
def _read(name: str) -> dict[str, JsonValue]:
    schema = parse_json((files("ledger.epcis") / "schemas" / f"{name}.json").read_bytes())
    assert isinstance(schema, dict)
    return schema
