"""Two verifiers, one adversary: whatever the holder of the log key writes, signs or shows, they say the same."""

from collections.abc import Iterable, Iterator
from itertools import islice

import pytest

from ledger.proof.verdict import Verdict
from tests.adversary import books, chains, edits, labels, logs
from tests.adversary.case import Case
from tests.judgekit import Case as Question
from tests.judgekit import Judge

SEED = 20_261_124
MUTATIONS = 10_000
_AT_ONCE = 500


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Judge() as running:
        yield running


@pytest.mark.parametrize(
    "what", [chains, edits, logs, labels, books], ids=["chain", "edits", "statements", "labels", "books"]
)
def test_of_every_lie_both_say_the_same(judge: Judge, what: object) -> None:
    verdicts = _compare(judge, what.cases())  # type: ignore[attr-defined]  # a module with cases()
    assert sum(verdict != "verified" for verdict in verdicts.values()) > 30


def test_there_are_more_than_three_hundred_wrong_bundles_and_none_is_verified() -> None:
    wrong = [case for what in (chains, logs, labels, books) for case in what.cases() if case.wrong]
    tampered = [case for case in edits.cases() if case.judge().verdict is Verdict.TAMPERED]
    assert len(wrong) + len(tampered) > 300
    assert not [case.name for case in wrong if case.judge().verdict is Verdict.VERIFIED]


def test_of_ten_thousand_random_changes_both_say_the_same(judge: Judge) -> None:
    _compare(judge, edits.mutations(MUTATIONS, SEED))


def _compare(judge: Judge, cases: Iterable[Case]) -> dict[str, str]:
    verdicts: dict[str, str] = {}
    different: list[str] = []
    left = iter(cases)
    while some := list(islice(left, _AT_ONCE)):
        questions = [Question(case.bundle, case.trust, case.chain, case.now, case.expect) for case in some]
        for case, question, answer in zip(some, questions, judge.ask_all(questions), strict=True):
            assert case.name not in verdicts, f"{case.name} stands twice"
            said = question.by_python()
            verdicts[case.name] = said["verdict"]
            if answer != said:
                different.append(f"{case.name}\n  Python     {said}\n  TypeScript {answer}")
    assert not different, f"{len(different)} of {len(verdicts)}:\n" + "\n".join(different[:20])
    return verdicts
