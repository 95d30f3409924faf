"""The words of a tem: which lines, how large, in what order, for a column of some width."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from labels.checks import MIN_X_HEIGHT
from labels.content import LabelContent, serial_groups
from labels.drawing import BLACK, Weight
from labels.faces import ACCENTS, DESCENT, X_HEIGHT, face
from labels.lines import broken, shortened, wrapped
from labels.mark import SPRING

GREY: Final = "#42534b"
MIN_EM: Final = MIN_X_HEIGHT / X_HEIGHT
MAX_EM: Final = 4.0
LEADING: Final = 1.2
"""From base line to base line, of an em."""
TOP: Final = ACCENTS - 0.06
"""From the top of a column to its first base line, of an em."""
_MARK: Final = {1: 1.55, 2: 2.2}  # how high it is beside so many lines, of an em
_BESIDE: Final = 0.5
MIN_SERIAL: Final = 1.9
"""mm, the em of a serial: it is of capitals and digits alone, and may be set a little smaller yet where it is wide."""
_SERIAL_EM: Final = 0.7  # what its characters take, nearly always


@dataclass(frozen=True)
class Row:
    """One line of words. `gap` is what is left free above it, in mm; `own` says that it is another on each label."""

    text: str
    size: float
    weight: Weight = 400
    ink: str = BLACK
    gap: float = 0.0
    own: str = ""


class Column:
    """The words of a run of tem. Lines that are another on each label are left empty, and say so."""

    def __init__(self, content: LabelContent, *, scratch: bool, mono: bool) -> None:
        self._content, self._scratch, self._mono = content, scratch, mono

    def rows(self, width: float, em: float, drop: frozenset[str], tight: bool) -> list[Row] | None:
        """The lines of words at a size of letters; None if they do not fit the width."""
        said, words = self._content, self._content.words
        rows: list[Row] = []
        bold = SPRING if not self._mono else BLACK
        small = max(em * 0.86, MIN_SERIAL) if tight else em
        if "head" not in drop:
            rows += self._head_rows(self.head(width, em))
        if "scan" not in drop:
            lines = wrapped(words.scan, 700, em, width)
            if lines is None or len(lines) > 1:
                return None
            rows.append(Row(lines[0], em, 700, bold, em * 0.12))
        if "product" not in drop:
            named = self._product(width, em, tight)
            if named is None:
                return None
            gap = em * (0.1 if tight else 0.35) if rows else 0.0
            rows += [replace(row, gap=0.0 if at else gap) for at, row in enumerate(named)]
        gap = em * 0.12 if rows else 0.0
        for at, line in enumerate(broken(f"{words.lot} {said.lot}", 400, em, width)):
            rows.append(Row(line, em, gap=0.0 if at else gap))
        if said.packed is not None and "packed" not in drop:
            lines = wrapped(f"{words.packed} {said.packed:%d/%m/%Y}", 400, em, width)
            if lines is None or len(lines) > 1:
                return None
            rows += [Row(line, em) for line in lines]
        if said.use_by is not None:
            dated = self._dated(f"{words.use_by} {said.use_by:%d/%m/%Y}", em, small, width)
            if not dated or (len(dated) > 1 and not tight):
                return None
            rows += dated
        serial = _serial_rows(said.serial, width, small, em * (0.12 if tight else 0.3), self._mono)
        if serial is None or (len(serial) > 2 and not tight):
            return None
        rows += serial
        if self._scratch:
            lines = wrapped(words.scratch, 400, em, width)
            if lines is None or len(lines) > (2 if tight else 1):
                return None
            rows += [Row(line, em, gap=0.0 if at else em * 0.35) for at, line in enumerate(lines)]
        return rows

    def _product(self, width: float, em: float, tight: bool) -> list[Row] | None:
        """The name of the product: larger than the rest, less so where that saves a line; None if it does not fit."""
        name = self._content.product
        for size in (em * 1.22, em * 1.1, em)[2 if tight else 0 :]:
            if face(700).width(name, size) <= width:
                return [Row(name, size, 700)]
        size, most = (em, 3) if tight else (em * 1.22, 2)
        lines = wrapped(name, 700, size, width)
        if lines is None and not tight:
            return None
        lines = lines if lines is not None else broken(name, 700, size, width)
        if len(lines) > most and not (tight and em <= MIN_EM + 1e-6):
            return None
        return [Row(line, size, 700) for line in shortened(lines, most, 700, size, width)]

    @staticmethod
    def _dated(text: str, em: float, small: float, width: float) -> list[Row]:
        """A bold line or two; of capitals and digits alone smaller letters do. Nothing if too wide."""
        kind = face(700)
        lines = wrapped(text, 700, em, width) or wrapped(text, 700, small, width) or []
        sizes = [small if kind.width(line, em) > width and line == line.upper() else em for line in lines]
        if any(kind.width(line, size) > width for line, size in zip(lines, sizes, strict=True)):
            return []
        return [Row(line, size, 700) for line, size in zip(lines, sizes, strict=True)]

    def head(self, width: float, em: float) -> "Head":
        """The cooperative beside its mark: smaller letters where that saves a line, two lines where it must be."""
        name = self._content.producer
        for lines in (1, 2):
            size = em
            while True:
                high = size * _MARK[lines]
                room = width - self._mark_width(high, em) - size * _BESIDE
                said = wrapped(name, 700, size, room) if room > 0 else None
                if said is not None and len(said) <= lines:
                    return Head(tuple(said), size, high, self._mark_width(high, em))
                if size <= MIN_EM + 1e-6:
                    break
                size = max(MIN_EM, size - 0.1)
        said = shortened(broken(name, 700, size, max(room, size)), 2, 700, size, max(room, size))
        return Head(tuple(said), size, high, self._mark_width(high, em))

    def _head_rows(self, head: "Head") -> list[Row]:
        gap = max(
            0.0, (head.mark_height - head.size * (len(head.lines) - 1) * LEADING) / 2 - head.size * 0.55
        )
        ink = BLACK if self._mono else SPRING
        lines = head.lines or ("",)
        return [Row(line, head.size, 700, ink, 0.0 if at else gap, "head") for at, line in enumerate(lines)]

    def _mark_width(self, high: float, em: float) -> float:
        """The width of the mark, which is made lower where it would be wider than six letters."""
        mark = self._content.mark
        return min(high * mark.width / mark.height, em * 6)


@dataclass(frozen=True)
class Head:
    """The name of the cooperative in one line or two, beside its mark; sizes in mm."""

    lines: tuple[str, ...]
    size: float
    mark_height: float
    mark_width: float

    @property
    def beside(self) -> float:
        """What is left free between the mark and the name."""
        return self.size * _BESIDE if self.lines else 0.0


def height(rows: Sequence[Row]) -> float:
    """From the top of the marks on the first line's capitals to the last line's descenders, in mm."""
    if not rows:
        return 0.0
    above = rows[0].size * TOP + rows[0].gap
    return above + sum(row.gap + row.size * LEADING for row in rows[1:]) + rows[-1].size * DESCENT


def _serial_rows(serial: str, width: float, size: float, gap: float, mono: bool) -> list[Row] | None:
    """The serial's groups on as few lines as hold them."""
    groups = serial_groups(serial)
    space = face(400).advance(" ")
    for count in range(1, len(groups) + 1):
        cuts = _cuts(len(groups), count)
        widest = max(
            sum(len(group) for group in groups[first:last]) * _SERIAL_EM + (last - first - 1) * space
            for first, last in cuts
        )
        fit = min(size, width / widest)
        if fit >= min(size, max(MIN_SERIAL, size * 0.82)):
            return [
                Row("", fit, 400, BLACK if mono else GREY, 0.0 if at else gap, own=f"{first}-{last}")
                for at, (first, last) in enumerate(cuts)
            ]
    return None


def _cuts(groups: int, lines: int) -> list[tuple[int, int]]:
    """Groups shared out among lines, the first ones longer."""
    at, cuts = 0, []
    for line in range(lines):
        take = -(-(groups - at) // (lines - line))
        cuts.append((at, at + take))
        at += take
    return cuts
