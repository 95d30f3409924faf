"""Whether a lot is ready for its tem: what its product line asks for, seen over all that it was made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.encoding import JsonValue
from ledger.gs1 import epc
from ledger.gs1.digital_link import product_uri
from ledger.lot import lines
from ledger.lots import Lots, LotStory

MAX_SEEN: Final = 200
"""Ancestors that are looked at, the nearest first."""


@dataclass(frozen=True)
class Readiness:
    """A lot's product line, and what it still asks for before tem may be issued."""

    line: lines.Line
    missing: tuple[lines.Missing, ...]

    @property
    def refused(self) -> bool:
        """Whether tem must wait. What is of no line that we know is not held up: it is only told what it lacks."""
        return bool(self.missing) and self.line is not lines.GENERIC


def readiness_of(lots: Lots, uri: str) -> Readiness:
    """How ready a lot is.

    Raises:
        NotFoundError: nothing is recorded about it (`not_found.lot`).
    """
    story = lots.story(uri)
    products = {product_uri(gtin) for each in (uri, *inputs_of(story)) if (gtin := epc.gtin_of(each))}
    described = lots.descriptions(products)
    line = lines.line_of(story.told, described, lot=uri)
    return Readiness(line, missing_for_tem(lots, line, story, uri, described))


def missing_for_tem(
    lots: Lots,
    line: lines.Line,
    story: LotStory,
    lot: str,
    described: Mapping[str, Mapping[str, JsonValue]],
) -> tuple[lines.Missing, ...]:
    """What the lot's product line still asks for, seen over all that it was made of."""
    made_of = [kin.uri for kin in lots.ancestors([lot]) if kin.material][:MAX_SEEN]
    told = {item.index: item for item in (*lots.told_of(made_of), *story.told)}
    return lines.missing_for_tem(
        line, [told[index] for index in sorted(told)], lot=lot, descriptions=described
    )


def inputs_of(story: LotStory) -> Sequence[str]:
    """What went into the lot directly, as its events name it."""
    return [uri for item in story.told for uri in item.event.inputs]
