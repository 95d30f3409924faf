"""What the contract may answer about one honest bundle."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from ledger.proof.chain import Anchor
from ledger.statement.subjects import Role, subject_key
from tests.adversary.case import Case, case_of
from tests.world import HARVEST, World, instance, lot


def cases() -> Iterator[Case]:
    """Every answer, for a lot that is whole, for one that is absent and for a forged tem."""
    world = World(seed="chains").found()
    uri = world.pack("GOOD")
    world.roll("member", uri)
    size = world.snapshot()
    serial = world.serial(uri, 3)
    forged = serial[:-1] + ("0" if serial[-1] != "0" else "1")
    root, now = world.root(size), int(world.now.timestamp())
    for name, bundle in (
        ("whole", world.bundle(uri, serial)),
        ("absent", world.bundle(lot("NEVER"))),
        ("forged", world.bundle(uri, forged)),
    ):
        for label, change in _answers(size, root, now, uri, serial):
            yield case_of(f"chain/{name}/{label}", world, bundle, wrong=True, **change)
        asked = frozenset(list(world.chain(bundle).asked)[:1])
        yield case_of(f"chain/{name}/asked about one only", world, bundle, asked=asked)


def _answers(size: int, root: bytes, now: int, uri: str, serial: str) -> Iterator[tuple[str, dict[str, Any]]]:
    day = int(timedelta(days=1).total_seconds())
    yield "disputed", {"state": "disputed", "latest": None}
    yield "unreachable", {"state": "unreachable", "latest": None}
    yield "unreachable and marked", {"state": "unreachable", "latest": None, "false_since": now}
    yield "nothing anchored", {"latest": None}
    yield "marked false", {"false_since": 1}
    yield "retired", {"retired": True}
    yield "retired and old", {"retired": True, "latest": Anchor(size, root, now - day - 1)}
    yield "older anchor", {"latest": Anchor(size - 1, bytes(32), now)}
    yield "newer anchor", {"latest": Anchor(size + 1, bytes(32), now)}
    yield "newer anchor and old", {"latest": Anchor(size + 7, bytes(32), now - 9 * day)}
    yield "other root", {"latest": Anchor(size, bytes(32), now)}
    yield "a second too old", {"latest": Anchor(size, root, now - day - 1)}
    yield "asked about nothing", {"asked": frozenset()}
    for label, name in (("lot", uri), ("ancestor", HARVEST), ("instance", instance(serial))):
        recalled = frozenset([subject_key(Role.ABOUT, name)])
        yield f"recalled {label}", {"recalled": recalled}
        yield f"recalled {label}, chain disputed", {"recalled": recalled, "state": "disputed", "latest": None}
    both = frozenset([subject_key(Role.ABOUT, uri), subject_key(Role.ABOUT, HARVEST)])
    yield "recalled both", {"recalled": both, "false_since": now, "retired": True}
