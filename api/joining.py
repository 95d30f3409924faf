"""The way in: invitations, joining with a passkey, signing in and out. Nobody types a password anywhere.

A session is a cookie that scripts cannot read and foreign pages cannot use: `__Host-nguon`, Secure, HttpOnly,
SameSite=Strict. It lives for 30 days from its last use.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, TypeVar

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from api import examples
from api.access import COOKIE, PERSON, May, OurPage, acting, own, scope
from api.counted import address_of
from api.deps import Deployed, SmallBody
from api.issuers import sent_object
from api.problems import AuthenticationError, TooOftenError
from api.services import Services
from coop.accounts.queries import Caller
from coop.limits import Limiter
from coop.people.desk import Link, Wanted
from coop.people.entrance import Signed
from coop.people.queries import SESSION_SECONDS, Invited
from coop.scans.devices import network
from labels.svg import symbol_svg
from labels.symbol import qr
from ledger.encoding import JsonValue
from ledger.errors import EncodingError, NotFoundError

router = APIRouter(prefix="/api/v1", tags=["People"])
T = TypeVar("T")
PRIVATE: Final = {"Cache-Control": "no-store"}
Managing = Annotated[Caller, May("people", "registrar")]

_INVITATION: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["role", "name"],
    "properties": {
        "role": {"enum": ["member", "officer", "laboratory", "retailer", "alliance", "auditor"]},
        "name": {"type": "string", "maxLength": 120},
        "phone": {"type": ["string", "null"], "description": "To call; kept here and never in the log."},
        "org": {"type": ["string", "null"], "description": "https://id.gs1.org/417/{gln}; an officer's own."},
        "orgName": {"type": ["string", "null"], "description": "Where the organisation is new."},
        "prefix": {"type": ["string", "null"], "description": "Its GS1 company prefix: what it speaks for."},
        "stems": {"type": ["array", "null"], "items": {"type": "string"}, "description": "In its place."},
    },
}
_INVITED: Final = {"role": "member", "name": "Đinh Văn Thìn", "phone": "0912 345 678"}
_SECRET: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["secret"],
    "properties": {"secret": {"type": "string"}},
}
_JOIN: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["secret", "credential"],
    "properties": {
        "secret": {"type": "string"},
        "credential": {"type": "object", "description": "RegistrationResponseJSON of WebAuthn."},
        "request": {
            "type": ["string", "null"],
            "description": "The phone's request to have its key admitted, pop+jws; null: the operator keeps a key.",
        },
    },
}
_CREDENTIAL: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["credential"],
    "properties": {
        "credential": {"type": "object", "description": "AuthenticationResponseJSON of WebAuthn."}
    },
}


# --- invitations


@router.post(
    "/invitations",
    status_code=201,
    summary="Invite somebody",
    openapi_extra=examples.json_body(_INVITATION, _INVITED),
    responses=examples.problems(400, 401, 403, 409, 429),
)
async def invite(data: SmallBody, deployed: Deployed, calling: Managing) -> Response:
    """Invite a member (an officer does), or an officer, laboratory, retailer, auditor (the alliance does).

    The answer has the link, once: to show as a QR, or to send. It opens once, within seven days.
    """
    wanted = _wanted(sent_object(data), calling)
    return JSONResponse(link_json(await run_sync(deployed.people.invite, calling, wanted)), 201, PRIVATE)


@router.get("/invitations", summary="Who was invited", responses=examples.problems(401, 403))
async def invitations(deployed: Deployed, calling: Managing) -> Response:
    """Invitations, the newest first: open, joined or ended. Secrets are not among them."""
    listed = await run_sync(deployed.people.invitations, scope(calling))
    mine = [item for item in listed if "people" in calling.powers or item[0].role != "member"]
    return JSONResponse([_invited_json(each, name) for each, name in mine], headers=PRIVATE)


@router.delete(
    "/invitations/{invitation_id}",
    status_code=204,
    summary="Withdraw an invitation",
    responses=examples.problems(401, 403, 404, 409),
)
async def withdraw(invitation_id: str, deployed: Deployed, calling: Managing) -> Response:
    """End an invitation that nobody has used."""

    def act() -> None:
        deployed.people.withdraw(calling, _own_invitation(deployed, calling, invitation_id))

    await run_sync(act)
    return Response(status_code=204)


@router.get(
    "/invitations/{invitation_id}/qr.svg",
    summary="An invitation's QR",
    response_class=Response,
    responses={
        200: {"content": {"image/svg+xml": {}}, "description": "OK"},
        **examples.problems(401, 403, 404, 409),
    },
)
async def invitation_qr(invitation_id: str, deployed: Deployed, calling: Managing) -> Response:
    """The link as a QR, while the invitation is open. It is a secret: whoever scans it first is in."""

    def draw() -> bytes:
        invited = _own_invitation(deployed, calling, invitation_id)
        return symbol_svg(qr(deployed.people.link_of(calling, invited)))

    return Response(await run_sync(draw), headers=PRIVATE, media_type="image/svg+xml")


# --- joining


@router.post(
    "/join/options",
    summary="Open an invitation",
    dependencies=[OurPage],
    openapi_extra=examples.json_body(_SECRET, {"secret": "n3Qx1Hh0m0h0XcVbB2kJwzv8p1A"}),
    responses=examples.problems(400, 403, 404, 409, 429),
)
async def join_options(data: SmallBody, request: Request, deployed: Deployed) -> Response:
    """What an invitation says, and what the phone needs to make a passkey.

    Its `stems`, `org` and `role` belong, as they are, into the request for the phone's key.
    """
    secret = _text(sent_object(data), "secret")
    _not_too_often(request, deployed, deployed.people.entrance.often.joining)
    opened = await run_sync(_knock, request, deployed, lambda: deployed.people.entrance.open(secret))
    invited = opened.invited
    body = {
        "name": invited.name,
        "role": invited.role,
        "org": invited.org,
        "orgName": opened.org_name,
        "invitedBy": opened.invited_by,
        "stems": list(invited.stems),
        "publicKey": opened.options,
    }
    return JSONResponse(body, headers=PRIVATE)


@router.post(
    "/join",
    status_code=201,
    summary="Join by an invitation",
    dependencies=[OurPage],
    openapi_extra=examples.json_body(_JOIN, {"secret": "…", "credential": {}, "request": None}),
    responses=examples.problems(400, 403, 404, 409, 422, 429),
)
async def join(data: SmallBody, request: Request, deployed: Deployed) -> Response:
    """Use an invitation up: the passkey is kept, the phone's key is admitted or waits for the officer, and the
    answer signs in."""
    sent = sent_object(data)
    secret, credential = _text(sent, "secret"), _object(sent, "credential")
    asked = _text_or_none(sent, "request")
    _not_too_often(request, deployed, deployed.people.entrance.often.joining)
    token, person = await run_sync(
        _knock, request, deployed, lambda: deployed.people.entrance.join(secret, credential, asked)
    )
    return await _signed_in(deployed, token, person, 201)


# --- sessions


@router.post(
    "/session/options",
    summary="Ask to sign in",
    dependencies=[OurPage],
    openapi_extra=examples.json_body({"type": "object"}, {}),
    responses=examples.problems(403, 429),
)
async def session_options(request: Request, deployed: Deployed) -> Response:
    """What the phone needs to sign in with any passkey that it has for this service."""
    _not_too_often(request, deployed, deployed.people.entrance.often.entering)
    options = await run_sync(deployed.people.entrance.sign_in_options)
    return JSONResponse({"publicKey": options}, headers=PRIVATE)


@router.post(
    "/session",
    status_code=201,
    summary="Sign in",
    dependencies=[OurPage],
    openapi_extra=examples.json_body(_CREDENTIAL, {"credential": {}}),
    responses=examples.problems(400, 403, 429),
)
async def sign_in(data: SmallBody, request: Request, deployed: Deployed) -> Response:
    """Sign in with a passkey; the answer sets the session's cookie."""
    credential = _object(sent_object(data), "credential")
    _not_too_often(request, deployed, deployed.people.entrance.often.entering)
    token, person = await run_sync(deployed.people.entrance.sign_in, credential)
    return await _signed_in(deployed, token, person, 201)


@router.get("/session", summary="Who is signed in", responses=examples.problems(401))
async def session(request: Request, deployed: Deployed, calling: Annotated[Caller, May(PERSON)]) -> Response:
    """Who is signed in, for which organisation, and how his key stands in the log. Prolongs the session."""
    token = request.cookies.get(COOKIE)
    if calling.person is None or token is None:
        raise AuthenticationError("Nobody is signed in.", code="auth.missing")
    return await _signed_in(deployed, token, calling.person, 200)


@router.delete("/session", status_code=204, summary="Sign out", responses=examples.problems(401, 403))
async def sign_out(request: Request, deployed: Deployed, calling: Annotated[Caller, May(PERSON)]) -> Response:
    """End the session. The phone keeps its key and what it has not sent."""
    await run_sync(deployed.people.entrance.sign_out, calling, request.cookies.get(COOKIE, ""))
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    return answer


async def _signed_in(deployed: Services, token: str, person: str, status: int) -> Response:
    signed = await run_sync(deployed.people.entrance.signed, person)
    answer = JSONResponse({"session": session_json(signed)}, status, PRIVATE)
    answer.set_cookie(
        COOKIE, token, max_age=SESSION_SECONDS, path="/", secure=True, httponly=True, samesite="strict"
    )
    return answer


# --- what is told


def session_json(signed: Signed) -> dict[str, Any]:
    """Who is signed in, as his phone keeps it."""
    person = signed.person
    return {
        "person": {"id": person.id, "name": person.name, "role": person.role, "phone": person.phone},
        "org": {"uri": person.org, "name": signed.org_name} if person.org is not None else None,
        "stems": list(signed.stems),
        "powers": sorted(signed.powers),
        "key": {"kid": signed.key.kid, "state": signed.key.state},
    }


def link_json(link: Link) -> dict[str, Any]:
    """An invitation as it is handed over, once."""
    return {
        "id": link.id,
        "url": link.url,
        "secret": link.secret,
        "expires": link.expires.isoformat().replace("+00:00", "Z"),
    }


def _invited_json(invited: Invited, name: str | None) -> dict[str, Any]:
    return {
        "id": invited.id,
        "role": invited.role,
        "name": name,
        "phone": invited.phone,
        "org": invited.org,
        "state": invited.state,
        "person": invited.person,
        "created": invited.created.isoformat().replace("+00:00", "Z"),
        "expires": invited.expires.isoformat().replace("+00:00", "Z"),
    }


# --- what is sent


def _wanted(sent: Mapping[str, JsonValue], calling: Caller) -> Wanted:
    stems = sent.get("stems") or []
    if not isinstance(stems, list) or not all(isinstance(each, str) and each for each in stems):
        raise EncodingError("stems is a list of URI prefixes.", code="json.syntax", pointer="/stems")
    return Wanted(
        role=_text(sent, "role"),
        name=_text(sent, "name"),
        phone=_text_or_none(sent, "phone"),
        org=acting(calling, _text_or_none(sent, "org")),
        org_name=_text_or_none(sent, "orgName"),
        prefix=_text_or_none(sent, "prefix"),
        stems=tuple(each for each in stems if isinstance(each, str)),
    )


def _own_invitation(deployed: Services, calling: Caller, invitation_id: str) -> Invited:
    invited = deployed.people.invitation(invitation_id)
    own(calling, {invited.org}, NotFoundError("There is no such invitation.", code="not_found.invitation"))
    return invited


def _text(sent: Mapping[str, JsonValue], name: str) -> str:
    value = sent.get(name)
    if not isinstance(value, str) or not value or len(value) > 16_384:
        raise EncodingError(f"{name} is a text.", code="json.syntax", pointer=f"/{name}")
    return value


def _text_or_none(sent: Mapping[str, JsonValue], name: str) -> str | None:
    return None if sent.get(name) in (None, "") else _text(sent, name)


def _object(sent: Mapping[str, JsonValue], name: str) -> Mapping[str, JsonValue]:
    value = sent.get(name)
    if not isinstance(value, dict):
        raise EncodingError(f"{name} is an object.", code="json.syntax", pointer=f"/{name}")
    return value


# --- how often


def _not_too_often(request: Request, deployed: Services, limiter: Limiter) -> None:
    now = deployed.clock().timestamp()
    wait = deployed.people.entrance.often.wrong.wait(_network(request), now) or limiter.take(
        _network(request), now
    )
    if wait > 0:
        raise TooOftenError(wait)


def _knock(request: Request, deployed: Services, act: Callable[[], T]) -> T:
    """Do what a secret opens; one that opens nothing is counted."""
    try:
        return act()
    except NotFoundError:
        deployed.people.entrance.often.wrong.count(_network(request), deployed.clock().timestamp())
        raise


def _network(request: Request) -> str:
    return network(address_of(request))
