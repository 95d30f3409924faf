"""What a tem says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from labels.errors import LabelError
from labels.faces import printable
from labels.lines import NO_BREAK
from labels.mark import DRAWN, Mark

_NET: Final = re.compile(r"(\d) (\w{1,3})\b")  # a number and its unit, such as 50 g
_GROUPS: Final = (5, 6, 6)


@dataclass(frozen=True)
class LabelWords:
    """The words of a label in one language; callers bring them from their catalogue."""

    lot: str = "Lot"
    packed: str = "Packed"
    use_by: str = "Best before"
    scan: str = "Scan to see its record"
    scratch: str = "Scratch gently for the hidden code"


@dataclass(frozen=True)
class LabelContent:
    """What one tem says.

    Attributes:
        printed: the text of its QR (`labels.form.printed_form` of its code).
        serial: as in the code, 17 characters; printed in groups of 5, 6 and 6.
        packed, use_by: days; what is None is not printed.
        producer: short name of the cooperative.
        hidden: the code of the second layer, for a size with a scratch area.
        signature: whether the code carries the cooperative's signature (GS1 AI 8030).
        mark: of the cooperative.
    """

    printed: str
    product: str
    lot: str
    serial: str
    packed: date | None = None
    use_by: date | None = None
    producer: str = ""
    hidden: str | None = None
    signature: bool = False
    mark: Mark = DRAWN
    words: LabelWords = field(default=LabelWords())

    def spelled(self) -> "LabelContent":
        """The same in letters that the typeface has, white space made plain."""

        def plain(text: str) -> str:
            return printable(" ".join(text.split()))

        words = self.words
        return replace(
            self,
            product=_NET.sub(rf"\1{NO_BREAK}\2", plain(self.product)),
            lot=plain(self.lot),
            producer=plain(self.producer),
            words=LabelWords(
                plain(words.lot),
                plain(words.packed),
                plain(words.use_by),
                plain(words.scan),
                plain(words.scratch),
            ),
        )


@dataclass(frozen=True)
class LabelSize:
    """A label's paper.

    Attributes:
        name: as it is asked for, such as `40x30`.
        width, height: in mm.
        scratch: whether it has an area to scratch off.
    """

    name: str
    width: float
    height: float
    scratch: bool = False


SIZES: Final[Sequence[LabelSize]] = (
    LabelSize("30x20", 30, 20),
    LabelSize("20x30", 20, 30),
    LabelSize("35x22", 35, 22),
    LabelSize("40x30", 40, 30),
    LabelSize("50x30", 50, 30),
    LabelSize("60x40", 60, 40),
    LabelSize("63.5x38.1", 63.5, 38.1),
    LabelSize("99.1x38.1", 99.1, 38.1),
    LabelSize("50x30-scratch", 50, 30, scratch=True),
    LabelSize("63.5x38.1-scratch", 63.5, 38.1, scratch=True),
)


def size_named(name: str) -> LabelSize:
    """A size by its name, or by `WIDTHxHEIGHT` in mm, with `-scratch` after it for a scratch area.

    Raises:
        LabelError: it is neither (`label.size`).
    """
    for size in SIZES:
        if size.name == name:
            return size
    plain = name.removesuffix("-scratch")
    try:
        width, height = (float(part) for part in plain.split("x"))
    except ValueError:
        width = height = 0.0
    if not (10 <= width <= 210 and 10 <= height <= 297):
        known = ", ".join(size.name for size in SIZES)
        message = f"{name} is no size of a label: write WIDTHxHEIGHT in mm, or one of {known}."
        raise LabelError(message, code="label.size", size=name, known=known)
    return LabelSize(name, width, height, scratch=plain != name)


def serial_groups(serial: str) -> list[str]:
    """A serial in groups of 5, 6 and 6, as it is read aloud; any other length in groups of 6."""
    if len(serial) != sum(_GROUPS):
        return [serial[at : at + 6] for at in range(0, len(serial), 6)]
    groups, at = [], 0
    for length in _GROUPS:
        groups.append(serial[at : at + length])
        at += length
    return groups


def hidden_groups(code: str) -> list[str]:
    """A hidden code in groups of four."""
    return [code[at : at + 4] for at in range(0, len(code), 4)]
