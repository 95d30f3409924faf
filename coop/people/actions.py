"""What changes people. The engines given here begin transactions that write (SQLite: BEGIN IMMEDIATE)."""

import os
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import ColumnElement, Engine, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coop.accounts.sealing import Sealer
from coop.people.keys import Request
from coop.people.models import Challenge, Invitation, Passkey, Person, PhoneKey, SignedIn
from coop.people.passkeys import CHALLENGE_BYTES, CHALLENGE_SECONDS, NewPasskey
from coop.people.queries import SESSION_SECONDS, hash_token, millis
from ledger.encoding import b64url_encode
from ledger.errors import AuthorityError, ConflictError, NotFoundError

INVITATION_SECONDS: Final = 7 * 86_400
_FORGET_MS: Final = 30 * 86_400_000
_ID_BYTES: Final = 12
_SECRET_BYTES: Final = 20
_TOKEN_BYTES: Final = 32


@dataclass(frozen=True)
class NewInvitation:
    """Who is invited, to what.

    Attributes:
        org: None for who belongs to no organisation.
        stems: what his key will speak for.
        invited_by: a person's id; None: the operator, or a machine.
        person: who joins again, on another phone.
    """

    role: str
    name: str
    phone: str | None
    org: str | None
    stems: tuple[str, ...]
    invited_by: str | None
    person: str | None = None


@dataclass(frozen=True)
class Issued:
    """An invitation as it is shown to who invites.

    Attributes:
        secret: what opens it, once.
    """

    id: str
    secret: str = field(repr=False)
    expires: int  # milliseconds since 1970


@dataclass(frozen=True)
class Answered:
    """A challenge that was answered.

    Attributes:
        invitation: whose; None: to sign in.
        handle: the person's id that the passkey was made for.
    """

    invitation: str | None
    handle: str | None


def new_id() -> str:
    """A random name of 16 characters, for a person or an invitation."""
    return b64url_encode(os.urandom(_ID_BYTES))


# --- invitations


def invite(engine: Engine, sealer: Sealer, new: NewInvitation, now: datetime) -> Issued:
    """Enter an invitation. Those that ended a month ago without anybody's joining are forgotten, names and all."""
    moment = millis(now)
    secret = b64url_encode(os.urandom(_SECRET_BYTES))
    made = Issued(new_id(), secret, moment + INVITATION_SECONDS * 1000)
    row = Invitation(
        id=made.id,
        hash=hash_token(secret),
        sealed=sealer.seal(secret.encode(), made.id),
        role=new.role,
        org=new.org,
        name=new.name,
        phone=new.phone,
        stems=list(new.stems),
        person=new.person,
        invited_by=new.invited_by,
        created_at=moment,
        expires_at=made.expires,
    )
    forgotten = delete(Invitation).where(
        Invitation.joined_at.is_(None), Invitation.expires_at < moment - _FORGET_MS
    )
    with Session(engine) as session, session.begin():
        session.execute(forgotten)
        if new.person is not None:
            _end_invitations(session, moment, Invitation.person == new.person)
        session.add(row)
    return made


def withdraw(engine: Engine, invitation_id: str, now: datetime) -> None:
    """End an invitation.

    Raises:
        ConflictError: somebody joined by it, or it has ended (`invitation.used`, `invitation.ended`).
    """
    with Session(engine) as session, session.begin():
        row = session.get(Invitation, invitation_id, with_for_update=True)
        _require_open(row, millis(now))
        assert row is not None
        row.ended_at, row.sealed = millis(now), None


# --- passkeys


def challenge(
    engine: Engine, now: datetime, *, invitation: str | None = None, handle: str | None = None
) -> bytes:
    """A new challenge, to be answered once within five minutes."""
    given = os.urandom(CHALLENGE_BYTES)
    moment = millis(now)
    row = Challenge(
        hash=sha256(given).digest(),
        invitation=invitation,
        handle=handle,
        expires_at=moment + CHALLENGE_SECONDS * 1000,
    )
    with Session(engine) as session, session.begin():
        session.execute(delete(Challenge).where(Challenge.expires_at <= moment))
        session.add(row)
    return given


def answer(engine: Engine, given: bytes, now: datetime) -> Answered:
    """Take a challenge back, for good.

    Raises:
        AuthorityError: it was not given out here, was answered before, or is too old (`passkey.challenge`).
    """
    query = (
        delete(Challenge)
        .where(Challenge.hash == sha256(given).digest())
        .returning(Challenge.invitation, Challenge.handle, Challenge.expires_at)
    )
    with Session(engine) as session, session.begin():
        row = session.execute(query).one_or_none()
    if row is None or row.expires_at <= millis(now):
        message = "This was answered before, or too late: start again."
        raise AuthorityError(message, code="passkey.challenge")
    return Answered(row.invitation, row.handle)


def join(
    engine: Engine,
    invitation_id: str,
    handle: str,
    passkey: NewPasskey,
    key: Request | None,
    now: datetime,
) -> str:
    """Use an invitation up: its person comes to be, or comes back, with a passkey, a key and a session.

    Args:
        handle: the person's id.
        key: what his phone asks for; None for who signs nothing.

    Returns:
        The session's token.

    Raises:
        ConflictError: the invitation was used, has ended or run out (`invitation.used`, …), or the passkey or the key
            is somebody's (`passkey.known`, `key.admitted_before`).
    """
    moment = millis(now)
    try:
        with Session(engine) as session, session.begin():
            invited = session.get(Invitation, invitation_id, with_for_update=True)
            _require_open(invited, moment)
            assert invited is not None
            if session.get(Person, handle) is None:
                session.add(_person(invited, handle, moment))
                session.flush()  # the rows below refer to it
            invited.joined_at, invited.sealed, invited.person = moment, None, handle
            session.add(
                Passkey(
                    id=passkey.id,
                    person=handle,
                    public_key=passkey.public_key,
                    sign_count=passkey.sign_count,
                    created_at=moment,
                )
            )
            if key is not None:
                _enter_key(session, handle, key, moment)
            return _open_session(session, handle, moment)
    except IntegrityError as error:
        message = "This passkey is somebody's already: sign in with it."
        raise ConflictError(message, code="passkey.known") from error


def sign_in(engine: Engine, credential: bytes, before: int, sign_count: int, now: datetime) -> str:
    """Open a session for a passkey whose answer holds.

    Args:
        before: the sign count that the answer was checked against.
        sign_count: the new one.

    Returns:
        The session's token.

    Raises:
        AuthorityError: the passkey is gone, or was used at the same moment (`passkey.refused`).
    """
    moment = millis(now)
    counted = (
        update(Passkey)
        .where(Passkey.id == credential, Passkey.sign_count == before)
        .values(sign_count=sign_count, used_at=moment)
        .returning(Passkey.person)
    )
    with Session(engine) as session, session.begin():
        person = session.scalar(counted)
        if person is None:
            raise AuthorityError("This passkey was used elsewhere just now.", code="passkey.refused")
        session.execute(update(Person).where(Person.id == person).values(seen_at=moment))
        return _open_session(session, person, moment)


def sign_out(engine: Engine, token: str) -> None:
    """End a session."""
    with Session(engine) as session, session.begin():
        session.execute(delete(SignedIn).where(SignedIn.hash == hash_token(token)))


# --- keys


def ask(engine: Engine, person: str, key: Request, now: datetime) -> None:
    """Enter another key of a person; the ones before are to be revoked, or forgotten where nobody admitted them.

    Raises:
        ConflictError: the key is somebody else's (`key.admitted_before`).
    """
    with Session(engine) as session, session.begin():
        known = session.get(PhoneKey, key.kid)
        if known is not None and (known.person != person or known.ended_at is not None):
            raise ConflictError("A key is admitted once.", code="key.admitted_before", kid=key.kid)
        end_keys(session, person, millis(now), save=key.kid)
        if known is None:
            _enter_key(session, person, key, millis(now))


def forget_key(engine: Engine, kid: str) -> None:
    """Forget a request that nobody admitted."""
    with Session(engine) as session, session.begin():
        session.execute(delete(PhoneKey).where(PhoneKey.kid == kid))


# --- shutting out


def shut_out(engine: Engine, person: str, now: datetime, *, for_good: bool) -> None:
    """End a person's passkeys, sessions and keys at once, and the invitations that he gave and nobody has used; for
    good, or until he joins again."""
    moment = millis(now)
    with Session(engine) as session, session.begin():
        session.execute(delete(Passkey).where(Passkey.person == person))
        session.execute(delete(SignedIn).where(SignedIn.person == person))
        session.execute(delete(Challenge).where(Challenge.handle == person))
        end_keys(session, person, moment)
        _end_invitations(session, moment, Invitation.person == person)
        _end_invitations(session, moment, Invitation.invited_by == person)
        if for_good:
            session.execute(
                update(Person).where(Person.id == person, Person.ended_at.is_(None)).values(ended_at=moment)
            )


def erase(engine: Engine, person: str) -> None:
    """Forget the name and the telephone number of a person. The pseudonym stays, and what he signed.

    Raises:
        ConflictError: he is not shut out yet (`person.active`).
    """
    with Session(engine) as session, session.begin():
        row = session.get(Person, person, with_for_update=True)
        if row is None or row.ended_at is None:
            raise ConflictError("End this person first.", code="person.active", person=person)
        row.name = row.phone = None
        session.execute(update(Invitation).where(Invitation.person == person).values(name=None, phone=None))


def end_keys(session: Session, person: str, moment: int, save: str = "") -> None:
    """From now on a person's keys are to be revoked, but for one."""
    session.execute(
        update(PhoneKey)
        .where(PhoneKey.person == person, PhoneKey.ended_at.is_(None), PhoneKey.kid != save)
        .values(ended_at=moment)
    )


def _end_invitations(session: Session, moment: int, whose: ColumnElement[bool]) -> None:
    session.execute(
        update(Invitation)
        .where(whose, Invitation.joined_at.is_(None), Invitation.ended_at.is_(None))
        .values(ended_at=moment, sealed=None)
    )


def _require_open(row: Invitation | None, moment: int) -> None:
    if row is None:
        raise NotFoundError("There is no such invitation.", code="not_found.invitation")
    if row.joined_at is not None:
        raise ConflictError("This invitation was used: ask for a new one.", code="invitation.used")
    if row.ended_at is not None:
        raise ConflictError("This invitation was withdrawn: ask for a new one.", code="invitation.ended")
    if row.expires_at <= moment:
        raise ConflictError("This invitation has run out: ask for a new one.", code="invitation.expired")


def require_open(engine: Engine, invitation_id: str, now: datetime) -> None:
    """See that an invitation may be used.

    Raises:
        ConflictError: it was used, withdrawn, or has run out (`invitation.used`, `.ended`, `.expired`).
    """
    with Session(engine) as session:
        _require_open(session.get(Invitation, invitation_id), millis(now))


def _person(invited: Invitation, handle: str, moment: int) -> Person:
    return Person(
        id=handle,
        role=invited.role,
        org=invited.org,
        name=invited.name,
        phone=invited.phone,
        stems=list(invited.stems),
        invited_by=invited.invited_by,
        created_at=moment,
        seen_at=moment,
    )


def _enter_key(session: Session, person: str, key: Request, moment: int) -> None:
    if session.scalar(select(PhoneKey.kid).where(PhoneKey.kid == key.kid)) is not None:
        raise ConflictError("A key is admitted once.", code="key.admitted_before", kid=key.kid)
    session.add(PhoneKey(kid=key.kid, person=person, request=key.raw, sealed=key.sealed, asked_at=moment))


def _open_session(session: Session, person: str, moment: int) -> str:
    session.execute(delete(SignedIn).where(SignedIn.expires_at <= moment))
    token = b64url_encode(os.urandom(_TOKEN_BYTES))
    session.add(
        SignedIn(
            hash=hash_token(token),
            person=person,
            created_at=moment,
            seen_at=moment,
            expires_at=moment + SESSION_SECONDS * 1000,
        )
    )
    return token
