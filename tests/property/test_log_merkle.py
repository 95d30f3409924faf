"""Right proofs verify, wrong ones never do."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import ProofError
from ledger.log import merkle

LEAVES = [merkle.leaf_hash(i.to_bytes(2)) for i in range(1031)]
NODES: dict[tuple[int, int], bytes] = {}
_growing = merkle.Frontier()
for _leaf in LEAVES:
    NODES.update({(level, index): value for level, index, value in _growing.append(_leaf)})

HASHES = st.binary(min_size=32, max_size=32)
SIZES = st.integers(1, len(LEAVES))


def node(level: int, index: int) -> bytes:
    return NODES[level, index]


def flip(value: bytes, bit: int) -> bytes:
    """The value with one bit changed."""
    changed = bytearray(value)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def spoil(proof: list[bytes], data: Any) -> list[bytes]:
    """The proof with one thing wrong."""
    kind = data.draw(
        st.sampled_from(["flip", "drop", "add", "swap"] if len(proof) > 1 else ["flip", "drop", "add"])
    )
    if not proof:
        kind = "add"
    place = data.draw(st.integers(0, max(len(proof) - 1, 0)))
    if kind == "flip":
        return [*proof[:place], flip(proof[place], data.draw(st.integers(0, 255))), *proof[place + 1 :]]
    if kind == "drop":
        return proof[:place] + proof[place + 1 :]
    if kind == "swap":
        other = (place + 1) % len(proof)
        swapped = proof.copy()
        swapped[place], swapped[other] = proof[other], proof[place]
        return swapped
    place = data.draw(st.integers(0, len(proof)))
    return [*proof[:place], data.draw(HASHES), *proof[place:]]


@given(SIZES, st.data())
def test_a_proof_of_inclusion_verifies(size: int, data: Any) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, node)
    merkle.verify_inclusion(LEAVES[index], index, size, proof, merkle.root_at(size, node))


@given(SIZES, st.data())
def test_a_proof_of_consistency_verifies(size2: int, data: Any) -> None:
    size1 = data.draw(st.integers(1, size2))
    proof = merkle.consistency_proof(size1, size2, node)
    root1, root2 = merkle.root_at(size1, node), merkle.root_at(size2, node)
    merkle.verify_consistency(size1, root1, size2, root2, proof)


@settings(max_examples=300)
@given(SIZES, st.data())
def test_a_spoilt_proof_of_inclusion_never_verifies(size: int, data: Any) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = spoil(merkle.inclusion_proof(index, size, node), data)
    with pytest.raises(ProofError):
        merkle.verify_inclusion(LEAVES[index], index, size, proof, merkle.root_at(size, node))


@given(SIZES, st.data())
def test_another_leaf_index_or_root_never_verifies(size: int, data: Any) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, node)
    root = merkle.root_at(size, node)
    leaf = flip(LEAVES[index], data.draw(st.integers(0, 255)))
    other = data.draw(st.integers(-3, 2000).filter(lambda i: i != index))
    for wrong in ((leaf, index, root), (LEAVES[index], other, root), (LEAVES[index], index, flip(root, 0))):
        with pytest.raises(ProofError):
            merkle.verify_inclusion(wrong[0], wrong[1], size, proof, wrong[2])


@settings(max_examples=300)
@given(SIZES, st.data())
def test_a_spoilt_proof_of_consistency_never_verifies(size2: int, data: Any) -> None:
    size1 = data.draw(st.integers(1, size2))
    proof = spoil(merkle.consistency_proof(size1, size2, node), data)
    with pytest.raises(ProofError):
        merkle.verify_consistency(
            size1, merkle.root_at(size1, node), size2, merkle.root_at(size2, node), proof
        )


@given(SIZES, st.data())
def test_a_rewritten_history_is_never_consistent(size2: int, data: Any) -> None:
    size1 = data.draw(st.integers(1, size2))
    rewritten = data.draw(st.integers(0, size1 - 1))
    forged = LEAVES[:size2]
    forged[rewritten] = flip(forged[rewritten], data.draw(st.integers(0, 255)))
    tree: dict[tuple[int, int], bytes] = {}
    frontier = merkle.Frontier()
    for leaf in forged:
        tree.update({(level, index): value for level, index, value in frontier.append(leaf)})
    proof = merkle.consistency_proof(size1, size2, lambda level, index: tree[level, index])
    with pytest.raises(ProofError):
        merkle.verify_consistency(size1, merkle.root_at(size1, node), size2, frontier.root(), proof)


@given(SIZES, st.data())
def test_another_size_of_the_older_tree_is_never_consistent(size2: int, data: Any) -> None:
    size1 = data.draw(st.integers(1, size2))
    other = data.draw(st.integers(-1, size2 + 2).filter(lambda size: size != size1))
    proof = merkle.consistency_proof(size1, size2, node)
    with pytest.raises(ProofError):
        merkle.verify_consistency(
            other, merkle.root_at(size1, node), size2, merkle.root_at(size2, node), proof
        )


@given(SIZES, st.data())
def test_a_frontier_taken_from_the_tree_grows_as_the_first_did(size: int, data: Any) -> None:
    start = data.draw(st.integers(0, size))
    frontier = merkle.Frontier.at(start, node)
    for leaf in LEAVES[start:size]:
        for level, index, value in frontier.append(leaf):
            assert value == NODES[level, index]
    assert frontier.root() == merkle.root_at(size, node)
