"""The GS1 application identifiers: which there are, which follow which in a Digital Link, and what they hold.

Source: GS1 General Specifications §3, GS1 Digital Link: URI Syntax §4; PROFILE §6 lists keys and their qualifiers.
"""

from collections.abc import Mapping
from typing import Final

from ledger.errors import Gs1Error
from ledger.gs1 import ai_table, components, keys
from ledger.gs1.ai_table import NAMES, QUALIFIERS

_FORMATS: Final[Mapping[str, str]] = ai_table.formats()
_PATH: Final = frozenset(QUALIFIERS) | {ai for rows in QUALIFIERS.values() for row in rows for ai in row}
_STARTS: Final[Mapping[str, int]] = {name[:2]: len(name) for name in _FORMATS}
_MOST_UNKNOWN: Final = 90


def is_known(ai: str) -> bool:
    """Whether there is such an application identifier."""
    return ai in _FORMATS


def is_unallocated(text: str) -> bool:
    """Whether it could become an application identifier some day: nothing that begins so is one yet."""
    return keys.is_digits(text) and 2 <= len(text) <= 4 and text[:2] not in _STARTS


def is_primary(ai: str) -> bool:
    """Whether a Digital Link may begin its keys with it."""
    return ai in QUALIFIERS


def is_path(ai: str) -> bool:
    """Whether it is a primary key or a qualifier of one."""
    return ai in _PATH


def is_attribute(ai: str) -> bool:
    """Whether it may stand in a Digital Link's query."""
    return ai in _FORMATS and ai not in ai_table.NO_ATTRIBUTES


def is_fixed(ai: str) -> bool:
    """Whether its value needs no separator after it in a symbol, for its length is known."""
    return ai[:2] in ai_table.FIXED_STARTS


def fixed_length(ai: str) -> int:
    """Characters of the value of such an identifier."""
    return sum(component.most for component in components.read_format(_FORMATS[ai]))


def first_of(data: str) -> str | None:
    """The application identifier that a row of elements begins with."""
    found = data[: _STARTS.get(data[:2], 0)]
    return found if found in _FORMATS else None


def is_sequence(ais: tuple[str, ...]) -> bool:
    """Whether a path may hold these AIs, in this order: a primary key, then some of its qualifiers."""
    if not ais or not is_primary(ais[0]):
        return False
    return any(_is_subsequence(ais[1:], row) for row in QUALIFIERS[ais[0]])


def may_qualify(ais: tuple[str, ...], ai: str) -> bool:
    """Whether a path that holds these AIs could hold this one too, at its place."""
    wanted = {*ais[1:], ai}
    return any(wanted <= set(row) for row in QUALIFIERS[ais[0]])


def qualifiers_among(primary: str, ais: frozenset[str]) -> tuple[str, ...]:
    """The qualifiers that a path would hold: of the row that has the most of these AIs, the first one if several."""
    rows = [tuple(ai for ai in row if ai in ais) for row in QUALIFIERS[primary]]
    return max(rows, key=len)


def require_value(ai: str, value: str) -> None:
    """Refuse a value that its AI does not allow; of an unallocated one, 1 to 90 characters of CSET 82.

    Raises:
        Gs1Error: `dl.syntax`, `gs1.check_digit`.
    """
    name = NAMES.get(ai, f"({ai})")
    if value in {".", ".."}:
        raise Gs1Error(
            f"{name} may not be {value!r}: a browser would take it for a folder.", key=name, value=value
        )
    row = components.read_format(_FORMATS.get(ai, f"x..{_MOST_UNKNOWN}"))
    components.require(name, value, row)


def _is_subsequence(wanted: tuple[str, ...], row: tuple[str, ...]) -> bool:
    places = [row.index(ai) if ai in row else -1 for ai in wanted]
    return -1 not in places and places == sorted(set(places))
