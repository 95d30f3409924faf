"""What the phone's own code signs, a real log takes; what the log promises and proves, the phone's code checks."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.admission import check_possession
from ledger.encoding import JsonValue, b64_encode, canonical_json
from ledger.errors import ConflictError, StatementError
from ledger.proof import bundle as bundles
from ledger.statement import jws
from ledger.statement.jws import Jwk, Typ
from ledger.statement.subjects import Role, key_uri
from ledger.store.appender import Receipt
from nguon.settings import Settings
from nguon.wiring import Deployment
from tests.phonekit import Phone, RefusedError
from tests.programs import can_run

ORG = "https://id.gs1.org/417/9521001000017"
STEMS = ["https://id.gs1.org/01/0952100100", "https://id.gs1.org/414/952100100", ORG]
LOT = "https://id.gs1.org/01/09521001000024/10/H261124-7KQ"
PLACE = "https://id.gs1.org/414/9521001000031"
CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"nguon": "https://w3id.org/nguon/epcis/", "cbvmda": "urn:epcglobal:cbv:mda:"},
]

pytestmark = pytest.mark.skipif(not can_run(), reason="no node: `make setup`")


@dataclass
class Log:
    """A real log, anchored in a chain of its own."""

    deployment: Deployment

    @property
    def trust(self) -> str:
        return json.dumps(self.deployment.trust.to_json())

    def capture(
        self, *statements: str, org: str | None = ORG, possessions: tuple[str, ...] = ()
    ) -> list[Any]:
        result = self.deployment.capture.statements(statements, org=org, possessions=possessions)
        return [receipt_json(receipt) for receipt in result.receipts]

    def anchor(self) -> dict[str, Any]:
        loop = self.deployment.anchor_loop
        assert loop is not None
        size = loop.settle(60).size
        checkpoint = self.deployment.log.checkpoint(size)
        assert checkpoint is not None
        return {"size": size, "root": checkpoint[0].root.hex()}

    def signed_with(self, kid: str, size: int) -> str:
        bundle = self.deployment.prover.bundle((Role.BY, key_uri(kid)), size)
        return bundles.pack(bundle).decode()


def receipt_json(receipt: Receipt) -> dict[str, Any]:
    return {
        "index": receipt.index,
        "leaf": b64_encode(receipt.leaf),
        "proof": receipt.proof,
        "duplicate": receipt.duplicate,
    }


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("phone") / "nguon", anchor_max_seconds=1)
    with Deployment.open(settings) as deployment:
        yield Log(deployment)


@pytest.fixture
def phone() -> Iterator[Phone]:
    with Phone() as running:
        yield running


def claim(role: str, now: datetime, action: str = "admit") -> dict[str, Any]:
    return {
        "org": ORG,
        "role": role,
        "custody": "own",
        "stems": STEMS,
        "action": action,
        "time": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }


def officer(log: Log, phone: Phone) -> str:
    """An officer's phone, admitted by the registrar; its key's thumbprint."""
    kid = str(phone.ask("key")["kid"])
    asked = phone.ask("claim", claim=claim("officer", log.deployment.clock()))
    log.deployment.registrar_desk.admit(asked["possession"])
    return kid


def harvest(log: Log, number: int, lot: str = LOT, **more: Any) -> str:
    now = log.deployment.clock() - timedelta(hours=1)
    event = {
        "@context": CONTEXT,
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:01890000-0000-7000-8000-{number:012x}",
        "eventTime": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "eventTimeZoneOffset": "+07:00",
        "action": "ADD",
        "bizStep": "https://w3id.org/nguon/bizstep/harvesting",
        "readPoint": {"id": PLACE},
        "quantityList": [{"epcClass": lot, "quantity": 12.4, "uom": "KGM"}],
        "ilmd": {"cbvmda:lotNumber": lot.rpartition("/")[2]},
        "nguon:note": "Hái ở vườn A03",
        **more,
    }
    return json.dumps(event, ensure_ascii=False)


def signed(phone: Phone, payload: str, **heading: Any) -> str:
    return str(phone.ask("sign", heading={"typ": "epcis+jws", **heading}, payload=payload)["statement"])


def test_a_phones_key_is_admitted_by_the_registrar_and_what_it_signs_is_captured_and_its_receipt_checked(
    log: Log, phone: Phone
) -> None:
    kid = officer(log, phone)
    anchor = log.anchor()
    lot = LOT + "1"
    raw = signed(phone, harvest(log, 1, lot), about=[lot], seen=anchor)
    statement = jws.parse(raw)
    jws.verify_signature(statement, log.deployment.log.key_record(kid).jwk)  # type: ignore[union-attr]
    assert statement.header.seen is not None
    assert statement.header.seen.size == anchor["size"]
    receipts = log.capture(raw)
    assert phone.ask("check", receipts=receipts, statements=[raw], trust=log.trust) == {
        "indexes": [receipts[0]["index"]]
    }
    assert log.deployment.log.statement(receipts[0]["index"]) == raw


def test_a_description_and_an_event_made_from_others_are_captured_as_signed(log: Log, phone: Phone) -> None:
    officer(log, phone)
    product = LOT.partition("/10/")[0]
    described: dict[str, JsonValue] = {
        "id": product,
        "type": "urn:epcglobal:epcis:vtype:EPCClass",
        "attributes": {"urn:epcglobal:cbv:mda:descriptionShort": "Hoa trà tươi"},
        "validFrom": "2026-01-01",
    }
    master = phone.ask(
        "sign", heading={"typ": "master+jws", "about": [product]}, payload=canonical_json(described).decode()
    )["statement"]
    born, made = LOT + "2", LOT + "3"
    first = signed(phone, harvest(log, 2, born), about=[born])
    transformed = json.loads(harvest(log, 3, made, type="TransformationEvent", bizStep="commissioning"))
    for name in ("action", "quantityList"):
        del transformed[name]
    transformed["inputQuantityList"] = [{"epcClass": born, "quantity": 12.4, "uom": "KGM"}]
    transformed["outputQuantityList"] = [{"epcClass": made, "quantity": 2.1, "uom": "KGM"}]
    second = signed(phone, json.dumps(transformed), about=[made], **{"from": [born]})
    sent = [master, first, second]
    receipts = log.capture(*sent)
    phone.ask("check", receipts=receipts, statements=sent, trust=log.trust)


def test_an_officers_phone_admits_a_member_whose_own_phone_then_records(log: Log, phone: Phone) -> None:
    officer(log, phone)
    with Phone() as member:
        kid = str(member.ask("key")["kid"])
        asked = member.ask("claim", claim=claim("member", log.deployment.clock()))
        check_possession(asked["payload"].encode(), asked["possession"])
        admission = phone.ask("admit", payload=asked["payload"], possession=asked["possession"])["statement"]
        receipts = log.capture(admission, possessions=(asked["possession"],))
        phone.ask("check", receipts=receipts, statements=[admission], trust=log.trust)
        record = log.deployment.log.key_record(kid)
        assert record is not None
        assert (record.org, record.role, record.custody, record.stems) == (ORG, "member", "own", tuple(STEMS))
        lot = LOT + "4"
        raw = signed(member, harvest(log, 4, lot), about=[lot])
        assert member.ask("check", receipts=log.capture(raw), statements=[raw], trust=log.trust)
        revocation = claim("member", log.deployment.clock(), "revoke")
        payload = canonical_json({**revocation, "jwk": record.jwk.to_json()}).decode()
        log.capture(phone.ask("admit", payload=payload, possession=None)["statement"])
        record = log.deployment.log.key_record(kid)
        assert record is not None
        assert record.revoked is not None


def test_a_proof_of_another_holder_is_refused_by_the_phone_and_by_the_ledger(log: Log, phone: Phone) -> None:
    officer(log, phone)
    with Phone() as member, Phone() as thief:
        member.ask("key")
        thief.ask("key")
        asked = member.ask("claim", claim=claim("member", log.deployment.clock()))
        stolen = thief.ask("claim", claim=claim("member", log.deployment.clock()))["possession"]
        with pytest.raises(RefusedError) as refused:
            phone.ask("admit", payload=asked["payload"], possession=stolen)
        assert refused.value.code == "key.unproven"
        with pytest.raises(StatementError) as wrong:
            check_possession(asked["payload"].encode(), stolen)
        assert wrong.value.code == "key.unproven"


def test_a_statement_sent_again_is_answered_with_its_first_receipt_which_holds(
    log: Log, phone: Phone
) -> None:
    officer(log, phone)
    lot = LOT + "5"
    raw = signed(phone, harvest(log, 5, lot), about=[lot])
    first, again = log.capture(raw), log.capture(raw)
    assert again[0]["duplicate"]
    assert again[0]["index"] == first[0]["index"]
    phone.ask("check", receipts=again, statements=[raw], trust=log.trust)


def test_the_phone_refuses_what_the_ledger_would_refuse_before_it_is_kept(log: Log, phone: Phone) -> None:
    officer(log, phone)
    for payload, heading, code in (
        ('{"a":1,"a":2}', {"about": [LOT]}, "json.duplicate_member"),
        ('{"a":"e\u0301"}', {"about": [LOT]}, "text.not_nfc"),
        ("[]", {"about": [LOT]}, "statement.syntax"),
        ("{}", {"about": [LOT], "from": [LOT]}, "statement.syntax"),
        ("{}", {"about": [f"urn:x:{number}" for number in range(255)]}, "limit.subjects"),
    ):
        with pytest.raises(RefusedError) as refused:
            signed(phone, payload, **heading)
        assert refused.value.code == code


def test_a_receipt_for_another_statement_of_the_same_log_is_an_alarm(log: Log, phone: Phone) -> None:
    officer(log, phone)
    lots = [LOT + "6", LOT + "7"]
    raws = [signed(phone, harvest(log, 6 + place, lot), about=[lot]) for place, lot in enumerate(lots)]
    receipts = log.capture(*raws)
    with pytest.raises(RefusedError) as refused:
        phone.ask("check", receipts=receipts[::-1], statements=raws, trust=log.trust)
    assert refused.value.code == "receipt.commitment"


def test_the_phone_counts_what_was_signed_with_its_key_and_takes_no_other_keys_bundle_for_it(
    log: Log, phone: Phone
) -> None:
    kid = officer(log, phone)
    lots = [LOT + "8", LOT + "9"]
    raws = [signed(phone, harvest(log, 8 + place, lot), about=[lot]) for place, lot in enumerate(lots)]
    phone.ask("check", receipts=log.capture(*raws), statements=raws, trust=log.trust)
    anchor = log.anchor()
    asked: dict[str, Any] = {"trust": log.trust, "anchor": anchor}
    found = phone.ask("count", bundle=log.signed_with(kid, anchor["size"]), **asked)
    assert (found["signed"], found["mine"], found["foreign"], found["unkept"]) == (2, 2, [], [])
    assert found["anchored"] is True
    with Phone() as forgetful:  # it has another key, and remembers nothing of the first one's
        forgetful.ask("key")
        with pytest.raises(RefusedError) as refused:
            forgetful.ask("count", bundle=log.signed_with(kid, anchor["size"]), **asked)
        assert refused.value.code == "bundle.other_target"


def test_a_key_that_signed_nothing_is_proven_to_have_signed_nothing(log: Log, phone: Phone) -> None:
    kid = str(phone.ask("key")["kid"])
    anchor = log.anchor()
    found = phone.ask("count", bundle=log.signed_with(kid, anchor["size"]), trust=log.trust, anchor=anchor)
    assert (found["signed"], found["foreign"], found["anchored"]) == (0, [], True)


def test_another_key_of_the_same_organisation_can_say_again_what_the_first_said_and_it_is_recorded_once(
    log: Log, phone: Phone
) -> None:
    officer(log, phone)
    lot = LOT + "A"
    payload = harvest(log, 20, lot)
    first = signed(phone, payload, about=[lot])
    log.capture(first)
    officer(log, phone)  # the browser has thrown the old key away
    second = signed(phone, payload, about=[lot])
    assert jws.parse(second).header.kid != jws.parse(first).header.kid
    receipts = log.capture(second)
    assert receipts[0]["duplicate"]
    phone.ask("check", receipts=receipts, statements=[first], trust=log.trust)
    with pytest.raises(ConflictError):
        log.capture(signed(phone, payload, about=[lot, PLACE]))


def test_python_reads_the_vectors_of_the_phone_as_the_phone_does(vectors: Path) -> None:
    given = json.loads((vectors / "phone.json").read_bytes())
    jwk = Jwk.parse({name: given["key"][name] for name in ("kty", "crv", "x", "y")})
    assert jwk.kid == given["kid"]
    for item in given["statements"]:
        statement = jws.parse(item["statement"])
        jws.verify_signature(statement, jwk)
        assert statement.header.typ is Typ(item["heading"]["typ"])
        assert statement.payload_bytes == item["payload"].encode()
    admission = given["admission"]
    check_possession(admission["payload"].encode(), admission["possession"])
    for wrong in admission["wrong"]:
        with pytest.raises(StatementError):
            check_possession(wrong["payload"].encode(), wrong["possession"])
