"""What the value of an application identifier must look like, written as a row of components.

Each component consumes its part of the value:

    n14    exactly 14 digits           n..8    1 to 8 digits
    x..20  1 to 20 of CSET 82          y..30   1 to 30 of CSET 39        z..90  1 to 90 of base64url
    [x..17]  may be absent             +check  what else must hold of the part, as {CHECKS} or {require} says

Source: GS1 Barcode Syntax Dictionary, release 2026-01-27, and the checks ("linters") that it names. Lists that
others keep (countries, currencies, kinds of package, coupons) are not checked.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from ledger.errors import Gs1Error
from ledger.gs1 import keys

_COMPONENT: Final = re.compile(r"(\[?)([nxyz])(\.\.)?(\d+)((?:\+[a-z]+)*)\]?")
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_\-=]+")
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{1,30}")
_CLASSES: Final[Mapping[str, Callable[[str], bool]]] = {
    "n": keys.is_digits,
    "x": keys.is_cset82,
    "y": keys.is_cset39,
    "z": lambda text: _BASE64URL.fullmatch(text) is not None,
}


def _is_date(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _is_day(text: str) -> bool:
    return _is_date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))


def _is_month(text: str) -> bool:
    """A day, or 00 for "some day of that month"."""
    return _is_day(text[:4] + "01") if text.endswith("00") else _is_day(text)


def _is_birthday(text: str) -> bool:
    return int(text[:4]) > 0 and _is_date(int(text[:4]), int(text[4:6]), int(text[6:]))


def _is_hour(text: str) -> bool:
    return int(text) < 24


def _is_sixty(text: str) -> bool:
    return int(text) < 60


def _is_piece_of_total(text: str) -> bool:
    return 1 <= int(text[:2]) <= int(text[2:])


def _is_place_in_row(text: str) -> bool:
    """`n/m`: the n-th of m children born together."""
    return re.fullmatch(r"[1-9]/[1-9]", text) is not None and text[0] <= text[2]


def _is_iban(text: str) -> bool:
    if not _IBAN.fullmatch(text):
        return False
    return int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97 == 1


CHECKS: Final[Mapping[str, Callable[[str], bool]]] = {
    "zero": lambda text: text == "0",
    "some": lambda text: int(text) > 0,
    "unpadded": lambda text: text[0] != "0",
    "mixed": lambda text: not keys.is_digits(text),
    "hyphen": lambda text: text == "-",
    "yesno": lambda text: text in {"0", "1"},
    "sex": lambda text: text in {"0", "1", "2", "9"},
    "winding": lambda text: text in {"0", "1", "9"},
    "medium": lambda text: 1 <= int(text) <= 10 or int(text) >= 80,
    "country": lambda text: text.isascii() and text.isalpha() and text.isupper(),
    "latitude": lambda text: int(text) <= 1_800_000_000,
    "longitude": lambda text: int(text) <= 3_600_000_000,
    "importer": lambda text: re.fullmatch(r"[\-0-9A-Z_a-z]", text) is not None,
    "escaped": lambda text: _BAD_ESCAPE.search(text) is None,
    "day": _is_day,
    "month": _is_month,
    "birthday": _is_birthday,
    "time": lambda text: _is_hour(text[:2]) and _is_sixty(text[2:]),
    "hour": _is_hour,
    "sixty": _is_sixty,
    "pieces": _is_piece_of_total,
    "sequence": _is_place_in_row,
    "iban": _is_iban,
}


@dataclass(frozen=True)
class Component:
    """One part of a value."""

    kind: Callable[[str], bool]
    least: int
    most: int
    optional: bool
    checks: tuple[str, ...]


@cache
def read_format(text: str) -> tuple[Component, ...]:
    """The components of a format of ours."""
    found = [_COMPONENT.fullmatch(part) for part in text.split()]
    return tuple(
        Component(
            kind=_CLASSES[match[2]],
            least=1 if match[3] else int(match[4]),
            most=int(match[4]),
            optional=bool(match[1]),
            checks=tuple(match[5].split("+")[1:]),
        )
        for match in found
        if match is not None
    )


def require(name: str, value: str, row: tuple[Component, ...]) -> None:
    """Refuse a value that is not such a row of components.

    Raises:
        Gs1Error: `dl.syntax`, `gs1.check_digit`.
    """
    rest = value
    for component in row:
        part, rest = rest[: component.most], rest[component.most :]
        if not part and component.optional:
            continue
        if len(part) < component.least or not component.kind(part):
            raise Gs1Error(f"{name} {value!r} is not as GS1 writes it.", key=name, value=value)
        for check in component.checks:
            _require(name, value, part, check)
    if rest:
        raise Gs1Error(f"{name} {value!r} is too long.", key=name, value=value)


def _require(name: str, value: str, part: str, check: str) -> None:
    match check:
        case "csum":
            keys.require_check_digit(name, part)
        case "gcp":
            keys.require_company_prefix(name, part)
        case "pair":
            if not keys.has_check_pair(part):
                raise Gs1Error(
                    f"{name} {value!r} has a wrong check pair.", code="gs1.check_digit", key=name, value=value
                )
        case _:
            if not CHECKS[check](part):
                raise Gs1Error(
                    f"{name} {value!r}: {part!r} cannot stand there.", key=name, value=value, part=part
                )
