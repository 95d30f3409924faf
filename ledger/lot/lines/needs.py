"""Needs that lines share, and a way to say one's own."""

from collections.abc import Callable
from typing import Final

from ledger.lot.lines.line import Need, Parameter, Source
from ledger.lot.lines.readings import readings
from ledger.lot.lines.story import Story

PRACTICE: Final = Source("practice of the line, PROFILE §3", read=True)


def step(name: str, *others: str, why: str, source: Source = PRACTICE) -> Need:
    """A step that must have been done, by local name; any of the others will do instead."""

    def met(story: Story) -> bool:
        return story.done(name, *others)

    return Need(name, met, why, source)


def laboratory(*, why: str, source: Source = PRACTICE) -> Need:
    """A laboratory's good result, with no bad one after it."""

    def met(story: Story) -> bool:
        return story.passed

    return Need("inspecting", met, why, source)


def measured(parameter: Parameter, *, why: str, source: Source = PRACTICE) -> Need:
    """A parameter that a laboratory must have measured."""
    return Need(f"measured_{parameter.code}", _measures(parameter), why, source)


def _measures(parameter: Parameter) -> Callable[[Story], bool]:
    def met(story: Story) -> bool:
        return any(
            reading.parameter == parameter
            for item in story.tests
            for reading in readings(item.event, [parameter])
        )

    return met
