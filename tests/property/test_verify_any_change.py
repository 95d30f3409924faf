"""Whatever is changed in an honest bundle, it never verifies to something better than it was."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.log.note import GREASE_NAME
from ledger.proof import bundle as bundles
from ledger.proof.verdict import Verdict
from ledger.proof.verify import verify
from tests.world import World

WORLD = World().found()
URI = WORLD.pack("GOOD")
WORLD.roll("member", URI)
WORLD.event("lab", [URI], bizStep="inspecting", quantityList=[{"epcClass": URI, "quantity": 29}])
WORLD.snapshot()
WORLD.recall("member", URI)
BUNDLE = WORLD.bundle(URI, WORLD.serial(URI, 3), pending=True)
HONEST: dict[str, Any] = bundles.to_json(BUNDLE)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in the bundle whose value is proven: all but the hints."""
    if isinstance(value, dict):
        return [p for name, item in value.items() if name != "anchors" for p in _paths(item, (*path, name))]
    if isinstance(value, list):
        return [path, *(p for place, item in enumerate(value) for p in _paths(item, (*path, place)))]
    return [path]


PATHS = [path for path in _paths(HONEST) if path]


def _changed(value: Any, draw: Any) -> Any:
    if isinstance(value, list):
        return value[:-1] if value else ["00" * 32]
    if isinstance(value, int):
        return value + draw(st.sampled_from([-1, 1, 256]))
    if value is None:
        return "x"
    said = value.partition(f"— {GREASE_NAME}")[0]  # nobody signed the grease of a checkpoint
    place = draw(st.integers(0, len(said) - 1))
    return value[:place] + ("A" if value[place] != "A" else "B") + value[place + 1 :]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_changed_bundle_is_tampered_or_says_no_more_than_it_did(data: st.DataObject) -> None:
    _change_and_check(data)


@pytest.mark.long
@settings(max_examples=20_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_change_out_of_many_makes_a_bundle_say_more(data: st.DataObject) -> None:
    _change_and_check(data)


def _change_and_check(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(PATHS))
    forged = json.loads(json.dumps(HONEST))
    parent = forged
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = _changed(parent[path[-1]], data.draw)
    found = verify(json.dumps(forged).encode(), WORLD.trust(), WORLD.chain(BUNDLE), WORLD.now)
    if path[-1] == "pending":
        # what is not anchored yet can be held back: a shorter prefix of it says less, and lies about nothing
        assert found.verdict in (Verdict.TAMPERED, Verdict.RECALLED, Verdict.VERIFIED)
    elif path == ("subjects",) or path[-1] == "statement":
        # the last description may be missing, and content may be withheld: neither makes anything better
        assert found.verdict in (Verdict.TAMPERED, Verdict.RECALLED)
    else:
        assert found.verdict is Verdict.TAMPERED
