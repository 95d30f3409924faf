"""Tem: the serials of a roll, their tags, and the tree over them (DESIGN §3.8).

    serial   = index (5) tag (12)                  Crockford base32, upper case, most significant first
    tag      = first 60 bits of HMAC-SHA256(roll key, GTIN (14 digits) ‖ u8 length ‖ lot ‖ u32 index)
    roll key = HKDF-SHA256(master key, no salt, info "nguon tem v1" ‖ roll id, 32 bytes)
    leaf     = SHA-256(0x00 ‖ serial)              under an RFC 6962 root that the roll's event carries

Only the issuer needs the key: whether a tem is of a roll is proven by its leaf at its index.

A roll of a million is made in the time of its four hashes a tem. So the state of an HMAC (RFC 2104) is set up once a
roll and copied for each tem, and base32 is looked up fifteen bits at a time.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger.errors import Gs1Error
from ledger.log.blocks import BlockTree, LeafReader, block_roots

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
INDEX_LENGTH: Final = 5
TAG_LENGTH: Final = 12
SERIAL_LENGTH: Final = INDEX_LENGTH + TAG_LENGTH
MAX_COUNT: Final = 1 << (5 * INDEX_LENGTH)  # tem in one roll
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}
LETTERS: Final = [bytes([character]) for character in ALPHABET.encode()]
"""Five bits -> their character, in ASCII."""
_TWO: Final = [high + low for high in LETTERS for low in LETTERS]
THREE: Final = [high + low for high in _TWO for low in LETTERS]
"""Fifteen bits -> their three characters, in ASCII."""
_HASH_BLOCK: Final = 64  # bytes that SHA-256 takes at a time
_INNER: Final = bytes(value ^ 0x36 for value in range(256))
_OUTER: Final = bytes(value ^ 0x5C for value in range(256))

Digests = Callable[[int], bytes]
"""Index -> the 32 bytes that a roll's key gives it."""


def roll_key(master: bytes, roll_id: str) -> bytes:
    """The 32-byte key of a roll, out of the issuer's master key."""
    return derived_key(master, "nguon tem v1", roll_id)


def derived_key(master: bytes, purpose: str, roll_id: str) -> bytes:
    """A 32-byte key of a roll for one purpose: HKDF-SHA256 of the master key, info = purpose ‖ roll id."""
    return HKDF(hashes.SHA256(), 32, salt=None, info=(purpose + roll_id).encode()).derive(master)


def digests(key: bytes, gtin: str, lot: str) -> Digests:
    """Index -> HMAC-SHA256(key, GTIN ‖ u8 length ‖ lot ‖ u32 index), for any number of indexes.

    Args:
        key: 32 bytes.
        gtin: 14 digits.
        lot: as it is, not percent-encoded, 1 to 20 characters.

    Source: RFC 2104 §2 and §4.
    """
    octets = lot.encode()
    padded = key.ljust(_HASH_BLOCK, b"\0")
    inner = sha256(padded.translate(_INNER) + gtin.encode() + bytes([len(octets)]) + octets)
    outer = sha256(padded.translate(_OUTER))

    def digest(index: int) -> bytes:
        within = inner.copy()
        within.update(index.to_bytes(4))
        around = outer.copy()
        around.update(within.digest())
        return around.digest()

    return digest


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
    return next(serials(key, gtin, lot, index + 1, index))


def serials(key: bytes, gtin: str, lot: str, count: int, start: int = 0) -> Iterator[str]:
    """The serials of a roll in order, from `start` up to `count`, made as they are asked for.

    Raises:
        Gs1Error: an index does not fit a serial (`tem.index`).
    """
    if start < 0 or count > MAX_COUNT:
        raise Gs1Error("A roll has at most 2^25 tem.", code="tem.index", index=count - 1)
    return (text.decode() for text in octets(digests(key, gtin, lot), start, count))


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


def leaves(key: bytes, gtin: str, lot: str) -> LeafReader:
    """(start, stop) -> the leaf hashes of a roll from `start` up to `stop`."""
    digest = digests(key, gtin, lot)

    def read(start: int, stop: int) -> list[bytes]:
        return [sha256(b"\0" + text).digest() for text in octets(digest, start, stop)]

    return read


def tree(key: bytes, gtin: str, lot: str, count: int, roots: bytes | None = None) -> BlockTree:
    """The tree over a roll's serials; without the roots of its blocks they are made, in memory of 32 bytes each.

    Raises:
        Gs1Error: no tem, or more than a serial can count (`tem.index`).
    """
    check_count(count)
    read = leaves(key, gtin, lot)
    return BlockTree(block_roots(read, count) if roots is None else roots, count, read)


def roll_root(key: bytes, gtin: str, lot: str, count: int) -> bytes:
    """The root over a roll's serials.

    Raises:
        Gs1Error: no tem, or more than a serial can count (`tem.index`).
    """
    return tree(key, gtin, lot, count).root()


def slot_proof(key: bytes, gtin: str, lot: str, count: int, index: int) -> tuple[bytes, list[bytes]]:
    """The leaf hash at an index of a roll and its inclusion proof, whatever was scanned there.

    Source: RFC 9162 §2.1.3.1; the blocks are recomputed from the serials.
    """
    return tree(key, gtin, lot, count).inclusion(index)


def check_count(count: int) -> None:
    """Refuse a roll of no tem, or of more than a serial can count.

    Raises:
        Gs1Error: `tem.index`.
    """
    if not 0 < count <= MAX_COUNT:
        raise Gs1Error("A roll has 1 to 2^25 tem.", code="tem.index", count=count)


def octets(digest: Digests, start: int, stop: int) -> Iterator[bytes]:
    """The serials in ASCII, from `start` up to `stop`, by the roll's digests."""
    three, two = THREE, _TWO
    for high in range(start >> 10, stop + 1023 >> 10):
        head = three[high]
        for index in range(max(start, high << 10), min(stop, high + 1 << 10)):
            tag = int.from_bytes(digest(index)[:8]) >> 4
            yield (
                head
                + two[index & 1023]
                + three[tag >> 45]
                + three[tag >> 30 & 32767]
                + three[tag >> 15 & 32767]
                + three[tag & 32767]
            )
