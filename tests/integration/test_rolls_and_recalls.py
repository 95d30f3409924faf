"""Rolls, recalls and releases, written for an organisation and judged by the verifier."""

from datetime import UTC, datetime

import pytest

from ledger import tem
from ledger.errors import AuthorityError, NotFoundError, RuleError
from ledger.issuing import Issuing
from ledger.proof.target import Target
from ledger.proof.verdict import Verdict
from ledger.slots import RollSlots
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
