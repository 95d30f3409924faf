"""Scans of a tem, and the first opening of its second layer: what is known, and a word from who scans.

Nothing of it is proven, and nothing of it is about a person: no address, no browser, no time of a scan is kept.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from api import examples
from api.counted import address_of, is_foreign
from api.deps import Deployed, SmallBody
from api.forms import read_form, text_of
from api.pages import Opened, pick_language
from api.problems import TooOftenError
from api.public import prefers_json
from api.services import Services
from api.tem_page import is_genuine, verify_page
from api.verifying import Check
from coop.scans.places import place_of
from coop.scans.queries import ScanSummary
from coop.scans.rule import BUYER
from ledger.encoding import parse_json
from ledger.errors import AuthorityError, EncodingError, NotFoundError, ProofError, StoreError
from ledger.hidden import Opening
from ledger.proof.target import parse_code
from ledger.slots import IssuedRoll

router = APIRouter(tags=["Scanning"])
_CODE: Final = "https://nguon.localhost/01/09521321000019/10/LO-2026-01/21/00007K3M9XQ2VB5TZ"
_SUMMARY: Final = {
    "code": _CODE,
    "count": 3,
    "firstDay": "2026-11-20",
    "firstPlace": "VN-18",
    "lastDay": "2026-11-24",
    "devices": 2,
    "places": ["VN-18", "VN-HN"],
    "conflict": None,
    "opened": None,
}
_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["code"],
    "properties": {
        "code": {"type": "string", "maxLength": 2000},
        "place": {
            "type": ["string", "null"],
            "description": "A province (ISO 3166-2), or a cell of half a degree, `latitude,longitude`.",
        },
    },
}


@router.get(
    "/api/v1/scans",
    summary="How often a tem was scanned",
    responses={**examples.answer(_SUMMARY), **examples.problems(400)},
)
async def scans(
    code: Annotated[str, Query(max_length=2000, examples=[_CODE], description="A tem's URL, as scanned.")],
    deployed: Deployed,
) -> Response:
    """How often, since when and roughly where a tem was scanned: the operator's word. Asking is no scan.

    A code that was never issued has no scans; whether it is genuine, `/api/v1/verify` says.
    """
    known = await run_sync(deployed.scans.summary, parse_code(code, deployed.verifier.host))
    if known is None:
        raise _busy()
    return JSONResponse(summary_json(code, known), headers={"Cache-Control": "no-store"})


@router.post(
    "/api/v1/scans",
    status_code=202,
    summary="Say where a tem was scanned",
    openapi_extra=examples.json_body(_SCHEMA, {"code": _CODE, "place": "VN-18"}),
    responses=examples.problems(400),
)
async def add_place(data: SmallBody, request: Request, deployed: Deployed) -> Response:
    """Add a coarse place to today's scan by this device, where the buyer agreed. Without one, it counts as a scan.

    `counted` is false for a code that is no genuine tem.
    """
    _refuse_foreign(request)
    value = parse_json(data)
    code = value.get("code") if isinstance(value, dict) else None
    told = value.get("place") if isinstance(value, dict) else None
    if not isinstance(code, str) or not isinstance(told, str | None) or len(code) > 2000:
        message = 'Send {"code": "https://…", "place": "VN-18"}.'
        raise EncodingError(message, code="json.syntax", pointer="/code")
    place = place_of(told) if told else None
    device = _device(request, deployed)
    _not_too_often(deployed.often.take(device, deployed.clock().timestamp()))
    check = await run_sync(deployed.verifier.check, code)
    if is_genuine(check):
        assert check.target is not None
        deployed.scans.count(check.target, device, place, BUYER, counts=False)
    return JSONResponse({"counted": is_genuine(check)}, 202, {"Cache-Control": "no-store"})


@router.post(
    "/opening",
    summary="Open the second layer of a tem",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": {
                        "type": "object",
                        "required": ["code", "pin"],
                        "properties": {"code": {"type": "string"}, "pin": {"type": "string"}},
                    }
                }
            },
        }
    },
    responses=examples.problems(400, 404, 422, 429),
)
async def open_layer(data: SmallBody, request: Request, deployed: Deployed) -> Response:
    """Check the code under a tem's scratch-off layer, and enter its first opening: a page, or JSON if preferred.

    That the code stands in the tree logged before printing is proven (`opening`); when it was first opened is the
    operator's word. Wrong codes are limited for each tem and each device.
    """
    _refuse_foreign(request)
    form = read_form(data, request.headers.get("content-type", ""))
    code, pin = text_of(form, "code"), text_of(form, "pin")
    words = deployed.catalogues[pick_language(text_of(form, "lang"), request.headers.get("accept-language"))]
    check = await run_sync(deployed.verifier.check, code)
    device = _device(request, deployed)
    if not prefers_json(request.headers.get("accept", "")):
        opened, status = await run_sync(_page_outcome, check, pin, device, deployed)
        return await run_sync(verify_page, request, check, deployed, words, opened, status)
    first, opening, roll = await run_sync(_open, check, pin, device, deployed)
    body = {
        "first": first is None,
        "openedAt": _iso(first or deployed.clock()),
        "opening": _proof(opening, roll),
    }
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


def summary_json(code: str, known: ScanSummary) -> dict[str, Any]:
    """A tem's scans as the API tells them."""
    against = known.conflict
    return {
        "code": code,
        "count": known.count,
        "firstDay": known.first_day.isoformat() if known.first_day else None,
        "firstPlace": known.first_place,
        "lastDay": known.last_day.isoformat() if known.last_day else None,
        "devices": known.devices,
        "places": list(known.places),
        "conflict": None
        if against is None
        else {
            "kind": against.kind,
            "day": against.day.isoformat(),
            "place1": against.place1,
            "place2": against.place2,
            "days": against.days,
            "devices": against.devices,
        },
        "opened": _iso(known.opened) if known.opened else None,
    }


def _open(
    check: Check, pin: str, device: str, deployed: Services
) -> tuple[datetime | None, Opening, IssuedRoll]:
    """When the layer was first opened, None for now; and what proves the code.

    Raises:
        NotFoundError: the tem is none of ours, or has no second layer (`hidden.none`).
        TooOftenError: too many codes were tried (`limit.often`).
        ProofError: it is another code (`hidden.code`).
        StoreError: the opening could not be entered (`store.busy`).
    """
    roll = _roll(check)
    assert check.target is not None
    assert check.target.serial is not None
    _not_too_often(deployed.scans.attempt(check.target, device))
    opening = deployed.open_layer(roll, check.target.serial, pin)
    try:
        return deployed.scans.open(check.target), opening, roll
    except SQLAlchemyError as error:
        raise _busy() from error


def _page_outcome(check: Check, pin: str, device: str, deployed: Services) -> tuple[Opened | None, int]:
    """What the page says of a code that was typed in, and its status; nothing where the tem has no second layer."""
    try:
        first, opening, roll = _open(check, pin, device, deployed)
    except NotFoundError:
        return None, 404
    except TooOftenError as error:
        return Opened("wait", wait=error.seconds), 429
    except ProofError:
        return Opened("wrong"), 422
    except StoreError:
        return Opened("busy"), 503
    proof = _proof(opening, roll)
    told = Opened(
        "again" if first else "first",
        first or deployed.clock(),
        0.0,
        proof["salt"],
        proof["leaf"],
        proof["root"],
    )
    return told, 200


def _roll(check: Check) -> IssuedRoll:
    target, tem = check.target, check.verification.tem if check.verification else None
    if target is None or target.lot is None or tem is None or tem.roll is None or tem.roll.hidden is None:
        message = "The tem has no second layer, or is none of ours."
        raise NotFoundError(message, code="hidden.none")
    roll = tem.roll
    return IssuedRoll(roll.id, target.gtin, target.lot, roll.count, roll.root, roll.hidden)


def _proof(opening: Opening, roll: IssuedRoll) -> dict[str, Any]:
    return {
        "salt": opening.salt.hex(),
        "leaf": opening.leaf.hex(),
        "inclusion": [item.hex() for item in opening.inclusion],
        "root": roll.hidden.hex() if roll.hidden else "",
        "count": roll.count,
    }


def _device(request: Request, deployed: Services) -> str:
    return deployed.scans.device(address_of(request), request.headers.get("user-agent", ""))


def _refuse_foreign(request: Request) -> None:
    if is_foreign(request.headers):
        raise AuthorityError("This request comes from a page of another site.", code="scan.foreign")


def _not_too_often(wait: float) -> None:
    if wait > 0:
        raise TooOftenError(wait)


def _busy() -> StoreError:
    return StoreError("The store is busy: try again in a few minutes.", code="store.busy")


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="minutes").replace("+00:00", "Z")
