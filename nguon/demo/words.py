"""What the demo says, in both languages: English first, Vietnamese beside it."""

from dataclasses import dataclass
from pathlib import Path

from api.pages import Catalogue
from api.pages.i18n import load_catalogues

LOCALES = Path(__file__).parent.parent / "locales"


@dataclass(frozen=True)
class Words:
    """The demo's own sentences, and the pages' for the verdicts."""

    demo: dict[str, Catalogue]
    pages: dict[str, Catalogue]

    @classmethod
    def read(cls) -> "Words":
        """Both catalogues in both languages."""
        return cls(dict(load_catalogues(LOCALES / "demo")), dict(load_catalogues(LOCALES)))

    def en(self, key: str, **values: object) -> str:
        """A sentence in English."""
        return self.demo["en"].t(key, **values)

    def vi(self, key: str, **values: object) -> str:
        """The same in Vietnamese."""
        return self.demo["vi"].t(key, **values)

    def title(self, verdict: str) -> str:
        """What the page's banner calls a verdict, in Vietnamese."""
        return self.pages["vi"].t(f"verdict.{verdict}.title")
