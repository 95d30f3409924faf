"""The loop around the reconciliation: pauses, patience with a chain that is away, and figures for the operator."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from ledger.anchoring.reconcile import Action, Anchorer, Step
from ledger.errors import ChainError, LedgerError, StoreError

QUICK = 1.0
LONGEST_PAUSE = 300.0
_FINAL = (Action.FALSE, Action.RETIRED)
_MOVING = (Action.SENT, Action.REPLACED, Action.WAITING, Action.RACED)


@dataclass(frozen=True)
class Health:
    """How anchoring fares; times are seconds since 1970.

    Attributes:
        last_success: end of the last pass without an error; None before the first.
        last_error: code and message of the last error, and when; None if the last pass had none.
        alarm: code of what only a person can mend (`log.false`, `log.retired`, `store.behind`, …), else None.
        action: what the last pass did.
        anchored: newest size on the chain.
        target: newest size that should be there.
        gas_used: gas of mined transactions since the process started.
        wei_paid: what they cost.
        balance: the publisher's, in wei; None while unknown.
        failures: passes in a row that ended in an error.
    """

    last_success: float | None = None
    last_error: tuple[str, str, float] | None = None
    alarm: str | None = None
    action: str | None = None
    anchored: int = 0
    target: int = 0
    gas_used: int = 0
    wei_paid: int = 0
    balance: int | None = None
    failures: int = 0

    @property
    def ready(self) -> bool:
        """Nothing is wrong that a person must see to."""
        return self.alarm is None and self.failures < 3


class AnchorLoop:
    """Runs an anchorer in a thread of its own (or in the caller's)."""

    def __init__(
        self,
        anchorer: Anchorer,
        *,
        clock: Callable[[], float] = time.time,
        jitter: Callable[[], float] = random.random,
        told: Callable[[Health], None] = lambda _health: None,
    ) -> None:
        """`told` is called with the health after every pass; it must not raise."""
        self._anchorer = anchorer
        self._clock = clock
        self._jitter = jitter
        self._told = told
        self._nudge = threading.Event()
        self._health = Health()

    @property
    def health(self) -> Health:
        """How the last pass went."""
        return self._health

    def nudge(self) -> None:
        """Do the next pass now."""
        self._nudge.set()

    def run(self, stop: threading.Event, interval: float) -> None:
        """Pass after pass until `stop` is set, or the log takes no more anchors.

        While something is on its way, or went wrong for the first time, the pause is short; with each further
        error in a row it doubles, up to five minutes.

        Args:
            stop: set to end the loop; it ends after the pass that runs.
            interval: seconds between passes when there is nothing to do.
        """
        while not stop.is_set():
            step = self.once()
            if step is not None and step.action in _FINAL:
                return
            until = time.monotonic() + self._pause(step, interval)
            while not stop.is_set() and not self._nudge.is_set() and time.monotonic() < until:
                stop.wait(min(0.25, max(0.0, until - time.monotonic())))
            self._nudge.clear()

    def once(self, *, force: bool = False) -> Step | None:
        """One pass; an error becomes part of the health, and the answer is None."""
        try:
            step = self._anchorer.step(force=force)
        except LedgerError as error:
            self._failed(error)
            return None
        alarm = f"log.{step.action}" if step.action in _FINAL else None
        self._health = replace(
            self._health,
            last_success=self._clock(),
            last_error=None,
            alarm=alarm,
            action=step.action.value,
            anchored=step.size,
            target=step.target,
            gas_used=self._anchorer.gas_used,
            wei_paid=self._anchorer.wei_paid,
            balance=self._balance(),
            failures=0,
        )
        self._told(self._health)
        return step

    def settle(self, timeout: float, *, force: bool = True) -> Step:
        """Pass after pass in the caller's thread until the chain holds the newest snapshot; the last step, with the
        transaction that did it, if this call sent or awaited one.

        Args:
            timeout: seconds to wait at most.
            force: append a snapshot first if any entry is not covered by one.

        Raises:
            StoreError, ChainError: as `Anchorer.step`; chain.unreachable, not anchored in time.
        """
        deadline = time.monotonic() + timeout
        step = self._anchorer.step(force=force)
        tx = step.tx
        while step.action in _MOVING:
            if time.monotonic() > deadline:
                raise ChainError(
                    f"size {step.target} is not anchored after {timeout:.0f} s", code="chain.unreachable"
                )
            time.sleep(0.05 if step.action in (Action.SENT, Action.RACED) else 0.25)
            step = self._anchorer.step(force=force)  # a recall may have gone first
            tx = step.tx or tx
        return replace(step, tx=tx)

    def _failed(self, error: LedgerError) -> None:
        lasting = isinstance(error, StoreError) or error.code in (
            "chain.reverted",
            "chain.funds",
            "chain.wrong_chain",
        )
        self._health = replace(
            self._health,
            last_error=(error.code, error.message, self._clock()),
            alarm=error.code if lasting else None,
            failures=self._health.failures + 1,
        )
        self._told(self._health)

    def _pause(self, step: Step | None, interval: float) -> float:
        if step is None:
            grown = min(LONGEST_PAUSE, QUICK * 2.0 ** min(self._health.failures, 16))
            return grown * (0.5 + self._jitter() / 2)
        return min(QUICK, interval) if step.action in _MOVING else interval

    def _balance(self) -> int | None:
        try:
            return self._anchorer.balance()
        except ChainError:
            return self._health.balance
