"""Statements that their senders signed: whose key, whose signature, and the shape of what is no event."""

from collections.abc import Mapping, Sequence
from datetime import date

from ledger.admission import check_possession
from ledger.errors import AuthorityError, Gs1Error, StatementError
from ledger.gs1.epc import canonical
from ledger.statement.jws import Jwk, Statement, verify_signature
from ledger.statement.subjects import key_uri
from ledger.statement.trust import KeyRecord, read_key_payload
from ledger.store.log import LogStore


class Senders:
    """Who signed: keys in the log, pinned registrars, and keys admitted earlier in the same request."""

    def __init__(self, log: LogStore, registrars: Mapping[str, Jwk]) -> None:
        self._log = log
        self._registrars = registrars
        self._known: dict[str, KeyRecord | None] = {}

    def check(self, statement: Statement, org: str | None) -> str:
        """Check a signature; the organisation that it speaks for (for a pinned registrar, its key).

        Raises:
            AuthorityError: the key is unknown, revoked, or not the sender's (`authority.key`).
            StatementError: the signature is wrong.
        """
        kid = statement.header.kid
        pinned = self._registrars.get(kid)
        record = None if pinned else self._record(kid)
        if pinned is None and record is None:
            raise AuthorityError(
                "The key is not admitted here.", code="authority.key", kid=kid, why="unknown"
            )
        if record is not None and record.revoked is not None:
            raise AuthorityError("The key is revoked.", code="authority.key", kid=kid, why="revoked")
        speaks = record.org if record else key_uri(kid)
        if org is not None and speaks != org:
            raise AuthorityError("The key is another's.", code="authority.key", kid=kid, why="foreign")
        verify_signature(statement, pinned or record.jwk)  # type: ignore[union-attr]  # one of the two is there
        return speaks

    def learn(self, statement: Statement, possessions: Sequence[str]) -> None:
        """Take a key statement in: later statements of the request may be signed with the key."""
        key = read_key_payload(statement.payload)
        if key.action != "admit":
            return
        signer = None if statement.header.kid in self._registrars else self._record(statement.header.kid)
        if signer is not None and signer.role != "registrar":
            _check_possessed(statement, possessions)
        if self._record(key.jwk.kid) is None:
            self._known[key.jwk.kid] = KeyRecord(
                key.jwk.kid, key.org, key.jwk, key.role, key.custody, key.stems, admitted=-1
            )

    def _record(self, kid: str) -> KeyRecord | None:
        if kid not in self._known:
            self._known[kid] = self._log.key_record(kid)
        return self._known[kid]


def check_description(statement: Statement) -> None:
    """Check a description's shape and filing (DESIGN §3.1).

    Raises:
        StatementError: `statement.syntax`, `statement.filing`.
    """
    payload = statement.payload
    uri, kind, valid_from = payload.get("id"), payload.get("type"), payload.get("validFrom")
    if payload.keys() != {"id", "type", "attributes", "validFrom"} or not isinstance(kind, str):
        raise StatementError("A description has exactly id, type, attributes and validFrom.")
    if not isinstance(payload["attributes"], Mapping):
        raise StatementError("A description's attributes are an object.", pointer="/attributes")
    if not isinstance(uri, str) or statement.header.about != (uri,):
        raise StatementError("A description is about its id.", code="statement.filing", pointer="/id")
    try:
        if not isinstance(valid_from, str) or canonical(uri) != uri:
            raise ValueError(uri)
        date.fromisoformat(valid_from[:10])
    except (ValueError, Gs1Error) as error:
        raise StatementError("A description has a canonical id and a date.", pointer="/validFrom") from error


def _check_possessed(statement: Statement, possessions: Sequence[str]) -> None:
    failure: StatementError | None = None
    for possession in possessions:
        try:
            check_possession(statement.payload_bytes, possession)
        except StatementError as error:
            failure = error
        else:
            return
    raise StatementError(
        "An admission by an officer needs a proof that the key's holder has it.", code="key.unproven"
    ) from failure
