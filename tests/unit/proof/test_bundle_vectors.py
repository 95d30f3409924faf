"""Bundles made by a program written from DESIGN alone must get the verdicts that it expects."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.proof import bundle as bundles
from ledger.proof import trustfile
from ledger.proof.chain import Anchor, ChainAnswer
from ledger.proof.verify import recall_keys, verify


def _chain(answer: dict[str, Any], bundle: bytes) -> ChainAnswer:
    size, root, time = answer["latest"]
    false_since, successor, max_age = answer["standing"]
    try:
        asked = frozenset(recall_keys(bundles.parse(bundle)))
    except bundles.BundleError:
        asked = frozenset()
    return ChainAnswer(
        state="ok",
        latest=Anchor(size, bytes.fromhex(root), time),
        false_since=false_since,
        retired=bool(successor),
        max_age=max_age,
        recalled=frozenset(bytes.fromhex(key) for key in answer["recalled"]) & asked,
        asked=asked,
        block=1,
        endpoints=1,
        agreed=1,
    )


OWN = Path(__file__).parents[2] / "vectors" / "bundle"


def test_every_bundle_vector_gets_its_verdict(subtests: pytest.Subtests) -> None:
    _check_folder(OWN, subtests)


def test_every_bundle_vector_beside_the_project_gets_its_verdict(
    shared_vectors: Path, subtests: pytest.Subtests
) -> None:
    _check_folder(shared_vectors / "bundle", subtests)


def _check_folder(folder: Path, subtests: pytest.Subtests) -> None:
    expected = json.loads((folder / "expected.json").read_bytes())
    now = datetime.fromisoformat(expected["now"])
    for name, case in expected["cases"].items():
        with subtests.test(name):
            bundle = (folder / "bundles" / f"{name}.json").read_bytes()
            trust = trustfile.parse((folder / case["trust"]).read_bytes())
            chain = _chain(json.loads((folder / case["chain"]).read_bytes()), bundle)
            verification = verify(bundle, trust, chain, now)
            assert verification.verdict == case["verdict"], [
                reason.to_json() for reason in verification.reasons
            ]
            assert verification.reasons or case["verdict"] == "verified"
