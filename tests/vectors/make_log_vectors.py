"""Makes merkle.json, lotmap.json, leaf.json, note.json and encoding.json beside it; see README.md.

Written from the standards' own recursions and from the formats' description, on hashlib alone: nothing of
`ledger` is imported, so the two check each other. `--check` compares instead of writing.
"""

import json
import sys
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from log_trees import Case, digest, flip, hexes, lotmap_vectors, merkle_vectors, sha

HERE = Path(__file__).resolve().parent
# ---- leaf.json: the layouts of DESIGN §3.3


def leaf_vectors() -> Mapping[str, Any]:
    def u64(value: int) -> bytes:
        return value.to_bytes(8, "big")

    def statement(kind: int, time: int, commitment: bytes, subjects: Sequence[tuple[bytes, int]]) -> bytes:
        records = [key + u64(ordinal) for key, ordinal in subjects]
        return bytes([1, kind]) + u64(time) + commitment + bytes([len(records)]) + b"".join(records)

    a, b, c = sorted(digest(f"subject {i}") for i in range(3))
    most = 2**64 - 1
    made: list[tuple[int, int, bytes, list[tuple[bytes, int]]]] = [
        (1, 1_790_000_000_000, digest("statement 1"), [(a, 1)]),
        (1, 1_790_000_000_001, digest("statement 2"), [(a, 2), (b, 1), (c, 9)]),
        (2, 0, digest("statement 3"), [(b, 1)]),
        (4, most, digest("statement 4"), [(a, most), (c, 1)]),
        (1, 1_790_000_000_002, digest("statement 5"), [(i.to_bytes(32, "big"), i + 1) for i in range(255)]),
    ]
    right: list[Case] = []
    for kind, time, commitment, subjects in made:
        packed = statement(kind, time, commitment, subjects)
        fields = {"kind": kind, "time": str(time), "commitment": commitment.hex()}
        listed = [{"key": key.hex(), "ordinal": str(ordinal)} for key, ordinal in subjects]
        right.append({"leaf": packed.hex(), "hash": sha(b"\0", packed).hex(), **fields, "subjects": listed})
    for time, index in ((1_790_000_000_000, 9), (0, 0), (most, most)):
        root = digest(f"map root {index}")
        packed = bytes([1, 3]) + u64(time) + root + u64(index)
        fields = {"kind": 3, "time": str(time), "mapRoot": root.hex(), "index": str(index)}
        right.append({"leaf": packed.hex(), "hash": sha(b"\0", packed).hex(), **fields})
    good = statement(1, 1, digest("statement"), [(a, 1), (b, 2)])
    snapshot = bytes([1, 3]) + u64(1) + a + u64(5)
    wrong = [
        ("no bytes", b""),
        ("version 0", b"\0" + good[1:]),
        ("version 2", b"\2" + snapshot[1:]),
        ("kind 0", good[:1] + b"\0" + good[2:]),
        ("kind 5", good[:1] + b"\5" + good[2:]),
        ("a statement under the snapshot's kind", good[:1] + b"\3" + good[2:]),
        ("a snapshot under an event's kind", snapshot[:1] + b"\1" + snapshot[2:]),
        ("no subjects", good[:42] + b"\0"),
        ("fewer subjects than it says", good[:83]),
        ("more subjects than it says", good[:42] + b"\1" + good[43:]),
        ("a byte missing", good[:-1]),
        ("a byte too many", good + b"\0"),
        ("subjects that fall", statement(1, 1, c, [(b, 1), (a, 1)])),
        ("a subject twice", statement(1, 1, c, [(a, 1), (a, 2)])),
        ("ordinal 0", statement(1, 1, c, [(a, 0)])),
        ("a snapshot of 49 bytes", snapshot[:-1]),
        ("a snapshot of 51 bytes", snapshot + b"\0"),
    ]
    return {"right": right, "wrong": [{"why": why, "leaf": packed.hex()} for why, packed in wrong]}


# ---- note.json: C2SP signed-note, tlog-checkpoint, tlog-proof


def b64(value: bytes) -> str:
    return b64encode(value).decode()


def vkey(name: str, key_id: str, key: bytes) -> str:
    return f"{name}+{key_id}+{b64(key)}"


class Signer:
    def __init__(self, name: str, seed: bytes) -> None:
        self.name, self.seed = name, seed
        self.private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self.private.public_key().public_bytes_raw()
        self.key_id = sha(name.encode(), b"\n\x01", self.public)[:4]
        self.vkey = vkey(name, self.key_id.hex(), b"\x01" + self.public)

    def line(self, text: str) -> str:
        return f"— {self.name} {b64(self.key_id + self.private.sign(text.encode()))}\n"


def note_vectors() -> Mapping[str, Any]:
    log = Signer("nguon.example/log", digest("log key"))
    impostor = Signer("nguon.example/log", digest("impostor"))
    witness = Signer("witness.example", digest("witness key"))
    root = digest("root")
    body = f"{log.name}\n42\n{b64(root)}\n"
    note = f"{body}\n{log.line(body)}"
    signature = log.line(body)
    opened = {"origin": log.name, "size": 42, "root": root.hex()}

    def signed(text: str) -> str:
        return f"{text}\n{log.line(text)}"

    right = [
        ("signed by the log", note),
        ("with a witness's cosignature", note + witness.line(body)),
        ("after a signature of a stranger of that name", f"{body}\n{impostor.line(body)}{signature}"),
        ("signed twice", note + signature),
        ("with an extension line", signed(body + "extension\n")),
    ]
    wrong = [
        ("note.unverified", "signed by another key of that name", f"{body}\n{impostor.line(body)}"),
        ("note.unverified", "another size", note.replace("\n42\n", "\n43\n")),
        ("note.unverified", "a signature of another text", f"{body}\n{log.line(body + 'x' + chr(10))}"),
        ("note.unverified", "a wrong signature after the right one", note + log.line("another text\n")),
        ("note.syntax", "no signature", body + "\n"),
        ("note.syntax", "no empty line", body + signature),
        ("note.syntax", "no newline at the end", note[:-1]),
        ("note.syntax", "carriage returns", note.replace("\n", "\r\n")),
        ("note.syntax", "a hyphen for the dash", note.replace("— ", "- ")),
        ("note.syntax", "base64 without padding", note.replace("=", "")),
        ("note.syntax", "101 signatures", f"{body}\n" + witness.line(body) * 100 + signature),
        ("checkpoint.syntax", "another origin", signed(f"else.example\n42\n{b64(root)}\n")),
        ("checkpoint.syntax", "a leading zero", signed(f"{log.name}\n042\n{b64(root)}\n")),
        ("checkpoint.syntax", "a sign", signed(f"{log.name}\n+42\n{b64(root)}\n")),
        ("checkpoint.syntax", "a size of 64 bits", signed(f"{log.name}\n{2**63}\n{b64(root)}\n")),
        ("checkpoint.syntax", "a root of 31 bytes", signed(f"{log.name}\n42\n{b64(root[:31])}\n")),
        ("checkpoint.syntax", "two lines", signed(f"{log.name}\n42\n")),
        ("checkpoint.syntax", "an empty extension line", signed(f"{body}\nextension\n")),
    ]
    hashes = [digest("sibling 0"), digest("sibling 1")]
    lines = "".join(f"{b64(value)}\n" for value in hashes)
    head = "c2sp.org/tlog-proof@v1\n"
    proofs = [
        {
            "text": f"{head}index 7\n{lines}\n{note}",
            "index": 7,
            "hashes": hexes(hashes),
            "note": note,
            "extra": "",
        },
        {"text": f"{head}index 0\n\n{note}", "index": 0, "hashes": [], "note": note, "extra": ""},
        {
            "text": f"{head}extra YWdl\nindex 0\n\n{note}",
            "index": 0,
            "hashes": [],
            "note": note,
            "extra": "616765",
        },
    ]
    bad_proofs = [
        ("version 2", f"c2sp.org/tlog-proof@v2\nindex 7\n{lines}\n{note}"),
        ("no index", f"{head}{lines}\n{note}"),
        ("a leading zero", f"{head}index 07\n{lines}\n{note}"),
        ("no empty line", f"{head}index 7\n{lines}"),
        ("a hash of 31 bytes", f"{head}index 7\n{b64(hashes[0][:31])}\n\n{note}"),
        ("base64 without padding", f"{head}index 7\n{b64(hashes[0])[:-1]}\n\n{note}"),
        ("extra after the index", f"{head}index 7\nextra YWdl\n\n{note}"),
        ("an empty extra line", f"{head}extra \nindex 7\n\n{note}"),
        ("64 hashes", head + "index 7\n" + f"{b64(hashes[0])}\n" * 64 + f"\n{note}"),
    ]
    name, key_id, key = log.vkey.split("+", 2)
    bad_vkeys = [
        ("no key", f"{name}+{key_id}"),
        ("no name", f"+{key_id}+{key}"),
        ("a space in the name", f"nguon example+{key_id}+{key}"),
        ("capitals in the ID", f"{name}+{key_id.upper()}+{key}"),
        ("another ID", f"{name}+{flip(bytes.fromhex(key_id), 0).hex()}+{key}"),
        ("another algorithm", vkey(name, key_id, b"\x02" + log.public)),
        ("a key of 31 bytes", vkey(name, key_id, b"\x01" + log.public[:31])),
        ("base64url", f"{name}+{key_id}+{key.replace('+', '-').replace('/', '_')}="),
    ]
    return {
        "vkey": log.vkey,
        "seed": log.seed.hex(),
        "checkpoint": [{"ok": True, "name": what, "note": text, **opened} for what, text in right]
        + [{"ok": False, "code": code, "why": why, "note": text} for code, why, text in wrong],
        "tlogProof": [{"ok": True, **proof} for proof in proofs]
        + [{"ok": False, "why": why, "text": text} for why, text in bad_proofs],
        "badVkeys": [{"why": why, "vkey": text} for why, text in bad_vkeys],
    }


# ---- encoding.json: what strict JSON takes, RFC 8785, base64, hex


def encoding_vectors() -> Mapping[str, Any]:
    right: list[bytes] = [
        b'{"b":[1,-2.5,true,null],"a":"x"}',
        b" [ 1 , 2 ] \n",
        b"[0.0,-0,-0.0,1.0,1e0,100e-2,4.50]",
        b"[1e21,1e20,1e-6,1e-7,5e-324,1.7976931348623157e308,333333333.33333329]",
        b"[9007199254740991,-9007199254740991]",
        '{"ngu\u1ed3n":"g\u1ed1c \U0001f33e","\\u00e9":"\\ud83c\\udf3e"}'.encode(),
        '{"\uff21":1,"\U0001f600":2,"\u20ac":3,"\\r":4,"1":5}'.encode(),
        b'"\\u0000\\b\\t\\n\\f\\r\\u001f\\"\\\\\\/\x7f"',
        b'{"":{"":[]}}',
    ]
    wrong: list[tuple[str, str, bytes]] = [
        ("json.duplicate_member", "a member twice", b'{"a":1,"a":1}'),
        ("json.duplicate_member", "a member twice, once escaped", b'[{"a":1,"\\u0061":2}]'),
        ("json.number_range", "2^53", b"9007199254740992"),
        ("json.number_range", "-2^53", b"[-9007199254740992]"),
        ("json.number_range", "beyond a double", b"1e400"),
        ("text.not_nfc", "a decomposed letter", '["e\u0301"]'.encode()),
        ("text.not_nfc", "a decomposed letter, escaped", b'["e\\u0301"]'),
        ("text.not_nfc", "a decomposed letter in a name", '{"e\u0301":1}'.encode()),
        ("json.syntax", "a byte order mark", b"\xef\xbb\xbf{}"),
        ("json.syntax", "text after the value", b"{} {}"),
        ("json.syntax", "nothing", b""),
        ("json.syntax", "NaN", b"NaN"),
        ("json.syntax", "a trailing comma", b"[1,]"),
        ("json.syntax", "a leading zero", b"01"),
        ("json.syntax", "no digit after the point", b"1."),
        ("json.syntax", "a lone surrogate", b'"\\ud800"'),
        ("json.syntax", "a surrogate in UTF-8", b'"\xed\xa0\x80"'),
        ("json.syntax", "a byte that is no UTF-8", b'"\xff"'),
        ("json.syntax", "a control character", b'"\x01"'),
        ("json.syntax", "300 levels", b"[" * 300 + b"]" * 300),
        ("json.syntax", "a comment", b"/**/1"),
    ]
    samples = [b"", b"\0", b"\xfb\xff", b"abc", digest("base64")]
    return {
        "json": [
            {"ok": True, "json": text.hex(), "canonical": rfc8785.dumps(json.loads(text)).hex()}
            for text in right
        ]
        + [{"ok": False, "code": code, "why": why, "json": text.hex()} for code, why, text in wrong],
        "base64": [{"bytes": value.hex(), "text": b64(value)} for value in samples],
        "badBase64": ["A", "AA", "AB==", "AA=", "AA==\n", " AA==", "-_8=", "AA===", "AAAA===="],
        "base64url": [
            {"bytes": value.hex(), "text": b64(value).translate({43: "-", 47: "_", 61: None})}
            for value in samples
        ],
        "badBase64url": ["A", "AA==", "AB", "A A", "AA\n", "+/8", "AAAAA", "AA="],
        "badHex": ["0A" * 32, "0a" * 31, "0x" + "0a" * 31, "0a" * 32 + "\n", "0g" * 32, "a" * 63],
    }


def dump(vectors: Mapping[str, Any]) -> str:
    """JSON with one case a line."""
    members: list[str] = []
    for name, value in vectors.items():
        if isinstance(value, list):
            lines = ",\n".join("  " + json.dumps(case, ensure_ascii=False) for case in value)
            members.append(f" {json.dumps(name)}: [\n{lines}\n ]")
        else:
            members.append(f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(members) + "\n}\n"


def files() -> dict[str, str]:
    """Every file's name and text."""
    return {
        "merkle.json": dump(merkle_vectors()),
        "lotmap.json": dump(lotmap_vectors()),
        "leaf.json": dump(leaf_vectors()),
        "note.json": dump(note_vectors()),
        "encoding.json": dump(encoding_vectors()),
    }


def main() -> int:
    """Write the files, or compare them."""
    stale = []
    for name, text in files().items():
        file = HERE / name
        if "--check" not in sys.argv:
            file.write_text(text, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != text:
            stale.append(name)
    if stale:
        print("not what make_log_vectors.py makes:", ", ".join(stale), file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
