"""Makes tem/rolls.json, slots.json, hidden.json, digsig.json and voided.json beside it; see README.md.

Written from the formats' description, on hashlib, hmac and a curve alone: nothing of `ledger` is imported, so the two
check each other. `--check` compares instead of writing.
"""

import json
import sys
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from hmac import digest as hmac
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

HERE = Path(__file__).resolve().parent
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MASTER = bytes(range(32))
GTIN = "09521002000085"
ROLLS = [
    ("roll-1", GTIN, "NHC260110", 29),
    ("0197f3c0-7c1e-7aaa-8bbb-0123456789ab", GTIN, "Nhc-26a", 300),
    ("roll-1", "09521001000055", "L/7%", 256),
    ("roll-2", GTIN, "NHC260110", 1),
    ("roll-3", GTIN, "a" * 20, 1025),
]


def hkdf(info: bytes) -> bytes:
    """RFC 5869 with SHA-256, no salt, one block."""
    extracted = hmac(bytes(32), MASTER, "sha256")
    return hmac(extracted, info + b"\1", "sha256")


def base32(value: int, length: int) -> str:
    return "".join(ALPHABET[value >> 5 * place & 31] for place in reversed(range(length)))


def told(key: bytes, gtin: str, lot: str, index: int) -> bytes:
    octets = lot.encode()
    return hmac(key, gtin.encode() + bytes([len(octets)]) + octets + index.to_bytes(4, "big"), "sha256")


def serial(key: bytes, gtin: str, lot: str, index: int) -> str:
    tag = int.from_bytes(told(key, gtin, lot, index), "big") >> (256 - 60)
    return base32(index, 5) + base32(tag, 12)


def leaf(data: bytes) -> bytes:
    return sha256(b"\0" + data).digest()


def root(hashes_: Sequence[bytes]) -> bytes:
    """RFC 6962 §2.1."""
    if len(hashes_) == 1:
        return hashes_[0]
    split = 1 << (len(hashes_) - 1).bit_length() - 1
    return sha256(b"\1" + root(hashes_[:split]) + root(hashes_[split:])).digest()


def path(index: int, hashes_: Sequence[bytes]) -> list[bytes]:
    """RFC 9162 §2.1.3.1, leaf to root."""
    if len(hashes_) == 1:
        return []
    split = 1 << (len(hashes_) - 1).bit_length() - 1
    if index < split:
        return [*path(index, hashes_[:split]), root(hashes_[split:])]
    return [*path(index - split, hashes_[split:]), root(hashes_[:split])]


class Roll:
    def __init__(self, name: str, gtin: str, lot: str, count: int) -> None:
        self.name, self.gtin, self.lot, self.count = name, gtin, lot, count
        self.key = hkdf(b"nguon tem v1" + name.encode())
        self.hidden = hkdf(b"nguon hidden v1" + name.encode())
        self.serials = [serial(self.key, gtin, lot, index) for index in range(count)]
        self.leaves = [leaf(text.encode()) for text in self.serials]
        digests = [told(self.hidden, gtin, lot, index) for index in range(count)]
        self.codes = [base32(int.from_bytes(item, "big") >> (256 - 50), 10) for item in digests]
        self.salts = [item[16:] for item in digests]
        self.hidden_leaves = [
            leaf(salt + text.encode() + code.encode())
            for salt, text, code in zip(self.salts, self.serials, self.codes, strict=True)
        ]

    def named(self) -> dict[str, Any]:
        return {"id": self.name, "gtin": self.gtin, "lot": self.lot, "count": self.count}

    def places(self) -> list[int]:
        return sorted({0, 1, self.count // 2, 255, 256, self.count - 1} & set(range(self.count)))


def hexes(items: Sequence[bytes]) -> list[str]:
    return [item.hex() for item in items]


def forged(text: str, place: int) -> str:
    return text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :]


def roll_vectors(rolls: Sequence[Roll]) -> Mapping[str, Any]:
    return {
        "master": MASTER.hex(),
        "rolls": [
            {
                **roll.named(),
                "key": roll.key.hex(),
                "root": root(roll.leaves).hex(),
                "serials": [
                    {"index": index, "serial": roll.serials[index], "leaf": roll.leaves[index].hex()}
                    for index in roll.places()
                ],
            }
            for roll in rolls
        ],
        "far": [
            {"id": "roll-1", "gtin": GTIN, "lot": "NHC260110", "index": index, "serial": text}
            for index in (1023, 1024, 32_767, 32_768, 2**24, 2**25 - 1)
            for text in [serial(rolls[0].key, GTIN, "NHC260110", index)]
        ],
        "notSerials": [
            {"text": "", "why": "nothing"},
            {"text": "7K001Q37", "why": "too short"},
            {"text": "0" * 18, "why": "too long"},
            {"text": "0000u" + "0" * 12, "why": "lower case"},
            {"text": "0000I" + "0" * 12, "why": "I is no letter of it"},
            {"text": "0000O" + "0" * 12, "why": "O is no letter of it"},
        ],
    }


def slot_vectors(rolls: Sequence[Roll]) -> Mapping[str, Any]:
    cases: list[dict[str, Any]] = []
    for roll in rolls:
        for index in roll.places():
            slot = {
                "leaf": roll.leaves[index].hex(),
                "index": index,
                "count": roll.count,
                "inclusion": hexes(path(index, roll.leaves)),
                "root": root(roll.leaves).hex(),
            }
            true = roll.serials[index]
            cases.append({"serial": true, **slot, "holds": True})
            for place in (5, 16):
                cases.append(
                    {"serial": forged(true, place), **slot, "holds": False, "why": "another tag stands there"}
                )
            if roll.count > 1:
                other = roll.serials[(index + 1) % roll.count]
                cases.append({"serial": other, **slot, "holds": False, "why": "a tem of another index"})
    return {"slots": cases}


def hidden_vectors(rolls: Sequence[Roll]) -> Mapping[str, Any]:
    openings: list[dict[str, Any]] = []
    for roll in rolls:
        for index in roll.places():
            case = {
                "serial": roll.serials[index],
                "salt": roll.salts[index].hex(),
                "leaf": roll.hidden_leaves[index].hex(),
                "inclusion": hexes(path(index, roll.hidden_leaves)),
                "count": roll.count,
                "root": root(roll.hidden_leaves).hex(),
            }
            code = roll.codes[index]
            openings.append({**case, "code": code, "opens": True})
            openings.append({**case, "code": f"{code[:5].lower()} {code[5:]}", "opens": True})
            openings.append({**case, "code": forged(code, 9), "opens": False, "why": "another code"})
            if roll.count > 1:
                near = {**case, "serial": roll.serials[(index + 1) % roll.count]}
                openings.append({**near, "code": code, "opens": False, "why": "another tem"})
            longer = {**case, "salt": (roll.salts[index] + b"0").hex(), "serial": roll.serials[index][1:]}
            openings.append({**longer, "code": code, "opens": False, "why": "a byte moved into the salt"})
    keys = [
        {**roll.named(), "key": roll.hidden.hex(), "root": root(roll.hidden_leaves).hex()} for roll in rolls
    ]
    return {
        "rolls": keys,
        "openings": openings,
        "normalised": [
            {"typed": "0lio1 ABCDE", "code": "01101ABCDE"},
            {"typed": "OLIO1-abcde", "code": "01101ABCDE"},
        ],
    }


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def digsig_vectors(rolls: Sequence[Roll]) -> Mapping[str, Any]:
    private = ec.derive_private_key(
        int.from_bytes(sha256(b"a cooperative's key").digest(), "big") >> 1, ec.SECP256R1()
    )
    numbers = private.public_key().public_numbers()
    x, y = (b64(value.to_bytes(32, "big")) for value in (numbers.x, numbers.y))
    jwk = {"kty": "EC", "crv": "P-256", "x": x, "y": y}
    kid = b64(sha256(f'{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}'.encode()).digest())
    stems = ["https://id.gs1.org/01/0952100200", "https://id.gs1.org/01/0952100100"]
    key = {"kid": kid, "org": "https://id.gs1.org/417/9521002000016", "jwk": jwk, "stems": stems}

    def value(message: bytes) -> str:
        chosen = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
        r, s = decode_dss_signature(private.sign(message, chosen))
        return kid[:4] + b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    def message(gtin: str, lot: str, text: str) -> bytes:
        parts = b"".join(bytes([len(item.encode())]) + item.encode() for item in (lot, text))
        return b"nguon digsig v1\0" + gtin.encode() + parts

    escaped = {"L/7%": "L%2F7%25"}
    right, wrong = [], []
    for roll in rolls:
        text = roll.serials[-1]
        signed = message(roll.gtin, roll.lot, text)
        base = f"https://nguon.example/01/{roll.gtin}/10/{escaped.get(roll.lot, roll.lot)}/21/{text}"
        right.append({"link": f"{base}?8030={value(signed)}", "signed": signed.hex(), "value": value(signed)})
        link = right[-1]["link"]
        wrong += [
            {"link": base, "code": "digsig.missing"},
            {"link": link.replace(text, forged(text, 8)), "code": "digsig.forged", "why": "another serial"},
            {"link": link[:-1], "code": "digsig.malformed", "why": "too short"},
            {"link": link.replace(f"={kid[:4]}", "=AAAA"), "code": "digsig.unknown_key"},
        ]
    sscc = "095210020000000016"
    signed = b"nguon digsig v1\1" + sscc.encode()
    carton = f"https://nguon.example/00/{sscc}?8030={value(signed)}"
    right.append({"link": carton, "signed": signed.hex(), "value": value(signed)})
    wrong.append(
        {"link": carton.replace(sscc, "095210020000000023"), "code": "digsig.forged", "why": "another SSCC"}
    )
    foreign = message("09506000134352", "L1", rolls[0].serials[0])
    link = f"https://nguon.example/01/09506000134352/10/L1/21/{rolls[0].serials[0]}?8030={value(foreign)}"
    wrong.append({"link": link, "code": "digsig.foreign", "why": "the key does not speak for the product"})
    return {"keys": [key], "right": right, "wrong": wrong}


def voided_vectors(rolls: Sequence[Roll]) -> Mapping[str, Any]:
    """Events that void tem: which serials they void, given the rolls of the lot."""
    roll = rolls[0]
    chosen = [3, 28]

    def event(**changes: Any) -> dict[str, Any]:
        return {
            "type": "ObjectEvent",
            "action": "OBSERVE",
            "bizStep": "decommissioning",
            "disposition": "inactive",
            "epcList": [f"https://id.gs1.org/01/{GTIN}/21/{roll.serials[index]}" for index in chosen],
            "nguon:lotNumber": roll.lot,
            "nguon:voided": {
                "roll": roll.name,
                "inclusions": [hexes(path(index, roll.leaves)) for index in chosen],
            },
            **changes,
        }

    crossed = {"roll": roll.name, "inclusions": [hexes(path(index, roll.leaves)) for index in chosen[::-1]]}
    return {
        "roll": {**roll.named(), "root": root(roll.leaves).hex()},
        "events": [
            {"event": event(), "voids": [roll.serials[index] for index in chosen]},
            {"event": event(**{"nguon:voided": crossed}), "voids": [], "why": "proofs of other indexes"},
            {
                "event": event(**{"nguon:voided": {**crossed, "roll": "roll-9"}}),
                "voids": [],
                "why": "the lot has no such roll",
            },
            {"event": event(action="DELETE"), "voids": [], "why": "that ends goods, not labels"},
            {"event": event(bizStep="destroying"), "voids": [], "why": "another step"},
        ],
    }


def main() -> int:
    rolls = [Roll(*named) for named in ROLLS]
    files = {
        "rolls.json": roll_vectors(rolls),
        "slots.json": slot_vectors(rolls),
        "hidden.json": hidden_vectors(rolls),
        "digsig.json": digsig_vectors(rolls),
        "voided.json": voided_vectors(rolls),
    }
    different = []
    for name, content in files.items():
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        target = HERE / "tem" / name
        if "--check" in sys.argv:
            if not target.exists() or target.read_text("utf-8") != text:
                different.append(name)
        else:
            target.parent.mkdir(exist_ok=True)
            target.write_text(text, "utf-8")
    for name in different:
        print(f"{name} differs")
    return bool(different)


if __name__ == "__main__":
    sys.exit(main())
