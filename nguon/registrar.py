"""The registrar's desk: it admits keys whose holders prove that they have them, and revokes them.

A holder's request is his proof of possession (`ledger.admission`): it carries the payload of the key statement that
he asks for. The registrar signs that very payload, and has the statement logged.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec

from coop.people.keys import payload_of, revocation_of, stamp
from ledger.admission import prove_possession, sign_admission
from ledger.capture import Capture, CaptureResult
from ledger.encoding import canonical_json, parse_json
from ledger.errors import NotFoundError
from ledger.statement.jws import Jwk
from ledger.statement.trust import KeyPayload, KeyRecord, read_key_payload

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Admission:
    """A key that was admitted, and what its capture was answered."""

    key: KeyPayload
    result: CaptureResult


class Registrar:
    """Signs key statements with the deployment's registrar key, and has them logged."""

    def __init__(self, private: ec.EllipticCurvePrivateKey, capture: Capture, clock: Clock) -> None:
        self._private, self._capture, self._clock = private, capture, clock

    def admit(self, asked: str) -> Admission:
        """Admit the key of a request.

        Raises:
            StatementError: its signer has not the key that it asks for (`key.unproven`).
            ConflictError: the key was admitted or revoked before.
        """
        payload = payload_of(asked)
        result = self._log(sign_admission(payload, asked, self._private).raw)
        return Admission(_read(payload), result)

    def revoke(self, record: KeyRecord | None, kid: str) -> CaptureResult:
        """Revoke an admitted key, from the next entry on.

        Raises:
            NotFoundError: no such key was admitted (`not_found.key`).
            ConflictError: it was revoked before.
        """
        if record is None:
            raise NotFoundError(f"No key {kid} was admitted.", code="not_found.key", kid=kid)
        return self._log(sign_admission(revocation_of(record, self._clock()), None, self._private).raw)

    def _log(self, statement: str) -> CaptureResult:
        return self._capture.statements([statement], org=None)


def request(
    private: ec.EllipticCurvePrivateKey,
    org: str,
    *,
    role: str,
    stems: Sequence[str],
    now: datetime,
    custody: str = "own",
) -> str:
    """What the holder of a key sends to have it admitted, signed with it."""
    jwk = Jwk.from_public(private.public_key())
    asked = KeyPayload(org, jwk, role, custody, tuple(stems), "admit", stamp(now))
    return prove_possession(canonical_json(asked.to_json()), private)


def _read(payload: bytes) -> KeyPayload:
    value = parse_json(payload)
    assert isinstance(value, dict)  # sign_admission read it
    return read_key_payload(value)
