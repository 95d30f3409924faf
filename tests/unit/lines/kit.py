"""The samples as they are told: events with their filing, signed by the organisations of `samples/signers.json`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from ledger.encoding import JsonValue
from ledger.epcis.document import read_document
from ledger.epcis.event import read_event
from ledger.lot.graph import Told
from ledger.statement.filing import instance_lots, required_filing
from ledger.statement.jws import Jwk
from ledger.statement.trust import KeyRecord

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "samples"


@dataclass(frozen=True)
class Sample:
    """One folder of samples.

    Attributes:
        told: its events in the order of capture, with what they are filed under and who signed.
        descriptions: URI -> attributes.
        lots: instance -> lot.
        keys: every signer's.
    """

    told: tuple[Told, ...]
    descriptions: Mapping[str, Mapping[str, JsonValue]]
    lots: Mapping[str, str]
    keys: tuple[KeyRecord, ...]

    @property
    def plain(self) -> tuple[Told, ...]:
        """The events as a document tells them: nobody signed, nothing is filed."""
        return tuple(Told(item.index, item.event) for item in self.told)


def key_of(signer: Mapping[str, Any]) -> KeyRecord:
    private = ec.derive_private_key(
        int.from_bytes(sha256(signer["folder"].encode()).digest()) >> 1, ec.SECP256R1()
    )
    jwk = Jwk.from_public(private.public_key())
    return KeyRecord(jwk.kid, signer["org"], jwk, signer["role"], "own", tuple(signer["stems"]), 0)


@cache
def sample(name: str) -> Sample:
    """The sample of a folder: "herb", "rice", "honey"."""
    index = json.loads((SAMPLES / "signers.json").read_bytes())
    keys = {one["folder"]: key_of(one) for one in index["signers"] if one["folder"].startswith(name + "/")}
    told: list[Told] = []
    descriptions: dict[str, Mapping[str, JsonValue]] = {}
    lots: dict[str, str] = {}
    for path in index["order"]:
        if not path.startswith(name + "/"):
            continue
        document = read_document((SAMPLES / path).read_bytes())
        descriptions.update({item.id: item.attributes for item in document.master})
        for _, payload in document.events:
            event = read_event(payload)
            filing = required_filing(event, lots.get)
            lots.update(instance_lots(event))
            told.append(Told(len(told), event, keys[path.rpartition("/")[0]], filing.about, filing.from_))
    return Sample(tuple(told), descriptions, lots, tuple(keys.values()))
