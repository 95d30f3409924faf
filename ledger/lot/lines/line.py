"""What a product line knows: what must have happened before tem, what is plausible, what a laboratory may find.

A line is data. `ledger.lot.lines.rules` asks it about events; a new line is one file beside `honey.py` that ends in
`LINE = Line(…)`. Every figure says where it comes from, and whether that text was read or is remembered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ledger.lot.lines.story import Story

DEFAULT_TOLERANCE: Final = 0.01
"""By what part of the input two scales may differ."""


@dataclass(frozen=True)
class Source:
    """Where a figure comes from.

    Attributes:
        text: law, standard or practice, with its clause where known.
        read: whether the text, or a stored summary of it, was read for this project; what is remembered must be
            looked up before anyone claims conformity with it.
    """

    text: str
    read: bool


@dataclass(frozen=True, eq=False)
class Parameter:
    """Something that sensors and laboratories measure, and how a report is recognised as one of it.

    One object stands for one parameter: lines that share it import it.

    Attributes:
        code: of the catalogue's `line.parameter.<code>`.
        unit: UN/CEFACT Rec 20 unit of the figures beside it; a report in another unit is not read.
        words: beginnings of `nguon:parameter`, in small letters without marks: "do am" reads "Độ ẩm thóc".
        substances: InChIKeys of `chemicalSubstance`, or the last part of `microorganism`.
        types: measurement types of EPCIS for which no name is needed, such as Temperature.
    """

    code: str
    unit: str
    words: tuple[str, ...] = ()
    substances: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


@dataclass(frozen=True)
class Need:
    """Something that must be there before tem may be issued.

    Attributes:
        code: of the catalogue's `line.need.<code>`.
        met: whether a lot's story has it.
        why: a sentence for a person, in English.
        source: who demands it.
        legal: whether the law does, or only the line.
    """

    code: str
    met: Callable[[Story], bool]
    why: str
    source: Source
    legal: bool = False


@dataclass(frozen=True)
class Range:
    """What is plausible for a parameter at some steps; outside it somebody may have mistyped.

    Attributes:
        steps: local names of business steps; empty for any.
    """

    parameter: Parameter
    low: float
    high: float
    source: Source
    steps: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Limit:
    """What a laboratory may find in goods. `at_most` and `at_least` are in the parameter's unit and still allowed."""

    parameter: Parameter
    source: Source
    at_most: float | None = None
    at_least: float | None = None


@dataclass(frozen=True)
class Yield:
    """How much plausibly comes out of a step, in per cent of the mass that went in.

    Attributes:
        step: local name of the business step.
        main: only the output counts whose lot `ilmd` numbers (head rice, and not its bran).
    """

    step: str
    low: float
    high: float
    source: Source
    main: bool = False


@dataclass(frozen=True)
class Hints:
    """By what a lot is recognised as of the line where no description says `nguon:productLine`.

    Attributes:
        steps: local names of business steps that only this line has.
        members: local names of members of events, of their `ilmd`, or of product descriptions.
        substances: InChIKeys that only this line is tested for.
    """

    steps: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    substances: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Line:
    """A product line. `code` is what `nguon:productLine` says, and of the catalogue's `line.name.<code>`."""

    code: str
    needs: tuple[Need, ...]
    hints: Hints = Hints()
    ranges: tuple[Range, ...] = ()
    yields: tuple[Yield, ...] = ()
    limits: tuple[Limit, ...] = ()
    tolerances: Mapping[str, float] = field(default_factory=dict)
    """Local name of a business step -> by what fraction of its inputs its outputs may exceed them."""
    tolerance: float = DEFAULT_TOLERANCE
    """The same for every other step."""
