"""For who manages people, and for people's own keys: lists, a lost phone, the end, another key, a hosted one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from api import examples
from api.access import COOKIE, PERSON, May, own, scope
from api.deps import Deployed, LargeBody, Sentences, SmallBody
from api.issuers import sent_object
from api.joining import PRIVATE, Managing, link_json
from api.partners import record_statements
from api.services import Services
from coop.accounts.queries import Caller
from coop.people.desk import HeldKey, Waiting
from coop.people.entrance import ToSign
from coop.people.queries import Someone
from coop.people.room import Revocation
from ledger.encoding import JsonValue, b64url_decode, b64url_encode, canonical_json
from ledger.errors import EncodingError, NotFoundError, StatementError

router = APIRouter(prefix="/api/v1", tags=["People"])
_KEY: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "request": {
            "type": ["string", "null"],
            "description": "The phone's request, pop+jws; null: the operator makes and keeps a key.",
        }
    },
}
_SAID: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["statements"],
    "properties": {
        "statements": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["typ", "about", "payload"],
                "properties": {
                    "typ": {"enum": ["epcis+jws", "master+jws", "key+jws"]},
                    "about": {"type": "array", "items": {"type": "string"}},
                    "from": {"type": "array", "items": {"type": "string"}},
                    "payload": {
                        "type": ["string", "object"],
                        "description": "The payload's bytes in base64url; or the object, to be written by RFC 8785.",
                    },
                },
            },
        },
        "possessions": {"type": "array", "items": {"type": "string"}},
    },
}
_SAID_EXAMPLE: Final = {
    "statements": [
        {
            "typ": "epcis+jws",
            "about": ["https://id.gs1.org/414/9521001000024"],
            "from": [],
            "payload": {"type": "ObjectEvent"},
        }
    ]
}


@router.get("/people", summary="People and their keys", responses=examples.problems(401, 403))
async def people(deployed: Deployed, calling: Managing) -> Response:
    """The people of the caller's organisation; for the alliance those of all, members left out: they are their
    cooperative's affair."""
    listed = await run_sync(deployed.people.listed, calling, scope(calling))
    return JSONResponse([_person_json(person, keys) for person, keys in listed], headers=PRIVATE)


@router.get(
    "/people/waiting", summary="Keys that wait for one's signature", responses=examples.problems(401, 403)
)
async def waiting(deployed: Deployed, calling: Annotated[Caller, May("people")]) -> Response:
    """The keys of members who have joined. Sign each `payload` as it is, as a key+jws about the key and the
    organisation, and send it to `/api/v1/statements` with `possession` among the `possessions`."""
    listed = await run_sync(deployed.people.waiting, calling)
    return JSONResponse([_waiting_json(each) for each in listed], headers=PRIVATE)


@router.post(
    "/people/me/key",
    summary="Ask for another key of one's own",
    openapi_extra=examples.json_body(_KEY, {"request": "eyJhbGciOiJFUzI1NiIs…"}),
    responses=examples.problems(400, 401, 403, 409, 422),
)
async def renew_key(
    data: SmallBody, request: Request, deployed: Deployed, calling: Annotated[Caller, May(PERSON)]
) -> Response:
    """On a new phone, or where the browser has thrown the key away. Nothing is lost: the old key is revoked, what it
    signed stands."""
    asked = sent_object(data).get("request")
    if not isinstance(asked, str | None):
        raise EncodingError("request is a text, or null.", code="json.syntax", pointer="/request")
    token = request.cookies.get(COOKIE)
    key = await run_sync(deployed.people.entrance.renew_key, calling, token, asked)
    return JSONResponse({"kid": key.kid, "state": key.state}, headers=PRIVATE)


@router.post(
    "/people/{person}/lost",
    summary="Replace a lost phone",
    responses=examples.problems(401, 403, 404, 409),
)
async def lost(person: str, deployed: Deployed, calling: Managing) -> Response:
    """End the passkeys and sessions of a person at once, and invite him again. His data stays.

    `revoke` holds the payloads that the officer's phone is to sign so that the key signs nothing any more.
    """

    def act() -> dict[str, Any]:
        link, revoke = deployed.people.lost(calling, _own_person(deployed, calling, person))
        return {"invitation": link_json(link), "revoke": [_revocation_json(each) for each in revoke]}

    return JSONResponse(await run_sync(act), headers=PRIVATE)


@router.post("/people/{person}/end", summary="Shut a person out", responses=examples.problems(401, 403, 404))
async def end(person: str, deployed: Deployed, calling: Managing) -> Response:
    """End the passkeys, sessions and invitations of a person for good. `revoke` as in `lost`; what he signed stands."""

    def act() -> dict[str, Any]:
        revoke = deployed.people.end(calling, _own_person(deployed, calling, person))
        return {"revoke": [_revocation_json(each) for each in revoke]}

    return JSONResponse(await run_sync(act), headers=PRIVATE)


@router.delete(
    "/people/{person}",
    status_code=204,
    summary="Forget a person's name and number",
    responses=examples.problems(401, 403, 404, 409),
)
async def erase(person: str, deployed: Deployed, calling: Managing) -> Response:
    """Erase what is personal of somebody who was shut out. His pseudonym stays, and so does what he signed."""
    await run_sync(lambda: deployed.people.erase(calling, _own_person(deployed, calling, person)))
    return Response(status_code=204)


@router.post(
    "/hosted-statements",
    status_code=202,
    tags=["Recording"],
    summary="Record what one says, signed with the key that is kept here for one",
    openapi_extra=examples.json_body(_SAID, _SAID_EXAMPLE),
    responses=examples.problems(400, 401, 403, 409, 413, 422),
)
async def hosted_statements(
    data: LargeBody,
    deployed: Deployed,
    calling: Annotated[Caller, May("record", "describe", person=True)],
    words: Sentences,
) -> Response:
    """For a phone that can hold no key: the service signs with this person's own hosted key, and says so in the log.

    Answers as `/api/v1/statements`.
    """
    sent = sent_object(data)
    said, possessions = _said(sent), _texts(sent, "possessions")

    def act() -> Response:
        signed = deployed.people.entrance.sign_hosted(calling, said)
        return record_statements(signed, possessions, deployed, calling, words.lang)

    return await run_sync(act)


# --- what is told


def _person_json(person: Someone, keys: list[HeldKey]) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "role": person.role,
        "phone": person.phone,
        "org": person.org,
        "state": person.state,
        "keys": [_key_json(key) for key in keys],
        "joined": _time(person.created),
        "lastSeen": _time(person.seen) if person.seen is not None else None,
    }


def _key_json(key: HeldKey) -> dict[str, Any]:
    told: dict[str, Any] = {"kid": key.kid, "state": key.state}
    if key.request is not None:
        told["request"] = key.request
    if key.payload is not None:
        told["payload"] = b64url_encode(key.payload)
    return told


def _waiting_json(waiting: Waiting) -> dict[str, Any]:
    return {
        "person": waiting.person.id,
        "name": waiting.person.name,
        "payload": b64url_encode(waiting.payload),
        "possession": waiting.possession,
    }


def _revocation_json(revocation: Revocation) -> dict[str, Any]:
    return {"kid": revocation.kid, "payload": b64url_encode(revocation.payload)}


def _time(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


# --- what is sent


def _own_person(deployed: Services, calling: Caller, person_id: str) -> Someone:
    person = deployed.people.person(person_id)
    missing = NotFoundError(f"There is no person {person_id}.", code="not_found.person", person=person_id)
    own(calling, {person.org}, missing)
    return person


def _said(sent: Mapping[str, JsonValue]) -> list[ToSign]:
    listed = sent.get("statements")
    if not isinstance(listed, list) or not listed:
        raise StatementError("Send at least one statement.", code="statement.syntax", pointer="/statements")
    return [_to_sign(item, f"/statements/{place}") for place, item in enumerate(listed)]


def _to_sign(item: JsonValue, pointer: str) -> ToSign:
    if not isinstance(item, dict) or not isinstance(item.get("typ"), str):
        raise StatementError("A statement is an object with a typ.", code="statement.syntax", pointer=pointer)
    payload = item.get("payload")
    data = canonical_json(payload) if isinstance(payload, dict) else b64url_decode(payload)
    return ToSign(str(item["typ"]), tuple(_texts(item, "about")), tuple(_texts(item, "from")), data)


def _texts(sent: Mapping[str, JsonValue], name: str) -> list[str]:
    listed = sent.get(name) or []
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise StatementError(f"{name} is a list of texts.", code="statement.syntax", pointer=f"/{name}")
    return [each for each in listed if isinstance(each, str)]
