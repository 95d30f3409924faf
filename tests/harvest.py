"""A pytest plugin (`-p tests.harvest`) that writes down every case that tests give the verifier.

One JSON text a line, into the file that NGUON_HARVEST names: the case as `Case.to_json` gives it, and as `judged` what
Python said. Tests of verdicts build worlds of their own; so another verifier can be asked the same.
"""

import json
import os
from datetime import datetime
from pathlib import Path

import pytest

from ledger.errors import LedgerError
from ledger.proof import bundle as bundles
from ledger.proof import verify as verifying
from ledger.proof.bundle import Bundle
from ledger.proof.chain import ChainAnswer
from ledger.proof.target import Target
from ledger.proof.trustfile import TrustFile
from ledger.proof.verification import Verification
from tests.judgekit import Case, judged


def pytest_configure(config: pytest.Config) -> None:
    """Put a scribe before the verifier, ahead of the modules that import it."""
    path, verify = Path(os.environ["NGUON_HARVEST"]), verifying.verify

    def recorded(
        bundle: bytes | Bundle,
        trust: TrustFile,
        chain: ChainAnswer,
        now: datetime,
        *,
        expect: Target | None = None,
    ) -> Verification:
        found = verify(bundle, trust, chain, now, expect=expect)
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        data = bundle if isinstance(bundle, bytes) else bundles.pack(bundle)
        case = Case(data, trust, chain, now, expect)
        try:
            json.dumps(case.to_json())
        except (TypeError, ValueError, LedgerError):
            return found
        with path.open("a", encoding="utf-8") as file:
            file.write(
                json.dumps(
                    case.to_json() | {"judged": judged(verify(data, trust, chain, now, expect=expect))}
                )
            )
            file.write("\n")
        return found

    verifying.verify = recorded
