"""Rules per product line: herb, rice, honey, and the generic one for everything else.

A line is one file with a `LINE`; docs/product-lines.md shows how to add one.
"""

from ledger.lot.lines.line import Line
from ledger.lot.lines.registry import GENERIC, LINES
from ledger.lot.lines.rules import Missing, line_of, missing_for_tem, out_of_range, tolerance

__all__ = ["GENERIC", "LINES", "Line", "Missing", "line_of", "missing_for_tem", "out_of_range", "tolerance"]
