"""Giving numbers to cartons and pallets. Engines given here begin transactions that write (SQLite: BEGIN IMMEDIATE).

    SSCC = extension digit (1) ‖ company prefix (4-12) ‖ serial reference (the rest of 16) ‖ check digit

An organisation that says nothing else gets the first 12 digits of its GLN as prefix. They begin with its company's
prefix, however long that is, so that no other company's number can come out: 10,000 numbers under each extension digit.
Who knows its own prefix sets it, and has more.

Source: GS1 General Specifications §2.2.1, §3.2.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Engine, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coop.stock.models import CompanyPrefix, LogisticUnit, SsccCounter
from coop.stock.queries import prefix_of
from ledger.errors import ConflictError, Gs1Error
from ledger.gs1 import keys

EXTENSIONS: Final = range(10)
MAX_AT_ONCE: Final = 1_000
_BODY: Final = 16
_SHORTEST, _LONGEST = 4, 12
_TRIES: Final = 5

Used = Callable[[Sequence[str]], Collection[str]]
"""SSCC -> those of them that somebody used already without asking here."""


def set_prefix(engine: Engine, org: str, prefix: str) -> None:
    """Say which company prefix an organisation's SSCC begin with from now on.

    Raises:
        Gs1Error: no company prefix (`sscc.prefix`, `gs1.prefix`).
        ConflictError: it is another organisation's, in whole or in part (`sscc.prefix_taken`).
    """
    if not keys.is_digits(prefix) or not _SHORTEST <= len(prefix) <= _LONGEST:
        message = f"{prefix!r} is no GS1 company prefix: it has {_SHORTEST} to {_LONGEST} digits."
        raise Gs1Error(message, code="sscc.prefix", value=prefix)
    keys.require_prefix("SSCC", "0" + prefix.ljust(17, "0"))
    with Session(engine) as session, session.begin():
        for other in session.scalars(select(CompanyPrefix).where(CompanyPrefix.org != org)):
            if other.prefix.startswith(prefix) or prefix.startswith(other.prefix):
                message = f"The prefix {prefix} overlaps with {other.prefix}, which is {other.org}'s."
                raise ConflictError(message, code="sscc.prefix_taken", prefix=prefix, org=other.org)
        session.merge(CompanyPrefix(org=org, prefix=prefix))


def allocate(
    engine: Engine,
    org: str,
    now: datetime,
    count: int = 1,
    *,
    extension: int | None = None,
    used: Used = lambda _: (),
) -> list[str]:
    """Give out SSCC that nobody was given before.

    Args:
        org: who asks; its prefix is taken.
        count: how many, 1 to 1,000.
        extension: the first digit; None: the first one that has numbers left.
        used: asked before a number is given.

    Returns:
        Numbers of 18 digits, rising within an extension digit.

    Raises:
        Gs1Error: the organisation has no GLN and set no prefix (`sscc.no_prefix`), or no such extension digit or count
            (`sscc.order`).
        ConflictError: too few numbers are left (`sscc.exhausted`).
    """
    if not 1 <= count <= MAX_AT_ONCE or (extension is not None and extension not in EXTENSIONS):
        raise Gs1Error(
            f"Ask for 1 to {MAX_AT_ONCE:,} numbers, under an extension digit from 0 to 9.", code="sscc.order"
        )
    for _ in range(_TRIES - 1):
        try:
            return _allocate(engine, org, now, count, extension, used)
        except IntegrityError:  # somebody with an overlapping prefix took one in the meantime
            continue
    return _allocate(engine, org, now, count, extension, used)


def _allocate(
    engine: Engine, org: str, now: datetime, count: int, extension: int | None, used: Used
) -> list[str]:
    created = int(now.astimezone(UTC).timestamp() * 1000)
    found: list[str] = []
    with Session(engine) as session, session.begin():
        prefix = prefix_of(session, org)
        room = 10 ** (_BODY - len(prefix))
        for digit in EXTENSIONS if extension is None else (extension,):
            while len(found) < count:
                serials = _take(session, prefix, digit, count - len(found), room)
                if not serials:
                    break
                fresh = [_sscc(digit, prefix, serial) for serial in serials]
                found += _unused(session, fresh, used)
        if len(found) < count:
            message = f"The prefix {prefix} has only {len(found)} numbers left: set another one."
            raise ConflictError(message, code="sscc.exhausted", prefix=prefix, left=len(found), count=count)
        session.add_all(LogisticUnit(sscc=sscc, org=org, created_at=created) for sscc in found)
    return found


def _take(session: Session, prefix: str, extension: int, count: int, room: int) -> range:
    """Move a counter on; the row is locked until the transaction ends."""
    name = {"prefix": prefix, "extension": extension}
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(SsccCounter).values(**name, next=0).on_conflict_do_nothing())
    mine = (SsccCounter.prefix == prefix, SsccCounter.extension == extension)
    start = session.execute(select(SsccCounter.next).where(*mine).with_for_update()).scalar_one()
    stop = min(start + count, room)
    session.execute(update(SsccCounter).where(*mine).values(next=stop))
    return range(start, stop)


def _unused(session: Session, numbers: Sequence[str], used: Used) -> list[str]:
    query = select(LogisticUnit.sscc).where(LogisticUnit.sscc.in_(numbers))
    given = set(session.scalars(query)) | set(used(numbers))
    return [sscc for sscc in numbers if sscc not in given]


def _sscc(extension: int, prefix: str, serial: int) -> str:
    body = f"{extension}{prefix}{serial:0{_BODY - len(prefix)}}"
    return body + keys.check_digit(body)
