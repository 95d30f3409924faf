"""The lot map: proofs of presence and absence, and its stored form."""

from collections.abc import Mapping
from typing import Any

import pytest

from ledger.errors import ProofError, StoreError
from ledger.log.lotmap import (
    EMPTY,
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


def key(first: int, rest: int = 0) -> bytes:
    """A key whose first 16 bits are `first`."""
    return first.to_bytes(2) + rest.to_bytes(30)


def nodes_of(store: Mapping[tuple[int, int], bytes]) -> MapNodes:
    """The stored map whose blobs these are."""
    return lambda depth, prefix: store.get((depth, prefix))


A = MapLeaf(key(0x1234), b"\xaa" * 32, 1)
B = MapLeaf(key(0x1235), b"\xbb" * 32, 2)
C = MapLeaf(key(0x1234, 1), b"\xcc" * 32, 3)
D = MapLeaf(key(0xF000), b"\xdd" * 32, 4)
ALL = [A, B, C, D]


def test_an_empty_map_is_32_zero_bytes_and_proves_absence() -> None:
    assert map_root([]) == EMPTY == bytes(32)
    assert prove([], A.key) == MapProof((), None)
    assert resolve(EMPTY, A.key, MapProof((), None)) is None
    assert root_from(nodes_of({})) == EMPTY
    assert prove_from(nodes_of({}), A.key) == MapProof((), None)
    assert update(nodes_of({}), []) == (EMPTY, {})


def test_a_map_of_one_key_is_that_keys_leaf_hash() -> None:
    assert map_root([A]) == A.hash()
    proof = MapProof((), A)
    assert resolve(A.hash(), A.key, proof) == A
    assert resolve(A.hash(), D.key, proof) is None


def test_every_key_present_or_absent_gets_its_answer() -> None:
    root = map_root(ALL)
    for leaf in ALL:
        assert resolve(root, leaf.key, prove(ALL, leaf.key)) == leaf
    for absent in (key(0), key(0x1234, 2), key(0x1236), key(0xFFFF), b"\xff" * 32):
        assert resolve(root, absent, prove(ALL, absent)) is None


def test_two_keys_that_differ_in_the_last_bit_are_256_siblings_deep() -> None:
    root = map_root([A, C])
    proof = prove([A, C], C.key)
    assert len(proof.siblings) == 256
    assert resolve(root, C.key, proof) == C


def test_another_keys_leaf_off_the_path_proves_nothing() -> None:
    root = map_root(ALL)
    with pytest.raises(ProofError) as caught:
        resolve(root, D.key, prove(ALL, A.key))
    assert caught.value.code == "proof.map"


def test_a_present_key_cannot_be_shown_absent() -> None:
    root = map_root(ALL)
    for leaf in ALL:
        honest = prove(ALL, leaf.key)
        for depth in range(len(honest.siblings) + 1):
            for shown in (None, *ALL, MapLeaf(leaf.key, leaf.head, leaf.ordinal + 1)):
                forged = MapProof(honest.siblings[:depth], shown)
                if forged != honest:
                    with pytest.raises(ProofError):
                        resolve(root, leaf.key, forged)


def test_stored_blobs_prove_as_the_naive_recursion_does() -> None:
    store: dict[tuple[int, int], bytes] = {}
    root, blobs = update(nodes_of(store), ALL)
    assert {depth for depth, _ in blobs} == {0, 4, 8, 12, 16}
    store.update(blobs)
    assert root == map_root(ALL)
    for wanted in [leaf.key for leaf in ALL] + [key(0), key(0x1300), key(0xF001), b"\xff" * 32]:
        assert prove_from(nodes_of(store), wanted) == prove(ALL, wanted)


def test_the_stored_form_is_the_documented_one() -> None:
    _, blobs = update(nodes_of({}), [A])
    one = (1 << 1).to_bytes(2)
    assert blobs[0, 0] == one + one + A.hash()
    assert blobs[16, 0x1234] == A.key + A.head + (1).to_bytes(8)
    _, blobs = update(nodes_of({}), [A, C])
    assert blobs[0, 0] == one + bytes(2) + blobs[0, 0][4:]
    assert set(blobs) == {(0, 0), (4, 1), (8, 0x12), (12, 0x123), (16, 0x1234)}


def test_a_new_ordinal_replaces_the_keys_leaf() -> None:
    store: dict[tuple[int, int], bytes] = {}
    _, blobs = update(nodes_of(store), ALL)
    store.update(blobs)
    newer = MapLeaf(A.key, b"\x11" * 32, 2)
    root, blobs = update(nodes_of(store), [newer])
    store.update(blobs)
    assert root == map_root([newer, B, C, D])
    assert resolve(root, A.key, prove_from(nodes_of(store), A.key)) == newer


def test_missing_and_damaged_blobs_are_found() -> None:
    _, blobs = update(nodes_of({}), ALL)
    for place in blobs:
        if place != (0, 0):
            rest = {k: v for k, v in blobs.items() if k != place}
            with pytest.raises(StoreError):
                [prove_from(nodes_of(rest), leaf.key) for leaf in ALL]
        for damaged in (b"", blobs[place][:-1], blobs[place] + b"\0"):
            changed = {**blobs, place: damaged}
            with pytest.raises(StoreError):
                [prove_from(nodes_of(changed), leaf.key) for leaf in ALL]


def test_buckets_out_of_order_or_of_another_prefix_are_found() -> None:
    _, blobs = update(nodes_of({}), [A, C])
    place = (16, 0x1234)
    record = len(blobs[place]) // 2
    first, second = blobs[place][:record], blobs[place][record:]
    stranger = D.key + D.head + (4).to_bytes(8)
    nought = A.key + A.head + bytes(8)
    for wrong in (second + first, first + first, first + stranger, nought + second):
        with pytest.raises(StoreError):
            update(nodes_of({place: wrong}), [A])


def test_proofs_in_json_read_back_and_unknown_members_are_ignored() -> None:
    for wanted in (A.key, key(0)):
        proof = prove(ALL, wanted)
        assert MapProof.from_json(proof.to_json()) == proof
        assert MapProof.from_json({**proof.to_json(), "more": 1}) == proof


HASH = "ab" * 32
LEAF = {"key": HASH, "head": HASH, "ordinal": 1}


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        (None, ""),
        ([], ""),
        ({"siblings": []}, ""),
        ({"leaf": None}, ""),
        ({"siblings": None, "leaf": None}, "/siblings"),
        ({"siblings": [HASH] * 257, "leaf": None}, "/siblings"),
        ({"siblings": [HASH, HASH.upper()], "leaf": None}, "/siblings/1"),
        ({"siblings": ["0x" + HASH], "leaf": None}, "/siblings/0"),
        ({"siblings": [HASH[:-2]], "leaf": None}, "/siblings/0"),
        ({"siblings": [1], "leaf": None}, "/siblings/0"),
        ({"siblings": [], "leaf": {}}, "/leaf"),
        ({"siblings": [], "leaf": False}, "/leaf"),
        ({"siblings": [], "leaf": {**LEAF, "ordinal": 0}}, "/leaf/ordinal"),
        ({"siblings": [], "leaf": {**LEAF, "ordinal": 2**63}}, "/leaf/ordinal"),
        ({"siblings": [], "leaf": {**LEAF, "ordinal": 1.0}}, "/leaf/ordinal"),
        ({"siblings": [], "leaf": {**LEAF, "ordinal": True}}, "/leaf/ordinal"),
        ({"siblings": [], "leaf": {**LEAF, "ordinal": "1"}}, "/leaf/ordinal"),
        ({"siblings": [], "leaf": {**LEAF, "key": None}}, "/leaf/key"),
        ({"siblings": [], "leaf": {**LEAF, "head": HASH + "\n"}}, "/leaf/head"),
    ],
)
def test_proofs_of_the_wrong_shape_are_refused_with_their_place(value: Any, pointer: str) -> None:
    with pytest.raises(ProofError) as caught:
        MapProof.from_json(value)
    assert (caught.value.code, caught.value.pointer) == ("proof.map", pointer)
