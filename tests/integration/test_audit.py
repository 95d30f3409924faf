"""An audit is clean after work and sees every byte that was changed, whatever the table."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, delete, insert, text, update

from ledger.audit import Finding, Progress, audit
from ledger.encoding import b64_encode
from ledger.log.merkle import leaf_hash
from ledger.proof.chain import Anchor
from ledger.store import models
from ledger.store.database import writing
from ledger.store.log import LogStore
from ledger.store.models import Leaf, Statement, SubjectEntry, TileHash
from tests.ledgerkit import COOP, GTIN, ORIGIN, Kit, birth, document, harvest, instance, lot
from tests.proofkit import tell


def findings(kit: Kit, anchor: Anchor | None = None, log: LogStore | None = None) -> list[Finding]:
    told = list(
        audit(
            log or kit.ledger.log,
            (lambda: anchor) if anchor else None,
            origin=ORIGIN,
            vkey=kit.ledger.signer.vkey,
            registrars=kit.ledger.registrars,
            checkpoint_file=kit.ledger.file,
        )
    )
    assert any(isinstance(item, Progress) for item in told)
    return [item for item in told if isinstance(item, Finding)]


def work(kit: Kit) -> None:
    """Everything that a log can hold: 300 events, births of instances, an error, snapshots, a revoked key."""
    tell(kit)
    kit.writer.submit_snapshot().result()
    packed = harvest(
        60, quantityList=None, epcList=[instance("S1"), instance("S2")], ilmd={"cbvmda:lotNumber": "L9"}
    )
    kit.capture.document(document(packed), org=COOP)
    declared = {**packed, "errorDeclaration": {"declarationTime": "2026-02-03T00:00:00Z"}}
    kit.capture.document(document(declared), org=COOP)
    kit.capture.document(document({**packed, "eventID": harvest(61)["eventID"]}), org=COOP)
    kit.capture.statements([birth(kit.farm, n, f"F{n % 40}").raw for n in range(270)], org=COOP)
    kit.writer.submit_snapshot().result()
    kit.capture.statements([kit.farm.key_statement(kit.ledger.registrar, "revoke").raw], org=None)


def test_a_log_at_work_is_clean(kit: Kit) -> None:
    work(kit)
    newest = kit.ledger.log.newest_checkpoint()
    assert newest is not None
    assert newest[0].size > 256
    assert findings(kit, Anchor(newest[0].size, newest[0].root, 0)) == []


def flip(value: bytes) -> bytes:
    return value[:-1] + bytes([value[-1] ^ 1])


Spoil = Callable[[Connection, Kit], Any]


def spoil_leaf(connection: Connection, kit: Kit) -> None:
    data = flip(kit.ledger.log.leaf_data(5))
    connection.execute(update(Leaf).where(Leaf.index == 5).values(data=data))


def spoil_leaf_and_hash(connection: Connection, kit: Kit) -> None:
    data = bytearray(kit.ledger.log.leaf_data(5))
    data[20] ^= 1
    values = {"data": bytes(data), "hash": leaf_hash(bytes(data))}
    connection.execute(update(Leaf).where(Leaf.index == 5).values(**values))


def spoil_statement(connection: Connection, kit: Kit) -> None:
    other = kit.ledger.log.statement(6)
    connection.execute(update(Statement).where(Statement.index == 5).values(jws=other))


def spoil_checkpoint(connection: Connection, kit: Kit) -> None:
    newest = kit.ledger.log.newest_checkpoint()
    assert newest is not None
    forged = newest[1].replace(b64_encode(newest[0].root), b64_encode(bytes(32)))
    where = models.CheckpointRow.size == newest[0].size
    connection.execute(update(models.CheckpointRow).where(where).values(note=forged))


SPOILS: dict[str, tuple[str, Spoil]] = {
    "leaf": ("audit.leaf_hash", spoil_leaf),
    "leaf and its hash": ("audit.root", spoil_leaf_and_hash),
    "leaf's hash": (
        "audit.leaf_hash",
        lambda c, _: c.execute(update(Leaf).where(Leaf.index == 5).values(hash=bytes(32))),
    ),
    "statement": ("audit.commitment", spoil_statement),
    "statement's key": (
        "audit.statement",
        lambda c, _: c.execute(update(Statement).where(Statement.index == 5).values(kid="x" * 43)),
    ),
    "subject entry": (
        "audit.subject_entry",
        lambda c, _: c.execute(
            update(SubjectEntry).where(SubjectEntry.index == 5).values(leaf_hash=bytes(32))
        ),
    ),
    "subject entry gone": (
        "audit.subject_entry",
        lambda c, _: c.execute(delete(SubjectEntry).where(SubjectEntry.index == 5)),
    ),
    "subject entry too many": (
        "audit.subject_entry",
        lambda c, _: c.execute(
            insert(SubjectEntry).values(subject=bytes(32), ordinal=1, index=5, leaf_hash=bytes(32))
        ),
    ),
    "tile": ("audit.tile", lambda c, _: c.execute(update(TileHash).values(hash=bytes(32)))),
    "tile gone": ("audit.tile", lambda c, _: c.execute(delete(TileHash))),
    "event reference": (
        "audit.event_ref",
        lambda c, _: c.execute(update(models.EventRef).where(models.EventRef.index == 5).values(org="x")),
    ),
    "event reference gone": (
        "audit.event_ref",
        lambda c, _: c.execute(delete(models.EventRef).where(models.EventRef.index == 5)),
    ),
    "instance": ("audit.instance", lambda c, _: c.execute(delete(models.Instance))),
    "idempotency": (
        "audit.idempotency",
        lambda c, _: c.execute(delete(models.Idempotency).where(models.Idempotency.index == 5)),
    ),
    "key's stems": (
        "audit.key_record",
        lambda c, _: c.execute(update(models.KeyRow).values(stems=["https://id.gs1.org/"])),
    ),
    "key's revocation": (
        "audit.key_record",
        lambda c, _: c.execute(update(models.KeyRow).values(revoked=None)),
    ),
    "snapshot": (
        "audit.snapshot",
        lambda c, _: c.execute(update(models.SnapshotRow).values(map_root=bytes(32))),
    ),
    "snapshot gone": ("audit.snapshot", lambda c, _: c.execute(delete(models.SnapshotRow))),
    "map node": (
        "audit.map_blob",
        lambda c, _: c.execute(update(models.MapBlob).where(models.MapBlob.depth == 16).values(data=b"x")),
    ),
    "map node gone": (
        "audit.map_blob",
        lambda c, _: c.execute(delete(models.MapBlob).where(models.MapBlob.depth == 0)),
    ),
    "checkpoint": ("audit.checkpoint", spoil_checkpoint),
    "checkpoint gone": (
        "audit.unsigned",
        lambda c, kit: c.execute(
            delete(models.CheckpointRow).where(models.CheckpointRow.size == kit.ledger.log.size())
        ),
    ),
    "size": ("audit.leaf_beyond", lambda c, _: c.execute(text("UPDATE log_state SET size = size - 1"))),
}


def test_an_audit_sees_what_was_changed(kit: Kit) -> None:
    work(kit)
    unseen = []
    for what, (code, spoil) in SPOILS.items():
        with kit.ledger.engine.connect() as connection:
            spoil(connection, kit)
            found = {item.code for item in findings(kit, log=LogStore(connection))}
            connection.rollback()
        if code not in found:
            unseen.append((what, found))
    assert unseen == []
    assert findings(kit) == []


def test_an_erased_statement_is_noted_and_no_error(kit: Kit) -> None:
    tell(kit)
    with writing(kit.ledger.engine).begin() as connection:
        connection.execute(delete(Statement).where(Statement.index == 5))
    found = findings(kit)
    assert [item.code for item in found] == ["audit.withheld"]
    assert not found[0].is_error


def test_an_audit_compares_with_the_chain_and_the_file(kit: Kit) -> None:
    tell(kit)
    newest = kit.ledger.log.newest_checkpoint()
    assert newest is not None
    size = newest[0].size
    assert [found.code for found in findings(kit, Anchor(size, bytes(32), 0))] == ["audit.root"]
    assert [found.code for found in findings(kit, Anchor(size + 1, bytes(32), 0))] == ["audit.behind"]
    kit.ledger.file.swap(kit.ledger.file.read(), "rubbish")
    assert [found.code for found in findings(kit)] == ["audit.checkpoint_file"]


def test_the_lot_of_the_audit_is_the_one_of_the_kit(kit: Kit) -> None:
    work(kit)
    assert kit.ledger.log.instance_lots([instance("S1")]) == {instance("S1"): lot("L9", GTIN)}
