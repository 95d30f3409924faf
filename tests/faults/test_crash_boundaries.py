"""A process ends (SIGKILL) at every named point of the append path, and at random: nothing is lost, doubled, forked."""

import random
import time
from collections.abc import Callable

import pytest
from aftermath import Deployment
from crashing import BOUNDARIES, Job

SEED = 20261124
CYCLES = 500
CYCLES_A_LOG = 20
PATIENCE = 20.0


def crash_at(deployment: Deployment, run: int, boundary: str, nth: int) -> list[int]:
    """The runs of one cycle. A start has something to sign only where the one before ended between two commits."""
    runs = [run]
    job = Job(deployment.url, str(deployment.directory), run, boundary, nth)
    if boundary.startswith("recover."):
        before = Job(deployment.url, str(deployment.directory), run, "append.write.after_commit", nth)
        assert deployment.run(before, PATIENCE)
        runs.append(run + 1)
        job = Job(deployment.url, str(deployment.directory), run + 1, boundary)
    started = time.monotonic()
    assert deployment.run(job, PATIENCE)
    assert time.monotonic() - started < PATIENCE, f"nobody came by {boundary}"
    return runs


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_nothing_is_lost_doubled_or_forked_by_an_end_at(
    boundary: str, fresh_sqlite: Callable[[], Deployment]
) -> None:
    deployment = fresh_sqlite()
    assert deployment.check(crash_at(deployment, 2, boundary, 1 + BOUNDARIES.index(boundary) % 2)) > 1


def test_nothing_is_lost_doubled_or_forked_by_ends_on_each_database(fresh: Callable[[], Deployment]) -> None:
    cycles(fresh, 12)


@pytest.mark.long
def test_five_hundred_ends_on_each_database(fresh: Callable[[], Deployment]) -> None:
    cycles(fresh, CYCLES)


def cycles(fresh: Callable[[], Deployment], count: int) -> None:
    """Every second cycle ends at a named point, each in turn; the others end at a random moment."""
    chance = random.Random(SEED)
    started, told, size = time.monotonic(), 0, 0
    points = chance.sample(BOUNDARIES, len(BOUNDARIES))
    deployment = fresh()
    for cycle in range(count):
        if cycle and cycle % CYCLES_A_LOG == 0:
            told += len(deployment.told)
            deployment = fresh()
        run = 2 + 2 * (cycle % CYCLES_A_LOG)
        if cycle % 2 == 0:
            runs = crash_at(deployment, run, points[cycle // 2 % len(points)], chance.randint(1, 4))
        else:
            runs = [run]
            deployment.run(Job(deployment.url, str(deployment.directory), run), chance.uniform(0.02, 0.4))
        size = deployment.check(runs)
    assert not [code for code in deployment.codes if code.startswith("start:")], deployment.codes
    told += len(deployment.told)
    print(
        f"seed {SEED}: {count} ends, {told} acknowledged, {time.monotonic() - started:.0f} s, last size {size}"
    )
    assert told > count
