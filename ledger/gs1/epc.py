"""Identifiers in events -> the one form under which the ledger files them (DESIGN §3.2).

    EPC pure identity, class or pattern URN   -> canonical Digital Link
    a GS1 Digital Link on any host            -> canonical Digital Link
    something else on id.gs1.org or urn:epc:  -> refused
    any other URI                             -> itself, byte for byte

A GTIN with a serial is that instance, whatever lot or variant stands beside it; a GTIN with a lot is that lot.
EPC schemes that have no GS1 key (gid, usdod, adi, bic, imovn) stay as they are.

Source: EPC Tag Data Standard 2.1 §6 (URNs), §7 (GS1 keys); CBV 2.0 §8 (both forms name the same thing).
"""

import re
from dataclasses import replace
from typing import Final

from ledger.errors import Gs1Error
from ledger.gs1 import digital_link, urn
from ledger.gs1.digital_link import CANONICAL_HOST, DigitalLink

_ON_GS1: Final = re.compile(
    rf"https?://(?:[^/?#]*@)?{re.escape(CANONICAL_HOST)}\.?(?::\d*)?(?:[/?#].*)?", re.IGNORECASE
)
_WEB: Final = re.compile(r"https?://", re.IGNORECASE)


def canonical(uri: str) -> str:
    """The form of an identifier under which it is filed and compared.

    Raises:
        Gs1Error: it claims to be GS1's and is wrong (`dl.syntax`, `gs1.check_digit`).
    """
    if uri[:8].lower() == "urn:epc:":
        return _from_urn(uri)
    if not _WEB.match(uri):
        return uri
    try:
        link = digital_link.parse(uri)
    except Gs1Error:
        if _ON_GS1.fullmatch(uri):
            raise
        return uri
    return _identity(link)


def to_urn(uri: str, company_prefix_length: int) -> str:
    """The EPC URN of what a Digital Link or URN identifies: of its instance, else its lot, else its keys.

    Args:
        uri: an EPC URN, or a GS1 Digital Link on any host.
        company_prefix_length: digits of the company prefix of its first key, 6 to 12; the key does not show it.

    Raises:
        Gs1Error: it is neither, or no EPC URN names it (`dl.syntax`, `gs1.check_digit`).
    """
    return urn.write(digital_link.parse(canonical(uri)).keys, company_prefix_length)


def lot_named(uri: str) -> str | None:
    """The lot that an instance's own Digital Link names beside its serial, or None."""
    if not _WEB.match(uri):
        return None
    try:
        link = digital_link.parse(uri)
    except Gs1Error:
        return None
    if link.gtin is None or link.lot is None or link.serial is None:
        return None
    return digital_link.lot_uri(link.gtin, link.lot)


def is_instance(uri: str) -> bool:
    """Whether a canonical identifier is one trade item: a GTIN with a serial."""
    return uri.startswith(f"https://{CANONICAL_HOST}/01/") and "/21/" in uri


def is_lot(uri: str) -> bool:
    """Whether a canonical identifier is a lot of a trade item."""
    return uri.startswith(f"https://{CANONICAL_HOST}/01/") and "/10/" in uri


def gtin_of(uri: str) -> str | None:
    """The GTIN of a canonical product, lot or instance."""
    head, mark, rest = uri.partition(f"https://{CANONICAL_HOST}/01/")
    return rest[:14] if mark and not head else None


def _identity(link: DigitalLink) -> str:
    """The canonical form of what a link identifies: its instance, else its lot, else all of its keys."""
    for qualifier, value in (("21", link.serial), ("10", link.lot)):
        if link.gtin is not None and value is not None:
            return replace(link, keys=(("01", link.gtin), (qualifier, value))).canonical()
    return link.canonical()


def _from_urn(uri: str) -> str:
    pairs = urn.read(uri)
    try:
        return uri if pairs is None else digital_link.build(pairs)
    except Gs1Error as error:
        raise Gs1Error(f"{uri!r} is no EPC: {error.message}", code=error.code, value=uri) from error
