"""What a document's events say in the light of each other: the rules that need a past, where no log is asked.

The past is what the same document told before; everybody is taken at his word, as one organisation. What only a log
can know is not held against an event: that a serial was never born, that a child was never packed.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from ledger.encoding import JsonValue, b64url_encode, canonical_json
from ledger.epcis.document import MasterItem
from ledger.epcis.event import Event
from ledger.errors import LedgerError, RuleError, Violation
from ledger.lot.told import Told
from ledger.past import Past, born_instances
from ledger.rules import Known, check_in_context, named, pointers
from ledger.statement.filing import Filing, instance_lots, required_filing
from ledger.statement.jws import MAX_STATEMENT, Header, Jwk, Typ
from ledger.statement.trust import KeyRecord

_KID: Final = "A" * 43
_SIGNATURE: Final = 88  # two dots, and 64 bytes in base64url
_ANY_KEY: Final = Jwk.from_public(ec.derive_private_key(1, ec.SECP256R1()).public_key())
_EVERYBODY: Final = KeyRecord(_KID, "", _ANY_KEY, "member", "hosted", (), 0)
_ELSEWHERE: Final = frozenset({"serial.unknown", "aggregation.not_inside"})
"""What another document may have told."""


class DocumentContext:
    """Takes a document's events in order, and says of each what it breaks beside what came before."""

    def __init__(self, withdrawn: Iterable[str], master: Iterable[MasterItem]) -> None:
        """
        Args:
            withdrawn: eventIDs that the document declares to be errors.
            master: what its header describes.
        """
        self._withdrawn = frozenset(withdrawn)
        self._lots: dict[str, str] = {}
        self._contents: dict[str, bytes] = {}
        self._pasts: dict[str, Past] = {}
        self._known = Known(self._past, self._lots.get, {item.id: item.attributes for item in master})

    def check(self, index: int, event: Event, payload: Mapping[str, JsonValue]) -> list[Violation]:
        """What an event breaks: limits, filing, and rules beside what was told before it; then it is told too."""
        filing, found = self._filed(event)
        if filing is not None:
            found += _too_large(filing, payload)
        found += self._named(event, payload)
        if event.error_declaration is None:
            told = Told(index, event, _EVERYBODY, *((filing.about, filing.from_) if filing else ((), ())))
            found += self._born(event)
            found += [each for each in check_in_context(told, self._known) if each.code not in _ELSEWHERE]
            if event.event_id not in self._withdrawn:
                for uri in named(event, self._lots.get):
                    self._past(uri).take(told, self._lots.get)
        return found

    def _past(self, uri: str) -> Past:
        return self._pasts.setdefault(uri, Past(uri))

    def _filed(self, event: Event) -> tuple[Filing | None, list[Violation]]:
        if event.error_declaration is None:
            self._lots.update(instance_lots(event))
        try:
            return required_filing(event, self._lots.get), []
        except LedgerError as error:
            found = violations_of(error)
            # an instance whose lot nobody names: a log may know it, but not what is born just now
            return None, [each for each in found if event.is_birth or each.code not in _ELSEWHERE]

    def _named(self, event: Event, payload: Mapping[str, JsonValue]) -> list[Violation]:
        if event.event_id is None or event.error_declaration is not None:
            return []
        content = canonical_json(dict(payload))
        if self._contents.setdefault(event.event_id, content) == content:
            return []
        message = f"The eventID {event.event_id} has other content before, and no errorDeclaration is here."
        return [Violation("event.id_reused", "/eventID", message, "E", {"eventID": event.event_id})]

    def _born(self, event: Event) -> list[Violation]:
        where = pointers(event)
        return [
            Violation("serial.exists", where[uri], f"{uri} was born before.", "E", {"uri": uri})
            for uri in born_instances(event)
            if self._past(uri).is_born
        ]


def violations_of(error: LedgerError) -> list[Violation]:
    """The violations that an error tells of."""
    if isinstance(error, RuleError):
        return list(error.violations)
    return [Violation(error.code, error.pointer, error.message, "E", error.params)]


def _too_large(filing: Filing, payload: Mapping[str, JsonValue]) -> list[Violation]:
    header = Header(_KID, Typ.EPCIS, filing.about, filing.from_)
    parts = (canonical_json(header.to_json()), canonical_json(dict(payload)))
    size = sum(len(b64url_encode(part)) for part in parts) + _SIGNATURE
    if size <= MAX_STATEMENT:
        return []
    message = f"The event makes a statement of {size} bytes; at most {MAX_STATEMENT} are taken. Split it."
    return [Violation("limit.size", "", message, "E", {"size": size, "limit": MAX_STATEMENT})]
