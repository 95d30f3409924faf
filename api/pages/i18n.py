"""Message catalogues, and numbers, dates and ages as each language writes them.

A catalogue is a JSON object of objects; a message's key is the dotted path to it. A message is a string
with `{placeholders}`, or `{"one": …, "other": …}`, chosen by its count (`Intl.PluralRules`; Vietnamese has
one form). A key that is missing is an error, never an empty place on a page.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import cast

LANGUAGES = ("vi", "en")
VIETNAM = timezone(timedelta(hours=7))

_PLACEHOLDER = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")
_SWAP = str.maketrans(",.", ".,")
_COUNTS = ("n", "days", "k", "count")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])

Message = str | Mapping[str, str]


class MissingMessageError(LookupError):
    """A catalogue lacks a key, or a message was not given one of its values."""


def printable(text: str) -> str:
    """Text that turns nothing around it: without the controls of writing direction, which no name needs.

    Source: Unicode Standard Annex #9, §2 (directional formatting characters).
    """
    return text.translate(_TURNING)


def placeholders(message: str) -> frozenset[str]:
    """The names between braces in a message."""
    return frozenset(_PLACEHOLDER.findall(message))


@dataclass(frozen=True)
class Catalogue:
    """The sentences of one language.

    Attributes:
        lang: BCP 47 tag, `vi` or `en`.
        messages: dotted key to message.
    """

    lang: str
    messages: Mapping[str, Message]

    def __contains__(self, key: object) -> bool:
        return key in self.messages

    def __iter__(self) -> Iterator[str]:
        return iter(self.messages)

    def t(self, key: str, /, **values: object) -> str:
        """The message of a key, its placeholders filled; numbers are written as the language writes them.

        Raises:
            MissingMessageError: no such key, or a placeholder without a value.
        """
        message = self.messages.get(key)
        if message is None:
            raise MissingMessageError(f"{self.lang}: no message {key}")
        if not isinstance(message, str):
            counts = [values[name] for name in _COUNTS if name in values]
            message = message["one" if self.lang == "en" and counts and counts[0] == 1 else "other"]

        def fill(match: re.Match[str]) -> str:
            if match[1] not in values:
                raise MissingMessageError(f"{self.lang}: {key} needs {match[1]}")
            value = values[match[1]]
            return self.number(value) if isinstance(value, int | float | Decimal) else str(value)

        return _PLACEHOLDER.sub(fill, message)

    def maybe(self, key: str, /, **values: object) -> str:
        """As `t`, but the empty string where the catalogue has no such key (for open vocabularies)."""
        return self.t(key, **values) if key in self.messages else ""

    def number(self, value: float | Decimal) -> str:
        """A number: `1.200,5` in Vietnamese, `1,200.5` in English, U+2212 for minus, digits as given."""
        exact = value if isinstance(value, Decimal) else Decimal(str(value))
        text = f"{exact or abs(exact):,f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        if self.lang == "vi":
            text = text.translate(_SWAP)
        return text.replace("-", "−")

    def date(self, day: date) -> str:
        """A day: `17/01/2026`, `17 Jan 2026`. A datetime must be in the wanted zone already."""
        if self.lang == "vi":
            return f"{day:%d/%m/%Y}"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    def clock(self, moment: datetime) -> str:
        """Hour and minute in the moment's own zone."""
        return f"{moment:%H:%M}"

    def moment(self, moment: datetime) -> str:
        """Hour, minute and day in the moment's own zone."""
        return self.t("date.moment", time=self.clock(moment), date=self.date(moment))

    def age(self, then: datetime, now: datetime) -> str:
        """How long ago, in the largest whole unit."""
        minutes = max(0, int((now - then).total_seconds()) // 60)
        if minutes < 1:
            return self.t("age.now")
        if minutes < 60:
            return self.t("age.minutes", n=minutes)
        if minutes < 48 * 60:
            return self.t("age.hours", n=minutes // 60)
        return self.t("age.days", n=minutes // (24 * 60))

    def duration(self, seconds: float) -> str:
        """A span of time in its largest unit that leaves no more than a rounding."""
        minutes = max(1, round(seconds / 60))
        if minutes < 120:
            return self.t("duration.minutes", n=minutes)
        if minutes < 48 * 60:
            return self.t("duration.hours", n=round(minutes / 60))
        return self.t("duration.days", n=round(minutes / (24 * 60)))

    def join(self, parts: list[str]) -> str:
        """Parts as a list inside a sentence."""
        if len(parts) < 2:
            return "".join(parts)
        return self.t("list.and", head=", ".join(parts[:-1]), last=parts[-1])


Catalogues = Mapping[str, Catalogue]


def _flatten(node: Mapping[str, object], prefix: str) -> Iterator[tuple[str, Message]]:
    for name, value in node.items():
        if name == "_":
            continue
        key = f"{prefix}{name}"
        if isinstance(value, str):
            yield key, value
        elif isinstance(value, Mapping) and set(value) == {"one", "other"}:
            yield key, cast(Mapping[str, str], value)
        elif isinstance(value, Mapping):
            yield from _flatten(value, f"{key}.")
        else:
            raise ValueError(f"{key} is neither a message nor a group of messages")


def read_catalogue(lang: str, data: bytes) -> Catalogue:
    """The catalogue in a JSON file's bytes."""
    return Catalogue(lang, dict(_flatten(json.loads(data), "")))


def load_catalogues(folder: Path) -> Catalogues:
    """All catalogues of a folder that holds `vi.json` and `en.json`."""
    return {lang: read_catalogue(lang, (folder / f"{lang}.json").read_bytes()) for lang in LANGUAGES}


def pick_language(asked: str | None, accept_language: str | None) -> str:
    """The page's language: `?lang=` if it names one we have, else the browser's first, else Vietnamese.

    Source: RFC 9110 §12.5.4 (weights; the primary subtag decides).
    """
    if asked is not None and asked in LANGUAGES:
        return asked
    best, best_weight = LANGUAGES[0], 0.0
    for part in (accept_language or "").split(","):
        tag, _, parameter = part.strip().partition(";")
        weight = 1.0
        if parameter.strip().startswith("q="):
            try:
                weight = float(parameter.strip()[2:])
            except ValueError:
                weight = 0.0
        lang = tag.strip().lower().partition("-")[0]
        if lang in LANGUAGES and weight > best_weight:
            best, best_weight = lang, weight
    return best
