"""What the law wants to see, from real bundles that were verified for real."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from ledger.lot.documents import ni_uri
from ledger.lot.masters import Description, valid_at, valid_at_or_first
from ledger.proof.legal import CIRCULAR, CIRCULAR_ITEMS, PASSPORT, PASSPORT_ITEMS, legal_file
from ledger.proof.legal_model import Item, LegalFile, Status
from ledger.proof.verdict import Verdict
from ledger.proof.verification import Verification
from ledger.statement.jws import Typ
from tests.pages_world import COOP, DRYER, LOT, MDA, NGUON, OCOP, PLOT, StoryWorld, checked, found_of, herb
from tests.world import GTIN, PRODUCT

PHOTO = sha256(b"a photo of the box").digest()
TODAY = date(2026, 1, 20)


def described(world: StoryWorld, uri: str, since: str, **attributes: Any) -> int:
    payload = {"id": uri, "type": "x", "attributes": attributes, "validFrom": since}
    return world.log_statement("officer", Typ.MASTER, payload, (uri,))


def verified(world: StoryWorld) -> Verification:
    world.snapshot()
    world.now += timedelta(hours=2)
    return checked(world, world.bundle(LOT, world.serial(LOT, 16)))


def items_of(file: LegalFile, law: str) -> Mapping[str, Item]:
    return {item.code: item for item in file.of(law)}


def texts(item: Item, part: str | None = None) -> list[str]:
    return [value.text for value in item.values if part in (None, value.part)]


def test_both_lists_are_whole_and_every_value_names_an_entry_that_says_it() -> None:
    found, _ = found_of(Verdict.VERIFIED)
    file = legal_file(found, TODAY)
    assert [item.code for item in file.of(CIRCULAR)] == list(CIRCULAR_ITEMS)
    assert len(CIRCULAR_ITEMS) == 10
    assert [item.code for item in file.of(PASSPORT)] == list(PASSPORT_ITEMS)
    entries = [*found.entries, *(entry for ancestor in found.ancestors for entry in ancestor.entries)]
    events = {entry.index for entry in entries}
    masters = {(uri, told.index) for uri, listed in found.masters.items() for told in listed}
    values = [value for item in file.items for value in item.values]
    assert len(values) > 25
    for value in values:
        source = value.source
        if source.kind == "entry":
            assert source.index in events
        elif source.kind == "description":
            assert (source.uri, source.index) in masters
        else:
            assert source.index is None


def test_the_herb_lot_has_what_its_story_tells() -> None:
    found, _ = found_of(Verdict.VERIFIED)
    file = legal_file(found, TODAY)
    circular, passport = items_of(file, CIRCULAR), items_of(file, PASSPORT)
    assert texts(circular["name"]) == ["Hoa trà hoa vàng sấy, hộp 100 g"]
    assert texts(circular["producer"]) == ["HTX Dược liệu Mẫu Núi Đính (dữ liệu mẫu)"]
    assert texts(circular["address"]) == ["xã Nho Quan, Ninh Bình"]
    assert [(value.part, value.text) for value in circular["time"].values] == [
        ("packed", "2026-01-17"),
        ("shipping", "2026-01-20"),
    ]
    assert texts(circular["code"])[:2] == [GTIN, "THV260116"]
    assert [value.part for value in circular["code"].values] == ["01", "10", "21"]
    assert texts(circular["expiry"]) == ["2028-01-17"]
    assert [stage.step for stage in file.stages] == [
        "packing",
        "encoding",
        "shipping",
        "receiving",
        "stocking",
    ]
    assert all(stage.place and stage.place_name for stage in file.stages)
    assert texts(passport["origin"], "grown") == ["Lô A03, 0,42 ha"]
    assert texts(passport["party"], "identifier") == [COOP]
    assert texts(passport["dates"]) == ["2026-01-17", "2028-01-17"]
    assert [value.ended for value in passport["certificates"].values if value.part == "certificate"] == [
        False,
        True,
    ]
    assert len(texts(passport["certificates"], "test")) == 1
    assert texts(passport["identifier"]) == [found.target.instance_uri if found.target else ""]


def test_the_validator_lists_what_is_missing_with_a_reason_for_each() -> None:
    found, _ = found_of(Verdict.VERIFIED)
    missing = {(item.law, item.code): item.reason for item in legal_file(found, TODAY).missing}
    assert missing == {
        (CIRCULAR, "image"): "no_image",
        (PASSPORT, "warnings"): "no_warning",
        (PASSPORT, "portal"): "not_connected",
    }


def test_a_bare_lot_lacks_nearly_everything_and_each_lack_is_said() -> None:
    found, _ = found_of(Verdict.RECORDED)
    bare = replace(found, masters={}, descriptions={}, ancestors=())
    reasons = {(item.law, item.code): item.reason for item in legal_file(bare, TODAY).missing}
    assert reasons[CIRCULAR, "name"] == "product_undescribed"
    assert reasons[CIRCULAR, "producer"] == "producer_undescribed"
    assert reasons[CIRCULAR, "address"] == "no_address"
    assert reasons[CIRCULAR, "stages"] == "stage_without_place"
    assert reasons[CIRCULAR, "time"] == "no_trade"
    assert reasons[CIRCULAR, "standards"] == "no_standard"
    assert reasons[PASSPORT, "origin"] == "no_origin"
    assert reasons[PASSPORT, "certificates"] == "no_certificate"
    assert reasons[PASSPORT, "dates"] == "no_expiry"
    assert items_of(legal_file(bare, TODAY), CIRCULAR)["brand"].status is Status.ABSENT
    assert items_of(legal_file(bare, TODAY), CIRCULAR)["expiry"].status is Status.ABSENT


def test_a_roll_of_tem_needs_no_place_and_a_sale_does() -> None:
    world = herb()
    labels = {"quantityList": [{"epcClass": LOT, "quantity": 29}]}
    world.tell("officer", "2026-01-20T11:00:00+07:00", "encoding", [LOT], **labels)
    assert items_of(legal_file(verified(world), TODAY), CIRCULAR)["stages"].status is Status.PRESENT
    world.tell("officer", "2026-01-20T12:00:00+07:00", "retail_selling", [LOT], **labels)
    assert items_of(legal_file(verified(world), TODAY), CIRCULAR)["stages"].reason == "stage_without_place"


@pytest.mark.parametrize("verdict", [Verdict.TAMPERED, Verdict.UNKNOWN])
def test_where_nothing_was_verified_nothing_is_told(verdict: Verdict) -> None:
    found, _ = found_of(verdict)
    file = legal_file(found, TODAY)
    assert {item.reason for item in file.missing} == {"unverified"}
    assert len(file.missing) == len(CIRCULAR_ITEMS) + len(PASSPORT_ITEMS)
    assert file.stages == ()


def test_a_withheld_entry_makes_the_trace_incomplete() -> None:
    found, _ = found_of(Verdict.INCOMPLETE)
    trace = items_of(legal_file(found, TODAY), PASSPORT)["trace"]
    assert (trace.status, trace.reason) == (Status.INCOMPLETE, "withheld")


def test_a_photo_counts_when_the_description_names_it_and_its_bytes_are_here() -> None:
    world = herb()
    described(world, PRODUCT, "2026-01-10", **{MDA + "name": "Trà", NGUON + "image": ni_uri(PHOTO)})
    found = verified(world)
    there = items_of(legal_file(found, TODAY, lambda digest: digest == PHOTO), CIRCULAR)["image"]
    gone = items_of(legal_file(found, TODAY), CIRCULAR)["image"]
    assert (there.status, texts(there)) == (Status.PRESENT, [ni_uri(PHOTO)])
    assert (gone.status, gone.reason) == (Status.INCOMPLETE, "image_gone")


def test_a_commune_that_was_merged_keeps_its_old_name_in_what_happened_before() -> None:
    world = herb()
    described(world, DRYER, "2025-01-01", **{MDA + "name": "Xưởng", MDA + "city": "xã Cũ"})
    described(world, DRYER, "2026-01-19", **{MDA + "name": "Xưởng", MDA + "city": "xã Mới"})
    described(world, COOP, "2025-01-01", **{MDA + "name": "HTX", MDA + "city": "xã Cũ"})
    described(world, COOP, "2026-01-19", **{MDA + "name": "HTX", MDA + "city": "xã Mới"})
    file = legal_file(verified(world), TODAY)
    stages = [
        (stage.when.date().isoformat(), stage.place_address) for stage in file.stages if stage.place == DRYER
    ]
    assert stages == [("2026-01-17", "xã Cũ"), ("2026-01-17", "xã Cũ"), ("2026-01-20", "xã Mới")]
    assert texts(items_of(file, CIRCULAR)["address"]) == ["xã Mới"]


def test_a_place_described_after_what_happened_there_still_has_a_name() -> None:
    world = herb()
    described(world, PLOT, "2026-01-15", **{MDA + "name": "Lô A03 đo lại"})
    told = verified(world).masters[PLOT]
    assert [item.valid_from for item in told] == ["2021-01-01", "2026-01-15"]
    first = valid_at_or_first(told, date(2019, 5, 1))
    assert first is not None
    assert first.said("name") == "Lô A03, 0,42 ha"
    assert valid_at(told, date(2019, 5, 1)) is None


def test_the_newest_that_holds_wins_and_an_anchored_one_before_any_that_is_not() -> None:
    old, new = Description(1, "2025-01-01", {}), Description(2, "2026-01-01", {})
    same, pending = Description(3, "2026-01-01", {}), Description(4, "2026-01-02", {}, pending=True)
    told = [same, old, pending, new]
    assert valid_at(told, date(2025, 12, 31)) is old
    assert valid_at(told, date(2026, 1, 1)) is same
    assert valid_at(told, date(2026, 6, 1)) is same
    assert valid_at([old, Description(5, "2027-01-01", {})], date(2026, 6, 1)) is old


@pytest.mark.parametrize(
    ("day", "in_force"),
    [("2024-05-31", False), ("2024-06-01", True), ("2027-05-31", True), ("2027-06-01", False)],
)
def test_a_certificate_is_in_force_from_its_first_day_to_its_last(day: str, in_force: bool) -> None:
    attributes: dict[str, Any] = {NGUON + "validFrom": "2024-06-01", NGUON + "validUntil": "2027-05-31"}
    assert Description(1, "2024-06-01", attributes).in_force(date.fromisoformat(day)) is in_force


def test_certificates_that_have_all_ended_are_no_certificate_today() -> None:
    found, _ = found_of(Verdict.VERIFIED)
    file = legal_file(found, date(2027, 12, 1))
    values = items_of(file, PASSPORT)["certificates"].values
    assert all(value.ended for value in values if value.part == "certificate")
    assert OCOP in found.masters
    assert datetime.fromisoformat("2025-12-31").date() in {value.day for value in values}
