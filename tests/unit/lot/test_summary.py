"""A lot's story folded into what a page shows."""

from datetime import UTC, date, datetime

from ledger.lot.explain import told_of
from ledger.lot.summary import LotSummary, summarise
from tests.unit.lot.kit import JAM, PALLET, POT, Story, kg, lot, packs, pot, pots, sample
from tests.unit.lot.test_graph import RIVAL_KEY, signed, signer
from tests.world import AUTHORITY, COOP, LAB

NOW = datetime(2026, 6, 1, tzinfo=UTC)
CUSTOMER = "https://id.gs1.org/417/9521095000016"
CARRIER = "https://id.gs1.org/417/9521091000010"
DOCK = "https://id.gs1.org/414/9521095000023"


def of_sample(name: str, uri: str, now: datetime = NOW) -> LotSummary:
    return summarise(uri, told_of(sample(name)), now=now)


def test_the_herbs_packs() -> None:
    found = of_sample("herb", "https://id.gs1.org/01/09521001000055/10/THV260116")
    assert (found.serials, found.quantities) == (29, {"": 29})
    assert found.dispositions == {"recalled": 3, "sellable_not_accessible": 21, "encoded": 5}
    assert found.expiry is not None
    assert (found.expiry.day, found.expired) == ("2028-01-17", False)
    assert len(found.still_recalled) == 3
    assert found.certificates == (
        "https://id.gs1.org/253/9521001000017GACP2024-017",
        "https://id.gs1.org/253/9521001000024OCOP4S-2024-033",
    )


def test_the_herbs_dried_flowers_were_tested() -> None:
    found = of_sample("herb", "https://id.gs1.org/01/09521001000048/10/D260114")
    assert found.quantities == {"KGM": 0.1}
    assert found.persistent == ("conformant",)
    (test,) = found.tests
    assert test.conformant is True
    assert test.certificates == ("https://id.gs1.org/253/9521090000011KN26-0098",)
    assert (test.laboratory, test.signed) == (LAB, False)
    assert test.measured


def test_the_rices_sacks_are_counted_and_held_by_the_supermarket() -> None:
    found = of_sample("rice", "https://id.gs1.org/01/09521002000085/10/NHC260110")
    assert found.quantities == {"": 2370}
    assert found.stock.sold == {"": 41}
    assert found.disposition == "retail_sold"
    assert found.holder is not None
    assert found.holder.owning == "https://id.gs1.org/417/9521096000015"
    assert not found.is_recalled


def test_a_corrected_weight_is_the_one_that_counts() -> None:
    found = of_sample("rice", "https://id.gs1.org/01/09521002000023/10/M25-B1")
    assert found.stock.born == {"KGM": 74200}
    assert found.stock.exceeded == ()


def test_a_container_moves_its_contents_to_its_place_and_holder_but_not_to_its_disposition() -> None:
    story = Story()
    story.make([kg(lot("J1", JAM), 2)], pots(1, 4), ilmd={"cbvmda:lotNumber": "P1"}, disposition="active")
    story.pack(PALLET, pots(1, 3), disposition="container_closed")
    story.see(
        epcList=[PALLET],
        bizStep="receiving",
        disposition="in_progress",
        bizLocation={"id": DOCK},
        destinationList=[
            {"type": "owning_party", "destination": CUSTOMER},
            {"type": "possessing_party", "destination": CARRIER},
        ],
    )
    story.pack(PALLET, pots(1, 3), "DELETE", disposition="sellable_accessible")
    story.see(epcList=[PALLET], bizLocation={"id": "https://id.gs1.org/414/9521001000024"})
    found = summarise(lot("P1", POT), story.told(), now=NOW)
    assert found.entries == 4
    assert found.dispositions == {"sellable_accessible": 3, "active": 1}
    assert found.holder is not None
    assert (found.holder.owning, found.holder.possessing, found.holder.place) == (CUSTOMER, CARRIER, DOCK)
    assert found.holder.index == 2


def test_a_lot_that_nobody_shipped_is_held_by_who_signed_its_birth() -> None:
    story = Story()
    story.add(quantityList=[kg(lot("B1"), 3)])
    found = summarise(lot("B1"), signed(story), now=NOW)
    assert found.holder is not None
    assert found.holder.owning == found.holder.possessing == COOP
    assert found.born == datetime(2026, 5, 1, 1, tzinfo=UTC)


def test_a_lot_is_expired_from_the_end_of_its_earliest_use_by_day() -> None:
    story = Story()
    for day in ("2026-05-20", "2026-05-10"):
        story.add(quantityList=[kg(lot("B1"), 3)], ilmd={"cbvmda:itemExpirationDate": day})
    found = summarise(lot("B1"), story.told(), now=datetime(2026, 5, 10, 16, 59, tzinfo=UTC))
    assert found.expiry is not None
    assert (found.expiry.day, found.expired) == (date(2026, 5, 10).isoformat(), False)
    assert summarise(lot("B1"), story.told(), now=datetime(2026, 5, 10, 17, tzinfo=UTC)).expired


def test_where_signers_are_known_a_recall_ends_only_with_its_own_organisations_release() -> None:
    authority = signer("authority", AUTHORITY, (), "authority")
    story = Story()
    story.make([kg(lot("J1", JAM), 2)], pots(1, 3), ilmd={"cbvmda:lotNumber": "P1"})
    story.recall([pot(1)], **{"nguon:lotNumber": "P1"})
    story.recall([pot(1)], release=True)
    other = summarise(lot("P1", POT), signed(story, e1=authority), now=NOW)
    assert other.recall is not None
    assert other.recall.org == AUTHORITY
    assert other.is_recalled
    assert other.still_recalled == (pot(1),)
    assert not summarise(lot("P1", POT), signed(story), now=NOW).is_recalled


def test_where_signers_are_known_a_strangers_recall_is_none() -> None:
    story = Story()
    story.make([kg(lot("J1", JAM), 2)], pots(1, 3), ilmd={"cbvmda:lotNumber": "P1"})
    story.recall([pot(1)])
    assert summarise(lot("P1", POT), signed(story), now=NOW).is_recalled
    stranger = summarise(lot("P1", POT), signed(story, e1=RIVAL_KEY), now=NOW)
    assert (stranger.is_recalled, stranger.still_recalled) == (False, ())


def test_a_recall_told_after_a_release_stands_in_the_log_whatever_its_time() -> None:
    story = Story()
    story.make([kg(lot("J1", JAM), 2)], pots(1, 3), ilmd={"cbvmda:lotNumber": "P1"})
    story.recall([pot(1)], release=True)
    story.recall([pot(1)], at="2026-05-01T08:00:30+07:00")
    assert summarise(lot("P1", POT), story.told(), now=NOW).still_recalled == ()
    logged = summarise(lot("P1", POT), signed(story), now=NOW)
    assert logged.recall is not None
    assert logged.still_recalled == (pot(1),)


def test_an_instance_has_a_story_of_its_own() -> None:
    story = Story()
    story.make([kg(lot("J1", JAM), 2)], pots(1, 3), ilmd={"cbvmda:lotNumber": "P1"}, disposition="active")
    story.see(epcList=[pot(1)], disposition="retail_sold", bizStep="retail_selling")
    story.recall([pot(1)])
    sold = summarise(pot(1), story.told(), now=NOW)
    assert (sold.entries, sold.disposition, sold.still_recalled) == (3, "retail_sold", (pot(1),))
    other = summarise(pot(2), story.told(), now=NOW)
    assert (other.entries, other.disposition, other.still_recalled) == (1, "active", ())


def test_a_laboratorys_own_signature_is_known() -> None:
    lab = signer("lab", LAB, (), "laboratory")
    story = Story()
    story.add(quantityList=[kg(lot("B1"), 3)])
    story.see(
        quantityList=[kg(lot("B1"), 3)],
        bizStep="inspecting",
        persistentDisposition={"set": ["non_conformant"]},
    )
    (test,) = summarise(lot("B1"), signed(story, e1=lab), now=NOW).tests
    assert (test.laboratory, test.signed, test.conformant) == (LAB, True, False)


def test_an_unknown_lot_has_an_empty_story() -> None:
    story = Story()
    story.add(quantityList=[packs(lot("B1"), 3)])
    found = summarise(lot("NONE"), story.told(), now=NOW)
    assert (found.entries, found.born, found.holder, found.tests) == (0, None, None, ())


def test_goods_that_never_expire_may_carry_the_last_day_that_there_is() -> None:
    story = Story()
    story.add(quantityList=[kg(lot("SALT"), 3)], ilmd={"cbvmda:itemExpirationDate": "9999-12-31"})
    found = summarise(lot("SALT"), story.told(), now=NOW)
    assert found.expiry is not None
    assert (found.expiry.day, found.expired) == ("9999-12-31", False)
