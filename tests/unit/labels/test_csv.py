"""A print shop's table: exact, in order, and harmless in a spreadsheet."""

import csv as reader
import io
from collections.abc import Iterator
from datetime import date

import pytest

from labels import csv

GOODS = csv.CsvGoods("09521001000055", "TH260117", "Mật ong hoa vải", "HTX Ong, Lục Ngạn", date(2026, 1, 17))


def written(goods: csv.CsvGoods, count: int = 3, hidden: str | None = None) -> bytes:
    out = io.BytesIO()
    made = (
        csv.CsvTem(
            number,
            f"{number:05}K3M9XQ2VB5TZ",
            f"https://nguon.example/01/1/21/{number:05}K3M9XQ2VB5TZ",
            hidden,
        )
        for number in range(1, count + 1)
    )
    assert csv.write(out, made, goods) == count
    return out.getvalue()


def rows(data: bytes) -> list[dict[str, str]]:
    return list(reader.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_it_is_utf_8_with_a_mark_and_windows_line_ends() -> None:
    data = written(GOODS)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n") == 4
    assert rows(data)[0] == {
        "number": "1",
        "serial": "00001K3M9XQ2VB5TZ",
        "serial_text": "00001 K3M9XQ 2VB5TZ",
        "url": "HTTPS://NGUON.EXAMPLE/01/1/21/00001K3M9XQ2VB5TZ",
        "gtin": "09521001000055",
        "lot": "TH260117",
        "product": "Mật ong hoa vải",
        "producer": "HTX Ong, Lục Ngạn",
        "packed": "2026-01-17",
        "use_by": "",
        "hidden": "",
    }


@pytest.mark.parametrize("count", [0, 499, 500, 501, 1_000, 1_001])
def test_every_tem_has_its_row_in_order(count: int) -> None:
    assert [int(row["number"]) for row in rows(written(GOODS, count))] == list(range(1, count + 1))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("http://evil.example")',
        "+84",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "  =1",
        "＝1",
        "\r=1",
        "\n=1",
    ],
)
def test_nothing_that_somebody_named_is_a_formula(text: str) -> None:
    goods = csv.CsvGoods("09521001000055", text, text, text)
    (row,) = rows(written(goods, 1))
    assert {row[name] for name in ("lot", "product", "producer")} == {f"'{text}"}


@pytest.mark.parametrize("text", ["TH-260117", 'Chè "Shan", loại 1', "a\nb", "1=1", ""])
def test_other_texts_stay_as_they_are(text: str) -> None:
    (row,) = rows(written(csv.CsvGoods("1", text, text, text), 1))
    assert {row[name] for name in ("lot", "product", "producer")} == {text}


def test_rows_go_out_while_tem_come() -> None:
    out = io.BytesIO()
    sizes = []

    def tems() -> Iterator[csv.CsvTem]:
        for number in range(2_000):
            sizes.append(out.tell())
            yield csv.CsvTem(number + 1, "K" * 17, "https://nguon.example/01/1", None)

    csv.write(out, tems(), GOODS)
    assert sizes[600] > 1_000
    assert sizes[-1] < len(out.getvalue())
