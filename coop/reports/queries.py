"""What is asked of reports: an organisation's own, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, select, tuple_
from sqlalchemy.orm import Session

from coop.reports.models import Report
from ledger.errors import NotFoundError


@dataclass(frozen=True)
class Filed:
    """A report, with the number to quote; the other attributes are those of its row."""

    number: str
    created: datetime
    kind: str
    code: str
    lot: str | None
    serial: str | None
    org: str | None
    verdict: str | None
    text: str
    place: str | None
    photo: bytes | None


def newest(engine: Engine, org: str | None, limit: int, before: str | None = None) -> Sequence[Filed]:
    """Reports, newest first.

    Args:
        org: whose lots they are about; None: all, for the operator.
        limit: at most so many.
        before: the number of the last one seen.

    Raises:
        NotFoundError: nobody has that number, or not this organisation (`not_found.report`).
    """
    query = select(Report).order_by(Report.created_at.desc(), Report.id.desc()).limit(limit)
    if org is not None:
        query = query.where(Report.org == org)
    with Session(engine) as session:
        if before is not None:
            last = _own(session, before, org)
            query = query.where(tuple_(Report.created_at, Report.id) < (last.created_at, last.id))
        return [_filed(row) for row in session.scalars(query)]


def one(engine: Engine, number: str, org: str | None) -> Filed:
    """A report by its number. Raises as `newest`."""
    with Session(engine) as session:
        return _filed(_own(session, number, org))


def _own(session: Session, number: str, org: str | None) -> Report:
    row = session.get(Report, number)
    if row is None or (org is not None and row.org != org):
        raise NotFoundError("There is no such report.", code="not_found.report", number=number)
    return row


def _filed(row: Report) -> Filed:
    return Filed(
        row.id,
        datetime.fromtimestamp(row.created_at / 1000, UTC),
        row.kind,
        row.code,
        row.lot,
        row.serial,
        row.org,
        row.verdict,
        row.text,
        row.place,
        row.photo,
    )
