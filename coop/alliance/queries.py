"""The alliance's view, from the log's entries and the working data: one state an organisation, and whom to call.

    none      nothing was ever recorded
    regular   the newest entry is at most two weeks old
    slow      it is older
    call      it is older than a month, or something happened that nobody should wait with: labels were reported,
              another organisation denied what this one says, somebody has lost his phone and is not back yet

An organisation is a laboratory or a shop by the role of its keys, or of its people; else a cooperative.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from coop.accounts.queries import organisations
from coop.farm.models import Farm
from coop.people.models import Invitation
from coop.people.queries import Someone, millis, people
from coop.reports.models import Report
from ledger.lot.terms import items, said
from ledger.remembering import read_told
from ledger.statement import jws
from ledger.statement.trust import KeyRecord
from ledger.store import search
from ledger.store.activity import Activity, activities, index_at, newest_of
from ledger.store.log import LogStore

SLOW: Final = timedelta(days=14)
SILENT: Final = timedelta(days=30)
_ANSWERS: Final = "nguon:answers"
_MOST: Final = 2_000
_KINDS: Final[Mapping[str, str]] = {
    "laboratory": "laboratory",
    "retailer": "retailer",
    "member": "cooperative",
    "officer": "cooperative",
}
State = Literal["none", "regular", "slow", "call"]


@dataclass(frozen=True)
class Why:
    """A reason to call: `reports` {n}, `denied` {by, reason}, `lost` {n}, `silent` {days}; the gravest first."""

    code: str
    params: Mapping[str, str | int]


@dataclass(frozen=True)
class Seen:
    """An organisation as the alliance sees it.

    Attributes:
        kind: `cooperative`, `laboratory`, `retailer`.
        phone, contact: whom to call.
        activity: None where nothing was recorded.
        why: reasons to call, the gravest first.
        keys: of the organisation, revoked ones last.
        people: those whom the alliance may look after: its officers, or a laboratory's or shop's people.
    """

    uri: str
    name: str
    kind: str
    phone: str | None
    contact: str | None
    state: State
    activity: Activity | None
    why: tuple[Why, ...] = ()
    keys: tuple[KeyRecord, ...] = ()
    people: tuple[Someone, ...] = ()


@dataclass
class _Facts:
    """What is known of all organisations, by URI."""

    activity: Mapping[str, Activity]
    phones: Mapping[str, str]
    reports: Mapping[str, int]
    denied: Mapping[str, Why]
    invited: Mapping[str, str]
    keys: dict[str, list[KeyRecord]] = field(default_factory=dict)
    people: dict[str, list[Someone]] = field(default_factory=dict)


def overview(engine: Engine, log: LogStore, now: datetime) -> list[Seen]:
    """All organisations, by name; whom to call stands in {Seen.why}."""
    facts = _facts(engine, log, now)
    seen = [_seen(uri, name, facts, now) for uri, name in organisations(engine).items()]
    return sorted(seen, key=lambda item: (item.name.casefold(), item.uri))


def first_to_call(seen: list[Seen]) -> list[Seen]:
    """Whom to call, the most urgent first: by the gravest reason, then by how long nothing was recorded."""
    order = {"denied": 0, "reports": 1, "lost": 2, "silent": 3}
    called = [item for item in seen if item.state == "call"]
    return sorted(called, key=lambda item: (order[item.why[0].code], _since(item), item.name))


def _since(item: Seen) -> str:
    return item.activity.last.isoformat() if item.activity is not None else ""


def month_of(engine: Engine, log: LogStore, since: datetime, until: datetime) -> list[tuple[Seen, int]]:
    """All organisations with what they recorded in a span, and how many labels were reported to them in it."""
    with log.reading() as reading:
        activity = activities(search.connection_of(reading), since, until)
    query = select(Report.org, func.count()).where(
        Report.created_at >= millis(since), Report.created_at < millis(until), Report.org.is_not(None)
    )
    with Session(engine) as session:
        reports = {row[0]: row[1] for row in session.execute(query.group_by(Report.org))}
    keys: dict[str, list[KeyRecord]] = {}
    for record in log.key_records():
        keys.setdefault(record.org, []).append(record)
    found = [
        Seen(uri, name, _kind(keys.get(uri, ()), (), ""), None, None, "none", activity.get(uri))
        for uri, name in organisations(engine).items()
    ]
    return [(item, reports.get(item.uri, 0)) for item in sorted(found, key=lambda item: item.name.casefold())]


def _facts(engine: Engine, log: LogStore, now: datetime) -> _Facts:
    since = now - SILENT
    with log.reading() as reading:
        activity = activities(search.connection_of(reading), since)
        denied = _denied(reading, since)
    with Session(engine) as session:
        phones = session.execute(select(Farm.org, Farm.phone).where(Farm.phone.is_not(None)))
        listed = {row[0]: row[1] for row in phones if row[1]}
        reported = select(Report.org, func.count()).where(
            Report.created_at >= millis(now - SLOW), Report.org.is_not(None)
        )
        reports = {row[0]: row[1] for row in session.execute(reported.group_by(Report.org)) if row[0]}
        invitations = session.execute(
            select(Invitation.org, Invitation.role).where(Invitation.org.is_not(None))
        )
        invited = {row[0]: row[1] for row in invitations if row[0]}
    facts = _Facts(activity, listed, reports, denied, invited)
    for record in log.key_records():
        facts.keys.setdefault(record.org, []).append(record)
    for person in people(engine, None):
        if person.org is not None and person.role != "member" and person.state != "ended":
            facts.people.setdefault(person.org, []).append(person)
    return facts


def _denied(log: LogStore, since: datetime) -> dict[str, Why]:
    """Organisation -> the newest denial of what it says."""
    connection = search.connection_of(log)
    indexes = newest_of(connection, _ANSWERS, index_at(connection, since), _MOST)
    keys = {record.kid: record for record in log.key_records()}
    found: dict[str, Why] = {}
    for index, raw in sorted(log.statements(indexes).items()):
        told = read_told(raw, index, keys)
        if told is None or told.signer is None or told.event.error_declaration is not None:
            continue
        for answer in items(told.event.raw.get(_ANSWERS)):
            asked = log.event(said(answer, "event")) if said(answer, "answer") == "denied" else None
            raw_asked = asked.statement if asked is not None else None
            signer = keys.get(jws.parse(raw_asked).header.kid) if raw_asked is not None else None
            if signer is not None:
                params = {"by": told.signer.org, "reason": said(answer, "reason")}
                found[signer.org] = Why("denied", params)
    return found


def _seen(uri: str, name: str, facts: _Facts, now: datetime) -> Seen:
    keys = sorted(facts.keys.get(uri, ()), key=lambda record: (record.revoked is not None, -record.admitted))
    persons = facts.people.get(uri, [])
    activity = facts.activity.get(uri)
    why = tuple(_reasons(uri, facts, persons, activity, now))
    contact = next((person for person in persons if person.phone), None)
    phone = facts.phones.get(uri) or (contact.phone if contact is not None else None)
    return Seen(
        uri,
        name,
        _kind(keys, persons, facts.invited.get(uri, "")),
        phone,
        contact.name if contact is not None else None,
        _state(activity, why, now),
        activity,
        why,
        tuple(keys),
        tuple(persons),
    )


def _reasons(
    uri: str, facts: _Facts, persons: list[Someone], activity: Activity | None, now: datetime
) -> list[Why]:
    found = [facts.denied[uri]] if uri in facts.denied else []
    if facts.reports.get(uri):
        found.append(Why("reports", {"n": facts.reports[uri]}))
    states = Counter(person.state for person in persons)
    if states["lost"]:
        found.append(Why("lost", {"n": states["lost"]}))
    if activity is not None and now - activity.last > SILENT:
        found.append(Why("silent", {"days": (now - activity.last).days}))
    return found


def _state(activity: Activity | None, why: tuple[Why, ...], now: datetime) -> State:
    if why:
        return "call"
    if activity is None:
        return "none"
    return "slow" if now - activity.last > SLOW else "regular"


def _kind(keys: Sequence[KeyRecord], persons: Sequence[Someone], invited: str) -> str:
    roles = [
        *(record.role for record in keys if record.revoked is None),
        *(each.role for each in persons),
        invited,
    ]
    return next((_KINDS[role] for role in roles if role in _KINDS), "cooperative")
