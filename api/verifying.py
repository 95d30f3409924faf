"""From a scanned code to a verdict: stored bytes are proven anew every time, against what the chain says now.

    code -> target -> bundle at the newest final anchor (and what is pending) -> chain's answer -> verify() -> heed()

No verdict is stored anywhere. What the operator knows of a tem's scans is heard after the proof, and marked as his
word; an older size of the log is judged without it. If an anchor came while the bundle was made, it is made again at
the new size.
Rows that are missing or changed behind our back end as `tampered`, with what is wrong as the reason.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from api.unanchored import Promised, judge, promises
from ledger.errors import Gs1Error, LedgerError, NotFoundError
from ledger.proof.bundle import Bundle
from ledger.proof.chain import Anchor, ChainAnswer
from ledger.proof.target import Target, host_of, parse_code
from ledger.proof.trustfile import TrustFile
from ledger.proof.verdict import Reason, Verdict
from ledger.proof.verification import Verification
from ledger.proof.verify import recall_keys, verify
from ledger.proof.word import Word, heed, silent
from ledger.statement.jws import Seen
from ledger.statement.subjects import Role, subject_key
from ledger.store.log import LogStore

_TRIES: Final = 4
# Errors that say nothing about what is stored: a problem for the client, and no verdict.
_COULD_NOT_LOOK: Final = frozenset({"store.unavailable", "store.closed", "store.locked", "store.tem_key"})


class Chain(Protocol):
    """Answers about our log; never raises for a chain that cannot be reached."""

    def answer(self, subject_keys: Sequence[bytes]) -> ChainAnswer: ...


class BundleMaker(Protocol):
    """Makes the bundle of a target at a size of the log, from stored bytes as they are."""

    def bundle(self, target: Target, size: int, pending_size: int | None = None) -> Bundle: ...


@dataclass(frozen=True)
class Check:
    """What became of one code.

    Attributes:
        code: as it came.
        target: what it names; None where it is no code of ours.
        verification: the verdict and what it rests on; None for a code without a lot, which gets none.
        bundle: the proof; None where there is none yet, or it could not be made.
        size, pending_size: what the bundle was made at.
        receipts: before the first anchor, the log's promises for the lot's entries.
        error: why it is no code of ours.
    """

    code: str
    target: Target | None
    verification: Verification | None
    bundle: Bundle | None = None
    size: int | None = None
    pending_size: int | None = None
    receipts: tuple[Promised, ...] = ()
    error: Gs1Error | None = None


class Verifier:
    """Checks codes against one log. Threads may share it."""

    def __init__(
        self,
        log: LogStore,
        prover: BundleMaker,
        chain: Chain,
        trust: TrustFile,
        clock: Callable[[], datetime],
        word: Word = silent,
    ) -> None:
        """`word`: what the operator says about a tem beside the log."""
        self._log, self._prover, self._chain, self._trust, self._clock = log, prover, chain, trust, clock
        self._word = word
        self._newest: Anchor | None = None  # the newest final anchor seen: a hint, checked every time

    @property
    def host(self) -> str:
        """The host that our tem name."""
        return host_of(self._trust.origin)

    def check(self, code: str, size: int | None = None) -> Check:
        """Check a scanned code, at an older size of the log if one is given.

        Raises:
            NotFoundError: no snapshot was taken at that size.
        """
        try:
            target = parse_code(code, self.host)
        except Gs1Error as error:
            return Check(code, None, _malformed(error), error=error)
        return self.check_target(target, code, size)

    def check_target(self, target: Target, code: str, size: int | None = None) -> Check:
        """Check what a code names. Raises as `check`."""
        if target.lot is None:
            return Check(code, target, None)
        try:
            return self._check(target, code) if size is None else self._check_at(target, code, size)
        except LedgerError as error:
            if error.code in _COULD_NOT_LOOK or (size is not None and isinstance(error, NotFoundError)):
                raise
            verdict = Verdict.INCOMPLETE if error.code == "limit.lineage" else Verdict.TAMPERED
            reason = Reason(error.code, verdict, error.message, dict(error.params))
            return Check(code, target, Verification(verdict, (reason,), target, self._chain.answer(())))

    def newest_anchor(self) -> ChainAnswer:
        """What the chain says now, without asking about any recall."""
        answer = self._chain.answer(())
        self._note(answer)
        return answer

    def anchored_size(self) -> int:
        """Size of the newest final anchor that this process has seen; 0 before the first."""
        return self._newest.size if self._newest else 0

    def seen(self) -> Seen | None:
        """The newest final anchor that this process has seen, as statements carry it."""
        return Seen(self._newest.size, self._newest.root) if self._newest else None

    def _check(self, target: Target, code: str) -> Check:
        lot = target.lot_uri
        assert lot is not None
        size = self.anchored_size() or self._newest_snapshot()
        if size is None:
            answer = self._chain.answer([subject_key(Role.ABOUT, lot)])
            self._note(answer)
            if answer.latest is None:
                receipts = promises(self._log, lot)
                return Check(code, target, judge(target, receipts, answer, self._clock()), receipts=receipts)
            size = answer.latest.size
        for _ in range(_TRIES):
            pending = self._pending_size(size)
            bundle = self._prover.bundle(target, size, pending)
            answer = self._chain.answer(recall_keys(bundle))
            self._note(answer)
            if answer.latest is None or answer.latest.size == size:
                break
            size = answer.latest.size
        verification = verify(bundle, self._trust, answer, self._clock(), expect=target)
        if verification.tem is not None:
            verification = heed(verification, self._word(target))
        return Check(code, target, verification, bundle, bundle_size(verification, size), pending)

    def _check_at(self, target: Target, code: str, size: int) -> Check:
        bundle = self._prover.bundle(target, size)
        answer = self._chain.answer(recall_keys(bundle))
        self._note(answer)
        verification = verify(bundle, self._trust, answer, self._clock(), expect=target)
        return Check(code, target, verification, bundle, bundle_size(verification, size))

    def _note(self, answer: ChainAnswer) -> None:
        if answer.latest is not None:
            self._newest = answer.latest

    def _newest_snapshot(self) -> int | None:
        snapshot = self._log.newest_snapshot()
        while (
            snapshot is not None and self._log.checkpoint(snapshot.size) is None
        ):  # a crash leaves such a one
            snapshot = self._log.newest_snapshot_until(snapshot.size - 1)
        return snapshot.size if snapshot else None

    def _pending_size(self, size: int) -> int | None:
        newest = self._log.newest_checkpoint()
        if newest is None:
            raise NotFoundError("The log has no checkpoint.", code="not_found.size")
        return newest[0].size if newest[0].size > size else None


def bundle_size(verification: Verification, asked: int) -> int:
    """The size that a bundle stands for: what its checkpoint says, or what was asked if it does not open."""
    return verification.size or asked


def _malformed(error: Gs1Error) -> Verification:
    reason = Reason(error.code, Verdict.MALFORMED, error.message, dict(error.params))
    nobody = ChainAnswer("unreachable", None, 0, False, 0, frozenset(), frozenset(), None, 0, 0)
    return Verification(Verdict.MALFORMED, (reason,), None, nobody)
