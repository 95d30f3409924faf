"""What is wrong with an EPCIS document, as far as the document alone can tell: no database, no network.

shape    the schema's verdict: what EPCIS 2.0 itself lays down
profile  that, and what capture would refuse or warn of before it asks the log: strict JSON, identifiers, contexts,
         the stateless rules, limits, how events are filed, an ID used twice in the document
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

import jiter

from ledger.encoding import JsonValue, b64url_encode, canonical_json, parse_json
from ledger.epcis.checks import check_event
from ledger.epcis.document import MAX_DOCUMENT, MAX_STATEMENT, read_document
from ledger.epcis.event import Event, read_event
from ledger.epcis.schema import check_document
from ledger.errors import EncodingError, LedgerError, RuleError, Violation
from ledger.statement.filing import Filing, instance_lots, required_filing
from ledger.statement.jws import Header, Typ

_KID: Final = "A" * 43
_SIGNATURE: Final = 88  # two dots, and 64 bytes in base64url
_UNKNOWN: Final = "serial.unknown"
"""An instance whose lot nobody names: the log may know it, but not what is born just now."""
_OURS: Final = frozenset({"json.duplicate_member", "json.number_range", "text.not_nfc"})
"""What the profile asks of JSON, and JSON itself does not (RFC 8259)."""


def shape_violations(data: bytes) -> list[Violation]:
    """What a document's bytes break of EPCIS 2.0's own shape.

    Codes: `json.syntax`, `limit.size` (over 16 MiB), `event.shape`, `event.vocabulary`, `event.no_subject`.
    """
    try:
        return check_document(_plain_json(data))
    except EncodingError as error:
        return violations_of(error)


def profile_violations(data: bytes, *, now: datetime) -> list[Violation]:
    """What a document's bytes break of EPCIS 2.0 and of the profile, in the order of the events.

    Args:
        now: the clock that events may not be ahead of, timezone-aware.
    """
    try:
        document = read_document(data, queries=True)
    except LedgerError as error:
        return violations_of(error)
    found: list[Violation] = []
    told = _Told()
    for pointer, payload in document.events:
        try:
            event = read_event(payload)
        except LedgerError as error:
            found += violations_of(error, pointer)
            continue
        broken = check_event(event, now=now)
        known = {(each.code, each.pointer) for each in broken}
        broken += [each for each in told.check(event, payload) if (each.code, each.pointer) not in known]
        found += [replace(each, pointer=pointer + each.pointer) for each in broken]
    return found


def violations_of(error: LedgerError, pointer: str = "") -> list[Violation]:
    """The violations that an error tells of, their pointers below `pointer`."""
    if isinstance(error, RuleError):
        return [replace(each, pointer=pointer + each.pointer) for each in error.violations]
    return [Violation(error.code, pointer + error.pointer, error.message, "E", error.params)]


class _Told:
    """What the document told before: lots of instances, and content under each eventID."""

    def __init__(self) -> None:
        self._lots: dict[str, str] = {}
        self._contents: dict[str, bytes] = {}

    def check(self, event: Event, payload: Mapping[str, JsonValue]) -> list[Violation]:
        """What an event breaks of limits and filing, and of what was told before it."""
        return [*self._filed(event, payload), *self._named(event, payload)]

    def _filed(self, event: Event, payload: Mapping[str, JsonValue]) -> list[Violation]:
        if event.error_declaration is None:
            self._lots.update(instance_lots(event))
        try:
            filing = required_filing(event, self._lots.get)
        except LedgerError as error:
            return [each for each in violations_of(error) if event.is_birth or each.code != _UNKNOWN]
        size = _statement_size(filing, payload)
        if size <= MAX_STATEMENT:
            return []
        message = f"The event makes a statement of {size} bytes; at most {MAX_STATEMENT} are taken. Split it."
        return [Violation("limit.size", "", message, "E", {"size": size, "limit": MAX_STATEMENT})]

    def _named(self, event: Event, payload: Mapping[str, JsonValue]) -> list[Violation]:
        if event.event_id is None or event.error_declaration is not None:
            return []
        content = canonical_json(dict(payload))
        if self._contents.setdefault(event.event_id, content) == content:
            return []
        message = f"The eventID {event.event_id} has other content before, and no errorDeclaration is here."
        return [Violation("event.id_reused", "/eventID", message, "E", {"eventID": event.event_id})]


def _statement_size(filing: Filing, payload: Mapping[str, JsonValue]) -> int:
    """Bytes of the signed statement that an event makes."""
    header = Header(_KID, Typ.EPCIS, filing.about, filing.from_)
    parts = (canonical_json(header.to_json()), canonical_json(dict(payload)))
    return sum(len(b64url_encode(part)) for part in parts) + _SIGNATURE


def _plain_json(data: bytes) -> JsonValue:
    """JSON as RFC 8259 has it: of a name that stands twice the last counts, and numbers have any size."""
    try:
        return parse_json(data, max_bytes=MAX_DOCUMENT)
    except EncodingError as error:
        if error.code not in _OURS:
            raise
    try:
        value: JsonValue = jiter.from_json(data, allow_inf_nan=False, float_mode="decimal")
    except ValueError as error:
        raise EncodingError(f"not JSON: {error}") from error
    return value
