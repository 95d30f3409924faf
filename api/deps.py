"""What handlers depend on: the services, what was sent, the reader's language. Who is calling: `api.access`."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from api.pages import Catalogue, pick_language
from api.services import Services
from ledger.errors import EncodingError
from ledger.lot.documents import MAX_DOCUMENT


def services(request: Request) -> Services:
    """The deployment that this application serves."""
    found = request.app.state.services
    assert isinstance(found, Services)
    return found


Deployed = Annotated[Services, Depends(services)]


def body(limit: int) -> Callable[[Request], Awaitable[bytes]]:
    """The request's body, exactly as sent: nothing is parsed before the ledger's strict reader sees it.

    Raises (when it is asked for):
        EncodingError: it is longer than `limit` (`limit.size`); reading stops there.
    """

    async def read(request: Request) -> bytes:
        parts = bytearray()
        async for part in request.stream():
            parts += part
            if len(parts) > limit:
                raise EncodingError(
                    f"A body has at most {limit:,} bytes here.", code="limit.size", limit=limit
                )
        return bytes(parts)

    return read


SmallBody = Annotated[bytes, Depends(body(512 * 1024))]
DocumentBody = Annotated[bytes, Depends(body(MAX_DOCUMENT))]
LargeBody = Annotated[bytes, Depends(body(32 * 1024 * 1024))]


def catalogue(request: Request, deployed: Deployed, lang: str | None = None) -> Catalogue:
    """The sentences of the caller's language: `?lang=`, else Accept-Language, else Vietnamese."""
    return deployed.catalogues[pick_language(lang, request.headers.get("accept-language"))]


Sentences = Annotated[Catalogue, Depends(catalogue)]
