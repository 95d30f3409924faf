"""Authority in one place: who is calling, what he may do, whose things he may touch.

Every route declares exactly one access, and an application with a route that does not is not made (`api.declaring`):

    calling: Annotated[Caller, May("labels")]               who has the power, with his own organisation's things
    calling: Annotated[Caller, May("people", "audit")]      either power will do
    calling: Annotated[Caller, May("read", shared="…")]     with everybody's things, and why that is right
    calling: Annotated[Caller, May(PERSON)]                 any person who signed in
    `api.public_routes`                                     anybody at all, and why

A caller has an API key (`Authorization: Bearer`) or a session's cookie. What changes something and comes with a cookie
must come from a page of ours (`auth.origin`): a browser sends cookies with the requests of foreign pages too.

Whose a thing is, its handler finds out; whether it is the caller's, only {own}, {own_lot}, {acting}, {acting_for_lot}
and {scope} say. Refused are:

    nobody, or nobody known          401 `auth.missing`, `auth.unknown`, `auth.session`
    who may not do this at all       403 `auth.power`
    who means another's things       403 `authority.org`, `authority.stems` and their like; 404 where it may not even be
                                     known that the thing is there
    who does too much at once        429 `limit.often`
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from anyio.to_thread import run_sync
from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from api.deps import Deployed
from api.problems import AuthenticationError, TooOftenError
from api.services import Services
from coop.accounts.powers import EVERYWHERE, POWERS
from coop.accounts.queries import Caller, authenticate
from coop.limits import Limiter
from coop.people import trail
from coop.people.queries import session_caller
from ledger.encoding import JsonValue
from ledger.errors import AuthorityError, EncodingError, LedgerError
from ledger.lot.facts import ROLL, VOIDED, EventFacts
from ledger.statement.jws import Statement, Typ
from ledger.statement.trust import covers
from ledger.store.database import writing
from ledger.store.log import LogStore

COOKIE: Final = "__Host-nguon"
PERSON: Final = "person"
"""In place of a power: any person who signed in, whatever his role."""

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="apiKey",
    description="An API key of a machine (`nguon org token`). It may what its scopes say: "
    + "; ".join(f"`{name}`: {text}" for name, text in POWERS.items())
    + ".",
)
_cookie = APIKeyCookie(
    name=COOKIE,
    auto_error=False,
    scheme_name="session",
    description="A person who signed in with a passkey; what he may follows from his role. "
    "What changes something needs an Origin of ours too.",
)


# --- what a route declares


@dataclass(frozen=True)
class Access:
    """What a route asks of its caller. As a dependency it answers who he is, or refuses.

    Attributes:
        powers: any one of these; or {PERSON}.
        shared: why everybody's things may be touched here; empty: the caller's organisation's only.
        person: it takes a person who signed in, beside the power.
    """

    powers: tuple[str, ...]
    shared: str = ""
    person: bool = False

    def allows(self, calling: Caller) -> bool:
        """Whether a caller may, whosever the things are."""
        if PERSON in self.powers or self.person:
            return calling.person is not None and bool({PERSON, *calling.powers} & set(self.powers))
        return bool(calling.powers & set(self.powers))

    async def __call__(
        self,
        request: Request,
        deployed: Deployed,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
        cookie: Annotated[str | None, Depends(_cookie)],
    ) -> Caller:
        """The caller.

        Raises:
            AuthenticationError, AuthorityError, TooOftenError: as the module tells.
        """
        request.state.private = True
        calling = await _caller(request, deployed, credentials, cookie)
        if not self.allows(calling):
            raise _powerless(calling, self.powers)
        if request.method not in SAFE:
            limits = request.app.state.limits
            assert isinstance(limits, Limits)
            limits.take(calling, deployed.clock().timestamp())
        return calling


def May(*powers: str, shared: str = "", person: bool = False) -> Any:  # noqa: N802  # reads as a declaration
    """The access of a route: `calling: Annotated[Caller, May("record")]`. The arguments are {Access}'s."""
    unknown = set(powers) - POWERS.keys() - {PERSON}
    if unknown or not powers:
        raise ValueError(f"no powers: {sorted(unknown)}")
    return Depends(Access(powers, shared, person))


def _powerless(calling: Caller, powers: Iterable[str]) -> AuthorityError:
    needed = ", ".join(powers)
    message = f"This needs the power {needed}, which the role {calling.role} does not give here."
    return AuthorityError(message, code="auth.power", power=needed, role=calling.role)


async def _caller(
    request: Request, deployed: Services, credentials: HTTPAuthorizationCredentials | None, cookie: str | None
) -> Caller:
    if credentials is not None:
        found = await run_sync(authenticate, deployed.accounts, credentials.credentials)
        unknown = AuthenticationError("The API key is not known, or has ended.", code="auth.unknown")
    elif cookie:
        found = await run_sync(session_caller, deployed.accounts, cookie, deployed.clock())
        unknown = AuthenticationError("The session has ended: sign in again.", code="auth.session")
        if request.method not in SAFE:
            from_our_page(request, deployed.base_url)
    else:
        message = "This needs an API key, Authorization: Bearer …, or that somebody signs in."
        raise AuthenticationError(message, code="auth.missing")
    if found is None or (found.org is None and found.role not in EVERYWHERE):
        raise unknown
    return found


def noted(deployed: Services, calling: Caller, what: str, org: str | None, about: str) -> None:
    """Write into the trail what a caller did. The arguments are those of `coop.people.trail.note`."""
    trail.note(writing(deployed.accounts), calling, what, org, about, deployed.clock())


# --- what is said


def may_describe(calling: Caller) -> None:
    """See that a caller may send descriptions. Raises AuthorityError: he may not (`auth.power`)."""
    if "describe" not in calling.powers:
        raise _powerless(calling, ["describe"])


def may_say(calling: Caller, event: Mapping[str, JsonValue]) -> None:
    """See that a caller may record an event: recalls, rolls and voided tem take more than the power to record.

    Raises:
        AuthorityError: he may not (`auth.power`).
    """
    facts = EventFacts(event)
    needed = "recall" if facts.sets_recalled or facts.unsets_recalled else None
    if needed is None and (ROLL in event or VOIDED in event):
        needed = "labels"
    if needed is not None and needed not in calling.powers:
        raise _powerless(calling, [needed])


def may_send(calling: Caller, statements: Iterable[Statement]) -> None:
    """See that a caller may send statements: as {may_describe} and {may_say}; keys, who describes or invites."""
    for statement in statements:
        if statement.header.typ is Typ.EPCIS:
            may_say(calling, statement.payload)
        elif statement.header.typ is Typ.MASTER:
            may_describe(calling)
        elif not calling.powers & {"people", "describe"}:
            raise _powerless(calling, ["people"])


# --- from whose page


def from_our_page(request: Request, base_url: str) -> None:
    """See that a browser sends this from a page of ours.

    Raises:
        AuthorityError: it comes from another site's page, or does not say from where (`auth.origin`).
    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin", "")
    own = {_origin(base_url), f"{request.url.scheme}://{request.headers.get('host', '')}"}
    if site != "same-origin" or origin not in own:
        message = "This comes from a page of another site: sign in here, and try again."
        raise AuthorityError(message, code="auth.origin")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


async def _ours(request: Request, deployed: Deployed) -> None:
    from_our_page(request, deployed.base_url)


OurPage: Final = Depends(_ours)
"""For public routes that change something with a cookie, or make one: `dependencies=[OurPage]`."""


# --- how often


@dataclass
class Limits:
    """How often a person, and an organisation, may change something.

    Attributes:
        person: for a person. A phone that comes back from the fields sends one slip after the other.
        org: for all of an organisation: its people and its machines.
    """

    person: Limiter = field(default_factory=lambda: Limiter(times=300, seconds=60))
    org: Limiter = field(default_factory=lambda: Limiter(times=3_000, seconds=60))

    def take(self, calling: Caller, now: float) -> None:
        """Count one more.

        Raises:
            TooOftenError: there were too many of late (`limit.often`).
        """
        wait = self.org.wait(calling.org or calling.role, now)
        if wait <= 0 and calling.person is not None:
            wait = self.person.take(calling.person, now)
        if wait > 0:
            raise TooOftenError(wait)
        self.org.count(calling.org or calling.role, now)


# --- whose things


def scope(calling: Caller) -> str | None:
    """Whose things a caller sees in a list: his organisation's; None: everybody's."""
    return None if calling.role in EVERYWHERE else calling.org


def own(calling: Caller, owners: Collection[str | None], refusal: LedgerError) -> None:
    """See that a thing is the caller's: that his organisation is among its owners.

    Raises:
        LedgerError: `refusal`, where it is another's.
    """
    if calling.role not in EVERYWHERE and calling.org not in owners:
        raise refusal


def acting(calling: Caller, asked: str | None) -> str | None:
    """The organisation that a caller acts for: his own; for who belongs to none, the one asked for, if any.

    Raises:
        AuthorityError: an organisation asks for another (`authority.org`).
    """
    if calling.role in EVERYWHERE:
        return asked
    if asked is not None and asked != calling.org:
        message = "An API key acts for its own organisation only."
        raise AuthorityError(message, code="authority.org", org=asked)
    return calling.org


def acting_org(calling: Caller, sent: Mapping[str, JsonValue]) -> str:
    """As {acting}, of the member `org` of what was sent.

    Raises:
        EncodingError: who belongs to no organisation names none (`json.syntax`).
    """
    asked = sent.get("org")
    org = acting(calling, asked if isinstance(asked, str) else None)
    if org is None:
        raise EncodingError("Say for which organisation: org.", code="json.syntax", pointer="/org")
    return org


def acting_for_lot(calling: Caller, sent: Mapping[str, JsonValue], uri: str, log: LogStore) -> str:
    """The organisation that acts for a caller on a lot: his own, if it speaks for the lot; for who belongs to none the
    one that he names, else the lot's speaker.

    Raises:
        AuthorityError: an organisation asks for another (`authority.org`), or for a lot for which it does not speak
            (`authority.stems`).
    """
    asked = sent.get("org")
    org = acting(calling, asked if isinstance(asked, str) else None)
    if org is None:
        return speaker_for(log, uri)
    own_lot(calling, uri, log)
    return org


def own_lot(calling: Caller, uri: str, log: LogStore, refusal: LedgerError | None = None) -> None:
    """See that the caller's organisation speaks for a lot: that the stems of one of its keys cover it.

    Raises:
        LedgerError: it does not: `refusal`, by default an AuthorityError (`authority.stems`).
    """
    org = scope(calling)
    if org is None:
        return
    stems = [record.stems for record in log.key_records(org) if record.revoked is None]
    if not any(covers(each, uri) for each in stems):
        message = f"{org} does not speak for {uri}."
        raise refusal or AuthorityError(message, code="authority.stems", org=org, uri=uri)


def speaker_for(log: LogStore, uri: str) -> str:
    """The organisation hosted here that speaks for a URI.

    Raises:
        AuthorityError: there is none (`authority.stems`).
    """
    records = [
        record for record in log.key_records() if record.custody == "hosted" and record.revoked is None
    ]
    speaking = [
        (max(len(stem) for stem in record.stems if uri.startswith(stem)), record.org)
        for record in records
        if covers(record.stems, uri)
    ]
    if not speaking:
        raise AuthorityError(
            f"No organisation hosted here speaks for {uri}.", code="authority.stems", uri=uri
        )
    return max(speaking)[1]
