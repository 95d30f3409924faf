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
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from ledger.errors import Gs1Error
from ledger.gs1 import digital_link, keys
from ledger.gs1.digital_link import CANONICAL_HOST, DigitalLink

_URN: Final = re.compile(r"urn:epc:(id|class|idpat):([a-z]+):(.+)")
_URN_TEXT: Final = re.compile(r"(?:[A-Za-z0-9!'()*+,\-.:;=_$@]|%[0-9A-Fa-f]{2})*")
_ON_GS1: Final = re.compile(
    rf"https?://(?:[^/?#]*@)?{re.escape(CANONICAL_HOST)}\.?(?::\d*)?(?:[/?#].*)?", re.IGNORECASE
)
_WEB: Final = re.compile(r"https?://", re.IGNORECASE)
_KEYLESS: Final = frozenset({"gid", "usdod", "adi", "bic", "imovn"})
_Pairs = tuple[tuple[str, str], ...]


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
    found = _URN.fullmatch(uri)
    if found is None:
        raise _wrong(uri)
    form, scheme, rest = found.groups()
    if form == "id" and scheme in _KEYLESS:
        return uri
    if form == "idpat":
        rest = re.sub(r"(?:\.\*)+$", "", rest)
    reader = _SCHEMES.get((form, scheme))
    fields = rest.split(".")
    if reader is None or not all(_URN_TEXT.fullmatch(field) for field in fields):
        raise _wrong(uri)
    try:
        pairs = reader(_Fields(uri, rest))
        return digital_link.build(pairs)
    except Gs1Error as error:
        raise Gs1Error(f"{uri!r} is no EPC: {error.message}", code=error.code, value=uri) from error


def _wrong(uri: str) -> Gs1Error:
    return Gs1Error(f"{uri!r} is no EPC URN that names a GS1 key.", value=uri)


class _Fields:
    """The dotted fields of an EPC URN: company prefix, reference and, in some, a serial (which may hold dots)."""

    def __init__(self, uri: str, rest: str) -> None:
        self._uri = uri
        self._parts = rest.split(".")

    def body(self, length: int, *, extension: bool = False) -> str:
        """Company prefix and reference, `length` digits without the check digit, and then the check digit.

        Args:
            length: digits before the check digit.
            extension: the reference's first digit goes to the front (SGTIN's indicator, SSCC's extension).
        """
        if len(self._parts) < 2:
            raise _wrong(self._uri)
        prefix, reference = self._parts[:2]
        if (
            not keys.is_digits(prefix)
            or not 6 <= len(prefix) <= 12
            or (reference and not keys.is_digits(reference))
        ):
            raise _wrong(self._uri)
        digits = reference[:1] + prefix + reference[1:] if extension else prefix + reference
        if len(digits) != length:
            raise _wrong(self._uri)
        return digits + keys.check_digit(digits)

    def text(self, count: int | None = None) -> str:
        """Company prefix and the company's own reference, of any characters; `count` fields hold them, or all."""
        prefix, *rest = self._parts[:count]
        reference = ".".join(rest)
        if not reference or not keys.is_digits(prefix) or not 6 <= len(prefix) <= 12:
            raise _wrong(self._uri)
        return prefix + digital_link.percent_decode(reference)

    def serial(self, at: int = 2) -> str:
        """Everything from field `at` on."""
        text = ".".join(self._parts[at:])
        if not text:
            raise _wrong(self._uri)
        return digital_link.percent_decode(text)

    def digits(self, at: int, length: int) -> str:
        text = self._parts[at] if at < len(self._parts) else ""
        if not keys.is_digits(text) or len(text) != length:
            raise _wrong(self._uri)
        return text

    def end(self, count: int) -> None:
        if len(self._parts) != count:
            raise _wrong(self._uri)


def _sgtin(fields: _Fields) -> _Pairs:
    return ("01", fields.body(13, extension=True)), ("21", fields.serial())


def _lgtin(fields: _Fields) -> _Pairs:
    return ("01", fields.body(13, extension=True)), ("10", fields.serial())


def _upui(fields: _Fields) -> _Pairs:
    return ("01", fields.body(13, extension=True)), ("235", fields.serial())


def _product(fields: _Fields) -> _Pairs:
    fields.end(2)
    return (("01", fields.body(13, extension=True)),)


def _sscc(fields: _Fields) -> _Pairs:
    fields.end(2)
    return (("00", fields.body(17, extension=True)),)


def _sgln(fields: _Fields) -> _Pairs:
    extension = fields.serial()
    place = ("414", fields.body(12))
    return (place,) if extension == "0" else (place, ("254", extension))


def _place(fields: _Fields) -> _Pairs:
    fields.end(2)
    return (("414", fields.body(12)),)


def _pgln(fields: _Fields) -> _Pairs:
    fields.end(2)
    return (("417", fields.body(12)),)


def _giai(fields: _Fields) -> _Pairs:
    return (("8004", fields.text()),)


def _grai(fields: _Fields) -> _Pairs:
    return (("8003", "0" + fields.body(12) + fields.serial()),)


def _grai_class(fields: _Fields) -> _Pairs:
    fields.end(2)
    return (("8003", "0" + fields.body(12)),)


def _gdti(fields: _Fields) -> _Pairs:
    return (("253", fields.body(12) + fields.serial()),)


def _gdti_class(fields: _Fields) -> _Pairs:
    fields.end(2)
    return (("253", fields.body(12)),)


def _sgcn(fields: _Fields) -> _Pairs:
    return (("255", fields.body(12) + fields.serial()),)


def _sgcn_class(fields: _Fields) -> _Pairs:
    fields.end(2)
    return (("255", fields.body(12)),)


def _cpi(fields: _Fields) -> _Pairs:
    fields.end(3)
    return ("8010", fields.text(2)), ("8011", fields.serial())


def _cpi_class(fields: _Fields) -> _Pairs:
    fields.end(2)
    return (("8010", fields.text()),)


def _pieces(fields: _Fields) -> str:
    return fields.body(13, extension=True) + fields.digits(2, 2) + fields.digits(3, 2)


def _itip(fields: _Fields) -> _Pairs:
    return ("8006", _pieces(fields)), ("21", fields.serial(4))


def _itip_class(fields: _Fields) -> _Pairs:
    fields.end(4)
    return (("8006", _pieces(fields)),)


def _gsrn(fields: _Fields) -> _Pairs:
    fields.end(2)
    return (("8018", fields.body(17)),)


def _gsrnp(fields: _Fields) -> _Pairs:
    fields.end(2)
    return (("8017", fields.body(17)),)


def _gsin(fields: _Fields) -> _Pairs:
    fields.end(2)
    return (("402", fields.body(16)),)


def _ginc(fields: _Fields) -> _Pairs:
    return (("401", fields.text()),)


_SCHEMES: Final[Mapping[tuple[str, str], Callable[[_Fields], _Pairs]]] = {
    ("id", "sgtin"): _sgtin,
    ("id", "sscc"): _sscc,
    ("id", "sgln"): _sgln,
    ("id", "pgln"): _pgln,
    ("id", "giai"): _giai,
    ("id", "grai"): _grai,
    ("id", "gdti"): _gdti,
    ("id", "sgcn"): _sgcn,
    ("id", "cpi"): _cpi,
    ("id", "itip"): _itip,
    ("id", "gsrn"): _gsrn,
    ("id", "gsrnp"): _gsrnp,
    ("id", "gsin"): _gsin,
    ("id", "ginc"): _ginc,
    ("id", "upui"): _upui,
    ("class", "lgtin"): _lgtin,
    ("idpat", "sgtin"): _product,
    ("idpat", "sgln"): _place,
    ("idpat", "grai"): _grai_class,
    ("idpat", "gdti"): _gdti_class,
    ("idpat", "sgcn"): _sgcn_class,
    ("idpat", "cpi"): _cpi_class,
    ("idpat", "itip"): _itip_class,
}
