"""Trust: which key spoke for whom at an index of the log (DESIGN §3.1, "Who may say what").

The rules, which capture and verification share:

1. A key statement is about the key and its organisation, and names both.
2. It is signed by a registrar: one pinned beforehand, or one admitted by a registrar.
3. Or by an officer, for a member of his own organisation, to whom he gives no stem that he does not hold.
4. A key is admitted once, and never again after its revocation.
5. A revocation names the organisation and the role of the admission.
6. A signature holds if its key was admitted before, and not revoked before, its entry's index.

A pinned registrar may sign key statements and nothing else: it is no organisation's key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from ledger.encoding import JsonValue
from ledger.errors import AuthorityError, ConflictError, LedgerError, StatementError
from ledger.statement.jws import Jwk, Statement, Typ, verify_signature

ROLES: Final = ("member", "officer", "laboratory", "retailer", "authority", "registrar")
CUSTODIES: Final = ("own", "hosted")


@dataclass(frozen=True)
class KeyPayload:
    """The payload of a key statement, right in shape."""

    org: str
    jwk: Jwk
    role: str
    custody: str
    stems: tuple[str, ...]
    action: str  # "admit" or "revoke"
    time: str

    def to_json(self) -> dict[str, JsonValue]:
        return {
            "org": self.org,
            "jwk": self.jwk.to_json(),
            "role": self.role,
            "custody": self.custody,
            "stems": list(self.stems),
            "action": self.action,
            "time": self.time,
        }


@dataclass(frozen=True)
class KeyRecord:
    """An admitted key.

    Attributes:
        kid: its thumbprint.
        org: URI of the organisation that it speaks for.
        stems: URI prefixes that it speaks for.
        admitted: index of its admission.
        revoked: index of its revocation, or None.
    """

    kid: str
    org: str
    jwk: Jwk
    role: str
    custody: str
    stems: tuple[str, ...]
    admitted: int
    revoked: int | None = None


def read_key_payload(payload: Mapping[str, JsonValue]) -> KeyPayload:
    """Read the payload of a key statement.

    Raises:
        StatementError: a member is missing or of another shape (`statement.syntax`, with its pointer).
    """
    jwk = Jwk.parse(payload.get("jwk"))
    stems = payload.get("stems")
    if not isinstance(stems, list) or not all(isinstance(stem, str) and stem for stem in stems):
        raise _shape("stems")
    return KeyPayload(
        org=_text(payload, "org"),
        jwk=jwk,
        role=_one_of(payload, "role", ROLES),
        custody=_one_of(payload, "custody", CUSTODIES),
        stems=tuple(stem for stem in stems if isinstance(stem, str)),
        action=_one_of(payload, "action", ("admit", "revoke")),
        time=_text(payload, "time"),
    )


def covers(stems: Iterable[str], uri: str) -> bool:
    """Whether one of the stems is a prefix of the URI."""
    return any(uri.startswith(stem) for stem in stems)


def speaks_for(record: KeyRecord, uri: str) -> bool:
    """Whether the key may bring the URI into being, describe it, issue its tem, date it."""
    return covers(record.stems, uri)


def may_recall(record: KeyRecord, uri: str) -> bool:
    """Whether the key may recall the URI and release it: who speaks for it, and any authority."""
    return record.role == "authority" or speaks_for(record, uri)


class Keyring:
    """The keys of a log, in the order of their statements' indexes."""

    def __init__(self, registrars: Iterable[Jwk], records: Iterable[KeyRecord] = ()) -> None:
        self._pinned = {jwk.kid: jwk for jwk in registrars}
        self._records = {record.kid: record for record in records}

    @classmethod
    def of(cls, registrars: Iterable[Jwk], statements: Iterable[tuple[int, Statement]]) -> "Keyring":
        """The keyring that a log's key statements lead to.

        A statement that has no effect (wrongly signed, by someone who may not, or a second admission) is passed over:
        it admits nobody, and cannot take back what stands.
        """
        ring = cls(registrars)
        for index, statement in sorted(statements, key=lambda item: item[0]):
            try:
                ring.apply(index, statement)
            except LedgerError:
                continue
        return ring

    def records(self) -> Iterable[KeyRecord]:
        """All keys ever admitted, oldest first."""
        return self._records.values()

    def get(self, kid: str) -> KeyRecord | None:
        """The record of a key, whether or not it still holds."""
        return self._records.get(kid)

    def at(self, kid: str, index: int) -> KeyRecord:
        """The record of a key whose signature holds at this index.

        Raises:
            AuthorityError: the key was never admitted before it, or was revoked before it (`authority.key`).
        """
        record = self._records.get(kid)
        if record is None or record.admitted >= index:
            raise AuthorityError(
                "The key was not admitted before this entry.", code="authority.key", kid=kid, why="unknown"
            )
        if record.revoked is not None and record.revoked < index:
            raise AuthorityError(
                "The key was revoked before this entry.", code="authority.key", kid=kid, why="revoked"
            )
        return record

    def check_signature(self, index: int, statement: Statement) -> KeyRecord | None:
        """Check that an entry's signature holds at its index.

        Returns:
            The signing key's record; None for a pinned registrar's key statement.

        Raises:
            AuthorityError: the key did not hold at this index.
            StatementError: the signature is not right.
        """
        kid = statement.header.kid
        if statement.header.typ is Typ.KEY and kid in self._pinned:
            verify_signature(statement, self._pinned[kid])
            return None
        record = self.at(kid, index)
        verify_signature(statement, record.jwk)
        return record

    def admits(self, index: int, statement: Statement) -> KeyRecord:
        """The record that a key statement at this index leads to, without keeping it.

        Raises:
            StatementError: its shape, filing or signature is wrong.
            AuthorityError: its signer may not say this (`authority.key`, `authority.stems`).
            ConflictError: the key was admitted before, or was revoked before, or was never admitted.
        """
        payload = read_key_payload(statement.payload)
        if set(statement.header.about) != {payload.jwk.uri, payload.org}:
            raise StatementError(
                "A key statement is about the key and its organisation.",
                code="statement.filing",
                pointer="/about",
            )
        signer = self.check_signature(index, statement)
        self._check_may_say(signer, payload)
        known = self._records.get(payload.jwk.kid)
        if payload.action == "admit":
            return self._admission(index, payload, known)
        return self._revocation(index, payload, known)

    def apply(self, index: int, statement: Statement) -> KeyRecord:
        """Take a key statement in. Raises as {admits} does, and then changes nothing."""
        record = self.admits(index, statement)
        self._records[record.kid] = record
        return record

    def _check_may_say(self, signer: KeyRecord | None, payload: KeyPayload) -> None:
        if signer is None or signer.role == "registrar":
            return
        if signer.role != "officer" or payload.role != "member" or payload.org != signer.org:
            raise AuthorityError(
                "Only a registrar, or an officer for a member of his organisation, may say this.",
                code="authority.key",
                kid=signer.kid,
                why="role",
            )
        if payload.action == "admit" and not all(covers(signer.stems, stem) for stem in payload.stems):
            raise AuthorityError(
                "An officer can give no stem that he does not hold.", code="authority.stems", kid=signer.kid
            )

    def _admission(self, index: int, payload: KeyPayload, known: KeyRecord | None) -> KeyRecord:
        if known is not None or payload.jwk.kid in self._pinned:
            code = "key.revoked_before" if known and known.revoked is not None else "key.admitted_before"
            raise ConflictError("A key is admitted once.", code=code, kid=payload.jwk.kid)
        return KeyRecord(
            payload.jwk.kid,
            payload.org,
            payload.jwk,
            payload.role,
            payload.custody,
            payload.stems,
            admitted=index,
        )

    def _revocation(self, index: int, payload: KeyPayload, known: KeyRecord | None) -> KeyRecord:
        kid = payload.jwk.kid
        if known is None:
            raise ConflictError(
                "A key that was never admitted cannot be revoked.", code="key.not_admitted", kid=kid
            )
        if known.revoked is not None:
            raise ConflictError("The key was revoked before.", code="key.revoked_before", kid=kid)
        if (known.org, known.role) != (payload.org, payload.role):
            raise ConflictError(
                "A revocation names the organisation and role of the admission.",
                code="key.other_admission",
                kid=kid,
            )
        return replace(known, revoked=index)


def _shape(name: str) -> StatementError:
    return StatementError(
        f"A key statement's {name} is missing or wrong.", code="statement.syntax", pointer=f"/{name}"
    )


def _text(payload: Mapping[str, JsonValue], name: str) -> str:
    value = payload.get(name)
    if not isinstance(value, str) or not value:
        raise _shape(name)
    return value


def _one_of(payload: Mapping[str, JsonValue], name: str, allowed: tuple[str, ...]) -> str:
    value = _text(payload, name)
    if value not in allowed:
        raise _shape(name)
    return value
