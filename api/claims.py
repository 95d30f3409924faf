"""Two hands: what waits for an organisation's answer, and which of its own words wait for another's."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final
from urllib.parse import unquote

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from api import examples
from api.access import May, acting
from api.deps import Deployed
from api.lot_json import claim_json
from api.services import Services
from coop.accounts.queries import Caller, organisations
from ledger.claimed import Claimed, Claiming
from ledger.encoding import JsonValue
from ledger.epcis.event import Event
from ledger.errors import EncodingError, NotFoundError
from ledger.gs1 import epc
from ledger.inside import is_unit
from ledger.lot.terms import said
from ledger.readiness import described_of, judge_readiness

router = APIRouter(tags=["Two hands"])
Org = Annotated[str | None, Query(description="For who belongs to none: the organisation.")]
_PRIVATE: Final = {"Cache-Control": "no-store"}
_EXAMPLE: Final[dict[str, Any]] = {
    "toAnswer": [
        {
            "index": 412,
            "eventID": "urn:uuid:01997f2e-7a0b-7c3e-9a54-1b2c3d4e5f60",
            "by": "https://id.gs1.org/417/9521001000017",
            "named": "https://id.gs1.org/417/9521095000016",
            "part": "to",
            "state": "claimed",
            "answer": None,
            "differences": [],
            "reason": "",
            "byName": "HTX Mẫu",
            "namedName": "Cửa hàng Mẫu",
            "event": {"bizStep": "shipping", "eventTime": "2026-11-24T05:10:00+07:00"},
            "goods": [
                {
                    "uri": "https://id.gs1.org/01/09521001000055/10/THV260116",
                    "gtin": "09521001000055",
                    "lot": "THV260116",
                    "product": "Trà hoa vàng 50 g",
                    "quantity": 58,
                    "uom": None,
                    "unit": None,
                    "recalled": False,
                }
            ],
        }
    ],
    "unanswered": [],
}


@router.get(
    "/api/v1/claims",
    summary="What waits for an answer",
    responses={**examples.answer(_EXAMPLE), **examples.problems(400, 401, 403)},
)
async def waiting(
    deployed: Deployed,
    calling: Annotated[Caller, May("read")],
    org: Org = None,
    every: Annotated[bool, Query(alias="all", description="Those that were answered too.")] = False,
) -> Response:
    """Events of others that name this organisation and that it has not answered (`toAnswer`), and events of its own
    that name another which has not (`unanswered`), the newest first.

    An answer is an event with `nguon:answers`, or the other end of the same movement: docs/profile.md, "Two hands".
    `goods` are what must be received, those inside a carton or pallet included, and named by it; `recalled`: the lot,
    or one that it was made of, is recalled and not released.
    """
    acted = acting(calling, org)
    if acted is None:
        raise EncodingError("Say whose: ?org=.", code="json.syntax", pointer="/org")
    return JSONResponse(await run_sync(_waiting, deployed, acted, every), headers=_PRIVATE)


def _waiting(deployed: Services, org: str, every: bool) -> dict[str, Any]:
    found = Claiming(deployed.log).about(org)
    told = [item for item in reversed(found) if every or item.claim.state == "claimed"]
    named = _Named(deployed, told)
    return {
        "toAnswer": [named.claim(item) for item in told if item.claim.by != org],
        "unanswered": [named.claim(item) for item in told if item.claim.by == org],
    }


class _Named:
    """Claims with what their parties and goods are called, and with what is inside their units."""

    def __init__(self, deployed: Services, told: Iterable[Claimed]) -> None:
        self._deployed = deployed
        self._units: dict[str, list[tuple[str, float]]] = {}
        orgs = organisations(deployed.accounts)
        uris: set[str] = set()
        for item in told:
            event = item.event.event
            for unit in filter(is_unit, event.items):
                self._units.setdefault(unit, _inside(deployed, unit))
            uris |= {item.claim.by, item.claim.named or "", *event.items}
        uris |= {lot for portions in self._units.values() for lot, _ in portions}
        products = {uri.partition("/10/")[0].partition("/21/")[0] for uri in uris}
        described = deployed.lots.descriptions(products)
        self._names = {**orgs, **{uri: _called(each) for uri, each in described.items()}}
        self._recalled = _recalled(deployed, filter(epc.is_lot, sorted(uris)))

    def claim(self, item: Claimed) -> dict[str, Any]:
        claim, told = item.claim, item.event
        raw = told.event.raw
        kept = (
            *("eventTime", "bizStep", "disposition", "quantityList", "childQuantityList", "epcList"),
            *("childEPCs", "parentID", "bizTransactionList", "sourceList", "destinationList"),
        )
        return {
            **claim_json(claim),
            "byName": self._names.get(claim.by),
            "namedName": self._names.get(claim.named or ""),
            "about": list(told.about),
            "event": {name: raw[name] for name in kept if name in raw},
            "goods": list(self._goods(told.event, told.about)),
            "line": self._line(told.about) if claim.part == "test" else None,
        }

    def _line(self, about: Iterable[str]) -> str | None:
        """The product line of what is to be tested."""
        lots = [uri for uri in about if epc.is_lot(uri)]
        if len(lots) != 1:
            return None
        story = self._deployed.lots.story(lots[0])
        described = self._deployed.lots.descriptions(described_of(story, lots[0]))
        return judge_readiness(story, lots[0], described).line.code

    def _goods(self, event: Event, about: Iterable[str]) -> Iterable[dict[str, Any]]:
        for each in (*event.quantities, *event.child_quantities):
            yield self._good(each.epc_class, each.quantity, each.uom, None)
        by_lot: dict[str, int] = {}
        for uri in (*event.epcs, *event.child_epcs):
            if not is_unit(uri):
                product = uri.partition("/21/")[0]
                lots = [lot for lot in about if lot.startswith(f"{product}/10/")]
                lot = lots[0] if len(lots) == 1 else product
                by_lot[lot] = by_lot.get(lot, 0) + 1
        for lot, count in by_lot.items():
            yield self._good(lot, count, None, None)
        for unit in filter(is_unit, event.items):
            for lot, amount in self._units.get(unit, ()):
                yield self._good(lot, amount, None, unit)

    def _good(self, uri: str, quantity: float | None, uom: str | None, unit: str | None) -> dict[str, Any]:
        product, _, number = uri.partition("/10/")
        return {
            "uri": uri,
            "gtin": epc.gtin_of(uri),
            "lot": unquote(number) or None,
            "product": self._names.get(product),
            "quantity": quantity,
            "uom": uom,
            "unit": unit,
            "recalled": uri in self._recalled,
        }


def _called(attributes: Mapping[str, JsonValue]) -> str:
    """What a description calls goods or an organisation."""
    return said(attributes, "descriptionShort") or said(attributes, "name")


def _recalled(deployed: Services, lots: Iterable[str]) -> frozenset[str]:
    """Those of these lots that are recalled, or made of one that is."""
    made_of = {lot: {lot, *(kin.uri for kin in deployed.lots.ancestors([lot]))} for lot in lots}
    standing = deployed.lots.recalled(uri for uris in made_of.values() for uri in uris)
    return frozenset(lot for lot, uris in made_of.items() if not standing.isdisjoint(uris))


def _inside(deployed: Services, unit: str) -> list[tuple[str, float]]:
    """What was packed in a unit, by lot; nothing for one that nobody packed here."""
    try:
        held = deployed.stock.held(unit.rpartition("/")[2])
    except NotFoundError:
        return []
    return [(portion.lot, portion.count) for portion in held.portions]
