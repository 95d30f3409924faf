"""The lot map's stored form against the naive recursion, and forged proofs against the truth."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import ProofError
from ledger.log.lotmap import (
    MapLeaf,
    MapNodes,
    MapProof,
    map_root,
    prove,
    prove_from,
    resolve,
    root_from,
    update,
)

Blobs = dict[tuple[int, int], bytes]
HASHES = st.binary(min_size=32, max_size=32)


def crowded_keys() -> st.SearchStrategy[bytes]:
    """Keys that often share a bucket, a tile, or all but their last bits."""
    prefix = st.sampled_from([b"", b"\x00", b"\x12", b"\x12\x34", b"\x12\x34" + bytes(29), b"\xff" * 31])
    return prefix.flatmap(
        lambda start: st.binary(min_size=32 - len(start), max_size=32 - len(start)).map(
            lambda rest: start + rest
        )
    )


KEYS = crowded_keys()
MAP_LEAVES = st.builds(MapLeaf, KEYS, HASHES, st.integers(1, 2**63 - 1))


def nodes_of(store: Mapping[tuple[int, int], bytes]) -> MapNodes:
    """The stored map whose blobs these are."""
    return lambda depth, prefix: store.get((depth, prefix))


@settings(deadline=None)
@given(st.lists(st.lists(MAP_LEAVES, max_size=8), max_size=6), st.lists(KEYS, max_size=4))
def test_a_map_updated_in_batches_is_the_naive_map_at_every_snapshot(
    batches: list[list[MapLeaf]], strangers: list[bytes]
) -> None:
    store: Blobs = {}
    truth: dict[bytes, MapLeaf] = {}
    snapshots: list[tuple[bytes, Blobs, dict[bytes, MapLeaf]]] = []
    for batch in batches:
        root, blobs = update(nodes_of(store), batch)
        store = {**store, **blobs}
        truth = {**truth, **{leaf.key: leaf for leaf in batch}}
        assert root == map_root(truth.values()) == root_from(nodes_of(store))
        snapshots.append((root, store, truth))
    for root, blobs, leaves in snapshots:
        for key in [*truth, *strangers]:
            proof = prove_from(nodes_of(blobs), key)
            assert proof == prove(leaves.values(), key)
            assert resolve(root, key, proof) == leaves.get(key)


@settings(deadline=None)
@given(st.lists(MAP_LEAVES, max_size=12), st.permutations(range(12)))
def test_order_and_batches_do_not_change_the_stored_map(leaves: list[MapLeaf], order: list[int]) -> None:
    unique = list({leaf.key: leaf for leaf in leaves}.values())
    _, at_once = update(nodes_of({}), unique)
    store: Blobs = {}
    for i in order:
        if i < len(unique):
            store.update(update(nodes_of(store), [unique[i]])[1])
    assert store == at_once


@settings(deadline=None)
@given(st.lists(MAP_LEAVES, max_size=10), MAP_LEAVES)
def test_an_update_touches_only_the_paths_of_its_changes(leaves: list[MapLeaf], change: MapLeaf) -> None:
    _, store = update(nodes_of({}), leaves)
    _, blobs = update(nodes_of(store), [change])
    path = int.from_bytes(change.key)
    assert set(blobs) == {(depth, path >> (256 - depth)) for depth in (0, 4, 8, 12, 16)}


@settings(max_examples=300, deadline=None)
@given(st.lists(MAP_LEAVES, min_size=1, max_size=10), st.data())
def test_a_forged_proof_never_gives_another_answer(leaves: list[MapLeaf], data: Any) -> None:
    truth = {leaf.key: leaf for leaf in leaves}
    root = map_root(leaves)
    key = data.draw(st.sampled_from(sorted(truth)) | KEYS)
    source = prove(leaves, data.draw(st.sampled_from([key, *sorted(truth)])))
    siblings = list(source.siblings)
    for _ in range(data.draw(st.integers(0, 2))):
        kind = data.draw(st.sampled_from(["cut", "grow", "change"]))
        if kind == "cut" and siblings:
            del siblings[data.draw(st.integers(0, len(siblings) - 1))]
        elif kind == "grow" and len(siblings) < 256:
            filler = st.sampled_from([bytes(32), *siblings]) | HASHES
            siblings.insert(data.draw(st.integers(0, len(siblings))), data.draw(filler))
        elif kind == "change" and siblings:
            siblings[data.draw(st.integers(0, len(siblings) - 1))] = data.draw(HASHES)
    shown = data.draw(st.sampled_from([source.leaf, None, *leaves]) | MAP_LEAVES)
    try:
        answer = resolve(root, key, MapProof(tuple(siblings), shown))
    except ProofError:
        return
    assert answer == truth.get(key)


@given(st.lists(MAP_LEAVES, max_size=6), KEYS)
def test_proofs_read_back_from_json(leaves: list[MapLeaf], key: bytes) -> None:
    proof = prove(leaves, key)
    assert MapProof.from_json(proof.to_json()) == proof


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=3),
        lambda x: (
            st.lists(x) | st.dictionaries(st.sampled_from(["siblings", "leaf", "key", "head", "ordinal"]), x)
        ),
    )
)
def test_json_of_any_shape_is_a_proof_or_refused(value: Any) -> None:
    try:
        proof = MapProof.from_json(value)
    except ProofError:
        return
    assert MapProof.from_json(proof.to_json()) == proof


def test_a_leaf_of_the_wrong_shape_cannot_be_made() -> None:
    for key, head, ordinal in ((bytes(31), bytes(32), 1), (bytes(32), b"", 1), (bytes(32), bytes(32), 0)):
        with pytest.raises(ProofError):
            MapLeaf(key, head, ordinal)
