"""GS1 Digital Link URIs, uncompressed (DESIGN §3.2, PROFILE §6).

    link   = scheme "://" host stem keys ["?" query] ["#" fragment]
    scheme = "http" / "https", all lower or all upper case
    stem   = any path; the right-most key sequence wins
    keys   = "/" primary "/" value *( "/" qualifier "/" value )      qualifiers in their fixed order
    query  = names that are all digits are AIs and must be right; any other is none of ours

In a path every byte but A-Z a-z 0-9 - . _ ~ is written %XX in capitals; "+" is a plus; in a query it is a space.
Letters keep their case, but in scheme and host. What earlier editions allowed (words for AIs, GTINs without
their leading zeros), and what a later one may (AIs that are not allocated yet), is read only when {ParseOptions}
asks for it.

Source: GS1 Digital Link Standard: URI Syntax 1.4 §4, as the GS1 syntax engine reads it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from urllib.parse import quote, quote_plus, unquote_to_bytes

from ledger.errors import Gs1Error
from ledger.gs1 import ai, keys
from ledger.gs1.ai_table import WORDS

CANONICAL_HOST: Final = "id.gs1.org"
MAX_URI: Final = 2048
_SCHEMES: Final = frozenset({"http", "https", "HTTP", "HTTPS"})
_URI: Final = re.compile(
    r"(?P<scheme>[A-Za-z]+)://(?P<host>[^/?#]+)(?P<path>/[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?"
)
_HOST: Final = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._\-]*)|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_CHARACTERS: Final = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ZERO_SUPPRESSED: Final = frozenset({8, 12, 13})


@dataclass(frozen=True)
class ParseOptions:
    """What {parse} reads beside the standard's own form. Identifiers in events are read with none of it.

    Attributes:
        zero_suppressed_gtin: a GTIN of 8, 12 or 13 digits, which gets its leading zeros back.
        words: words for the AIs of the path: `/gtin/…/lot/…/ser/…`.
        unknown_ais: AIs in the query that are not allocated (the GS1 syntax engine's `permitUnknownAIs` without
            `rejectUnknownAIasDLattribute`).
        trailing_slash: one slash after the keys, which a resolver should tolerate.
    """

    zero_suppressed_gtin: bool = False
    words: bool = False
    unknown_ais: bool = False
    trailing_slash: bool = False


STRICT: Final = ParseOptions()


@dataclass(frozen=True)
class DigitalLink:
    """A Digital Link, right by construction when it comes from {parse}.

    Attributes:
        scheme: `http` or `https`.
        host: lower case, with a port where it has one.
        stem: the path before the keys, as written; empty or beginning with a slash.
        keys: AI and decoded value, the primary key first.
        attributes: AI and decoded value of the query.
    """

    scheme: str
    host: str
    stem: str
    keys: tuple[tuple[str, str], ...]
    attributes: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    @property
    def gtin(self) -> str | None:
        """The GTIN, 14 digits."""
        return self._value("01")

    @property
    def lot(self) -> str | None:
        """The lot, decoded."""
        return self._value("10") if self.gtin else None

    @property
    def serial(self) -> str | None:
        """The serial, decoded."""
        return self._value("21") if self.gtin else None

    def canonical(self) -> str:
        """The same keys on https://id.gs1.org: no stem, no query."""
        return f"https://{CANONICAL_HOST}{_path(self.keys)}"

    def _value(self, wanted: str) -> str | None:
        return next((value for name, value in self.keys if name == wanted), None)


@lru_cache(maxsize=4096)
def parse(uri: str, options: ParseOptions = STRICT) -> DigitalLink:
    """Read a Digital Link; events name the same few again and again, so that the last ones read are kept.

    Raises:
        Gs1Error: `dl.syntax` for what is none, `gs1.check_digit` for a number whose check digit is wrong.
    """
    found = _URI.fullmatch(uri) if len(uri) <= MAX_URI and _CHARACTERS.fullmatch(uri) else None
    if found is None or found["scheme"] not in _SCHEMES or _BAD_ESCAPE.search(uri):
        raise Gs1Error("This is not a GS1 Digital Link.", value=uri[:MAX_URI])
    if not _HOST.fullmatch(found["host"]):
        raise Gs1Error(f"{found['host']!r} is no host.", value=uri)
    path = found["path"].removesuffix("/") if options.trailing_slash else found["path"]
    stem, pairs = _key_sequence(path, options)
    for name, value in pairs:
        ai.require_value(name, value)
    attributes = _attributes(found["query"] or "", tuple(name for name, _ in pairs), options)
    return DigitalLink(found["scheme"].lower(), found["host"].lower(), stem, pairs, attributes)


def build(pairs: Iterable[tuple[str, str]], *, host: str = CANONICAL_HOST) -> str:
    """The Digital Link of a row of keys: a primary key, then its qualifiers in order.

    Args:
        pairs: AI and value, not encoded; a GTIN may have 8, 12, 13 or 14 digits.
        host: with a port where it has one.

    Raises:
        Gs1Error: `dl.syntax`, `gs1.check_digit`.
    """
    row = tuple((name, keys.Gtin(value) if name == "01" else value) for name, value in pairs)
    if not ai.is_sequence(tuple(name for name, _ in row)):
        raise Gs1Error("These keys make no Digital Link in this order.", value=[name for name, _ in row])
    for name, value in row:
        ai.require_value(name, value)
    return f"https://{host}{_path(row)}"


def build_from(
    elements: Iterable[tuple[str, str]],
    *,
    stem: str = f"https://{CANONICAL_HOST}",
    options: ParseOptions = STRICT,
) -> str:
    """The Digital Link of elements in any order, as a symbol holds them.

    The first primary key among them begins the path, its qualifiers follow in their order, and the others stand in
    the query, those of known length first.

    Args:
        elements: AI and value, not encoded; one that is there twice with the same value counts once.
        stem: scheme, host and path to put before the keys; a slash at its end is dropped.
        options: whether unknown AIs may stand in the query.

    Raises:
        Gs1Error: `dl.syntax`, `gs1.check_digit`.
    """
    row: dict[str, str] = {}
    for name, value in elements:
        if row.setdefault(name, value) != value:
            raise Gs1Error(f"({name}) is there twice, with two values.", value=[row[name], value])
    primary = next((name for name in row if ai.is_primary(name)), None)
    if primary is None:
        raise Gs1Error("None of these elements is a key that a Digital Link may begin with.", value=list(row))
    path = (primary, *ai.qualifiers_among(primary, frozenset(row)))
    query = sorted((name for name in row if name not in path), key=lambda name: not ai.is_fixed(name))
    for name in query:
        if not _may_be_attribute(name, path, options):
            raise Gs1Error(f"({name}) has no place in the Digital Link of ({primary}).", value=name)
    for name, value in row.items():
        ai.require_value(name, value)
    text = "&".join(f"{name}={query_encode(row[name])}" for name in query)
    return f"{_stem(stem)}{_path((name, row[name]) for name in path)}{'?' if text else ''}{text}"


def product_uri(gtin: str) -> str:
    """`https://id.gs1.org/01/{gtin14}`."""
    return build([("01", gtin)])


def lot_uri(gtin: str, lot: str) -> str:
    """`https://id.gs1.org/01/{gtin14}/10/{lot}`, the lot given undecorated and encoded here."""
    return build([("01", gtin), ("10", lot)])


def instance_uri(gtin: str, serial: str) -> str:
    """`https://id.gs1.org/01/{gtin14}/21/{serial}`, the serial encoded here."""
    return build([("01", gtin), ("21", serial)])


def organisation_uri(gln: str) -> str:
    """`https://id.gs1.org/417/{gln}`."""
    return build([("417", gln)])


def place_uri(gln: str, ext: str | None = None) -> str:
    """`https://id.gs1.org/414/{gln}[/254/{ext}]`."""
    return build([("414", gln)] if ext is None else [("414", gln), ("254", ext)])


def percent_encode(text: str) -> str:
    """A path segment: every byte but A-Z a-z 0-9 - . _ ~ as %XX in capitals."""
    return quote(text, safe="")


def percent_decode(text: str) -> str:
    """The characters of a path segment, a byte each; a percent sign that begins no escape stands for itself."""
    return unquote_to_bytes(text).decode("latin-1")


def query_encode(text: str) -> str:
    """A value in a query: as in a path, but a space is a plus."""
    return quote_plus(text, safe="")


def query_decode(text: str) -> str:
    """As {percent_decode}, but a plus is a space."""
    return percent_decode(text.replace("+", " "))


def _stem(text: str) -> str:
    """A stem without the slash at its end."""
    stem = text.removesuffix("/")
    found = _URI.fullmatch(f"{stem}/") if _CHARACTERS.fullmatch(stem) else None
    if (
        found is None
        or found["scheme"] not in _SCHEMES
        or not _HOST.fullmatch(found["host"])
        or found["query"] is not None
        or "#" in stem
    ):
        raise Gs1Error(f"{text!r} is no scheme and host to build on.", value=text)
    return stem


def _path(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f"/{name}/{percent_encode(value)}" for name, value in pairs)


def _key_sequence(path: str, options: ParseOptions) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The stem and the right-most key sequence of a path."""
    segments = path.split("/")[1:]
    pairs: list[tuple[str, str]] = []
    while len(segments) >= 2:
        *segments, name, value = segments
        if options.words:
            name = WORDS.get(name, name)
        if not ai.is_path(name):
            break
        pairs.insert(0, (name, _value(name, percent_decode(value), options)))
        if ai.is_primary(name):
            if ai.is_sequence(tuple(item for item, _ in pairs)):
                return "".join(f"/{segment}" for segment in segments), tuple(pairs)
            break
    raise Gs1Error("This path does not end in GS1 keys in their order.", value=path)


def _attributes(query: str, path: Sequence[str], options: ParseOptions) -> tuple[tuple[str, str], ...]:
    """The AIs of a query, each once, none that belongs in the path."""
    found: dict[str, str] = {}
    for item in query.split("&"):
        name, mark, text = item.partition("=")
        if not mark or not keys.is_digits(name):
            continue
        if name in found or not _may_be_attribute(name, path, options):
            raise Gs1Error(f"({name}) may not stand in this query.", value=item)
        value = _value(name, query_decode(text), options)
        ai.require_value(name, value)
        found[name] = value
    return tuple(found.items())


def _may_be_attribute(name: str, path: Sequence[str], options: ParseOptions) -> bool:
    if options.unknown_ais and ai.is_unallocated(name):
        return True
    return ai.is_attribute(name) and name not in path and not ai.may_qualify(tuple(path), name)


def _value(name: str, text: str, options: ParseOptions) -> str:
    if name == "01" and options.zero_suppressed_gtin and len(text) in _ZERO_SUPPRESSED:
        return text.zfill(14)
    return text
