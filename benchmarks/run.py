"""`make bench`: measure, and print a table of ratios.

    python -m benchmarks.run [--json] [--quick] [--rounds N] [--only WORD] [--directory DIR]

Every line compares two ways of doing the same thing, run in turn in the same process (`measuring`). Ratios compare
between machines; seconds do not. docs/performance.md says what the figures mean.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from benchmarks import lot, pure, store
from benchmarks.measuring import Comparison, Measured, compare, machine


def main() -> int:
    """Run what was asked for."""
    options = _options()
    facts = machine()
    if not options.json:
        print(", ".join(f"{name} {value}" for name, value in facts.items()))
        print(f"\n{'':<64} {'first':>11} {'second':>11}   second / first: min, median, max")
    found = []
    with ExitStack() as stack:
        directory = options.directory or stack.enter_context(
            tempfile.TemporaryDirectory(prefix="nguon-bench-")
        )
        for comparison in _wanted(Path(directory), 0.1 if options.quick else 1, options.only, stack):
            measured = compare(comparison, options.rounds)
            found.append(measured)
            if not options.json:
                print(_line(measured), flush=True)
    if options.json:
        print(
            json.dumps({"machine": facts, "results": [item.to_json() for item in found]}, ensure_ascii=False)
        )
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks/run.py", description="Measure, and print a table of ratios."
    )
    parser.add_argument("--json", action="store_true", help="one JSON object, times in seconds a unit")
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes: to see that it runs")
    parser.add_argument("--rounds", type=int, default=7, help="how often each pair is run (7)")
    parser.add_argument("--only", metavar="WORD", default="", help="comparisons whose name holds this")
    parser.add_argument(
        "--directory", metavar="DIR", help="where databases go: an empty folder on the disk meant"
    )
    return parser.parse_args()


def _wanted(directory: Path, scale: float, word: str, stack: ExitStack) -> Iterator[Comparison]:
    def wanted(name: str) -> bool:
        return word in name

    yield from (item for item in pure.comparisons(directory, scale) if wanted(item.name))
    yield from (item for item in lot.comparisons(scale) if wanted(item.name))
    yield from store.comparisons(directory, scale, stack, wanted)


def _line(measured: Measured) -> str:
    low, middle, high = measured.ratios[0], median(measured.ratios), measured.ratios[-1]
    ways = f"{'':<4}{measured.first_label}  |  {measured.second_label}"
    times = f"{_duration(measured.first):>11} {_duration(measured.second):>11}"
    return f"{measured.name}, per {measured.unit}\n{ways:<64} {times}   {low:8.2f} {middle:8.2f} {high:8.2f}"


def _duration(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


if __name__ == "__main__":
    sys.exit(main())
