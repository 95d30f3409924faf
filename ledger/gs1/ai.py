"""The GS1 application identifiers that a Digital Link may hold: what their values look like, which follow which.

A format is a row of components, each consuming its part of the value:

    n14   exactly 14 digits            n..8   1 to 8 digits
    x..20 1 to 20 of CSET 82           y..30  1 to 30 of CSET 39
    [x..17]  may be absent             +csum  the component ends in its check digit
    +pair the value ends in its check pair     +gcp  it begins with a company prefix

Source: GS1 General Specifications §3, GS1 Digital Link: URI Syntax §4; PROFILE §6 lists keys and their qualifiers.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from ledger.errors import Gs1Error
from ledger.gs1 import keys

_COMPONENT: Final = re.compile(r"(\[?)([nxyz])(\.\.)?(\d+)((?:\+[a-z]+)*)\]?")
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_\-=]+")
_CLASSES: Final[Mapping[str, Callable[[str], bool]]] = {
    "n": keys.is_digits,
    "x": keys.is_cset82,
    "y": keys.is_cset39,
    "z": lambda text: _BASE64URL.fullmatch(text) is not None,
}

QUALIFIERS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "00": ((),),
    "01": (("22", "10", "21"), ("235",)),
    "253": ((),),
    "255": ((),),
    "401": ((),),
    "402": ((),),
    "414": (("254",), ("7040",)),
    "415": (("8020",),),
    "417": (("7040",),),
    "8003": ((),),
    "8004": (("7040",),),
    "8006": (("22", "10", "21"),),
    "8010": (("8011",),),
    "8013": ((),),
    "8017": (("8019",),),
    "8018": (("8019",),),
}
"""Primary keys, and the rows of qualifiers that may follow each, in their order."""

NAMES: Final[Mapping[str, str]] = {
    "00": "SSCC",
    "01": "GTIN",
    "10": "Lot",
    "21": "Serial",
    "253": "GDTI",
    "254": "GLN extension",
    "255": "GCN",
    "414": "GLN",
    "415": "GLN",
    "417": "GLN",
    "8003": "GRAI",
    "8004": "GIAI",
    "8006": "ITIP",
    "8010": "CPID",
    "8013": "GMN",
    "8017": "GSRN",
    "8018": "GSRN",
}

_PATH_FORMATS: Final[Mapping[str, str]] = {
    "00": "n18+csum",
    "01": "n14+csum",
    "10": "x..20",
    "21": "x..20",
    "22": "x..20",
    "235": "x..28",
    "253": "n13+csum [x..17]",
    "254": "x..20",
    "255": "n13+csum [n..12]",
    "401": "x..30+gcp",
    "402": "n17+csum",
    "414": "n13+csum",
    "415": "n13+csum",
    "417": "n13+csum",
    "7040": "n1 x1 x1 x1",
    "8003": "n1 n13+csum [x..16]",
    "8004": "x..30+gcp",
    "8006": "n14+csum n4",
    "8010": "y..30+gcp",
    "8011": "n..12",
    "8013": "x..25+pair+gcp",
    "8017": "n18+csum",
    "8018": "n18+csum",
    "8019": "n..10",
    "8020": "x..25",
}
_NEVER_ATTRIBUTES: Final = frozenset({"21", "22", "235", "254", "7040", "8011", "8019", "8020"})
"""Qualifiers that only a path may hold."""


def _attribute_formats() -> dict[str, str]:
    formats = {name: text for name, text in _PATH_FORMATS.items() if name not in _NEVER_ATTRIBUTES}
    formats |= {"02": "n14+csum", "20": "n2", "30": "n..8", "37": "n..8", "240": "x..30", "241": "x..30"}
    formats |= {"242": "n..6", "243": "x..20", "250": "x..30", "251": "x..30", "400": "x..30", "403": "x..30"}
    formats |= dict.fromkeys(("11", "12", "13", "15", "16", "17", "8005", "4326", "7006"), "n6")
    formats |= dict.fromkeys(("410", "411", "412", "413", "416"), "n13+csum")
    formats |= {"420": "x..20", "421": "n3 x..9", "422": "n3", "424": "n3", "426": "n3", "427": "x..3"}
    formats |= {"423": "n3 [n3] [n3] [n3] [n3]", "425": "n3 [n3] [n3] [n3] [n3]"}
    formats |= {
        "7001": "n13",
        "7002": "x..30",
        "7003": "n10",
        "7004": "n..4",
        "7005": "x..12",
        "7007": "n6 [n6]",
    }
    formats |= {
        "7008": "x..3",
        "7009": "x..10",
        "7010": "x..2",
        "7011": "n6 [n4]",
        "7020": "x..20",
        "7021": "x..20",
    }
    formats |= {
        "7022": "x..20",
        "7023": "x..30+gcp",
        "8002": "x..20",
        "8008": "n8 [n2] [n2]",
        "8012": "x..20",
    }
    formats |= {"8026": "n14+csum n4", "90": "x..30"}
    formats |= {str(name): "x..90" for name in range(91, 100)}
    formats |= {str(name): "n3 x..27" for name in range(7030, 7040)}
    formats |= {str(name): "x..20" for name in range(710, 718)}
    formats |= {f"{name}{places}": "n6" for name in _MEASURES for places in range(6)}
    for places in range(10):
        formats |= {f"390{places}": "n..15", f"392{places}": "n..15"}
        formats |= {f"391{places}": "n3 n..15", f"393{places}": "n3 n..15"}
    formats |= {f"394{places}": "n4" for places in range(4)}
    formats |= {f"395{places}": "n6" for places in range(6)}
    return formats


_MEASURES: Final = (*range(310, 317), *range(320, 338), *range(340, 358), *range(360, 370))
"""AIs whose fourth digit counts decimal places: weights, lengths, areas and volumes."""

_ATTRIBUTE_FORMATS: Final = _attribute_formats()


@dataclass(frozen=True)
class _Component:
    kind: Callable[[str], bool]
    least: int
    most: int
    optional: bool
    checks: frozenset[str]


def is_primary(ai: str) -> bool:
    """Whether a Digital Link may begin its keys with it."""
    return ai in QUALIFIERS


def is_path(ai: str) -> bool:
    """Whether it is a primary key or a qualifier of one."""
    return ai in _PATH_FORMATS


def is_attribute(ai: str) -> bool:
    """Whether it may stand in a Digital Link's query."""
    return ai in _ATTRIBUTE_FORMATS


def is_sequence(ais: tuple[str, ...]) -> bool:
    """Whether a path may hold these AIs, in this order: a primary key, then some of its qualifiers."""
    if not ais or not is_primary(ais[0]):
        return False
    return any(_is_subsequence(ais[1:], row) for row in QUALIFIERS[ais[0]])


def may_qualify(ais: tuple[str, ...], ai: str) -> bool:
    """Whether a path that holds these AIs could hold this one too, at its place."""
    wanted = {*ais[1:], ai}
    return any(wanted <= set(row) for row in QUALIFIERS[ais[0]])


def require_value(ai: str, value: str) -> None:
    """Refuse a value that its AI does not allow.

    Raises:
        Gs1Error: `dl.syntax`, `gs1.check_digit`.
    """
    name = NAMES.get(ai, f"({ai})")
    if value in {".", ".."}:
        raise Gs1Error(
            f"{name} may not be {value!r}: a browser would take it for a folder.", key=name, value=value
        )
    rest = value
    for component in _components(_PATH_FORMATS.get(ai) or _ATTRIBUTE_FORMATS[ai]):
        part, rest = rest[: component.most], rest[component.most :]
        if not part and component.optional:
            continue
        if len(part) < component.least or not component.kind(part):
            raise Gs1Error(f"{name} {value!r} is not as GS1 writes it.", key=name, value=value)
        if "csum" in component.checks:
            keys.require_check_digit(name, part)
        if "gcp" in component.checks:
            keys.require_company_prefix(name, part)
        if "pair" in component.checks and not keys.has_check_pair(part):
            raise Gs1Error(
                f"{name} {value!r} has a wrong check pair.", code="gs1.check_digit", key=name, value=value
            )
    if rest:
        raise Gs1Error(f"{name} {value!r} is too long.", key=name, value=value)
    if (ai == "8003" and value[0] != "0") or (ai == "8011" and value[0] == "0"):
        raise Gs1Error(f"{name} {value!r} begins with a wrong digit.", key=name, value=value)


@cache
def _components(text: str) -> tuple[_Component, ...]:
    found = [_COMPONENT.fullmatch(part) for part in text.split()]
    return tuple(
        _Component(
            kind=_CLASSES[match[2]],
            least=1 if match[3] else int(match[4]),
            most=int(match[4]),
            optional=bool(match[1]),
            checks=frozenset(match[5].split("+")[1:]),
        )
        for match in found
        if match is not None
    )


def _is_subsequence(wanted: tuple[str, ...], row: tuple[str, ...]) -> bool:
    places = [row.index(ai) if ai in row else -1 for ai in wanted]
    return -1 not in places and places == sorted(set(places))
