"""What the people's room is made of, for those who let people in and those who manage them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Engine

from coop.accounts.queries import Caller
from coop.accounts.sealing import Sealer
from coop.people import actions, keys, queries, trail
from coop.people.keys import ADMITTED_BY_OFFICER, Registrar
from coop.people.passkeys import RelyingParty
from coop.people.queries import Someone
from ledger.errors import LedgerError
from ledger.statement.jws import Seen
from ledger.store.log import LogStore

log = structlog.get_logger("people")


@dataclass(frozen=True)
class Revocation:
    """The payload of a statement that revokes a key, for an officer's phone to sign."""

    kid: str
    payload: bytes


@dataclass(frozen=True)
class Room:
    """The parts that letting in and managing share.

    Attributes:
        reading, writing: the database; transactions on the second one write.
        registrar: the registrar's desk, opened when it is first needed.
        seen: the newest anchored checkpoint, to be signed into hosted statements.
        party: for whom passkeys are made.
    """

    reading: Engine
    writing: Engine
    sealer: Sealer
    log: LogStore
    registrar: Callable[[], Registrar]
    seen: Callable[[], Seen | None]
    party: RelyingParty
    clock: Callable[[], datetime]

    def name_of(self, org: str | None) -> str | None:
        return queries.organisation_name(self.reading, org) if org is not None else None

    def note(self, who: Caller | None, what: str, org: str | None, about: str) -> None:
        trail.note(self.writing, who, what, org, about, self.clock())

    def admit_if_due(self, person: Someone, kid: str, request: str, *, hosted: bool) -> None:
        """Have the registrar admit what is his to admit. Where that fails it is tried again at the next question."""
        if person.role == ADMITTED_BY_OFFICER and not hosted:
            return
        try:
            self.registrar().admit(request)
        except LedgerError as error:
            log.warning("key not admitted", kid=kid, code=error.code)
        else:
            self.note(None, "key.admitted", person.org, kid)

    def take_back(self, calling: Caller, person: Someone) -> list[Revocation]:
        """Revoke what the registrar admitted of a person's ended keys; the rest is for an officer to sign."""
        left: list[Revocation] = []
        for key in queries.keys(self.reading, [person.id]):
            record = self.log.key_record(key.kid)
            if not key.ended or (record is not None and record.revoked is not None):
                continue
            if record is None:
                actions.forget_key(self.writing, key.kid)
            elif person.role == ADMITTED_BY_OFFICER and record.custody == "own":
                left.append(Revocation(key.kid, keys.revocation_of(record, self.clock())))
            else:
                self.registrar().revoke(record, key.kid)
                self.note(calling, "key.revoked", person.org, key.kid)
        return left
