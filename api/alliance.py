"""For the alliance: all organisations at a glance, whom to call first and why, and a month's report."""

import csv
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Annotated, Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from api import examples
from api.access import May
from api.deps import Deployed, Sentences
from api.pages import Catalogue
from api.services import Services
from coop.accounts.queries import Caller
from coop.alliance.queries import Seen, first_to_call, month_of, overview
from ledger.errors import EncodingError
from ledger.issuing import VIETNAM
from ledger.statement.trust import KeyRecord

router = APIRouter(prefix="/api/v1/alliance", tags=["The alliance"])
ALL: Final = "the alliance looks after every organisation"
_PRIVATE: Final = {"Cache-Control": "no-store"}
_DAY: Final = 86_400
_EXAMPLE: Final[dict[str, Any]] = {
    "at": "2026-11-24T05:00:00Z",
    "counts": {"regular": 146, "slow": 58, "call": 11, "none": 203},
    "organisations": [
        {
            "uri": "https://id.gs1.org/417/9521001000017",
            "name": "HTX Mẫu",
            "kind": "cooperative",
            "state": "call",
            "phone": "0229 3000 000",
            "contact": None,
            "last": "2026-10-20T02:11:00Z",
            "days": 35,
            "events": 812,
            "recent": 0,
            "why": [{"code": "silent", "days": 35}],
            "keys": [],
            "people": [],
        }
    ],
    "calls": ["https://id.gs1.org/417/9521001000017"],
    "log": {"size": 62118, "every": 21600, "anchoring": True},
}


@router.get(
    "",
    summary="All organisations at a glance",
    responses={**examples.answer(_EXAMPLE), **examples.problems(401, 403)},
)
async def all_of_them(
    deployed: Deployed, _: Annotated[Caller, May("registrar", "audit", shared=ALL)]
) -> Response:
    """Every organisation with its state: `regular` (its newest entry is at most two weeks old), `slow`, `none` (nothing
    yet), `call` (silent for a month, or something that should not wait: `why`). `calls` lists whom to call, the most
    urgent first. States of cooperatives only are counted."""
    return JSONResponse(await run_sync(_overview, deployed), headers=_PRIVATE)


@router.get(
    "/report",
    summary="A month's report",
    responses={
        200: {"content": {"application/json": {}, "text/csv": {}}},
        **examples.problems(400, 401, 403),
    },
)
async def report(
    deployed: Deployed,
    words: Sentences,
    _: Annotated[Caller, May("registrar", "audit", shared=ALL)],
    month: Annotated[str, Query(pattern=r"^[0-9]{4}-[0-9]{2}$", examples=["2026-11"])],
    kind: Annotated[str, Query(description="json, csv.", pattern="^(json|csv)$")] = "json",
) -> Response:
    """What each organisation recorded in a month (Vietnam's calendar), how much of it with keys of its own, and how
    many labels were reported to it."""
    rows = await run_sync(_month, deployed, month)
    if kind == "json":
        return JSONResponse({"month": month, "organisations": rows}, headers=_PRIVATE)
    headers = {**_PRIVATE, "Content-Disposition": f'attachment; filename="nguon-{month}.csv"'}
    return Response(_csv(rows, words), headers=headers, media_type="text/csv; charset=utf-8")


def _overview(deployed: Services) -> dict[str, Any]:
    now = deployed.clock()
    seen = overview(deployed.accounts, deployed.log, now)
    states = Counter(item.state for item in seen if item.kind == "cooperative")
    names = {item.uri: item.name for item in seen}
    health = deployed.anchoring()
    return {
        "at": _moment(now),
        "counts": {state: states[state] for state in ("regular", "slow", "call", "none")},
        "organisations": [_seen_json(item, names, now) for item in seen],
        "calls": [item.uri for item in first_to_call(seen)],
        "log": {
            "size": deployed.log.size(),
            "every": deployed.anchor_every,
            "anchoring": health is not None,
        },
    }


def _seen_json(item: Seen, names: dict[str, str], now: datetime) -> dict[str, Any]:
    activity = item.activity
    return {
        "uri": item.uri,
        "name": item.name,
        "kind": item.kind,
        "state": item.state,
        "phone": item.phone,
        "contact": item.contact,
        "last": _moment(activity.last) if activity is not None else None,
        "days": int((now - activity.last).total_seconds() // _DAY) if activity is not None else None,
        "events": activity.events if activity is not None else 0,
        "recent": activity.recent if activity is not None else 0,
        "why": [
            {
                "code": why.code,
                **{k: names.get(v, v) if isinstance(v, str) else v for k, v in why.params.items()},
            }
            for why in item.why
        ],
        "keys": [_key_json(record) for record in item.keys],
        "people": [
            {
                "id": person.id,
                "name": person.name,
                "role": person.role,
                "state": person.state,
                "phone": person.phone,
            }
            for person in item.people
        ],
    }


def _key_json(record: KeyRecord) -> dict[str, Any]:
    return {
        "kid": record.kid,
        "role": record.role,
        "custody": record.custody,
        "stems": list(record.stems),
        "revoked": record.revoked is not None,
    }


def _month(deployed: Services, month: str) -> list[dict[str, Any]]:
    try:
        since = datetime.fromisoformat(f"{month}-01").replace(tzinfo=VIETNAM)
    except ValueError as error:
        raise EncodingError("A month is written 2026-11.", code="json.syntax", pointer="/month") from error
    until = (since + timedelta(days=32)).replace(day=1)
    return [
        {
            "uri": item.uri,
            "name": item.name,
            "kind": item.kind,
            "events": activity.recent if (activity := item.activity) is not None else 0,
            "ownKey": activity.recent - activity.hosted if activity is not None else 0,
            "last": _moment(activity.last) if activity is not None else None,
            "reports": reports,
        }
        for item, reports in month_of(deployed.accounts, deployed.log, since, until)
    ]


def _csv(rows: list[dict[str, Any]], words: Catalogue) -> bytes:
    """A table for spreadsheets, with a byte order mark so that they read UTF-8."""
    columns = ("name", "uri", "kind", "events", "ownKey", "last", "reports")
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([words.t(f"alliance.column.{name}") for name in columns])
    for row in rows:
        writer.writerow([_cell(row[name]) for name in columns])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cell(value: object) -> object:
    """A text that a spreadsheet would take for a formula begins with an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
