"""The journey: what the lot and everything it was made from went through, oldest first.

Entries of one day and one signer stand together. A withdrawn entry stays, struck, with its correction under
it; an entry whose content is withheld stays too, as an empty line. Order is the day it happened, as the signer
says; when the ledger took it in is said beside it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from api.pages.context import DocumentUrl, no_documents
from api.pages.hands import Hands
from api.pages.i18n import VIETNAM, Catalogue
from api.pages.model import Document, StoryGroup, StoryLine
from api.pages.names import Names, lot_of
from api.pages.reading import EventReader
from api.pages.sentences import Teller
from ledger.lot.documents import attachments
from ledger.proof.target import Target
from ledger.proof.verification import Verification, VerifiedEntry

_EVENT = 1


@dataclass(frozen=True)
class Told:
    """An entry ready to be told: its event (None where withheld), and when it happened."""

    entry: VerifiedEntry
    event: EventReader | None
    when: datetime

    @property
    def standing(self) -> EventReader | None:
        """The event if it says something: shown, no declaration of error, not withdrawn by one."""
        stands = self.event is not None and not self.event.is_error and self.entry.voided_by is None
        return self.event if stands else None


def own_uris(target: Target | None) -> frozenset[str]:
    """The lot and its instance."""
    if target is None:
        return frozenset()
    return frozenset(uri for uri in (target.lot_uri, target.instance_uri) if uri)


def readable(entry: VerifiedEntry) -> EventReader | None:
    """The event of an entry; None where its content is withheld or it is no event."""
    return EventReader(entry.statement.payload) if entry.statement and entry.kind == _EVENT else None


def all_entries(found: Verification) -> list[VerifiedEntry]:
    """The lot's own entries and its ancestors', each once, in the order of the log."""
    once: dict[int, VerifiedEntry] = {}
    for entry in (*found.entries, *(entry for parent in found.ancestors for entry in parent.entries)):
        kept = once.get(entry.index)
        if kept is None or (kept.voided_by is None and entry.voided_by is not None):
            once[entry.index] = entry
    return [once[index] for index in sorted(once)]


def events_of(found: Verification) -> list[Told]:
    """All events that can be told, by when they happened; declarations of error among them."""
    told = []
    for entry in all_entries(found):
        if entry.kind != _EVENT:
            continue
        event = readable(entry)
        when = (event.time if event else None) or entry.time.astimezone(VIETNAM)
        told.append(Told(entry, event, when))
    return sorted(told, key=lambda item: (item.when, item.entry.index))


def story(
    found: Verification,
    names: Names,
    catalogue: Catalogue,
    own: frozenset[str],
    document_url: DocumentUrl = no_documents,
) -> tuple[StoryGroup, ...]:
    """The groups of the journey."""
    told = events_of(found)
    teller = Teller(names, catalogue, own)
    by_index = {item.entry.index: item for item in told}
    writer = _Writer(names, catalogue, teller, own, by_index, document_url)
    shown = [item for item in told if not writer.is_spoken_for(item)]
    return tuple(
        writer.group(list(group))
        for _, group in groupby(shown, key=lambda item: (item.when.date(), _org(item)))
    )


def _org(item: Told) -> str:
    return item.entry.signer.org if item.entry.signer else ""


class _Writer:
    def __init__(
        self,
        names: Names,
        catalogue: Catalogue,
        teller: Teller,
        own: frozenset[str],
        told: Mapping[int, Told],
        document_url: DocumentUrl,
    ) -> None:
        self._names = names
        self._c = catalogue
        self._teller = teller
        self._own = own
        self._told = told
        self._document_url = document_url
        self._withdrawing = {item.entry.voided_by for item in told.values()} - {None}
        standing = (item.entry for item in told.values() if item.standing is not None)
        self._hands = Hands(standing, names, catalogue, teller)

    def is_spoken_for(self, item: Told) -> bool:
        """A declaration of error that withdraws an entry shown is told under that entry."""
        return item.entry.index in self._withdrawing

    def group(self, items: list[Told]) -> StoryGroup:
        first = items[0]
        signer = first.entry.signer
        told = [(item, self._teller.tell(item.event) if item.event else None) for item in items]
        icon = next((sentence.icon for _, sentence in told if sentence), "file")
        return StoryGroup(
            day=self._c.date(first.when),
            iso=first.when.date().isoformat(),
            icon=icon,
            lab=signer is not None and signer.role == "laboratory",
            signer=self._names.party_short(signer.org) if signer else "",
            custody=self._c.t(f"custody.{signer.custody}") if signer else "",
            entered=self._entered(items),
            lines=tuple(self._line(item) for item in items),
        )

    def _line(self, item: Told) -> StoryLine:
        entry = item.entry
        if item.event is None:
            return StoryLine(
                entry.index,
                self._c.t("story.withheld"),
                (self._c.t("story.withheld_body"),),
                self._lot(entry),
                pending=entry.pending,
                withheld=True,
            )
        if item.event.is_error:
            return StoryLine(
                entry.index, self._c.t("story.error"), (), self._lot(entry), pending=entry.pending
            )
        sentence = self._teller.tell(item.event)
        return StoryLine(
            entry.index,
            sentence.title,
            sentence.details,
            self._lot(entry, sentence.details),
            struck=entry.voided_by is not None,
            correction=self._correction(entry.voided_by),
            pending=entry.pending,
            alert=sentence.alert,
            documents=self._documents(item.event),
            hands=self._hands.of(entry.index),
        )

    def _documents(self, event: EventReader) -> tuple[Document, ...]:
        """Photos and reports that an event names; one that is not here whole is named without a link."""
        named = attachments(event.payload)
        return tuple(
            Document(item.title or self._c.t("story.document"), self._document_url(item.digest) or "")
            for item in named
        )

    def _lot(self, entry: VerifiedEntry, said: tuple[str, ...] = ()) -> str:
        """The lot that an entry is about, unless it is the page's own or the details name it."""
        lot = "" if entry.uri in self._own else lot_of(entry.uri)
        if any(lot in detail for detail in said):
            return ""
        return self._c.t("story.lot", lot=lot) if lot else ""

    def _correction(self, index: int | None) -> str:
        if index is None:
            return ""
        declaration = self._told.get(index)
        if declaration is None:
            return self._c.t("story.corrected")
        reason = declaration.event.error_reason if declaration.event else ""
        why = self._c.maybe(f"correction.{reason}") if reason else ""
        day = self._c.date(declaration.entry.time.astimezone(VIETNAM))
        if not reason:
            return self._c.t("story.corrected")
        return self._c.t("story.corrected_why", date=day, reason=why or reason)

    def _entered(self, items: Iterable[Told]) -> str:
        days = sorted({item.entry.time.astimezone(VIETNAM).date() for item in items})
        if len(days) == 1:
            return self._c.t("story.entered", date=self._c.date(days[0]))
        return self._c.t("story.entered_span", first=self._c.date(days[0]), last=self._c.date(days[-1]))
