"""The second layer of a tem: a code under a scratch-off, whose first opening is recorded (DESIGN §3.8).

    hidden key = HKDF-SHA256(master key, no salt, info "nguon hidden v1" ‖ roll id, 32 bytes)
    digest     = HMAC-SHA256(hidden key, GTIN (14 digits) ‖ u8 length ‖ lot ‖ u32 index)
    code       = first 50 bits of the digest       10 characters of Crockford base32
    salt       = last 16 bytes of the digest
    leaf       = SHA-256(0x00 ‖ salt ‖ serial ‖ code)

The roll's event carries `"nguon:hidden": {"root", "count"}` beside `nguon:roll`: the RFC 6962 root over these leaves,
in the order of the roll, logged before anything is printed. So nobody can choose codes afterwards, and none of them
costs a row. A salt stays secret until its tem is opened: without it 50 bits could be searched for. An opening shows
salt and inclusion, and whoever has the code checks it alone.

What it proves: that the code under this layer is the one that was printed there. Not when it was first read, nor how
often: that is the word of who answers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from typing import Final

from ledger import tem
from ledger.errors import ProofError
from ledger.log import merkle
from ledger.log.blocks import BlockTree, LeafReader, block_roots

CODE_LENGTH: Final = 10
SALT_SIZE: Final = 16
MEMBER: Final = "nguon:hidden"
"""The member of the roll's event."""

_READ_AS: Final = str.maketrans("OIL", "011", " -\t\r\n")


@dataclass(frozen=True)
class Opening:
    """What shows that a code stands under the second layer of a tem.

    Attributes:
        salt: 16 bytes.
        leaf: hash of salt, serial and code, 32 bytes.
        inclusion: of the leaf at the tem's index, under the root that the roll's event carries.
    """

    salt: bytes
    leaf: bytes
    inclusion: tuple[bytes, ...]


def hidden_key(master: bytes, roll_id: str) -> bytes:
    """The 32-byte key of a roll's hidden codes, out of the issuer's master key."""
    return tem.derived_key(master, "nguon hidden v1", roll_id)


def code(key: bytes, gtin: str, lot: str, index: int) -> str:
    """The hidden code at an index of a roll.

    Args:
        key: of the roll's hidden codes, 32 bytes.
        gtin: 14 digits.
        lot: as it is, not percent-encoded.
        index: zero-based place in the roll.
    """
    return _code(tem.digests(key, gtin, lot)(index))


def codes(key: bytes, gtin: str, lot: str) -> Callable[[int], str]:
    """Index -> hidden code, for any number of indexes."""
    digest = tem.digests(key, gtin, lot)
    return lambda index: _code(digest(index))


def salt(key: bytes, gtin: str, lot: str, index: int) -> bytes:
    """The salt at an index of a roll, 16 bytes; secret until the tem is opened."""
    return tem.digests(key, gtin, lot)(index)[-SALT_SIZE:]


def leaf(salt: bytes, serial: str, code: str) -> bytes:
    """The leaf hash of a hidden code: SHA-256(0x00 ‖ salt ‖ serial ‖ code)."""
    return sha256(b"\0" + salt + serial.encode() + code.encode()).digest()


def leaves(key: bytes, tem_key: bytes, gtin: str, lot: str) -> LeafReader:
    """(start, stop) -> the leaf hashes of a roll's hidden codes.

    Args:
        key: of the hidden codes.
        tem_key: of the roll's serials (`ledger.tem.roll_key`).
        gtin: 14 digits.
        lot: as it is.
    """
    digest, of_tem = tem.digests(key, gtin, lot), tem.digests(tem_key, gtin, lot)

    def read(start: int, stop: int) -> list[bytes]:
        found = []
        for index, serial in enumerate(tem.octets(of_tem, start, stop), start):
            told = digest(index)
            found.append(sha256(b"\0" + told[-SALT_SIZE:] + serial + _octets(told)).digest())
        return found

    return read


def root(key: bytes, tem_key: bytes, gtin: str, lot: str, count: int) -> bytes:
    """The root over a roll's hidden codes.

    Raises:
        Gs1Error: no tem, or more than a serial can count (`tem.index`).
    """
    return _tree(key, tem_key, gtin, lot, count).root()


def proof(key: bytes, tem_key: bytes, gtin: str, lot: str, count: int, index: int) -> Opening:
    """The opening of the tem at an index of a roll; it makes all of the roll (`ledger.slots` keeps its blocks)."""
    hashed, inclusion = _tree(key, tem_key, gtin, lot, count).inclusion(index)
    return Opening(salt(key, gtin, lot, index), hashed, tuple(inclusion))


def check(opening: Opening, serial: str, code: str, *, count: int, root: bytes) -> None:
    """Check that a code stands under the second layer of a tem.

    Args:
        opening: what the issuer showed.
        serial: of the tem, which carries its index.
        code: as typed.
        count, root: of `nguon:hidden` in the roll's event.

    Raises:
        ProofError: the code or the serial is another one (`hidden.code`), or the leaf is not in the tree
            (`proof.inclusion`).
    """
    index = tem.serial_index(serial)
    told = leaf(opening.salt, serial, normalised(code))
    if index is None or len(opening.salt) != SALT_SIZE or not compare_digest(told, opening.leaf):
        raise ProofError("This is not the code under this tem's second layer.", code="hidden.code")
    merkle.verify_inclusion(opening.leaf, index, count, opening.inclusion, root)


def matches(key: bytes, gtin: str, lot: str, index: int, typed: str) -> bool:
    """Whether a typed code is the one at an index, in time that does not tell how near it is."""
    return compare_digest(normalised(typed).encode(), code(key, gtin, lot, index).encode())


def normalised(typed: str) -> str:
    """A typed code as it is printed: upper case, no spaces or hyphens, O as 0, I and L as 1 (Crockford)."""
    return typed.upper().translate(_READ_AS)


def _tree(key: bytes, tem_key: bytes, gtin: str, lot: str, count: int) -> BlockTree:
    tem.check_count(count)
    read = leaves(key, tem_key, gtin, lot)
    return BlockTree(block_roots(read, count), count, read)


def _code(digest: bytes) -> str:
    return _octets(digest).decode()


def _octets(digest: bytes) -> bytes:
    """The code in ASCII, by the digest of its tem."""
    bits, three = int.from_bytes(digest[:7]) >> 6, tem.THREE
    return (
        tem.LETTERS[bits >> 45] + three[bits >> 30 & 32767] + three[bits >> 15 & 32767] + three[bits & 32767]
    )
