"""GS1 symbols for element strings: DataMatrix and GS1-128, as modules.

    elements = [ FNC1 ] element *( [ FNC1 ] element )      FNC1 is U+001D, as a scanner gives it

A symbol begins with FNC1, by which a scanner knows it as GS1's: it says `]d2` for DataMatrix and `]C1` for GS1-128.

Source: GS1 General Specifications §5.4 (GS1-128), §5.6 (GS1 DataMatrix); ISO/IEC 16022, ISO/IEC 15417.
"""

from functools import lru_cache
from typing import Final

from labels import code128, ecc200
from labels.symbol import Symbol
from ledger.errors import Gs1Error
from ledger.gs1 import element_string
from ledger.gs1.element_string import FNC1, ElementString

DATAMATRIX_QUIET: Final = 1
LINEAR_QUIET: Final = 10
MAX_LINEAR: Final = 48
"""Characters of data in a GS1-128, AIs and separators included, its first FNC1 not (§5.4.1)."""


def elements_of(*pairs: tuple[str, str]) -> str:
    """AIs and values as an element string, separators only where they must be.

    Raises:
        Gs1Error: an AI that there is not, or a value that it does not allow (`dl.syntax`, `gs1.check_digit`).
    """
    return ElementString.of(pairs).scanned("")


@lru_cache(maxsize=1024)
def datamatrix(elements: str) -> Symbol:
    """The smallest square GS1 DataMatrix of an element string.

    Raises:
        Gs1Error: no element string (`dl.syntax`, `gs1.check_digit`), or more than a symbol holds (`barcode.size`).
    """
    text = _checked(elements)
    codewords = [ecc200.FNC1]
    for place, part in enumerate(text.split(FNC1)):
        codewords += ([ecc200.FNC1] if place else []) + ecc200.ascii_codewords(part)
    return Symbol("datamatrix", ecc200.matrix(codewords), DATAMATRIX_QUIET, text)


@lru_cache(maxsize=1024)
def gs1_128(elements: str) -> Symbol:
    """The GS1-128 of an element string: one row.

    Raises:
        Gs1Error: no element string (`dl.syntax`, `gs1.check_digit`), or over 48 characters (`barcode.size`).
    """
    text = _checked(elements)
    if len(text) > MAX_LINEAR:
        raise Gs1Error(
            f"A GS1-128 holds at most {MAX_LINEAR} characters; this has {len(text)}.",
            code="barcode.size",
            count=len(text),
            limit=MAX_LINEAR,
        )
    row = code128.modules(code128.characters(FNC1 + text))
    return Symbol("gs1-128", (row,), LINEAR_QUIET, text)


def printed(symbol: Symbol) -> str:
    """What stands under a symbol of these for a person: AIs in parentheses."""
    return element_string.parse("]C1" + symbol.text).printed()


def _checked(elements: str) -> str:
    text = elements.removeprefix(FNC1)
    element_string.parse("]d2" + text)
    return text
