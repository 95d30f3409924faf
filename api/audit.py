"""The trail of who did what, for an organisation's officers, the alliance and its auditors."""

from datetime import UTC
from typing import Annotated, Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from api import examples
from api.access import May, acting
from api.deps import Deployed
from api.services import Services
from coop.accounts.queries import Caller
from coop.people.queries import names
from coop.people.trail import MAX_PER_PAGE, Done, deeds

router = APIRouter(tags=["People"])
_LISTED: Final = {
    "deeds": [
        {
            "number": 118,
            "time": "2026-11-24T05:00:00Z",
            "org": "https://id.gs1.org/417/9521001000017",
            "what": "roll.issued",
            "about": "https://id.gs1.org/01/09521001000055/10/TH260117 7K3M9XQ2",
            "by": {"role": "officer", "person": "bq3Jc0cXw2k", "name": "Nguyễn Thị Hoa", "key": None},
        }
    ],
    "next": None,
}


@router.get(
    "/api/v1/audit",
    summary="Who did what",
    responses={**examples.answer(_LISTED), **examples.problems(401, 403)},
)
async def audit(
    deployed: Deployed,
    calling: Annotated[Caller, May("audit", "people")],
    org: Annotated[
        str | None, Query(description="For the alliance and auditors: of this organisation.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PER_PAGE)] = 100,
    before: Annotated[int | None, Query(ge=1, lt=2**63, description="The last number seen.")] = None,
) -> Response:
    """Newest first: an officer sees the affairs of his organisation, the alliance and auditors those of all.

    People are kept by their ids and named as they are called now; who was forgotten has no name any more. What was
    recorded in the log, the log tells itself, signed.
    """
    found = await run_sync(_deeds, deployed, acting(calling, org), limit, before)
    return JSONResponse(found)


def _deeds(deployed: Services, org: str | None, limit: int, before: int | None) -> dict[str, Any]:
    found = deeds(deployed.accounts, org, limit, before)
    called = names(deployed.accounts, sorted({done.person for done in found if done.person is not None}))
    more = f"/api/v1/audit?limit={limit}&before={found[-1].number}" if len(found) == limit else None
    return {"deeds": [_deed(done, called) for done in found], "next": more}


def _deed(done: Done, called: dict[str, str]) -> dict[str, Any]:
    return {
        "number": done.number,
        "time": done.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "org": done.org,
        "what": done.what,
        "about": done.about,
        "by": {
            "role": done.role,
            "person": done.person,
            "name": called.get(done.person) if done.person is not None else None,
            "key": done.key_id,
        },
    }
