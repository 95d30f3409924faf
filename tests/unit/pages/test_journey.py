"""The goods' way in words, what they travelled in, and how soon entries were written."""

from dataclasses import replace
from typing import Any

from api.pages import PageView, page_view
from ledger.proof.verdict import Verdict
from tests.pages_world import CATALOGUES, DRYER, LOT, STORE, StoryWorld, checked, context, found_of, herb
from tests.world import instance

UNIT = "https://id.gs1.org/00/095210011260117002"


def _view(world: StoryWorld, serial: str | None = None) -> PageView:
    world.snapshot()
    found = checked(world, world.bundle(LOT, serial))
    return page_view(found, context("x", "/01/09521001000055/10/THV260116", world.now), CATALOGUES["en"])


def _packed(serials: list[str]) -> StoryWorld:
    world = herb()
    load: dict[str, Any] = {"type": "AggregationEvent", "parentID": UNIT, "bizLocation": {"id": DRYER}}
    listed = {"childEPCs": [instance(serial) for serial in serials]}
    about = [UNIT, LOT, *listed["childEPCs"]]
    world.tell("member", "2026-01-18", "packing", about, action="ADD", **load, **listed)
    return world


def test_the_route_names_each_described_place_once_in_order() -> None:
    view = _view(herb())
    assert [(stop.name, stop.days) for stop in view.route] == [
        ("Lô A03, 0,42 ha", "12 Mar 2021 to 12 Jan 2026"),
        ("Xưởng sơ chế, sấy", "12 Jan 2026 to 20 Jan 2026"),
        ("Cửa hàng OCOP Mẫu Hoa Lư", "20 Jan 2026"),
    ]


def test_a_lot_s_page_names_the_load_it_travelled_in_with_a_link_to_it() -> None:
    view = _view(_packed(["K001"]))
    assert [(item.sscc, item.days, item.href) for item in view.containers] == [
        ("095210011260117002", "packed 18 Jan 2026", "/00/095210011260117002")
    ]


def test_a_tem_s_page_names_only_the_load_that_its_own_item_was_in() -> None:
    world = _packed(["K001"])
    other = world.serial(LOT, 16)
    assert _view(world, other).containers == ()
    world = _packed([other])
    assert len(_view(world, other).containers) == 1


def test_a_load_that_was_unpacked_says_when() -> None:
    world = _packed(["K001"])
    world.tell(
        "shop", "2026-01-20T10:00:00+07:00", "unpacking", [UNIT, LOT, instance("K001")], type="AggregationEvent",
        action="DELETE", parentID=UNIT, childEPCs=[instance("K001")], bizLocation={"id": STORE},
    )  # fmt: skip
    assert [item.days for item in _view(world).containers] == ["packed 18 Jan 2026, unpacked 20 Jan 2026"]


def test_the_page_says_how_soon_entries_were_written_and_the_worst() -> None:
    assert "the slowest within 1772 days" in _view(herb()).prompt.replace(",", "")


def test_a_story_without_content_says_nothing_about_how_soon() -> None:
    found, now = found_of(Verdict.VERIFIED)
    entries = tuple(replace(entry, statement=None, event=None) for entry in found.entries)
    view = page_view(
        replace(found, entries=entries, ancestors=()),
        context("x", "/01/09521001000055/10/THV260116", now),
        CATALOGUES["vi"],
    )
    assert view.prompt == ""
    assert view.route == ()
