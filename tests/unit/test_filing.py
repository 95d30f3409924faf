"""What events are filed under: the samples by vector, forged headers, and lineage by `from`."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ledger.epcis.document import read_document
from ledger.epcis.event import Event, read_event
from ledger.errors import RuleError, StatementError
from ledger.statement.filing import Filing, check_filing, instance_lots, required_filing
from ledger.statement.jws import Header, Typ
from tests.unit.epcis.test_event import LOT, observation

ROOT = Path(__file__).parents[2]
VECTORS = json.loads((ROOT / "tests/vectors/filing.json").read_text(encoding="utf-8"))["scenarios"]
GTIN = "https://id.gs1.org/01/09521001000055"
S1, S2 = f"{GTIN}/21/S1", f"{GTIN}/21/S2"
OTHER = f"{GTIN}/10/OTHER"
FERTILISER = "https://id.gs1.org/01/09521080000014/10/HC1"
PLACE = "https://id.gs1.org/414/9521001000024"
SEASON = "urn:uuid:012587f4-718d-5111-be3b-8edcac208cb0"


def sample(scenario: str) -> Iterator[tuple[Event, Filing, dict[str, str]]]:
    """Each event in the order of capture, its filing, and the lots of instances that were born before it."""
    lots: dict[str, str] = {}
    for name in json.loads((ROOT / "samples/signers.json").read_text(encoding="utf-8"))["order"]:
        if not name.startswith(scenario):
            continue
        for _, payload in read_document((ROOT / "samples" / name).read_bytes()).events:
            event = read_event(payload)
            yield event, required_filing(event, lots.get), dict(lots)
            lots.update(instance_lots(event))


def event_of(**members: Any) -> Event:
    return read_event(observation(**members))


def header(about: list[str], from_: list[str] | None = None) -> Header:
    return Header("k" * 43, Typ.EPCIS, tuple(about), tuple(from_ or ()))


def nothing(_: str) -> None:
    return None


@pytest.mark.parametrize("scenario", ["herb", "rice"])
def test_every_event_of_the_samples_is_filed_as_the_vector_says(scenario: str) -> None:
    found = list(sample(scenario))
    assert len(found) == len(VECTORS[scenario])
    for (event, filing, _), expected in zip(found, VECTORS[scenario], strict=True):
        assert event.event_id == expected["eventID"]
        assert (list(filing.about), list(filing.from_)) == (expected["about"], expected["from"]), expected[
            "event"
        ]


@pytest.mark.parametrize("scenario", ["herb", "rice"])
def test_a_header_as_the_ledger_files_it_passes_and_each_omission_is_refused(scenario: str) -> None:
    for event, filing, lots in sample(scenario):
        check_filing(header(list(filing.about), list(filing.from_)), event, lots.get)
        for uri in filing.from_:
            rest = [other for other in filing.from_ if other != uri]
            with pytest.raises(StatementError):
                check_filing(header(list(filing.about), rest), event, lots.get)
        for uri in filing.about:
            rest = [other for other in filing.about if other != uri]
            instances = [other for other in filing.about if "/21/" in other]
            if instances and ("/21/" in uri or uri in lots.values()):
                continue  # the lot stands for its instances, and they for it
            with pytest.raises(StatementError):
                check_filing(header(rest, list(filing.from_)), event, lots.get)


def closure(scenario: str, start: str, *, without: frozenset[str] = frozenset()) -> set[str]:
    parents: dict[str, set[str]] = {}
    for _, filing, _ in sample(scenario):
        for uri in filing.about:
            parents.setdefault(uri, set()).update(filing.from_)
    found: set[str] = set()
    todo = [start]
    while todo:
        for uri in parents.get(todo.pop(), set()) - found - without:
            found.add(uri)
            todo.append(uri)
    return {uri for uri in found if "/01/" in uri and "/10/" in uri}


def test_lineage_of_the_repacked_rice_has_its_eight_ancestors() -> None:
    assert closure("rice", "https://id.gs1.org/01/09521096000091/10/NHC260110-R1") == {
        "https://id.gs1.org/01/09521002000023/10/M25-B1",
        "https://id.gs1.org/01/09521002000023/10/M25-B2",
        "https://id.gs1.org/01/09521002000030/10/K2511",
        "https://id.gs1.org/01/09521002000047/10/G260108",
        "https://id.gs1.org/01/09521002000085/10/NHC260110",
        "https://id.gs1.org/01/09521081000013/10/NPK2505",
        "https://id.gs1.org/01/09521081000020/10/BVTV2504",
        "https://id.gs1.org/01/09521081000037/10/NHC-XN1-2506",
    }


def test_lineage_of_the_herb_reaches_the_bushes_and_what_was_applied_to_them() -> None:
    lots = {lot for _, _, known in sample("herb") for lot in known.values()}
    assert lots == {LOT}
    goods = {
        "https://id.gs1.org/01/09521001000017/10/CAY2021",
        "https://id.gs1.org/01/09521001000024/10/H260108A",
        "https://id.gs1.org/01/09521001000024/10/H260112A",
        "https://id.gs1.org/01/09521001000031/10/S260112",
        "https://id.gs1.org/01/09521001000048/10/D260114",
    }
    applied = {
        "https://id.gs1.org/01/09521080000014/10/HC2502-11",
        "https://id.gs1.org/01/09521080000021/10/BT2501-07",
    }
    assert closure("herb", LOT) == goods | applied
    assert closure("herb", LOT, without=frozenset(applied)) == goods


def test_an_error_declaration_is_filed_as_what_it_withdraws() -> None:
    filings = [
        filing for event, filing, _ in sample("rice") if str(event.event_id).startswith("urn:uuid:a9e1efcc")
    ]
    assert len(filings) == 2
    assert filings[0] == filings[1]


def test_instances_are_born_into_the_lot_of_their_ilmd() -> None:
    event = event_of(action="ADD", quantityList=None, epcList=[S1], ilmd={"cbvmda:lotNumber": "THV260116"})
    assert instance_lots(event) == {S1: LOT}
    assert required_filing(event, nothing) == Filing((LOT,), ())


@pytest.mark.parametrize(
    "members",
    [
        {"action": "ADD", "bizStep": "commissioning"},
        {"bizStep": "inspecting"},
        {"bizStep": "encoding"},
        {"bizStep": "holding", "persistentDisposition": {"set": ["recalled"]}},
        {"bizStep": "holding", "persistentDisposition": {"unset": ["recalled"]}},
    ],
)
def test_birth_test_roll_recall_and_release_name_the_lot(members: Mapping[str, Any]) -> None:
    event = event_of(**{"quantityList": None, "epcList": [S1], **members})
    with pytest.raises(RuleError) as caught:
        required_filing(event, nothing)
    assert (caught.value.code, caught.value.pointer) == ("serial.unknown", "/epcList/0")
    assert required_filing(event, {S1: LOT}.get) == Filing((LOT,), ())
    if event.is_birth:
        with pytest.raises(RuleError):
            check_filing(header([LOT]), event, nothing)
        return
    with pytest.raises(StatementError) as refused:
        check_filing(header([S1]), event, {S1: LOT}.get)
    assert (refused.value.code, refused.value.pointer) == ("statement.filing", "/epcList/0")
    assert refused.value.params["uri"] == LOT
    check_filing(header([LOT]), event, {S1: LOT}.get)


def test_an_event_may_name_the_lot_of_its_instances_itself() -> None:
    recall: dict[str, Any] = {
        "quantityList": None,
        "bizStep": "holding",
        "persistentDisposition": {"set": ["recalled"]},
    }
    by_number = event_of(**recall, epcList=[S1], **{"nguon:lotNumber": "THV260116"})
    by_link = event_of(**recall, epcList=["https://nguon.localhost/01/09521001000055/10/THV260116/21/S1"])
    for event in (by_number, by_link):
        assert required_filing(event, nothing) == Filing((LOT,), ())
        assert required_filing(event, {S1: OTHER}.get) == Filing((OTHER,), ())


def test_an_unscanned_tem_is_recalled_under_the_lot_that_its_signer_names() -> None:
    event = event_of(
        quantityList=None, epcList=[S1], bizStep="holding", persistentDisposition={"set": ["recalled"]}
    )
    check_filing(header([LOT]), event, nothing)
    for about in ([S1], [FERTILISER], [LOT, FERTILISER]):
        with pytest.raises(StatementError):
            check_filing(header(about), event, nothing)
    with pytest.raises(StatementError):
        check_filing(header([OTHER]), event, {S1: LOT}.get)


def test_moved_instances_are_named_by_themselves_and_their_lots_while_there_is_room() -> None:
    few = event_of(quantityList=None, epcList=[S1, S2], bizStep="shipping")
    assert required_filing(few, {S1: LOT}.get) == Filing((LOT, S1, S2), ())
    check_filing(header([S1, S2]), few, {S1: LOT, S2: LOT}.get)
    check_filing(header([LOT]), few, {S1: LOT, S2: LOT}.get)
    serials = [f"{GTIN}/21/{number}" for number in range(300)]
    many = event_of(quantityList=None, epcList=serials, bizStep="shipping")
    assert required_filing(many, lambda _: LOT) == Filing((LOT,), ())
    with pytest.raises(RuleError) as caught:
        required_filing(many, nothing)
    assert caught.value.code == "limit.subjects"


def test_as_many_subjects_as_a_statement_holds_are_named() -> None:
    serials = [f"{GTIN}/21/{number}" for number in range(253)]
    event = event_of(quantityList=None, epcList=serials, bizStep="shipping")
    assert len(required_filing(event, lambda _: LOT).about) == 254
    event = event_of(quantityList=None, epcList=[*serials, S1], bizStep="shipping")
    assert required_filing(event, lambda _: LOT).about == (LOT,)


def test_a_forged_about_or_from_is_refused() -> None:
    event = event_of(bizLocation={"id": PLACE})
    check_filing(header([LOT]), event, nothing)
    check_filing(header([LOT, PLACE]), event, nothing)
    for about, from_ in (
        ([LOT, OTHER], []),
        ([OTHER], []),
        ([LOT], [OTHER]),
        ([LOT, S1], []),
        ([LOT, SEASON], []),
    ):
        with pytest.raises(StatementError) as caught:
            check_filing(header(about, from_), event, nothing)
        assert caught.value.code == "statement.filing"


def test_a_season_is_about_where_it_is_fed_and_from_where_it_bears() -> None:
    feed = event_of(
        type="TransformationEvent",
        action=None,
        quantityList=None,
        inputQuantityList=[{"epcClass": FERTILISER, "quantity": 42, "uom": "KGM"}],
        transformationID=SEASON,
        bizLocation={"id": PLACE},
    )
    assert required_filing(feed, nothing) == Filing((SEASON,), (FERTILISER,))
    watch = event_of(quantityList=None, bizLocation={"id": PLACE}, **{"nguon:transformationRef": SEASON})
    assert required_filing(watch, nothing) == Filing((SEASON, PLACE), ())
    harvest = event_of(action="ADD", **{"nguon:transformationRef": SEASON})
    assert required_filing(harvest, nothing) == Filing((LOT,), (SEASON,))
    with pytest.raises(StatementError):
        check_filing(header([LOT]), harvest, nothing)
    with pytest.raises(StatementError):
        check_filing(header([LOT, SEASON]), harvest, nothing)


def test_what_is_applied_and_where_a_harvest_grew_is_where_it_is_from() -> None:
    applied = event_of(**{"nguon:inputApplied": [{"nguon:product": FERTILISER}]})
    assert required_filing(applied, nothing) == Filing((LOT,), (FERTILISER,))
    hives = ["https://id.gs1.org/8004/9521001H1", "https://id.gs1.org/8004/9521001H2"]
    ilmd = {"cbvmda:lotNumber": "THV260116", "nguon:sourceHives": hives, "nguon:sourceNote": "two hives"}
    assert required_filing(event_of(action="ADD", ilmd=ilmd), nothing) == Filing((LOT,), tuple(hives))


def test_a_place_is_named_only_where_there_is_no_item() -> None:
    place = {"id": PLACE}
    assert required_filing(event_of(quantityList=None, readPoint=place), nothing) == Filing((PLACE,), ())
    assert required_filing(event_of(readPoint=place), nothing) == Filing((LOT,), ())
    with pytest.raises(RuleError) as caught:
        required_filing(event_of(quantityList=None), nothing)
    assert caught.value.code == "event.no_subject"


def test_a_lot_is_never_both_made_and_used() -> None:
    event = event_of(
        type="TransformationEvent",
        action=None,
        quantityList=None,
        inputQuantityList=[
            {"epcClass": LOT, "quantity": 3},
            {"epcClass": FERTILISER, "quantity": 1, "uom": "KGM"},
        ],
        outputQuantityList=[{"epcClass": LOT, "quantity": 2}],
    )
    filing = required_filing(event, nothing)
    assert filing == Filing((LOT,), (FERTILISER,))
    check_filing(header(list(filing.about), list(filing.from_)), event, nothing)


def test_used_instances_are_named_by_their_lots_where_these_are_known() -> None:
    event = event_of(
        type="TransformationEvent",
        action=None,
        quantityList=None,
        inputEPCList=[S1, S2],
        outputQuantityList=[{"epcClass": "https://id.gs1.org/01/09521096000091/10/R1", "quantity": 2}],
    )
    made = "https://id.gs1.org/01/09521096000091/10/R1"
    assert required_filing(event, {S1: LOT}.get) == Filing((made,), (LOT, S2))
    check_filing(header([made], [S1, S2]), event, {S1: LOT}.get)
    check_filing(header([made], [LOT]), event, nothing)
    with pytest.raises(StatementError):
        check_filing(header([made], [LOT]), event, {S1: LOT, S2: OTHER}.get)
