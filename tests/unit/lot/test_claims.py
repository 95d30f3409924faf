"""Two hands: what events say of other organisations, and what becomes of it; the same vectors as TypeScript."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from ledger.lot.claims import Claim, Heard, claims

ROOT = Path(__file__).parents[3]
VECTORS = json.loads((ROOT / "tests/vectors/claims.json").read_bytes())
SIGNERS = json.loads((ROOT / "samples/signers.json").read_bytes())["signers"]


@pytest.mark.parametrize("case", VECTORS["cases"], ids=[case["name"] for case in VECTORS["cases"]])
def test_a_claim_becomes_what_its_answers_make_of_it(case: dict[str, Any]) -> None:
    heard = [Heard(**{**item, "about": tuple(item["about"])}) for item in case["heard"]]
    assert [told(claim) for claim in claims(heard, case["subjects"])] == case["claims"]
    assert [told(claim) for claim in claims(reversed(heard), case["subjects"])] == case["claims"]


@pytest.mark.parametrize("line", VECTORS["samples"])
def test_the_samples_claims_become_what_was_read_off_by_hand(line: str) -> None:
    found = [told(claim) for claim in claims(sample(line))]
    expected = VECTORS["samples"][line]
    assert [{name: claim[name] for name in expected[0]} for claim in found] == expected


def test_the_pallet_of_rice_was_received_one_bag_short() -> None:
    shipped = next(claim for claim in claims(sample("rice")) if (claim.index, claim.part) == (21, "to"))
    (difference,) = shipped.differences
    assert (difference.claimed, difference.answered) == (200, 199)


def told(claim: Claim) -> dict[str, Any]:
    """A claim as the vectors have it."""
    value = asdict(claim)
    value["eventID"] = value.pop("event_id")
    value["differences"] = list(value["differences"])
    return value


def sample(line: str) -> list[Heard]:
    """The events of a line that stand, in the order of its documents."""
    told: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for path in sorted((ROOT / "samples" / line).glob("*/*.jsonld"), key=lambda path: path.name):
        signer = next(each for each in SIGNERS if each["folder"] == f"{line}/{path.parent.name}")
        told += [(event, signer) for event in json.loads(path.read_bytes())["epcisBody"]["eventList"]]
    wrong = {event.get("eventID") for event, _ in told if "errorDeclaration" in event}
    return [
        Heard(index, event, signer["org"], signer["role"])
        for index, (event, signer) in enumerate(told)
        if event.get("eventID") not in wrong
    ]
