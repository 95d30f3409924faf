"""What must hold of lineage, balances, containers and recalls, whatever is told and in whatever order."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.lot.balance import balances, remaining
from ledger.lot.containers import contents
from ledger.lot.coverage import coverages
from ledger.lot.explain import explain, final_dispositions
from ledger.lot.graph import Graph, Told
from tests.unit.lot.kit import CRATE, PALLET, SEASON, Story, kg, lot, packs, pot

LOTS = [lot(name) for name in "ABCDE"]
SEASONS = [None, SEASON, SEASON.replace("0125", "0126")]
CONTAINERS = [PALLET, CRATE]
SERIALS = range(6)

quantities = st.integers(1, 5_000).map(lambda grams: grams / 1000)
lots = st.sampled_from(LOTS)
lists = st.lists(lots, max_size=2, unique=True)
serials = st.lists(st.sampled_from(SERIALS), max_size=3, unique=True).map(lambda each: [*map(pot, each)])


@st.composite
def stories(draw: st.DrawFn, most: int = 10) -> Story:
    """Transformations, harvests, treatments, packings, sales and recalls of five lots and six serials of one lot."""
    story = Story()
    for _ in range(draw(st.integers(0, most))):
        draw(st.sampled_from([_make, _grow, _treat, _pack, _see, _recall]))(draw, story)
    return story


def _make(draw: st.DrawFn, story: Story) -> None:
    inputs: list[Any] = [kg(uri, draw(quantities)) for uri in draw(lists)]
    outputs: list[Any] = [kg(uri, draw(quantities)) for uri in draw(lists)]
    inputs += draw(serials)
    outputs += draw(serials)
    season = draw(st.sampled_from(SEASONS))
    if (inputs and outputs) or (season and (inputs or outputs)):
        ilmd = {"cbvmda:lotNumber": "P", "nguon:netWeightKg": 0.1} if outputs else None
        story.make(inputs, outputs, transformationID=season, ilmd=ilmd, disposition="active")


def _grow(draw: st.DrawFn, story: Story) -> None:
    story.add(quantityList=[kg(draw(lots), draw(quantities))], ilmd={"nguon:sourcePlanting": draw(lots)})


def _treat(draw: st.DrawFn, story: Story) -> None:
    applied = {"nguon:product": draw(lots), "nguon:amount": draw(quantities), "nguon:uom": "KGM"}
    story.see(quantityList=[kg(draw(lots), 1)], **{"nguon:inputApplied": applied})


def _pack(draw: st.DrawFn, story: Story) -> None:
    children: list[Any] = [*draw(serials), *(packs(uri, draw(quantities)) for uri in draw(lists))]
    action = draw(st.sampled_from(["ADD", "OBSERVE", "DELETE"]))
    if children:
        story.pack(draw(st.sampled_from(CONTAINERS)), children, action, disposition="in_progress")


def _see(draw: st.DrawFn, story: Story) -> None:
    named = draw(serials)
    if named:
        story.see(epcList=named, disposition=draw(st.sampled_from(["in_transit", "retail_sold"])))


def _recall(draw: st.DrawFn, story: Story) -> None:
    named: list[Any] = draw(serials) or [packs(lot("P", "09521001000055"), 1)]
    story.recall(named, release=draw(st.booleans()))


def subjects(graph: Graph) -> set[str]:
    return {
        uri
        for item in graph.told
        for uri in (*item.event.items, *item.event.inputs, *item.event.input_applied)
    } | set(LOTS)


def told_in(order: Sequence[int], told: Sequence[Told]) -> list[Told]:
    """The same events told in another order."""
    return [replace(told[place], index=index) for index, place in enumerate(order)]


@settings(deadline=None)
@given(stories(), st.booleans())
def test_descendants_are_the_inverse_of_ancestors(story: Story, applied: bool) -> None:
    graph = story.graph()
    every = subjects(graph) | {SEASON}
    up = {(below, above) for below in every for above in graph.ancestors(below, applied=applied)}
    down = {(below, above) for above in every for below in graph.descendants(above, applied=applied)}
    assert {pair for pair in up if pair[1] in every} == {pair for pair in down if pair[0] in every}


@settings(deadline=None)
@given(stories())
def test_lineage_is_transitive_and_material_is_part_of_it(story: Story) -> None:
    graph = story.graph()
    for uri in subjects(graph):
        above = graph.ancestors(uri)
        assert uri not in above
        assert set(graph.ancestors(uri, applied=False)) <= set(above)
        assert set(graph.parents(uri)) - {uri} <= set(above)
        for each in above:
            assert set(graph.ancestors(each)) <= {*above, uri}


@settings(deadline=None)
@given(stories(), st.randoms(use_true_random=False))
def test_lineage_balance_and_stock_do_not_depend_on_the_order_of_telling(story: Story, random: Any) -> None:
    told = story.told()
    order = list(range(len(told)))
    random.shuffle(order)
    one, other = Graph(told), Graph(told_in(order, told))
    for uri in subjects(one):
        assert set(one.ancestors(uri)) == set(other.ancestors(uri))
        assert set(one.descendants(uri)) == set(other.descendants(uri))
        assert one.lot_of(uri) == other.lot_of(uri)
        assert remaining(uri, one).used.get("KGM") == remaining(uri, other).used.get("KGM")
    rows = {(row.event_id, row.input_kg, row.output_kg, row.yield_pct) for row in balances(one)}
    assert rows == {(row.event_id, row.input_kg, row.output_kg, row.yield_pct) for row in balances(other)}
    # Each event has a minute of its own: what came last in time is the same.
    assert final_dispositions(one) == final_dispositions(other)
    assert contents(one).misplaced == tuple(
        replace(each, index=order[each.index]) for each in contents(other).misplaced
    )


@settings(deadline=None)
@given(stories(), st.data())
def test_a_withdrawn_event_might_never_have_been_told(story: Story, data: st.DataObject) -> None:
    if not story.events:
        return
    gone = data.draw(st.integers(0, len(story.events) - 1))
    without = Story()
    without.events = [event for place, event in enumerate(story.events) if place != gone]
    story.withdraw(str(story.events[gone]["eventID"]))
    one: Any = explain(story.document())
    other: Any = explain(without.document())
    assert one["erroneousEventIDs"] == [story.events[gone]["eventID"]]
    for name in ("traceBack", "finalDispositionOfSerials", "persistentDispositions"):
        assert one[name] == other[name]
    assert one.get("recallCoverage") == other.get("recallCoverage")
    assert [{**row, "event": 0} for row in one["massBalance"]] == [
        {**row, "event": 0} for row in other["massBalance"]
    ]


@settings(deadline=None)
@given(stories())
def test_a_balance_is_the_sum_of_its_items(story: Story) -> None:
    for row in balances(story.told()):
        assert sum((Decimal(str(term.kg)) for term in row.inputs), Decimal(0)) == Decimal(str(row.input_kg))
        assert sum((Decimal(str(term.kg)) for term in row.outputs), Decimal(0)) == Decimal(str(row.output_kg))
        assert abs(row.yield_pct - row.output_kg / row.input_kg * 100) < 0.006
        assert row.exceeded <= (row.output_kg > row.input_kg)


@settings(deadline=None)
@given(stories())
def test_what_is_left_is_what_was_born_less_what_was_taken(story: Story) -> None:
    graph = story.graph()
    for uri in subjects(graph):
        left = remaining(uri, graph)
        for unit, born in left.born.items():
            rest = born - left.used.get(unit, 0) - left.gone.get(unit, 0)
            assert abs(left.left[unit] - rest) < 1e-6
            assert (unit in left.exceeded) == (rest - left.sold.get(unit, 0) < -1e-6)


@settings(deadline=None)
@given(stories())
def test_no_instance_is_in_two_containers_at_once(story: Story) -> None:
    found = contents(story.told())
    for number in SERIALS:
        stays = [stay for stay in found.stays if stay.item == pot(number)]
        for earlier, later in pairwise(stays):
            assert earlier.until is not None
            assert earlier.until <= later.since


@settings(deadline=None)
@given(stories())
def test_a_recall_covers_names_and_forgets_each_instance_once(story: Story) -> None:
    graph = story.graph()
    for found in coverages(graph):
        born = set(graph.instances_of(found.lot)) if found.lot else set()
        assert set(found.not_named) <= born
        assert not set(found.not_named) & set(found.still_recalled)
        if born:
            assert found.recalled == found.released + len(found.still_recalled)
            assert len(found.not_named) >= len(born) - found.recalled
