"""Asking all chains of a trust file: the home chain decides, marks and recalls on others count too."""

from collections.abc import Sequence

from ledger.chain.endpoints import Endpoints, with_others
from ledger.proof.chain import ChainAnswer
from ledger.proof.trustfile import TrustFile


class TrustedChain:
    """The chains that a trust file names, asked about its log. Threads may share it."""

    def __init__(self, trust: TrustFile, rpcs: Sequence[str] = (), timeout: float = 4.0) -> None:
        """Name what will be asked; nothing is sent yet.

        Args:
            trust: names the contract, and the endpoints unless `rpcs` does.
            rpcs: endpoints of the home chain to ask instead.
            timeout: seconds for each step of a request.
        """
        self.home = Endpoints(
            rpcs or trust.rpcs,
            trust.chain_id,
            trust.contract,
            trust.log_id,
            quorum=trust.quorum,
            finality=trust.finality,
            timeout=timeout,
        )
        self.others = tuple(
            Endpoints(
                other.rpcs, other.chain_id, other.contract, other.log_id, timeout=timeout, finality="latest"
            )
            for other in trust.others
        )

    def answer(self, subject_keys: Sequence[bytes]) -> ChainAnswer:
        """What the chains say; never raises for one that cannot be reached."""
        answer = self.home.answer(subject_keys)
        if not self.others:
            return answer
        return with_others(answer, [other.answer(subject_keys) for other in self.others])

    def close(self) -> None:
        """Close all connections."""
        for endpoints in (self.home, *self.others):
            endpoints.close()
