"""A roll of a million tem: derived from a key under one root, against a row for each label.

    python -m benchmarks.rolls [--count N] [--rounds N] [--json]

The other way is the usual one: each label gets a random token and a row of its own in SQLite, which its QR code names
and a scan looks up. Each way runs in a process of its own, so that its peak memory is its own, both in turn, the
other one first every second time. Processor time counts where nothing is waited for, else the time that passes.
"""

import argparse
import json
import resource
import secrets
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from benchmarks.measuring import machine

GTIN, LOT = "09521002000085", "NHC260110"
MASTER = bytes(range(32))
PROOFS = 200
Figures = Mapping[str, float]


def main() -> int:
    """Run both ways in turn, and print what they took."""
    options = _options()
    rounds: list[dict[str, Figures]] = []
    with tempfile.TemporaryDirectory(prefix="nguon-rolls-") as directory:
        for turn in range(options.rounds):
            ways: list[tuple[str, Callable[[Path, int], Figures]]] = [
                ("derived", derived),
                ("hidden", second_layer),
                ("rows", rows),
            ]
            found = {}
            for name, way in ways if turn % 2 == 0 else reversed(ways):
                folder = Path(directory) / f"{name}-{turn}"
                folder.mkdir()
                found[name] = _alone(way, folder, options.count)
            rounds.append(found)
    medians = {
        name: {figure: median(one[name][figure] for one in rounds) for figure in rounds[0][name]}
        for name in rounds[0]
    }
    if options.json:
        told = {"machine": machine(), "count": options.count, "rounds": options.rounds, "medians": medians}
        print(json.dumps(told, ensure_ascii=False))
        return 0
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    print(f"\n{options.count:,} tem, medians of {options.rounds} rounds\n")
    for line in _table(medians):
        print(line)
    return 0


def derived(folder: Path, count: int) -> Figures:
    """A roll by `ledger.slots`: its root, then proofs of one tem, warm and after a restart."""
    from ledger.slots import RollSlots

    before = _peak()
    start, passed = process_time(), perf_counter()
    slots = RollSlots(MASTER, folder)
    roll = slots.new(GTIN, LOT, count)
    made, waited = process_time() - start, perf_counter() - passed
    peak = _peak()
    places = [place * 7_919 % count for place in range(PROOFS)]
    start = process_time()
    for place in places:
        slots(roll, place)
    warm = (process_time() - start) / PROOFS
    restarts = []
    for place in places[:9]:
        start = process_time()
        RollSlots(MASTER, folder)(roll, place)
        restarts.append(process_time() - start)
    return {
        "roll": made,
        "passed": waited,
        "peak": peak,
        "grown": peak - before,
        "stored": _stored(folder),
        "warm": warm,
        "restart": median(restarts),
    }


def second_layer(folder: Path, count: int) -> Figures:
    """The same with hidden codes, and their openings."""
    from ledger import hidden, tem
    from ledger.slots import RollSlots

    start = process_time()
    slots = RollSlots(MASTER, folder)
    roll = slots.new(GTIN, LOT, count, hidden_codes=True)
    made, peak = process_time() - start, _peak()
    place = count // 3
    serial = tem.serial(slots.key(roll), GTIN, LOT, place)
    code = hidden.code(slots.hidden_key(roll), GTIN, LOT, place)
    start = process_time()
    for _ in range(PROOFS):
        slots.open(roll, serial, code)
    opened = (process_time() - start) / PROOFS
    return {"roll": made, "peak": peak, "stored": _stored(folder), "warm": opened}


def rows(folder: Path, count: int) -> Figures:
    """A random token in a row for each label, then look-ups of one."""
    path = folder / "tem.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE tem (serial TEXT PRIMARY KEY, lot TEXT, place INTEGER, scanned TEXT)")
    before = _peak()
    start, passed = process_time(), perf_counter()
    with connection:
        connection.executemany(
            "INSERT INTO tem VALUES (?, ?, ?, NULL)",
            ((secrets.token_urlsafe(12), LOT, place) for place in range(count)),
        )
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    made, waited = process_time() - start, perf_counter() - passed
    peak = _peak()
    query = "SELECT serial FROM tem WHERE place % ? = 0 LIMIT ?"
    known = [row[0] for row in connection.execute(query, (max(1, count // PROOFS), PROOFS))]
    start = process_time()
    for serial in known:
        connection.execute("SELECT place FROM tem WHERE serial = ?", (serial,)).fetchone()
    warm = (process_time() - start) / len(known)
    connection.close()
    return {
        "roll": made,
        "passed": waited,
        "peak": peak,
        "grown": peak - before,
        "stored": _stored(folder),
        "warm": warm,
    }


def _alone(way: Callable[[Path, int], Figures], folder: Path, count: int) -> Figures:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(way, folder, count).result()


def _peak() -> float:
    """The largest this process ever was, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _stored(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.iterdir()) / (1 << 20)


def _table(medians: Mapping[str, Figures]) -> list[str]:
    one, two, other = medians["derived"], medians["hidden"], medians["rows"]
    lines = [
        ("all of it, processor time", one["roll"], two["roll"], other["roll"], "s"),
        ("all of it, time that passed", one["passed"], None, other["passed"], "s"),
        ("peak memory of the process", one["peak"], two["peak"], other["peak"], "MiB"),
        ("kept on disk", one["stored"], two["stored"], other["stored"], "MiB"),
        ("one tem: proof, opening, look-up", one["warm"] * 1e3, two["warm"] * 1e3, other["warm"] * 1e3, "ms"),
        ("one tem, after a restart", one["restart"] * 1e3, None, None, "ms"),
    ]
    head = f"{'':<34}{'derived':>12}{'+ hidden':>12}{'a row each':>12}"
    return [head, *(f"{name:<34}{_cell(a)}{_cell(b)}{_cell(c)} {unit}" for name, a, b, c, unit in lines)]


def _cell(value: float | None) -> str:
    return f"{'':>12}" if value is None else f"{value:>12.3g}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/rolls.py", description="A roll of a million tem.")
    parser.add_argument("--count", type=int, default=1_000_000, help="tem in the roll (1,000,000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each way is run (3)")
    parser.add_argument("--json", action="store_true", help="one JSON object: seconds, MiB")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
