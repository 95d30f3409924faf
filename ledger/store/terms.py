"""What a statement is found by: a pure reading of its header and payload, total over any shape.

Identifiers are in the form under which they are filed (DESIGN §3.2). Words are folded: without accents, in lower
case, so that "Trà hoa vàng" and "tra hoa vang" are one. What is private, and what nobody searches (times, hashes,
readings), makes no words.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from ledger.encoding import JsonValue
from ledger.epcis.members import INPUT_APPLIED
from ledger.gs1.epc import gtin_of, is_lot
from ledger.lot.facts import canonical_or_none
from ledger.statement.jws import Statement, Typ

ROLE_LENGTH: Final = 32
_UNNAMED: Final = frozenset(
    {"@context", "type", "eventTime", "recordTime", "eventTimeZoneOffset", "action", "bizStep", "disposition"}
)
_SILENT: Final = frozenset({"sensorElementList", "nguon:private", "nguon:roll", "errorDeclaration"})
_CERTIFICATE_TYPES: Final = frozenset({"testres", "cert"})
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_WORD: Final = re.compile(r"[^\W_]+")
_GDTI: Final = re.compile(r"/253/[0-9]{13}(.+)$")
_PLACE: Final = re.compile(r"(https://id\.gs1\.org/414/[0-9]{13})(/.+)?$")
_ORG: Final = "https://id.gs1.org/417/"
_ID_MEMBERS: Final = frozenset({"bizTransaction", "source", "destination", "id", "eventID"})
MAX_WORD: Final = 40


@dataclass(frozen=True)
class Found:
    """What one statement adds to the indexes.

    Attributes:
        names: (URI, role) of an event; the role is the member of the event, or of the header, that holds it.
        lots: the lots that it names.
        time: of the event, ms since 1970.
        terms: (kind, value) that its lots are found by.
        described: the URI that a description describes, and its words.
    """

    names: frozenset[tuple[str, str]] = frozenset()
    lots: tuple[str, ...] = ()
    time: int = 0
    terms: frozenset[tuple[str, str]] = frozenset()
    described: tuple[str, frozenset[str]] | None = None


def fold(text: str) -> str:
    """Lower case without accents; đ is d."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def words(text: str) -> frozenset[str]:
    """The folded words of a text."""
    return frozenset(word[:MAX_WORD] for word in _WORD.findall(fold(text)))


def read_terms(statement: Statement, org: str) -> Found:
    """What a statement is found by.

    Args:
        statement: of any type.
        org: whose key signed it.
    """
    if statement.header.typ is Typ.MASTER:
        return Found(described=_description(statement.payload))
    if statement.header.typ is not Typ.EPCIS:
        return Found()
    header, payload = statement.header, statement.payload
    names = {(uri, "about") for uri in header.about} | {(uri, "from") for uri in header.from_}
    texts: set[str] = set()
    for role, text, named in _walk(payload):
        uri = _identifier(text, certain=named)
        if uri is None:
            if role not in _SILENT:
                texts.add(text)
        else:
            names.add((uri, role))
    lots = tuple(dict.fromkeys(uri for uri, _ in sorted(names) if is_lot(uri)))
    terms = {("org", org)} if lots else set()
    if lots:
        terms |= {("word", word) for text in texts for word in words(text)}
        terms |= {("word", word) for step in ("bizStep", "disposition") for word in _last(payload.get(step))}
        terms |= _kinds(names) | _certificates(payload)
    return Found(frozenset(names), lots, _time(payload), frozenset(terms))


def lot_words(lot: str) -> frozenset[str]:
    """The words of a lot's own name: its number, whole and in parts, and its GTIN."""
    number = lot.rpartition("/10/")[2]
    return words(number) | {fold(number)[:MAX_WORD], gtin_of(lot) or ""} - {""}


def applied_products(payload: Mapping[str, JsonValue]) -> frozenset[str]:
    """What an event applied (a fertiliser, a pesticide, feed, a drug) and did not consume as material too."""
    named = {uri for role, uri in _uris(payload) if role == INPUT_APPLIED}
    material = {uri for role, uri in _uris(payload) if role in ("inputQuantityList", "inputEPCList", "ilmd")}
    return frozenset(named - material)


def _uris(payload: Mapping[str, JsonValue]) -> Iterator[tuple[str, str]]:
    for role, text, named in _walk(payload):
        uri = _identifier(text, certain=named)
        if uri is not None:
            yield role, uri


def _walk(payload: Mapping[str, JsonValue]) -> Iterator[tuple[str, str, bool]]:
    """Every text of an event: the top-level member that it stands in, the text, whether its member holds an ID."""
    stack = [(name[:ROLE_LENGTH], name, value) for name, value in payload.items() if name not in _UNNAMED]
    while stack:
        role, member, value = stack.pop()
        if isinstance(value, str):
            yield role, value, member in _ID_MEMBERS
        elif isinstance(value, Mapping):
            if role not in ("nguon:private", "nguon:roll"):
                stack += [(role, name, item) for name, item in value.items() if name != "type"]
        elif isinstance(value, list):
            stack += [(role, member, item) for item in value]


@lru_cache(maxsize=65_536)
def _identifier(text: str, *, certain: bool) -> str | None:
    if not text or len(text) > 2_000:
        return None
    if certain or _URI.fullmatch(text):
        return canonical_or_none(text) or text
    return None


def _kinds(names: set[tuple[str, str]]) -> set[tuple[str, str]]:
    found = set()
    for uri, role in names:
        place = _PLACE.match(uri)
        if place:
            found |= {("place", uri), ("place", place[1])}
        elif uri.startswith(_ORG):
            found.add(("org", uri))
        elif role == "certificationInfo":
            found |= _certificate(uri)
    return found


def _certificates(payload: Mapping[str, JsonValue]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    listed = payload.get("bizTransactionList")
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, Mapping) and item.get("type") in _CERTIFICATE_TYPES:
            text = item.get("bizTransaction")
            if isinstance(text, str):
                found |= _certificate(canonical_or_none(text) or text)
    return found


def _certificate(uri: str) -> set[tuple[str, str]]:
    number = _GDTI.search(uri)
    return {("certificate", uri)} | ({("certificate", fold(number[1]))} if number else set())


def _description(payload: Mapping[str, JsonValue]) -> tuple[str, frozenset[str]] | None:
    uri, attributes = payload.get("id"), payload.get("attributes")
    if not isinstance(uri, str) or not isinstance(attributes, Mapping):
        return None
    texts = [text for _, text, _ in _walk(attributes) if not _URI.fullmatch(text)]
    return uri, frozenset(word for text in texts for word in words(text))


def _last(value: JsonValue) -> frozenset[str]:
    """The words of a step or disposition: `https://w3id.org/nguon/bizstep/crop_protection` is crop, protection."""
    return words(value.rpartition("/")[2].replace("_", " ")) if isinstance(value, str) else frozenset()


def _time(payload: Mapping[str, JsonValue]) -> int:
    text = payload.get("eventTime")
    try:
        return int(datetime.fromisoformat(str(text)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return 0
