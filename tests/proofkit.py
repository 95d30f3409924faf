"""Bundles of a stored log, judged by the verifier as a client would."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ledger.log.note import parse_checkpoint
from ledger.proof import bundle as bundles
from ledger.proof.bundle import Bundle
from ledger.proof.chain import Anchor, ChainAnswer
from ledger.proof.target import Target
from ledger.proof.trustfile import TrustFile
from ledger.proof.verification import Verification
from ledger.proof.verify import recall_keys, verify
from ledger.prove import Prover
from tests.ledgerkit import COOP, FIELD, GTIN, ORIGIN, SHOP, STORE, Kit, document, event_id, harvest, lot

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
RAW = "09521002000023"
MASTER = bytes(range(32))
TRUST_REST = {
    "chain_id": 31337,
    "contract": "0x5FbDB2315678afecb367f032d93F642f64180aa3",
    "log_id": bytes(32),
    "finality": "latest",
    "rpcs": ("http://127.0.0.1:8545",),
}


def prover(kit: Kit) -> Prover:
    return Prover(kit.ledger.log, tem_master=MASTER)


def trust_of(kit: Kit) -> TrustFile:
    return TrustFile(
        origin=ORIGIN,
        log_key=kit.ledger.signer.vkey,
        registrars=kit.ledger.registrars,
        **TRUST_REST,  # type: ignore[arg-type]  # one dict of several types
    )


def check(kit: Kit, bundle: Bundle, expect: Target | None = None, **changes: Any) -> Verification:
    checkpoint = parse_checkpoint(bundle.checkpoint.partition("\n\n")[0] + "\n")
    anchor = Anchor(checkpoint.size, checkpoint.root, int(NOW.timestamp()) - 60)
    asked = frozenset(recall_keys(bundle))
    chain = ChainAnswer("ok", anchor, 0, False, 86_400, frozenset(), asked, 6, 1, 1)
    return verify(bundles.pack(bundle), trust_of(kit), replace(chain, **changes), NOW, expect=expect)


def tell(kit: Kit) -> None:
    """Raw rice, packed into L1, sold; product, field and cooperative described."""
    raw = harvest(1, quantityList=[{"epcClass": lot("R1", RAW), "quantity": 500, "uom": "KGM"}])
    packed = {
        "type": "TransformationEvent",
        "eventID": event_id(2),
        "eventTime": "2026-02-02T08:00:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "bizStep": "packing",
        "readPoint": {"id": FIELD},
        "inputQuantityList": [{"epcClass": lot("R1", RAW), "quantity": 500, "uom": "KGM"}],
        "outputQuantityList": [{"epcClass": lot("L1"), "quantity": 100}],
        "ilmd": {"cbvmda:lotNumber": "L1", "cbvmda:itemExpirationDate": "2027-02-02"},
    }
    sold = harvest(
        3,
        eventTime="2026-02-03T08:00:00+07:00",
        action="OBSERVE",
        bizStep="retail_selling",
        readPoint={"id": STORE},
        sourceList=[{"type": "owning_party", "source": SHOP}],
    )
    names = {PRODUCT: "Gạo nếp", FIELD: "Cánh đồng", COOP: "Hợp tác xã"}
    master = [
        {
            "type": "urn:epcglobal:epcis:vtype:EPCClass",
            "vocabularyElementList": [
                {"id": uri, "attributes": [{"id": "urn:epcglobal:cbv:mda:name", "attribute": name}]}
                for uri, name in names.items()
            ],
        }
    ]
    kit.capture.document(document(raw, packed, sold, master=master), org=None)


PRODUCT = f"https://id.gs1.org/01/{GTIN}"
