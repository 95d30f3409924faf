"""An organisation that keeps its own key: it signs its statements itself, and sends them signed."""

from collections.abc import Sequence
from datetime import datetime

import orjson
from cryptography.hazmat.primitives.asymmetric import ec

from ledger.encoding import JsonValue
from ledger.epcis.document import read_document
from ledger.epcis.event import read_event
from ledger.statement import jws
from ledger.statement.filing import required_filing
from ledger.statement.jws import Header, Jwk, Typ
from nguon.registrar import request

VALID_FROM = "https://w3id.org/nguon/epcis/validFrom"


class OwnKey:
    """A P-256 key that never leaves its owner."""

    def __init__(self, org: str) -> None:
        self.org = org
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._kid = Jwk.from_public(self._private.public_key()).kid

    def request(self, *, role: str, stems: Sequence[str], now: datetime) -> str:
        """What the owner sends to have the key admitted."""
        return request(self._private, self.org, role=role, stems=(self.org, *stems), now=now, custody="own")

    def statements(self, document: bytes, today: str) -> list[str]:
        """The signed statements that an EPCIS document comes to: its descriptions, then its events."""
        read = read_document(document)
        signed = []
        for item in read.master:
            since = item.attributes.get(VALID_FROM)
            said: dict[str, JsonValue] = {
                "id": item.id,
                "type": item.type,
                "attributes": dict(item.attributes),
                "validFrom": since if isinstance(since, str) else today,
            }
            signed.append(self._sign(Header(self._kid, Typ.MASTER, (item.id,)), said))
        for _, payload in read.events:
            filing = required_filing(read_event(payload), lambda _instance: None)
            signed.append(self._sign(Header(self._kid, Typ.EPCIS, filing.about, filing.from_), payload))
        return signed

    def _sign(self, header: Header, payload: dict[str, JsonValue]) -> str:
        return jws.sign(header, orjson.dumps(payload), self._private).raw
