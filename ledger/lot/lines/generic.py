"""The generic line: what the law wants of any produce, and nothing more."""

from ledger.lot.lines.legal import LEGAL
from ledger.lot.lines.line import Line

LINE = Line(code="generic", needs=LEGAL, tolerance=0.02)
