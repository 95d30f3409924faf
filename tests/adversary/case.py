"""One case for a verifier."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger.proof import bundle as bundles
from ledger.proof.bundle import Bundle
from ledger.proof.chain import ChainAnswer
from ledger.proof.target import Target
from ledger.proof.trustfile import TrustFile
from ledger.proof.verification import Verification
from ledger.proof.verify import verify
from tests.world import World


@dataclass(frozen=True)
class Case:
    """A bundle, and all that a verifier knows beside it.

    Attributes:
        name: what is wrong, unique.
        wrong: something does not hold, so `verified` would be a failure.
    """

    name: str
    bundle: bytes
    trust: TrustFile
    chain: ChainAnswer
    now: datetime
    expect: Target | None = None
    wrong: bool = True

    def judge(self) -> Verification:
        return verify(self.bundle, self.trust, self.chain, self.now, expect=self.expect)


def case_of(
    name: str,
    world: World,
    bundle: Bundle | bytes,
    *,
    honest: Bundle | None = None,
    wrong: bool = True,
    expect: Target | None = None,
    **chain: Any,
) -> Case:
    """A case of a world's bundle, its chain asked as for the `honest` one."""
    asked = bundle if isinstance(bundle, Bundle) else honest
    assert asked is not None
    data = bundles.pack(bundle) if isinstance(bundle, Bundle) else bundle
    return Case(name, data, world.trust(), world.chain(asked, **chain), world.now, expect, wrong)
