"""Tables of the reports room. No column holds an address, or a browser's name."""

from sqlalchemy import BigInteger, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from coop.base import Base


class Report(Base):
    """What somebody told about a label."""

    __tablename__ = "report"
    id: Mapped[str] = mapped_column(String(10), primary_key=True)  # to quote on the telephone
    created_at: Mapped[int] = mapped_column(BigInteger, index=True)
    kind: Mapped[str] = mapped_column(String(12))  # different, suspect, disagreement
    code: Mapped[str] = mapped_column(Text)  # as it came
    lot: Mapped[str | None] = mapped_column(Text)  # canonical, where the code names one
    serial: Mapped[str | None] = mapped_column(String(20))
    org: Mapped[str | None] = mapped_column(String(255), index=True)  # whose lot it is
    verdict: Mapped[str | None] = mapped_column(String(20))  # this service's own, at that moment
    text: Mapped[str] = mapped_column(String(1000))
    place: Mapped[str | None] = mapped_column(String(6))  # ISO 3166-2, VN-…
    photo: Mapped[bytes | None] = mapped_column(LargeBinary(32))  # SHA-256 of the picture
