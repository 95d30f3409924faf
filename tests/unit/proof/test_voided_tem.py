"""A tem that was spoiled in printing is voided by itself, and only by what proves it to be one of its roll."""

from typing import Any

import pytest

from ledger import tem
from ledger.proof.verdict import Verdict
from ledger.proof.verification import Verification
from ledger.proof.verify import verify
from tests.world import GTIN, World


@pytest.fixture
def world() -> World:
    return World().found()


def check(world: World, serial: str) -> Verification:
    world.snapshot()
    bundle = world.bundle(URI, serial)
    return verify(bundle, world.trust(), world.chain(bundle), world.now)


URI = "https://id.gs1.org/01/" + GTIN + "/10/GOOD"


def spoil(world: World, *indexes: int, by: str = "member", roll_id: str = "roll-1", **changes: Any) -> int:
    key = world.roll_key(roll_id)
    texts = [tem.serial(key, GTIN, "GOOD", index) for index in indexes]
    proofs = [[item.hex() for item in tem.slot_proof(key, GTIN, "GOOD", 29, index)[1]] for index in indexes]
    members = {
        "bizStep": "decommissioning",
        "disposition": "inactive",
        "epcList": [f"https://id.gs1.org/01/{GTIN}/21/{text}" for text in texts],
        "nguon:voided": {"roll": roll_id, "inclusions": proofs},
        **changes,
    }
    about = [URI, *members["epcList"]]
    return world.event(by, about, **members)


def test_a_voided_tem_is_unknown_and_its_neighbour_is_not(world: World) -> None:
    world.pack("GOOD")
    world.roll("member", URI)
    index = spoil(world, 3, 7)
    found = check(world, world.serial(URI, 3))
    assert (found.verdict, [reason.code for reason in found.reasons]) == (Verdict.UNKNOWN, ["tem.voided"])
    assert found.reasons[0].params == {"serial": world.serial(URI, 3), "index": index}
    other = check(world, world.serial(URI, 4))
    assert other.verdict is Verdict.VERIFIED
    assert other.tem is not None
    assert (other.tem.issued, other.tem.voided) == (29, 2)


@pytest.mark.parametrize(
    "changes",
    [
        {"nguon:voided": {"roll": "roll-1", "inclusions": [["00" * 32] * 5]}},
        {"nguon:voided": {"roll": "roll-2", "inclusions": [[]]}},
        {"nguon:voided": {"roll": "roll-1", "inclusions": []}},
        {"nguon:voided": {"roll": "roll-1"}},
        {"bizStep": "inspecting"},
        {"action": "DELETE"},
    ],
)
def test_what_does_not_prove_the_tem_voids_nothing(world: World, changes: dict[str, Any]) -> None:
    world.pack("GOOD")
    world.roll("member", URI)
    spoil(world, 3, **changes)
    found = check(world, world.serial(URI, 3))
    assert found.verdict is Verdict.VERIFIED
    assert found.tem is not None
    assert found.tem.voided == 0


def test_a_stranger_voids_nothing(world: World) -> None:
    world.pack("GOOD")
    world.roll("member", URI)
    spoil(world, 3, by="rival")
    assert check(world, world.serial(URI, 3)).verdict is Verdict.VERIFIED


def test_an_error_declaration_takes_a_voiding_back(world: World) -> None:
    world.pack("GOOD")
    world.roll("member", URI)
    world.void(spoil(world, 3))
    assert check(world, world.serial(URI, 3)).verdict is Verdict.VERIFIED


def test_a_pending_voiding_counts_against_its_tem_and_makes_no_room(world: World) -> None:
    world.pack("GOOD")
    world.roll("member", URI)
    world.roll("member", URI, count=1, roll_id="roll-2")
    world.snapshot()
    spoil(world, 3)
    bundle = world.bundle(URI, world.serial(URI, 3), pending=True)
    found = verify(bundle, world.trust(), world.chain(bundle), world.now)
    assert (found.verdict, found.reasons[0].code) == (Verdict.UNKNOWN, "tem.voided")
    bundle = world.bundle(URI, world.serial(URI, 4), pending=True)
    found = verify(bundle, world.trust(), world.chain(bundle), world.now)
    assert [reason.code for reason in found.reasons] == ["tem.over_issued"]


def test_a_roll_in_place_of_voided_tem_is_not_too_much(world: World) -> None:
    world.pack("GOOD")
    world.roll("member", URI)
    world.roll("member", URI, count=2, roll_id="roll-2")
    assert [reason.code for reason in check(world, world.serial(URI, 4)).reasons] == ["tem.over_issued"]
    spoil(world, 3, 7)
    assert check(world, world.serial(URI, 4)).reasons == ()
