"""For those who record: the workbook that their phone works from, with network or without."""

from hashlib import sha256
from typing import Annotated, Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request, Response

from api import examples
from api.access import May, acting
from api.deps import Deployed
from api.services import Services
from coop.accounts.queries import Caller
from coop.farm.book import Book, Lot, Measure, Place, Product
from ledger.encoding import canonical_json
from ledger.errors import EncodingError

router = APIRouter(tags=["The cooperative's desk"])
Org = Annotated[str | None, Query(description="For who belongs to none: the organisation.")]
_HEADERS: Final = {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}
_EXAMPLE: Final[dict[str, Any]] = {
    "at": "2026-11-24T05:00:00+00:00",
    "org": {
        "uri": "https://id.gs1.org/417/9521001000017",
        "name": "HTX Mẫu",
        "gln": "9521001000017",
        "phone": None,
        "region": "north",
        "lines": ["herb"],
        "stems": ["https://id.gs1.org/01/0952100100"],
    },
    "supportPhone": None,
    "seen": None,
    "products": [],
    "places": [],
    "lots": [],
    "partners": [],
    "certificates": [],
    "last": {},
}


@router.get(
    "/api/v1/workbook",
    summary="What a phone must know of its organisation",
    responses={**examples.answer(_EXAMPLE), **examples.problems(400, 401, 403)},
)
async def workbook(
    request: Request, deployed: Deployed, calling: Annotated[Caller, May("read")], org: Org = None
) -> Response:
    """Products, places, partners and certificates; lots in hand with what is left of each, how far it came and until
    when it may not be harvested; what grows where. A phone keeps it, and records from it without a network.

    With the ETag of the last one, the answer is 304 where nothing changed.
    """
    acted = acting(calling, org)
    if acted is None:
        raise EncodingError("Say whose: ?org=.", code="json.syntax", pointer="/org")
    found = await run_sync(deployed.books.of, acted)
    tag = f'W/"{sha256(f"{acted} {found.mark}".encode()).hexdigest()[:32]}"'
    headers = {**_HEADERS, "ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    data = canonical_json(book_json(found, deployed))
    return Response(data, headers=headers, media_type="application/json")


def book_json(book: Book, deployed: Services) -> dict[str, Any]:
    """A workbook as phones keep it."""
    seen = book.seen
    return {
        "at": book.at.isoformat(timespec="seconds"),
        "org": {
            "uri": book.org,
            "name": book.name,
            "gln": book.org.rpartition("/")[2],
            "phone": book.phone,
            "region": book.region,
            "lines": list(book.lines),
            "stems": list(book.stems),
        },
        "supportPhone": deployed.support_phone or None,
        "seen": {"size": seen.size, "root": seen.root.hex()} if seen is not None else None,
        "products": [product_json(item) for item in book.products],
        "places": [_place(item) for item in book.places],
        "lots": [lot_json(item) for item in book.lots],
        "partners": [
            {"uri": item.uri, "name": item.name, "role": item.role, "phone": item.phone}
            for item in book.partners
        ],
        "certificates": [
            {
                "uri": item.uri,
                "name": item.name,
                "standard": item.standard,
                "validFrom": item.valid_from,
                "validUntil": item.valid_until,
                "image": item.image,
            }
            for item in book.certificates
        ],
        "last": {},
    }


def product_json(item: Product) -> dict[str, Any]:
    """A product as phones keep it."""
    found: dict[str, Any] = {
        "uri": item.uri,
        "gtin": item.gtin,
        "name": item.name,
        "kind": item.kind,
        "line": item.line,
        "uom": item.uom,
        "units": [{"name": unit.name, "base": unit.base} for unit in item.units],
        "netContent": _measure(item.net_content),
        "image": item.image,
        "shelfLifeDays": item.shelf_life_days,
        "aliases": list(item.aliases),
    }
    if item.input is not None:
        found["input"] = {
            "activeIngredient": item.input.active_ingredient,
            "preHarvestIntervalDays": item.input.pre_harvest_days,
            "withdrawalDays": item.input.withdrawal_days,
            "target": item.input.target,
        }
    return found


def lot_json(item: Lot) -> dict[str, Any]:
    """A lot in hand as phones keep it."""
    held = item.held
    return {
        "uri": held.uri,
        "gtin": held.gtin,
        "lot": held.number,
        "product": item.product,
        "kind": item.kind,
        "left": held.left,
        "uom": item.uom,
        "born": held.born.isoformat(timespec="seconds"),
        "place": held.place,
        "lane": held.lane,
        "transformation": held.transformation,
        "sprayedUntil": item.sprayed_until.isoformat() if item.sprayed_until else None,
    }


def _place(item: Place) -> dict[str, Any]:
    return {
        "uri": item.uri,
        "name": item.name,
        "kind": item.kind,
        "image": item.image,
        "aliases": list(item.aliases),
        "area": _measure(item.area),
    }


def _measure(item: Measure | None) -> dict[str, Any] | None:
    return {"value": item.value, "uom": item.uom} if item is not None else None
