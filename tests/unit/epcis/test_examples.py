"""The example documents of EPCIS 2.0: each is read whole, or refused for a reason that the profile gives."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ledger.encoding import canonical_json
from ledger.epcis.document import read_document
from ledger.errors import LedgerError
from nguon.validating import profile_violations, shape_violations
from tests.unit.epcis.judges import EXAMPLES

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ADVERSARIAL = Path(__file__).parents[2] / "vectors" / "cbv-hash-adversarial.json"

REFUSED = {
    # the document gives eventID twice in one event: two readers would take two IDs
    "AssociationEvent__AssociationEvent-h.jsonld": {"json.duplicate_member"},
    # births of instances that name no lot of theirs
    "Example_9.6.4-TransformationEvent.jsonld": {"serial.unknown"},
    "WithDigitalLinkID__Example_9.6.4-TransformationEventWithDigitalLink.jsonld": {"serial.unknown"},
    "WithErrorDeclaration__ErrorDeclarationAndCorrectiveEvent.jsonld": {"serial.unknown"},
    # binds cbvmda: to a namespace of its own
    "WithFullCombinationOfFields__transformation_event_all_possible_fields.jsonld": {"context.prefix"},
}
"""Example -> the codes with which the profile refuses it."""

NOT_CAPTURED = {"EPCISQueryDocument.jsonld": "document.query"}
"""Read and checked, and not taken as something that happened."""


def names() -> list[str]:
    return sorted(path.name for path in EXAMPLES.glob("*.jsonld"))


def test_the_examples_are_there() -> None:
    if not names():
        pytest.skip(f"{EXAMPLES} is absent")
    assert len(names()) == 47
    assert set(REFUSED) | set(NOT_CAPTURED) <= set(names())


@pytest.mark.parametrize("name", names())
def test_an_example_is_read_or_refused_for_the_reason_that_is_listed(name: str) -> None:
    data = (EXAMPLES / name).read_bytes()
    assert shape_violations(data) == []
    found = profile_violations(data, now=NOW)
    assert {each.code for each in found} == REFUSED.get(name, set())
    if name in NOT_CAPTURED:
        with pytest.raises(LedgerError) as caught:
            read_document(data)
        assert caught.value.code == NOT_CAPTURED[name]
    elif name not in REFUSED:
        assert read_document(data).events


def pairs(must: str) -> list[Any]:
    listed = json.loads(ADVERSARIAL.read_text(encoding="utf-8"))["pairs"]
    return [pytest.param(pair, id=pair["id"]) for pair in listed if pair["sound_commitment_must"] == must]


def payload_digests(document: dict[str, Any]) -> list[bytes]:
    """What is committed to: the digest of each event's payload, its context included."""
    data = json.dumps(document, ensure_ascii=False).encode()
    return [sha256(canonical_json(payload)).digest() for _, payload in read_document(data).events]


@pytest.mark.parametrize("pair", pairs("differ"))
def test_what_differs_has_another_commitment(pair: dict[str, Any]) -> None:
    assert payload_digests(pair["a"]) != payload_digests(pair["b"])


def test_there_are_fourteen_such_pairs_and_ten_others() -> None:
    assert (len(pairs("differ")), len(pairs("be equal"))) == (14, 10)
