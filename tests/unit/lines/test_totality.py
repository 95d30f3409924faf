"""Whatever an event says, a line answers: nothing that was captured can make it fail."""

from contextlib import suppress
from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.epcis.event import read_event
from ledger.errors import RuleError
from ledger.lot.graph import Told
from ledger.lot.lines import LINES, line_of, missing_for_tem, out_of_range
from tests.unit.lines.kit import sample

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
members = st.sampled_from(
    [
        *("type", "value", "minValue", "uom", "chemicalSubstance", "microorganism"),
        *("nguon:parameter", "nguon:matrix", "meanValue"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(("herb", "rice", "honey")),
    st.integers(0, 25),
    st.lists(st.dictionaries(members, values, max_size=4) | values, max_size=3),
    st.dictionaries(st.sampled_from(("nguon:sourceHives", "nguon:bed", "cbvmda:lotNumber")), values),
)
def test_a_line_answers_whatever_the_event_says(
    name: str, index: int, reports: list[Any], ilmd: dict[str, Any]
) -> None:
    raw: dict[str, Any] = deepcopy(dict(sample(name).told[index].event.raw))
    raw["sensorElementList"] = [{"sensorReport": reports}]
    if "ilmd" in raw:
        raw["ilmd"] = {**raw["ilmd"], **ilmd}
    with suppress(RuleError):
        event = read_event(raw)
        told = [*sample(name).told[:index], Told(index, event)]
        for line in LINES:
            out_of_range(line, event)
            missing_for_tem(line, told, descriptions={"x": {"productLine": ilmd}})
        assert line_of(told, {"x": {"productLine": ilmd}}) in LINES
