"""The design system's page: every verdict as its banner says it, in every language side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.pages.banner import Banner
from api.pages.i18n import LANGUAGES, Catalogue
from ledger.proof.verdict import Verdict

ICONS: Final = (
    *(
        "check",
        "x",
        "chev",
        "down",
        "back",
        "phone",
        "flag",
        "camera",
        "torch",
        "image",
        "keys",
        "mic",
        "home",
    ),
    *(
        "book",
        "tag",
        "box",
        "list",
        "board",
        "print",
        "user",
        "users",
        "clock",
        "cloud",
        "send",
        "pin",
        "search",
    ),
    *(
        "plus",
        "minus",
        "edit",
        "share",
        "link",
        "file",
        "sound",
        "gear",
        "eye",
        "repeat",
        "pen",
        "fp",
        "truck",
    ),
    *("warn", "leaf", "basket", "sun", "drop", "flask"),
)
"""The sprite's icons, without their `i-`."""
_OWN: Final[Mapping[Verdict, dict[str, object]]] = {Verdict.CHAIN_DISPUTED: {"n": 3}}
_DAY: Final = date(2026, 1, 17)


@dataclass(frozen=True)
class GalleryWords:
    """A verdict in one language: its banner, its few words for a desk, and the age below it."""

    lang: str
    banner: Banner
    short: str
    age: str


@dataclass(frozen=True)
class GalleryVerdict:
    """A verdict in every language."""

    code: str
    tone: str
    icon: str
    words: tuple[GalleryWords, ...]


def gallery(catalogues: Mapping[str, Catalogue]) -> tuple[GalleryVerdict, ...]:
    """Every verdict, best first, its values those of an invented lot."""
    shown = []
    for verdict in reversed(Verdict):
        words = tuple(_words(verdict, catalogues[lang]) for lang in LANGUAGES)
        first = words[0].banner
        shown.append(GalleryVerdict(verdict.value, first.tone, first.icon, words))
    return tuple(shown)


def _words(verdict: Verdict, c: Catalogue) -> GalleryWords:
    banner = Banner.plain(verdict, c, **sample_values(c) | _OWN.get(verdict, {}))
    age = c.t("age.label", age=c.t("age.hours", n=2))
    return GalleryWords(c.lang, banner, c.t(f"verdict.{verdict.value}.short"), age)


def sample_values(c: Catalogue) -> dict[str, object]:
    """What a verdict's sentences name, of an invented lot."""
    return {
        "n": 12,
        "k": 1,
        "age": c.t("duration.days", n=9),
        "promise": c.t("duration.hours", n=24),
        "wait": c.t("duration.minutes", n=30),
        "date": c.date(_DAY),
        "days": 7,
        "place1": c.t("ui.place1"),
        "place2": c.t("ui.place2"),
        "time": c.t("duration.minutes", n=37),
        "org": c.t("ui.org"),
        "lot": "MO2511B",
        "reason": c.t("ui.reason"),
    }
