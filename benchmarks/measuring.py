"""Two ways, measured in turn.

A machine is slower today than yesterday, and slower while it also does something else; what both ways suffer alike
drops out of their ratio. So each round runs both, the other one first every second time, and what is reported of a
comparison is the median time of each and the smallest, middle and largest ratio of a round.
"""

import gc
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time


@dataclass(frozen=True)
class Way:
    """One way of doing it.

    Attributes:
        label: what it is.
        run: does it once; called once a round.
        units: how many things one call does, so that ways that do different numbers compare.
        reset: what has to be put back after a call, outside the time.
    """

    label: str
    run: Callable[[], object]
    units: int = 1
    reset: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Comparison:
    """A first and a second way; `unit` names what both do.

    `computes` says that both do nothing but compute in this process: then its own processor time counts, which
    other work on the machine changes little. Otherwise it is the time that passes.
    """

    name: str
    unit: str
    first: Way
    second: Way
    computes: bool = False


@dataclass(frozen=True)
class Measured:
    """Seconds a unit, medians over the rounds; ratios of second to first, in rising order."""

    name: str
    unit: str
    first_label: str
    second_label: str
    first: float
    second: float
    ratios: tuple[float, ...]

    def to_json(self) -> dict[str, object]:
        """As programs read it; times in seconds a unit."""
        return {
            "name": self.name,
            "unit": self.unit,
            "first": {"what": self.first_label, "seconds": self.first},
            "second": {"what": self.second_label, "seconds": self.second},
            "ratio": {"min": self.ratios[0], "median": median(self.ratios), "max": self.ratios[-1]},
            "rounds": len(self.ratios),
        }


def compare(comparison: Comparison, rounds: int) -> Measured:
    """Run both ways `rounds` times in turn, after one round that does not count."""
    ways = (comparison.first, comparison.second)
    clock = process_time if comparison.computes else perf_counter
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(-1, rounds):
        for place in (0, 1) if turn % 2 == 0 else (1, 0):
            seconds = _timed(ways[place], clock) / ways[place].units
            if turn >= 0:
                times[place].append(seconds)
    ratios = sorted(second / first for first, second in zip(*times, strict=True))
    return Measured(
        name=comparison.name,
        unit=comparison.unit,
        first_label=comparison.first.label,
        second_label=comparison.second.label,
        first=median(times[0]),
        second=median(times[1]),
        ratios=tuple(ratios),
    )


def _timed(way: Way, clock: Callable[[], float]) -> float:
    gc.collect()
    start = clock()
    way.run()
    took = clock() - start
    way.reset()
    return took


def repeated(times: int, run: Callable[[], object]) -> Callable[[], None]:
    """`run`, `times` times: for what is too short to be timed once."""

    def many() -> None:
        for _ in range(times):
            run()

    return many


def machine() -> dict[str, object]:
    """What the figures were taken on. `load` is the one-minute average: above the cores, others are at work."""
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "load": round(os.getloadavg()[0], 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    if listed.exists():
        for line in listed.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
