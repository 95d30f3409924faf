"""The legal file in words: rows of a table, each value with the entry it comes from.

The one place that words `ledger.proof.legal`, for the verify page, the passport page, its JSON and its PDF.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import unquote

from api.pages.context import DocumentUrl
from api.pages.i18n import Catalogue
from api.pages.model import LegalLine, LegalRow
from api.pages.names import Names
from api.pages.reading import EventReader
from api.pages.sentences import Teller, document_number
from ledger.lot.documents import parse_ni
from ledger.proof.legal import CIRCULAR
from ledger.proof.legal_model import Item, LegalFile, Source, Stage, Value
from ledger.proof.verification import Verification

_AS_IT_IS = frozenset(
    {"name", "address", "grown", "warning", "standard", "brand", "variety", "model", "gtin"}
)
_LABELLED_DAY = frozenset({"harvested", "packed", "made", "shipping", "retail_selling", "expiry"})


class LegalWords:
    """Words the legal file of one verification in one language."""

    def __init__(
        self,
        found: Verification,
        names: Names,
        catalogue: Catalogue,
        own: frozenset[str],
        *,
        page: str = "",
        document_url: DocumentUrl,
    ) -> None:
        """Args: page: where the lot's story is told; empty where it stands on the same page."""
        self._c = catalogue
        self._teller = Teller(names, catalogue, own)
        self._page, self._document_url = page, document_url
        self._events = {
            entry.index: EventReader(entry.statement.payload) for entry in found.entries if entry.statement
        }
        self._value: dict[str, Callable[[Value], str]] = {
            "image": lambda value: self._c.t("legal.image_photo", uri=value.text),
            "certificate": self._certificate,
            "test": lambda value: self._c.t("legal.part.test", code=document_number(value.text)),
            "story": lambda value: self._c.t("legal.part.story", n=int(value.text)),
            "ancestors": lambda value: self._c.t("legal.part.ancestors", n=int(value.text)),
            "last_stage": lambda value: self._c.t("legal.part.last_stage", place=value.text),
            "country": lambda value: self._c.maybe(f"legal.country.{value.text}") or value.text,
            "identifier": lambda value: code_of(value.text),
            "instance": lambda value: value.text,
            "lot": lambda value: value.text,
        }

    def rows(self, file: LegalFile, law: str) -> tuple[LegalRow, ...]:
        """One law's items, in its order."""
        return tuple(self.row(item, file) for item in file.of(law))

    def row(self, item: Item, file: LegalFile) -> LegalRow:
        """One item."""
        staged = item.law == CIRCULAR and item.code == "stages"
        lines = self._stages(file.stages) if staged else self._lines(item)
        return LegalRow(
            law=item.law,
            code=item.code,
            label=self.label(item),
            lines=tuple(lines),
            state=item.status.value,
            reason=self.reason(item),
        )

    def label(self, item: Item) -> str:
        """What an item is called."""
        prefix = "legal" if item.law == CIRCULAR else "legal.passport"
        return self._c.t(f"{prefix}.{item.code}")

    def reason(self, item: Item) -> str:
        """Why an item is not all there; for an optional one that there is none; empty where it is present."""
        if item.reason:
            return self._c.t(f"legal.reason.{item.reason}")
        return "" if item.values else self._c.t("legal.none")

    def stage(self, stage: Stage) -> str:
        """One stage: when, what, where, with the code of the place (Circular 02/2024, item 5)."""
        event = self._events.get(stage.index)
        title = self._teller.tell(event).title if event else stage.step
        where = (stage.place_name, stage.place_address, code_of(stage.place))
        parts = (self._c.date(stage.when), title, ", ".join(part for part in where if part))
        return " · ".join(part for part in parts if part)

    def _stages(self, stages: tuple[Stage, ...]) -> Iterator[LegalLine]:
        for stage in stages:
            yield self._line(self.stage(stage), Source("entry", stage.index, stage.goods))

    def _lines(self, item: Item) -> Iterator[LegalLine]:
        for value in item.values:
            yield replace(self._line(self.value(value), value.source), document=self.document(value))

    def value(self, value: Value) -> str:
        """One value in words."""
        if value.part in _AS_IT_IS:
            return value.text
        if value.part in _LABELLED_DAY and value.day is not None:
            return self._c.t(
                "legal.part.labelled", label=self._c.t(f"product.{value.part}"), value=self._c.date(value.day)
            )
        if value.part in self._value:
            return self._value[value.part](value)
        return f"({value.part}) {value.text}"

    def document(self, value: Value) -> str:
        """Where the document that a value names is shown; empty where it names none, or it is not here."""
        return (self._document_url(parse_ni(value.text)) or "") if value.part == "image" else ""

    def source(self, source: Source) -> str:
        """Where a value comes from; empty where it is the code itself."""
        return "" if source.index is None else self._c.t(f"legal.source.{source.kind}", i=str(source.index))

    def _line(self, text: str, source: Source) -> LegalLine:
        told = source.kind == "entry" and source.index is not None
        return LegalLine(text, self.source(source), f"{self._page}#e{source.index}" if told else "")

    def _certificate(self, value: Value) -> str:
        name = value.text
        if name.startswith("https://"):
            return self._c.t("certificate.unknown", code=document_number(name))
        if value.day is None:
            return name
        key = "certificate.expired" if value.ended else "certificate.until"
        return self._c.t(
            "legal.part.labelled", label=name, value=self._c.t(key, date=self._c.date(value.day))
        )


def code_of(uri: str) -> str:
    """A GS1 URI as application identifiers and values: `(414) 9521001000031 (254) SAY-02`; any other as it is."""
    _, mark, path = uri.partition("://id.gs1.org/")
    parts = path.split("/")
    if not mark or len(parts) % 2:
        return uri
    return " ".join(f"({ai}) {unquote(value)}" for ai, value in zip(parts[::2], parts[1::2], strict=True))
