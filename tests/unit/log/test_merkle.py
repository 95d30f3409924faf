"""The log's Merkle tree against other implementations and against its own naive recursion."""

import json
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

import pytest

from ledger.errors import ProofError
from ledger.log import merkle

LEAVES = [merkle.leaf_hash(i.to_bytes(4)) for i in range(1031)]


class Tree:
    """A tree that keeps every complete subtree's root."""

    def __init__(self, leaf_hashes: list[bytes]) -> None:
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.frontier = merkle.Frontier()
        for leaf in leaf_hashes:
            for level, index, value in self.frontier.append(leaf):
                assert (level, index) not in self.nodes
                self.nodes[level, index] = value

    def node(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]


TREE = Tree(LEAVES)


def test_the_empty_tree_has_the_hash_of_no_bytes() -> None:
    assert merkle.root([]) == merkle.EMPTY_ROOT == merkle.Frontier().root() == sha256(b"").digest()
    assert merkle.root_at(0, TREE.node) == merkle.EMPTY_ROOT


def test_growing_gives_the_naive_root_at_every_size() -> None:
    frontier = merkle.Frontier()
    for size, leaf in enumerate(LEAVES):
        assert frontier.size == size
        naive = merkle.root(LEAVES[:size])
        assert frontier.root() == naive
        assert merkle.root_at(size, TREE.node) == naive
        again = merkle.Frontier.at(size, TREE.node)
        assert (again.size, again.hashes) == (size, frontier.hashes)
        frontier.append(leaf)


def test_a_copy_of_a_frontier_grows_alone() -> None:
    frontier = merkle.Frontier.at(5, TREE.node)
    copy = frontier.copy()
    copy.append(LEAVES[5])
    assert frontier.root() == merkle.root(LEAVES[:5])
    assert copy.root() == merkle.root(LEAVES[:6])


def test_every_inclusion_proof_verifies_up_to_130_leaves() -> None:
    for size in range(1, 131):
        root = merkle.root_at(size, TREE.node)
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, TREE.node)
            merkle.verify_inclusion(LEAVES[index], index, size, proof, root)


def test_every_consistency_proof_verifies_up_to_130_leaves() -> None:
    roots = [merkle.root_at(size, TREE.node) for size in range(131)]
    for size2 in range(1, 131):
        for size1 in range(1, size2 + 1):
            proof = merkle.consistency_proof(size1, size2, TREE.node)
            merkle.verify_consistency(size1, roots[size1], size2, roots[size2], proof)
            assert (size1 == size2) == (proof == [])


def test_no_inclusion_proof_verifies_at_another_index_or_size() -> None:
    for size in range(1, 34):
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, TREE.node)
            root = merkle.root_at(size, TREE.node)
            for other in range(-1, 40):
                if other != index:
                    with pytest.raises(ProofError):
                        merkle.verify_inclusion(LEAVES[index], other, size, proof, root)


def test_proofs_outside_the_tree_are_not_made() -> None:
    for index, size in ((0, 0), (-1, 3), (3, 3)):
        with pytest.raises(ProofError):
            merkle.inclusion_proof(index, size, TREE.node)
    for size1, size2 in ((0, 0), (0, 3), (4, 3), (-1, 3)):
        with pytest.raises(ProofError) as caught:
            merkle.consistency_proof(size1, size2, TREE.node)
        assert caught.value.code == "proof.consistency"


def test_hashes_of_another_length_are_refused() -> None:
    root = merkle.root(LEAVES[:2])
    for leaf, proof in ((b"", [LEAVES[1]]), (LEAVES[0], [b""]), (LEAVES[0], [LEAVES[1] + b"\0"])):
        with pytest.raises(ProofError):
            merkle.verify_inclusion(leaf, 0, 2, proof, root)
    with pytest.raises(ProofError):
        merkle.verify_consistency(1, b"", 2, root, [LEAVES[1]])


def test_from_the_empty_tree_nothing_is_proven() -> None:
    with pytest.raises(ProofError):
        merkle.verify_consistency(0, merkle.EMPTY_ROOT, 2, merkle.root(LEAVES[:2]), [])
    merkle.verify_consistency(0, merkle.EMPTY_ROOT, 0, merkle.EMPTY_ROOT, [])


def test_inclusion_proofs_of_others_get_their_verdicts(shared_vectors: Path) -> None:
    cases = json.loads((shared_vectors / "merkle" / "inclusion.json").read_bytes())
    for case in cases:
        proof = [b64decode(value) for value in case["proof"] or []]
        try:
            merkle.verify_inclusion(
                b64decode(case["leafHash"]), case["leafIdx"], case["treeSize"], proof, b64decode(case["root"])
            )
            refused = False
        except ProofError:
            refused = True
        assert refused == case["wantErr"], case["name"]
    assert len(cases) == 49


def test_consistency_proofs_of_others_get_their_verdicts(shared_vectors: Path) -> None:
    cases = json.loads((shared_vectors / "merkle" / "consistency.json").read_bytes())
    for case in cases:
        proof = [b64decode(value) for value in case["proof"] or []]
        root1, root2 = b64decode(case["root1"] or ""), b64decode(case["root2"] or "")
        try:
            merkle.verify_consistency(case["size1"], root1, case["size2"], root2, proof)
            refused = False
        except ProofError:
            refused = True
        assert refused == case["wantErr"], case["name"]
    assert len(cases) == 43
