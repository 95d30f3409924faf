"""The people of a deployment, for who manages them: inviting, listing, replacing a lost phone, shutting out.

    alliance --invites--> officer, laboratory, retailer, auditor
    officer  --invites--> member

Who manages a person: a member, whoever has the power `people` in his cooperative; all others, the registrar's side.
Names and numbers to call never leave these tables but to who manages them; the trail has ids only.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from coop.accounts.actions import add_organisation
from coop.accounts.powers import EVERYWHERE
from coop.accounts.queries import Caller
from coop.people import actions, keys, queries
from coop.people.entrance import Entrance
from coop.people.keys import ADMITTED_BY_OFFICER
from coop.people.queries import Asked, Invited, Someone
from coop.people.room import Revocation, Room
from coop.people.stems import held, require_free, stems_of, with_own
from ledger.errors import AuthorityError, ConflictError, EncodingError, Gs1Error
from ledger.gs1.epc import canonical
from ledger.statement.trust import KeyRecord, covers

OFFICERS_INVITE: Final = frozenset({"member"})
ALLIANCE_INVITES: Final = frozenset({"officer", "laboratory", "retailer", "alliance", "auditor"})
OF_ORGANISATION: Final = frozenset({"member", "officer", "laboratory", "retailer"})
_STEM: Final = re.compile(r"https://id\.gs1\.org/[!-~]{3,120}")
_MAX_STEMS: Final = 50
_PHONE: Final = re.compile(r"\+?[0-9][0-9 .-]{5,18}")
_ORGANISATION: Final = re.compile(r"https://id\.gs1\.org/417/[0-9]{13}")


@dataclass(frozen=True)
class Wanted:
    """An invitation as somebody asks for it.

    Attributes:
        org: URI of the organisation; None: the caller's own, or none.
        org_name: what it is called, where it is not entered yet.
        prefix: its GS1 company prefix, from which stems follow.
        stems: in place of a prefix.
    """

    role: str
    name: str
    phone: str | None = None
    org: str | None = None
    org_name: str | None = None
    prefix: str | None = None
    stems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    """An invitation as it is handed over.

    Attributes:
        url: to open on the phone; the secret stands in its fragment, which no server sees.
    """

    id: str
    url: str = field(repr=False)
    secret: str = field(repr=False)
    expires: datetime


@dataclass(frozen=True)
class HeldKey:
    """A key of a person, for who manages him.

    Attributes:
        request: pop+jws, while it waits.
        payload: what is to be signed to admit it, or to revoke it; None where nothing is.
    """

    kid: str
    state: keys.KeyState
    request: str | None
    payload: bytes | None


@dataclass(frozen=True)
class Waiting:
    """A member's key that waits for an officer's signature."""

    person: Someone
    payload: bytes
    possession: str


class People:
    """Invites people, and shuts them out. Threads may share it."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self.entrance = Entrance(room)

    # --- invitations

    def invite(self, calling: Caller, wanted: Wanted) -> Link:
        """Invite somebody.

        Raises:
            AuthorityError: the caller invites nobody in this role (`invitation.role`).
            EncodingError, Gs1Error: name, number, organisation or prefix are none.
            ConflictError: the prefix is another's (`invitation.stems_taken`), the organisation has another name
                (`account.exists`), or nobody knows what it speaks for (`invitation.no_stems`).
        """
        may = (OFFICERS_INVITE if "people" in calling.powers else frozenset()) | (
            ALLIANCE_INVITES if "registrar" in calling.powers else frozenset()
        )
        if wanted.role not in may:
            message = f"A {calling.role} invites no {wanted.role}."
            raise AuthorityError(message, code="invitation.role", role=wanted.role, by=calling.role)
        name, phone = _name(wanted.name), _phone(wanted.phone)
        org = self._organisation(wanted)
        stems: tuple[str, ...] = ()
        if wanted.role == ADMITTED_BY_OFFICER:
            assert org is not None
            stems = self._officer_stems(calling, org)
        elif org is not None:
            stems = self._stems(wanted, org)
            self._enter_organisation(org, wanted.org_name)
        new = actions.NewInvitation(wanted.role, name, phone, org, stems, calling.person)
        link = self._link(actions.invite(self._room.writing, self._room.sealer, new, self._room.clock()))
        self._room.note(calling, "person.invited", org, link.id)
        return link

    def invitations(self, org: str | None) -> list[tuple[Invited, str | None]]:
        """Invitations, the newest first, with the name of who was invited; None: of all organisations."""
        listed = queries.invitations(self._room.reading, org, self._room.clock())
        names = queries.names(self._room.reading, [each.person for each in listed if each.person])
        return [(each, names.get(each.person or "", each.name)) for each in listed]

    def invitation(self, invitation_id: str) -> Invited:
        """Raises NotFoundError: there is none of this id (`not_found.invitation`)."""
        return queries.invitation(self._room.reading, invitation_id, self._room.clock())

    def withdraw(self, calling: Caller, invited: Invited) -> None:
        """End an invitation. Raises ConflictError: it was used, or has ended."""
        self._require_manager(calling, invited.role)
        actions.withdraw(self._room.writing, invited.id, self._room.clock())
        self._room.note(calling, "invitation.ended", invited.org, invited.id)

    def link_of(self, calling: Caller, invited: Invited) -> str:
        """The URL of an invitation that is open still.

        Raises:
            ConflictError: it is not (`invitation.used`, `invitation.ended`, `invitation.expired`).
        """
        self._require_manager(calling, invited.role)
        actions.require_open(self._room.reading, invited.id, self._room.clock())
        assert invited.sealed is not None
        return self._url(self._room.sealer.open(invited.sealed, invited.id).decode())

    # --- people

    def person(self, person_id: str) -> Someone:
        """Raises NotFoundError: there is none of this id (`not_found.person`)."""
        return queries.person(self._room.reading, person_id)

    def listed(self, calling: Caller, org: str | None) -> list[tuple[Someone, list[HeldKey]]]:
        """The people whom a caller manages or works with, with their keys; None: of all organisations.

        Members are a cooperative's own affair: who stands above it sees no list of them.
        """
        found = [
            each
            for each in queries.people(self._room.reading, org)
            if "people" in calling.powers or each.role != ADMITTED_BY_OFFICER
        ]
        records = {record.kid: record for record in self._room.log.key_records(org)}
        now = self._room.clock()
        keys_of: dict[str, list[HeldKey]] = {each.id: [] for each in found}
        for asked in queries.keys(self._room.reading, list(keys_of)):
            key = _held(asked, records.get(asked.kid), now)
            if key is not None:
                keys_of[asked.person].append(key)
        return [(each, keys_of[each.id]) for each in found]

    def waiting(self, calling: Caller) -> list[Waiting]:
        """The members' keys that wait for the caller's signature: those to whom he may give what they ask for."""
        if calling.org is None or calling.role in EVERYWHERE:
            return []
        members = {
            each.id: each
            for each in queries.people(self._room.reading, calling.org)
            if each.role == ADMITTED_BY_OFFICER and each.state == "active"
        }
        stems = self._officer_stems(calling, calling.org)
        known = {record.kid for record in self._room.log.key_records(calling.org)}
        found = []
        for key in queries.keys(self._room.reading, list(members)):
            person = members[key.person]
            if key.ended or key.sealed is not None or key.kid in known:
                continue
            if all(covers(stems, stem) for stem in person.stems):
                found.append(Waiting(person, keys.payload_of(key.request), key.request))
        return found

    def lost(self, calling: Caller, person: Someone) -> tuple[Link, list[Revocation]]:
        """A phone is lost: its passkey and its sessions end now, and its person is invited again.

        Returns:
            The new invitation, and what an officer's phone is to sign so that the key is revoked too; nothing where
            the registrar has revoked it.

        Raises:
            AuthorityError: the caller does not manage him (`people.role`).
            ConflictError: he was shut out for good (`person.ended`).
        """
        self._require_manager(calling, person.role)
        if person.state == "ended":
            raise ConflictError("This person was shut out for good.", code="person.ended", person=person.id)
        actions.shut_out(self._room.writing, person.id, self._room.clock(), for_good=False)
        self._room.note(calling, "person.lost", person.org, person.id)
        new = actions.NewInvitation(
            person.role, person.name or "", person.phone, person.org, person.stems, calling.person, person.id
        )
        link = self._link(actions.invite(self._room.writing, self._room.sealer, new, self._room.clock()))
        return link, self._room.take_back(calling, person)

    def end(self, calling: Caller, person: Someone) -> list[Revocation]:
        """Shut a person out for good. What he signed stands. As {lost}, without an invitation."""
        self._require_manager(calling, person.role)
        actions.shut_out(self._room.writing, person.id, self._room.clock(), for_good=True)
        self._room.note(calling, "person.ended", person.org, person.id)
        return self._room.take_back(calling, person)

    def erase(self, calling: Caller, person: Someone) -> None:
        """Forget the name and number of somebody who was shut out. Raises ConflictError: he was not."""
        self._require_manager(calling, person.role)
        actions.erase(self._room.writing, person.id)
        self._room.note(calling, "person.erased", person.org, person.id)

    # --- inside

    def _organisation(self, wanted: Wanted) -> str | None:
        if wanted.role not in OF_ORGANISATION and wanted.org is None:
            return None
        if wanted.org is None:
            raise _wrong("Say for which organisation: https://id.gs1.org/417/{gln}.", "/org")
        try:
            org = canonical(wanted.org)
        except Gs1Error as error:
            error.pointer = "/org"
            raise
        if wanted.role == "auditor" or not _ORGANISATION.fullmatch(org):
            raise _wrong("An organisation is https://id.gs1.org/417/{gln}, an auditor is of none.", "/org")
        return org

    def _stems(self, wanted: Wanted, org: str) -> tuple[str, ...]:
        """What an organisation speaks for: by its prefix, as it is told, or as it did before."""
        records = self._room.log.key_records()
        if wanted.prefix:
            stems = stems_of(wanted.prefix, org)
        elif wanted.stems:
            if len(wanted.stems) > _MAX_STEMS or not all(_STEM.fullmatch(stem) for stem in wanted.stems):
                raise _wrong("Stems are at most 50, and begin with https://id.gs1.org/.", "/stems")
            stems = with_own(wanted.stems, org)
        else:
            before = [record.stems for record in records if record.org == org and record.revoked is None]
            stems = with_own({stem for each in before for stem in each}, org)
            if stems == (org,) and wanted.role == "officer":
                message = "Say which company prefix GS1 gave the organisation."
                raise ConflictError(message, code="invitation.no_stems", org=org)
        promised = [
            (each.org, each.stems)
            for each in queries.invitations(self._room.reading, None, self._room.clock())
            if each.org is not None and each.state == "open"
        ]
        require_free(stems, org, [*held(records), *promised])
        return stems

    def _officer_stems(self, calling: Caller, org: str) -> tuple[str, ...]:
        """What an officer may give to members: all that his own key speaks for."""
        if calling.person is not None:
            return self.entrance.signed(calling.person).stems
        officers = [
            record
            for record in self._room.log.key_records(org)
            if record.role == "officer" and record.revoked is None
        ]
        if not officers:
            message = "Members are invited by an officer, and there is none yet."
            raise ConflictError(message, code="invitation.no_stems", org=org)
        return officers[-1].stems

    def _enter_organisation(self, org: str, name: str | None) -> None:
        given, known = " ".join((name or "").split()), self._room.name_of(org)
        if not (given or known) or len(given) > 200 or not given.isprintable():
            raise _wrong("Say what the organisation is called, in at most 200 letters: orgName.", "/orgName")
        add_organisation(self._room.writing, org, given or known or "", self._room.clock())

    def _require_manager(self, calling: Caller, role: str) -> None:
        power = "people" if role == ADMITTED_BY_OFFICER else "registrar"
        if power not in calling.powers:
            message = f"A {calling.role} does not manage a {role}."
            raise AuthorityError(message, code="people.role", role=role, by=calling.role)

    def _link(self, issued: actions.Issued) -> Link:
        expires = datetime.fromtimestamp(issued.expires / 1000, UTC)
        return Link(issued.id, self._url(issued.secret), issued.secret, expires)

    def _url(self, secret: str) -> str:
        return f"{self._room.party.url}/join#{secret}"


def _held(key: Asked, record: KeyRecord | None, now: datetime) -> HeldKey | None:
    state = keys.state_of(record)
    if record is None:
        if key.ended:
            return None
        return HeldKey(key.kid, state, key.request, keys.payload_of(key.request))
    payload = keys.revocation_of(record, now) if key.ended and state != "revoked" else None
    return HeldKey(key.kid, state, None, payload)


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= 120 or not name.isprintable():
        raise _wrong("Say who is invited, in at most 120 letters.", "/name")
    return name


def _phone(text: str | None) -> str | None:
    number = (text or "").strip()
    if number and not _PHONE.fullmatch(number):
        raise _wrong("This is no telephone number.", "/phone")
    return number or None


def _wrong(message: str, pointer: str) -> EncodingError:
    return EncodingError(message, code="invitation.asked", pointer=pointer)
