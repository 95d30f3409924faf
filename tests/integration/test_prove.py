"""Bundles made from the database pass the verifier, and show what a page needs."""

import json
from typing import Any

import pytest
from sqlalchemy import delete, update

from ledger import tem
from ledger.errors import BundleError, NotFoundError, StoreError
from ledger.proof import bundle as bundles
from ledger.proof.opening import open_bundle
from ledger.proof.target import Target
from ledger.proof.verdict import Verdict
from ledger.statement.subjects import Role, key_uri
from ledger.store import models
from ledger.store.database import writing
from tests.ledgerkit import (
    COOP,
    FIELD,
    GTIN,
    SHOP,
    STORE,
    Kit,
    document,
    harvest,
    instance,
    lot,
    observation,
)
from tests.proofkit import MASTER, PRODUCT, RAW, check, prover, tell, trust_of


def issue(kit: Kit, count: int) -> str:
    """A roll of tem of L1; its serial at index 3."""
    key = tem.roll_key(MASTER, "roll-1")
    root = tem.roll_root(key, GTIN, "L1", count)
    roll = harvest(
        4,
        action="OBSERVE",
        bizStep="encoding",
        quantityList=[{"epcClass": lot("L1"), "quantity": count}],
        **{"nguon:roll": {"id": "roll-1", "count": count, "root": root.hex()}},
    )
    kit.capture.document(document(roll), org=COOP)
    return tem.serial(key, GTIN, "L1", 3)


def test_an_anchored_lot_with_its_lineage_is_verified(kit: Kit) -> None:
    tell(kit)
    size = kit.writer.submit_snapshot().result()
    bundle = prover(kit).bundle(Target(GTIN, "L1", None), size)
    found = check(kit, bundle)
    assert found.verdict is Verdict.VERIFIED, found.reasons
    assert [ancestor.uri for ancestor in found.ancestors] == [lot("R1", RAW)]
    assert set(found.descriptions) == {PRODUCT, FIELD, COOP}
    subjects = [(subject.role, subject.uri) for subject in bundle.subjects]
    assert subjects[:2] == [(Role.ABOUT, lot("L1")), (Role.ABOUT, lot("R1", RAW))]
    keys = {(Role.ABOUT, key_uri(kit.ledger.coop.kid)), (Role.ABOUT, key_uri(kit.shop.kid))}
    assert set(subjects[2:4]) == keys
    described = {uri for role, uri in subjects if role is Role.DESC}
    assert {PRODUCT, FIELD, STORE, COOP, SHOP, f"https://id.gs1.org/01/{RAW}"} <= described


def test_a_tem_is_proven_by_its_slot_and_a_forged_one_disproven(kit: Kit) -> None:
    tell(kit)
    serial = issue(kit, 20)
    size = kit.writer.submit_snapshot().result()
    target = Target(GTIN, "L1", serial)
    bundle = prover(kit).bundle(target, size)
    assert [subject.uri for subject in bundle.subjects[:2]] == [lot("L1"), instance(serial)]
    assert check(kit, bundle, target).verdict is Verdict.VERIFIED
    forged = Target(GTIN, "L1", serial[:5] + "0" * 12)
    found = check(kit, prover(kit).bundle(forged, size), forged)
    assert found.verdict is Verdict.UNKNOWN
    beyond = Target(GTIN, "L1", "00020" + serial[5:])
    assert check(kit, prover(kit).bundle(beyond, size), beyond).verdict is Verdict.UNKNOWN


def test_a_lot_that_never_was_is_proven_absent(kit: Kit) -> None:
    tell(kit)
    size = kit.writer.submit_snapshot().result()
    bundle = prover(kit).bundle(Target(GTIN, "NEVER", None), size)
    found = check(kit, bundle)
    assert found.verdict is Verdict.UNKNOWN
    assert {reason.code for reason in found.reasons} == {"lot.absent"}


def test_what_came_after_the_anchor_is_shown_as_pending(kit: Kit) -> None:
    tell(kit)
    size = kit.writer.submit_snapshot().result()
    recalled = harvest(9, action="OBSERVE", bizStep="holding", persistentDisposition={"set": ["recalled"]})
    kit.capture.document(document(recalled), org=COOP)
    newest = kit.ledger.log.newest_checkpoint()
    assert newest is not None
    target = Target(GTIN, "L1", None)
    before = check(kit, prover(kit).bundle(target, size))
    after = check(kit, prover(kit).bundle(target, size, newest[0].size))
    assert (before.verdict, after.verdict) == (Verdict.VERIFIED, Verdict.RECALLED)


def test_an_older_snapshot_still_gives_the_very_same_bundle(kit: Kit) -> None:
    tell(kit)
    size = kit.writer.submit_snapshot().result()
    target = Target(GTIN, "L1", None)
    before = bundles.pack(prover(kit).bundle(target, size))
    kit.capture.statements([observation(kit.farm, 5, "L1").raw], org=COOP)
    kit.writer.submit_snapshot().result()
    assert bundles.pack(prover(kit).bundle(target, size)) == before


def test_before_a_snapshot_there_is_no_bundle(kit: Kit) -> None:
    tell(kit)
    for size in (0, 1, kit.ledger.log.size()):
        with pytest.raises(NotFoundError) as refused:
            prover(kit).bundle(Target(GTIN, "L1", None), size)
        assert refused.value.code == "not_found.snapshot"
    size = kit.writer.submit_snapshot().result()
    with pytest.raises(NotFoundError):
        prover(kit).bundle(Target(GTIN, "L1", None), size, size + 5)


def test_an_erased_statement_is_shown_as_withheld(kit: Kit) -> None:
    tell(kit)
    size = kit.writer.submit_snapshot().result()
    with writing(kit.ledger.engine).begin() as connection:
        connection.execute(delete(models.Statement).where(models.Statement.index == 5))
    found = check(kit, prover(kit).bundle(Target(GTIN, "L1", None), size))
    assert found.verdict is Verdict.INCOMPLETE


def test_an_altered_statement_is_shown_altered_and_found(kit: Kit) -> None:
    tell(kit)
    size = kit.writer.submit_snapshot().result()
    raw = kit.ledger.log.statement(5)
    assert raw is not None
    header, _, signature = raw.split(".")
    forged = dict(kit.statement_at(5).payload)
    forged["bizStep"] = "storing"
    altered = f"{header}.{bundles.b64_encode(json.dumps(forged).encode()).rstrip('=')}.{signature}"
    with writing(kit.ledger.engine).begin() as connection:
        connection.execute(update(models.Statement).where(models.Statement.index == 5).values(jws=altered))
    found = check(kit, prover(kit).bundle(Target(GTIN, "L1", None), size))
    assert found.verdict is Verdict.TAMPERED


@pytest.mark.parametrize("table", [models.SubjectEntry, models.CheckpointRow])
def test_missing_rows_are_said_to_be_missing(kit: Kit, table: Any) -> None:
    tell(kit)
    size = kit.writer.submit_snapshot().result()
    with writing(kit.ledger.engine).begin() as connection:
        if table is models.SubjectEntry:
            connection.execute(delete(table).where(models.SubjectEntry.index == 5))
        else:
            connection.execute(delete(table).where(models.CheckpointRow.size == size))
    with pytest.raises(StoreError) as refused:
        prover(kit).bundle(Target(GTIN, "L1", None), size)
    assert refused.value.code == "store.corrupt"


def test_a_lineage_without_end_is_refused(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(kit)
    size = kit.writer.submit_snapshot().result()
    monkeypatch.setattr("ledger.prove.MAX_LINEAGE", 1)
    with pytest.raises(BundleError) as refused:
        prover(kit).bundle(Target(GTIN, "L1", None), size)
    assert refused.value.code == "limit.lineage"


def test_any_subject_can_be_asked_for(kit: Kit) -> None:
    tell(kit)
    size = kit.writer.submit_snapshot().result()
    for asked in ((Role.BY, key_uri(kit.ledger.coop.kid)), (Role.DESC, PRODUCT), (Role.FROM, lot("R1", RAW))):
        bundle = prover(kit).bundle(asked, size)
        assert (bundle.subjects[0].role, bundle.subjects[0].uri) == asked
        assert bundle.subjects[0].entries
        assert open_bundle(bundle, trust_of(kit)).first == asked
