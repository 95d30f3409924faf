"""Every verdict that bundle, trust file and chain can decide, each from a case that differs in one thing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ledger.log.lotmap import MapLeaf
from ledger.proof import bundle as bundles
from ledger.proof.bundle import Bundle
from ledger.proof.chain import Anchor
from ledger.proof.target import Target
from ledger.proof.verdict import Verdict
from ledger.proof.verification import Verification
from ledger.proof.verify import verify
from ledger.statement.jws import Typ
from ledger.statement.subjects import KEY_URI_PREFIX, Role, subject_key
from tests.world import COOP, COOP_STEMS, GTIN, HARVEST, PRODUCT, RIVAL, World, instance, lot


@pytest.fixture
def world() -> World:
    return World().found()


def check(world: World, bundle: Bundle, **chain: Any) -> Verification:
    """Verify a bundle as it would arrive: as bytes."""
    return verify(bundles.pack(bundle), world.trust(), world.chain(bundle, **chain), world.now)


def codes(verification: Verification) -> set[str]:
    return {reason.code for reason in verification.reasons}


def assert_verdict(verification: Verification, verdict: Verdict, code: str | None = None) -> None:
    assert verification.verdict == verdict, [reason.to_json() for reason in verification.reasons]
    if code is not None:
        assert code in codes(verification)


# -- verified


def test_a_lot_that_is_whole_signed_and_anchored_is_verified(world: World) -> None:
    uri = world.pack("GOOD")
    world.event("lab", [uri], bizStep="inspecting", quantityList=[{"epcClass": uri, "quantity": 29}])
    world.snapshot()
    found = check(world, world.bundle(uri))
    assert_verdict(found, Verdict.VERIFIED)
    assert found.reasons == ()
    assert [entry.ordinal for entry in found.entries] == [1, 2]
    assert [ancestor.uri for ancestor in found.ancestors] == [HARVEST]
    assert (
        found.descriptions[PRODUCT]["urn:epcglobal:cbv:mda:descriptionShort"]
        == "Hoa trà hoa vàng sấy, hộp 100 g"
    )
    assert found.birth is not None
    assert found.birth.signer is not None
    assert found.birth.signer.org == COOP


def test_a_tem_in_its_roll_is_verified_and_knows_its_place(world: World) -> None:
    uri = world.pack("GOOD")
    world.roll("member", uri)
    world.snapshot()
    found = check(world, world.bundle(uri, world.serial(uri, 3)))
    assert_verdict(found, Verdict.VERIFIED)
    assert found.tem is not None
    assert (found.tem.index, found.tem.issued) == (3, 29)


def test_a_tem_named_by_the_lots_birth_is_verified(world: World) -> None:
    uri = world.pack(
        "BORN", outputQuantityList=[], outputEPCList=[instance("7K001Q37"), instance("7K002Q74")]
    )
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri, "7K001Q37")), Verdict.VERIFIED)


def test_instances_without_a_lot_number_belong_to_the_lot_that_their_birth_is_about(world: World) -> None:
    uri = world.pack(
        "BORN", outputQuantityList=[], outputEPCList=[instance("7K001Q37")], ilmd={"nguon:process": "x"}
    )
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri, "7K001Q37")), Verdict.VERIFIED)


def test_more_tem_than_packs_is_said_and_changes_nothing_else(world: World) -> None:
    uri = world.pack("MANY", count=10)
    world.roll("member", uri, count=29)
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri, world.serial(uri, 3))), Verdict.VERIFIED, "tem.over_issued")


def test_a_bundle_that_is_about_no_lot_is_checked_and_judged_by_what_it_holds(world: World) -> None:
    world.pack("GOOD")
    world.snapshot()
    for role, uri in (
        (Role.DESC, PRODUCT),
        (Role.ABOUT, world.keys["member"].jwk.uri),
        (Role.ABOUT, HARVEST),
    ):
        bundle = world.bundle(HARVEST)
        first = next((item for item in bundle.subjects if (item.role, item.uri) == (role, uri)), None)
        assert first is not None, uri
        others = tuple(item for item in bundle.subjects if item is not first)
        assert_verdict(check(world, replace(bundle, subjects=(first, *others))), Verdict.VERIFIED)


# -- unknown


def test_a_lot_that_is_proven_absent_is_unknown(world: World) -> None:
    world.snapshot()
    assert_verdict(check(world, world.bundle(lot("NEVER"))), Verdict.UNKNOWN, "lot.absent")


def test_a_lot_that_others_only_observed_is_unknown(world: World) -> None:
    uri = lot("SEEN")
    world.event("shop", [uri], bizStep="receiving", quantityList=[{"epcClass": uri, "quantity": 5}])
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri)), Verdict.UNKNOWN, "lot.unborn")


def test_a_lot_born_by_someone_who_does_not_speak_for_it_is_unknown(world: World) -> None:
    uri = lot("FOREIGN")
    world.event("rival", [uri], action="ADD", quantityList=[{"epcClass": uri, "quantity": 5}])
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri)), Verdict.UNKNOWN, "lot.unborn")


def test_a_lot_whose_birth_was_withdrawn_is_unknown(world: World) -> None:
    uri = world.pack("VOID")
    world.void(len(world.log) - 1)
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri)), Verdict.UNKNOWN, "lot.unborn")


def test_a_birth_that_another_organisation_declares_an_error_still_stands(world: World) -> None:
    uri = world.pack("KEPT")
    world.void(len(world.log) - 1, by="rival")
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri)), Verdict.VERIFIED)


def test_a_forged_tem_is_unknown_and_shown_what_stands_in_its_place(world: World) -> None:
    uri = world.pack("GOOD")
    world.roll("member", uri)
    world.snapshot()
    true = world.serial(uri, 3)
    forged = true[:-1] + ("0" if true[-1] != "0" else "1")
    assert_verdict(check(world, world.bundle(uri, forged)), Verdict.UNKNOWN, "tem.absent")


def test_a_tem_of_a_voided_roll_is_unknown(world: World) -> None:
    uri = world.pack("GOOD")
    world.void(world.roll("member", uri))
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri, world.serial(uri, 3))), Verdict.UNKNOWN, "tem.voided")


def test_a_tem_of_a_roll_issued_by_a_stranger_is_unknown(world: World) -> None:
    uri = world.pack("GOOD")
    world.roll("rival", uri)
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri, world.serial(uri, 3))), Verdict.UNKNOWN, "tem.absent")


@pytest.mark.parametrize(
    ("chain", "verdict"),
    [
        ({"state": "unreachable", "latest": None}, Verdict.CHAIN_UNREACHABLE),
        ({"state": "disputed", "latest": None}, Verdict.CHAIN_DISPUTED),
        ({"latest": None}, Verdict.STALE),
        ({"max_age": 30}, Verdict.STALE),
        ({"retired": True}, Verdict.STALE),
    ],
)
def test_absence_without_a_fresh_anchor_is_never_unknown(
    world: World, chain: dict[str, Any], verdict: Verdict
) -> None:
    uri = world.pack("GOOD")
    world.roll("member", uri)
    world.snapshot()
    assert_verdict(check(world, world.bundle(lot("NEVER")), **chain), verdict)
    assert_verdict(check(world, world.bundle(uri, "0" * 17), **chain), verdict)


# -- recalled


@pytest.mark.parametrize("by", ["member", "officer", "authority"])
def test_a_recall_by_who_may_counts(world: World, by: str) -> None:
    uri = world.pack("BAD")
    index = world.recall(by, uri)
    world.snapshot()
    found = check(world, world.bundle(uri))
    assert_verdict(found, Verdict.RECALLED, "recall.entry")
    assert found.recall is not None
    assert found.recall.entry is not None
    assert found.recall.entry.index == index


@pytest.mark.parametrize("by", ["rival", "shop", "lab"])
def test_a_recall_by_a_stranger_counts_for_nothing(world: World, by: str) -> None:
    uri = world.pack("GOOD")
    world.recall(by, uri)
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri)), Verdict.VERIFIED)


def test_a_pending_recall_counts(world: World) -> None:
    uri = world.pack("BAD")
    world.snapshot()
    world.recall("member", uri)
    assert_verdict(check(world, world.bundle(uri, pending=True)), Verdict.RECALLED)


def test_a_release_by_the_same_organisation_ends_a_recall(world: World) -> None:
    uri = world.pack("GOOD")
    world.recall("member", uri)
    world.recall("officer", uri, release=True)
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri)), Verdict.VERIFIED)


def test_a_release_by_another_organisation_ends_nothing(world: World) -> None:
    uri = world.pack("BAD")
    world.recall("authority", uri)
    world.recall("member", uri, release=True)
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri)), Verdict.RECALLED)


def test_a_pending_release_undoes_nothing_yet(world: World) -> None:
    uri = world.pack("BAD")
    world.recall("member", uri)
    world.snapshot()
    world.recall("member", uri, release=True)
    assert_verdict(check(world, world.bundle(uri, pending=True)), Verdict.RECALLED)


def test_order_is_the_logs_index_and_never_event_time(world: World) -> None:
    uri = world.pack("BAD")
    world.recall("member", uri, release=True)
    world.recall("member", uri)
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri)), Verdict.RECALLED)


def test_a_withdrawn_recall_counts_for_nothing(world: World) -> None:
    uri = world.pack("GOOD")
    world.void(world.recall("member", uri))
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri)), Verdict.VERIFIED)


def test_a_recall_of_instances_recalls_those_and_any_part_counts_for_the_lot(world: World) -> None:
    uri = world.pack("PART")
    world.roll("member", uri)
    first, second = world.serial(uri, 1), world.serial(uri, 2)
    world.recall("member", uri, [first])
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri, first)), Verdict.RECALLED)
    assert_verdict(check(world, world.bundle(uri, second)), Verdict.VERIFIED)
    assert_verdict(check(world, world.bundle(uri)), Verdict.RECALLED)


def test_a_release_of_instances_leaves_the_others_recalled(world: World) -> None:
    uri = world.pack("PART")
    world.roll("member", uri)
    first, second = world.serial(uri, 1), world.serial(uri, 2)
    world.recall("member", uri)
    world.recall("member", uri, [first], release=True)
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri, first)), Verdict.VERIFIED)
    assert_verdict(check(world, world.bundle(uri, second)), Verdict.RECALLED)


def test_a_recalled_ancestor_recalls(world: World) -> None:
    uri = world.pack("CHILD")
    world.recall("member", HARVEST)
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri)), Verdict.RECALLED, "recall.ancestor")


def test_a_recall_in_the_contract_counts_for_the_lot_and_its_ancestors(world: World) -> None:
    uri = world.pack("CHILD")
    world.snapshot()
    world.contract_recalls.add(subject_key(Role.ABOUT, HARVEST))
    assert_verdict(check(world, world.bundle(uri)), Verdict.RECALLED, "recall.ancestor_contract")
    world.contract_recalls = {subject_key(Role.ABOUT, uri)}
    assert_verdict(check(world, world.bundle(uri)), Verdict.RECALLED, "recall.contract")


def test_a_stranger_cannot_tie_a_recalled_lot_to_a_good_one(world: World) -> None:
    uri, bad = world.pack("GOOD"), lot("BAD", "09521002000085")
    world.event("rival", [bad], action="ADD", quantityList=[{"epcClass": bad, "quantity": 5}])
    world.recall("rival", bad)
    world.event("rival", [uri], [bad], quantityList=[{"epcClass": uri, "quantity": 1}])
    world.snapshot()
    found = check(world, world.bundle(uri))
    assert_verdict(found, Verdict.VERIFIED)
    assert bad not in {ancestor.uri for ancestor in found.ancestors}


def test_a_season_that_no_stem_covers_takes_its_inputs_from_who_began_it(world: World) -> None:
    season, feed, bad = (
        "urn:uuid:012587f4-718d-5111-be3b-8edcac208cb0",
        lot("F1", "09521080000014"),
        lot("BAD"),
    )
    world.event("member", [season], [feed], bizStep="https://w3id.org/nguon/bizstep/fertilising")
    world.event("rival", [season], [bad], bizStep="https://w3id.org/nguon/bizstep/fertilising")
    uri = lot("HARVEST")
    world.event("member", [uri], [season], action="ADD", quantityList=[{"epcClass": uri, "quantity": 5}])
    world.snapshot()
    found = check(world, world.bundle(uri))
    assert_verdict(found, Verdict.VERIFIED)
    assert [ancestor.uri for ancestor in found.ancestors] == [season, feed]


def test_the_contract_must_be_asked_about_all_that_matters(world: World) -> None:
    uri = world.pack("CHILD")
    world.snapshot()
    found = check(world, world.bundle(uri), asked=frozenset({subject_key(Role.ABOUT, uri)}))
    assert_verdict(found, Verdict.CHAIN_UNREACHABLE, "chain.recalls_not_asked")


# -- expired, incomplete, recorded, stale


def test_a_lot_expires_at_the_end_of_the_day_in_the_birth_events_offset(world: World) -> None:
    uri = world.pack("OLD", expiry="2026-09-21")
    world.snapshot()
    bundle = world.bundle(uri)
    world.now = world.now.replace(hour=16, minute=59)
    assert_verdict(check(world, bundle), Verdict.VERIFIED)
    world.now = world.now.replace(hour=17, minute=0)
    assert_verdict(check(world, bundle), Verdict.EXPIRED, "lot.expired")


def test_the_earliest_use_by_date_counts_also_a_pending_one(world: World) -> None:
    uri = world.pack("TWICE", expiry="2027-01-01")
    world.snapshot()
    world.pack("TWICE", expiry="2026-01-01")
    assert_verdict(check(world, world.bundle(uri, pending=True)), Verdict.EXPIRED)


def test_a_withheld_entry_of_the_lot_or_of_an_ancestor_makes_it_incomplete(world: World) -> None:
    uri = world.pack("SECRET")
    world.event("lab", [uri], bizStep="inspecting", quantityList=[{"epcClass": uri, "quantity": 29}])
    world.snapshot()
    for index in (len(world.log) - 2, world.log.index(next(e for e in world.log if HARVEST in _about(e)))):
        world.log[index].withheld = True
        assert_verdict(check(world, world.bundle(uri)), Verdict.INCOMPLETE, "entry.withheld")
        world.log[index].withheld = False


def test_a_withheld_birth_or_roll_is_incomplete_and_never_unknown(world: World) -> None:
    uri = world.pack("SECRET")
    roll = world.roll("member", uri)
    world.snapshot()
    for index in (roll - 1, roll):
        world.log[index].withheld = True
        assert_verdict(check(world, world.bundle(uri, world.serial(uri, 1))), Verdict.INCOMPLETE)
        world.log[index].withheld = False


def test_a_withheld_description_has_no_effect(world: World) -> None:
    uri = world.pack("GOOD")
    world.snapshot()
    next(e for e in world.log if PRODUCT in _about(e)).withheld = True
    found = check(world, world.bundle(uri))
    assert_verdict(found, Verdict.VERIFIED)
    assert PRODUCT not in found.descriptions


def test_a_lot_of_which_nothing_is_anchored_is_recorded(world: World) -> None:
    world.snapshot()
    uri = world.pack("NEW")
    assert_verdict(check(world, world.bundle(uri, pending=True)), Verdict.RECORDED, "lot.pending")


def test_a_tem_of_a_pending_roll_is_recorded(world: World) -> None:
    uri = world.pack("GOOD")
    world.snapshot()
    world.roll("member", uri)
    found = check(world, world.bundle(uri, world.serial(uri, 3), pending=True))
    assert_verdict(found, Verdict.RECORDED, "tem.pending")


def test_a_checkpoint_beyond_the_newest_anchor_is_recorded(world: World) -> None:
    uri = world.pack("GOOD")
    world.snapshot()
    size = world.snapshot(anchor=False)
    assert_verdict(check(world, world.bundle(uri, size=size)), Verdict.RECORDED, "chain.not_anchored")


def test_a_bundle_of_an_older_anchor_an_old_anchor_and_a_retired_log_are_stale(world: World) -> None:
    uri = world.pack("GOOD")
    old = world.snapshot()
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri, size=old)), Verdict.STALE, "chain.newer_anchor")
    bundle = world.bundle(uri)
    assert_verdict(check(world, bundle, retired=True), Verdict.STALE, "chain.retired")
    world.now += timedelta(days=2)
    latest = Anchor(world.anchored or 0, world.root(world.anchored or 0), int(world.now.timestamp()) - 86_401)
    assert_verdict(check(world, bundle, latest=latest), Verdict.STALE, "chain.old_anchor")


@pytest.mark.parametrize("state", ["unreachable", "disputed"])
def test_a_silent_or_divided_chain_is_said(world: World, state: str) -> None:
    uri = world.pack("GOOD")
    world.snapshot()
    found = check(world, world.bundle(uri), state=state, latest=None)
    assert_verdict(found, Verdict(f"chain_{state}"))


# -- tampered: the log lied


def test_another_root_in_the_contract_is_tampered(world: World) -> None:
    uri = world.pack("GOOD")
    size = world.snapshot()
    latest = Anchor(size, bytes(32), int(world.now.timestamp()))
    assert_verdict(check(world, world.bundle(uri), latest=latest), Verdict.TAMPERED, "chain.other_root")


def test_a_log_that_the_contract_marks_false_is_tampered(world: World) -> None:
    uri = world.pack("GOOD")
    world.snapshot()
    found = check(world, world.bundle(uri), false_since=1_790_000_000)
    assert_verdict(found, Verdict.TAMPERED, "chain.proven_false")


def test_an_entry_filed_under_another_subject_is_tampered(world: World) -> None:
    uri, other = world.pack("X"), lot("Y")
    index = world.event(
        "lab", [other], bizStep="inspecting", quantityList=[{"epcClass": other, "quantity": 1}]
    )
    statement = world.log.pop(index).statement
    assert statement is not None
    by = subject_key(Role.BY, KEY_URI_PREFIX + statement.header.kid)
    world.append(statement, [subject_key(Role.ABOUT, uri), by])
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri)), Verdict.TAMPERED, "bundle.filing")


def test_a_map_that_counts_too_few_is_tampered_when_the_entry_is_shown(world: World) -> None:
    uri = world.pack("GOOD")
    world.recall("member", uri)
    key = subject_key(Role.ABOUT, uri)

    def forget(leaves: dict[bytes, MapLeaf]) -> None:
        if key in leaves:
            leaves[key] = MapLeaf(key, leaves[key].head, 1)

    world.lie_in_map = forget
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri)), Verdict.TAMPERED, "bundle.count")


def test_an_old_release_logged_again_is_tampered(world: World) -> None:
    uri = world.pack("BAD")
    world.recall("member", uri)
    released = world.log[world.recall("member", uri, release=True)].statement
    world.recall("member", uri)
    assert released is not None
    world.append(released)
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri)), Verdict.TAMPERED, "bundle.replayed")


def test_time_that_goes_backwards_is_tampered(world: World) -> None:
    uri = world.pack("GOOD")
    index = world.event("lab", [uri], bizStep="inspecting", quantityList=[{"epcClass": uri, "quantity": 29}])
    statement = world.log.pop(index).statement
    assert statement is not None
    world.append(statement, time=1)
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri)), Verdict.TAMPERED, "bundle.time")


def test_a_time_that_no_calendar_has_is_tampered(world: World) -> None:
    uri = world.pack("GOOD")
    world.snapshot()
    index = world.event("lab", [uri], bizStep="inspecting", quantityList=[{"epcClass": uri, "quantity": 29}])
    statement = world.log.pop(index).statement
    assert statement is not None
    world.append(statement, time=2**63)
    assert_verdict(check(world, world.bundle(uri, pending=True)), Verdict.TAMPERED, "bundle.time")


# -- tampered: keys


def test_an_entry_signed_by_a_key_that_was_never_admitted_is_tampered(world: World) -> None:
    world.new_key("stranger", RIVAL)
    uri = world.pack("GOOD")
    world.event("stranger", [uri], quantityList=[{"epcClass": uri, "quantity": 1}])
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri)), Verdict.TAMPERED, "authority.key")


def test_an_entry_signed_before_its_keys_admission_is_tampered(world: World) -> None:
    world.new_key("early", RIVAL)
    uri = world.pack("GOOD")
    world.event("early", [uri], quantityList=[{"epcClass": uri, "quantity": 1}])
    world.admit("early", RIVAL, "retailer")
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri)), Verdict.TAMPERED, "authority.key")


def test_a_revoked_key_signs_nothing_any_more_and_what_it_signed_before_holds(world: World) -> None:
    before = world.pack("BEFORE")
    world.admit("member", COOP, "member", COOP_STEMS, by="officer", action="revoke")
    world.snapshot()
    assert_verdict(check(world, world.bundle(before)), Verdict.VERIFIED)
    after = world.pack("AFTER")
    world.snapshot()
    assert_verdict(check(world, world.bundle(after)), Verdict.TAMPERED, "authority.key")


def test_a_key_is_never_admitted_again_after_its_revocation(world: World) -> None:
    world.admit("member", COOP, "member", COOP_STEMS, by="officer", action="revoke")
    world.now += timedelta(minutes=1)
    world.admit("member", COOP, "member", COOP_STEMS)
    uri = world.pack("AFTER")
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri)), Verdict.TAMPERED, "authority.key")


def test_an_officer_can_give_no_stem_that_he_does_not_hold(world: World) -> None:
    world.admit("greedy", COOP, "member", ["https://id.gs1.org/01/"], by="officer")
    uri = lot("GREEDY", "09521002000085")
    world.event("greedy", [uri], action="ADD", quantityList=[{"epcClass": uri, "quantity": 1}])
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri)), Verdict.TAMPERED, "authority.key")


@pytest.mark.parametrize("by", ["member", "shop", "authority", "rival"])
def test_only_a_registrar_or_the_own_officer_admits(world: World, by: str) -> None:
    world.admit("puppet", COOP, "member", COOP_STEMS, by=by)
    uri = lot("PUPPET")
    world.event("puppet", [uri], action="ADD", quantityList=[{"epcClass": uri, "quantity": 1}])
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri)), Verdict.TAMPERED, "authority.key")


def test_an_admitted_registrar_admits_as_a_pinned_one_does(world: World) -> None:
    world.admit("province", "https://id.gs1.org/417/9521099000029", "registrar")
    world.admit("newcomer", COOP, "officer", COOP_STEMS, by="province")
    uri = lot("NEWCOMER")
    world.event("newcomer", [uri], action="ADD", quantityList=[{"epcClass": uri, "quantity": 1}])
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri)), Verdict.VERIFIED)


def test_a_pinned_registrar_signs_no_events(world: World) -> None:
    uri = lot("REGISTRAR")
    world.event("registrar", [uri], action="ADD", quantityList=[{"epcClass": uri, "quantity": 1}])
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri)), Verdict.TAMPERED, "authority.key")


def test_a_key_statement_that_is_about_something_else_admits_nobody(world: World) -> None:
    key = world.new_key("sly", COOP)
    payload = {
        "org": COOP,
        "jwk": key.jwk.to_json(),
        "role": "officer",
        "custody": "own",
        "stems": list(COOP_STEMS),
        "action": "admit",
        "time": "2026-01-01T00:00:00Z",
    }
    world.log_statement("registrar", Typ.KEY, payload, (key.jwk.uri, RIVAL))
    uri = lot("SLY")
    world.event("sly", [uri], action="ADD", quantityList=[{"epcClass": uri, "quantity": 1}])
    world.snapshot()
    assert_verdict(check(world, world.bundle(uri)), Verdict.TAMPERED, "authority.key")


def test_a_withheld_key_statement_that_decides_a_signature_is_tampered(world: World) -> None:
    uri = world.pack("GOOD")
    world.admit("member", COOP, "member", COOP_STEMS, by="officer", action="revoke")
    world.pack("OTHER")
    world.snapshot()
    world.log[-3].withheld = True
    assert_verdict(check(world, world.bundle(lot("OTHER"))), Verdict.TAMPERED, "bundle.key_withheld")
    assert_verdict(check(world, world.bundle(uri)), Verdict.VERIFIED)


# -- tampered: the bundle


def _without(bundle: Bundle, keep: Any) -> Bundle:
    return replace(bundle, subjects=tuple(subject for subject in bundle.subjects if keep(subject)))


def test_a_bundle_that_leaves_out_a_story_it_needs_is_tampered(world: World) -> None:
    uri = world.pack("GOOD")
    world.roll("member", uri)
    world.snapshot()
    bundle = world.bundle(uri, world.serial(uri, 3))
    needed = {subject.uri for subject in bundle.subjects if subject.role is Role.ABOUT}
    needed -= {world.keys[name].jwk.uri for name in ("lab", "authority", "shop", "rival")}
    for left_out in needed:
        assert_verdict(
            check(world, _without(bundle, lambda subject, name=left_out: subject.uri != name)),
            Verdict.TAMPERED,
        )


def test_a_bundle_must_answer_for_what_was_scanned(world: World) -> None:
    uri = world.pack("GOOD")
    world.snapshot()
    bundle = world.bundle(uri)
    for asked in (Target(GTIN, "OTHER", None), Target(GTIN, "GOOD", "0" * 17)):
        found = verify(bundle, world.trust(), world.chain(bundle), world.now, expect=asked)
        assert_verdict(found, Verdict.TAMPERED, "bundle.other_target")


def test_a_slot_left_out_or_of_another_roll_is_tampered(world: World) -> None:
    uri = world.pack("GOOD")
    world.roll("member", uri)
    world.snapshot()
    bundle = world.bundle(uri, world.serial(uri, 3))
    assert bundle.tem is not None
    slot = bundle.tem.slots[0]
    for slots in ((), (replace(slot, roll=0),), (replace(slot, leaf=bytes(32)),), (slot, slot)):
        lied = replace(bundle, tem=replace(bundle.tem, slots=slots))
        assert_verdict(check(world, lied), Verdict.TAMPERED)


def test_a_newest_entry_left_out_of_a_bundle_is_tampered(world: World) -> None:
    uri = world.pack("GOOD")
    world.recall("member", uri)
    world.snapshot()
    bundle = world.bundle(uri)
    first = bundle.subjects[0]
    cut = replace(bundle, subjects=(replace(first, entries=first.entries[:-1]), *bundle.subjects[1:]))
    assert_verdict(check(world, cut), Verdict.TAMPERED, "bundle.count")


def test_a_bundle_of_another_log_is_tampered(world: World) -> None:
    uri = world.pack("GOOD")
    world.snapshot()
    other = World(seed="other").found()
    other.snapshot()
    bundle = world.bundle(uri)
    assert_verdict(verify(bundle, other.trust(), other.chain(bundle), world.now), Verdict.TAMPERED)


@pytest.mark.parametrize("rubbish", [b"", b"{", b"[]", b'{"v":2}', b'{"v":1,"v":1}', b"\xff"])
def test_rubbish_is_tampered(world: World, rubbish: bytes) -> None:
    uri = world.pack("GOOD")
    world.snapshot()
    found = verify(rubbish, world.trust(), world.chain(world.bundle(uri)), world.now)
    assert_verdict(found, Verdict.TAMPERED, "bundle.syntax")


def _about(logged: Any) -> tuple[str, ...]:
    return logged.statement.header.about if logged.statement else ()
