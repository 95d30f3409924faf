"""The project's vectors of the log's floor, made without its code, get the verdicts they name."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.encoding import (
    b64_decode,
    b64_encode,
    b64url_decode,
    b64url_encode,
    canonical_json,
    hex_decode,
    parse_json,
)
from ledger.errors import EncodingError, LeafError, NoteError, ProofError
from ledger.log import merkle
from ledger.log.leaf import SnapshotLeaf, StatementLeaf, SubjectRef, parse_leaf
from ledger.log.lotmap import MapLeaf, MapProof, map_root, prove, prove_from, resolve, update
from ledger.log.note import NoteSigner, TlogProof, open_checkpoint, parse_tlog_proof, parse_vkey
from ledger.log.tiles import TileId, parse_tile_path

VECTORS = Path(__file__).resolve().parents[2] / "vectors"
unhex = bytes.fromhex


def load(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_bytes())


MERKLE, LOTMAP, LEAF, NOTE, ENCODING = map(load, ("merkle", "lotmap", "leaf", "note", "encoding"))
ORIGIN = "nguon.example/log"


def test_the_files_are_what_their_maker_makes() -> None:
    maker = VECTORS / "make_log_vectors.py"
    subprocess.run([sys.executable, str(maker), "--check"], check=True)


def test_roots_are_the_standards() -> None:
    frontier = merkle.Frontier()
    roots = {0: frontier.root()}
    for i in range(1030):
        frontier.append(merkle.leaf_hash(i.to_bytes(4)))
        roots[i + 1] = frontier.root()
    for case in MERKLE["roots"]:
        assert roots[case["size"]].hex() == case["root"]


@pytest.mark.parametrize("ok", [True, False])
def test_inclusion_proofs_get_their_verdicts(ok: bool) -> None:
    cases = [case for case in MERKLE["inclusion"] if case["ok"] == ok]
    assert len(cases) > 50
    for case in cases:
        proof = [unhex(value) for value in case["proof"]]
        asked = unhex(case["leafHash"]), case["index"], case["size"], proof, unhex(case["root"])
        if ok:
            merkle.verify_inclusion(*asked)
        else:
            with pytest.raises(ProofError):
                merkle.verify_inclusion(*asked)


@pytest.mark.parametrize("ok", [True, False])
def test_consistency_proofs_get_their_verdicts(ok: bool) -> None:
    cases = [case for case in MERKLE["consistency"] if case["ok"] == ok]
    assert len(cases) > 50
    for case in cases:
        proof = [unhex(value) for value in case["proof"]]
        asked = case["size1"], unhex(case["root1"]), case["size2"], unhex(case["root2"]), proof
        if ok:
            merkle.verify_consistency(*asked)
        else:
            with pytest.raises(ProofError):
                merkle.verify_consistency(*asked)


def test_tile_paths_get_their_verdicts() -> None:
    for case in MERKLE["tilePaths"]:
        if case["ok"]:
            assert parse_tile_path(case["path"]) == TileId(case["level"], case["index"], case["width"])
        else:
            with pytest.raises(EncodingError):
                parse_tile_path(case["path"])


def map_leaf(found: Any) -> MapLeaf | None:
    return found and MapLeaf(unhex(found["key"]), unhex(found["head"]), found["ordinal"])


def test_map_leaves_hash_as_described() -> None:
    for case in LOTMAP["leafHash"]:
        leaf = MapLeaf(unhex(case["key"]), unhex(case["head"]), int(case["ordinal"]))
        assert leaf.hash().hex() == case["hash"]


@pytest.mark.parametrize("case", LOTMAP["maps"], ids=lambda case: case["name"])
def test_maps_prove_and_answer_as_described(case: Any) -> None:
    leaves = [MapLeaf(unhex(leaf["key"]), unhex(leaf["head"]), leaf["ordinal"]) for leaf in case["leaves"]]
    root, blobs = update(lambda _depth, _prefix: None, leaves)
    assert root.hex() == map_root(leaves).hex() == case["root"]
    for asked in case["answers"]:
        key = unhex(asked["key"])
        proof = MapProof.from_json(asked["proof"])
        assert resolve(root, key, proof) == map_leaf(asked["answer"])
        assert prove(leaves, key).to_json() == asked["proof"]
        assert prove_from(lambda depth, prefix: blobs.get((depth, prefix)), key) == proof


def test_wrong_map_proofs_are_refused() -> None:
    for case in LOTMAP["wrong"]:
        proof = MapProof.from_json(case["proof"])
        with pytest.raises(ProofError):
            resolve(unhex(case["root"]), unhex(case["key"]), proof)
    for case in LOTMAP["malformed"]:
        with pytest.raises(ProofError):
            MapProof.from_json(case["proof"])


def test_leaves_have_their_fields_and_hashes() -> None:
    for case in LEAF["right"]:
        leaf = parse_leaf(unhex(case["leaf"]))
        if case["kind"] == 3:
            assert leaf == SnapshotLeaf(int(case["time"]), unhex(case["mapRoot"]), int(case["index"]))
        else:
            subjects = tuple(SubjectRef(unhex(s["key"]), int(s["ordinal"])) for s in case["subjects"])
            assert leaf == StatementLeaf(case["kind"], int(case["time"]), unhex(case["commitment"]), subjects)
        assert leaf.pack().hex() == case["leaf"]
        assert leaf.hash().hex() == case["hash"]


@pytest.mark.parametrize("case", LEAF["wrong"], ids=lambda case: case["why"])
def test_wrong_leaves_are_refused(case: Any) -> None:
    with pytest.raises(LeafError):
        parse_leaf(unhex(case["leaf"]))


@pytest.mark.parametrize("case", NOTE["checkpoint"], ids=lambda case: case.get("why", case.get("name")))
def test_checkpoints_get_their_verdicts(case: Any) -> None:
    vkey = parse_vkey(NOTE["vkey"])
    if case["ok"]:
        checkpoint = open_checkpoint(case["note"], vkey, ORIGIN)
        found = (checkpoint.origin, checkpoint.size, checkpoint.root.hex())
        assert found == (case["origin"], case["size"], case["root"])
    else:
        with pytest.raises(NoteError) as caught:
            open_checkpoint(case["note"], vkey, ORIGIN)
        assert caught.value.code == case["code"]


def test_a_signer_makes_the_same_note_and_key() -> None:
    signer = NoteSigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(unhex(NOTE["seed"])))
    assert str(signer.vkey) == NOTE["vkey"]
    first = NOTE["checkpoint"][0]["note"]
    assert signer.sign(first.partition("\n\n")[0] + "\n") == first


def test_log_proofs_get_their_verdicts() -> None:
    for case in NOTE["tlogProof"]:
        if case["ok"]:
            hashes = tuple(unhex(value) for value in case["hashes"])
            proof = TlogProof(case["index"], hashes, case["note"], unhex(case["extra"]))
            assert parse_tlog_proof(case["text"]) == proof
            assert proof.pack() == case["text"]
        else:
            with pytest.raises(NoteError):
                parse_tlog_proof(case["text"])


@pytest.mark.parametrize("case", NOTE["badVkeys"], ids=lambda case: case["why"])
def test_wrong_verifier_keys_are_refused(case: Any) -> None:
    with pytest.raises(NoteError):
        parse_vkey(case["vkey"])


def test_json_gets_its_verdicts_and_its_canonical_form() -> None:
    for case in ENCODING["json"]:
        if case["ok"]:
            assert canonical_json(parse_json(unhex(case["json"]))).hex() == case["canonical"]
        else:
            with pytest.raises(EncodingError) as caught:
                parse_json(unhex(case["json"]))
            assert caught.value.code == case["code"], case["why"]


def test_base64_and_hex_have_one_form() -> None:
    for name, decode, encode in (
        ("base64", b64_decode, b64_encode),
        ("base64url", b64url_decode, b64url_encode),
    ):
        for case in ENCODING[name]:
            assert decode(case["text"]).hex() == case["bytes"]
            assert encode(unhex(case["bytes"])) == case["text"]
    for name, refuse in (("badBase64", b64_decode), ("badBase64url", b64url_decode), ("badHex", hex_decode)):
        for text in ENCODING[name]:
            with pytest.raises(EncodingError):
                refuse(text)
