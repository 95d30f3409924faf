"""Signed notes, checkpoints and transparency-log proofs (C2SP signed-note, tlog-checkpoint, tlog-proof).

    note       = text, ending in a newline; an empty line; one or more signature lines
    signature  = "— " key name " " base64(key ID of 4 bytes || signature) newline
    vkey       = key name "+" 8 hex digits of the key ID "+" base64(0x01 || Ed25519 public key)
    key ID     = SHA-256(key name || 0x0A || 0x01 || public key)[:4]

    checkpoint = origin newline, size in decimal newline, base64(root) newline, extension lines (ignored)

    tlog-proof = "c2sp.org/tlog-proof@v1" newline, ["extra " base64 newline,] "index " decimal newline,
                 base64(hash) newline …, an empty line, the checkpoint's note

Only Ed25519 (type 1) signatures are verified; others are of keys that are not trusted here, and ignored. A
signature of a trusted key that does not verify makes the whole note wrong. Base64 is canonical.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256, sha512

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.encoding import b64_decode, b64_encode
from ledger.errors import EncodingError, NoteError

MAX_NOTE = 1_000_000
"""UTF-8 bytes of a note, as golang.org/x/mod/sumdb/note takes them."""
MAX_SIGNATURES = 100
MAX_CHECKPOINT = 65_536
MAX_SIZE = 2**63 - 1
MAX_PROOF_HASHES = 63

GREASE_NAME = "grease.invalid"
"""Of a checkpoint's signature line that stands for those that are not known yet."""

_ED25519 = b"\x01"
_GREASE = b"\xfa"
_DASH = "— "
_PROOF_HEADER = "c2sp.org/tlog-proof@v1"
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_KEY_ID = re.compile(r"[0-9a-f]{8}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Vkey:
    """A key that can verify notes, right by construction.

    Attributes:
        name: key name, without white space and "+".
        public: Ed25519 public key, 32 bytes.
    """

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not _is_key_name(self.name) or len(self.public) != 32:
            raise NoteError(
                "a verifier key needs a name without spaces or plus, and 32 bytes", code="note.key"
            )

    @property
    def key_id(self) -> bytes:
        """The four bytes that mark this key's signatures."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64_encode(_ED25519 + self.public)}"


def parse_vkey(text: str) -> Vkey:
    """The verifier key that a `vkey` string is.

    Raises:
        NoteError: note.key.
    """
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    try:
        key = b64_decode(encoded)
    except EncodingError as error:
        raise NoteError("the verifier key is not canonical base64", code="note.key") from error
    if len(key) != 33 or key[:1] != _ED25519 or not _KEY_ID.fullmatch(key_id):
        raise NoteError("not an Ed25519 verifier key (name+id+key)", code="note.key")
    vkey = Vkey(name, key[1:])
    if vkey.key_id.hex() != key_id:
        raise NoteError("the verifier key does not have the ID it claims", code="note.key")
    return vkey


class NoteSigner:
    """Signs notes under a name.

    Attributes:
        vkey: what others verify its signatures with.
    """

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.vkey = Vkey(name, private.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The note of a text (which ends in a newline) with this signer's one signature.

        Raises:
            NoteError: note.syntax, the text cannot stand in a note.
        """
        if not text.endswith("\n") or _CONTROL.search(text):
            raise NoteError("a note's text ends in a newline and has no other control characters")
        signature = b64_encode(self.vkey.key_id + self._private.sign(text.encode()))
        return f"{text}\n{_DASH}{self.vkey.name} {signature}\n"


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """A signature line as it stands in a note.

    Attributes:
        name: key name.
        key_id: 4 bytes.
        signature: its bytes, whatever the algorithm.
    """

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A note with at least one signature that a trusted key made.

    Attributes:
        text: what was signed, with its final newline.
        verified: the trusted keys that signed it, each once, in the note's order.
        unverified: signatures of keys that are not trusted here, in the note's order.
    """

    text: str
    verified: tuple[Vkey, ...]
    unverified: tuple[NoteSignature, ...]


def open_note(note: str, trusted: Sequence[Vkey]) -> OpenedNote:
    """Parse a note and verify what trusted keys signed.

    Raises:
        NoteError: note.syntax; note.key where two trusted keys share name and ID; note.unverified where a
            trusted key's signature is wrong, or none is there.
    """
    text, signatures = _parse_note(note)
    verified: dict[Vkey, None] = {}
    unverified: dict[NoteSignature, None] = {}
    for signature in signatures:
        keys = [v for v in trusted if v.name == signature.name and v.key_id == signature.key_id]
        if len(keys) > 1:
            raise NoteError("two trusted keys have the same name and ID", code="note.key")
        if not keys:
            unverified[signature] = None
        else:
            _verify(text, keys[0], signature)
            verified[keys[0]] = None
    if not verified:
        raise NoteError("no signature of a trusted key", code="note.unverified")
    return OpenedNote(text, tuple(verified), tuple(unverified))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's size and root.

    Attributes:
        origin: the log's identity, a schema-less URL prefix.
        size: number of leaves.
        root: 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not self.origin or "\n" in self.origin or _CONTROL.search(self.origin):
            raise _bad_checkpoint("the origin must be one line")
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != 32:
            raise _bad_checkpoint("a checkpoint needs a size and a root of 32 bytes")

    def body(self) -> str:
        """The text to be signed: three lines."""
        return f"{self.origin}\n{self.size}\n{b64_encode(self.root)}\n"


def parse_checkpoint(body: str) -> Checkpoint:
    """The checkpoint that a note's text is; extension lines are ignored.

    Raises:
        NoteError: checkpoint.syntax.
    """
    lines = body.split("\n")
    if len(body.encode("utf-8", "replace")) > MAX_CHECKPOINT:
        raise _bad_checkpoint(f"longer than {MAX_CHECKPOINT} bytes")
    if len(lines) < 4 or lines.pop() != "" or "" in lines:
        raise _bad_checkpoint("three or more lines are wanted, none of them empty")
    if not _DECIMAL.fullmatch(lines[1]):
        raise _bad_checkpoint("the size is not a decimal number without leading zeros")
    try:
        root = b64_decode(lines[2])
    except EncodingError as error:
        raise _bad_checkpoint("the root is not canonical base64") from error
    return Checkpoint(lines[0], int(lines[1]), root)


def open_checkpoint(note: str, vkey: Vkey, origin: str) -> Checkpoint:
    """The checkpoint that this log signed.

    Raises:
        NoteError: of `open_note` and `parse_checkpoint`; checkpoint.syntax where the origin is another.
    """
    checkpoint = parse_checkpoint(open_note(note, [vkey]).text)
    if checkpoint.origin != origin:
        raise _bad_checkpoint(f"it is of {checkpoint.origin}, not of {origin}")
    return checkpoint


def sign_checkpoint(checkpoint: Checkpoint, signer: NoteSigner) -> str:
    """The checkpoint's note: the signer's signature, and a line of grease.

    The grease is a signature line of a key that nobody has, of a type that nobody knows, and another in every
    checkpoint (C2SP signed-note: clients must ignore what they do not know). So a reader that would choke on a
    witness's line chokes today. It is made of the body alone: signed again, a checkpoint is the same bytes.
    """
    body = checkpoint.body()
    seed = sha512(f"nguon grease\n{body}".encode()).digest()
    line = b64_encode(seed[:4] + _GREASE + sha512(seed).digest())
    return f"{signer.sign(body)}{_DASH}{GREASE_NAME} {line}\n"


@dataclass(frozen=True, slots=True)
class TlogProof:
    """That an entry stands in a log, to be verified offline.

    Attributes:
        index: zero-based position of the leaf.
        hashes: its inclusion proof, leaf to root.
        checkpoint_note: the checkpoint's note, as the log signed it.
        extra: data of the application; nobody signed it.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint_note: str
    extra: bytes = b""

    def pack(self) -> str:
        """The proof's text; `.tlog-proof` is its file extension."""
        extra = [f"extra {b64_encode(self.extra)}"] if self.extra else []
        hashes = [b64_encode(value) for value in self.hashes]
        return "\n".join([_PROOF_HEADER, *extra, f"index {self.index}", *hashes, "", self.checkpoint_note])


def parse_tlog_proof(text: str) -> TlogProof:
    """The proof that a text is. Its checkpoint is not opened: `open_checkpoint` does that.

    Raises:
        NoteError: note.syntax.
    """
    head, found, checkpoint_note = text.partition("\n\n")
    lines = head.split("\n")
    if not found or not checkpoint_note or lines.pop(0) != _PROOF_HEADER:
        raise NoteError(f"not a proof of the form {_PROOF_HEADER}")
    extra = b""
    try:
        if lines and lines[0].startswith("extra "):
            extra = b64_decode(lines.pop(0).removeprefix("extra "))
            if not extra:
                raise NoteError("a proof without extra data has no extra line")
        keyword, _, index = lines.pop(0).partition(" ") if lines else ("", "", "")
        if keyword != "index" or not _DECIMAL.fullmatch(index) or int(index) > MAX_SIZE:
            raise NoteError("the proof's index is not a decimal number without leading zeros")
        hashes = tuple(b64_decode(line) for line in lines)
    except EncodingError as error:
        raise NoteError("the proof holds base64 that is not canonical") from error
    if len(hashes) > MAX_PROOF_HASHES or any(len(value) != 32 for value in hashes):
        raise NoteError(f"a proof has at most {MAX_PROOF_HASHES} hashes of 32 bytes")
    return TlogProof(int(index), hashes, checkpoint_note, extra)


def _parse_note(note: str) -> tuple[str, list[NoteSignature]]:
    try:
        size = len(note.encode())
    except UnicodeEncodeError as error:
        raise NoteError("a note is valid UTF-8") from error
    if size > MAX_NOTE:
        raise NoteError(f"a note of {size} bytes; at most {MAX_NOTE} are taken")
    if _CONTROL.search(note):
        raise NoteError("a note has no control characters but newlines")
    text, found, lines = note.rpartition("\n\n")
    if not found or not lines.endswith("\n"):
        raise NoteError("a note is a text, an empty line and signature lines")
    signatures = [_parse_signature(line) for line in lines[:-1].split("\n")]
    if len(signatures) > MAX_SIGNATURES:
        raise NoteError(f"a note of {len(signatures)} signatures; at most {MAX_SIGNATURES} are taken")
    return text + "\n", signatures


def _parse_signature(line: str) -> NoteSignature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not _is_key_name(name):
        raise NoteError("a signature line is a dash, a key name and base64")
    try:
        data = b64_decode(encoded)
    except EncodingError as error:
        raise NoteError("a note's signature is not canonical base64") from error
    if len(data) < 5:
        raise NoteError("a note's signature is too short")
    return NoteSignature(name, data[:4], data[4:])


def _verify(text: str, key: Vkey, signature: NoteSignature) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature.signature, text.encode())
    except (InvalidSignature, ValueError) as error:
        raise NoteError(f"the signature of {key.name} is wrong", code="note.unverified") from error


def _is_key_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(c.isspace() or c < " " for c in name)


def _bad_checkpoint(message: str) -> NoteError:
    return NoteError(f"not a checkpoint: {message}", code="checkpoint.syntax")
