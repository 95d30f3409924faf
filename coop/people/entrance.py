"""The way in: by an invitation, or with a passkey; and what a person's own phone asks for afterwards.

A member's key waits for his officer's signature. All others' are admitted by the registrar when they join: their
invitation was the alliance's act.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from coop.accounts.powers import OF_ROLE
from coop.accounts.queries import Caller
from coop.limits import Limiter
from coop.people import actions, keys, passkeys, queries
from coop.people.keys import ADMITTED_BY_OFFICER, NO_KEY, ROLE_IN_LOG, KeyNow
from coop.people.passkeys import Options
from coop.people.queries import Asked, Invited, Someone
from coop.people.room import Room
from ledger.encoding import JsonValue
from ledger.errors import AuthorityError, ConflictError, StatementError
from ledger.statement.jws import Header, Typ, sign
from ledger.statement.trust import KeyRecord

FRESH: Final = timedelta(minutes=15)
"""How long ago a passkey must have spoken for the registrar to admit another key for it."""


@dataclass(frozen=True)
class Invitation:
    """What a phone is told that holds an invitation's secret."""

    invited: Invited
    org_name: str | None
    invited_by: str | None
    options: Options


@dataclass(frozen=True)
class Signed:
    """Who is signed in, with his organisation's name and his key as it stands."""

    person: Someone
    org_name: str | None
    key: KeyNow
    stems: tuple[str, ...]

    @property
    def powers(self) -> frozenset[str]:
        """What he may do here."""
        return OF_ROLE[self.person.role]


@dataclass(frozen=True)
class ToSign:
    """What a person with a hosted key says: a statement but for key and signature."""

    typ: str
    about: tuple[str, ...]
    from_: tuple[str, ...]
    payload: bytes


@dataclass
class Often:
    """How often one network may knock. A market town's phones may share one.

    Attributes:
        joining, entering: joining by an invitation; signing in.
        wrong: secrets that open nothing.
    """

    joining: Limiter = field(default_factory=lambda: Limiter(times=120, seconds=600))
    entering: Limiter = field(default_factory=lambda: Limiter(times=240, seconds=600))
    wrong: Limiter = field(default_factory=lambda: Limiter(times=20, seconds=600))


class Entrance:
    """Lets people in, and serves who is in. Threads may share it."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self.often = Often()

    # --- joining

    def open(self, secret: str) -> Invitation:
        """What an invitation's secret opens, and what the phone needs to make a passkey.

        Raises:
            NotFoundError: it opens nothing (`not_found.invitation`).
            ConflictError: the invitation was used, withdrawn, or has run out.
        """
        now = self._room.clock()
        invited = queries.invitation_of(self._room.reading, secret, now)
        actions.require_open(self._room.reading, invited.id, now)
        handle = invited.person or actions.new_id()
        given = actions.challenge(self._room.writing, now, invitation=invited.id, handle=handle)
        by = queries.names(self._room.reading, [invited.invited_by] if invited.invited_by else [])
        options = passkeys.registration_options(
            self._room.party,
            given,
            handle=handle,
            name=invited.name or self._room.party.name,
            known=queries.passkeys(self._room.reading, handle),
        )
        return Invitation(invited, self._room.name_of(invited.org), by.get(invited.invited_by or ""), options)

    def join(self, secret: str, credential: Mapping[str, JsonValue], request: str | None) -> tuple[str, str]:
        """Let somebody in, once.

        Args:
            credential: the passkey that his phone made for {open}'s options.
            request: pop+jws of the phone's key; None: the operator keeps a key for him.

        Returns:
            The session's token, and the person's id.

        Raises:
            NotFoundError, ConflictError: as {open}.
            AuthorityError: the passkey does not hold (`passkey.refused`, `passkey.challenge`).
            StatementError: the key is not his, or not what he was invited to (`key.unproven`, `key.request`).
        """
        now = self._room.clock()
        invited = queries.invitation_of(self._room.reading, secret, now)
        actions.require_open(self._room.reading, invited.id, now)
        given = passkeys.challenge_of(credential)
        answered = actions.answer(self._room.writing, given, now)
        if answered.invitation != invited.id or answered.handle is None:
            raise AuthorityError("This answers something else: start again.", code="passkey.challenge")
        passkey = passkeys.check_registration(self._room.party, credential, given)
        key = self._key(request, invited.org, invited.role, invited.stems)
        token = actions.join(self._room.writing, invited.id, answered.handle, passkey, key, now)
        person = queries.person(self._room.reading, answered.handle)
        who = Caller("", person.org, person.role, person.id)
        self._room.note(who, "person.joined", person.org, invited.id)
        if key is not None:
            self._room.admit_if_due(person, key.kid, key.raw, hosted=key.sealed is not None)
        return token, person.id

    # --- signing in

    def sign_in_options(self) -> Options:
        """What a phone needs to sign in with any passkey of ours."""
        return passkeys.sign_in_options(
            self._room.party, actions.challenge(self._room.writing, self._room.clock())
        )

    def sign_in(self, credential: Mapping[str, JsonValue]) -> tuple[str, str]:
        """The token of a new session, and the person's id.

        Raises:
            AuthorityError: the passkey is nobody's here (`passkey.unknown`), does not hold (`passkey.refused`), or
                answers what was not asked, or answered before (`passkey.challenge`).
        """
        now = self._room.clock()
        claimed = passkeys.presented(credential)
        given = passkeys.challenge_of(credential)
        if actions.answer(self._room.writing, given, now).invitation is not None:
            raise AuthorityError("This answers something else: start again.", code="passkey.challenge")
        known = queries.passkey(self._room.reading, claimed.id)
        if known is None or claimed.handle not in ("", known.person):
            raise AuthorityError("This passkey opens nothing here any more.", code="passkey.unknown")
        person = queries.person(self._room.reading, known.person)
        who = Caller("", person.org, person.role, person.id)
        try:
            count = passkeys.check_sign_in(
                self._room.party,
                credential,
                given,
                public_key=known.public_key,
                sign_count=known.sign_count,
            )
            token = actions.sign_in(self._room.writing, known.id, known.sign_count, count, now)
        except AuthorityError:
            self._room.note(who, "sign_in.refused", person.org, person.id)
            raise
        self._room.note(who, "person.signed_in", person.org, person.id)
        return token, person.id

    def sign_out(self, calling: Caller, token: str) -> None:
        """End a session."""
        actions.sign_out(self._room.writing, token)
        self._room.note(calling, "person.signed_out", calling.org, calling.person or "")

    def signed(self, person_id: str) -> Signed:
        """Who a session is of. A key that the registrar owes an admission is admitted now."""
        person = queries.person(self._room.reading, person_id)
        asked = next((each for each in queries.keys(self._room.reading, [person.id])), None)
        record = self._room.log.key_record(asked.kid) if asked is not None else None
        if asked is not None and record is None and not asked.ended:
            self._room.admit_if_due(person, asked.kid, asked.request, hosted=asked.sealed is not None)
            record = self._room.log.key_record(asked.kid)
        key = _key_now(asked, record)
        stems = record.stems if record is not None and key.state in ("admitted", "hosted") else person.stems
        return Signed(person, self._room.name_of(person.org), key, tuple(stems))

    def renew_key(self, calling: Caller, token: str | None, request: str | None) -> KeyNow:
        """Another key for a person who is signed in: on a new phone, or where the old key was lost.

        A member's waits for his officer; others' the registrar admits, where the passkey has spoken just now. The old
        key is to be revoked: the registrar does what it admitted.

        Raises:
            AuthorityError: the passkey must speak again (`auth.again`).
            StatementError, ConflictError: as {join}.
        """
        assert calling.person is not None
        person, now = queries.person(self._room.reading, calling.person), self._room.clock()
        known = queries.key(self._room.reading, keys.kid_of(request)) if request is not None else None
        record = self._room.log.key_record(known.kid) if known is not None else None
        if known is not None and known.person == person.id and not known.ended and record is not None:
            return KeyNow(known.kid, keys.state_of(record))  # asked again: it was answered already
        if person.role != ADMITTED_BY_OFFICER or request is None:
            since = queries.signed_in_at(self._room.reading, token) if token is not None else None
            if since is None or now - since > FRESH:
                raise AuthorityError("Sign in with your passkey again first.", code="auth.again")
        key = self._key(request, person.org, person.role, person.stems)
        self._room.note(calling, "key.asked", person.org, key.kid if key is not None else person.id)
        if key is None:
            return NO_KEY
        actions.ask(self._room.writing, person.id, key, now)
        self._room.admit_if_due(person, key.kid, key.raw, hosted=key.sealed is not None)
        self._room.take_back(calling, person)
        return KeyNow(key.kid, keys.state_of(self._room.log.key_record(key.kid)))

    # --- hosted keys

    def sign_hosted(self, calling: Caller, said: Sequence[ToSign]) -> list[str]:
        """Sign what a person says with the key that the operator keeps for him.

        Raises:
            AuthorityError: none is kept for him, or it is not admitted (`authority.key`).
            StatementError: malformed (`statement.syntax`).
        """
        assert calling.person is not None
        live = [each for each in queries.keys(self._room.reading, [calling.person]) if not each.ended]
        key = live[0] if live else None
        if key is None or key.sealed is None or keys.state_of(self._room.log.key_record(key.kid)) != "hosted":
            message = "No key is kept here for you: your phone signs."
            raise AuthorityError(message, code="authority.key", why="own")
        private = keys.open_hosted(self._room.sealer, key.kid, key.sealed)
        seen = self._room.seen()
        return [
            sign(Header(key.kid, _typ(each.typ), each.about, each.from_, seen), each.payload, private).raw
            for each in said
        ]

    def _key(
        self, request: str | None, org: str | None, role: str, stems: Sequence[str]
    ) -> keys.Request | None:
        if org is None or role not in ROLE_IN_LOG:
            if request is not None:
                message = "Who belongs to no organisation signs nothing."
                raise StatementError(message, code="key.request", pointer="/request")
            return None
        if request is None:
            return keys.make_hosted(
                self._room.sealer, org=org, role=role, stems=stems, now=self._room.clock()
            )
        key = keys.read_request(request, org=org, role=role, stems=stems)
        record = self._room.log.key_record(key.kid)
        if record is not None:
            code = "key.revoked_before" if record.revoked is not None else "key.admitted_before"
            raise ConflictError("A key is admitted once.", code=code, kid=key.kid)
        return key


def _key_now(asked: Asked | None, record: KeyRecord | None) -> KeyNow:
    if asked is None:
        return NO_KEY
    state = keys.state_of(record)
    if asked.ended and state != "revoked":
        return NO_KEY
    return KeyNow(asked.kid, state)


def _typ(text: str) -> Typ:
    try:
        return Typ(text)
    except ValueError as error:
        raise StatementError(f"{text!r} is no statement's typ.", code="statement.syntax") from error
