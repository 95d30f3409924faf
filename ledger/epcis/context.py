"""What an event's `@context` may say (DESIGN §3.8, PROFILE §2).

A context is never fetched, so that an event means the same for ever:

    - the one remote context is EPCIS 2.0's own, whose prefixes are known here;
    - `nguon:` and `cbvmda:` mean what PROFILE says, and nothing else stands for what they mean;
    - a prefixed name has a prefix that the context declares;
    - no part of an event has a context of its own.

Source: JSON-LD 1.1 §4.1 (contexts), §4.1.5 (compact IRIs); EPCIS 2.0 §10.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from ledger.encoding import JsonValue
from ledger.epcis.faults import pointer_of
from ledger.epcis.vocabulary import CBVMDA, NGUON
from ledger.errors import Violation

EPCIS_CONTEXT: Final = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
"""The context that every EPCIS 2.0 document names."""

KNOWN_CONTEXTS: Final = frozenset(
    {
        EPCIS_CONTEXT,
        "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
        "epcis-context.jsonld",
    }
)

PREFIXES: Final[Mapping[str, str]] = {
    "cbv": "https://ref.gs1.org/cbv/",
    "cbvmda": CBVMDA,
    "dcterms": "http://purl.org/dc/terms/",
    "epcis": "https://ref.gs1.org/epcis/",
    "gs1": "https://gs1.org/voc/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""The prefixes that EPCIS 2.0's own context stands for here: those at its root (dcterms, epcis, gs1, owl, rdfs, xsd),
`cbv`, which it declares inside some terms only (names with it are refused all the same), and `cbvmda`, in which
`ilmd` and master data of published documents are written."""

_FIXED: Final[Mapping[str, str]] = {"nguon": NGUON, "cbvmda": CBVMDA}
_GUARDED: Final[Mapping[str, str]] = {**_FIXED, "epcis": PREFIXES["epcis"], "cbv": PREFIXES["cbv"]}
"""Namespaces that are reached through their own prefix only."""

_SCHEMES: Final = frozenset({"urn", "ni", "tag", "did", "info", "doi", "mailto"})
_VALUE_KEYWORDS: Final = frozenset({"@value", "@type", "@language", "@id"})
_HARMLESS_KEYWORDS: Final = frozenset({"@version", "@protected", "@language", "@direction"})
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9._\-]*")


def read_context(value: JsonValue) -> tuple[Mapping[str, str], list[Violation]]:
    """The prefixes that a context declares, and what is wrong with it.

    Args:
        value: the event's `@context`; None where it has none.
    """
    prefixes: dict[str, str] = {}
    wrong: list[Violation] = []
    entries = value if isinstance(value, list) else [] if value is None else [value]
    for position, entry in enumerate(entries):
        here = f"/@context/{position}" if isinstance(value, list) else "/@context"
        if isinstance(entry, str):
            if entry not in KNOWN_CONTEXTS:
                wrong.append(
                    _violation(
                        here,
                        f"The context {entry} is not known here; contexts are never fetched.",
                        context=entry,
                    )
                )
            prefixes.update(PREFIXES)
        elif isinstance(entry, Mapping):
            for name, bound in entry.items():
                wrong.extend(_bind(prefixes, name, bound, here + pointer_of([name])))
        else:
            wrong.append(_violation(here, "A context is an address or an object of terms."))
    return prefixes, wrong


def check_names(event: Mapping[str, JsonValue], prefixes: Mapping[str, str]) -> list[Violation]:
    """Every member of an event whose name the context does not explain, or spells in a hidden way."""
    return [
        found
        for name, member in event.items()
        if name != "@context"
        for found in _names(name, member, (name,), prefixes, top=True)
    ]


def _bind(prefixes: dict[str, str], name: str, bound: JsonValue, pointer: str) -> Iterator[Violation]:
    if name in _HARMLESS_KEYWORDS:
        return
    if name.startswith("@"):
        yield _violation(pointer, f"{name} in a context would change what an event's names mean.", term=name)
        return
    if (
        isinstance(bound, Mapping)
        and "@id" not in bound
        and ":" in name
        and name.partition(":")[0] not in _GUARDED
    ):
        return
    iri = bound.get("@id") if isinstance(bound, Mapping) else bound
    if not isinstance(iri, str):
        yield _violation(pointer, f"{name} is bound to nothing that is an IRI.", term=name)
        return
    if name in _FIXED:
        if iri != _FIXED[name] or (isinstance(bound, Mapping) and bound.keys() - {"@id", "@prefix"}):
            yield _violation(
                pointer, f"{name}: must be bound to {_FIXED[name]}.", term=name, expected=_FIXED[name]
            )
            return
    elif PREFIXES.get(name) != iri and (
        not _NAME.fullmatch(name) or _guard_of(_expand(iri, prefixes) or iri) is not None
    ):
        yield _violation(pointer, f"{name} would hide terms that have a prefix of their own.", term=name)
        return
    prefixes[name] = iri


def _names(
    name: str, member: JsonValue, path: tuple[str | int, ...], prefixes: Mapping[str, str], *, top: bool
) -> Iterator[Violation]:
    if name.startswith("@"):
        if top or name not in _VALUE_KEYWORDS:
            yield _violation(pointer_of(path), f"{name} may not stand inside an event.", term=name)
            return
    elif ":" in name:
        yield from _prefixed(name, path, prefixes)
    if isinstance(member, dict):
        for key, child in member.items():
            yield from _names(key, child, (*path, key), prefixes, top=False)
    elif isinstance(member, list):
        for position, child in enumerate(member):
            if isinstance(child, dict | list):
                yield from _names("", child, (*path, position), prefixes, top=False)


def _prefixed(name: str, path: tuple[str | int, ...], prefixes: Mapping[str, str]) -> Iterator[Violation]:
    prefix = name.partition(":")[0]
    iri = _expand(name, prefixes)
    if iri is None:
        message = f"The prefix {prefix}: is not declared in @context, so {name} means nothing."
        yield _violation(pointer_of(path), message, prefix=prefix)
        return
    guard = _guard_of(iri)
    if guard is not None and guard != prefix and not iri.startswith(CBVMDA):
        message = f"{name} must be written with the prefix {guard}:"
        yield _violation(pointer_of(path), message, term=name, prefix=guard)
    elif guard in {"epcis", "cbv"}:
        yield _violation(pointer_of(path), f"{name} must be written without a prefix.", term=name)


def _expand(name: str, prefixes: Mapping[str, str]) -> str | None:
    """The IRI that a name with a colon stands for, or None."""
    prefix, mark, rest = name.partition(":")
    if not mark:
        return None
    if rest.startswith("//"):
        return name
    if prefix in prefixes:
        return prefixes[prefix] + rest
    return name if prefix in _SCHEMES else None


def _guard_of(iri: str) -> str | None:
    return next((prefix for prefix, namespace in _GUARDED.items() if iri.startswith(namespace)), None)


def _violation(pointer: str, message: str, **params: object) -> Violation:
    return Violation("context.prefix", pointer, message, "E", params)
