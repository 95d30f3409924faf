"""The samples that the demo reads: all dates moved together."""

import json
from datetime import date, datetime

import pytest

from nguon.demo import samples

LABORATORY = "https://id.gs1.org/417/9521090000011"


def event_times(read: samples.Samples) -> list[datetime]:
    bodies = [json.loads(document).get("epcisBody", {}) for _, document in read.documents]
    return [
        datetime.fromisoformat(event["eventTime"]) for body in bodies for event in body.get("eventList", [])
    ]


@pytest.mark.parametrize("today", [date(2026, 11, 24), date(2028, 2, 29), date(2026, 3, 3)])
def test_the_last_event_is_yesterday(today: date) -> None:
    times = event_times(samples.read(today))
    assert len(times) == 26 + 28 + 30
    assert (today - max(times).date()).days == 1


def test_distances_between_events_stay() -> None:
    times, later = (event_times(samples.read(day)) for day in (date(2026, 3, 3), date(2027, 6, 1)))
    assert [time - times[0] for time in times] == [time - later[0] for time in later]


def test_every_document_is_of_an_organisation_that_joins() -> None:
    read = samples.read(date(2026, 11, 24))
    joined = {who.org for who in read.organisations}
    assert {org for org, _ in read.documents} <= joined


def test_only_the_laboratory_keeps_its_own_key() -> None:
    read = samples.read(date(2026, 11, 24))
    assert [who.org for who in read.organisations if who.signs_itself] == [LABORATORY]
