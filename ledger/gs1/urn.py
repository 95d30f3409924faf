"""EPC URNs: pure identities, classes and patterns, read into GS1 keys and written from them.

    urn:epc:id:sgtin:{prefix}.{indicator and item}.{serial}      (01)(21)         urn:epc:idpat:sgtin:{…}.*   (01)
    urn:epc:class:lgtin:{prefix}.{indicator and item}.{lot}      (01)(10)         urn:epc:id:upui:{…}         (01)(235)
    urn:epc:id:sscc:{prefix}.{extension and serial}              (00)
    urn:epc:id:sgln:{prefix}.{place}.{extension or 0}            (414)(254)       urn:epc:id:pgln:{…}         (417)
    urn:epc:id:grai:…  gdti:…  sgcn:…  {prefix}.{type}.{serial}  (8003) (253) (255)
    urn:epc:id:giai:…  ginc:…          {prefix}.{reference}      (8004) (401)
    urn:epc:id:cpi:{prefix}.{part}.{serial}                      (8010)(8011)
    urn:epc:id:itip:{prefix}.{indicator and item}.{piece}.{total}.{serial}        (8006)(21)
    urn:epc:id:gsrn:…  gsrnp:…  gsin:… {prefix}.{reference}      (8018) (8017) (402)

A URN shows where the company prefix ends, a GS1 key does not: whoever writes one must say. It has no check digit.

Source: EPC Tag Data Standard 2.1 §6 (URNs), §7 (GS1 keys).
"""

import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote

from ledger.errors import Gs1Error
from ledger.gs1 import digital_link, keys

_URN: Final = re.compile(r"urn:epc:(id|class|idpat):([a-z]+):(.+)")
_URN_TEXT: Final = re.compile(r"(?:[A-Za-z0-9!'()*+,\-.:;=_$@]|%[0-9A-Fa-f]{2})*")
_PLAIN: Final = "!'()*+,-.:;=_"
"""What the text of a URN holds as it is, beside letters and digits."""

_KEYLESS: Final = frozenset({"gid", "usdod", "adi", "bic", "imovn"})
SHORTEST_PREFIX: Final = 6
LONGEST_PREFIX: Final = 12
"""Digits of a GS1 company prefix in an EPC."""

Pairs = tuple[tuple[str, str], ...]


def read(uri: str) -> Pairs | None:
    """The GS1 keys that a URN names; None for an EPC scheme that has no GS1 key, such as `gid`.

    Raises:
        Gs1Error: `dl.syntax`.
    """
    found = _URN.fullmatch(uri)
    if found is None:
        raise _wrong(uri)
    form, scheme, rest = found.groups()
    if form == "id" and scheme in _KEYLESS:
        return None
    if form == "idpat":
        rest = re.sub(r"(?:\.\*)+$", "", rest)
    reader = _SCHEMES.get((form, scheme))
    if reader is None or not all(_URN_TEXT.fullmatch(field) for field in rest.split(".")):
        raise _wrong(uri)
    return reader(_Fields(uri, rest))


def write(pairs: Pairs, prefix_length: int) -> str:
    """The URN of GS1 keys, as {read} reads it back.

    Args:
        pairs: of one thing: no lot beside a serial.
        prefix_length: digits of the company prefix that the first key begins with, 6 to 12.

    Raises:
        Gs1Error: no EPC names such keys, or not with such a prefix (`dl.syntax`).
    """
    writer = _WRITERS.get(tuple(name for name, _ in pairs))
    if writer is None:
        raise Gs1Error("No EPC URN names such keys.", value=[name for name, _ in pairs])
    if not SHORTEST_PREFIX <= prefix_length <= LONGEST_PREFIX:
        raise Gs1Error(
            f"A company prefix has {SHORTEST_PREFIX} to {LONGEST_PREFIX} digits.", value=prefix_length
        )
    urn = f"urn:epc:{writer(prefix_length, *(value for _, value in pairs))}"
    if read(urn) != pairs:
        raise Gs1Error("No EPC URN names such keys with such a company prefix.", value=list(pairs))
    return urn


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


def _sgtin(fields: _Fields) -> Pairs:
    return ("01", fields.body(13, extension=True)), ("21", fields.serial())


def _lgtin(fields: _Fields) -> Pairs:
    return ("01", fields.body(13, extension=True)), ("10", fields.serial())


def _upui(fields: _Fields) -> Pairs:
    return ("01", fields.body(13, extension=True)), ("235", fields.serial())


def _product(fields: _Fields) -> Pairs:
    fields.end(2)
    return (("01", fields.body(13, extension=True)),)


def _sscc(fields: _Fields) -> Pairs:
    fields.end(2)
    return (("00", fields.body(17, extension=True)),)


def _sgln(fields: _Fields) -> Pairs:
    extension = fields.serial()
    place = ("414", fields.body(12))
    return (place,) if extension == "0" else (place, ("254", extension))


def _place(fields: _Fields) -> Pairs:
    fields.end(2)
    return (("414", fields.body(12)),)


def _pgln(fields: _Fields) -> Pairs:
    fields.end(2)
    return (("417", fields.body(12)),)


def _giai(fields: _Fields) -> Pairs:
    return (("8004", fields.text()),)


def _grai(fields: _Fields) -> Pairs:
    return (("8003", "0" + fields.body(12) + fields.serial()),)


def _grai_class(fields: _Fields) -> Pairs:
    fields.end(2)
    return (("8003", "0" + fields.body(12)),)


def _gdti(fields: _Fields) -> Pairs:
    return (("253", fields.body(12) + fields.serial()),)


def _gdti_class(fields: _Fields) -> Pairs:
    fields.end(2)
    return (("253", fields.body(12)),)


def _sgcn(fields: _Fields) -> Pairs:
    return (("255", fields.body(12) + fields.serial()),)


def _sgcn_class(fields: _Fields) -> Pairs:
    fields.end(2)
    return (("255", fields.body(12)),)


def _cpi(fields: _Fields) -> Pairs:
    fields.end(3)
    return ("8010", fields.text(2)), ("8011", fields.serial())


def _cpi_class(fields: _Fields) -> Pairs:
    fields.end(2)
    return (("8010", fields.text()),)


def _pieces(fields: _Fields) -> str:
    return fields.body(13, extension=True) + fields.digits(2, 2) + fields.digits(3, 2)


def _itip(fields: _Fields) -> Pairs:
    return ("8006", _pieces(fields)), ("21", fields.serial(4))


def _itip_class(fields: _Fields) -> Pairs:
    fields.end(4)
    return (("8006", _pieces(fields)),)


def _gsrn(fields: _Fields) -> Pairs:
    fields.end(2)
    return (("8018", fields.body(17)),)


def _gsrnp(fields: _Fields) -> Pairs:
    fields.end(2)
    return (("8017", fields.body(17)),)


def _gsin(fields: _Fields) -> Pairs:
    fields.end(2)
    return (("402", fields.body(16)),)


def _ginc(fields: _Fields) -> Pairs:
    return (("401", fields.text()),)


_SCHEMES: Final[Mapping[tuple[str, str], Callable[[_Fields], Pairs]]] = {
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


def _indicated(length: int, number: str) -> str:
    """Prefix and reference of a number without its check digit, whose first digit goes before the reference."""
    return f"{number[1 : 1 + length]}.{number[0]}{number[1 + length : -1]}"


def _divided(length: int, number: str) -> str:
    return f"{number[:length]}.{number[length:-1]}"


def _named(length: int, text: str) -> str:
    return f"{text[:length]}.{_text(text[length:])}"


def _text(text: str) -> str:
    return quote(text, safe=_PLAIN)


def _typed(scheme: str, length: int, key: str) -> str:
    """A key of 13 digits that may have a serial after them."""
    if key[13:]:
        return f"id:{scheme}:{_divided(length, key[:13])}.{_text(key[13:])}"
    return f"idpat:{scheme}:{_divided(length, key)}.*"


def _piece(length: int, key: str) -> str:
    return f"{_indicated(length, key[:14])}.{key[14:16]}.{key[16:]}"


_WRITERS: Final[Mapping[tuple[str, ...], Callable[..., str]]] = {
    ("00",): lambda n, key: f"id:sscc:{_indicated(n, key)}",
    ("01",): lambda n, key: f"idpat:sgtin:{_indicated(n, key)}.*",
    ("01", "10"): lambda n, key, lot: f"class:lgtin:{_indicated(n, key)}.{_text(lot)}",
    ("01", "21"): lambda n, key, serial: f"id:sgtin:{_indicated(n, key)}.{_text(serial)}",
    ("01", "235"): lambda n, key, serial: f"id:upui:{_indicated(n, key)}.{_text(serial)}",
    ("253",): lambda n, key: _typed("gdti", n, key),
    ("255",): lambda n, key: _typed("sgcn", n, key),
    ("401",): lambda n, key: f"id:ginc:{_named(n, key)}",
    ("402",): lambda n, key: f"id:gsin:{_divided(n, key)}",
    ("414",): lambda n, key: f"id:sgln:{_divided(n, key)}.0",
    ("414", "254"): lambda n, key, extension: f"id:sgln:{_divided(n, key)}.{_text(extension)}",
    ("417",): lambda n, key: f"id:pgln:{_divided(n, key)}",
    ("8003",): lambda n, key: _typed("grai", n, key[1:]),
    ("8004",): lambda n, key: f"id:giai:{_named(n, key)}",
    ("8006",): lambda n, key: f"idpat:itip:{_piece(n, key)}.*",
    ("8006", "21"): lambda n, key, serial: f"id:itip:{_piece(n, key)}.{_text(serial)}",
    ("8010",): lambda n, key: f"idpat:cpi:{_named(n, key)}.*",
    ("8010", "8011"): lambda n, key, serial: f"id:cpi:{_named(n, key)}.{serial}",
    ("8017",): lambda n, key: f"id:gsrnp:{_divided(n, key)}",
    ("8018",): lambda n, key: f"id:gsrn:{_divided(n, key)}",
}
