"""Tem: the serials of a roll, their tags, and the tree over them (DESIGN §3.8).

    serial   = index (5) tag (12)                  Crockford base32, upper case, most significant first
    tag      = first 60 bits of HMAC-SHA256(roll key, GTIN (14 digits) ‖ u8 length ‖ lot ‖ u32 index)
    roll key = HKDF-SHA256(master key, no salt, info "nguon tem v1" ‖ roll id, 32 bytes)
    leaf     = SHA-256(0x00 ‖ serial)              under an RFC 6962 root that the roll's event carries

Only the issuer needs the key: whether a tem is of a roll is proven by its leaf at its index.
"""

from collections.abc import Iterator
from hashlib import sha256
from hmac import digest as hmac_digest
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger.errors import Gs1Error
from ledger.log import merkle

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
INDEX_LENGTH: Final = 5
TAG_LENGTH: Final = 12
SERIAL_LENGTH: Final = INDEX_LENGTH + TAG_LENGTH
MAX_COUNT: Final = 1 << (5 * INDEX_LENGTH)  # tem in one roll
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}


def roll_key(master: bytes, roll_id: str) -> bytes:
    """The 32-byte key of a roll, out of the issuer's master key."""
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"nguon tem v1" + roll_id.encode()).derive(master)


def serial(key: bytes, gtin: str, lot: str, index: int) -> str:
    """The serial at an index of a roll.

    Args:
        key: the roll's key, 32 bytes.
        gtin: 14 digits.
        lot: the lot number as it is, not percent-encoded, 1 to 20 characters.
        index: zero-based place in the roll, below 2²⁵.

    Raises:
        Gs1Error: the index does not fit a serial (`tem.index`).
    """
    if not 0 <= index < MAX_COUNT:
        raise Gs1Error("A roll has at most 2^25 tem.", code="tem.index", index=index)
    octets = lot.encode()
    tag = hmac_digest(key, gtin.encode() + bytes([len(octets)]) + octets + index.to_bytes(4), "sha256")
    return _base32(index, INDEX_LENGTH) + _base32(int.from_bytes(tag[:8]) >> 4, TAG_LENGTH)


def serials(key: bytes, gtin: str, lot: str, count: int, start: int = 0) -> Iterator[str]:
    """The serials of a roll in order, from `start` up to `count`, made as they are asked for."""
    return (serial(key, gtin, lot, index) for index in range(start, count))


def serial_index(text: str) -> int | None:
    """The place in its roll that a serial claims; None if it is no serial of a roll in form."""
    if len(text) != SERIAL_LENGTH or not set(text) <= _VALUES.keys():
        return None
    index = 0
    for character in text[:INDEX_LENGTH]:
        index = index << 5 | _VALUES[character]
    return index


def leaf(text: str) -> bytes:
    """The leaf hash of a serial in its roll's tree: SHA-256(0x00 ‖ serial)."""
    return sha256(b"\0" + text.encode()).digest()


def roll_root(key: bytes, gtin: str, lot: str, count: int) -> bytes:
    """The root over a roll's serials, in memory that grows with log(count) only.

    Raises:
        Gs1Error: no tem, or more than a serial can count (`tem.index`).
    """
    if not 0 < count <= MAX_COUNT:
        raise Gs1Error("A roll has 1 to 2^25 tem.", code="tem.index", count=count)
    frontier = merkle.Frontier()
    for text in serials(key, gtin, lot, count):
        frontier.append(leaf(text))
    return frontier.root()


def slot_proof(key: bytes, gtin: str, lot: str, count: int, index: int) -> tuple[bytes, list[bytes]]:
    """The leaf hash at an index of a roll and its inclusion proof, whatever was scanned there.

    Source: RFC 9162 §2.1.3.1; the subtrees are recomputed from the serials.
    """

    def node(level: int, position: int) -> bytes:
        start = position << level
        frontier = merkle.Frontier()
        for text in serials(key, gtin, lot, start + (1 << level), start):
            frontier.append(leaf(text))
        return frontier.root()

    return leaf(serial(key, gtin, lot, index)), list(merkle.inclusion_proof(index, count, node))


def _base32(value: int, length: int) -> str:
    return "".join(ALPHABET[value >> 5 * place & 31] for place in reversed(range(length)))
