"""What was acknowledged is found at once by every identifier in it; indexes come back equal from statements alone."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete

from ledger.gs1.epc import canonical
from ledger.store import search
from ledger.store.database import writing
from ledger.store.search import LotQuery
from ledger.store.search_models import TABLES
from ledger.store.terms import fold
from tests.ledgerkit import COOP, FIELD, GTIN, Kit, document, event_id, harvest, lot

SHOP_PARTY = "https://id.gs1.org/417/9521096000015"
GDTI = "https://id.gs1.org/253/9521002000016VG-2025-118"


def rich(number: int = 1, lot_number: str = "L1") -> dict[str, Any]:
    """A harvest that names something of every kind."""
    return harvest(
        number,
        quantityList=[{"epcClass": lot(lot_number), "quantity": 100}],
        bizStep="https://w3id.org/nguon/bizstep/harvesting",
        certificationInfo=[GDTI],
        bizLocation={"id": FIELD},
        bizTransactionList=[
            {"type": "testres", "bizTransaction": "https://id.gs1.org/253/9521090000011KN26-0098"},
            {"type": "po", "bizTransaction": "urn:epc:id:gdti:9521002.00001.PO-1"},
        ],
        sourceList=[{"type": "owning_party", "source": COOP}],
        destinationList=[{"type": "owning_party", "destination": SHOP_PARTY}],
        ilmd={"nguon:sourcePlanting": lot("CAY"), "nguon:variety": "Nếp Hạt Cau Đặc Sản"},
        **{"nguon:laboratory": "https://id.gs1.org/417/9521090000011", "nguon:note": "Thu sau cơn mưa"},
    )


def identifiers(value: object) -> Iterator[str]:
    """Every string of a JSON value that is a URI."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name not in ("@context", "type", "bizStep", "eventTime", "eventTimeZoneOffset", "action"):
                yield from identifiers(item)
    elif isinstance(value, list):
        for item in value:
            yield from identifiers(item)
    elif isinstance(value, str) and (value.startswith(("urn:", "https:"))):
        yield value


def found(kit: Kit, query: LotQuery) -> list[str]:
    with kit.ledger.engine.connect() as connection:
        return [item.uri for item in search.find_lots(connection, query)]


def test_an_acknowledged_event_is_found_by_every_identifier_in_it(kit: Kit) -> None:
    event = rich()
    index = kit.capture.document(document(event), org=COOP).receipts[0].index
    named = {*identifiers(event)}
    assert len(named) > 8
    with kit.ledger.engine.connect() as connection:
        for uri in named:
            assert search.named_events(connection, [canonical(uri)]) == [index], uri


@pytest.mark.parametrize(
    "query",
    [
        LotQuery(product=GTIN),
        LotQuery(places=(FIELD,)),
        LotQuery(orgs=(COOP,)),
        LotQuery(orgs=(SHOP_PARTY,)),
        LotQuery(certificate=GDTI),
        LotQuery(certificate="kn26-0098"),
        LotQuery(text="nep hat cau"),
        LotQuery(text="NẾP dac"),
        LotQuery(text="harvest"),
        LotQuery(text="mưa l1"),
        LotQuery(since=int(datetime(2026, 1, 31, tzinfo=UTC).timestamp() * 1000)),
        LotQuery(named=GDTI),
        LotQuery(text="gao thom", product=GTIN),
    ],
)
def test_a_lot_is_found_by_what_its_events_and_descriptions_say(kit: Kit, query: LotQuery) -> None:
    master = [
        {
            "type": "urn:epcglobal:epcis:vtype:EPCClass",
            "vocabularyElementList": [
                {
                    "id": f"https://id.gs1.org/01/{GTIN}",
                    "attributes": [{"id": "urn:epcglobal:cbv:mda:descriptionShort", "attribute": "Gạo thơm"}],
                }
            ],
        }
    ]
    kit.capture.document(document(rich(), master=master), org=COOP)
    assert lot("L1") in found(kit, query)


def test_what_does_not_hold_is_not_found(kit: Kit) -> None:
    kit.capture.document(document(rich()), org=COOP)
    later = int(datetime(2026, 2, 2, tzinfo=UTC).timestamp() * 1000)
    for query in (
        LotQuery(text="nep tiger"),
        LotQuery(product="09521001000055"),
        LotQuery(places=("https://id.gs1.org/414/9521096000022",)),
        LotQuery(since=later),
        LotQuery(certificate="KN26"),
        LotQuery(text="nep", orgs=("https://id.gs1.org/417/9521001000017",)),
    ):
        assert found(kit, query) == []


def test_a_refused_document_leaves_nothing_to_find(kit: Kit) -> None:
    kit.capture.document(document(harvest(1)), org=COOP)
    with kit.ledger.engine.connect() as connection:
        before = search.dump(connection)
    with pytest.raises(Exception, match="eventID"):
        kit.capture.document(document(rich(2, "L9"), harvest(1, bizStep="storing")), org=COOP)
    with kit.ledger.engine.connect() as connection:
        assert search.dump(connection) == before


def test_dropped_indexes_come_back_equal(kit: Kit) -> None:
    kit.capture.document(document(rich(), rich(2, "L2"), harvest(3)), org=COOP)
    packing = {
        "type": "TransformationEvent",
        "eventID": event_id(9),
        "eventTime": "2026-02-03T08:00:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "bizStep": "packing",
        "readPoint": {"id": FIELD},
        "inputQuantityList": [{"epcClass": lot("L1"), "quantity": 10}],
        "outputQuantityList": [{"epcClass": lot("P1"), "quantity": 10}],
    }
    kit.capture.document(document(packing), org=COOP)
    with kit.ledger.engine.connect() as connection:
        before = search.dump(connection)
    assert all(before[table.__tablename__] for table in TABLES if table.__tablename__ != "search_word")
    told: list[int] = []
    search.rebuild(kit.ledger.engine, lambda done, _total: told.append(done))
    assert told[-1] == kit.ledger.log.size()
    with writing(kit.ledger.engine).begin() as connection:
        assert search.dump(connection) == before
        for table in TABLES:
            connection.execute(delete(table))
        assert search.is_missing(connection)
    search.rebuild(kit.ledger.engine)
    with kit.ledger.engine.connect() as connection:
        assert search.dump(connection) == before
        assert not search.is_missing(connection)
        above = search.edges_above(connection, lot("P1"))
        below = search.edges_below(connection, lot("CAY"))
    assert [(edge.child, edge.parent) for edge in above] == [(lot("L1"), lot("CAY")), (lot("P1"), lot("L1"))]
    assert {edge.child for edge in below} == {lot("L1"), lot("L2"), lot("P1")}


def test_vietnamese_is_found_without_its_accents() -> None:
    assert fold("Trà Hoa Vàng ĐẶC SẢN") == "tra hoa vang dac san"
