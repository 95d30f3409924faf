"""What the label of a carton or pallet says, and the papers that it is printed on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from labels.errors import LabelError
from labels.mark import DRAWN, Mark

Data = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class UnitWords:
    """The words of a unit's label in one language; callers bring them from their catalogue."""

    sscc: str = "SSCC"
    content: str = "CONTENT"
    count: str = "COUNT"
    lot: str = "BATCH/LOT"
    packed: str = "PACKED"
    best_before: str = "BEST BEFORE"
    use_by: str = "USE BY"
    scan: str = "Scan to see what is inside"


@dataclass(frozen=True)
class Goods:
    """One thing that a unit holds.

    Attributes:
        gtin: 14 digits.
        count: packs.
        told: how many, as people say it: “48 gói”.
    """

    gtin: str
    product: str
    count: int
    told: str
    lot: str | None = None
    packed: date | None = None
    best_before: date | None = None
    use_by: date | None = None


@dataclass(frozen=True)
class UnitContent:
    """What the label of a carton or pallet says.

    Attributes:
        sscc: 18 digits.
        link: its Digital Link on our host, with the signature (AI 8030) in its query where it has one.
        kind: what it is, in a word: “Thùng hàng”.
        goods: what is inside; of one kind and lot, it stands in the bars too.
        inside: a line about what is inside: “6 thùng”; may be empty.
    """

    sscc: str
    link: str
    kind: str
    company: str
    goods: tuple[Goods, ...] = ()
    inside: str = ""
    address: str = ""
    mark: Mark = DRAWN
    words: UnitWords = field(default=UnitWords())  # frozen


@dataclass(frozen=True)
class UnitSize:
    """A unit label's paper.

    Attributes:
        name: as it is asked for.
        width, height: in mm.
        rows: how many GS1-128 beside the SSCC's it has room for.
        scale: of letters.
        compact: the SSCC is told under its bars only, and the data in smaller letters.
    """

    name: str
    width: float
    height: float
    rows: int
    scale: float = 1.0
    compact: bool = False


UNIT_SIZES: Final[Sequence[UnitSize]] = (
    UnitSize("100x100", 100, 100, 0, compact=True),
    UnitSize("A6", 105, 148, 1),
    UnitSize("A5", 148, 210, 2, 1.35),
)


def unit_size(name: str) -> UnitSize:
    """A size by its name. Raises LabelError: there is none (`label.size`)."""
    found = next((size for size in UNIT_SIZES if size.name.lower() == name.lower()), None)
    if found is None:
        raise LabelError(f"There is no unit label of size {name}.", code="label.size", size=name)
    return found


def data_of(content: UnitContent) -> Data:
    """All that a unit's symbols say: AIs and values, those of known length first."""
    found = [("00", content.sscc)]
    if len(content.goods) == 1:
        (goods,) = content.goods
        found.append(("02", goods.gtin))
        found += [("15", _six(goods.best_before))] if goods.best_before else []
        found += [("17", _six(goods.use_by))] if goods.use_by else []
        found.append(("37", str(goods.count)))
        found += [("10", goods.lot)] if goods.lot else []
    return tuple(found)


def _six(day: date) -> str:
    return day.strftime("%y%m%d")
