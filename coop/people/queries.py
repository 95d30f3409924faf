"""What is asked of the people's room: who is signed in, who is there, who was invited, which keys are whose."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, Literal

from sqlalchemy import Engine, Select, exists, select, update
from sqlalchemy.orm import Session

from coop.accounts.models import Organisation
from coop.accounts.powers import OF_ROLE
from coop.accounts.queries import Caller
from coop.people.models import Invitation, Passkey, Person, PhoneKey, SignedIn
from ledger.errors import NotFoundError
from ledger.store.database import writing

SESSION_SECONDS: Final = 30 * 86_400
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,22}")
_TOUCH_MS: Final = 3_600_000  # a session in use is prolonged once an hour, not with every request
PersonState = Literal["active", "lost", "ended"]
InvitationState = Literal["open", "joined", "ended"]


@dataclass(frozen=True)
class Someone:
    """A person as he is listed.

    Attributes:
        id: a pseudonym.
        org: his organisation; None for who belongs to none.
        name: None once it is erased.
        stems: what his invitation promised that his key speaks for.
        state: `lost`: his phone is lost, and he has not joined again; `ended`: he is shut out for good.
        seen: when he last asked for something, to the hour.
    """

    id: str
    role: str
    org: str | None
    name: str | None
    phone: str | None
    stems: tuple[str, ...]
    state: PersonState
    created: datetime
    seen: datetime | None


@dataclass(frozen=True)
class Asked:
    """A key that a person asked to have admitted.

    Attributes:
        request: pop+jws.
        sealed: the private key, where the operator keeps it.
        ended: it is to be revoked.
    """

    kid: str
    person: str
    request: str
    sealed: bytes | None
    at: datetime
    ended: bool


@dataclass(frozen=True)
class Invited:
    """An invitation as it is listed.

    Attributes:
        person: who joined by it, or is to join again.
        sealed: its secret, while it is open.
    """

    id: str
    role: str
    name: str | None
    phone: str | None
    org: str | None
    stems: tuple[str, ...]
    person: str | None
    invited_by: str | None
    state: InvitationState
    created: datetime
    expires: datetime
    sealed: bytes | None


def session_caller(engine: Engine, token: str, now: datetime) -> Caller | None:
    """Who a session's token belongs to; None where it is unknown, has run out, or its person was shut out.

    A session in use lives on: 30 days from its last use.
    """
    moment = millis(now)
    digest = hash_token(token)
    query = (
        select(SignedIn.seen_at, Person.id, Person.org, Person.role)
        .join(Person, Person.id == SignedIn.person)
        .where(SignedIn.hash == digest, SignedIn.expires_at > moment, Person.ended_at.is_(None))
    )
    with Session(engine) as session:
        row = session.execute(query).one_or_none()
    if row is None:
        return None
    if moment - row.seen_at >= _TOUCH_MS:
        _touch(engine, digest, row.id, moment)
    return Caller(digest[:12].hex(), row.org, row.role, row.id, OF_ROLE[row.role])


def signed_in_at(engine: Engine, token: str) -> datetime | None:
    """When a session began; None where there is none."""
    with Session(engine) as session:
        found = session.scalar(select(SignedIn.created_at).where(SignedIn.hash == hash_token(token)))
    return _moment(found) if found is not None else None


def person(engine: Engine, person_id: str) -> Someone:
    """A person.

    Raises:
        NotFoundError: there is none of this id (`not_found.person`).
    """
    row = None
    if is_id(person_id):
        with Session(engine) as session:
            row = session.execute(_people().where(Person.id == person_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no person {person_id}.", code="not_found.person", person=person_id)
    return _someone(row.Person, row.has_passkey)


def people(engine: Engine, org: str | None) -> list[Someone]:
    """The people of an organisation, in order of joining; None: all."""
    query = _people().order_by(Person.created_at, Person.id)
    if org is not None:
        query = query.where(Person.org == org)
    with Session(engine) as session:
        return [_someone(row.Person, row.has_passkey) for row in session.execute(query)]


def names(engine: Engine, ids: Sequence[str]) -> dict[str, str]:
    """Person's id -> name, of those whose names are kept."""
    query = select(Person.id, Person.name).where(Person.id.in_(ids), Person.name.is_not(None))
    with Session(engine) as session:
        return {row.id: row.name for row in session.execute(query) if row.name is not None}


def keys(engine: Engine, ids: Sequence[str]) -> list[Asked]:
    """The keys that people asked for, the newest first."""
    query = (
        select(PhoneKey)
        .where(PhoneKey.person.in_(ids))
        .order_by(PhoneKey.ended_at.is_not(None), PhoneKey.asked_at.desc(), PhoneKey.kid)
    )
    with Session(engine) as session:
        return [_asked(row) for row in session.scalars(query)]


def key(engine: Engine, kid: str) -> Asked | None:
    """A key that a person asked for, or None."""
    with Session(engine) as session:
        row = session.get(PhoneKey, kid)
        return _asked(row) if row is not None else None


def passkeys(engine: Engine, person_id: str) -> list[bytes]:
    """The credentials of a person."""
    with Session(engine) as session:
        return list(session.scalars(select(Passkey.id).where(Passkey.person == person_id)))


def passkey(engine: Engine, credential: bytes) -> Passkey | None:
    """A passkey of somebody who is not shut out, or None."""
    query = (
        select(Passkey)
        .join(Person, Person.id == Passkey.person)
        .where(Passkey.id == credential, Person.ended_at.is_(None))
    )
    with Session(engine, expire_on_commit=False) as session:
        return session.scalar(query)


def invitations(engine: Engine, org: str | None, now: datetime) -> list[Invited]:
    """The invitations of an organisation, newest first; None: all."""
    query = select(Invitation).order_by(Invitation.created_at.desc(), Invitation.id)
    if org is not None:
        query = query.where(Invitation.org == org)
    with Session(engine) as session:
        return [_invited(row, now) for row in session.scalars(query)]


def invitation(engine: Engine, invitation_id: str, now: datetime) -> Invited:
    """An invitation.

    Raises:
        NotFoundError: there is none of this id (`not_found.invitation`).
    """
    with Session(engine) as session:
        row = session.get(Invitation, invitation_id) if is_id(invitation_id) else None
        if row is None:
            raise NotFoundError("There is no such invitation.", code="not_found.invitation")
        return _invited(row, now)


def invitation_of(engine: Engine, secret: str, now: datetime) -> Invited:
    """The invitation that a secret opens, whatever its state.

    Raises:
        NotFoundError: it opens none (`not_found.invitation`).
    """
    with Session(engine) as session:
        row = session.scalar(select(Invitation).where(Invitation.hash == hash_token(secret)))
        if row is None:
            raise NotFoundError("There is no such invitation.", code="not_found.invitation")
        return _invited(row, now)


def organisation_name(engine: Engine, uri: str) -> str | None:
    """What an organisation is called here; None where it is not entered."""
    with Session(engine) as session:
        return session.scalar(select(Organisation.name).where(Organisation.uri == uri))


def is_id(text: str) -> bool:
    """Whether it may be the id of a person or of an invitation: databases take no other text for one."""
    return _ID.fullmatch(text) is not None


def hash_token(secret: str) -> bytes:
    """What is stored of a token or an invitation's secret: SHA-256. 160 random bits and more need no slow hash."""
    return sha256(secret.encode()).digest()


def millis(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return int(moment.astimezone(UTC).timestamp() * 1000)


def _touch(engine: Engine, digest: bytes, person_id: str, moment: int) -> None:
    with Session(writing(engine)) as session, session.begin():
        session.execute(
            update(SignedIn)
            .where(SignedIn.hash == digest)
            .values(seen_at=moment, expires_at=moment + SESSION_SECONDS * 1000)
        )
        session.execute(update(Person).where(Person.id == person_id).values(seen_at=moment))


def _people() -> Select[Person, bool]:
    has_passkey = exists().where(Passkey.person == Person.id).label("has_passkey")
    return select(Person, has_passkey)


def _someone(row: Person, has_passkey: bool) -> Someone:
    state: PersonState = "ended" if row.ended_at is not None else "active" if has_passkey else "lost"
    return Someone(
        row.id,
        row.role,
        row.org,
        row.name,
        row.phone,
        tuple(row.stems),
        state,
        _moment(row.created_at),
        _moment(row.seen_at) if row.seen_at is not None else None,
    )


def _asked(row: PhoneKey) -> Asked:
    return Asked(
        row.kid, row.person, row.request, row.sealed, _moment(row.asked_at), row.ended_at is not None
    )


def _invited(row: Invitation, now: datetime) -> Invited:
    state: InvitationState = "open"
    if row.joined_at is not None:
        state = "joined"
    elif row.ended_at is not None or row.expires_at <= millis(now):
        state = "ended"
    return Invited(
        row.id,
        row.role,
        row.name,
        row.phone,
        row.org,
        tuple(row.stems),
        row.person,
        row.invited_by,
        state,
        _moment(row.created_at),
        _moment(row.expires_at),
        row.sealed,
    )


def _moment(value: int) -> datetime:
    return datetime.fromtimestamp(value / 1000, UTC)
