"""What enters reports. The engines given here begin transactions that write (SQLite: BEGIN IMMEDIATE)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from coop.reports.models import Report
from ledger.errors import EncodingError
from ledger.tem import ALPHABET

KINDS: Final = ("different", "suspect", "disagreement")
MAX_TEXT: Final = 1_000
MAX_CODE: Final = 2_000
_NUMBER_LENGTH: Final = 10


@dataclass(frozen=True)
class Told:
    """What somebody reports, as sent.

    Attributes:
        code: on the label, whatever it is.
        kind: one of KINDS.
        text: in their words.
        place: a province's code; None where it is not said.
    """

    code: str
    kind: str
    text: str = ""
    place: str | None = None

    def check(self) -> None:
        """Raises:
        EncodingError: no code, another kind, or too long (`report.code`, `report.kind`, `report.text`)."""
        if not self.code or len(self.code) > MAX_CODE:
            raise EncodingError(
                "A report needs the tem's code, at most 2,000 characters.", code="report.code"
            )
        if self.kind not in KINDS:
            raise EncodingError(
                "A report's kind is different, suspect or disagreement.", code="report.kind", pointer="/kind"
            )
        if len(self.text) > MAX_TEXT:
            raise EncodingError(
                "A report's text has at most 1,000 characters.", code="report.text", pointer="/text"
            )


@dataclass(frozen=True)
class About:
    """What this service itself knows of the code at that moment.

    Attributes:
        lot: canonical URI; None where the code names none.
        serial: of the tem.
        org: who brought the lot into being, or speaks for such lots, and may read the report.
        verdict: this service's own.
    """

    lot: str | None = None
    serial: str | None = None
    org: str | None = None
    verdict: str | None = None


def enter(
    engine: Engine,
    told: Told,
    about: About,
    photo: bytes | None,
    now: datetime,
    random: Callable[[int], bytes],
) -> str:
    """Enter a report; its number, to quote.

    Args:
        photo: digest of the picture in the reports' own store.
    """
    number = _number(random)
    with Session(engine) as session, session.begin():
        session.add(
            Report(
                id=number,
                created_at=int(now.astimezone(UTC).timestamp() * 1000),
                kind=told.kind,
                code=told.code,
                lot=about.lot,
                serial=about.serial,
                org=about.org,
                verdict=about.verdict,
                text=told.text,
                place=told.place,
                photo=photo,
            )
        )
    return number


def _number(random: Callable[[int], bytes]) -> str:
    value = int.from_bytes(random(7)) >> 6
    return "".join(ALPHABET[value >> 5 * place & 31] for place in reversed(range(_NUMBER_LENGTH)))
