"""Rolls, recalls and releases, written for an organisation and judged by the verifier."""

import json
from datetime import UTC, datetime

import pytest

from ledger import hidden, tem
from ledger.errors import AuthorityError, ConflictError, NotFoundError, RuleError
from ledger.issuing import Issuing
from ledger.proof.target import Target
from ledger.proof.verdict import Verdict
from ledger.rolls import find_roll
from ledger.slots import RollSlots
from ledger.statement.subjects import Role, subject_key
from tests.ledgerkit import COOP, GTIN, SHOP, Kit, document, harvest, instance, lot
from tests.proofkit import MASTER, RAW, check, prover, tell


@pytest.fixture
def issuing(kit: Kit) -> Issuing:
    def now() -> datetime:
        return datetime(2026, 3, 2, tzinfo=UTC)

    return Issuing(kit.ledger.log, kit.capture, slots=RollSlots(MASTER), clock=now)


def verdict(kit: Kit, target: Target) -> Verdict:
    size = kit.writer.submit_snapshot().result()
    return check(kit, prover(kit).bundle(target, size), target).verdict


def test_the_tem_of_an_issued_roll_are_verified(kit: Kit, issuing: Issuing) -> None:
    tell(kit)
    roll = issuing.issue_roll(GTIN, "L1", 60, COOP)
    serial = tem.serial(tem.roll_key(MASTER, roll.id), GTIN, "L1", 59)
    assert verdict(kit, Target(GTIN, "L1", serial)) is Verdict.VERIFIED


def test_no_more_tem_are_issued_than_the_lot_has_packs(kit: Kit, issuing: Issuing) -> None:
    tell(kit)
    issuing.issue_roll(GTIN, "L1", 60, COOP)
    with pytest.raises(RuleError) as refused:
        issuing.issue_roll(GTIN, "L1", 41, COOP)
    assert refused.value.code == "balance.exceeded"
    assert {"n": 40, "packs": 100, "issued": 60}.items() <= refused.value.params.items()
    assert issuing.issue_roll(GTIN, "L1", 40, COOP).count == 40
    for count in (0, -1, 1):
        with pytest.raises(RuleError):
            issuing.issue_roll(GTIN, "L1", count, COOP)


def test_a_weighed_lot_is_divided_by_its_pack(kit: Kit, issuing: Issuing) -> None:
    mass = [{"epcClass": lot("L5"), "quantity": 12.4, "uom": "KGM"}]
    ilmd = {"cbvmda:lotNumber": "L5", "nguon:netWeightKg": 0.1}
    kit.capture.document(document(harvest(50, quantityList=mass, ilmd=ilmd)), org=COOP)
    with pytest.raises(RuleError) as refused:
        issuing.issue_roll(GTIN, "L5", 125, COOP)
    assert {"kg": 12.4, "g": 100.0, "n": 124}.items() <= refused.value.params.items()
    issuing.issue_roll(GTIN, "L5", 124, COOP)


def test_a_lot_that_is_unborn_or_not_counted_gets_no_tem(kit: Kit, issuing: Issuing) -> None:
    tell(kit)
    with pytest.raises(NotFoundError):
        issuing.issue_roll(GTIN, "NEVER", 1, COOP)
    with pytest.raises(RuleError) as refused:
        issuing.issue_roll(RAW, "R1", 1, COOP)
    assert refused.value.code == "balance.unknown"
    with pytest.raises(AuthorityError):
        issuing.issue_roll(GTIN, "L1", 1, SHOP)


def test_a_recall_holds_until_its_own_release(kit: Kit, issuing: Issuing) -> None:
    tell(kit)
    target = Target(GTIN, "L1", None)
    issuing.recall(lot("R1", RAW), None, "dư lượng", COOP)
    assert verdict(kit, target) is Verdict.RECALLED
    issuing.release(lot("R1", RAW), None, "kiểm lại đạt", COOP)
    assert verdict(kit, target) is Verdict.VERIFIED


def test_a_recall_of_serials_names_their_lot_and_leaves_the_others(kit: Kit, issuing: Issuing) -> None:
    tell(kit)
    roll = issuing.issue_roll(GTIN, "L1", 60, COOP)
    serials = list(tem.serials(tem.roll_key(MASTER, roll.id), GTIN, "L1", 3))
    result = issuing.recall(lot("L1"), serials[:1], "rách túi", COOP)
    statement = kit.statement_at(result.receipts[0].index)
    assert lot("L1") in statement.header.about
    assert statement.payload["epcList"] == [instance(serials[0])]
    assert verdict(kit, Target(GTIN, "L1", serials[0])) is Verdict.RECALLED
    assert verdict(kit, Target(GTIN, "L1", serials[1])) is Verdict.VERIFIED


def test_a_stranger_recalls_nothing(kit: Kit, issuing: Issuing) -> None:
    tell(kit)
    with pytest.raises(AuthorityError):
        issuing.recall(lot("L1"), None, "ghen tị", SHOP)


def test_spoiled_tem_are_voided_and_others_issued_in_their_place(kit: Kit, issuing: Issuing) -> None:
    tell(kit)
    roll = issuing.issue_roll(GTIN, "L1", 100, COOP)
    serials = list(tem.serials(tem.roll_key(MASTER, roll.id), GTIN, "L1", 100))
    with pytest.raises(RuleError):
        issuing.issue_roll(GTIN, "L1", 1, COOP)
    results = issuing.void_tem(GTIN, "L1", [*serials[:30], serials[0]], "kẹt giấy", COOP)
    assert [len(kit.statement_at(result.receipts[0].index).payload["epcList"]) for result in results] == [
        24,
        6,
    ]
    assert issuing.balance(GTIN, "L1").left == 30
    assert verdict(kit, Target(GTIN, "L1", serials[29])) is Verdict.UNKNOWN
    assert verdict(kit, Target(GTIN, "L1", serials[30])) is Verdict.VERIFIED
    again = issuing.issue_roll(GTIN, "L1", 30, COOP)
    fresh = set(tem.serials(tem.roll_key(MASTER, again.id), GTIN, "L1", 30))
    assert fresh.isdisjoint(serials)
    with pytest.raises(RuleError) as refused:
        issuing.issue_roll(GTIN, "L1", 1, COOP)
    assert {"n": 0, "packs": 100, "issued": 130, "voided": 30}.items() <= refused.value.params.items()
    assert refused.value.params["rule"] == "tem_over_counted_again"


def test_only_tem_of_a_roll_that_stands_are_voided_and_only_once(kit: Kit, issuing: Issuing) -> None:
    tell(kit)
    roll = issuing.issue_roll(GTIN, "L1", 50, COOP)
    serial, other = list(tem.serials(tem.roll_key(MASTER, roll.id), GTIN, "L1", 2))
    size = kit.ledger.log.size()
    for forged in (serial[:-1] + ("0" if serial[-1] != "0" else "1"), "x", other[:5] + serial[5:]):
        with pytest.raises(NotFoundError) as absent:
            issuing.void_tem(GTIN, "L1", [other, forged], "rách", COOP)
        assert absent.value.code == "not_found.tem"
    with pytest.raises(AuthorityError):
        issuing.void_tem(GTIN, "L1", [serial], "rách", SHOP)
    assert kit.ledger.log.size() == size
    issuing.void_tem(GTIN, "L1", [serial], "rách", COOP)
    with pytest.raises(ConflictError) as twice:
        issuing.void_tem(GTIN, "L1", [serial], "rách", COOP)
    assert twice.value.code == "tem.voided_before"


def test_a_voided_roll_gives_its_room_back_and_never_its_serials(kit: Kit, issuing: Issuing) -> None:
    tell(kit)
    roll = issuing.issue_roll(GTIN, "L1", 100, COOP)
    serial = tem.serial(tem.roll_key(MASTER, roll.id), GTIN, "L1", 5)
    issuing.void_roll(GTIN, "L1", roll.id, "in sai", COOP)
    assert verdict(kit, Target(GTIN, "L1", serial)) is Verdict.UNKNOWN
    with pytest.raises(NotFoundError):
        issuing.void_roll(GTIN, "L1", roll.id, "in sai", COOP)
    again = issuing.issue_roll(GTIN, "L1", 100, COOP)
    assert again.id != roll.id
    assert serial not in set(tem.serials(tem.roll_key(MASTER, again.id), GTIN, "L1", 100))


def test_a_second_layer_is_declared_in_the_event_of_its_roll(kit: Kit, issuing: Issuing) -> None:
    tell(kit)
    roll = issuing.issue_roll(GTIN, "L1", 60, COOP, hidden=True)
    payload = kit.statement_at(roll.receipt.index).payload
    assert payload["nguon:roll"] == {"id": roll.id, "count": 60, "root": roll.root.hex()}
    key, codes = tem.roll_key(MASTER, roll.id), hidden.hidden_key(MASTER, roll.id)
    assert payload["nguon:hidden"] == {"root": hidden.root(codes, key, GTIN, "L1", 60).hex(), "count": 60}
    serial = tem.serial(key, GTIN, "L1", 59)
    assert verdict(kit, Target(GTIN, "L1", serial)) is Verdict.VERIFIED
    opening = hidden.proof(codes, key, GTIN, "L1", 60, 59)
    declared = find_roll(kit.ledger.log, GTIN, "L1", roll.id).roll
    assert declared.hidden is not None
    hidden.check(opening, serial, hidden.code(codes, GTIN, "L1", 59), count=60, root=declared.hidden)


def test_what_was_decided_by_an_older_story_is_refused(kit: Kit) -> None:
    tell(kit)
    key = subject_key(Role.ABOUT, lot("L1"))
    head = len(kit.ledger.log.subject_entries(key))

    def sent(number: int) -> bytes:
        named = [{"epcClass": lot("L1"), "quantity": 1}]
        return document(harvest(number, action="OBSERVE", bizStep="inspecting", quantityList=named))

    kit.capture.document(sent(71), org=COOP, heads={key: head})
    size = kit.ledger.log.size()
    with pytest.raises(ConflictError) as refused:
        kit.capture.document(sent(72), org=COOP, heads={key: head})
    assert refused.value.code == "story.moved"
    assert kit.ledger.log.size() == size
    again = kit.capture.document(sent(71), org=COOP, heads={key: head})  # sent again, it stands
    assert again.receipts[0].duplicate
    kit.capture.document(sent(72), org=COOP, heads={key: head + 1, subject_key(Role.ABOUT, "urn:x:y"): 0})


def test_no_roll_takes_the_id_of_another_not_even_of_a_voided_one(kit: Kit, issuing: Issuing) -> None:
    tell(kit)
    roll = issuing.issue_roll(GTIN, "L1", 10, COOP)

    def sent(number: int, roll_id: str) -> bytes:
        named = [{"epcClass": lot("L1"), "quantity": 10}]
        told = {"nguon:roll": {"id": roll_id, "count": 10, "root": roll.root.hex()}}
        steps = {"action": "OBSERVE", "bizStep": "encoding", "quantityList": named, "ilmd": None, **told}
        return document(harvest(number, **steps))

    issuing.void_roll(GTIN, "L1", roll.id, "in sai", COOP)
    with pytest.raises(ConflictError) as refused:
        kit.capture.document(sent(81, roll.id), org=COOP)
    assert (refused.value.code, refused.value.pointer[-14:]) == ("tem.roll_reused", "/nguon:roll/id")
    both = json.loads(sent(82, "r"))
    both["epcisBody"]["eventList"] += json.loads(sent(83, "r"))["epcisBody"]["eventList"]
    with pytest.raises(ConflictError):
        kit.capture.document(json.dumps(both).encode(), org=COOP)
    assert not kit.capture.document(sent(82, "r"), org=COOP).receipts[0].duplicate
    assert kit.capture.document(sent(82, "r"), org=COOP).receipts[0].duplicate
