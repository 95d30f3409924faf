"""Errors keep what they say, also on the way from another process."""

import pickle

import pytest

from ledger import errors
from ledger.errors import EncodingError, LedgerError, RuleError, Violation

FAMILY = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, LedgerError) and kind is not RuleError
]


@pytest.mark.parametrize("kind", FAMILY)
def test_an_error_survives_pickling(kind: type[LedgerError]) -> None:
    error = kind("something is wrong", code="some.code", pointer="/a", limit=3)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert (again.message, again.code, again.pointer, again.params) == (
        "something is wrong",
        "some.code",
        "/a",
        {"limit": 3},
    )
    assert str(again) == "something is wrong"


def test_an_error_has_its_kinds_code_if_none_is_given() -> None:
    assert EncodingError("no").code == "json.syntax"
    assert len({kind.default_code for kind in FAMILY}) == len(FAMILY)


def test_a_rule_error_speaks_for_its_first_violation_and_carries_all() -> None:
    violations = (Violation("a.one", "/a", "first", "E", {"n": 1}), Violation("a.two", "/b", "second", "W"))
    for error in (RuleError(violations), pickle.loads(pickle.dumps(RuleError(list(violations))))):
        assert (error.code, error.pointer, error.message, error.params) == ("a.one", "/a", "first", {"n": 1})
        assert error.violations == violations
