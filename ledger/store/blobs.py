"""Photos, certificates and reports, kept as files whose names are the SHA-256 of their bytes (ADR 0005).

    <folder>/<first two hex digits>/<all 64 hex digits>

A file is written beside its place and moved there when it is on disk: a crash leaves all of it or nothing (and at most
a stray `.part` file, which nothing reads). It is hashed again whenever it is read: a changed byte is an error, and is
never served. Nothing is ever changed or, by this program, deleted; to store a document anew mends a damaged one.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from ledger.errors import EncodingError, NotFoundError, StoreError
from ledger.lot.documents import MAX_DOCUMENT, media_type_of, ni_uri


@dataclass(frozen=True)
class Blob:
    """A document, whole.

    Attributes:
        digest: SHA-256 of its bytes.
        media_type: by its bytes.
    """

    digest: bytes
    media_type: str
    data: bytes

    @property
    def uri(self) -> str:
        return ni_uri(self.digest)


class BlobStore:
    """A folder of documents. Threads and processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> Blob:
        """Keep a document; it is on disk when this returns. The same bytes again change nothing.

        Raises:
            EncodingError: too long (`limit.size`), or of a kind that is not taken (`blob.media_type`).
        """
        if len(data) > MAX_DOCUMENT:
            raise EncodingError(
                f"A document has at most {MAX_DOCUMENT:,} bytes.", code="limit.size", limit=MAX_DOCUMENT
            )
        media_type = media_type_of(data)
        if media_type is None:
            message = "A document is a JPEG, PNG or WebP image, or a PDF; this is none."
            raise EncodingError(message, code="blob.media_type")
        digest = sha256(data).digest()
        if not self.holds(digest):
            self._write(self._path(digest), data)
        return Blob(digest, media_type, data)

    def get(self, digest: bytes) -> Blob:
        """A document, hashed again.

        Raises:
            NotFoundError: it is not here (`not_found.blob`).
            StoreError: its bytes are not what they were, or cannot be read (`blob.corrupt`).
        """
        try:
            data = self._path(digest).read_bytes()
        except FileNotFoundError:
            message = "There is no document of this digest here."
            raise NotFoundError(message, code="not_found.blob", uri=ni_uri(digest)) from None
        except OSError as error:
            raise _corrupt(digest, "cannot be read") from error
        media_type = media_type_of(data)
        if sha256(data).digest() != digest or media_type is None:
            raise _corrupt(digest, "is not what it was")
        return Blob(digest, media_type, data)

    def holds(self, digest: bytes) -> bool:
        """Whether a document is here, and its bytes are what they were."""
        try:
            self.get(digest)
        except (NotFoundError, StoreError):
            return False
        return True

    def damaged(self) -> Iterator[tuple[str, str]]:
        """Every file that is no whole document under its own name: which, and why."""
        for path in sorted(self._folder.glob("*/*")):
            if path.name.endswith(".part"):
                continue
            try:
                digest = bytes.fromhex(path.name)
            except ValueError:
                digest = b""
            if len(digest) != sha256().digest_size or path != self._path(digest):
                yield str(path.relative_to(self._folder)), "This is no document's place."
                continue
            try:
                self.get(digest)
            except StoreError as error:
                yield str(path.relative_to(self._folder)), error.message

    def _path(self, digest: bytes) -> Path:
        name = digest.hex()
        return self._folder / name[:2] / name

    def _write(self, path: Path, data: bytes) -> None:
        created = [folder for folder in (self._folder, path.parent) if not folder.exists()]
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{uuid4().hex}.part")
        try:
            with fresh.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
        for folder in (path.parent, *(made.parent for made in created)):
            _sync(folder)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _corrupt(digest: bytes, why: str) -> StoreError:
    uri = ni_uri(digest)
    return StoreError(f"The document {uri} {why}: store it anew.", code="blob.corrupt", uri=uri)
