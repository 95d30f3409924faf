"""What was scanned: a Digital Link on our own host, and what it asks about (DESIGN §3.8)."""

from dataclasses import dataclass

from ledger.errors import Gs1Error
from ledger.gs1 import digital_link


@dataclass(frozen=True)
class Target:
    """The lot, and the instance of it, that a code names. Without a lot it gets no verdict."""

    gtin: str
    lot: str | None
    serial: str | None

    @property
    def product_uri(self) -> str:
        return digital_link.product_uri(self.gtin)

    @property
    def lot_uri(self) -> str | None:
        return digital_link.lot_uri(self.gtin, self.lot) if self.lot is not None else None

    @property
    def instance_uri(self) -> str | None:
        return digital_link.instance_uri(self.gtin, self.serial) if self.serial is not None else None

    @classmethod
    def of_uri(cls, uri: str, serial: str | None = None) -> "Target | None":
        """The target of a canonical lot URI; None when it is no lot's."""
        try:
            link = digital_link.parse(uri)
        except Gs1Error:
            return None
        if link.gtin is None or link.lot is None or link.serial is not None or link.canonical() != uri:
            return None
        return cls(link.gtin, link.lot, serial)


def host_of(origin: str) -> str:
    """The host that a log's tem name: the origin's part before the first slash."""
    return origin.partition("/")[0]


def parse_code(code: str, host: str) -> Target:
    """Read a scanned code.

    Raises:
        Gs1Error: no Digital Link of a product (`dl.syntax`, `gs1.check_digit`, …), or of another host (`dl.host`).
    """
    link = digital_link.parse(code.strip())
    if link.host.lower() != host.lower():
        raise Gs1Error(f"The code belongs to {link.host}, not to {host}.", code="dl.host", host=link.host)
    if link.gtin is None:
        raise Gs1Error("The code names no product.", code="dl.syntax")
    return Target(link.gtin, link.lot, link.serial)
