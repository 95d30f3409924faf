"""The trail: who did what, when, for which organisation. Written once; nothing updates or deletes a row.

People stand in it by their ids, never by name or number: names are looked up when it is read. What the log records
is told by the log itself, signed; the trail tells what it does not: who signed in, invited, printed, looked at codes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import BigInteger, Engine, Integer, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from coop.accounts.queries import Caller
from coop.base import Base

MAX_ABOUT: Final = 512
MAX_PER_PAGE: Final = 500


class Deed(Base):
    """One thing that somebody did."""

    __tablename__ = "deed"
    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
    )
    at: Mapped[int] = mapped_column(BigInteger)
    org: Mapped[str | None] = mapped_column(
        String(255), index=True
    )  # whose affair it is; NULL: no organisation's
    role: Mapped[str] = mapped_column(String(16))  # of who did it; empty: nobody signed in
    person: Mapped[str | None] = mapped_column(String(43))
    key_id: Mapped[str | None] = mapped_column(String(43))  # the API key; NULL for a person
    what: Mapped[str] = mapped_column(String(40))  # such as roll.issued
    about: Mapped[str] = mapped_column(String(MAX_ABOUT))  # an identifier or a path


@dataclass(frozen=True)
class Done:
    """A deed as it is read.

    Attributes:
        number: in the order of doing.
        org: whose affair it is; None: no organisation's.
        role: of who did it; empty where nobody was signed in.
        person: his id; None for a machine, or nobody.
        key_id: the API key; None for a person, or nobody.
        what: what was done, such as `roll.issued`.
        about: to what: an identifier, or a path of the API.
    """

    number: int
    at: datetime
    org: str | None
    role: str
    person: str | None
    key_id: str | None
    what: str
    about: str


def note(engine: Engine, who: Caller | None, what: str, org: str | None, about: str, now: datetime) -> None:
    """Write down that somebody did something.

    Args:
        engine: begins transactions that write.
        who: None: somebody who has not signed in yet, such as who joins.
        what: stable and dotted, such as `person.invited`.
        org: whose affair it is.
        about: an identifier; never a name, a number to call or a secret.
    """
    person = who.person if who is not None else None
    row = Deed(
        at=int(now.astimezone(UTC).timestamp() * 1000),
        org=org,
        role=who.role if who is not None else "",
        person=person,
        key_id=(who.key_id or None) if who is not None and person is None else None,
        what=what,
        about=about[:MAX_ABOUT],
    )
    with Session(engine) as session, session.begin():
        session.add(row)


def deeds(engine: Engine, org: str | None, limit: int, before: int | None = None) -> Sequence[Done]:
    """What was done, newest first.

    Args:
        org: whose affairs; None: everybody's.
        limit: at most so many.
        before: the number of the last one seen.
    """
    query = select(Deed).order_by(Deed.id.desc()).limit(limit)
    if org is not None:
        query = query.where(Deed.org == org)
    if before is not None:
        query = query.where(Deed.id < before)
    with Session(engine) as session:
        return [
            Done(
                row.id,
                datetime.fromtimestamp(row.at / 1000, UTC),
                row.org,
                row.role,
                row.person,
                row.key_id,
                row.what,
                row.about,
            )
            for row in session.scalars(query)
        ]
