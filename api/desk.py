"""For the officer: how people speak of products and places, whom they deal with, and rolls that his own key signs."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from api import examples
from api.access import May, acting_for_lot, acting_org, noted
from api.deps import Deployed, Sentences, SmallBody
from api.issuers import Gtin, sent_object, serials_sent
from api.metrics import CAPTURED
from api.pages.i18n import VIETNAM, Catalogue
from api.partners import receipt_json
from api.rolls import MAX_VOIDED
from api.services import Services
from api.tem_labels import LAYOUT, How, Press, said_of
from coop.accounts.queries import Caller
from coop.farm import actions
from coop.farm.queries import PartnerEntry, PlaceHabits, ProductHabits, Unit
from labels.layouts import layout_named
from ledger.encoding import JsonValue
from ledger.errors import EncodingError, NotFoundError
from ledger.gs1 import epc
from ledger.gs1.digital_link import lot_uri
from ledger.issuing import roll_members
from ledger.printing import PrintedTem
from ledger.statement import jws
from ledger.store.database import writing

router = APIRouter(prefix="/api/v1/desk", tags=["The cooperative's desk"])
_PROBLEMS: Final = examples.problems(400, 401, 403)
_ROLL_PROBLEMS: Final = examples.problems(400, 401, 403, 404, 409, 422)
_PRIVATE: Final = {"Cache-Control": "no-store"}
SAMPLE_SERIAL: Final = "00000000000000000"
SAMPLE_CODE: Final = "0000-0000"
_ORG: Final = {"type": "string", "description": "For who belongs to none: the organisation."}
_WORDS: Final = {"type": "array", "items": {"type": "string"}}
_UNITS: Final = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name", "base"],
        "properties": {"name": {"type": "string"}, "base": {"type": "number"}},
    },
}


def _object(required: Sequence[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": {**properties, "org": _ORG}}


_TEXT: Final = {"type": "string"}
Describing = Annotated[Caller, May("describe")]


@router.put(
    "/farm",
    status_code=204,
    summary="Where the cooperative is, and whom its members call",
    openapi_extra=examples.json_body(
        _object(["region"], region=_TEXT, phone=_TEXT, lines=_WORDS),
        {"region": "north", "phone": "0229 3000 000", "lines": ["herb"]},
    ),
    responses=_PROBLEMS,
)
async def farm(data: SmallBody, deployed: Deployed, calling: Describing) -> Response:
    """The region says how large a sào is: `north` 360 m², `central` 500 m², `south` a công of 1,000 m²."""
    sent = sent_object(data)
    org = acting_org(calling, sent)
    region, phone, lines = _text(sent, "region"), _maybe(sent, "phone"), _texts(sent, "lines")
    await run_sync(
        lambda: actions.set_farm(writing(deployed.accounts), org, region=region, phone=phone, lines=lines)
    )
    return Response(status_code=204)


@router.put(
    "/products/{gtin}",
    status_code=204,
    summary="How people speak of a product",
    openapi_extra=examples.json_body(
        _object([], kind=_TEXT, line=_TEXT, uom=_TEXT, units=_UNITS, aliases=_WORDS),
        {"kind": "input", "uom": "KGM", "units": [{"name": "bao", "base": 25}], "aliases": ["phân vi sinh"]},
    ),
    responses=_PROBLEMS,
)
async def product(gtin: Gtin, data: SmallBody, deployed: Deployed, calling: Describing) -> Response:
    """What kind it is (planting, seed, harvested, intermediate, packed, byproduct, input), the units that people use,
    and what they call it. What is signed about it is a description, and not here."""
    sent = sent_object(data)
    org = acting_org(calling, sent)
    habits = ProductHabits(
        kind=_maybe(sent, "kind"),
        line=_maybe(sent, "line"),
        uom=_uom(sent),
        units=_units(sent),
        aliases=tuple(_texts(sent, "aliases")),
    )
    await run_sync(actions.set_product, writing(deployed.accounts), org, gtin, habits)
    return Response(status_code=204)


@router.put(
    "/places",
    status_code=204,
    summary="What a place is, and what people call it",
    openapi_extra=examples.json_body(
        _object(["uri", "kind"], uri=_TEXT, kind=_TEXT, aliases=_WORDS),
        {"uri": "https://id.gs1.org/414/9521001000024", "kind": "field", "aliases": ["Đồng Bông"]},
    ),
    responses=_PROBLEMS,
)
async def place(data: SmallBody, deployed: Deployed, calling: Describing) -> Response:
    """A field, pond, apiary, store, dryer, mill, packhouse, scale, gate, or other."""
    sent = sent_object(data)
    org = acting_org(calling, sent)
    uri = _uri(sent, "https://id.gs1.org/414/")
    habits = PlaceHabits(_text(sent, "kind"), tuple(_texts(sent, "aliases")))
    await run_sync(actions.set_place, writing(deployed.accounts), org, uri, habits)
    return Response(status_code=204)


@router.put(
    "/partners",
    status_code=204,
    summary="Whom the cooperative deals with",
    openapi_extra=examples.json_body(
        _object(["uri", "name", "role"], uri=_TEXT, name=_TEXT, role=_TEXT, phone=_TEXT),
        {
            "uri": "https://id.gs1.org/417/9521090000011",
            "name": "Cửa hàng Mẫu",
            "role": "retailer",
            "phone": "0229 3000 001",
        },
    ),
    responses=_PROBLEMS,
)
async def partner(data: SmallBody, deployed: Deployed, calling: Describing) -> Response:
    """A supplier, buyer, carrier, laboratory, retailer or other, and the number to call when something is recalled."""
    sent = sent_object(data)
    org = acting_org(calling, sent)
    uri = _uri(sent, "https://id.gs1.org/417/")
    entry = PartnerEntry(uri, _text(sent, "name"), _text(sent, "role"), _maybe(sent, "phone"))
    await run_sync(actions.set_partner, writing(deployed.accounts), org, entry)
    return Response(status_code=204)


@router.delete(
    "/partners",
    status_code=204,
    summary="Deal with somebody no more",
    responses=examples.problems(401, 403, 404),
)
async def forget(
    deployed: Deployed,
    calling: Describing,
    uri: Annotated[str, Query(max_length=255)],
    org: Annotated[str | None, Query(description="For who belongs to none: the organisation.")] = None,
) -> Response:
    """Takes a partner from the list; what was recorded with him stays."""
    whose = acting_org(calling, {"org": org} if org is not None else {})
    known = await run_sync(actions.forget_partner, writing(deployed.accounts), whose, uri)
    if not known:
        raise NotFoundError(f"There is no partner {uri}.", code="not_found.partner", uri=uri)
    return Response(status_code=204)


@router.get(
    "/descriptions",
    summary="What is said of one thing",
    responses=examples.problems(400, 401, 403, 404),
)
async def description(
    deployed: Deployed,
    calling: Annotated[Caller, May("describe", shared="descriptions are public: any proof has them")],
    uri: Annotated[str, Query(max_length=255, description="A product, place, certificate or organisation.")],
) -> Response:
    """The description in force, whole: who signs a new one starts from it, so that nothing in it is lost."""
    del calling
    return await run_sync(_described, uri, deployed)


@router.get(
    "/tem-sample.svg",
    summary="What the tem of a lot will look like",
    responses={
        200: {"description": "OK", "content": {"image/svg+xml": {}}},
        **examples.problems(400, 401, 403, 404, 422),
    },
)
async def sample(
    deployed: Deployed,
    calling: Annotated[Caller, May("labels")],
    words: Sentences,
    gtin: Annotated[str, Query(pattern=r"^[0-9]{14}$")],
    lot: Annotated[str, Query(min_length=1, max_length=20)],
    layout: Annotated[str, Query(description="Of the sheets.")] = LAYOUT,
    hidden: Annotated[bool, Query(description="With a second layer.")] = False,
) -> Response:
    """A label as it will be printed, before any roll is there; its serial is of no roll, and verifies nowhere."""
    data = await run_sync(_sample, gtin, lot, layout, hidden, deployed, calling, words)
    return Response(data, media_type="image/svg+xml", headers=_PRIVATE)


@router.post(
    "/rolls",
    summary="Prepare a roll of tem to be signed on a phone",
    openapi_extra=examples.json_body(
        _object(
            ["gtin", "lot"],
            gtin=_TEXT,
            lot=_TEXT,
            count={"type": "integer", "minimum": 1, "description": "Absent: as many as there is room for."},
            hidden={"type": "boolean"},
        ),
        {"gtin": "09521001000055", "lot": "LO-2026-01", "count": 58},
    ),
    responses=_ROLL_PROBLEMS,
)
async def prepare(data: SmallBody, deployed: Deployed, calling: Annotated[Caller, May("labels")]) -> Response:
    """What a roll's event says: its members, for the phone to sign with its own key and send to `/rolls/signed`.
    Nothing is recorded; the serials are known to nobody before."""
    return await run_sync(_prepare, sent_object(data), deployed, calling)


@router.post(
    "/rolls/signed",
    status_code=201,
    summary="Record a roll that was signed on a phone",
    openapi_extra=examples.json_body(
        _object(["statement"], statement=_TEXT), {"statement": "eyJhbGciOiJFUzI1NiIs…"}
    ),
    responses=_ROLL_PROBLEMS,
)
async def record(data: SmallBody, deployed: Deployed, calling: Annotated[Caller, May("labels")]) -> Response:
    """Takes exactly what `/rolls` made, and only while the lot still has room for it (`tem.not_prepared`,
    `balance.exceeded`). From then on its tem can be printed."""
    return await run_sync(_record, sent_object(data), deployed, calling)


@router.post(
    "/voids",
    summary="Prepare the voiding of spoiled tem to be signed on a phone",
    openapi_extra=examples.json_body(
        _object(["gtin", "lot", "serials", "reason"], gtin=_TEXT, lot=_TEXT, serials=_WORDS, reason=_TEXT),
        {
            "gtin": "09521001000055",
            "lot": "LO-2026-01",
            "serials": ["00007K3M9XQ2VB5TZ"],
            "reason": "Torn in the printer",
        },
    ),
    responses=_ROLL_PROBLEMS,
)
async def void(data: SmallBody, deployed: Deployed, calling: Annotated[Caller, May("labels")]) -> Response:
    """The members of the events that void them, each with the proof that its tem are of a roll; for the phone to sign
    and send to `/api/v1/statements`. Nothing is recorded here."""
    return await run_sync(_prepare_void, sent_object(data), deployed, calling)


def _prepare_void(sent: Mapping[str, JsonValue], deployed: Services, calling: Caller) -> Response:
    gtin, lot, reason = _text(sent, "gtin"), _text(sent, "lot"), _text(sent, "reason")
    serials = serials_sent(sent) or []
    if not serials or len(serials) > MAX_VOIDED:
        message = f"Name up to {MAX_VOIDED} serials."
        raise EncodingError(message, code="limit.size", pointer="/serials", limit=MAX_VOIDED)
    acting_for_lot(calling, sent, lot_uri(gtin, lot), deployed.log)
    members = deployed.issuing.prepare_void(gtin, lot, serials, reason)
    return JSONResponse({"events": members}, headers=_PRIVATE)


def _described(uri: str, deployed: Services) -> Response:
    canonical = epc.canonical(uri)
    day = deployed.clock().astimezone(VIETNAM).date()
    found = deployed.books.described.of([canonical], day).get(canonical)
    if found is None:
        raise NotFoundError(f"Nothing is said of {uri}.", code="not_found.description", uri=uri)
    body = {"id": found.uri, "type": found.type, "attributes": dict(found.attributes)}
    return JSONResponse(body, headers=_PRIVATE)


def _sample(
    gtin: str, lot: str, layout: str, hidden: bool, deployed: Services, calling: Caller, words: Catalogue
) -> bytes:
    uri = lot_uri(gtin, lot)
    org = acting_for_lot(calling, {}, uri, deployed.log)
    said = said_of(gtin, lot, org, deployed.lots, deployed.stock, deployed.blobs, words)
    code = f"{deployed.base_url}/{uri.partition('.org/')[2]}/21/{SAMPLE_SERIAL}"
    tem = PrintedTem(0, SAMPLE_SERIAL, code, SAMPLE_CODE if hidden else None)
    how = How("svg", size=layout_named(layout).size(scratch=hidden).name, scratch=hidden)
    return Press(said, how).preview(tem)


def _prepare(sent: Mapping[str, JsonValue], deployed: Services, calling: Caller) -> Response:
    gtin, lot = _text(sent, "gtin"), _text(sent, "lot")
    uri = lot_uri(gtin, lot)
    acting_for_lot(calling, sent, uri, deployed.log)
    count, hidden = sent.get("count"), sent.get("hidden", False)
    if not isinstance(hidden, bool):
        raise EncodingError("hidden is true or false.", code="json.syntax", pointer="/hidden")
    if count is None:
        count = deployed.issuing.balance(gtin, lot).left
    if not isinstance(count, int) or isinstance(count, bool):
        raise EncodingError("count is a whole number.", code="json.syntax", pointer="/count")
    roll = deployed.issuing.prepare_roll(gtin, lot, count, hidden=hidden)
    body = {
        "roll": roll.id,
        "gtin": gtin,
        "lot": lot,
        "about": [uri],
        "count": roll.count,
        "root": roll.root.hex(),
        "hidden": roll.hidden.hex() if roll.hidden is not None else None,
        "members": roll_members(roll),
    }
    return JSONResponse(body, headers=_PRIVATE)


def _record(sent: Mapping[str, JsonValue], deployed: Services, calling: Caller) -> Response:
    raw = _text(sent, "statement")
    statement = jws.parse(raw)
    org = acting_for_lot(calling, sent, next(iter(statement.header.about), ""), deployed.log)
    roll = deployed.issuing.record_roll(raw, org)
    CAPTURED.inc(not roll.receipt.duplicate)
    noted(deployed, calling, "roll.issued", org, statement.header.about[0])
    body = {"roll": roll.id, "count": roll.count, "receipt": receipt_json(roll.receipt)}
    return JSONResponse(body, 201, _PRIVATE)


def _text(sent: Mapping[str, JsonValue], name: str) -> str:
    value = sent.get(name)
    if not isinstance(value, str) or not value.strip():
        raise EncodingError(f"{name} is text.", code="json.syntax", pointer=f"/{name}")
    return value.strip()


def _uri(sent: Mapping[str, JsonValue], prefix: str) -> str:
    uri = epc.canonical(_text(sent, "uri"))
    if not uri.startswith(prefix):
        raise EncodingError(f"It begins with {prefix}.", code="farm.value", pointer="/uri", field="uri")
    return uri


def _maybe(sent: Mapping[str, JsonValue], name: str) -> str | None:
    value = sent.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise EncodingError(f"{name} is text.", code="json.syntax", pointer=f"/{name}")
    return value.strip() or None


def _texts(sent: Mapping[str, JsonValue], name: str) -> list[str]:
    value = sent.get(name, [])
    found = [item for item in value if isinstance(item, str)] if isinstance(value, list) else None
    if found is None or len(found) != len(value if isinstance(value, list) else []):
        raise EncodingError(f"{name} is a list of words.", code="json.syntax", pointer=f"/{name}")
    return found


def _uom(sent: Mapping[str, JsonValue]) -> str | None:
    """None: as its events tell; empty: counted."""
    value = sent.get("uom")
    if value is None:
        return None
    if value not in ("", "KGM", "LTR"):
        raise EncodingError("uom is KGM, LTR, or empty.", code="farm.value", pointer="/uom", field="uom")
    return str(value)


def _units(sent: Mapping[str, JsonValue]) -> tuple[Unit, ...]:
    value = sent.get("units", [])
    found: list[Unit] = []
    for item in value if isinstance(value, list) else [None]:
        name = item.get("name") if isinstance(item, Mapping) else None
        base = item.get("base") if isinstance(item, Mapping) else None
        if not isinstance(name, str) or isinstance(base, bool) or not isinstance(base, int | float):
            raise EncodingError(
                'Units are [{"name": "bao", "base": 50}].', code="farm.value", pointer="/units", field="units"
            )
        found.append(Unit(name, float(base)))
    return tuple(found)
