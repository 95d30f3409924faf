"""For those who pack: numbers of cartons and pallets, what is scanned into them, their labels; and what is inside,
for whoever scans one."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, cast

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from api import examples
from api.access import May, acting_org, noted, own
from api.deps import Deployed, Sentences, SmallBody
from api.issuers import ORG, sent_object
from api.metrics import CAPTURED
from api.pages import Catalogue
from api.pages.unit import unit_view
from api.partners import receipt_json
from api.problems import violation_json
from api.public import prefers_json
from api.services import Services
from api.unit_labels import KINDS, Desk, described_of, drawn, link_of, render
from coop.accounts.queries import Caller
from coop.stock.desk import Held
from labels.logistic import UNIT_SIZES, unit_size
from labels.thermal import Media, Thermal
from ledger.digsig import check
from ledger.encoding import JsonValue
from ledger.errors import AuthorityError, EncodingError, LedgerError, RuleError
from ledger.gs1 import epc
from ledger.packing import Code, Packed

router = APIRouter(tags=["Cartons and pallets"])
Sscc = Annotated[str, Path(pattern=r"^[0-9]{18}$", examples=["095210010000000017"])]
HOLDERS: Final = "who has a carton in hand sees what is inside, as anybody does who scans it"
_PRIVATE: Final = {"Cache-Control": "no-store"}
_CODE: Final[dict[str, Any]] = {
    "oneOf": [
        {"type": "string"},
        {
            "type": "object",
            "required": ["code"],
            "properties": {"code": {"type": "string"}, "quantity": {"type": "integer", "minimum": 1}},
        },
    ]
}
_CODES: Final[dict[str, Any]] = {"type": "array", "maxItems": 500, "items": _CODE}
_PLACE: Final = {"type": "string", "description": "Where, by its URI or GLN."}
_UNIT: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "codes": {**_CODES, "description": "What was scanned; absent: only give out numbers."},
        "sscc": {"type": "string", "description": "A unit that is there; absent: a new one."},
        "count": {"type": "integer", "minimum": 1, "maximum": 1000, "description": "How many numbers."},
        "extension": {"type": "integer", "minimum": 0, "maximum": 9},
        "place": _PLACE,
        "partly": {"type": "boolean", "description": "Pack what is good although some is refused."},
        "check": {"type": "boolean", "description": "Only tell what is good; record nothing."},
        "org": ORG,
    },
}
_UNPACK: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "codes": {**_CODES, "description": "What comes out; absent: all of it."},
        "place": _PLACE,
        "org": ORG,
    },
}
_PREFIX: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["prefix"],
    "properties": {"prefix": {"type": "string", "pattern": "^[0-9]{4,12}$"}, "org": ORG},
}
_TEM: Final = "https://nguon.localhost/01/09521001000055/10/TH260117/21/00007K3M9XQ2VB5TZ"
_PROBLEMS: Final = examples.problems(400, 401, 403, 404, 409, 422)


@router.post(
    "/api/v1/units",
    status_code=201,
    summary="Number a carton, and pack it",
    openapi_extra=examples.json_body(_UNIT, {"codes": [_TEM]}),
    responses=_PROBLEMS,
)
async def new(
    data: SmallBody, deployed: Deployed, calling: Annotated[Caller, May("labels")], words: Sentences
) -> Response:
    """Give out an SSCC and record what was scanned into the carton, or onto the pallet.

    Every code is checked: known, ours, not voided, not recalled, in no other container, not scanned twice. If one is
    refused nothing is recorded, and its place in the list is told, unless `partly`. For an organisation that keeps its
    own key, the answer holds the event and what it is filed under (`toSign`); signed, it goes to
    `POST /api/v1/statements`.
    """
    return await run_sync(_new, sent_object(data), deployed, calling, words.lang)


@router.put(
    "/api/v1/units/prefix",
    status_code=204,
    summary="Set the company prefix of SSCC",
    openapi_extra=examples.json_body(_PREFIX, {"prefix": "9521001"}),
    responses=_PROBLEMS,
)
async def prefix(data: SmallBody, deployed: Deployed, calling: Annotated[Caller, May("labels")]) -> Response:
    """The GS1 company prefix with which an organisation's SSCC begin from now on; by default 12 digits of its GLN."""
    await run_sync(_set_prefix, sent_object(data), deployed, calling)
    return Response(status_code=204)


@router.get("/api/v1/units/{sscc}", summary="What is inside a unit", responses=examples.problems(401, 404))
async def one(sscc: Sscc, deployed: Deployed, _: Annotated[Caller, May("read", shared=HOLDERS)]) -> Response:
    """What a carton or pallet holds now, item by item and by lot, and where it is itself."""
    held = await run_sync(deployed.stock.held, sscc)
    body = _held_json(held, deployed) | {"items": [_stay_json(stay) for stay in held.direct]}
    return JSONResponse(body, headers=_PRIVATE)


@router.get(
    "/api/v1/units/{sscc}/label.{kind}",
    summary="A unit's label",
    responses=examples.problems(400, 401, 403, 404),
)
async def label(
    sscc: Sscc,
    kind: Annotated[str, Path(description=", ".join(KINDS))],
    deployed: Deployed,
    calling: Annotated[Caller, May("labels")],
    words: Sentences,
    size: Annotated[str, Query(description=", ".join(one.name for one in UNIT_SIZES))] = "A6",
    signed: Annotated[
        bool, Query(description="With the packer's signature in the QR code, GS1 AI (8030).")
    ] = True,
    dpi: Annotated[int, Query(description="203 or 300.")] = 203,
    copies: Annotated[int, Query(ge=1, le=9_999)] = 1,
    darkness: Annotated[int | None, Query(ge=0, le=15)] = None,
    media: Annotated[Media, Query(description="How a thermal printer finds the next label.")] = "gap",
    gap: Annotated[float, Query(ge=0, le=20, description="Between labels, in mm.")] = 2.0,
) -> Response:
    """The GS1 logistic label, ready for a printer. Whoever packed the unit gets it, or was given its number."""
    how = Thermal(dpi, copies, darkness, media, gap)
    media_type, data = await run_sync(_label, sscc, kind, size, signed, how, deployed, calling, words)
    return Response(data, media_type=media_type, headers=_PRIVATE)


@router.post(
    "/api/v1/units/{sscc}/unpack",
    status_code=202,
    summary="Unpack a unit, or some of it",
    openapi_extra=examples.json_body(_UNPACK, {"codes": [_TEM]}),
    responses=_PROBLEMS,
)
async def unpack(
    sscc: Sscc,
    data: SmallBody,
    deployed: Deployed,
    calling: Annotated[Caller, May("record")],
    words: Sentences,
) -> Response:
    """Record that what was scanned, or everything, was taken out: by who packed the unit, or received it."""
    return await run_sync(_unpack, sscc, sent_object(data), deployed, calling, words.lang)


@router.get(
    "/00/{sscc}", summary="The page that a carton's code opens", responses=examples.problems(400, 404)
)
async def page(sscc: str, request: Request, deployed: Deployed, words: Sentences) -> Response:
    """What is inside, by lot, with the way to each lot's own record: a page, or JSON where a client prefers it.

    It tells what was packed, as the log has it; a verdict is given on each lot's own page. A signature in the code (AI
    8030) is checked, in `signature`.
    """
    held = await run_sync(deployed.stock.held, sscc)
    if prefers_json(request.headers.get("accept", "")):
        body = await run_sync(_public_json, held, str(request.url), deployed)
        return JSONResponse(body, headers={**_PRIVATE, "Vary": "Accept"})
    html = await run_sync(_page, held, request.url.path, deployed, words)
    headers = {**_PRIVATE, "Content-Language": words.lang, "Vary": "Accept, Accept-Language"}
    return HTMLResponse(html, headers=headers)


def _new(sent: Mapping[str, JsonValue], deployed: Services, calling: Caller, language: str) -> Response:
    org, codes = acting_org(calling, sent), _codes(sent)
    sscc = _text(sent, "sscc") if "sscc" in sent else None
    partly, only_check = _truth(sent, "partly"), _truth(sent, "check")
    if codes is None:
        if sscc is not None:
            raise EncodingError(
                "A unit that is there is packed: send codes.", code="json.syntax", pointer="/codes"
            )
        count, extension = _number(sent, "count", 1), sent.get("extension")
        if extension is not None and (not isinstance(extension, int) or isinstance(extension, bool)):
            raise EncodingError("extension is a digit.", code="json.syntax", pointer="/extension")
        numbers = deployed.stock.allocate(org, count, extension)
        noted(deployed, calling, "unit.numbered", org, f"{numbers[0]} {len(numbers)}")
        return JSONResponse({"units": [_number_json(number, deployed) for number in numbers]}, 201)
    if only_check:
        scanning = deployed.stock.scanning(sscc, org)
        for code in codes:
            scanning.scan(code)
        looked = Packed(scanning.unit, tuple(scanning.good), tuple(scanning.refused))
        return JSONResponse(_packed_json(looked, deployed, language), 200)
    packed = deployed.stock.pack(sscc, codes, org, place=_place(sent), partly=partly)
    if packed.event is None:
        raise RuleError(packed.refused)
    noted(deployed, calling, "unit.packed", org, packed.unit)
    return _done(packed, packed.unit.rpartition("/")[2], deployed, language, 201)


def _set_prefix(sent: Mapping[str, JsonValue], deployed: Services, calling: Caller) -> None:
    org, begins = acting_org(calling, sent), _text(sent, "prefix")
    deployed.stock.set_prefix(org, begins)
    noted(deployed, calling, "unit.prefix", org, begins)


def _unpack(
    sscc: str, sent: Mapping[str, JsonValue], deployed: Services, calling: Caller, language: str
) -> Response:
    org = acting_org(calling, sent)
    own(calling, deployed.stock.parties(sscc), _foreign(sscc))
    packed = deployed.stock.unpack(sscc, _codes(sent), org, place=_place(sent))
    if packed.event is None:
        raise RuleError(packed.refused)
    noted(deployed, calling, "unit.unpacked", org, packed.unit)
    return _done(packed, sscc, deployed, language, 202)


def _done(packed: Packed, sscc: str, deployed: Services, language: str, status: int) -> Response:
    if packed.result is not None:
        CAPTURED.inc()
    body = _number_json(sscc, deployed) | _packed_json(packed, deployed, language)
    return JSONResponse(body, status, {"Location": f"/api/v1/units/{sscc}"})


def _label(
    sscc: str,
    kind: str,
    size: str,
    signed: bool,
    how: Thermal,
    deployed: Services,
    calling: Caller,
    words: Catalogue,
) -> tuple[str, bytes]:
    held = deployed.stock.held(sscc)
    given = held.given.org if held.given is not None else None
    own(calling, {held.org, given}, _foreign(sscc))
    desk = Desk(deployed.stock, deployed.lots, deployed.verifier.host)
    return render(kind, drawn(held, unit_size(size), desk, words, signed=signed), how)


def _foreign(sscc: str) -> AuthorityError:
    return AuthorityError(f"The unit {sscc} is another organisation's.", code="unit.foreign", sscc=sscc)


def _page(held: Held, path: str, deployed: Services, words: Catalogue) -> str:
    described = described_of(held, deployed.lots)
    recalled = deployed.lots.recalled(portion.lot for portion in held.portions)
    return deployed.pages.render_unit(words.lang, unit_view(held, described, recalled, path, words))


def _public_json(held: Held, code: str, deployed: Services) -> dict[str, Any]:
    signature: dict[str, str | None] | None = None
    if "8030=" in code:
        link = f"{link_of(held.sscc, deployed.verifier.host)}?{code.partition('?')[2]}"
        try:
            signature = {"code": "digsig.holds", "org": check(link, deployed.log.key_records()).key.org}
        except LedgerError as error:
            signature = {"code": error.code, "org": None}
    return _held_json(held, deployed) | {"signature": signature}


def _held_json(held: Held, deployed: Services) -> dict[str, Any]:
    described = described_of(held, deployed.lots)
    recalled = deployed.lots.recalled(portion.lot for portion in held.portions)
    return _number_json(held.sscc, deployed) | {
        "org": held.org,
        "packed": held.packed.event.event_time.isoformat() if held.packed is not None else None,
        "in": held.parent,
        "units": [stay.item for stay in held.direct if "/00/" in stay.item],
        "lots": [
            {
                "lot": portion.lot,
                "count": portion.count,
                "product": described.get(portion.lot.partition("/10/")[0]),
                "recalled": portion.lot in recalled,
            }
            for portion in held.portions
        ],
    }


def _stay_json(stay: Any) -> dict[str, Any]:
    return {"uri": stay.item, "quantity": stay.quantity, "uom": stay.uom, "since": stay.since.isoformat()}


def _number_json(sscc: str, deployed: Services) -> dict[str, Any]:
    return {
        "sscc": sscc,
        "uri": f"https://id.gs1.org/00/{sscc}",
        "code": link_of(sscc, deployed.verifier.host),
        "label": f"{deployed.base_url}/api/v1/units/{sscc}/label.pdf",
    }


def _packed_json(packed: Packed, deployed: Services, language: str) -> dict[str, Any]:
    result, filing = packed.result, packed.filing
    to_sign = None
    if packed.event is not None and filing is not None and result is None:
        to_sign = {"typ": "epcis+jws", "about": filing.about, "from": filing.from_, "event": packed.event}
    return {
        "good": [
            {
                "place": item.place + 1,
                "code": item.code,
                "uri": item.uri,
                "lot": item.lot,
                "quantity": item.quantity,
            }
            for item in packed.good
        ],
        "refused": [violation_json(item, deployed.catalogues, language) for item in packed.refused],
        "recorded": result is not None,
        "eventID": packed.event["eventID"] if packed.event is not None else None,
        "receipt": receipt_json(result.receipts[0]) if result is not None else None,
        "warnings": [
            violation_json(item, deployed.catalogues, language)
            for item in (result.warnings if result else ())
        ],
        "toSign": to_sign,
    }


def _codes(sent: Mapping[str, JsonValue]) -> Sequence[Code] | None:
    listed = sent.get("codes")
    if listed is None:
        return None
    if not isinstance(listed, list) or not listed:
        raise EncodingError("codes is a list, never empty.", code="json.syntax", pointer="/codes")
    return [_code(item, place) for place, item in enumerate(listed)]


def _code(item: JsonValue, place: int) -> Code:
    text, quantity = (item.get("code"), item.get("quantity")) if isinstance(item, dict) else (item, None)
    whole = quantity is None or (isinstance(quantity, int) and not isinstance(quantity, bool))
    if not isinstance(text, str) or not whole:
        message = 'A code is a text, or {"code": "…", "quantity": 12}.'
        raise EncodingError(message, code="json.syntax", pointer=f"/codes/{place}")
    return Code(text, cast("int | None", quantity))


def _place(sent: Mapping[str, JsonValue]) -> str | None:
    place = sent.get("place")
    if place is None:
        return None
    text = _text(sent, "place")
    return epc.canonical(f"https://id.gs1.org/414/{text}" if text.isdigit() else text)


def _text(sent: Mapping[str, JsonValue], name: str) -> str:
    value = sent.get(name)
    if not isinstance(value, str):
        raise EncodingError(f"{name} is a text.", code="json.syntax", pointer=f"/{name}")
    return value


def _number(sent: Mapping[str, JsonValue], name: str, default: int) -> int:
    value = sent.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise EncodingError(f"{name} is a whole number.", code="json.syntax", pointer=f"/{name}")
    return value


def _truth(sent: Mapping[str, JsonValue], name: str) -> bool:
    value = sent.get(name, False)
    if not isinstance(value, bool):
        raise EncodingError(f"{name} is true or false.", code="json.syntax", pointer=f"/{name}")
    return value
