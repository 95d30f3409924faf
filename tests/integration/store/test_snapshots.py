"""The stored lot map is the map that the leaves tell of, at every snapshot."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, text

from ledger.errors import StoreError
from ledger.log import lotmap
from ledger.log.leaf import SnapshotLeaf, StatementLeaf, parse_leaf
from ledger.log.lotmap import MapLeaf
from ledger.statement.subjects import Role, subject_key
from ledger.store import models
from ledger.store.appender import Submission
from ledger.store.database import writing
from ledger.store.log import LogStore
from ledger.store.snapshots import MapReader
from tests.ledgerkit import COOP, Ledger, birth, draft, lot, observation


def naive_map(log: LogStore, size: int) -> dict[bytes, MapLeaf]:
    heads: dict[bytes, MapLeaf] = {}
    for data in log.leaves(0, size):
        leaf = parse_leaf(data)
        if isinstance(leaf, StatementLeaf):
            heads.update({ref.key: MapLeaf(ref.key, leaf.hash(), ref.ordinal) for ref in leaf.subjects})
    return heads


def test_a_snapshot_stands_last_and_covers_the_leaves_before_it(ledger: Ledger) -> None:
    with ledger.running() as writer:
        writer.submit([draft(birth(ledger.coop, 1, "L"), COOP)]).result()
        assert writer.submit_snapshot().result() == 4
    leaf = parse_leaf(ledger.log.leaf_data(3))
    assert isinstance(leaf, SnapshotLeaf)
    assert leaf.index == 3
    assert leaf.map_root == lotmap.map_root(naive_map(ledger.log, 3).values())
    snapshot = ledger.log.newest_snapshot()
    assert snapshot is not None
    assert (snapshot.size, snapshot.map_root, snapshot.time) == (4, leaf.map_root, leaf.time)
    newest = ledger.log.newest_checkpoint()
    assert newest is not None
    assert newest[0].size == 4


def test_an_empty_log_can_be_snapshot(ledger: Ledger) -> None:
    with ledger.running(admit=False) as writer:
        assert writer.submit_snapshot().result() == 1
        assert writer.submit_snapshot().result() == 2
    snapshot = ledger.log.snapshot_at(1)
    assert snapshot is not None
    assert snapshot.map_root == lotmap.EMPTY


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(st.integers(0, 40), max_size=12), min_size=1, max_size=4))
def test_the_map_from_blobs_is_the_naive_map_at_every_snapshot(
    engine: Engine, ledger: Ledger, batches: list[list[int]]
) -> None:
    _empty(engine, ledger)
    number = 0
    sizes = []
    with ledger.running() as writer:
        for batch in batches:
            drafts = []
            for lot_number in batch:
                number += 1
                drafts.append(draft(observation(ledger.coop, number, f"L{lot_number}"), COOP))
            writer.submit(drafts).result()
            sizes.append(writer.submit_snapshot().result())
    for size in sizes:
        naive = naive_map(ledger.log, size - 1)
        nodes = MapReader(engine, size)
        snapshot = ledger.log.snapshot_at(size)
        assert snapshot is not None
        assert lotmap.root_from(nodes) == lotmap.map_root(naive.values()) == snapshot.map_root
        absent = subject_key(Role.ABOUT, lot("NEVER"))
        for key in (*list(naive)[:10], absent):
            proof = lotmap.prove_from(nodes, key)
            assert proof == lotmap.prove(naive.values(), key)
            assert lotmap.resolve(snapshot.map_root, key, proof) == naive.get(key)


def test_a_snapshot_whose_nodes_were_not_written_is_not_signed(ledger: Ledger) -> None:
    with ledger.running() as writer:
        writer.submit([draft(birth(ledger.coop, 1, "L"), COOP)]).result()
    appender = ledger.appender()
    sign = appender._sign

    def spoil() -> object:
        with writing(ledger.engine).begin() as connection:
            connection.execute(delete(models.MapBlob).where(models.MapBlob.depth == 16))
        return sign()

    appender._sign = spoil  # type: ignore[method-assign,assignment]  # a disk that lies
    with pytest.raises(StoreError):
        appender.append_snapshot()
    newest = ledger.log.newest_checkpoint()
    assert newest is not None
    assert newest[0].size == 3


def _empty(engine: Engine, ledger: Ledger) -> None:
    with writing(engine).begin() as connection:
        for table in reversed(models.Base.metadata.sorted_tables):
            connection.execute(table.delete())
        connection.execute(text("INSERT INTO log_state (id, size) VALUES (1, 0)"))
    ledger.file.path.unlink(missing_ok=True)


def test_a_snapshot_in_the_midst_of_an_unsigned_tail_gets_its_own_checkpoint(ledger: Ledger) -> None:
    with ledger.running() as writer:
        writer.submit([draft(birth(ledger.coop, 1, "L"), COOP)]).result()
    appender = ledger.appender()
    sign = appender._sign
    appender._sign = lambda: None  # type: ignore[method-assign,assignment,return-value]  # another is faster
    assert appender.append_snapshot() == 4
    appender._sign = sign  # type: ignore[method-assign]  # fails where the real one would
    appender.append([Submission((draft(birth(ledger.coop, 2, "L"), COOP),))])
    assert ledger.log.checkpoint_sizes() == [0, 2, 3, 4, 5]
