"""Capture, on both databases: documents signed here, statements signed elsewhere."""

import json
from typing import Any

import pytest

from ledger.admission import prove_possession, sign_admission
from ledger.encoding import canonical_json
from ledger.errors import AuthorityError, ConflictError, EncodingError, LedgerError, RuleError, StatementError
from ledger.statement import jws
from ledger.statement.jws import Header, Typ
from ledger.statement.subjects import Role, subject_key
from tests.ledgerkit import (
    CONTEXT,
    COOP,
    COOP_STEMS,
    GTIN,
    SHOP,
    STORE,
    Kit,
    Org,
    birth,
    document,
    event_id,
    harvest,
    instance,
    lot,
    observation,
)

PRODUCT = f"https://id.gs1.org/01/{GTIN}"
PRODUCTS = "urn:epcglobal:epcis:vtype:EPCClass"


def product(name: str, uri: str = PRODUCT) -> dict[str, Any]:
    attributes = [{"id": "urn:epcglobal:cbv:mda:descriptionShort", "attribute": name}]
    return {"type": PRODUCTS, "vocabularyElementList": [{"id": uri, "attributes": attributes}]}


def test_a_plain_event_is_signed_by_who_speaks_for_its_place(kit: Kit) -> None:
    sold = harvest(2, action="OBSERVE", bizStep="retail_selling", readPoint={"id": STORE})
    result = kit.capture.document(document(harvest(1), sold), org=None)
    signers = [kit.statement_at(receipt.index).header.kid for receipt in result.receipts]
    assert signers == [kit.ledger.coop.kid, kit.shop.kid]
    assert result.event_ids == [event_id(1), event_id(2)]
    first = kit.statement_at(result.receipts[0].index)
    assert first.header.about == (lot("L1"),)
    assert first.payload == {"@context": CONTEXT, **harvest(1)}
    jws.verify_signature(first, jws.Jwk.from_public(kit.ledger.coop.private.public_key()))


def test_an_event_without_id_gets_one_and_keeps_it_when_sent_again(kit: Kit) -> None:
    sent = document(harvest(1, eventID=None))
    first = kit.capture.document(sent, org=COOP)
    second = kit.capture.document(sent, org=COOP)
    assert first.event_ids == second.event_ids
    assert first.event_ids[0].startswith("urn:uuid:")
    assert first.event_ids[0][len("urn:uuid:") + 14] == "7"
    assert [(r.index, r.duplicate) for r in second.receipts] == [(first.receipts[0].index, True)]
    assert first.job_id == second.job_id
    job = kit.ledger.log.job(first.job_id)
    assert job is not None
    assert job.result["eventIDs"] == first.event_ids
    assert job.result["indexes"] == [first.receipts[0].index]


def test_a_document_with_one_bad_event_records_nothing_and_lists_every_violation(kit: Kit) -> None:
    size = kit.ledger.log.size()
    bad = [
        harvest(2, eventTime="2027-01-01T00:00:00+07:00"),
        harvest(3, quantityList=[{"epcClass": lot("L1"), "quantity": -1}]),
        harvest(4, quantityList=[{"epcClass": "https://id.gs1.org/01/09521002000086/10/A", "quantity": 1}]),
    ]
    with pytest.raises(RuleError) as refused:
        kit.capture.document(document(harvest(1), bad[0], bad[1]), org=COOP)
    told = {(found.code, found.pointer) for found in refused.value.violations}
    assert ("time.future", "/epcisBody/eventList/1/eventTime") in told
    assert ("quantity.not_positive", "/epcisBody/eventList/2/quantityList/0/quantity") in told
    with pytest.raises(RuleError) as refused:
        kit.capture.document(document(harvest(1), bad[2]), org=COOP)
    assert refused.value.code == "gs1.check_digit"
    assert kit.ledger.log.size() == size
    assert kit.ledger.log.event(event_id(1)) is None


def test_what_only_the_log_can_refuse_refuses_the_whole_document_too(kit: Kit) -> None:
    kit.capture.document(document(harvest(1)), org=COOP)
    size = kit.ledger.log.size()
    with pytest.raises(ConflictError) as refused:
        kit.capture.document(
            document(harvest(2), harvest(1, quantityList=harvest(9)["quantityList"] * 2)), org=COOP
        )
    assert refused.value.code == "event.id_reused"
    assert refused.value.pointer == "/epcisBody/eventList/1/eventID"
    assert kit.ledger.log.size() == size


def test_an_api_key_cannot_speak_for_another_organisation(kit: Kit) -> None:
    with pytest.raises(AuthorityError) as refused:
        kit.capture.document(document(harvest(1)), org=SHOP)
    assert refused.value.code == "authority.stems"
    with pytest.raises(AuthorityError):
        kit.capture.document(document(harvest(1, readPoint=None)), org=SHOP)
    with pytest.raises(AuthorityError):
        kit.capture.document(document(harvest(1, readPoint=None)), org=None)
    assert kit.ledger.log.size() == 3


def test_broken_json_is_refused(kit: Kit) -> None:
    with pytest.raises(EncodingError):
        kit.capture.document(b'{"a": 1, "a": 2}', org=COOP)


def test_a_statement_over_64_kib_is_refused(kit: Kit) -> None:
    with pytest.raises(RuleError) as refused:
        kit.capture.document(document(harvest(1, **{"nguon:note": "x" * 70_000})), org=COOP)
    assert refused.value.code == "limit.size"


def test_over_255_subjects_are_refused(kit: Kit) -> None:
    many = [{"epcClass": lot(f"L{n}"), "quantity": 1} for n in range(255)]
    with pytest.raises(RuleError) as refused:
        kit.capture.document(document(harvest(1, quantityList=many)), org=COOP)
    assert refused.value.code == "limit.subjects"
    kit.capture.document(document(harvest(1, quantityList=many[:254])), org=COOP)


def test_instances_born_earlier_in_the_same_document_are_filed_under_their_lot(kit: Kit) -> None:
    packed = harvest(
        1, quantityList=None, epcList=[instance("S1"), instance("S2")], ilmd={"cbvmda:lotNumber": "L9"}
    )
    inspected = harvest(
        2, action="OBSERVE", bizStep="inspecting", quantityList=None, epcList=[instance("S1")]
    )
    result = kit.capture.document(document(packed, inspected), org=COOP)
    for receipt in result.receipts:
        assert kit.statement_at(receipt.index).header.about == (lot("L9"),)
    again = kit.capture.document(
        document({**inspected, "eventID": event_id(3), "epcList": [instance("S2")]}), org=COOP
    )
    assert kit.statement_at(again.receipts[0].index).header.about == (lot("L9"),)


def test_a_declaration_of_error_is_filed_where_the_original_is(kit: Kit) -> None:
    first = harvest(1, action="OBSERVE", bizStep="shipping", quantityList=None, epcList=[instance("S1")])
    kit.capture.document(document(first), org=COOP)
    packed = harvest(2, quantityList=None, epcList=[instance("S1")], ilmd={"cbvmda:lotNumber": "L9"})
    kit.capture.document(document(packed), org=COOP)
    declared = {**first, "errorDeclaration": {"declarationTime": "2026-02-03T00:00:00Z"}}
    result = kit.capture.document(document(declared), org=COOP)
    assert instance("S1") in kit.statement_at(result.receipts[0].index).header.about


def test_master_data_is_described_once_until_it_changes(kit: Kit) -> None:
    first = kit.capture.document(document(harvest(1), master=[product("Gạo nếp")]), org=None)
    later = document(harvest(2), master=[product("Gạo nếp")], creationDate="2026-03-01T00:00:00Z")
    second = kit.capture.document(later, org=None)
    assert [receipt.duplicate for receipt in second.receipts] == [False, True]
    assert second.receipts[1].index == first.receipts[1].index
    third = kit.capture.document(document(master=[product("Gạo nếp Hạt Cau")]), org=None)
    assert not third.receipts[0].duplicate
    described = kit.statement_at(third.receipts[0].index)
    assert described.header.typ is Typ.MASTER
    assert described.header.about == (PRODUCT,)
    assert described.payload["validFrom"] == "2026-02-28"
    fourth = kit.capture.document(document(master=[product("Gạo nếp")]), org=None)
    assert not fourth.receipts[0].duplicate
    assert str(kit.statement_at(fourth.receipts[0].index).payload["validFrom"]).startswith("2026-03-02T")
    rows = kit.ledger.log.subject_entries(subject_key(Role.DESC, PRODUCT))
    told = [first.receipts[1].index, third.receipts[0].index, fourth.receipts[0].index]
    assert [row.index for row in rows] == told


def test_master_data_that_nobody_speaks_for_is_left_out_with_a_warning(kit: Kit) -> None:
    stranger = "https://id.gs1.org/01/09521081000013"
    result = kit.capture.document(document(harvest(1), master=[product("NPK", stranger)]), org=None)
    assert [(found.code, found.level) for found in result.warnings] == [("master.uncovered", "W")]
    assert len(result.receipts) == 1
    job = kit.ledger.log.job(result.job_id)
    assert job is not None
    assert [warning["code"] for warning in job.result["warnings"]] == ["master.uncovered"]  # type: ignore[index,union-attr]  # the job has a result


def test_own_keys_sign_their_own_statements(kit: Kit) -> None:
    statements = [birth(kit.farm, 1, "F1"), observation(kit.farm, 2, "F1")]
    result = kit.capture.statements([item.raw for item in statements], org=COOP)
    assert result.event_ids == [item.payload["eventID"] for item in statements]
    assert kit.statement_at(result.receipts[1].index).raw == statements[1].raw
    again = kit.capture.statements([statements[0].raw], org=COOP)
    assert again.receipts[0].duplicate


def test_a_statement_by_an_unknown_or_foreign_or_revoked_key_is_refused(kit: Kit) -> None:
    stranger = Org(COOP, COOP_STEMS, name="stranger")
    for org, sender, why in ((stranger, COOP, "unknown"), (kit.farm, SHOP, "foreign")):
        with pytest.raises(AuthorityError) as refused:
            kit.capture.statements([birth(org, 1, "F1").raw], org=sender)
        assert refused.value.code == "authority.key"
        assert refused.value.params["why"] == why
    kit.capture.statements([kit.farm.key_statement(kit.ledger.registrar, "revoke").raw], org=None)
    with pytest.raises(AuthorityError) as refused:
        kit.capture.statements([birth(kit.farm, 1, "F1").raw], org=COOP)
    assert refused.value.params["why"] == "revoked"


def test_a_statement_with_a_wrong_signature_is_refused(kit: Kit) -> None:
    raw = birth(kit.farm, 1, "F1").raw
    other = birth(kit.farm, 2, "F2").raw
    forged = raw.rpartition(".")[0] + "." + other.rpartition(".")[2]
    with pytest.raises(StatementError) as refused:
        kit.capture.statements([other, forged], org=COOP)
    assert refused.value.code == "statement.signature"
    assert refused.value.pointer == "/1"


def test_a_statement_must_be_filed_under_all_that_its_event_names(kit: Kit) -> None:
    wrong = kit.farm.event(dict(birth(kit.farm, 1, "F1").payload), [lot("OTHER")])
    with pytest.raises(StatementError) as refused:
        kit.capture.statements([wrong.raw], org=COOP)
    assert refused.value.code == "statement.filing"


def test_a_description_of_another_shape_is_refused(kit: Kit) -> None:
    good: dict[str, Any] = {
        "id": PRODUCT,
        "type": PRODUCTS,
        "attributes": {"a": 1},
        "validFrom": "2026-01-01",
    }
    for change in ({"validFrom": "soon"}, {"id": PRODUCT + "/10/L"}, {"attributes": []}, {"more": 1}):
        payload = json.dumps({**good, **change}).encode()
        statement = kit.farm.sign(Header(kit.farm.kid, Typ.MASTER, (PRODUCT,)), payload)
        with pytest.raises(StatementError):
            kit.capture.statements([statement.raw], org=COOP)
    statement = kit.farm.sign(Header(kit.farm.kid, Typ.MASTER, (PRODUCT,)), json.dumps(good).encode())
    assert not kit.capture.statements([statement.raw], org=COOP).receipts[0].duplicate


def test_an_officer_admits_members_with_proof_and_gives_no_stem_he_lacks(kit: Kit) -> None:
    officer = Org(COOP, COOP_STEMS, role="officer", custody="own", name="officer")
    member = Org(COOP, (COOP_STEMS[1],), custody="own", name="member")
    greedy = Org(COOP, ("https://id.gs1.org/",), custody="own", name="greedy")
    kit.capture.statements([officer.key_statement(kit.ledger.registrar).raw], org=None)
    payload = member.key_payload()
    possession = prove_possession(payload, member.private)
    admission = sign_admission(payload, possession, officer.private)
    with pytest.raises(StatementError) as unproven:
        kit.capture.statements([admission.raw], org=COOP)
    assert unproven.value.code == "key.unproven"
    first = observation(member, 1, "F1")
    kit.capture.statements([admission.raw, first.raw], org=COOP, possessions=[possession])
    payload = greedy.key_payload()
    possession = prove_possession(payload, greedy.private)
    admission = sign_admission(payload, possession, officer.private)
    with pytest.raises(AuthorityError) as refused:
        kit.capture.statements([admission.raw], org=COOP, possessions=[possession])
    assert refused.value.code == "authority.stems"


def test_a_proof_of_possession_is_of_this_key_and_this_payload(kit: Kit) -> None:
    member = Org(COOP, COOP_STEMS, custody="own", name="member")
    other = Org(COOP, COOP_STEMS, custody="own", name="other")
    payload = member.key_payload()
    for wrong in (
        prove_possession(payload, other.private),
        prove_possession(canonical_json({"a": 1}), member.private),
        member.sign(Header(member.kid, Typ.KEY, (COOP,)), payload).raw,
        "a.b",
        "",
    ):
        with pytest.raises(LedgerError) as refused:
            sign_admission(payload, wrong, kit.ledger.registrar)
        assert refused.value.code == "key.unproven"
    with pytest.raises(StatementError):
        sign_admission(payload, None, kit.ledger.registrar)
