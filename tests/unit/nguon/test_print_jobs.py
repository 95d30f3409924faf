"""A print job's parts cover what was ordered, each tem once; what is whole is kept, what is not is made."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.errors import LabelError
from nguon.printing import PART_LABELS, PART_SHEETS, JobError, Part, parts, run

ORDER: dict[str, object] = {"roll": "R1", "from": 1, "to": 25_000, "calibration": {"x": 0.5}}


def numbers(file: BinaryIO, part: Part, told: Callable[[int], None]) -> int:
    """Writes the indexes of a part, one a line."""
    for count, index in enumerate(range(part.start, part.stop), 1):
        file.write(b"%d\n" % index)
        if count % 1_000 == 0:
            told(count)
    return part.stop - part.start


def found(folder: Path) -> list[int]:
    return [int(line) for path in sorted(folder.glob("tem-*")) for line in path.read_text().split()]


@given(
    st.integers(0, 60_000),
    st.integers(1, 60_000),
    st.one_of(st.none(), st.integers(1, 80)),
    st.integers(1, 80),
)
def test_parts_follow_one_another_and_fill_whole_sheets(
    start: int, count: int, per_sheet: int | None, first: int
) -> None:
    first = 1 if per_sheet is None else min(first, per_sheet)
    made = parts(start, start + count, ".pdf", per_sheet=per_sheet, first=first)
    assert (made[0].start, made[-1].stop, made[0].first) == (start, start + count, first)
    assert len({part.name for part in made}) == len(made)
    for one, following in pairwise(made):
        assert one.stop == following.start
        assert following.first == 1
    size = PART_LABELS if per_sheet is None else PART_SHEETS * per_sheet
    assert all(part.stop - part.start + part.first - 1 == size for part in made[:-1])


def test_what_fails_in_the_middle_leaves_whole_parts_and_is_gone_on_with(tmp_path: Path) -> None:
    wanted = parts(0, 25_000, ".txt")

    def failing(file: BinaryIO, part: Part, told: Callable[[int], None]) -> int:
        if part.start == 10_000:
            file.write(b"10000\n10001\n")
            raise RuntimeError("the power went")
        return numbers(file, part, told)

    with pytest.raises(RuntimeError):
        run(tmp_path, ORDER, wanted, failing)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["job.json", "tem-0001.txt"]
    first = (tmp_path / "tem-0001.txt").stat()
    done = run(tmp_path, ORDER, wanted, numbers)
    assert (done.labels, done.before, len(done.files)) == (15_000, 1, 3)
    assert found(tmp_path) == list(range(25_000))
    assert (tmp_path / "tem-0001.txt").stat().st_mtime_ns == first.st_mtime_ns


def test_a_part_that_was_half_written_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / ".tem-0001.txt.unfinished").write_text("0\n1\n2\n")
    run(tmp_path, ORDER, parts(0, 5, ".txt"), numbers)
    assert found(tmp_path) == [0, 1, 2, 3, 4]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["job.json", "tem-0001.txt"]


def test_progress_counts_what_was_there_before(tmp_path: Path) -> None:
    wanted = parts(0, 25_000, ".txt")
    run(tmp_path, ORDER, wanted, numbers)
    (tmp_path / "tem-0002.txt").unlink()
    told: list[tuple[int, int]] = []
    run(tmp_path, ORDER, wanted, numbers, lambda done, total: told.append((done, total)))
    assert told[0] == (10_000, 25_000)
    assert told[-1] == (25_000, 25_000)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert (11_000, 25_000) in told


def test_a_part_without_tem_makes_no_file(tmp_path: Path) -> None:
    done = run(tmp_path, ORDER, parts(0, 5, ".pdf"), lambda file, part, told: 0)
    assert (done.labels, done.files) == (0, ())
    assert [path.name for path in tmp_path.iterdir()] == ["job.json"]


@pytest.mark.parametrize(
    ("other", "member"),
    [
        ({**ORDER, "roll": "R2"}, "roll"),
        ({**ORDER, "calibration": {"x": 0.4}}, "calibration"),
        ({**ORDER, "new": None, "size": 1}, "size"),
        ({name: value for name, value in ORDER.items() if name != "to"}, "to"),
    ],
)
def test_another_order_is_refused_by_what_differs(
    tmp_path: Path, other: dict[str, object], member: str
) -> None:
    run(tmp_path, ORDER, parts(0, 5, ".txt"), numbers)
    (tmp_path / "tem-0001.txt").rename(tmp_path / "tem-0002.txt")
    with pytest.raises(JobError) as refused:
        run(tmp_path, other, parts(0, 5, ".txt"), numbers)
    assert (refused.value.code, refused.value.params["members"]) == ("label.job", member)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["job.json", "tem-0002.txt"]


def test_an_order_of_which_nothing_was_printed_may_be_changed(tmp_path: Path) -> None:
    def refusing(file: BinaryIO, part: Part, told: Callable[[int], None]) -> int:
        raise LabelError("The sheet has no such place.", code="label.range")

    with pytest.raises(LabelError):
        run(tmp_path, ORDER, parts(0, 5, ".txt"), refusing)
    other = {**ORDER, "first": 2}
    run(tmp_path, other, parts(0, 5, ".txt"), numbers)
    assert found(tmp_path) == [0, 1, 2, 3, 4]
    with pytest.raises(JobError):
        run(tmp_path, ORDER, parts(0, 5, ".txt"), numbers)


@pytest.mark.parametrize("spoiled", [None, b"", b"[]", b'{"version": 1', b"\xff"])
def test_printed_tem_without_a_readable_order_are_not_gone_on_with(
    tmp_path: Path, spoiled: bytes | None
) -> None:
    run(tmp_path, ORDER, parts(0, 5, ".txt"), numbers)
    if spoiled is None:
        (tmp_path / "job.json").unlink()
    else:
        (tmp_path / "job.json").write_bytes(spoiled)
    with pytest.raises(JobError) as refused:
        run(tmp_path, ORDER, parts(0, 5, ".txt"), numbers)
    assert refused.value.code == "label.job"


def test_two_processes_do_not_print_into_one_folder(tmp_path: Path) -> None:
    def meanwhile(file: BinaryIO, part: Part, told: Callable[[int], None]) -> int:
        with pytest.raises(JobError) as refused:
            run(tmp_path, ORDER, parts(0, 5, ".txt"), numbers)
        assert refused.value.code == "label.job_busy"
        return numbers(file, part, told)

    run(tmp_path, ORDER, parts(0, 5, ".txt"), meanwhile)
    assert found(tmp_path) == [0, 1, 2, 3, 4]
