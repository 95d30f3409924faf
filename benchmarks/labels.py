"""Labels of a roll onto sheets, with the best mask and a fixed one, against `qrcode` and a row for each label.

    python -m benchmarks.labels [--count N] [--many N] [--rounds N] [--json]

Ours is the whole way of `nguon print roll`: the roll's serials, the QR code, the words, the checked design, the PDF of
the sheet L7160. The other way is the usual one: a random token for each label, in a row of its own in SQLite, its QR
code as a PNG by `qrcode`, without any words. Each way runs in a process of its own, so that its peak memory is its own,
all in turn, the other order every second time.
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
from dataclasses import replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from benchmarks.measuring import machine

GTIN, LOT, HOST = "09521002000085", "NHC260110", "nguon.example"
MASTER = bytes(range(32))
Figures = Mapping[str, float]
Way = Callable[[Path, int], Figures]


def main() -> int:
    """Run the ways in turn, then ours with many labels, and print what they took."""
    options = _options()
    ways: list[tuple[str, Way]] = [
        ("best", best),
        ("fixed", fixed),
        ("table", table),
        ("rows", rows),
    ]
    rounds: list[dict[str, Figures]] = []
    with tempfile.TemporaryDirectory(prefix="nguon-labels-") as directory:
        for turn in range(options.rounds):
            found = {}
            for name, way in ways if turn % 2 == 0 else reversed(ways):
                count = options.count // 10 if name == "rows" else options.count
                found[name] = _alone(way, Path(directory), count)
            rounds.append(found)
        many = _alone(fixed, Path(directory), options.many)
    medians = {
        name: {figure: median(one[name][figure] for one in rounds) for figure in rounds[0][name]}
        for name in rounds[0]
    }
    if options.json:
        told = {
            "machine": machine(),
            "count": options.count,
            "medians": medians,
            "many": {options.many: many},
        }
        print(json.dumps(told, ensure_ascii=False))
        return 0
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    print(
        f"\n{options.count:,} labels ({options.count // 10:,} with rows), medians of {options.rounds} rounds\n"
    )
    print(f"{'':<34}{'best mask':>12}{'fixed mask':>12}{'CSV':>12}{'qrcode, rows':>14}")
    for name, figure, unit in (
        ("labels a second, processor time", "rate", ""),
        ("labels a second, time that passed", "passed", ""),
        ("peak memory of the process", "peak", "MiB"),
        ("bytes a label", "bytes", ""),
    ):
        cells = [f"{medians[way][figure]:>{14 if way == 'rows' else 12},.0f}" for way, _ in ways]
        print(f"{name:<34}{''.join(cells)} {unit}")
    print(
        f"\n{options.many:,} labels with the fixed mask: {many['rate']:,.0f} a second, peak {many['peak']:.0f} MiB"
    )
    return 0


def best(folder: Path, count: int) -> Figures:
    """Onto sheets, each code with its best mask."""
    return _printed(folder, count, "pdf", None)


def fixed(folder: Path, count: int) -> Figures:
    """Onto sheets, all codes with one mask."""
    from labels.symbol import FIXED_MASK

    return _printed(folder, count, "pdf", FIXED_MASK)


def table(folder: Path, count: int) -> Figures:
    """Into a table for a print shop."""
    return _printed(folder, count, "csv", None)


def _printed(folder: Path, count: int, kind: str, mask: int | None) -> Figures:
    from api.tem_labels import How, Press, Said, kind_named
    from labels.content import LabelWords
    from ledger.printing import printed
    from ledger.slots import RollSlots

    words = LabelWords("Lô", "Đóng gói", "HSD", "Quét để xem hồ sơ", "Cào nhẹ để lấy mã ẩn")
    goods = ("Mật ong hoa nhãn", "HTX Ong Hưng Yên", date(2026, 1, 10), date(2028, 1, 10))
    slots = RollSlots(MASTER, folder)
    roll = slots.new(GTIN, LOT, count)
    how = replace(How(kind_named(kind)), mask=mask)
    path = folder / f"labels.{kind}"
    start, passed = process_time(), perf_counter()
    with path.open("wb") as file:
        made = Press(Said(GTIN, LOT, *goods, words), how).write(file, printed(slots, roll, HOST, count))
    return _figures(made, process_time() - start, perf_counter() - passed, path.stat().st_size)


def rows(folder: Path, count: int) -> Figures:
    """A random token in a row for each label, and its code as a PNG by `qrcode`."""
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.main import QRCode

    path = folder / "tem.db"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE tem (serial TEXT PRIMARY KEY, lot TEXT, place INTEGER, scanned TEXT)")
    size = 0
    start, passed = process_time(), perf_counter()
    with connection:
        for place in range(count):
            token = secrets.token_urlsafe(12)
            connection.execute("INSERT INTO tem VALUES (?, ?, ?, NULL)", (token, LOT, place))
            code = QRCode(error_correction=ERROR_CORRECT_M, border=4, box_size=4)
            code.add_data(f"https://{HOST}/t/{token}")
            code.make(fit=True)
            picture = folder / "one.png"
            with picture.open("wb") as file:
                code.make_image().save(file)
            size += picture.stat().st_size
    spent, waited = process_time() - start, perf_counter() - passed
    connection.close()
    return _figures(count, spent, waited, size + path.stat().st_size)


def _figures(count: int, spent: float, waited: float, size: int) -> Figures:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rate": count / spent, "passed": count / waited, "peak": peak, "bytes": size / count}


def _alone(way: Way, directory: Path, count: int) -> Figures:
    with (
        tempfile.TemporaryDirectory(dir=directory) as folder,
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool,
    ):
        return pool.submit(way, Path(folder), count).result()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/labels.py", description="Labels onto sheets.")
    parser.add_argument("--count", type=int, default=10_000, help="labels of a round (10,000)")
    parser.add_argument("--many", type=int, default=100_000, help="labels of the last run (100,000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each way is run (3)")
    parser.add_argument("--json", action="store_true", help="one JSON object: labels a second, MiB, bytes")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
