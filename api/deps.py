"""What handlers depend on: the services, who is calling, what was sent."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.pages import Catalogue, pick_language
from api.problems import AuthenticationError
from api.services import Services
from coop.accounts.queries import Caller, authenticate
from ledger.errors import AuthorityError, EncodingError
from ledger.lot.documents import MAX_DOCUMENT

_bearer = HTTPBearer(auto_error=False, description="An organisation's API key.")


def services(request: Request) -> Services:
    """The deployment that this application serves."""
    found = request.app.state.services
    assert isinstance(found, Services)
    return found


Deployed = Annotated[Services, Depends(services)]


async def caller(
    deployed: Deployed, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Caller:
    """Who presented an API key.

    Raises:
        AuthenticationError: nobody did (`auth.missing`), or nobody known (`auth.unknown`).
    """
    if credentials is None:
        raise AuthenticationError("This needs an API key: Authorization: Bearer …", code="auth.missing")
    found = await run_sync(authenticate, deployed.accounts, credentials.credentials)
    if found is None:
        raise AuthenticationError("The API key is not known, or has ended.", code="auth.unknown")
    return found


Calling = Annotated[Caller, Depends(caller)]


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


def acting_org(calling: Caller, asked: str | None) -> str | None:
    """The organisation that a caller acts for: its own, or, for the operator, the one asked for.

    Raises:
        AuthorityError: an organisation asks for another (`authority.org`).
    """
    if calling.org is None:
        return asked
    if asked is not None and asked != calling.org:
        raise AuthorityError(
            "An API key acts for its own organisation only.", code="authority.org", org=asked
        )
    return calling.org
