"""What a page needs to check for itself: the trust file as a script, its digest, and leave to ask the chain.

The script takes the trust file from `/trust.js`, never from a page's HTML, which only names its SHA-256: a reader whose
device remembers another file is told.
"""

import json
from hashlib import sha256
from typing import Final, TypeVar

from fastapi import APIRouter, Request, Response

from api import examples
from api.deps import Deployed
from api.middleware import policy_with
from ledger.encoding import b64_encode
from ledger.proof.trustfile import TrustFile

router = APIRouter(tags=["Checking"])
FRESH: Final = "no-cache"
R = TypeVar("R", bound=Response)


@router.get(
    "/trust.js",
    summary="The trust file as a module",
    response_class=Response,
    responses={200: {"content": {"text/javascript": {}}}, **examples.problems(404)},
)
async def trust_module(request: Request, deployed: Deployed) -> Response:
    """The bytes of `/trust.json` in base64, as a script's default export."""
    module = f'export default "{b64_encode(trust_bytes(deployed.trust))}";\n'
    return cached(request, module.encode(), "text/javascript; charset=utf-8", FRESH)


def trust_bytes(trust: TrustFile) -> bytes:
    """A deployment's trust file as it is served."""
    return json.dumps(trust.to_json(), ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def trust_digest(trust: TrustFile) -> str:
    """SHA-256 of the trust file as it is served, lower-case hex."""
    return sha256(trust_bytes(trust)).hexdigest()


def checking(page: R, trust: TrustFile) -> R:
    """A page that may ask the endpoints of the trust file, and nobody else."""
    rpcs = [*trust.rpcs, *(url for other in trust.others for url in other.rpcs)]
    page.headers["Content-Security-Policy"] = policy_with(rpcs)
    return page


def cached(request: Request, data: bytes, media_type: str, policy: str) -> Response:
    """An answer that a client may ask about again by its digest."""
    etag = f'"{sha256(data).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": policy}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(data, headers=headers, media_type=media_type)
