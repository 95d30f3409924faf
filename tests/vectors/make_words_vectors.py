"""Makes words.json beside it: numbers, days, ages and messages as `api.pages.i18n` writes them; see README.md.

`--check` compares instead of writing.
"""

import json
import random
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from api.pages.i18n import VIETNAM, Catalogue, load_catalogues, placeholders
from api.pages.reading import EventReader, iso_date

HERE = Path(__file__).resolve().parent
FILE = HERE / "words.json"
NOW = datetime(2026, 1, 20, 5, 0, tzinfo=UTC)
DAYS = (
    "2026-01-17", "20260117", "2026-1-7", "2026-02-29", "2024-02-29", "2023-02-29", "1900-02-29", "2000-02-29",
    "0001-01-01", "0000-01-01", "9999-12-31", "2026-13-01", "2026-00-10", "2026-01-00", "2026-W03-6", "2026W036",
    "2026-W03", "2026-W53-1", "2020-W53-7", "2026-W54-1", "2026-01-17T08:30:00+07:00", "17/01/2026", "",
    "2026-01-17 khoảng trưa", "0999-01-02",
)  # fmt: skip
MESSAGES = (
    "age.minutes", "age.days", "duration.hours", "date.moment", "list.and", "story.more", "story.corrected_why",
    "detail.interval", "detail.many", "step.planting.count", "step.drying.change", "amount.count", "lab.spoken",
    "check.whole.title", "verdict.incomplete.sentence", "verdict.expired.sentence", "check.anchored.ok",
)  # fmt: skip
MOMENTS = (
    ("2026-01-17T08:30:00+07:00", "+07:00"), ("2026-01-17T08:30:00Z", "+07:00"), ("2026-01-17T23:59:59.999Z", "-11:00"),
    ("2026-01-17T00:00:00.123456+14:00", "+00:00"), ("2026-12-31T20:00:00Z", "+07:00"),
    ("2026-01-17T08:30:00", "+07:00"),
    ("2026-02-30T08:30:00Z", "+07:00"), ("2026-01-17T25:00:00Z", "+07:00"), ("2026-01-17T08:30:00Z", "none"), ("", ""),
)  # fmt: skip


def numbers() -> list[int | float]:
    """Whole and broken, tiny and huge, of both signs."""
    made: list[int | float] = [
        0, 1, -1, 12, 999, 1000, 1200, 999_999, 1_000_000, 2**53 - 1, 0.5, 0.1, 12.4, 1234.5, -35.5, 0.05, 1e-7,
        1.5e-9, 1e16, 1.7976931348623157e308, 123456789.125, 4.8, 2.0, 0.30000000000000004, 1e21, 5e-324,
    ]  # fmt: skip
    rng = random.Random(10)
    made += [rng.uniform(-1, 1) * 10 ** rng.randint(-9, 18) for _ in range(200)]
    return made + [round(rng.uniform(0, 5000), rng.randint(0, 4)) for _ in range(100)]


def rounded() -> list[list[Any]]:
    """Values that lie exactly between two, and others: [value, places, as Python rounds it]."""
    rng = random.Random(11)
    ties = [step / 2 for step in range(-9, 10)] + [0.0078125, 1.0078125, 0.25, 0.35, 2.675, 62.5, 49.6]
    values = ties + [rng.uniform(-200, 200) for _ in range(200)]
    return [[value, places, round(value, places)] for value in values for places in (0, 1, 6)]


def words(catalogue: Catalogue) -> dict[str, Any]:
    """What one language writes."""
    spans = [0, 29, 30, 59, 60, 3599, 3600, 7199, 7200, 172_799, 172_800, 999_999, 86_400 * 400 + 5]
    days = [date(2026, 1, 17), date(1999, 12, 31), date(2028, 2, 29), date(999, 1, 2), date(9999, 12, 31)]
    values = {"t": "<b>&", "n": 1, "k": 2, "days": 1}
    samples: list[list[Any]] = []
    for key in MESSAGES:
        message = catalogue.messages[key]
        forms = [message] if isinstance(message, str) else list(message.values())
        names = sorted(frozenset[str]().union(*map(placeholders, forms)))
        for count in (1, 1234.5):
            given: dict[str, Any] = {
                name: count if name in values and name != "t" else f"“{name}”" for name in names
            }
            samples.append([key, given, catalogue.t(key, **given)])
    return {
        "number": [[value, catalogue.number(value)] for value in numbers()],
        "date": [[day.isoformat(), catalogue.date(day)] for day in days],
        "age": [
            [seconds, catalogue.age(NOW - timedelta(seconds=seconds), NOW)] for seconds in (*spans, -5, 59.9)
        ],
        "duration": [[seconds, catalogue.duration(seconds)] for seconds in (*spans, 90, 150, 9000, 12_600)],
        "moment": [
            [said, offset, catalogue.moment(when), catalogue.date(when)]
            for said, offset in MOMENTS
            if (when := EventReader({"eventTime": said, "eventTimeZoneOffset": offset}).time)
        ],
        "vietnam": [
            [second, catalogue.moment(datetime.fromtimestamp(second, VIETNAM))]
            for second in (0, 1_768_640_400, 1_790_000_000)
        ],
        "join": [[parts, catalogue.join(parts)] for parts in ([], ["a"], ["a", "b"], ["a", "b", "c"])],
        "messages": samples,
    }


def vectors() -> dict[str, Any]:
    """All of the file."""
    catalogues = load_catalogues(HERE.parent.parent / "nguon" / "locales")
    return {
        "now": NOW.isoformat().replace("+00:00", "Z"),
        "days": [[said, day.isoformat() if (day := iso_date(said)) else None] for said in DAYS],
        "round": rounded(),
        **{lang: words(catalogue) for lang, catalogue in catalogues.items()},
    }


def written() -> str:
    """The file's text: one case a line would be long, one line a member is enough to compare."""
    return json.dumps(vectors(), ensure_ascii=False, indent=None, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    if "--check" not in sys.argv:
        FILE.write_text(written(), encoding="utf-8")
    sys.exit(0 if FILE.read_text(encoding="utf-8") == written() else "words.json is not what this makes")
