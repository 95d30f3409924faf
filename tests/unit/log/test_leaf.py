"""The public log's leaves."""

import pytest

from ledger.errors import LeafError
from ledger.log.leaf import MAX_U64, SnapshotLeaf, StatementLeaf, SubjectRef, parse_leaf
from ledger.log.merkle import leaf_hash

LEAF = StatementLeaf(
    kind=1,
    time=1_790_000_000_000,
    commitment=b"\xcc" * 32,
    subjects=(SubjectRef(b"\x01" * 32, 1), SubjectRef(b"\x02" * 32, 7)),
)
SNAPSHOT = SnapshotLeaf(time=1_790_000_000_000, map_root=b"\xaa" * 32, index=9)


def test_a_leaf_reads_back_byte_for_byte() -> None:
    for leaf in (LEAF, SNAPSHOT):
        assert parse_leaf(leaf.pack()) == leaf
        assert leaf.hash() == leaf_hash(leaf.pack())


def test_a_statement_leaf_has_the_fixed_layout() -> None:
    data = LEAF.pack()
    assert data[:2] == b"\x01\x01"
    assert int.from_bytes(data[2:10]) == LEAF.time
    assert data[10:42] == LEAF.commitment
    assert data[42] == 2
    assert data[43:83] == b"\x01" * 32 + (1).to_bytes(8)
    assert len(data) == 43 + 2 * 40


def test_a_snapshot_leaf_has_fifty_bytes() -> None:
    data = SNAPSHOT.pack()
    assert len(data) == 50
    assert data[:2] == b"\x01\x03"
    assert data[10:42] == SNAPSHOT.map_root
    assert int.from_bytes(data[42:]) == 9


def test_a_leaf_tells_the_ordinal_of_each_of_its_subjects() -> None:
    assert LEAF.ordinal_of(b"\x02" * 32) == 7
    assert LEAF.ordinal_of(b"\x03" * 32) is None


@pytest.mark.parametrize("kind", [0, 3, 5, 255])
def test_a_statement_of_another_kind_is_refused(kind: int) -> None:
    data = bytearray(LEAF.pack())
    data[1] = kind
    with pytest.raises(LeafError):
        parse_leaf(bytes(data))


def test_another_version_is_refused() -> None:
    for leaf in (LEAF, SNAPSHOT):
        for version in (0, 2, 255):
            with pytest.raises(LeafError):
                parse_leaf(bytes([version]) + leaf.pack()[1:])


def test_every_truncated_or_lengthened_leaf_is_refused() -> None:
    for leaf in (LEAF, SNAPSHOT):
        data = leaf.pack()
        for stop in range(len(data)):
            with pytest.raises(LeafError):
                parse_leaf(data[:stop])
        with pytest.raises(LeafError):
            parse_leaf(data + b"\0")


def test_a_leaf_without_subjects_is_refused() -> None:
    with pytest.raises(LeafError):
        parse_leaf(LEAF.pack()[:42] + b"\0")


def test_subjects_that_do_not_rise_are_refused() -> None:
    head, first, second = LEAF.pack()[:43], LEAF.pack()[43:83], LEAF.pack()[83:]
    for wrong in (second + first, first + first):
        with pytest.raises(LeafError):
            parse_leaf(head + wrong)


def test_ordinal_nought_is_refused() -> None:
    data = LEAF.pack()
    with pytest.raises(LeafError):
        parse_leaf(data[:75] + bytes(8) + data[83:])


def test_fields_at_their_limits_are_taken() -> None:
    many = tuple(SubjectRef(i.to_bytes(32), MAX_U64) for i in range(255))
    for leaf in (StatementLeaf(4, MAX_U64, bytes(32), many), SnapshotLeaf(0, bytes(32), MAX_U64)):
        assert parse_leaf(leaf.pack()) == leaf


def test_fields_beyond_their_limits_are_refused() -> None:
    subjects = LEAF.subjects
    many = tuple(SubjectRef(i.to_bytes(32), 1) for i in range(256))
    for make in (
        lambda: StatementLeaf(1, -1, bytes(32), subjects),
        lambda: StatementLeaf(1, MAX_U64 + 1, bytes(32), subjects),
        lambda: StatementLeaf(1, 0, bytes(31), subjects),
        lambda: StatementLeaf(1, 0, bytes(32), ()),
        lambda: StatementLeaf(1, 0, bytes(32), many),
        lambda: SnapshotLeaf(0, bytes(33), 0),
        lambda: SnapshotLeaf(0, bytes(32), -1),
        lambda: SubjectRef(bytes(31), 1),
        lambda: SubjectRef(bytes(32), MAX_U64 + 1),
    ):
        with pytest.raises(LeafError):
            make()
