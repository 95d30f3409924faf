r"""What a barcode holds: GS1 element strings, and the plain article numbers of retail symbols.

    scanned = [ identifier ] elements          identifier = "]d2" / "]C1" / "]e0" / "]Q3" / "]J1", or FNC1 where a
                                               scanner gives none
    elements = element *( [ FNC1 ] element )   FNC1 (U+001D) must follow a value of unknown length, unless it is last
    element = AI value
    printed = 1*( "(" AI ")" value )           as under the bars; spaces and line ends mean nothing; a "(" that
                                               belongs to a value is written "\("
    article = [ "]E0" / "]E4" / "]I0" / "]I1" ] digits
                                               EAN-13 and UPC-A, EAN-8, ITF-14; without identifier, 8, 12, 13 or 14
                                               digits with their right check digit

    ]d2  GS1 DataMatrix   ]C1  GS1-128   ]e0  GS1 DataBar   ]Q3  GS1 QR Code   ]J1  GS1 DotCode

Source: GS1 General Specifications §5 (symbols), §7.8 (processing); ISO/IEC 15424 (symbology identifiers).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ledger.errors import Gs1Error
from ledger.gs1 import ai, digital_link
from ledger.gs1.digital_link import STRICT, DigitalLink, ParseOptions
from ledger.gs1.keys import Gtin, is_digits

FNC1: Final = "\x1d"
MAX_LENGTH: Final = 512
"""Characters of a scan that are read at all; the largest GS1 symbol for elements holds fewer."""

_SYMBOLS: Final = ("]d2", "]C1", "]e0", "]Q3", "]J1")
_ARTICLES: Final[Mapping[str, int]] = {"]E0": 13, "]E4": 8, "]I0": 14, "]I1": 14}
_ARTICLE_LENGTHS: Final = frozenset({8, 12, 13, 14})
_ESCAPED: Final = r"\("
_PRINTED: Final = re.compile(r"\(([0-9]{2,4})\)((?:\\\(|[^(])+)")
_SPACE: Final = re.compile(r"[ \t\r\n\u00a0]+")
_PRINT_BEGINS: Final = re.compile(r"[ \t\r\n\u00a0]*\([ \t\r\n\u00a0]*[0-9]")


@dataclass(frozen=True)
class ElementString:
    """Application identifiers and their values, right by construction when they come from this module.

    Attributes:
        elements: AI and value in the order of the symbol, each AI once.
    """

    elements: tuple[tuple[str, str], ...]

    def value(self, wanted: str) -> str | None:
        """The value of an application identifier."""
        return next((value for name, value in self.elements if name == wanted), None)

    def scanned(self, identifier: str = "]d2") -> str:
        """As a scanner gives it: separators only where they must be."""
        parts: list[str] = []
        for place, (name, value) in enumerate(self.elements, start=1):
            parts += [name, value]
            if not ai.is_fixed(name) and place < len(self.elements):
                parts.append(FNC1)
        return identifier + "".join(parts)

    def printed(self) -> str:
        """As it stands under the bars."""
        return "".join(f"({name}){value.replace('(', _ESCAPED)}" for name, value in self.elements)

    def uri(
        self, stem: str = f"https://{digital_link.CANONICAL_HOST}", options: ParseOptions = STRICT
    ) -> str:
        """Its Digital Link. Raises Gs1Error where its elements make none."""
        return digital_link.build_from(self.elements, stem=stem, options=options)

    @classmethod
    def of_link(cls, link: DigitalLink) -> "ElementString":
        """The elements of a Digital Link: its path, then its query."""
        return cls.of((*link.keys, *link.attributes))

    @classmethod
    def of(cls, elements: Iterable[tuple[str, str]], options: ParseOptions = STRICT) -> "ElementString":
        """These elements; one that is there twice with the same value counts once.

        Raises:
            Gs1Error: `dl.syntax`, `gs1.check_digit`.
        """
        row: dict[str, str] = {}
        for name, value in elements:
            if not ai.is_known(name) and not (options.unknown_ais and ai.is_unallocated(name)):
                raise Gs1Error(f"({name}) is no GS1 application identifier.", value=name)
            ai.require_value(name, value)
            if row.setdefault(name, value) != value:
                raise Gs1Error(f"({name}) is there twice, with two values.", value=[row[name], value])
        if not row:
            raise Gs1Error("This holds no GS1 element.", value="")
        return cls(tuple(row.items()))


def is_element_string(code: str) -> bool:
    """Whether a code claims to be one: it begins as the symbols that hold them, or the print under them, do."""
    return code.startswith((*_SYMBOLS, *_ARTICLES, FNC1)) or _PRINT_BEGINS.match(code) is not None


def is_article_number(code: str) -> bool:
    """Whether a code is digits only, as many as a GTIN may have."""
    return is_digits(code) and len(code) in _ARTICLE_LENGTHS


def parse(code: str, options: ParseOptions = STRICT) -> ElementString:
    """Read what was scanned, or typed from under the bars.

    Raises:
        Gs1Error: `dl.syntax`, `gs1.check_digit`.
    """
    if len(code) > MAX_LENGTH:
        raise Gs1Error(
            f"A symbol holds at most {MAX_LENGTH} characters of elements.", value=code[:MAX_LENGTH]
        )
    identifier, data = (code[:3], code[3:]) if code.startswith("]") else ("", code)
    if identifier in _SYMBOLS or code.startswith(FNC1):
        return _scanned(data.removeprefix(FNC1))
    if identifier in _ARTICLES or is_article_number(code):
        return _article(identifier, data)
    if not identifier and is_element_string(code):
        return _printed(code, options)
    raise Gs1Error("This is no GS1 element string.", value=code)


def _scanned(data: str) -> ElementString:
    elements: list[tuple[str, str]] = []
    while data:
        name = ai.first_of(data)
        if name is None:
            raise Gs1Error(f"{data[:4]!r} begins no GS1 application identifier.", value=data)
        rest = data[len(name) :]
        if ai.is_fixed(name):
            length = ai.fixed_length(name)
            value, data = rest[:length], rest[length:].removeprefix(FNC1)
        else:
            value, _, data = rest.partition(FNC1)
        elements.append((name, value))
    return ElementString.of(elements)


def _printed(text: str, options: ParseOptions) -> ElementString:
    bare = _SPACE.sub("", text)
    found = list(_PRINTED.finditer(bare))
    if sum(len(match[0]) for match in found) != len(bare):
        raise Gs1Error(f"{text!r} is not (AI)value, one after another.", value=text)
    return ElementString.of(((match[1], match[2].replace(_ESCAPED, "(")) for match in found), options)


def _article(identifier: str, digits: str) -> ElementString:
    length = _ARTICLES.get(identifier)
    if length is not None and len(digits) != length:
        raise Gs1Error(f"{identifier} holds {length} digits.", value=digits)
    return ElementString((("01", str(Gtin(digits))),))
