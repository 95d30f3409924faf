"""Who records, and since when: counts over the log's events by organisation. Derived, and no part of any proof."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, case, func, select

from ledger.log.leaf import parse_leaf
from ledger.store.database import chunks
from ledger.store.models import EventRef, KeyRow, Leaf, LogState, Statement
from ledger.store.search_models import SearchName


@dataclass(frozen=True)
class Activity:
    """What an organisation recorded.

    Attributes:
        events: ever; `recent`: in the span asked about; `hosted`: of those, signed by a key that the operator keeps.
        last: when the newest was taken in.
    """

    org: str
    events: int
    recent: int
    hosted: int
    last: datetime


def activities(connection: Connection, since: datetime, until: datetime | None = None) -> dict[str, Activity]:
    """Organisation -> what it recorded, of those that ever did; recent: from `since` up to `until`."""
    first = index_at(connection, since)
    stop = index_at(connection, until) if until is not None else _size(connection)
    recent = (EventRef.index >= first) & (EventRef.index < stop)
    query = (
        select(
            EventRef.org,
            func.count(),
            func.sum(case((recent, 1), else_=0)),
            func.sum(case((recent & (KeyRow.custody == "hosted"), 1), else_=0)),
            func.max(EventRef.index),
        )
        .join(Statement, Statement.index == EventRef.index, isouter=True)
        .join(KeyRow, KeyRow.kid == Statement.kid, isouter=True)
        .group_by(EventRef.org)
    )
    rows = connection.execute(query).all()
    times = _times(connection, [row[4] for row in rows])
    return {row[0]: Activity(row[0], row[1], row[2], row[3], times[row[4]]) for row in rows}


def index_at(connection: Connection, moment: datetime) -> int:
    """Index of the first leaf that is not before a moment; the log's size where all are. Times never fall."""
    wanted, low, high = moment.timestamp() * 1000, 0, _size(connection)
    while low < high:
        middle = (low + high) // 2
        if _times(connection, [middle])[middle].timestamp() * 1000 < wanted:
            low = middle + 1
        else:
            high = middle
    return low


def newest_of(connection: Connection, role: str, since: int, most: int) -> list[int]:
    """Indexes of the newest events, from an index on, that name something under a member."""
    query = select(SearchName.index).where(SearchName.index >= since, SearchName.role == role).distinct()
    return sorted(connection.execute(query.order_by(SearchName.index.desc()).limit(most)).scalars())


def _size(connection: Connection) -> int:
    return connection.execute(select(LogState.size)).scalar_one()


def _times(connection: Connection, indexes: Iterable[int]) -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    for chunk in chunks(sorted(set(indexes))):
        for index, data in connection.execute(select(Leaf.index, Leaf.data).where(Leaf.index.in_(chunk))):
            found[index] = datetime.fromtimestamp(parse_leaf(data).time / 1000, UTC)
    return found
