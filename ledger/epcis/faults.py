"""What the schema finds wrong, told to a person: a rule's name, a place, a sentence.

The sentences stand in the catalogues too, in both languages, under `problems.shape.<rule>`; the rule's name is in the
violation's params, beside the values that the sentence names.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from jsonschema_rs import ValidationError, ValidationErrorKind

from ledger.errors import Violation

BASE: Final = "https://w3id.org/nguon/schema/epcis/"
"""Where the schemas are named; nothing is ever fetched from there."""

SHAPE: Final = "event.shape"
VOCABULARY: Final = "event.vocabulary"
NO_SUBJECT: Final = "event.no_subject"

SENTENCES: Final[Mapping[str, str]] = {
    "missing": "{member} is missing.",
    "unknown_member": "EPCIS has no member {member} here; one of your own needs a prefix.",
    "closed": "Nothing but what EPCIS names may stand here, so not {member}.",
    "unprefixed": "{member}: what ilmd holds has names with a prefix, such as cbvmda:lotNumber.",
    "name": "{member} is no name with a prefix and no URI: ASCII only, no spaces.",
    "object": "{member} is an object.",
    "array": "{member} is a list.",
    "string": "{member} is text.",
    "number": "{member} is a number, without quotation marks.",
    "boolean": "{member} is true or false, without quotation marks.",
    "uri": "{value} is no URI: it begins with a scheme such as https: or urn:, ASCII only, no spaces.",
    "date-time": "{value} is no date and time with an offset, such as 2026-01-08T08:30:00+07:00.",
    "offset": "{value} is no offset from UTC, such as +07:00.",
    "unit": "{value} is no unit: two or three capital letters or digits, such as KGM.",
    "hex": "{value} is no hexadecimal text.",
    "version": "{value} is no version, such as 2.0.",
    "one_of": "{member} is {options}, not {value}.",
    "word": "{value} is no word of CBV 2.0 for {member}; one of your own is a full URI.",
    "kind": "{value} is none of the five kinds of event of EPCIS 2.0, and no URI of a kind of your own.",
    "context": "@context is an address, an object of terms, or a list of these, each once.",
    "empty": "{member} is not empty.",
    "twice": "{member} names something twice.",
    "set_or_unset": "persistentDisposition sets or unsets something.",
    "birth": "ilmd describes what is born: it stands with the action ADD only.",
    "no_goods": "The event names no goods: no epcList, no quantityList; sensors alone need a readPoint.",
    "no_children": "The event names nothing that is put in or taken out: no childEPCs, no childQuantityList.",
    "no_ends": "A transformation names inputs and outputs; with a transformationID, one of the two.",
}

_WORDS: Final = frozenset(
    f"words.json#/$defs/{name}/anyOf"
    for name in ("step", "disposition", "transaction", "party", "whyWrong", "measure", "alert", "axis")
)
_PATTERNS: Final = {
    f"words.json#/$defs/{name}/pattern": name for name in ("offset", "unit", "hex", "version")
}
_CHOICES: Final[Mapping[str, tuple[str, str]]] = {
    "event.json#/$defs/ObjectEvent/anyOf": (NO_SUBJECT, "no_goods"),
    "event.json#/$defs/TransactionEvent/anyOf": (NO_SUBJECT, "no_goods"),
    "event.json#/$defs/AggregationEvent/anyOf": (NO_SUBJECT, "no_children"),
    "event.json#/$defs/AssociationEvent/anyOf": (NO_SUBJECT, "no_children"),
    "event.json#/$defs/TransformationEvent/anyOf": (SHAPE, "no_ends"),
    "parts.json#/$defs/lasting/anyOf": (SHAPE, "set_or_unset"),
    "parts.json#/$defs/context/anyOf": (SHAPE, "context"),
    "parts.json#/$defs/certificates/anyOf": (SHAPE, "uri"),
}
_BORN_ONLY: Final = "event.json#/$defs/ObjectEvent/dependentSchemas/ilmd/properties/action/const"
_ILMD_NAMES: Final = "parts.json#/$defs/birth/propertyNames"
_SHOWN: Final = 80
"""Characters of a value that a sentence shows."""


def violations_of(error: ValidationError) -> Iterator[Violation]:
    """What one error of the schema's validator means: a violation, or one for each member that is too many."""
    path = error.instance_path
    where = (error.absolute_keyword_location or "").removeprefix(BASE)
    match error.kind:
        case ValidationErrorKind.Required(member):
            yield _violation("missing", path, member=member)
        case ValidationErrorKind.AdditionalProperties(members):
            for member in members:
                yield _violation("closed", [*path, member])
        case ValidationErrorKind.PropertyNames(inner):
            name = str(inner.instance)
            rule = "name" if ":" in name else "unprefixed" if where == _ILMD_NAMES else "unknown_member"
            yield _violation(rule, [*path, name])
        case ValidationErrorKind.Type(types):
            yield _violation(types[0], path)
        case ValidationErrorKind.Enum(options):
            listed = ", ".join(map(str, options))
            yield _violation("one_of", path, error.instance, options=listed)
        case ValidationErrorKind.Format("uri") if _names_a_kind(path):
            yield _violation("kind", path, error.instance)
        case ValidationErrorKind.Format(name):
            yield _violation(name, path, error.instance)
        case ValidationErrorKind.Pattern() if where in _PATTERNS:
            yield _violation(_PATTERNS[where], path, error.instance)
        case ValidationErrorKind.MinItems():
            yield _violation("empty", path)
        case ValidationErrorKind.UniqueItems():
            yield _violation("twice", path)
        case ValidationErrorKind.Constant() if where == _BORN_ONLY:
            yield _violation("birth", [*path[:-1], "ilmd"])
        case ValidationErrorKind.AnyOf() if where in _WORDS:
            yield _violation("word", path, error.instance, code=VOCABULARY)
        case ValidationErrorKind.AnyOf():
            code, rule = _CHOICES[where]
            yield _violation(rule, path, error.instance, code=code)
        case _:
            raise AssertionError(f"the schema has no sentence for {where}: {error.message}")


def _names_a_kind(path: Sequence[str | int]) -> bool:
    return bool(path) and path[-1] == "type" and "vocabularyList" not in path


def _violation(
    rule: str, path: Sequence[str | int], value: object = None, *, code: str = SHAPE, **params: str
) -> Violation:
    told: dict[str, Any] = {
        "rule": rule,
        "member": _member(path),
        "value": _shown(value),
        **params,
    }
    return Violation(code, pointer_of(path), SENTENCES[rule].format(**told), "E", told)


def _member(path: Sequence[str | int]) -> str:
    """The last name of a path, with the position in the list that it names: `epcList`, `epcList[0]`."""
    if not path:
        return "EPCIS"
    last = path[-1]
    return last if isinstance(last, str) else f"{_member(path[:-1])}[{last}]"


def pointer_of(path: Sequence[str | int]) -> str:
    """The JSON Pointer of a path (RFC 6901 §3)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
