"""The cooperative's board: lots on their way, what each still lacks, whether it adds up, whom a recall must reach."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from api import examples
from api.access import May, acting, acting_for_lot, own_lot, scope
from api.balance_words import balance_sentences
from api.deps import Deployed, Sentences
from api.issuers import Gtin, Lot
from api.lot_json import missing_json
from api.pages.i18n import VIETNAM, Catalogue
from api.pages.names import Names
from api.pages.quality import lab_value
from api.pages.reading import EventReader
from api.pages.sentences import Teller, document_number
from api.rolls import balance_of, roll_json
from api.services import Services
from api.workbook import lot_json
from coop.accounts.queries import Caller, organisations
from coop.farm.book import Lot as LotInHand
from coop.farm.queries import PartnerEntry, farm_of
from ledger.encoding import JsonValue
from ledger.errors import EncodingError, LedgerError
from ledger.gs1 import epc
from ledger.gs1.digital_link import lot_uri, product_uri
from ledger.lot.terms import said
from ledger.lot.told import Told
from ledger.lot.whereabouts import Part, whereabouts
from ledger.readiness import MAX_SEEN, described_of, judge_readiness
from ledger.rolls import read_story

router = APIRouter(tags=["The cooperative's desk"])
LANES: Final = ("harvested", "dried", "tested", "packed", "shipped")
MAX_JUDGED: Final = 30
MAX_REPORTS: Final = 60
_PRIVATE: Final = {"Cache-Control": "no-store"}
Org = Annotated[str | None, Query(description="For who belongs to none: the organisation.")]


@router.get("/api/v1/board", summary="Lots on their way", responses=examples.problems(400, 401, 403))
async def board(
    deployed: Deployed, calling: Annotated[Caller, May("read")], words: Sentences, org: Org = None
) -> Response:
    """An organisation's lots in the lanes of the board, the latest first, with what those that are packed still lack
    before tem may be issued. A lot moves when something is recorded of it, never by hand."""
    return JSONResponse(await run_sync(_board, deployed, _whose(calling, org), words), headers=_PRIVATE)


@router.get("/api/v1/desk/tests", summary="Laboratory results", responses=examples.problems(400, 401, 403))
async def results(
    deployed: Deployed, calling: Annotated[Caller, May("read")], words: Sentences, org: Org = None
) -> Response:
    """What laboratories found in an organisation's lots in hand, each value against its limit, the newest first."""
    return JSONResponse(await run_sync(_tests, deployed, _whose(calling, org), words), headers=_PRIVATE)


@router.get(
    "/api/v1/board/{gtin}/{lot:path}",
    summary="One lot of the board",
    responses=examples.problems(400, 401, 403, 404),
)
async def one(
    gtin: Gtin, lot: Lot, deployed: Deployed, calling: Annotated[Caller, May("read")], words: Sentences
) -> Response:
    """What the lot still lacks before tem may be issued, in words; whether it adds up, with every number; how many tem
    it has room for; its rolls; what laboratories found."""
    return JSONResponse(await run_sync(_one, deployed, calling, gtin, lot, words), headers=_PRIVATE)


@router.get(
    "/api/v1/desk/recall/{gtin}/{lot:path}",
    summary="Whom a recall must reach",
    responses=examples.problems(400, 401, 403, 404),
)
async def reach(
    gtin: Gtin, lot: Lot, deployed: Deployed, calling: Annotated[Caller, May("recall")], org: Org = None
) -> Response:
    """Where every pack of a lot is now, the lots that were made of it, and who got any of these: whom to call, with
    their telephone numbers. Nothing is recorded."""
    return JSONResponse(await run_sync(_reach, deployed, calling, gtin, lot, org), headers=_PRIVATE)


def _whose(calling: Caller, org: str | None) -> str:
    acted = acting(calling, org)
    if acted is None:
        raise EncodingError("Say whose: ?org=.", code="json.syntax", pointer="/org")
    return acted


# -- the board


def _board(deployed: Services, org: str, words: Catalogue) -> dict[str, Any]:
    book = deployed.books.of(org)
    names = {item.uri: item.name for item in book.places} | {item.uri: item.name for item in book.partners}
    lots = [item for item in book.lots if item.held.own and item.kind not in ("input", "seed", "planting")]
    judged = [item.held.uri for item in lots if item.held.lane == "packed" and item.held.tem == 0][
        :MAX_JUDGED
    ]
    lacks = {uri: _lacks(deployed, uri, words) for uri in judged}
    return {
        "at": book.at.isoformat(timespec="seconds"),
        "lanes": [
            {
                "lane": lane,
                "lots": [
                    _card(item, names, lacks.get(item.held.uri)) for item in lots if item.held.lane == lane
                ],
            }
            for lane in LANES
        ],
    }


def _card(item: LotInHand, names: Mapping[str, str], lacks: Sequence[str] | None) -> dict[str, Any]:
    held = item.held
    return {
        **lot_json(item),
        "start": held.start,
        "last": held.last.isoformat(timespec="seconds"),
        "placeName": names.get(held.place or "") or None,
        "handedTo": names.get(held.handed_to or "") or None,
        "sampled": held.sampled.isoformat(timespec="seconds") if held.sampled else None,
        "conformant": held.conformant,
        "tem": held.tem,
        "recalled": held.recalled,
        "lacks": lacks,
    }


def _lacks(deployed: Services, uri: str, words: Catalogue) -> list[str]:
    material = [kin.uri for kin in deployed.lots.ancestors([uri]) if kin.material][:MAX_SEEN]
    story = deployed.lots.story(uri, material)
    ready = judge_readiness(story, uri, deployed.lots.descriptions(described_of(story, uri)))
    return [words.t(f"line.need.{item.step}") for item in ready.missing]


# -- one lot


def _one(deployed: Services, calling: Caller, gtin: str, lot: str, words: Catalogue) -> dict[str, Any]:
    uri = lot_uri(gtin, lot)
    own_lot(calling, uri, deployed.log)
    material = [kin.uri for kin in deployed.lots.ancestors([uri]) if kin.material][:MAX_SEEN]
    story = deployed.lots.story(uri, material)
    described = deployed.lots.descriptions({*described_of(story, uri), *_products([uri, *material])})
    ready = judge_readiness(story, uri, described)
    names = Names(described, words)
    rolls = read_story(deployed.log, gtin, lot)
    org = scope(calling)
    book = deployed.books.of(org) if org is not None else None
    held = next((item for item in book.lots if item.held.uri == uri), None) if book is not None else None
    sentences = balance_sentences([*material, uri], story.graph, described, ready.line, words)
    return {
        "uri": uri,
        "gtin": gtin,
        "lot": lot,
        "product": names.product(product_uri(gtin)),
        "held": _card(held, {}, None) if held is not None else None,
        "line": ready.line.code,
        "lineName": words.t(f"line.name.{ready.line.code}"),
        "ready": not ready.refused,
        "missing": [
            {**missing_json(item), "words": words.t(f"line.need.{item.step}")} for item in ready.missing
        ],
        "balance": [line.text for line in sentences],
        "fits": not any(line.exceeded for line in sentences),
        "tem": balance_of(gtin, lot, deployed),
        "rolls": [roll_json(declared, rolls) for declared in rolls.rolls],
        "reports": _reports(story.graph.timeline, names, organisations(deployed.accounts), words)[
            :MAX_REPORTS
        ],
    }


def _products(uris: Iterable[str]) -> set[str]:
    return {product_uri(gtin) for uri in uris if (gtin := epc.gtin_of(uri))}


def _reports(
    told: Iterable[Told], names: Names, known: Mapping[str, str], words: Catalogue
) -> list[dict[str, Any]]:
    teller = Teller(names, words, ())
    found = []
    for item in told:
        event = item.event
        reader = EventReader(event.raw)
        values = [lab_value(reading, teller, words) for reading in reader.readings()]
        if not event.is_test or not values:
            continue
        by_laboratory = item.signer is not None and item.signer.role == "laboratory"
        about = next((uri for uri in event.items if epc.is_lot(uri)), "")
        found.append(
            {
                "lot": about,
                "name": names.with_lot(about) if about else reader.said("testedFor"),
                "time": event.event_time.isoformat(timespec="seconds"),
                "number": next((document_number(uri) for uri in reader.transactions("testres")), ""),
                "conformant": _conformant(event.persistent_set, event.disposition),
                "byLaboratory": by_laboratory,
                "laboratory": _party(item.signer.org, names, known) if by_laboratory and item.signer else "",
                "values": [
                    {
                        "name": value.name,
                        "value": value.value,
                        "unit": value.unit,
                        "limit": value.limit,
                        "note": value.note,
                        "fill": value.fill,
                        "over": value.over,
                    }
                    for value in values
                ],
            }
        )
    return found[::-1]


def _party(org: str, names: Names, known: Mapping[str, str]) -> str:
    """What an organisation calls itself in the log, else what it is entered as here."""
    return names.party_short(org) if names.said(org, "name") else known.get(org, names.party_short(org))


def _conformant(persistent: Iterable[str], disposition: str | None) -> bool | None:
    said_of = {*persistent, disposition}
    if "non_conformant" in said_of:
        return False
    return True if "conformant" in said_of else None


def _tests(deployed: Services, org: str, words: Catalogue) -> dict[str, Any]:
    book = deployed.books.of(org)
    tested = [item for item in book.lots if item.held.conformant is not None or item.held.sampled]
    known = organisations(deployed.accounts)
    reports: dict[str, dict[str, Any]] = {}
    for item in tested[:MAX_REPORTS]:
        story = deployed.lots.story(item.held.uri)
        described = deployed.lots.descriptions({*described_of(story, item.held.uri)})
        for report in _reports(story.graph.timeline, Names(described, words), known, words):
            reports.setdefault(f"{report['time']} {report['lot']} {report['number']}", report)
    waiting = [
        {
            "uri": item.held.uri,
            "lot": item.held.number,
            "product": item.product,
            "sampled": item.held.sampled.isoformat(),
        }
        for item in book.lots
        if item.held.sampled is not None and item.held.conformant is None
    ]
    listed = sorted(reports.values(), key=lambda report: str(report["time"]), reverse=True)
    return {"reports": listed[:MAX_REPORTS], "waiting": waiting}


# -- whom to call


def _reach(deployed: Services, calling: Caller, gtin: str, lot: str, asked: str | None) -> dict[str, Any]:
    uri = lot_uri(gtin, lot)
    sent: dict[str, JsonValue] = {"org": asked} if asked is not None else {}
    org = acting_for_lot(calling, sent, uri, deployed.log)
    daughters = [kin for kin in deployed.lots.descendants([uri]) if epc.is_lot(kin.uri)]
    recalled = deployed.lots.recalled([uri, *(kin.uri for kin in daughters)])
    parts = _parts(deployed, uri, org)
    below = {kin.uri: _parts(deployed, kin.uri, org) for kin in daughters}
    described = deployed.lots.descriptions(_products([uri, *below]))
    known = _People(deployed, org, [part for each in (parts, *below.values()) for part in each])
    covered, forgotten = deployed.lots.recall_coverage(uri, [], deployed.clock())
    return {
        "uri": uri,
        "lot": lot,
        "product": _product_name(uri, described),
        "recalled": uri in recalled,
        "born": covered.born,
        "parts": [_part(part, known) for part in parts],
        "daughters": [
            {
                "uri": kin.uri,
                "lot": kin.uri.rpartition("/10/")[2],
                "product": _product_name(kin.uri, described),
                "material": kin.material,
                "recalled": kin.uri in recalled,
                "forgotten": any(item.uri == kin.uri for item in forgotten),
                "parts": [_part(part, known) for part in below[kin.uri]],
            }
            for kin in daughters
        ],
        "call": known.to_call({uri: parts, **below}, described),
    }


def _parts(deployed: Services, uri: str, org: str) -> tuple[Part, ...]:
    try:
        return whereabouts(uri, deployed.lots.story(uri).graph, org)
    except LedgerError:  # nothing is told of it but that it was made of something
        return ()


def _product_name(uri: str, described: Mapping[str, Mapping[str, JsonValue]]) -> str:
    gtin = epc.gtin_of(uri) or ""
    attributes = described.get(product_uri(gtin), {}) if gtin else {}
    return said(attributes, "descriptionShort") or said(attributes, "name") or gtin


class _People:
    """Who has something of a recalled lot: names and telephone numbers."""

    def __init__(self, deployed: Services, org: str, parts: Iterable[Part]) -> None:
        farm = farm_of(deployed.accounts, org)
        uris = {part.party for part in parts if part.party is not None}
        names = organisations(deployed.accounts)
        described = deployed.lots.descriptions(uris)
        self._known: dict[str, PartnerEntry] = {}
        for uri in uris:
            entry = farm.partners.get(uri)
            attributes = described.get(uri, {})
            name = (entry.name if entry else "") or said(attributes, "name") or names.get(uri, "") or uri
            phone = (entry.phone if entry else None) or said(attributes, "telephone") or None
            self._known[uri] = PartnerEntry(uri, name, entry.role if entry else "other", phone)

    def of(self, uri: str | None) -> PartnerEntry | None:
        return self._known.get(uri) if uri is not None else None

    def to_call(
        self, parts: Mapping[str, Sequence[Part]], described: Mapping[str, Mapping[str, JsonValue]]
    ) -> list[dict[str, Any]]:
        """Each of them once, with what he has of which lot; those with the most lots first."""
        found: dict[str, list[dict[str, Any]]] = {}
        for uri, listed in parts.items():
            for part in listed:
                if part.party is not None:
                    found.setdefault(part.party, []).append(
                        {
                            "lot": uri.rpartition("/10/")[2],
                            "product": _product_name(uri, described),
                            "state": part.state,
                            "amount": part.amount,
                            "uom": part.unit or None,
                            "since": _moment(part.since),
                        }
                    )
        people = [
            {"uri": uri, "name": self._known[uri].name, "phone": self._known[uri].phone, "has": has}
            for uri, has in found.items()
        ]
        return sorted(people, key=lambda each: (-len(each["has"]), str(each["name"])))


def _part(part: Part, known: _People) -> dict[str, Any]:
    person = known.of(part.party)
    return {
        "state": part.state,
        "party": part.party,
        "name": person.name if person else None,
        "phone": person.phone if person else None,
        "amount": part.amount,
        "uom": part.unit or None,
        "serials": list(part.serials),
        "since": _moment(part.since),
    }


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(VIETNAM).isoformat(timespec="seconds") if at is not None else None
