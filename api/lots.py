"""For those who ask about lots: searching, a lot's summary, lineage, balance, and what a recall would cover."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Final
from urllib.parse import unquote

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import JSONResponse

from api import examples
from api.access import May, own_lot, scope
from api.deps import Deployed, Sentences
from api.lot_json import (
    balance_json,
    claim_json,
    coverage_json,
    kin_json,
    missing_json,
    preview_json,
    summary_json,
)
from api.problems import violation_json
from api.services import Services
from coop.accounts.queries import Caller
from ledger.errors import Gs1Error
from ledger.gs1 import epc
from ledger.gs1.digital_link import instance_uri, lot_uri, organisation_uri, place_uri, product_uri
from ledger.issuing import VIETNAM
from ledger.lot import lines
from ledger.lot.balance import balances
from ledger.lot.claims import claims, heard_of_told
from ledger.lot.coverage import coverages
from ledger.lot.summary import summarise
from ledger.readiness import MAX_SEEN, described_of, judge_readiness
from ledger.store.search import MAX_LOTS, LotQuery

router = APIRouter(prefix="/api/v1/lots", tags=["Lots"])
Gtin = Annotated[str, Path(pattern=r"^[0-9]{14}$", examples=["09521001000055"])]

Lot = Annotated[
    str, Path(min_length=1, max_length=60, description="The lot, percent-encoded where it must be.")
]
PARTNERS: Final = "who has a lot in hand sees its story, as anybody does who asks for its proof"
Serial = Annotated[str | None, Query(description="One instance of the lot.")]


@router.get("", summary="Find lots", responses=examples.problems(400, 401))
async def find(
    deployed: Deployed,
    calling: Annotated[Caller, May("read")],
    q: Annotated[
        str, Query(max_length=200, description="Words, with or without accents; or any identifier.")
    ] = "",
    product: Annotated[str | None, Query(description="GTIN or its URI.")] = None,
    place: Annotated[str | None, Query(description="GLN or its URI.")] = None,
    org: Annotated[str | None, Query(description="GLN or its URI.")] = None,
    certificate: Annotated[str | None, Query(description="Its URI, or its number.")] = None,
    since: Annotated[date | None, Query(alias="from")] = None,
    until: Annotated[date | None, Query(alias="to", description="Last day.")] = None,
    per_page: Annotated[int, Query(alias="perPage", ge=1, le=MAX_LOTS)] = 50,
    start: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """Lots, the latest story first; all that is asked must hold. An organisation finds those it has to do with."""
    named = _identifier(q) if ":" in q and not any(map(str.isspace, q.strip())) else None
    query = LotQuery(
        text="" if named else q,
        named=named,
        product=_gtin(product) if product else None,
        places=(_gln(place, place_uri),) if place else (),
        orgs=(_gln(org, organisation_uri),) if org else (),
        certificate=_identifier(certificate) if certificate and ":" in certificate else certificate,
        since=_millis(since) if since else None,
        before=_millis(until + timedelta(days=1)) if until else None,
        within=scope(calling),
        limit=per_page,
        offset=start,
    )
    return JSONResponse(await run_sync(_found, deployed, query))


@router.get(
    "/{gtin}/{lot:path}/recall/coverage",
    summary="What a recall would cover",
    responses=examples.problems(400, 401, 404),
)
async def recall_coverage(
    gtin: Gtin,
    lot: Lot,
    deployed: Deployed,
    calling: Annotated[Caller, May("read", "recall")],
    serials: Annotated[
        list[str] | None, Query(description="Absent: all of the lot; several by comma.")
    ] = None,
) -> Response:
    """Before a recall is signed: the serials and the lots made of it that it would forget. Nothing is recorded."""
    named = [part for value in serials or () for part in value.split(",") if part]
    return JSONResponse(await run_sync(_covered, deployed, lot_uri(gtin, lot), named, calling))


@router.get("/{gtin}/{lot:path}", summary="What is known of a lot", responses=examples.problems(401, 404))
async def one(
    gtin: Gtin,
    lot: Lot,
    deployed: Deployed,
    _: Annotated[Caller, May("read", shared=PARTNERS)],
    words: Sentences,
    serial: Serial = None,
) -> Response:
    """Quantities, dispositions, holder, certificates, tests, expiry and recall; lineage both ways; the balance of each
    step with its arithmetic; what its recalls cover. These are the log's own words: a proof is `/api/v1/proof`."""
    uri = lot_uri(gtin, lot)
    instance = instance_uri(gtin, serial) if serial else None
    return JSONResponse(await run_sync(_one, deployed, uri, instance, words.lang))


def _covered(deployed: Services, uri: str, serials: Sequence[str], calling: Caller) -> dict[str, Any]:
    own_lot(calling, uri, deployed.log)
    return preview(deployed, uri, serials)


def preview(deployed: Services, uri: str, serials: Sequence[str]) -> dict[str, Any]:
    """What a recall of a lot, or of these serials of it, would cover if it were signed now.

    Raises:
        NotFoundError: nothing is recorded about the lot (`not_found.lot`).
    """
    covered, forgotten = deployed.lots.recall_coverage(uri, serials, deployed.clock())
    return preview_json(covered, forgotten)


def _found(deployed: Services, query: LotQuery) -> dict[str, Any]:
    found = deployed.lots.find(query)
    described = deployed.lots.descriptions(product_uri(item.gtin) for item in found)
    return {
        "lots": [
            {
                "uri": item.uri,
                "gtin": item.gtin,
                "lot": unquote(item.uri.rpartition("/10/")[2]),
                "product": described.get(product_uri(item.gtin)),
                "first": _moment(item.first_time),
                "last": _moment(item.last_time),
            }
            for item in found
        ],
        "next": query.offset + len(found) if len(found) == query.limit else None,
    }


def _one(deployed: Services, lot: str, instance: str | None, language: str) -> dict[str, Any]:
    uri = instance or lot
    start = [lot, *([instance] if instance else [])]
    up = deployed.lots.ancestors(start)
    story = deployed.lots.story(uri, [kin.uri for kin in up if kin.material][:MAX_SEEN])
    described = deployed.lots.descriptions(described_of(story, lot))
    ready = judge_readiness(story, lot, described)
    covered = [each for each in coverages(story.graph) if each.lot == lot]
    return {
        "uri": uri,
        "lot": lot,
        "product": described.get(product_uri(epc.gtin_of(lot) or "")),
        "line": ready.line.code,
        "summary": summary_json(summarise(uri, story.graph, now=deployed.clock())),
        "lineage": {
            "up": [kin_json(kin, "wentInto") for kin in up],
            "down": [kin_json(kin, "madeOf") for kin in deployed.lots.descendants(start)],
        },
        "balance": [
            balance_json(step)
            for step in balances(
                story.graph, _weights(described), tolerance=lambda step: lines.tolerance(ready.line, step)
            )
            if step.index in story.indexes
        ],
        "recallCoverage": coverage_json(covered[0]) if covered else None,
        "claims": [
            claim_json(claim)
            for claim in claims(
                heard_of_told(item for item in story.graph.standing if item.index in story.indexes),
                {uri, lot},
            )
        ],
        "missingForTem": [missing_json(item) for item in ready.missing],
        "warnings": [
            {"index": index, **violation_json(item, deployed.catalogues, language)}
            for index, items in sorted(deployed.lots.warnings(uri).items())
            for item in items
        ],
    }


def _weights(described: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for uri, attributes in described.items():
        value = attributes.get("https://w3id.org/nguon/epcis/netWeightKg")
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
            found[uri] = value
    return found


def _identifier(text: str) -> str:
    return epc.canonical(text.strip())


def _gtin(text: str) -> str:
    found = text.zfill(14) if text.isdigit() else epc.gtin_of(_identifier(text))
    if found is None or len(found) != 14:
        raise Gs1Error(f"{text!r} is no GTIN.", code="dl.syntax", pointer="/product")
    return found


def _gln(text: str, build: Any) -> str:
    return str(build(text)) if text.isdigit() else _identifier(text)


def _millis(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=VIETNAM).timestamp() * 1000)


def _moment(millis: int) -> str:
    return datetime.fromtimestamp(millis / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
