"""The key statements of a log, kept by whoever checks signed labels without network (`ledger.digsig`).

    {"v": 1, "origin": "…", "checkpoint": "<signed note>",
     "keys": [{"index": n, "leaf": "<base64>", "inclusion": ["<hex>", …], "statement": "<JWS>"}, …]}

Rising by index. Nothing in it is believed: the checkpoint is signed by the log's key, each statement is committed to
by a leaf that the checkpoint includes, and admitted by a registrar that the trust file pins. What a file leaves out
nobody misses: a revocation that came later, or was held back, is found out online only. So such a file has an age.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.encoding import JsonValue, b64_decode, b64_encode, canonical_json, hex_decode, parse_json
from ledger.errors import BundleError
from ledger.log import merkle
from ledger.log.leaf import StatementLeaf, parse_leaf
from ledger.log.note import open_checkpoint
from ledger.proof.trustfile import TrustFile
from ledger.statement import jws
from ledger.statement.jws import Statement, Typ
from ledger.statement.trust import KeyRecord, Keyring


@dataclass(frozen=True)
class KeyEntry:
    """A key statement with the proof that the log holds it."""

    index: int
    leaf: bytes
    inclusion: tuple[bytes, ...]
    statement: str


@dataclass(frozen=True)
class KeyFile:
    """All key statements of a log up to a checkpoint, as one holds them."""

    origin: str
    checkpoint: str
    keys: tuple[KeyEntry, ...]

    def to_json(self) -> dict[str, JsonValue]:
        return {
            "v": 1,
            "origin": self.origin,
            "checkpoint": self.checkpoint,
            "keys": [
                {
                    "index": entry.index,
                    "leaf": b64_encode(entry.leaf),
                    "inclusion": [item.hex() for item in entry.inclusion],
                    "statement": entry.statement,
                }
                for entry in self.keys
            ],
        }

    def pack(self) -> bytes:
        """Its bytes, in RFC 8785 form."""
        return canonical_json(self.to_json())


@dataclass(frozen=True)
class KnownKeys:
    """The keys that a file proves, and when it was made.

    Attributes:
        records: all ever admitted, with their revocations.
        time: of the newest statement in it, in ms since 1970; 0 without any.
        size: of the checkpoint.
    """

    records: tuple[KeyRecord, ...]
    time: int
    size: int


def parse(data: bytes) -> KeyFile:
    """Read a file's shape.

    Raises:
        EncodingError: not strict JSON, base64 or hex.
        BundleError: another shape (`bundle.syntax`).
    """
    value = parse_json(data)
    if not isinstance(value, dict):
        raise _shape("")
    version = value.get("v")
    if not isinstance(version, int) or isinstance(version, bool) or version != 1:
        raise _shape("/v")
    origin, checkpoint, keys = value.get("origin"), value.get("checkpoint"), value.get("keys")
    if not isinstance(origin, str) or not isinstance(checkpoint, str) or not isinstance(keys, list):
        raise _shape("")
    return KeyFile(origin, checkpoint, tuple(_entry(item, place) for place, item in enumerate(keys)))


def open_keys(file: KeyFile, trust: TrustFile) -> KnownKeys:
    """Check a file, asking nobody.

    Raises:
        LedgerError: the first commitment that does not hold, with its code.
    """
    if file.origin != trust.origin:
        raise BundleError("The keys are of another log.", code="bundle.origin", origin=file.origin)
    checkpoint = open_checkpoint(file.checkpoint, trust.log_key, trust.origin)
    told: list[tuple[int, Statement]] = []
    time = 0
    for place, entry in enumerate(file.keys):
        if told and entry.index <= told[-1][0]:
            raise _shape(f"/keys/{place}/index")
        merkle.verify_inclusion(
            merkle.leaf_hash(entry.leaf), entry.index, checkpoint.size, entry.inclusion, checkpoint.root
        )
        leaf, statement = parse_leaf(entry.leaf), jws.parse(entry.statement)
        if (
            not isinstance(leaf, StatementLeaf)
            or statement.header.typ is not Typ.KEY
            or leaf.kind != Typ.KEY.kind
            or leaf.commitment != statement.commitment
        ):
            message = "A statement is not the one that its leaf commits to."
            raise BundleError(message, code="bundle.commitment", index=entry.index)
        told.append((entry.index, statement))
        time = leaf.time
    return KnownKeys(tuple(Keyring.of(trust.registrars, told).records()), time, checkpoint.size)


def _entry(value: JsonValue, place: int) -> KeyEntry:
    pointer = f"/keys/{place}"
    if not isinstance(value, dict):
        raise _shape(pointer)
    index, inclusion, statement = value.get("index"), value.get("inclusion"), value.get("statement")
    if not isinstance(index, int) or isinstance(index, bool) or index < 0:
        raise _shape(f"{pointer}/index")
    if not isinstance(inclusion, Sequence) or isinstance(inclusion, str) or not isinstance(statement, str):
        raise _shape(pointer)
    proof = tuple(hex_decode(item) for item in inclusion)
    return KeyEntry(index, b64_decode(value.get("leaf")), proof, statement)


def _shape(pointer: str) -> BundleError:
    return BundleError("This is no file of keys.", code="bundle.syntax", pointer=pointer)
