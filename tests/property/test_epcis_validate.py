"""Whatever a document is, checking it by standard and profile ends in violations with places and sentences."""

import json
from datetime import UTC, datetime
from random import Random

import pytest

from nguon.validating import profile_violations, shape_violations
from tests.unit.epcis.judges import examples
from tests.unit.epcis.mutations import corpus, mutate

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize("seed", range(4))
def test_any_mutation_is_checked_to_the_end_and_the_profile_is_no_milder_than_the_schema(seed: int) -> None:
    documents, chance = corpus([document for _, document in examples()]), Random(seed)
    for _ in range(100):
        data = json.dumps(mutate(chance.choice(documents), documents, chance), ensure_ascii=False).encode()
        shape, profile = shape_violations(data), profile_violations(data, now=NOW)
        assert not shape or any(each.level == "E" for each in profile)
        for each in (*shape, *profile):
            assert each.pointer == "" or each.pointer.startswith("/")
            assert each.message.strip()
