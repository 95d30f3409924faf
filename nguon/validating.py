"""What is wrong with an EPCIS document, as far as the document alone can tell: no database, no network.

shape    the schema's verdict: what EPCIS 2.0 itself lays down
profile  that, and what this ledger's profile adds: strict JSON, identifiers, contexts, the rules that an event
         breaks alone or beside what the document told before it, limits, how events are filed
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

import jiter

from ledger.encoding import JsonValue, parse_json
from ledger.epcis.checks import check_event
from ledger.epcis.document import MAX_DOCUMENT, Document, read_document
from ledger.epcis.event import read_event
from ledger.epcis.schema import check_document
from ledger.errors import EncodingError, LedgerError, Violation
from nguon.document_context import DocumentContext, violations_of

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
    context = DocumentContext(_withdrawn(document), document.master)
    for index, (pointer, payload) in enumerate(document.events):
        try:
            event = read_event(payload)
        except LedgerError as error:
            broken = violations_of(error)
        else:
            broken = check_event(event, now=now)
            known = {(each.code, each.pointer) for each in broken}
            beside = context.check(index, event, payload)
            broken += [each for each in beside if (each.code, each.pointer) not in known]
        found += [replace(each, pointer=pointer + each.pointer) for each in broken]
    return found


def _withdrawn(document: Document) -> list[str]:
    declared = (payload.get("eventID") for _, payload in document.events if "errorDeclaration" in payload)
    return [event_id for event_id in declared if isinstance(event_id, str)]


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
