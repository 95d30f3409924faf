"""The samples' answers are the same from a document, from the statements of a log, and from a verified bundle of it."""

import json
from functools import cache

import pytest

from ledger.epcis.event import read_event
from ledger.gs1 import epc
from ledger.lot.balance import balances, remaining
from ledger.lot.explain import told_of
from ledger.lot.graph import Graph, Told
from ledger.lot.summary import summarise
from ledger.proof import bundle as bundles
from ledger.proof.verification import Verification
from ledger.proof.verify import verify
from ledger.statement.filing import instance_lots, required_filing
from ledger.statement.jws import Typ
from ledger.statement.trust import Keyring
from tests.unit.lot.kit import ROOT, sample
from tests.world import World

LOTS = {
    "herb": "https://id.gs1.org/01/09521001000055/10/THV260116",
    "rice": "https://id.gs1.org/01/09521096000091/10/NHC260110-R1",
    "honey": "https://id.gs1.org/01/09521003000046/10/MA250528",
}


@cache
def logged(name: str) -> tuple[World, Graph, Graph, Verification]:
    """A sample in a log of its own: the world, its graphs from document and log, and the verification of a lot."""
    world = World()
    signers = json.loads((ROOT / "samples" / "signers.json").read_text())["signers"]
    mine = [signer for signer in signers if signer["folder"].startswith(f"{name}/")]
    for signer in mine:
        world.admit(signer["org"], signer["org"], signer["role"], signer["stems"])
    told = told_of(sample(name))
    known: dict[str, str] = {}
    for item in told:
        filing = required_filing(item.event, known.get)
        known.update(instance_lots(item.event))
        place = item.event.read_point or item.event.biz_location or ""
        by = next(signer["org"] for signer in mine if any(place.startswith(stem) for stem in signer["stems"]))
        raw = dict(item.event.raw)
        world.log_statement(by, Typ.EPCIS, raw, filing.about, filing.from_)
    world.snapshot()
    registrar = world.registrar.jwk
    found = [(index, entry.statement) for index, entry in enumerate(world.log) if entry.statement]
    ring = Keyring.of([registrar], [(index, each) for index, each in found if each.header.typ is Typ.KEY])
    stored = [
        Told.of(index, read_event(each.payload), each.header, ring.at(each.header.kid, index))
        for index, each in found
        if each.header.typ is Typ.EPCIS
    ]
    uri = LOTS[name]
    bundle = world.bundle(uri)
    verified = verify(bundles.pack(bundle), world.trust(), world.chain(bundle), world.now)
    assert verified.entries
    return world, Graph(told), Graph(stored), verified


def proven(verified: Verification) -> Graph:
    """The graph of all events that a bundle proves."""
    entries = [*verified.entries, *(entry for each in verified.ancestors for entry in each.entries)]
    told = {
        entry.index: Told.of(entry.index, entry.event, entry.statement.header, entry.signer)
        for entry in entries
        if entry.event is not None and entry.statement is not None
    }
    return Graph(told.values(), keys=verified.signers.values())


@pytest.mark.parametrize("name", LOTS)
def test_lineage_is_the_same_and_is_the_verdicts(name: str) -> None:
    _, written, stored, verified = logged(name)
    uri = LOTS[name]
    expected = set(written.ancestors(uri))
    assert expected
    assert set(stored.ancestors(uri)) == expected
    assert set(proven(verified).ancestors(uri)) == expected
    assert {each.uri for each in verified.ancestors} == expected


@pytest.mark.parametrize("name", LOTS)
def test_every_subjects_lineage_is_the_same_from_the_log_as_from_the_document(name: str) -> None:
    _, written, stored, _ = logged(name)
    subjects = {uri for item in written.told for uri in (*item.event.items, *item.event.inputs)}
    for uri in subjects:
        for applied in (True, False):
            assert stored.ancestors(uri, applied=applied) == written.ancestors(uri, applied=applied)
            assert stored.descendants(uri, applied=applied) == written.descendants(uri, applied=applied)
        assert stored.lot_of(uri) == written.lot_of(uri)


@pytest.mark.parametrize("name", LOTS)
def test_balances_and_stock_are_the_same(name: str) -> None:
    _, written, stored, verified = logged(name)
    rows = {row.event_id: (row.input_kg, row.output_kg, row.yield_pct) for row in balances(written)}
    assert {row.event_id: (row.input_kg, row.output_kg, row.yield_pct) for row in balances(stored)} == rows
    ways = {row.event_id: (row.input_kg, row.output_kg, row.yield_pct) for row in balances(proven(verified))}
    assert ways.items() <= rows.items()
    assert ways
    uri = LOTS[name]
    for subject in (uri, *written.ancestors(uri)):
        left = remaining(subject, written)
        assert remaining(subject, stored).left == left.left
        if not epc.is_instance(subject):
            assert remaining(subject, stored).exceeded == left.exceeded == ()


@pytest.mark.parametrize("name", LOTS)
def test_the_lots_summary_is_the_same(name: str) -> None:
    world, written, stored, verified = logged(name)
    uri = LOTS[name]
    one, other, third = (
        summarise(uri, graph, now=world.now) for graph in (written, stored, proven(verified))
    )
    assert one.quantities == other.quantities == third.quantities
    assert one.dispositions == other.dispositions
    assert one.persistent == other.persistent == third.persistent
    assert one.certificates == other.certificates == third.certificates
    assert one.still_recalled == other.still_recalled == third.still_recalled
    assert one.serials == other.serials == third.serials
    assert one.expiry is not None
    assert other.expiry is not None
    assert one.expiry.day == other.expiry.day
