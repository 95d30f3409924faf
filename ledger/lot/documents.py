"""Photos, certificates and reports that signed content names by their digest (PROFILE §2).

A document is named by an `ni` URI without an authority, so the name says nothing about where the bytes are, and all
about what they are:

    ni:///sha-256;<SHA-256 of the bytes, base64url, unpadded>

In an event: `nguon:attachment: [{"href": "ni:///sha-256;…", "mediaType", "title"}]`; in a product's description
`nguon:image`, such a URI. What kind of file it is, its own first bytes say: nobody is believed about it.

Source: RFC 6920 §3 (ni URIs).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ledger.encoding import JsonValue, b64url_decode, b64url_encode
from ledger.errors import EncodingError
from ledger.lot.terms import by_local_name, items, said, text

NI_PREFIX: Final = "ni:///sha-256;"
DIGEST_LENGTH: Final = 32
MAX_DOCUMENT: Final = 8 * 1024 * 1024
IMAGES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
_PDF: Final = "application/pdf"


@dataclass(frozen=True)
class Attachment:
    """A document that an event names.

    Attributes:
        digest: SHA-256 of its bytes.
        title: as its signer calls it; empty where he does not.
        media_type: as its signer says; what the bytes are is for `media_type_of` to say.
    """

    digest: bytes
    title: str
    media_type: str

    @property
    def uri(self) -> str:
        return ni_uri(self.digest)


def ni_uri(digest: bytes) -> str:
    """The URI of bytes with this SHA-256."""
    return NI_PREFIX + b64url_encode(digest)


def parse_ni(uri: str) -> bytes:
    """The SHA-256 that an ni URI names.

    Raises:
        EncodingError: another scheme, authority, algorithm or length (`ni.syntax`).
    """
    try:
        if not uri.startswith(NI_PREFIX):
            raise EncodingError("It does not begin as ours do.")
        digest = b64url_decode(uri.removeprefix(NI_PREFIX))
        if len(digest) != DIGEST_LENGTH:
            raise EncodingError("It has another length.")
    except EncodingError as error:
        message = f"A document is named {NI_PREFIX}… with a SHA-256 in base64url."
        raise EncodingError(message, code="ni.syntax", uri=uri) from error
    return digest


def media_type_of(data: bytes) -> str | None:
    """What kind of document bytes are, by how they begin; None for a kind that is not taken.

    JPEG, PNG, WebP and PDF are. SVG and HTML are not: they can carry scripts.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    return _PDF if data.startswith(b"%PDF-") else None


def attachments(payload: Mapping[str, JsonValue]) -> tuple[Attachment, ...]:
    """The documents that an event names, each once; what is no ni URI is left out."""
    found: dict[bytes, Attachment] = {}
    for item in items(by_local_name(payload, "attachment")):
        digest = _digest(said(item, "href") or text(item))
        if digest is not None:
            found.setdefault(digest, Attachment(digest, said(item, "title"), said(item, "mediaType")))
    return tuple(found.values())


def image_of(attributes: Mapping[str, JsonValue]) -> bytes | None:
    """The digest of the photo that a description names; None where it names none."""
    for item in items(by_local_name(attributes, "image")):
        digest = _digest(said(item, "href") or text(item))
        if digest is not None:
            return digest
    return None


def _digest(uri: str) -> bytes | None:
    try:
        return parse_ni(uri)
    except EncodingError:
        return None
