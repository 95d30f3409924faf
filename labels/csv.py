"""Tem as a table for a print shop: one row each, as spreadsheets and variable-data printing read them.

    file = BOM row*                     UTF-8, so that Excel takes it for what it is
    row  = cell *("," cell) CR LF       RFC 4180; the first row has the columns' names

What a lot or a product is called came from somebody: a text that a spreadsheet would take for a formula gets an
apostrophe before it.

Source: RFC 4180; OWASP, CSV Injection.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import BinaryIO, Final

from labels.content import serial_groups
from labels.form import printed_form

MEDIA_TYPE: Final = "text/csv; charset=utf-8"
COLUMNS: Final = (
    "number",
    "serial",
    "serial_text",
    "url",
    "gtin",
    "lot",
    "product",
    "producer",
    "packed",
    "use_by",
    "hidden",
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_TOGETHER: Final = 500


@dataclass(frozen=True)
class CsvTem:
    """What is a tem's own.

    Attributes:
        number: its place in the roll, from 1.
        serial: 17 characters.
        code: its Digital Link.
        hidden: the code of its second layer, or nothing.
    """

    number: int
    serial: str
    code: str
    hidden: str | None = None


@dataclass(frozen=True)
class CsvGoods:
    """What all tem of a roll have alike; days as ISO 8601 writes them."""

    gtin: str
    lot: str
    product: str
    producer: str = ""
    packed: date | None = None
    use_by: date | None = None


def write(out: BinaryIO, tems: Iterable[CsvTem], goods: CsvGoods) -> int:
    """The table, written as the tem come.

    Args:
        out: is written from front to end, and left open.

    Returns:
        How many rows have a tem.
    """
    alike = [safe(goods.gtin), safe(goods.lot), safe(goods.product), safe(goods.producer)]
    alike += [day.isoformat() if day else "" for day in (goods.packed, goods.use_by)]
    text, count = StringIO(newline=""), 0
    writer = csv.writer(text, lineterminator="\r\n")
    out.write(b"\xef\xbb\xbf")
    writer.writerow(COLUMNS)
    for count, tem in enumerate(tems, 1):  # how many there were is the answer
        groups = " ".join(serial_groups(tem.serial))
        writer.writerow(
            [tem.number, tem.serial, groups, printed_form(tem.code), *alike, tem.hidden or ""],
        )
        if count % _TOGETHER == 0:
            out.write(text.getvalue().encode())
            text.seek(0)
            text.truncate()
    out.write(text.getvalue().encode())
    return count


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
