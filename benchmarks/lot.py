"""A lot with 10,000 entries and a lineage of 1,000 lots: summary, lineage and balance of what was told of it.

    python -m benchmarks.lot [--quick]

`comparisons` measures the folds against the plain definitions, on a tenth of the size (a definition that looks through
all events at every step would take minutes on the whole); run alone, it prints the time of a whole answer.
"""

import argparse
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from time import process_time
from typing import Any

from benchmarks.measuring import Comparison, Way
from ledger.epcis.event import read_event
from ledger.lot.balance import balances
from ledger.lot.graph import Graph, Told
from ledger.lot.summary import LotSummary, summarise

CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"nguon": "https://w3id.org/nguon/epcis/", "cbvmda": "urn:epcglobal:cbv:mda:"},
]
START = datetime(2026, 1, 1, tzinfo=UTC)
PRODUCT = "https://id.gs1.org/01/09521001000055"
LOT = f"{PRODUCT}/10/BIG"
PLACES = [f"https://id.gs1.org/414/9521001000024/254/P{number:02}" for number in range(20)]


def ancestor(number: int) -> str:
    return f"https://id.gs1.org/01/09521001000024/10/L{number:04}"


def story(entries: int, lots: int, serials: int = 500) -> tuple[Told, ...]:
    """A lot of packs made from a chain of lots, each of two; then its packs moved, tested and sold."""
    told = [_told(index, _made(index)) for index in range(lots)]
    told.append(_told(lots, _packed(lots, serials)))
    told += [_told(index, _observed(index, serials)) for index in range(lots + 1, lots + entries)]
    return tuple(told)


def answer(told: Sequence[Told]) -> tuple[LotSummary, tuple[str, ...]]:
    """What a page asks of a lot, from nothing but its events."""
    graph = Graph(told)
    balances(graph)
    return summarise(LOT, graph, now=START + timedelta(days=400)), graph.ancestors(LOT)


def comparisons(scale: float) -> Iterator[Comparison]:
    """All of them; `scale` is 1, or less for a quick look."""
    told = story(int(1_000 * scale), int(100 * scale), 50)
    assert set(answer(told)[1]) == by_definition(told, LOT)
    yield Comparison(
        f"lot: all ancestors, {int(100 * scale):,} lots among {len(told):,} events",
        "answer",
        Way("graph", lambda: Graph(told).ancestors(LOT)),
        Way("by the definition", lambda: by_definition(told, LOT)),
        computes=True,
    )


def by_definition(told: Sequence[Told], uri: str) -> set[str]:
    """Whatever goes into something that is wanted is wanted, until nothing is added."""
    wanted = {uri}
    while True:
        more = {
            parent
            for item in told
            if wanted & {each.epc_class for each in item.event.output_quantities}
            for parent in item.event.inputs
        }
        if more <= wanted:
            return wanted - {uri}
        wanted |= more


def _told(index: int, members: dict[str, Any]) -> Told:
    event = {
        "@context": CONTEXT,
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{index:012x}",
        "eventTime": (START + timedelta(minutes=index)).isoformat(),
        "eventTimeZoneOffset": "+00:00",
        "bizLocation": {"id": PLACES[index % len(PLACES)]},
        **members,
    }
    return Told(index, read_event(event))


def _made(number: int) -> dict[str, Any]:
    inputs = [ancestor(each) for each in (number - 1, number - 2) if each >= 0] or [ancestor(9_999)]
    return {
        "type": "TransformationEvent",
        "bizStep": "https://w3id.org/nguon/bizstep/drying",
        "inputQuantityList": [{"epcClass": uri, "quantity": 10.5, "uom": "KGM"} for uri in inputs],
        "outputQuantityList": [{"epcClass": ancestor(number), "quantity": 20, "uom": "KGM"}],
    }


def _packed(lots: int, serials: int) -> dict[str, Any]:
    return {
        "type": "TransformationEvent",
        "bizStep": "packing",
        "inputQuantityList": [{"epcClass": ancestor(lots - 1), "quantity": serials / 10, "uom": "KGM"}],
        "outputQuantityList": [{"epcClass": LOT, "quantity": 1}],
        "outputEPCList": [f"{PRODUCT}/21/S{number:05}" for number in range(serials)],
        "ilmd": {
            "cbvmda:lotNumber": "BIG",
            "cbvmda:itemExpirationDate": "2027-01-01",
            "nguon:netWeightKg": 0.1,
        },
    }


def _observed(index: int, serials: int) -> dict[str, Any]:
    packs = [f"{PRODUCT}/21/S{(index * 7 + number) % serials:05}" for number in range(3)]
    what: dict[str, Any] = (
        {"epcList": packs} if index % 3 else {"quantityList": [{"epcClass": LOT, "quantity": 3}]}
    )
    return {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": ("stocking", "storing", "inspecting")[index % 3],
        "disposition": ("sellable_accessible", "in_progress", "conformant")[index % 3],
        **what,
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.lot", description="Time a whole answer about a lot.")
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes")
    scale = 0.1 if parser.parse_args().quick else 1
    told = story(int(10_000 * scale), int(1_000 * scale))
    times = []
    for _ in range(8):
        start = process_time()
        summary, ancestors = answer(told)
        times.append((process_time() - start) * 1e3)
    first, again = times[0], sorted(times[1:])[3]
    print(f"{summary.entries:,} entries, {len(ancestors):,} ancestors: {first:.0f} ms, again {again:.0f} ms")


if __name__ == "__main__":
    main()
