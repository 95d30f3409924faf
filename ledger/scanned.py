"""What a scanned or typed code names, whether it is a tem, a lot or a logistic unit."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ledger.errors import Gs1Error
from ledger.gs1 import digital_link, element_string
from ledger.gs1.digital_link import ParseOptions
from ledger.proof.target import parse_code

_UNIT: Final = "00"
_SYMBOL: Final = re.compile(r"\][Qd][0-9](?=https?://)", re.IGNORECASE)
_AS_A_RESOLVER: Final = ParseOptions(trailing_slash=True)


@dataclass(frozen=True)
class Scanned:
    """What a code names.

    Attributes:
        uri: canonical: a unit, an instance, or a lot.
        lot: the lot's URI; None for a unit.
        serial: of an instance, decoded.
    """

    uri: str
    lot: str | None = None
    serial: str | None = None

    @property
    def is_lot(self) -> bool:
        """Whether it is a lot as a whole."""
        return self.lot is not None and self.serial is None


def read_scanned(code: str, host: str, lot_of: Callable[[str], str | None]) -> Scanned:
    """Read a code.

    Args:
        code: a Digital Link, a path of one, an element string as scanned or as printed, or the 18 digits of an SSCC.
        host: our own, which the link of a tem must name; a unit may be anybody's.
        lot_of: the lot of an instance whose code does not name it.

    Raises:
        Gs1Error: no code of ours (`dl.syntax`, `gs1.check_digit`, `dl.host`), or of an item whose lot nobody knows
            (`pack.no_lot`).
    """
    text = code.strip()
    sscc = sscc_of(text)
    if sscc is not None:
        return Scanned(digital_link.build([(_UNIT, sscc)]))
    target = parse_code(text, host)
    if target.serial is None and target.lot_uri is None:
        raise Gs1Error("The code names a product, and no lot of it.", code="pack.no_lot", value=text)
    if target.serial is None:
        assert target.lot_uri is not None
        return Scanned(target.lot_uri, target.lot_uri)
    uri = digital_link.instance_uri(target.gtin, target.serial)
    lot = target.lot_uri or lot_of(uri)
    if lot is None:
        raise Gs1Error("The code names no lot, and nobody here knows it.", code="pack.no_lot", value=text)
    return Scanned(uri, lot, target.serial)


def sscc_of(code: str) -> str | None:
    """The SSCC that a code holds, whoever's host its link names; None for a code of something else.

    Raises:
        Gs1Error: its check digit is wrong, or it is no code at all.
    """
    text = _SYMBOL.sub("", code.strip(), count=1)
    if len(text) == 18 and text.isascii() and text.isdigit():
        return element_string.parse(f"(00){text}").value(_UNIT)
    if element_string.is_element_string(text):
        return element_string.parse(text).value(_UNIT)
    if "/00/" not in text:
        return None
    whole = f"https://{digital_link.CANONICAL_HOST}{text}" if text.startswith("/00/") else text
    keys = dict(digital_link.parse(whole, _AS_A_RESOLVER).keys)
    return keys.get(_UNIT)
