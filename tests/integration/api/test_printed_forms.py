"""Every URL form that was ever printed resolves, and identically: a label outlives the program that printed it.

`tests/vectors/tem/printed_forms.json` is only ever added to.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from apikit import GROWER, PRODUCT, Service, birth, document, event, running
from cryptography.hazmat.primitives.asymmetric import ec

from coop.accounts.sealing import Sealer
from ledger import digsig
from ledger.gs1 import digital_link
from ledger.gs1.digital_link import ParseOptions
from ledger.proof import keyfile
from ledger.proof.target import Target, parse_code
from nguon.keys import open_keys, write_private
from nguon.registrar import request
from nguon.settings import Settings

FILE = Path(__file__).parents[2] / "vectors" / "tem" / "printed_forms.json"
TOLD = json.loads(FILE.read_bytes())
FORMS = [pytest.param(form, id=form["why"]) for form in TOLD["forms"]]


@pytest.fixture(scope="module")
def printer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose rolls and keys are those that the forms were printed with."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("forms"), anchor_max_seconds=1)
    assert settings.tem_host == TOLD["host"]
    open_keys(settings)
    master = bytes.fromhex((settings.data_dir / "master.key").read_text().strip())
    (settings.data_dir / "tem.key").unlink()
    sealed = Sealer(master).seal(bytes.fromhex(TOLD["master"]), "tem.key")
    write_private(settings.data_dir / "tem.key", sealed)
    with running(settings) as service:
        deployment = service.deployment
        private = _key()
        asked = request(
            private, GROWER, role="member", stems=["https://id.gs1.org/01/0952100100"], now=deployment.clock()
        )
        deployment.registrar_desk.admit(asked)
        for roll in TOLD["rolls"]:
            uri = f"{PRODUCT}/10/{digital_link.percent_encode(roll['lot'])}"
            named = [{"epcClass": uri, "quantity": roll["count"]}]
            born = {**birth("X", roll["count"], **{"cbvmda:lotNumber": roll["lot"]}), "quantityList": named}
            declared = {
                **event("X", bizStep="encoding", disposition="encoded"),
                "quantityList": named,
                "nguon:roll": {name: roll[name] for name in ("id", "count", "root")},
            }
            answer = service.client.post(
                "/epcis/v2/capture", json=document(born, declared), headers=service.grower
            )
            assert answer.status_code == 202, answer.text
        packed = event(
            "X",
            type="AggregationEvent",
            action="ADD",
            bizStep="packing",
            quantityList=None,
            parentID=TOLD["unit"],
            childQuantityList=[{"epcClass": f"{PRODUCT}/10/{TOLD['rolls'][0]['lot']}", "quantity": 5}],
        )
        assert service.capture(packed).status_code == 202
        service.anchor()
        yield service


def _key() -> ec.EllipticCurvePrivateKey:
    secret = int.from_bytes(sha256(TOLD["keySeed"].encode()).digest()) >> 1
    return ec.derive_private_key(secret, ec.SECP256R1())


@pytest.mark.parametrize("form", FORMS)
def test_a_printed_form_is_read_as_it_always_was(form: dict[str, Any]) -> None:
    link = digital_link.parse(form["printed"], ParseOptions(trailing_slash=True))
    assert link.canonical() == form["canonical"]
    assert link.host == TOLD["host"]
    if form["target"] is not None:
        assert parse_code(form["printed"], TOLD["host"]) == Target(**form["target"])


@pytest.mark.parametrize("form", FORMS)
def test_a_printed_form_resolves_as_it_always_did(printer: Service, form: dict[str, Any]) -> None:
    scheme, _, rest = form["printed"].partition("://")
    host, slash, path = rest.partition("/")
    assert scheme.lower() == "https"
    page = printer.client.get(slash + path, headers={"Host": host, "Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (form["status"], "text/html; charset=utf-8")
    if form["target"] is None:
        return
    answer = printer.client.get(slash + path, headers={"Host": host, "Accept": "application/json"}).json()
    typed = printer.client.get("/api/v1/verify", params={"code": form["printed"]}).json()
    for found in (answer, typed):
        assert found["verdict"] == form["verdict"], found["reasons"]
        assert (found["tem"] or {}).get("serial") == form["target"]["serial"]


@pytest.mark.parametrize("form", [form for form in FORMS if form.values[0]["signed"]])
def test_a_printed_signature_holds_with_the_keys_that_the_service_tells(
    printer: Service, form: dict[str, Any]
) -> None:
    answer = printer.client.get("/api/v1/keys")
    assert answer.status_code == 200
    known = keyfile.open_keys(keyfile.parse(answer.content), printer.deployment.trust)
    sealed = digsig.check(form["printed"], known.records)
    assert (sealed.key.kid, sealed.uri) == (TOLD["kid"], form["canonical"])


def test_no_form_was_taken_out() -> None:
    assert len(TOLD["forms"]) >= 16
