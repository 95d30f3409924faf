"""The lines there are: every module of this package that has a `LINE`."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from ledger.lot.lines import generic
from ledger.lot.lines.line import Line

GENERIC: Final = generic.LINE
"""The line of what no other line knows."""

_PACKAGE: Final = __name__.rpartition(".")[0]


def found() -> Iterator[Line]:
    """The lines of the package as it stands, in no order."""
    for module in iter_modules(import_module(_PACKAGE).__path__, _PACKAGE + "."):
        if module.name == __name__ or module.name.endswith(".rules"):
            continue
        line = getattr(import_module(module.name), "LINE", None)
        if isinstance(line, Line):
            yield line


LINES: Final[tuple[Line, ...]] = tuple(sorted(found(), key=lambda line: line.code))
"""All lines, in the order of their codes."""
