"""The table of links, for a terminal."""

from collections.abc import Sequence

from rich import box
from rich.table import Table as RichTable
from rich.text import Text

from nguon.demo.rows import Result
from nguon.demo.words import Words

STYLES = {
    "verified": "green",
    "stale": "yellow",
    "recorded": "yellow",
    "incomplete": "yellow",
    "expired": "red",
    "recalled": "bold red",
    "unknown": "red",
    "tampered": "bold red",
    "malformed": "magenta",
}


class Table:
    """Prints results: the verdict with its Vietnamese title, what was scanned, and the page to open."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def of(self, results: Sequence[Result]) -> RichTable:
        """One row per code."""
        table = RichTable(
            title=f"{self._words.en('head')}\n{self._words.vi('head')}",
            title_style="bold",
            box=box.ROUNDED,
            show_lines=True,
        )
        table.add_column(self._heading("column.verdict"), min_width=17)
        table.add_column(self._heading("column.what"), overflow="fold")
        for result in results:
            table.add_row(self._verdict(result), self._what(result))
        return table

    def wrong(self, result: Result) -> Text:
        """What is not as it must be about a result."""
        values = {
            "expected": result.row.expected.value,
            "verdict": result.verdict,
            "shown": result.shown or "-",
            "offline": result.offline or "-",
        }
        return Text(f"{result.row.name}: {self._words.en('wrong', **values)}", style="bold red")

    def _heading(self, key: str) -> str:
        return f"{self._words.en(key)} · {self._words.vi(key)}"

    def _verdict(self, result: Result) -> Text:
        mark = "" if result.is_right else " ✗"
        said = Text(f"{result.verdict}{mark}\n", style=STYLES.get(result.verdict, "bold"))
        return said.append(self._words.title(result.verdict), style="not bold default")

    def _what(self, result: Result) -> Text:
        said = Text(self._words.en(f"row.{result.row.name}"))
        said.append(f"\n{self._words.vi(f'row.{result.row.name}')}\n", style="dim")
        return said.append(result.url, style=f"cyan link {result.url}")
