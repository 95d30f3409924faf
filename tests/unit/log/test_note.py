"""Signed notes, checkpoints and tlog-proofs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.errors import NoteError
from ledger.log.note import (
    GREASE_NAME,
    Checkpoint,
    NoteSigner,
    TlogProof,
    Vkey,
    open_checkpoint,
    open_note,
    parse_checkpoint,
    parse_tlog_proof,
    parse_vkey,
    sign_checkpoint,
)

ORIGIN = "nguon.example/log"
SIGNER = NoteSigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER = NoteSigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
CHECKPOINT = Checkpoint(ORIGIN, 42, bytes(range(32)))
CODES = {"no verifiable signatures": "note.unverified", "ambiguous key": "note.key"}
CODES |= {"invalid signature": "note.unverified", "malformed": "note.syntax"}


@pytest.fixture(scope="module")
def public_notes(shared_vectors: Path) -> Any:
    return json.loads((shared_vectors / "signed-note" / "signed_note_vectors.json").read_bytes())


def test_notes_of_others_get_their_verdicts(public_notes: Any) -> None:
    keys = {name: parse_vkey(text) for name, text in public_notes["vkeys"].items()}
    for case in public_notes["open"]:
        repeat = case.get("note_repeat")
        note = case["note"] if repeat is None else repeat["text"] + repeat["sig"] * repeat["times"]
        trusted = [keys[name] for name in case["trusted"]]
        if case["ok"]:
            opened = open_note(note, trusted)
            assert [key.name for key in opened.verified] == case["verified"], case["name"]
            assert [line.name for line in opened.unverified] == case["unverified"], case["name"]
        else:
            with pytest.raises(NoteError) as caught:
                open_note(note, trusted)
            assert caught.value.code == CODES[case["error"]], case["name"]


def test_a_note_that_is_no_utf8_is_malformed(public_notes: Any) -> None:
    note = b"\xff" + public_notes["open"][0]["note"].encode()
    with pytest.raises(NoteError):
        open_note(note.decode("utf-8", "surrogateescape"), [parse_vkey(public_notes["vkeys"]["peter"])])


def test_the_examples_of_the_standard_open(public_notes: Any) -> None:
    example = public_notes["c2sp_example"]
    assert open_note(example["note"], [parse_vkey(example["vkey"])]).text == "This is an example message.\n"
    sigsum = public_notes["sigsum_issue99"]
    key = parse_vkey(sigsum["vkey"])
    assert key.public.hex() == sigsum["ed25519_pub_hex"]
    assert open_checkpoint(sigsum["checkpoint"], key, key.name).size == 10


def _neighbours(vkey: str) -> Iterator[str]:
    for start in range(len(vkey)):
        for stop in range(start, len(vkey) + 1):
            if stop - start < len(vkey):
                yield vkey[start:stop]
    for i, c in enumerate(vkey):
        yield vkey[:i] + chr(ord(c) + 1) + vkey[i + 1 :]


def test_no_neighbour_of_a_vkey_is_a_vkey(public_notes: Any) -> None:
    for vkey in public_notes["vkeys"].values():
        assert str(parse_vkey(vkey)) == vkey
        for wrong in _neighbours(vkey):
            with pytest.raises(NoteError) as caught:
                parse_vkey(wrong)
            assert caught.value.code == "note.key"
    for wrong in public_notes["bad_vkeys"]:
        with pytest.raises(NoteError):
            parse_vkey(wrong)


def test_no_neighbour_of_our_own_vkey_is_a_vkey() -> None:
    assert parse_vkey(str(SIGNER.vkey)) == SIGNER.vkey
    for wrong in _neighbours(str(SIGNER.vkey)):
        with pytest.raises(NoteError):
            parse_vkey(wrong)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\nb", "a\u2003b"])
def test_key_names_have_no_spaces_and_no_plus(name: str) -> None:
    with pytest.raises(NoteError):
        Vkey(name, bytes(32))


def test_a_signed_checkpoint_opens_and_is_what_was_signed() -> None:
    note = sign_checkpoint(CHECKPOINT, SIGNER)
    assert open_checkpoint(note, SIGNER.vkey, ORIGIN) == CHECKPOINT
    assert note.startswith(f"{ORIGIN}\n42\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n— {ORIGIN} ")


def test_a_checkpoint_signed_by_another_key_of_that_name_is_unverified() -> None:
    with pytest.raises(NoteError) as caught:
        open_checkpoint(sign_checkpoint(CHECKPOINT, OTHER), SIGNER.vkey, ORIGIN)
    assert caught.value.code == "note.unverified"


def test_cosignatures_of_unknown_keys_are_ignored() -> None:
    note = sign_checkpoint(CHECKPOINT, SIGNER)
    line = OTHER.sign(CHECKPOINT.body()).splitlines(keepends=True)[-1]
    opened = open_note(note + line + line, [SIGNER.vkey])
    assert opened.verified == (SIGNER.vkey,)
    grease, cosigned = opened.unverified
    assert (grease.name, cosigned.key_id) == (GREASE_NAME, OTHER.vkey.key_id)


def test_every_checkpoint_carries_a_line_that_no_reader_knows_the_same_when_it_is_signed_again() -> None:
    notes = [sign_checkpoint(Checkpoint(ORIGIN, size, bytes(32)), SIGNER) for size in range(50)]
    lines = [open_note(note, [SIGNER.vkey]).unverified for note in notes]
    assert {len(found) for found in lines} == {1}
    assert len({found[0].key_id for found in lines}) == len({found[0].signature for found in lines}) == 50
    assert notes == [sign_checkpoint(Checkpoint(ORIGIN, size, bytes(32)), SIGNER) for size in range(50)]


def test_a_checkpoint_of_another_origin_is_refused() -> None:
    note = sign_checkpoint(Checkpoint("elsewhere.example", 1, bytes(32)), SIGNER)
    with pytest.raises(NoteError) as caught:
        open_checkpoint(note, SIGNER.vkey, ORIGIN)
    assert caught.value.code == "checkpoint.syntax"


def test_no_changed_character_of_a_signed_checkpoint_opens_as_another() -> None:
    note = SIGNER.sign(CHECKPOINT.body())  # nobody signed the grease
    for i, c in enumerate(note):
        forged = note[:i] + ("x" if c != "x" else "y") + note[i + 1 :]
        with pytest.raises(NoteError):
            open_checkpoint(forged, SIGNER.vkey, ORIGIN)


ROOT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@pytest.mark.parametrize(
    "body",
    [
        "",
        "o\n1\n",
        f"o\n1\n{ROOT}",
        f"\n1\n{ROOT}\n",
        f"o\n01\n{ROOT}\n",
        f"o\n+1\n{ROOT}\n",
        f"o\n-1\n{ROOT}\n",
        f"o\n 1\n{ROOT}\n",
        f"o\n\u0661\n{ROOT}\n",
        f"o\n9223372036854775808\n{ROOT}\n",
        f"o\n1\n{ROOT[:-1]}\n",
        f"o\n1\n{ROOT[:-2]}9=\n",
        f"o\n1\n{ROOT[:-4]}\n",
        f"o\n1\n{ROOT}\n\n",
        f"o\n1\n{ROOT}\n\nextension\n",
        f"o\n1\n{ROOT}\n" + "x" * 65_536 + "\n",
    ],
)
def test_wrong_checkpoints_are_refused(body: str) -> None:
    with pytest.raises(NoteError) as caught:
        parse_checkpoint(body)
    assert caught.value.code == "checkpoint.syntax"


def test_extension_lines_are_ignored() -> None:
    assert parse_checkpoint(CHECKPOINT.body() + "extension\n") == CHECKPOINT


@pytest.mark.parametrize("extra", [b"", b"hello"])
@pytest.mark.parametrize("hashes", [(), (bytes(32),), tuple(bytes([i]) * 32 for i in range(63))])
def test_tlog_proofs_read_back(extra: bytes, hashes: tuple[bytes, ...]) -> None:
    proof = TlogProof(7, hashes, sign_checkpoint(CHECKPOINT, SIGNER), extra)
    assert parse_tlog_proof(proof.pack()) == proof


def test_a_tlog_proof_has_the_lines_of_the_standard() -> None:
    proof = TlogProof(73894, (bytes(32),), "note\n", b"age")
    zeros = "A" * 43 + "="
    assert proof.pack() == f"c2sp.org/tlog-proof@v1\nextra YWdl\nindex 73894\n{zeros}\n\nnote\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c2sp.org/tlog-proof@v1\nindex 0\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n\n",
        "c2sp.org/tlog-proof@v2\nindex 0\n\nnote\n",
        "c2sp.org/tlog-proof@v1\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex 00\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex -1\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex 9223372036854775808\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nIndex 0\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nextra \nindex 0\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nextra YWdl\nextra YWdl\nindex 0\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nextra YWdl\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nnote\n",
        "c2sp.org/tlog-proof@v1\r\nindex 0\r\n\r\nnote\r\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n" + f"{ROOT}\n" * 64 + "\nnote\n",
    ],
)
def test_wrong_tlog_proofs_are_refused(text: str) -> None:
    with pytest.raises(NoteError) as caught:
        parse_tlog_proof(text)
    assert caught.value.code == "note.syntax"


def test_a_text_that_cannot_stand_in_a_note_is_not_signed() -> None:
    for text in ("no newline", "a\tb\n", "a\r\n"):
        with pytest.raises(NoteError):
            SIGNER.sign(text)
