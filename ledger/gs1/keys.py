"""GS1 keys: check digits, character sets, prefixes, and values right by construction (DESIGN §3.2).

    GTIN  14 digits; 8, 12 and 13 digits are padded with zeros        check digit at the end
    GLN   13 digits                                                   check digit at the end
    SSCC  18 digits                                                   check digit at the end
    GIAI  1-30 characters of CSET 82, beginning with a company prefix
    GRAI  a zero, 13 digits with check digit, then a serial of 0-16 characters of CSET 82
    GDTI  13 digits with check digit, then a serial of 0-17 characters of CSET 82

Source: GS1 General Specifications §7.9 (check digits), §7.11 (CSET 82); restricted prefixes: §1.4.
"""

import re
from typing import Final

from ledger.errors import Gs1Error

MAX_LOT: Final = 20
"""Characters of a lot and of a serial (AI 10 and 21)."""

_CSET82: Final = re.compile(r"""[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+""")
_CSET39: Final = re.compile(r"[#\-/0-9A-Z]+")
_DIGITS: Final = re.compile(r"[0-9]+")
_PREFIX_LENGTH: Final = 4
_PAIR_CHARACTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PAIR_VALUES: Final = {
    character: value
    for value, character in enumerate(
        "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
    )
}
_PAIR_PRIMES: Final = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)
_PAIR_MODULUS: Final = 1021
_RESTRICTED: Final = (
    (20, 29),  # within a region
    (40, 49),  # within a company
    (50, 59),  # coupons, reserved
    (200, 299),  # within a region: a shop's own weights and prices
    (960, 969),  # GTIN-8 only
    (980, 999),  # refund receipts and coupons
)
_NOBODY: Final = "00000"
"""No company's prefix begins so: such GTINs are GTIN-8, and others would look like one."""


def is_digits(text: str) -> bool:
    """Whether it is ASCII digits only, at least one."""
    return _DIGITS.fullmatch(text) is not None


def is_cset82(text: str) -> bool:
    """Whether it is one or more characters of GS1 character set 82."""
    return _CSET82.fullmatch(text) is not None


def is_cset39(text: str) -> bool:
    """Whether it is one or more characters of GS1 character set 39."""
    return _CSET39.fullmatch(text) is not None


def check_digit(digits: str) -> str:
    """The check digit that belongs after these digits: weights 3, 1, 3 … from the right, modulo 10.

    Raises:
        Gs1Error: not digits (`dl.syntax`).
    """
    if not is_digits(digits):
        raise Gs1Error(f"{digits!r} is not a number.", value=digits)
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def has_check_digit(digits: str) -> bool:
    """Whether the last of two or more digits is the check digit of those before it."""
    return len(digits) > 1 and is_digits(digits) and check_digit(digits[:-1]) == digits[-1]


def check_pair(text: str) -> str:
    """The two check characters that belong after a Global Model Number (GS1 General Specifications §7.9.5)."""
    if (text and not is_cset82(text)) or len(text) > len(_PAIR_PRIMES):
        raise Gs1Error(f"{text!r} is no model number.", value=text)
    weights = reversed(_PAIR_PRIMES[: len(text)])
    total = sum(_PAIR_VALUES[character] * weight for character, weight in zip(text, weights, strict=True))
    high, low = divmod(total % _PAIR_MODULUS, 32)
    return _PAIR_CHARACTERS[high] + _PAIR_CHARACTERS[low]


def has_check_pair(text: str) -> bool:
    """Whether a Global Model Number ends in its own check pair."""
    body = text[:-2]
    if len(text) < 2 or (body and not is_cset82(body)) or len(body) > len(_PAIR_PRIMES):
        return False
    return check_pair(body) == text[-2:]


def require_check_digit(name: str, digits: str) -> None:
    """Refuse a number whose last digit is not its check digit.

    Raises:
        Gs1Error: `gs1.check_digit`, with the digit that would be right in `expected`.
    """
    expected = check_digit(digits[:-1])
    if digits[-1] != expected:
        raise Gs1Error(
            f"The check digit of {name} {digits} is {digits[-1]}; it should be {expected}.",
            code="gs1.check_digit",
            key=name,
            value=digits,
            expected=expected,
        )


def require_prefix(name: str, digits: str) -> None:
    """Refuse a number that GS1 gives to nobody for trade between companies.

    Args:
        name: `GTIN` (14 digits), `GLN` (13 digits) or `SSCC` (18 digits), for the message.
        digits: the whole number; of a GTIN and an SSCC the first digit is not part of the prefix.

    Raises:
        Gs1Error: `gs1.prefix`.
    """
    start = digits if name == "GLN" else digits[1:]
    if name == "GTIN" and start.startswith(_NOBODY):
        # a GTIN-8, or a case of one: those that begin with 0 or 2 are a company's own
        restricted = digits[6] in "02"
    else:
        prefix = int(start[:3])
        restricted = start.startswith(_NOBODY) or any(low <= prefix <= high for low, high in _RESTRICTED)
    if restricted:
        raise Gs1Error(
            f"{name} {digits} has a prefix for use inside one company or shop, not between companies.",
            code="gs1.prefix",
            key=name,
            value=digits,
        )


def require_company_prefix(name: str, text: str) -> None:
    """Refuse a key that does not begin with the digits of a company prefix.

    Raises:
        Gs1Error: `dl.syntax`.
    """
    if not is_digits(text[:_PREFIX_LENGTH]) or len(text) < _PREFIX_LENGTH:
        raise Gs1Error(f"{name} {text!r} does not begin with a company prefix.", key=name, value=text)


def require_lot(text: str, name: str = "Lot") -> str:
    """A lot or serial as GS1 allows it: 1-20 characters of CSET 82, and no path segment of its own meaning.

    Raises:
        Gs1Error: `dl.syntax`.
    """
    if not is_cset82(text) or len(text) > MAX_LOT or text in {".", ".."}:
        raise Gs1Error(
            f"{name} {text!r} is not 1 to {MAX_LOT} characters of those that GS1 allows (letters without accents, "
            "digits and common punctuation, no spaces).",
            value=text,
            limit=MAX_LOT,
        )
    return text


class Gtin(str):
    """A GTIN of 14 digits with its right check digit; 8, 12 or 13 digits are padded with zeros."""

    __slots__ = ()

    def __new__(cls, text: str) -> "Gtin":
        """Raises Gs1Error: `dl.syntax` for another length or no digits, `gs1.check_digit`."""
        if not is_digits(text) or len(text) not in {8, 12, 13, 14}:
            raise Gs1Error(f"{text!r} is no GTIN: it has 8, 12, 13 or 14 digits.", key="GTIN", value=text)
        require_check_digit("GTIN", text)
        return super().__new__(cls, text.zfill(14))

    @property
    def printed(self) -> str:
        """As its own bar code holds it: 8 digits, 12 (UPC-A), 13 (EAN-13) or 14."""
        zeros = len(self) - len(self.lstrip("0"))
        return self[14 - next(length for length in (8, 12, 13, 14) if length >= 14 - zeros) :]


class Gln(str):
    """A GLN of 13 digits with its right check digit: a place or an organisation."""

    __slots__ = ()

    def __new__(cls, text: str) -> "Gln":
        """Raises Gs1Error: `dl.syntax`, `gs1.check_digit`."""
        return super().__new__(cls, _number("GLN", text, 13))


class Sscc(str):
    """An SSCC of 18 digits with its right check digit: a logistic unit."""

    __slots__ = ()

    def __new__(cls, text: str) -> "Sscc":
        """Raises Gs1Error: `dl.syntax`, `gs1.check_digit`."""
        return super().__new__(cls, _number("SSCC", text, 18))


class Giai(str):
    """An individual asset: a company prefix and the company's own reference."""

    __slots__ = ()

    def __new__(cls, text: str) -> "Giai":
        """Raises Gs1Error: `dl.syntax`."""
        if not is_cset82(text) or len(text) > 30:
            raise Gs1Error(
                f"{text!r} is no GIAI: 1 to 30 characters that GS1 allows.", key="GIAI", value=text
            )
        require_company_prefix("GIAI", text)
        return super().__new__(cls, text)


class Grai(str):
    """A returnable asset, such as a crate: a zero, 13 digits with their check digit, perhaps a serial."""

    __slots__ = ()

    def __new__(cls, text: str) -> "Grai":
        """Raises Gs1Error: `dl.syntax`, `gs1.check_digit`."""
        if not text.startswith("0"):
            raise Gs1Error(f"{text!r} is no GRAI: it begins with a zero.", key="GRAI", value=text)
        return super().__new__(cls, "0" + _serialised("GRAI", text[1:], 16))

    @property
    def serial(self) -> str | None:
        """What tells one crate from the others of its type; None for the type."""
        return self[14:] or None


class Gdti(str):
    """A document: 13 digits with their check digit, and a serial of up to 17 characters."""

    __slots__ = ()

    def __new__(cls, text: str) -> "Gdti":
        """Raises Gs1Error: `dl.syntax`, `gs1.check_digit`."""
        return super().__new__(cls, _serialised("GDTI", text, 17))

    @property
    def serial(self) -> str | None:
        """What tells one document from the others of its type; None for the type."""
        return self[13:] or None


def _serialised(name: str, text: str, most: int) -> str:
    """13 digits with their check digit and a serial of at most so many characters."""
    serial = text[13:]
    if serial and (not is_cset82(serial) or len(serial) > most):
        raise Gs1Error(f"{serial!r} is no serial of a {name}.", key=name, value=text)
    return _number(name, text[:13], 13) + serial


def _number(name: str, text: str, length: int) -> str:
    if not is_digits(text) or len(text) != length:
        raise Gs1Error(f"{text!r} is no {name}: it has {length} digits.", key=name, value=text)
    require_check_digit(name, text)
    return text
