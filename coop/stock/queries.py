"""What is asked of the stock room: an organisation's prefix, and who was given a number."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from coop.stock.models import CompanyPrefix, LogisticUnit
from ledger.errors import Gs1Error
from ledger.gs1.digital_link import organisation_uri
from ledger.gs1.keys import Gln

_ORGANISATION: Final = "https://id.gs1.org/417/"
_GLN_PREFIX: Final = 12


@dataclass(frozen=True)
class GivenUnit:
    """A number that was given out here, to whom, and when (milliseconds since 1970)."""

    sscc: str
    org: str
    created_at: int


def prefix_of(session: Session, org: str) -> str:
    """The company prefix that an organisation's SSCC begin with: the one it set, else 12 digits of its GLN.

    Raises:
        Gs1Error: it set none, and its URI holds no GLN (`sscc.no_prefix`).
    """
    known = session.get(CompanyPrefix, org)
    if known is not None:
        return known.prefix
    try:
        gln = Gln(org.removeprefix(_ORGANISATION))
    except Gs1Error:
        gln = None
    if gln is None or organisation_uri(gln) != org:
        message = f"{org} has no GLN, and no company prefix is set for it."
        raise Gs1Error(message, code="sscc.no_prefix", org=org)
    return gln[:_GLN_PREFIX]


def given(engine: Engine, sscc: str) -> GivenUnit | None:
    """Who was given a number; None where nobody was, here."""
    query = select(LogisticUnit.sscc, LogisticUnit.org, LogisticUnit.created_at)
    with Session(engine) as session:
        row = session.execute(query.where(LogisticUnit.sscc == sscc)).one_or_none()
    return GivenUnit(row.sscc, row.org, row.created_at) if row is not None else None
