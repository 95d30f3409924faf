"""Leaves, notes, proofs and tiles: what is packed reads back, and each value has one form."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import EncodingError, LeafError, NoteError
from ledger.log.leaf import SnapshotLeaf, StatementLeaf, SubjectRef, parse_leaf
from ledger.log.note import (
    Checkpoint,
    NoteSigner,
    TlogProof,
    open_checkpoint,
    open_note,
    parse_checkpoint,
    parse_tlog_proof,
    sign_checkpoint,
)
from ledger.log.tiles import TileId, pack_entry_bundle, parse_entry_bundle, parse_tile_path

HASHES = st.binary(min_size=32, max_size=32)
U64 = st.integers(0, 2**64 - 1)
SUBJECTS = st.dictionaries(HASHES, st.integers(1, 2**64 - 1), min_size=1, max_size=6).map(
    lambda found: tuple(SubjectRef(key, found[key]) for key in sorted(found))
)
LEAVES = st.builds(StatementLeaf, st.sampled_from([1, 2, 4]), U64, HASHES, SUBJECTS) | st.builds(
    SnapshotLeaf, U64, HASHES, U64
)
CHECKPOINTS = st.builds(
    Checkpoint,
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20),
    st.integers(0, 2**63 - 1),
    HASHES,
)
SIGNER = NoteSigner("nguon.example", Ed25519PrivateKey.from_private_bytes(bytes(32)))


@given(LEAVES)
def test_a_leaf_reads_back(leaf: Any) -> None:
    assert parse_leaf(leaf.pack()) == leaf


@given(LEAVES, st.data())
def test_changed_bytes_are_another_leaf_or_none(leaf: Any, data: Any) -> None:
    packed = bytearray(leaf.pack())
    packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        other = parse_leaf(bytes(packed))
    except LeafError:
        return
    assert other != leaf
    assert other.pack() == packed


@given(st.binary(max_size=130))
def test_any_bytes_are_a_leaf_in_its_one_form_or_refused(data: bytes) -> None:
    try:
        leaf = parse_leaf(data)
    except LeafError:
        return
    assert leaf.pack() == data


@given(CHECKPOINTS)
def test_a_checkpoint_reads_back(checkpoint: Checkpoint) -> None:
    assert parse_checkpoint(checkpoint.body()) == checkpoint
    assert open_checkpoint(sign_checkpoint(checkpoint, SIGNER), SIGNER.vkey, checkpoint.origin) == checkpoint


@given(CHECKPOINTS, st.data())
def test_a_changed_note_never_opens_as_another_text(checkpoint: Checkpoint, data: Any) -> None:
    note = sign_checkpoint(checkpoint, SIGNER)
    place = data.draw(st.integers(0, len(note)))
    cut = data.draw(st.integers(0, 3))
    forged = note[:place] + data.draw(st.text("\n 0A=—+é", max_size=3)) + note[place + cut :]
    try:
        opened = open_note(forged, [SIGNER.vkey])
    except NoteError:
        return
    assert opened.text == checkpoint.body()


@given(st.text(max_size=60))
def test_any_text_is_a_note_a_proof_or_refused(text: str) -> None:
    with pytest.raises(NoteError):
        open_note(text, [SIGNER.vkey])
    with pytest.raises(NoteError):
        parse_tlog_proof(text)


@given(st.integers(0, 2**63 - 1), st.lists(HASHES, max_size=63), CHECKPOINTS, st.binary(max_size=9))
def test_a_log_proof_reads_back(
    index: int, hashes: list[bytes], checkpoint: Checkpoint, extra: bytes
) -> None:
    proof = TlogProof(index, tuple(hashes), sign_checkpoint(checkpoint, SIGNER), extra)
    assert parse_tlog_proof(proof.pack()) == proof


@given(st.integers(0, 63) | st.just("entries"), st.integers(0, 2**63 - 1), st.integers(1, 256))
def test_a_tile_path_reads_back(level: Any, index: int, width: int) -> None:
    tile = TileId(level, index, width)
    assert parse_tile_path(tile.path()) == tile


@given(st.text("tilenrs/x0123456789.p", max_size=24).map(lambda rest: "tile/" + rest))
def test_a_path_is_canonical_or_refused(path: str) -> None:
    try:
        tile = parse_tile_path(path)
    except EncodingError:
        return
    assert tile.path() == path


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_an_entry_bundle_reads_back(leaves: list[bytes]) -> None:
    assert parse_entry_bundle(pack_entry_bundle(leaves)) == leaves


@given(st.binary(max_size=40))
def test_any_bytes_are_a_bundle_in_its_one_form_or_refused(data: bytes) -> None:
    try:
        leaves = parse_entry_bundle(data)
    except EncodingError:
        return
    assert pack_entry_bundle(leaves) == data
