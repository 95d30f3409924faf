"""Quantities in units that can be added: kilograms, litres, counted packs (UN/CEFACT Recommendation 20).

Arithmetic is decimal, so that 29 packs of 0.1 kg are 2.9 kg; what leaves this room is a plain number again.
A unit that is not listed here stays itself, and adds up only with its like.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

KILOGRAM: Final = "KGM"
LITRE: Final = "LTR"
COUNTED: Final = ""
"""Packs and pieces: EPCIS gives them no unit. C62, EA and H87 mean the same."""

_EXACT: Final = Decimal("0.000001")
_LARGEST: Final = 1.7976931348623157e308
_DIGITS: Final = 16
"""From as many digits before the point on, a float has none after it."""

_BASE: Final = {
    "KGM": (KILOGRAM, Decimal(1)),
    "GRM": (KILOGRAM, Decimal("0.001")),
    "MGM": (KILOGRAM, Decimal("0.000001")),
    "HGM": (KILOGRAM, Decimal("0.1")),
    "DTN": (KILOGRAM, Decimal(100)),
    "TNE": (KILOGRAM, Decimal(1000)),
    "LBR": (KILOGRAM, Decimal("0.45359237")),
    "ONZ": (KILOGRAM, Decimal("0.028349523125")),
    "LTR": (LITRE, Decimal(1)),
    "MLT": (LITRE, Decimal("0.001")),
    "CLT": (LITRE, Decimal("0.01")),
    "DLT": (LITRE, Decimal("0.1")),
    "HLT": (LITRE, Decimal(100)),
    "MTQ": (LITRE, Decimal(1000)),
    "C62": (COUNTED, Decimal(1)),
    "EA": (COUNTED, Decimal(1)),
    "H87": (COUNTED, Decimal(1)),
}


def decimal(value: float) -> Decimal:
    """The decimal number that a quantity was written as."""
    return Decimal(str(value))


def to_base(quantity: float, uom: str | None) -> tuple[str, Decimal]:
    """A quantity in the unit in which its kind adds up: KGM, LTR, "" for counted packs, else its own."""
    if uom is None:
        return COUNTED, decimal(quantity)
    unit, factor = _BASE.get(uom.upper(), (uom, Decimal(1)))
    return unit, decimal(quantity) * factor


def kilograms(quantity: float, uom: str | None) -> Decimal | None:
    """A quantity's mass in kg; None where its unit is not one of mass."""
    unit, amount = to_base(quantity, uom)
    return amount if unit == KILOGRAM else None


def number(value: Decimal) -> float:
    """A sum as a plain number, to a millionth; whole ones without a fraction; what is too large, as the largest."""
    if value.adjusted() >= _DIGITS:
        return min(float(value), _LARGEST)
    rounded = value.quantize(_EXACT, ROUND_HALF_UP)
    whole = int(rounded)
    return whole if whole == rounded else float(rounded)


def written(value: Decimal) -> str:
    """A number as a sentence shows it: no exponent, no trailing zeros."""
    return f"{number(value):.6f}".rstrip("0").rstrip(".")


def percent(part: Decimal, whole: Decimal) -> float:
    """part of whole in %, rounded half up to two decimals; `whole` is not zero."""
    ratio = part / whole * 100
    if ratio.adjusted() >= _DIGITS:
        return min(float(ratio), _LARGEST)
    return float(ratio.quantize(Decimal("0.01"), ROUND_HALF_UP))
