"""Our schema says valid of what GS1's own says valid of, and of nothing else."""

from random import Random

import pytest

from ledger.epcis import schema
from tests.unit.epcis.judges import examples, judge, official, packaged
from tests.unit.epcis.mutations import corpus, mutate


def verdicts_agree(count: int, seed: int) -> None:
    """Both judge `count` mutations alike; both verdicts come up often, or the test would say nothing."""
    court, chance = judge(), Random(seed)
    documents = corpus([document for _, document in examples()])
    valid = 0
    for number in range(count):
        mutant = mutate(chance.choice(documents), documents, chance)
        expected = court.is_valid(mutant)
        assert schema.is_valid(mutant) is expected, f"mutation {number} of seed {seed}: {mutant}"
        assert bool(schema.check_document(mutant)) is not expected
        valid += expected
    assert count // 10 < valid < count * 9 // 10


def test_every_example_is_valid_to_both() -> None:
    court = judge()
    for name, document in examples():
        assert court.is_valid(document), name
        assert schema.check_document(document) == [], name


@pytest.mark.parametrize("seed", range(5))
def test_the_verdict_is_the_official_one_on_five_hundred_mutations(seed: int) -> None:
    verdicts_agree(100, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 110))
def test_the_verdict_is_the_official_one_on_ten_thousand_mutations(seed: int) -> None:
    verdicts_agree(1_000, seed)


def test_the_packaged_judge_agrees_with_the_official_one() -> None:
    first, second = official(), packaged()
    if first is None or second is None:
        pytest.skip("one of the two judges is not here")
    chance, documents = Random(8), corpus([document for _, document in examples()])
    for _ in range(1_000):
        mutant = mutate(chance.choice(documents), documents, chance)
        assert first.is_valid(mutant) == second.is_valid(mutant), mutant
