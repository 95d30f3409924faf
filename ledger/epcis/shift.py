"""Moving a sample's dates by whole days, all of them together.

Samples are dated in the past, and verdicts depend on the calendar: a demo moves every date so that the last event is
yesterday. A text is moved where all of it is a date, a date-time or an interval of two, wherever it stands: times of
events, sensors and declarations, dates of `ilmd` (harvest, production, expiry), validity of certificates, the
document's own date. Codes that merely contain a date, such as a lot's number, stay as they are printed.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from ledger.encoding import JsonValue
from ledger.epcis.reader import parse_time

_DATE: Final = r"\d{4}-\d\d-\d\d"
_MOMENT: Final = re.compile(
    rf"(?P<date>{_DATE})(?P<clock>T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+\-]\d\d:\d\d))?", re.ASCII
)


def shift_times(document: Mapping[str, JsonValue], days: int) -> dict[str, JsonValue]:
    """A copy of a document whose dates are all `days` later (earlier, if negative); clock times and offsets stay."""
    step = timedelta(days=days)
    return {name: _shift(member, step) for name, member in document.items()}


def last_event_day(documents: Iterable[Mapping[str, JsonValue]]) -> date:
    """The day of the latest event in some documents, in the event's own offset.

    Raises:
        ValueError: they hold no event.
    """
    moments = [moment for document in documents for moment in _event_times(document)]
    if not moments:
        raise ValueError("no document holds an event")
    return max(moments).date()


def _event_times(document: Mapping[str, JsonValue]) -> Iterable[datetime]:
    body = document.get("epcisBody")
    events = body.get("eventList") if isinstance(body, dict) else None
    for event in events if isinstance(events, list) else ():
        text = event.get("eventTime") if isinstance(event, dict) else None
        if isinstance(text, str):
            yield parse_time(text)


def _shift(value: JsonValue, step: timedelta) -> JsonValue:
    if isinstance(value, str):
        return _shift_text(value, step)
    if isinstance(value, list):
        return [_shift(item, step) for item in value]
    if isinstance(value, dict):
        return {name: _shift(member, step) for name, member in value.items()}
    return value


def _shift_text(text: str, step: timedelta) -> str:
    parts = text.split("/")
    found = [_MOMENT.fullmatch(part) for part in parts]
    if len(parts) > 2 or not all(found):
        return text
    try:
        return "/".join(_moved(match, step) for match in found if match is not None)
    except (ValueError, OverflowError):
        return text


def _moved(match: re.Match[str], step: timedelta) -> str:
    return (date.fromisoformat(match["date"]) + step).isoformat() + (match["clock"] or "")
