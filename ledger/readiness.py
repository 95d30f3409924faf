"""Whether a lot is ready for its tem: what its product line asks for, seen over all that it was made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ledger.encoding import JsonValue
from ledger.gs1 import epc
from ledger.gs1.digital_link import product_uri
from ledger.lot import lines
from ledger.lots import Lots, LotStory

MAX_SEEN: Final = 200
"""Ancestors that are looked at, and first events by which a line is recognised."""


@dataclass(frozen=True)
class Readiness:
    """A lot's product line, and what it still asks for before tem may be issued."""

    line: lines.Line
    missing: tuple[lines.Missing, ...]

    @property
    def refused(self) -> bool:
        """Whether tem must wait. What is of no line that we know is not held up: it is only told what it lacks."""
        return bool(self.missing) and self.line is not lines.GENERIC


def readiness_of(lots: Lots, lot: str) -> Readiness:
    """How ready a lot is.

    Raises:
        NotFoundError: nothing is recorded about it (`not_found.lot`).
    """
    material = [kin.uri for kin in lots.ancestors([lot]) if kin.material][:MAX_SEEN]
    story = lots.story(lot, material)
    return judge_readiness(story, lot, lots.descriptions(described_of(story, lot)))


def judge_readiness(story: LotStory, lot: str, described: Mapping[str, Mapping[str, JsonValue]]) -> Readiness:
    """How ready a lot is, by its story and by the descriptions of its products."""
    line = lines.line_of(story.told[:MAX_SEEN], described, lot=lot)
    return Readiness(line, lines.missing_for_tem(line, story.graph, lot=lot, descriptions=described))


def described_of(story: LotStory, lot: str) -> set[str]:
    """What a line asks to be described: the products of a lot and of what went into it, and who told of them."""
    uris = [lot, *(uri for item in story.told for uri in item.event.inputs)]
    products = {product_uri(gtin) for uri in uris if (gtin := epc.gtin_of(uri))}
    return products | {item.signer.org for item in story.told if item.signer is not None}
