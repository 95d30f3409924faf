"""Anchoring a log that stands in a database: SQLite and PostgreSQL alike."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select

from ledger.anchoring import Action, Anchorer, AnchorLoop, AnchorPolicy, Attempt, StoredAttempts, StoredLog
from ledger.chain.transactions import read_signed
from ledger.errors import StoreError
from ledger.store import models
from ledger.store.database import open_engine, writing
from ledger.store.log import LogStore
from ledger.store.writer import Writer
from nguon.database import upgrade
from tests.chain_world import Chain
from tests.chain_world import chain as running
from tests.ledgerkit import COOP, Ledger, birth, draft, observation


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    with running(tmp_path / "chain") as found:
        yield found


def anchorer_of(ledger: Ledger, writer: Writer, chain: Chain, max_entries: int = 1) -> Anchorer:
    return Anchorer(
        StoredLog(ledger.log, writer),
        StoredAttempts(ledger.engine),
        chain.endpoints(),
        chain.key,
        AnchorPolicy(max_entries=max_entries, max_seconds=10**9),
        now=lambda: chain.endpoints().block("latest").time,
    )


def test_entries_are_anchored_under_a_signed_checkpoint_of_that_size(ledger: Ledger, chain: Chain) -> None:
    with ledger.running() as writer:
        loop = AnchorLoop(anchorer_of(ledger, writer, chain))
        writer.submit([draft(birth(ledger.coop, 1, "L"), COOP)]).result()
        assert loop.settle(20).size == 4
        writer.submit([draft(observation(ledger.coop, n, "L"), COOP) for n in range(300)]).result()
        assert loop.settle(20).size == 305
    latest = chain.endpoints().newest_final()
    assert latest is not None
    signed = ledger.log.checkpoint(305)
    assert signed is not None
    assert signed[0].root == latest.root
    assert ledger.log.snapshot_at(305) is not None
    assert chain.history == [4, 305]


def test_one_process_goes_on_where_another_stopped(ledger: Ledger, chain: Chain) -> None:
    with ledger.running() as writer:
        assert anchorer_of(ledger, writer, chain).step().action is Action.SENT
    with ledger.running() as writer:
        again = anchorer_of(ledger, writer, chain)
        assert again.step().action is Action.IDLE
        (hint,) = again.anchors_of(3)
    (attempt,) = StoredAttempts(ledger.engine).of_size(3)
    assert attempt.state == "mined"
    assert hint.tx == "0x" + attempt.tx_hash.hex()


def test_the_bytes_are_stored_before_they_are_sent(
    ledger: Ledger, chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []

    def watch(self: Anchorer, raw: bytes) -> None:
        signed, sender = read_signed(raw)
        stored = StoredAttempts(ledger.engine).of_nonce(signed.nonce)
        assert [one.raw for one in stored] == [raw]
        assert sender == chain.key.address
        sent.append(raw)

    monkeypatch.setattr(Anchorer, "_send", watch)
    with ledger.running() as writer:
        anchorer_of(ledger, writer, chain).step()
    assert len(sent) == 1


def test_attempts_are_kept_once_in_order_and_settled(engine: Engine) -> None:
    attempts = StoredAttempts(engine)
    first = Attempt(7, b"\1" * 32, b"raw one", 3, b"\2" * 32, 1000)
    second = Attempt(7, b"\3" * 32, b"raw two", 5, b"\4" * 32, 2000)
    for attempt in (first, second, first):
        attempts.add(attempt)
    assert attempts.of_nonce(7) == [first, second]
    assert attempts.of_nonce(8) == []
    assert attempts.of_size(5) == [second]
    assert attempts.unsettled(7) == []
    assert attempts.unsettled(8) == [first, second]
    attempts.settle(first.tx_hash, "mined")
    assert [one.state for one in attempts.of_nonce(7)] == ["mined", "sent"]
    assert attempts.unsettled(8) == [second]


def test_a_snapshot_that_no_checkpoint_was_signed_for_is_not_anchored(ledger: Ledger, chain: Chain) -> None:
    """A crash between the two transactions of an append, and another process that signs a larger log."""
    with ledger.running() as writer:
        first = writer.submit_snapshot().result()
        second = writer.submit_snapshot().result()
        with writing(ledger.engine).begin() as connection:
            connection.execute(delete(models.CheckpointRow).where(models.CheckpointRow.size == second))
        found = StoredLog(ledger.log, writer).newest_snapshot()
        assert found is not None
        assert found.size == first
        step = AnchorLoop(anchorer_of(ledger, writer, chain)).settle(20)
        assert step.size == second + 1
    assert second not in chain.history


def test_a_restored_backup_is_refused_and_nothing_is_appended(tmp_path: Path, chain: Chain) -> None:
    original, backup = tmp_path / "ledger.db", tmp_path / "backup.db"
    upgrade(f"sqlite:///{original}")
    engine = open_engine(f"sqlite:///{original}")
    ledger = Ledger(engine, tmp_path)
    with ledger.running():
        pass
    engine.dispose()
    shutil.copyfile(original, backup)
    engine = open_engine(f"sqlite:///{original}")
    ledger = Ledger(engine, tmp_path)
    with ledger.running() as writer:
        AnchorLoop(anchorer_of(ledger, writer, chain)).settle(20)
    engine.dispose()
    engine = open_engine(f"sqlite:///{backup}")
    restored = Ledger(engine, tmp_path / "elsewhere")  # its checkpoint file is lost too: only the chain knows
    with restored.running() as writer:
        size = restored.log.size()
        with pytest.raises(StoreError) as caught:
            anchorer_of(restored, writer, chain).step()
        assert caught.value.code == "store.behind"
        assert restored.log.size() == size
    engine.dispose()


def test_a_rewritten_database_is_refused(tmp_path: Path, chain: Chain) -> None:
    sizes = []
    for name, lot in (("true", "L"), ("forged", "M")):
        url = f"sqlite:///{tmp_path / name}.db"
        upgrade(url)
        engine = open_engine(url)
        ledger = Ledger(engine, tmp_path / name)
        with ledger.running() as writer:
            writer.submit([draft(birth(ledger.coop, 1, lot), COOP)]).result()
            if name == "true":
                AnchorLoop(anchorer_of(ledger, writer, chain)).settle(20)
            else:
                writer.submit_snapshot().result()
                with pytest.raises(StoreError) as caught:
                    anchorer_of(ledger, writer, chain).step()
                assert caught.value.code == "store.fork"
        sizes.append(LogStore(engine).size())
        with engine.connect() as connection:
            count = len(connection.execute(select(models.AnchorAttempt.id)).all())
        assert count == (1 if name == "true" else 0)
        engine.dispose()
    assert sizes == [4, 4]
