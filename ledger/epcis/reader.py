"""Reading members of an event's JSON, gathering what is wrong instead of stopping at the first fault."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final

from ledger.encoding import JsonValue
from ledger.errors import Gs1Error, Violation
from ledger.gs1 import epc

_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_MAX_URI: Final = 2048
_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,12})?(?:Z|[+\-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_OFFSET: Final = re.compile(r"[+\-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)", re.ASCII)
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 9998

SHAPE: Final = "event.shape"


def parse_time(text: str) -> datetime:
    """The moment of an RFC 3339 date-time, its offset kept.

    Raises:
        ValueError: no such date-time, or a year before 1900 or after 9998.

    Source: RFC 3339 §5.6, upper-case T and Z; no leap seconds.
    """
    if not _TIME.fullmatch(text):
        raise ValueError(f"{text!r} is no RFC 3339 date-time with an offset")
    moment = datetime.fromisoformat(text)
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError(f"{text!r} is out of range")
    return moment


@lru_cache(maxsize=8192)
def canonical(uri: str) -> str:
    """An identifier's canonical form; kept, for documents name the same places and lots over and over.

    Raises:
        Gs1Error: it claims to be GS1's and is wrong.
    """
    return epc.canonical(uri)


class Reader:
    """An event's object, and the violations found in it so far."""

    def __init__(self, obj: Mapping[str, JsonValue]) -> None:
        self.obj = obj
        self.violations: list[Violation] = []

    def refuse(self, pointer: str, message: str, **params: object) -> None:
        """Note that a member has another shape than EPCIS gives it."""
        self.violations.append(Violation(SHAPE, pointer, message, "E", params))

    @staticmethod
    def step(pointer: str, name: str) -> str:
        """A pointer one member deeper (RFC 6901 §3)."""
        return f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"

    @staticmethod
    def is_uri(text: str) -> bool:
        """Whether it is an absolute URI (RFC 3986 §4.3), ASCII only."""
        return len(text) <= _MAX_URI and _URI.fullmatch(text) is not None

    def word(
        self,
        name: str,
        obj: Mapping[str, JsonValue] | None = None,
        pointer: str = "",
        *,
        required: bool = False,
    ) -> str | None:
        """A member that is text, not empty; None where it is absent or wrong."""
        source = self.obj if obj is None else obj
        value = source.get(name)
        if isinstance(value, str) and value:
            return value
        if name in source:
            self.refuse(self.step(pointer, name), f"{name} is text.", member=name)
        elif required:
            self.refuse(pointer, f"{name} is missing.", member=name)
        return None

    def words(self, value: JsonValue, pointer: str) -> tuple[str, ...]:
        """A list of text, each once; empty where it is absent or wrong."""
        if value is None:
            return ()
        if not isinstance(value, list):
            self.refuse(pointer, "This is a list of text.")
            return ()
        words = [item for item in value if isinstance(item, str) and item]
        if len(words) != len(value) or len(set(words)) != len(words):
            self.refuse(pointer, "This is a list of text, each once.")
        return tuple(words)

    def object(self, name: str) -> Mapping[str, JsonValue] | None:
        """A member that is an object; None where it is absent or wrong."""
        value = self.obj.get(name)
        if isinstance(value, Mapping):
            return value
        if name in self.obj:
            self.refuse(self.step("", name), f"{name} is an object.", member=name)
        return None

    def objects(
        self, name: str, obj: Mapping[str, JsonValue] | None = None, pointer: str = ""
    ) -> list[tuple[str, Mapping[str, JsonValue]]]:
        """The objects of a list, each with its pointer; empty where it is absent."""
        source = self.obj if obj is None else obj
        value, here = source.get(name), self.step(pointer, name)
        if not isinstance(value, list):
            if name in source:
                self.refuse(here, f"{name} is a list of objects.", member=name)
            return []
        found: list[tuple[str, Mapping[str, JsonValue]]] = []
        for position, item in enumerate(value):
            if isinstance(item, Mapping):
                found.append((f"{here}/{position}", item))
            else:
                self.refuse(f"{here}/{position}", f"{name} is a list of objects.", member=name)
        return found

    def time(
        self,
        name: str,
        obj: Mapping[str, JsonValue] | None = None,
        pointer: str = "",
        *,
        required: bool = False,
    ) -> datetime | None:
        """A member that is an RFC 3339 date-time."""
        text = self.word(name, obj, pointer, required=required)
        if text is None:
            return None
        try:
            return parse_time(text)
        except ValueError:
            here = self.step(pointer, name)
            self.refuse(
                here,
                f"{name} is a date and time with an offset, such as 2026-01-08T08:30:00+07:00.",
                value=text,
            )
            return None

    def offset(self, name: str) -> str | None:
        """The event's time zone offset, such as +07:00."""
        text = self.word(name, required=True)
        if text is not None and not _OFFSET.fullmatch(text):
            self.refuse(self.step("", name), f"{name} is an offset such as +07:00.", value=text)
            return None
        return text

    def uri(self, name: str) -> str | None:
        """A member that is an absolute URI, byte for byte."""
        text = self.word(name)
        if text is not None and not self.is_uri(text):
            self.refuse(self.step("", name), f"{name} is an absolute URI, ASCII only.", value=text)
            return None
        return text

    def canonical(self, value: JsonValue, pointer: str) -> str | None:
        """An identifier in its canonical form."""
        if not isinstance(value, str) or not self.is_uri(value):
            self.refuse(pointer, "An identifier is an absolute URI, ASCII only.", value=value)
            return None
        return self.checked(canonical, value, pointer)

    def checked(self, read: Callable[[str], str], value: str, pointer: str) -> str | None:
        """What a GS1 reader makes of a text; None, and a violation, where it refuses it."""
        try:
            return read(value)
        except Gs1Error as error:
            self.violations.append(Violation(error.code, pointer, error.message, "E", error.params))
            return None

    def identifier(self, name: str) -> str | None:
        """A member that is an identifier."""
        return self.canonical(self.obj[name], self.step("", name)) if name in self.obj else None

    def identifiers(self, name: str, *, single: bool = False) -> tuple[str, ...]:
        """A member that is a list of identifiers, each once; `single`: or one alone."""
        if name not in self.obj:
            return ()
        value, here = self.obj[name], self.step("", name)
        if single and isinstance(value, str):
            uri = self.canonical(value, here)
            return () if uri is None else (uri,)
        if not isinstance(value, list):
            self.refuse(here, f"{name} is a list of identifiers.", member=name)
            return ()
        found: dict[str, None] = {}
        for position, item in enumerate(value):
            uri = self.canonical(item, f"{here}/{position}")
            if uri in found:
                self.refuse(f"{here}/{position}", f"{name} names this one twice.", value=uri)
            elif uri is not None:
                found[uri] = None
        return tuple(found)

    def typed(self, name: str, member: str) -> tuple[tuple[str, str], ...]:
        """A list of identifiers with a type each: business transactions, sources, destinations."""
        found: list[tuple[str, str]] = []
        for pointer, item in self.objects(name):
            kind = self.word("type", item, pointer)
            uri = self.canonical(item.get(member), f"{pointer}/{member}")
            if uri is not None:
                found.append((kind or "", uri))
        return tuple(found)

    def place(self, name: str) -> str | None:
        """The id of a read point or a business location."""
        value = self.object(name)
        return None if value is None else self.canonical(value.get("id"), f"/{name}/id")
