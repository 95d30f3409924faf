"""Photos, certificates and laboratory reports: stored and found by the SHA-256 of their bytes."""

from collections.abc import Callable
from functools import cache
from typing import Annotated, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse

from api import examples
from api.access import May
from api.deps import Deployed, DocumentBody
from coop.accounts.queries import Caller
from ledger.encoding import b64url_decode, b64url_encode
from ledger.errors import EncodingError, NotFoundError
from ledger.lot.documents import DIGEST_LENGTH, IMAGES
from ledger.store.blobs import Blob, BlobStore

router = APIRouter(tags=["Documents"])
KINDS: Final = ("image/jpeg", "image/png", "image/webp", "application/pdf")
_SUFFIX: Final = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}
_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in KINDS},
    }
}
_STORED: Final = {
    "uri": "ni:///sha-256;UyaQV-Ev4rdLoHyJJWCi11OHfrYv9E1aGQAlMO2X_-Q",
    "href": "/api/v1/blobs/UyaQV-Ev4rdLoHyJJWCi11OHfrYv9E1aGQAlMO2X_-Q",
    "mediaType": "application/pdf",
    "size": 48_213,
}


@router.post(
    "/api/v1/blobs",
    status_code=201,
    summary="Store a photo, certificate or report",
    openapi_extra=_BODY,
    responses={
        201: {"description": "Stored", "content": {"application/json": {"example": _STORED}}},
        **examples.problems(401, 413, 415),
    },
)
async def store(
    data: DocumentBody, deployed: Deployed, _: Annotated[Caller, May("record", "describe")]
) -> Response:
    """Keep a JPEG, PNG, WebP or PDF of at most 8 MiB, and answer the URI that signed content names it by.

    What kind it is, its bytes say; `Content-Type` is not believed. Whoever knows the digest can read it: send nothing
    here that may not be public. The same bytes again get the same answer.
    """
    blob = await run_sync(deployed.blobs.put, data)
    body = {"uri": blob.uri, "href": path(blob.digest), "mediaType": blob.media_type, "size": len(blob.data)}
    return JSONResponse(body, 201, {"Location": path(blob.digest)})


@router.get(
    "/api/v1/blobs/{digest}",
    summary="A photo, certificate or report",
    response_class=Response,
    responses={
        200: {
            "description": "The bytes, hashed again as they were read.",
            "content": {kind: {} for kind in KINDS},
        },
        **examples.problems(404, 500),
    },
)
async def fetch(
    digest: Annotated[str, Path(description="The SHA-256 of the bytes, base64url, as in the ni URI.")],
    request: Request,
    deployed: Deployed,
) -> Response:
    """The document with this digest. A document whose bytes have changed is an error (`blob.corrupt`)."""
    blob = await run_sync(deployed.blobs.get, _digest(digest))
    if request.headers.get("if-none-match") == _headers(blob)["ETag"]:
        return Response(status_code=304, headers=_headers(blob))
    return Response(blob.data, headers=_headers(blob), media_type=blob.media_type)


def path(digest: bytes) -> str:
    """Where a document is served."""
    return f"/api/v1/blobs/{b64url_encode(digest)}"


def url_of(blobs: BlobStore) -> Callable[[bytes], str | None]:
    """Where a document is shown, for one page: only where it is here and hashes to what it is called."""

    @cache
    def url(digest: bytes) -> str | None:
        return path(digest) if blobs.holds(digest) else None

    return url


def _headers(blob: Blob) -> dict[str, str]:
    name = b64url_encode(blob.digest)
    disposition = "inline" if blob.media_type in IMAGES else "attachment"
    return {
        "Cache-Control": "public, max-age=31536000, immutable",
        "ETag": f'"{name}"',
        "Content-Disposition": f'{disposition}; filename="{name[:12]}.{_SUFFIX[blob.media_type]}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }


def _digest(name: str) -> bytes:
    try:
        digest = b64url_decode(name)
    except EncodingError:
        digest = b""
    if len(digest) != DIGEST_LENGTH:
        raise NotFoundError("A document's name is a SHA-256 in base64url.", code="not_found.blob")
    return digest
