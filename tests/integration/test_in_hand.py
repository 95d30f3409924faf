"""What an organisation has in hand, folded from the samples in a real log."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from ledger.capture import Capture
from ledger.inforce import Descriptions
from ledger.inhand import Holdings, InHand
from ledger.lot.whereabouts import whereabouts
from ledger.lots import Lots
from ledger.store.database import open_engine
from nguon.database import upgrade
from tests.ledgerkit import Kit, Ledger, Org
from tests.unit.lines.kit import SAMPLES

NOW = datetime(2026, 4, 1, 5, tzinfo=UTC)
HERB = "https://id.gs1.org/417/9521001000017"
RICE = "https://id.gs1.org/417/9521002000016"
HONEY = "https://id.gs1.org/417/9521003000015"
SHOP = "https://id.gs1.org/417/9521095000016"


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    folder = tmp_path_factory.mktemp("samples")
    url = f"sqlite:///{folder / 'ledger.db'}"
    upgrade(url)
    ledger = Ledger(open_engine(url), folder)
    with ledger.running(admit=False) as writer:
        kit = Kit(ledger, writer)
        index = json.loads((SAMPLES / "signers.json").read_bytes())
        orgs = {
            one["folder"]: Org(one["org"], tuple(one["stems"]), role=one["role"], name=one["folder"])
            for one in index["signers"]
        }
        known = {org.uri: org for org in orgs.values()}
        capture = Capture(
            ledger.log, writer, registrars=ledger.registrars, clock=lambda: NOW, signers=known.get
        )
        capture.statements([org.key_statement(ledger.registrar).raw for org in known.values()], org=None)
        for path in index["order"]:
            capture.document((SAMPLES / path).read_bytes(), org=orgs[path.rpartition("/")[0]].uri)
        yield kit


@pytest.fixture(scope="module")
def in_hand(kit: Kit) -> InHand:
    return InHand(kit.ledger.log, Lots(kit.ledger.log))


def left(held: Holdings) -> dict[str, tuple[float | None, str, str]]:
    return {item.number or item.uri: (item.left, item.unit, item.lane) for item in held.lots}


def test_what_is_left_of_a_cooperatives_lots_is_what_was_not_used_and_not_handed_over(
    in_hand: InHand,
) -> None:
    assert left(in_hand.of(HERB, NOW)) == {
        "THV260116": (26, "", "packed"),  # 29 packed, 24 shipped, 21 came back
        "D260114": (0.1, "KGM", "tested"),  # 3.05 less 0.05 of sample and 2.9 packed
        "W260112": (0.8, "KGM", "harvested"),
        "CAY2021": (1200, "", "growing"),
        "BT2501-07": (5.58, "KGM", "harvested"),  # received 6, sprayed 0.42
        "HC2502-11": (80, "KGM", "harvested"),
    }


def test_what_was_told_twice_of_one_hand_over_is_handed_over_once(in_hand: InHand) -> None:
    held = left(in_hand.of(RICE, NOW))
    assert held["NHC260110"] == (2190, "", "packed")  # 2,390 less two pallets of 100, consigned and shipped
    assert held["K2511"] == (105_900, "KGM", "dried")
    assert "M25-B1" not in held, "what was dried whole is in hand no more"


def test_hives_grow_and_their_jars_are_counted_one_by_one(in_hand: InHand) -> None:
    held = left(in_hand.of(HONEY, NOW))
    assert held["DAN-A"] == (30, "", "growing")
    assert held["MA250528"] == (6, "", "packed")  # 24 jars with numbers, 18 of them on the pallet


def test_a_shop_holds_what_it_received_and_not_what_it_sent_back_or_sold(in_hand: InHand) -> None:
    assert left(in_hand.of(SHOP, datetime(2026, 3, 5, tzinfo=UTC))) == {"THV260116": (0, "", "shipped")}


def test_a_treatment_binds_a_planting_until_the_day_after_its_interval(in_hand: InHand) -> None:
    held = in_hand.of(HERB, NOW)
    planting = next(item for item in held.lots if item.number == "CAY2021")
    assert planting.allowed_from == date(
        2025, 9, 21
    )  # three days after the 18th, said by the product's description too
    assert planting.place == "https://id.gs1.org/414/9521001000024/254/THV-A03"


def test_a_season_grows_under_its_transformation_until_a_month_after_its_harvest(in_hand: InHand) -> None:
    season = "urn:uuid:012587f4-718d-5111-be3b-8edcac208cb0"
    assert season in left(in_hand.of(RICE, datetime(2025, 12, 1, tzinfo=UTC)))
    assert season not in left(in_hand.of(RICE, NOW))


def test_what_is_carried_on_is_what_is_read_anew(in_hand: InHand, kit: Kit) -> None:
    fresh = InHand(kit.ledger.log, Lots(kit.ledger.log))
    for org in (HERB, RICE, HONEY, SHOP):
        assert in_hand.of(org, NOW) == fresh.of(org, NOW)


def test_who_deals_with_it_and_what_it_applies_are_found(in_hand: InHand) -> None:
    held = in_hand.of(HERB, NOW)
    assert SHOP in held.parties
    assert HERB not in held.parties
    assert held.applied == {"09521080000014", "09521080000021"}
    assert held.made["09521001000048"] == "drying"


def test_descriptions_in_force_are_found_by_what_they_describe(kit: Kit) -> None:
    known = Descriptions(kit.ledger.log)
    found = known.under(["https://id.gs1.org/253/9521001", "https://id.gs1.org/414/9521001"], NOW.date())
    assert "https://id.gs1.org/253/9521001000017GACP2024-017" in found
    assert "https://id.gs1.org/414/9521001000031/254/SAY-02" in found
    assert all(
        uri.startswith(("https://id.gs1.org/253/9521001", "https://id.gs1.org/414/9521001")) for uri in found
    )
    assert known.under([], NOW.date()) == {}


@pytest.mark.parametrize(
    ("org", "lot", "expected"),
    [
        (
            HERB,
            "https://id.gs1.org/01/09521001000055/10/THV260116",
            [("sold", SHOP, 3, 3), ("stock", None, 26, 26)],  # 21 of 24 came back
        ),
        (
            HONEY,
            "https://id.gs1.org/01/09521003000046/10/MA250528",
            [
                ("handed", "https://id.gs1.org/417/9521097000014", 13, 13),
                ("sold", "https://id.gs1.org/417/9521097000014", 5, 5),
                ("stock", None, 6, 6),
            ],
        ),
        (
            HONEY,
            "https://id.gs1.org/01/09521003000046/10/MB250529",
            [
                ("handed", "https://id.gs1.org/417/9521097000014", 48, 0),
                ("sold", "https://id.gs1.org/417/9521097000014", 12, 0),
                ("stock", None, 60, 0),
            ],
        ),
    ],
)
def test_every_pack_of_a_lot_is_somewhere(
    kit: Kit, org: str, lot: str, expected: list[tuple[str, str | None, float, int]]
) -> None:
    parts = whereabouts(lot, Lots(kit.ledger.log).story(lot).graph, org)
    assert [(part.state, part.party, part.amount, len(part.serials)) for part in parts] == expected
