"""What was scanned or typed, and what it asks about (DESIGN §3.8).

    https://{our host}/01/…      a Digital Link, as every tem carries it; a slash at its end is tolerated
    {our host}/01/…  /01/…       the same, typed without its beginning
    ]d2…  ]C1…  …                a GS1 element string, as DataMatrix and GS1-128 hold it
    (01)…(10)…                   the same, as printed under the bars; spaces and line ends mean nothing
    8936000000000  ]E0…          an article number: a product, and no lot of it

Only a Digital Link names a host, and it must be ours. A scanner's symbology identifier before it is passed over.
"""

import re
from dataclasses import dataclass
from typing import Final

from ledger.errors import Gs1Error
from ledger.gs1 import digital_link, element_string
from ledger.gs1.digital_link import ParseOptions

_AS_A_RESOLVER: Final = ParseOptions(trailing_slash=True)
_OUTSIDE: Final = " \t\r\n"
_SYMBOL: Final = re.compile(r"\][Qd][0-9](?=https?://)", re.IGNORECASE)


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
    """Read a scanned or typed code.

    Args:
        code: as it came.
        host: our own, which a Digital Link must name and a path without one means.

    Raises:
        Gs1Error: it names no product (`dl.syntax`, `gs1.check_digit`, …), or belongs to another host (`dl.host`).
    """
    text = _SYMBOL.sub("", code.strip(_OUTSIDE), count=1)
    if element_string.is_element_string(text) or element_string.is_article_number(text):
        elements = element_string.parse(text)
        return _target(elements.value("01"), elements.value("10"), elements.value("21"))
    link = digital_link.parse(_whole(text, host), _AS_A_RESOLVER)
    if link.host.lower() != host.lower():
        raise Gs1Error(f"The code belongs to {link.host}, not to {host}.", code="dl.host", host=link.host)
    return _target(link.gtin, link.lot, link.serial)


def _whole(text: str, host: str) -> str:
    """A Digital Link that may have been typed without its beginning."""
    if text.startswith("/01/"):
        return f"https://{host}{text}"
    if text.lower().startswith(f"{host.lower()}/"):
        return f"https://{text}"
    return text


def _target(gtin: str | None, lot: str | None, serial: str | None) -> Target:
    if gtin is None:
        raise Gs1Error("The code names no product.", code="dl.syntax")
    return Target(gtin, lot, serial)
