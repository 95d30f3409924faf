"""Code 128: symbol characters to bars, in as few characters as there can be (ISO/IEC 15417).

symbol = start character*  check stop        each 11 modules (the stop 13), bars and spaces of 1 to 4 modules
sets   = B: printable ASCII, a character each    C: two digits each    (A, for controls, is never needed by GS1)
"""

from collections.abc import Sequence
from typing import Final

from ledger.errors import Gs1Error

FNC1: Final = "\x1d"
"""How FNC1 stands in a text."""

_PATTERNS: Final = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
)
_WIDTHS: Final = tuple(_PATTERNS.split())
_FNC1_VALUE: Final = 102
_STOP: Final = 106
_START: Final = {"B": 104, "C": 105}
_SWITCH: Final = {"B": 100, "C": 99}
_MODULUS: Final = 103


def characters(text: str) -> list[int]:
    """The values of the symbol characters of a text, start and check included, the stop not: as few as can be.

    Args:
        text: printable ASCII, and FNC1.

    Raises:
        Gs1Error: another character (`barcode.text`).
    """
    wrong = next((letter for letter in text if letter != FNC1 and not " " <= letter <= "~"), None)
    if wrong is not None:
        raise Gs1Error(f"{wrong!r} is no printable ASCII character.", code="barcode.text", value=text)
    best = min((_from_start(text, start) for start in _START), key=len)
    check = sum(max(place, 1) * value for place, value in enumerate(best)) % _MODULUS
    return [*best, check]


def modules(values: Sequence[int]) -> bytes:
    """One row of modules, 1 = dark, of symbol characters and the stop; no quiet zone."""
    row = bytearray()
    for value in (*values, _STOP):
        for place, width in enumerate(_WIDTHS[value]):
            row += bytes([1 - place % 2]) * int(width)
    return bytes(row)


def _from_start(text: str, start: str) -> list[int]:
    """The shortest row of characters that begins in a code set; found from the end of the text backwards."""
    ahead: list[dict[str, list[int]]] = [
        {"B": [], "C": []}
    ]  # of the text from a place on, by code set; reversed
    for place in reversed(range(len(text))):
        near = ahead[-1]
        options: dict[str, list[int] | None] = {"B": None, "C": None}
        if text[place] == FNC1:
            options = {name: [*near[name], _FNC1_VALUE] for name in near}
        else:
            options["B"] = [*near["B"], ord(text[place]) - 32]
            pair = text[place : place + 2]
            if len(pair) == 2 and pair.isdigit():
                options["C"] = [*ahead[-2]["C"], int(pair)]
        ahead.append({name: _shorter(name, options) for name in options})
    return [_START[start], *reversed(ahead[-1][start])]


def _shorter(name: str, options: dict[str, list[int] | None]) -> list[int]:
    """What a code set leads to: its own characters, or a switch to the other set and that one's."""
    other = "C" if name == "B" else "B"
    own, away = options[name], options[other]
    switched = None if away is None else [*away, _SWITCH[other]]
    if own is None or (switched is not None and len(switched) < len(own)):
        assert switched is not None
        return switched
    return own
