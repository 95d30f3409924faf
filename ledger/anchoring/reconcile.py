"""One pass of the reconciliation: look at the chain, look at the log, send what is missing (DESIGN §5).

The contract is the only truth about what is anchored. A pass reads, at one block that a quorum agrees on,
`latest(logId)`, the log's standing and our account's nonce; everything else follows from these and the log:

1. The log is proven false, or retired: stop.
2. The chain is ahead of the log, or holds another root: the database is an old copy. Stop, and let nothing
   be appended (`StoreError`).
3. A transaction of ours with exactly this nonce is stored: it is not mined yet. While it is young and still
   says what is needed, send the same bytes again and wait. Otherwise replace it: same nonce, fees up.
4. Recalls that the log has and the contract lacks go first.
5. Append a snapshot if the policy asks for one. The target is always the newest snapshot.
6. If the chain is behind the target: sign, **store the bytes, then send them**.

Why each order is safe:

- *Crash before the bytes are stored*: nothing was sent. The next pass decides anew.
- *Crash after storing, before sending, or a lost reply*: the next pass finds the account's nonce unused and the
  bytes stored under it (3), and sends those. Never is a second nonce used while the first may still be mined, so
  no anchor is paid twice.
- *The transaction is mined and we do not know*: the nonce is used and `latest` has moved: nothing is missing.
- *A reorg takes an anchor out*: nonce and `latest` fall back together, since they are read at one block; (3)
  finds the stored bytes and sends them again. If the chain took another way meanwhile, what they say is no
  longer what is needed, and they are replaced.
- *The chain forgets blocks* (a test chain after a power cut): as after a reorg.
- *A second worker on the same database*: both read the same nonce; at most one transaction per nonce is mined,
  and the contract refuses what is not larger than its latest (`NotLarger`). Who is refused reads the chain anew.
- *The database is restored from a backup, or attempts are lost*: (2) decides whether the log may go on; without
  its attempt a stuck transaction is found by the node's answer "underpriced", and outbid by the next pass.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ledger.anchoring.room import AnchorLog, Attempt, Attempts, LogRecall
from ledger.chain import abi, contract
from ledger.chain.endpoints import Endpoints, Head
from ledger.chain.rpc import Rpc, RpcError, hexed, members, octets, quantity
from ledger.chain.transactions import (
    ChainKey,
    FeeLimits,
    Fees,
    Signed,
    gas_needed,
    raised,
    read_signed,
    suggest_fees,
)
from ledger.errors import ChainError
from ledger.proof.bundle import AnchorHint

GAS_RESERVE = (
    150_000  # a new clock hour costs slots that the estimate may not have seen; unused gas is not paid
)
HARMLESS = (
    "already known",  # geth
    "already imported",  # anvil, reth
    "alreadyknown",  # nethermind
    "known transaction",  # besu, older geth
    "nonce too low",
    "underpriced",
    "less than block base fee",
)


class Action(StrEnum):
    """What a pass did."""

    IDLE = "idle"  # nothing is missing
    SENT = "sent"
    REPLACED = "replaced"  # a stuck transaction, by one with higher fees
    WAITING = "waiting"  # for a transaction in flight
    RACED = "raced"  # somebody else was faster: the next pass sees
    FALSE = "false"  # the log is proven false: nothing is sent any more
    RETIRED = "retired"


@dataclass(frozen=True)
class Step:
    """The outcome of a pass.

    Attributes:
        action: what was done.
        size: the newest size that the chain holds, at the block read; 0 before the first anchor.
        target: the size to be anchored; 0 if the log has no snapshot.
        tx: hash of the transaction sent or waited for.
        false_since: block time (seconds since 1970) of the first proven lie; 0 if there is none.
    """

    action: Action
    size: int
    target: int = 0
    tx: bytes | None = None
    false_since: int = 0


@dataclass(frozen=True)
class AnchorPolicy:
    """When to append a snapshot, and how long to wait for a transaction.

    Attributes:
        max_entries: as soon as so many entries are not covered by a snapshot;
        max_seconds: or the oldest of them is so old;
        max_age: or half of this (or of the contract's maxAge, if less) has passed since the newest anchor. Seconds.
        finality: block tag or number of blocks at which an anchor counts; a word for readers, nothing is sent by it.
        patience: seconds until a transaction that is not mined is replaced.
        fees: the most to pay.
    """

    max_entries: int = 1000
    max_seconds: float = 3600.0
    max_age: int = 86400
    finality: str = "finalized"
    patience: float = 90.0
    fees: FeeLimits = field(default_factory=FeeLimits)


@dataclass(frozen=True)
class _Wanted:
    """A call that is missing on the chain."""

    data: bytes
    size: int
    root: bytes


class Anchorer:
    """Keeps one contract at one log's newest snapshot."""

    def __init__(
        self,
        log: AnchorLog,
        attempts: Attempts,
        endpoints: Endpoints,
        key: ChainKey,
        policy: AnchorPolicy,
        *,
        now: Callable[[], float],
        recalls: Callable[[], Sequence[LogRecall]] | None = None,
        since: int = 0,
    ) -> None:
        """Put the parts together.

        Args:
            log: what is anchored.
            attempts: where transactions are stored before they are sent.
            endpoints: the chain, the contract and the log's id.
            key: the publisher's key.
            policy: when to anchor.
            now: clock, seconds since 1970.
            recalls: what the log recalls, if the publisher is one of the log's recallers.
            since: block from which on the log's history is looked for.
        """
        self._log = log
        self._attempts = attempts
        self._endpoints = endpoints
        self._key = key
        self._policy = policy
        self._now = now
        self._recalls = recalls
        self._since = since
        self._pass = threading.Lock()
        self.gas_used = 0
        self.wei_paid = 0

    @property
    def address(self) -> str:
        """The publisher's address."""
        return self._key.address

    def step(self, *, force: bool = False) -> Step:
        """One pass. With `force`, a snapshot is appended as soon as any entry is not covered by one.

        Raises:
            StoreError: store.behind, store.fork: nothing may be appended to this database.
            ChainError: chain.unreachable, chain.disputed, chain.wrong_chain; chain.reverted, the contract refuses
                for a reason that the next pass would not mend; chain.funds, the publisher's balance is too low.
        """
        with self._pass:
            return self._step(force)

    def balance(self) -> int:
        """The publisher's balance in wei."""
        return self._endpoints.first(lambda rpc: rpc.quantity("eth_getBalance", self.address, "latest"))

    def anchors_of(self, size: int) -> tuple[AnchorHint, ...]:
        """Where a checkpoint was anchored: transaction, block and its time; empty if the chain has it nowhere.

        Raises:
            ChainError: chain.unreachable, chain.wrong_chain.
        """
        blocks = [self._receipt_block(attempt.tx_hash) for attempt in self._attempts.of_size(size)]
        known = [number for number in blocks if number is not None]
        newest = self._endpoints.block("latest").number
        first, last = (min(known), max(known)) if known else (self._since, newest)
        return tuple(
            AnchorHint(
                self._endpoints.chain_id,
                self._endpoints.contract,
                self._endpoints.log_id,
                hexed(event.tx),
                event.block,
                self._endpoints.block(event.block).time,
            )
            for event in self._endpoints.anchored(first, last, size)
        )

    # --- The pass -----------------------------------------------------------------------------------

    def _step(self, force: bool) -> Step:
        head = self._endpoints.head(self.address)
        anchored = head.latest.size if head.latest else 0
        standing = head.standing
        if standing.false_since:
            return Step(Action.FALSE, anchored, false_since=standing.false_since)
        if standing.retired:
            return Step(Action.RETIRED, anchored)
        if int(standing.publisher, 16) != int(self.address, 16):
            raise ChainError(
                f"{self.address} is not the log's publisher, {standing.publisher} is",
                code="chain.reverted",
                error="NotPublisher",
            )
        if head.latest is not None:
            self._log.assert_not_behind(head.latest.size, head.latest.root)
        self._settle(head.nonce)
        prior = self._in_flight(head.nonce)
        if prior is not None and self._still_says(prior, head) and self._is_young(prior):
            self._send(prior.raw)
            return Step(Action.WAITING, anchored, prior.size, prior.tx_hash)
        wanted = self._missing_recall(head) or self._missing_anchor(head, force)
        if wanted is None:
            return Step(Action.IDLE, anchored, anchored)
        return self._publish(head, prior, wanted)

    def _missing_recall(self, head: Head) -> _Wanted | None:
        """The first recall or release that the log has and the contract lacks."""
        if self._recalls is None or self.address not in head.standing.recallers:
            return None
        wanted = list(self._recalls())
        there = self._endpoints.recalled([recall.subject for recall in wanted])
        for recall in wanted:
            if recall.released == (recall.subject not in there):
                continue
            if recall.released and not any(
                self._endpoints.ask(contract.recall_of(self.address, recall.subject))
            ):
                continue  # it is another's recall: only he can lift it
            call = contract.release if recall.released else contract.recall
            return _Wanted(call(recall.subject, recall.statement), 0, recall.subject)
        return None

    def _missing_anchor(self, head: Head, force: bool) -> _Wanted | None:
        anchored = head.latest.size if head.latest else 0
        if self._is_due(head, force):
            self._log.submit_snapshot()
        target = self._log.newest_snapshot()
        if target is None or target.size <= anchored:
            return None
        root = self._log.root_at(target.size)
        return _Wanted(self._anchor_call(anchored, target.size, root), target.size, root)

    def _is_due(self, head: Head, force: bool) -> bool:
        """The policy: whether a snapshot is to be appended."""
        snapshot = self._log.newest_snapshot()
        covered = snapshot.size if snapshot else 0
        fresh = self._log.size() - covered
        if fresh and (force or head.latest is None or fresh >= self._policy.max_entries):
            return True
        if fresh and self._now() - self._log.time_of(covered) / 1000 >= self._policy.max_seconds:
            return True
        if head.latest is None or covered > head.latest.size:
            return False
        half = min(self._policy.max_age, head.standing.max_age) / 2
        return self._now() - head.latest.time >= half

    def _publish(self, head: Head, prior: Attempt | None, wanted: _Wanted) -> Step:
        anchored = head.latest.size if head.latest else 0
        fees = self._endpoints.first(lambda rpc: suggest_fees(rpc, self._policy.fees))
        if prior is not None:
            outbid = raised(read_signed(prior.raw)[0].fees, fees, self._policy.fees)
            if outbid is None:  # as much as we may pay is offered already
                self._send(prior.raw)
                return Step(Action.WAITING, anchored, prior.size, prior.tx_hash)
            fees = outbid
        try:
            gas = self._endpoints.first(
                lambda rpc: gas_needed(rpc, self.address, self._endpoints.contract, wanted.data, GAS_RESERVE)
            )
        except RpcError as error:
            return self._refused(head, wanted, error)
        attempt = self._sign(head.nonce, wanted, gas, fees)
        self._attempts.add(attempt)
        self._send(attempt.raw)
        action = Action.SENT if prior is None else Action.REPLACED
        return Step(action, anchored, wanted.size, attempt.tx_hash)

    def _refused(self, head: Head, wanted: _Wanted, error: RpcError) -> Step:
        """The contract would refuse: because the chain has moved on, or for good."""
        again = self._endpoints.head(self.address)
        if again.latest != head.latest or again.nonce != head.nonce:
            return Step(Action.RACED, again.latest.size if again.latest else 0, wanted.size)
        if error.data:
            raise abi.revert(error.data, error.reply) from error
        raise _named(error) from error

    # --- Transactions -------------------------------------------------------------------------------

    def _sign(self, nonce: int, wanted: _Wanted, gas: int, fees: Fees) -> Attempt:
        signed = self._key.sign(
            chain_id=self._endpoints.chain_id,
            nonce=nonce,
            to=self._endpoints.contract,
            data=wanted.data,
            gas=gas,
            fees=fees,
        )
        return Attempt(nonce, signed.hash, signed.raw, wanted.size, wanted.root, int(self._now() * 1000))

    def _send(self, raw: bytes) -> None:
        """Send signed bytes. If a node knows them, or they are overtaken, or must wait for a lower base fee, the
        next passes see to it."""
        try:
            self._endpoints.send(raw)
        except RpcError as error:
            words = error.reply.lower()
            if not any(harmless in words for harmless in HARMLESS):
                raise _named(error) from error

    def _in_flight(self, nonce: int) -> Attempt | None:
        """The newest stored transaction of ours, on this chain, with this nonce."""
        for attempt in reversed(self._attempts.of_nonce(nonce)):
            signed, sender = read_signed(attempt.raw)
            if signed.chain_id == self._endpoints.chain_id and sender == self.address:
                return attempt
        return None

    def _still_says(self, attempt: Attempt, head: Head) -> bool:
        """Whether a stored transaction would do, on the chain as it is, something that is missing."""
        signed: Signed = read_signed(attempt.raw)[0]
        if signed.to is None or int(signed.to, 16) != int(self._endpoints.contract, 16):
            return False
        if attempt.size == 0:
            wanted = self._missing_recall(head)
            return wanted is not None and wanted.data == signed.data
        anchored = head.latest.size if head.latest else 0
        if not anchored < attempt.size <= self._log.size():
            return False
        return signed.data == self._anchor_call(anchored, attempt.size, self._log.root_at(attempt.size))

    def _is_young(self, attempt: Attempt) -> bool:
        return self._now() - attempt.created_at / 1000 < self._policy.patience

    def _anchor_call(self, anchored: int, size: int, root: bytes) -> bytes:
        proof = self._log.consistency(anchored, size) if anchored else ()
        return contract.anchor(self._endpoints.log_id, size, root, proof)

    def _settle(self, nonce: int) -> None:
        """Note what became of transactions whose nonce is used; for people and figures only."""
        for attempt in self._attempts.unsettled(nonce):
            receipt = self._endpoints.first(lambda rpc, tx=attempt.tx_hash: _receipt(rpc, tx))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
            if receipt is None:
                self._attempts.settle(attempt.tx_hash, "dropped")
                continue
            succeeded, gas, price, _ = receipt
            self._attempts.settle(attempt.tx_hash, "mined" if succeeded else "reverted")
            self.gas_used += gas
            self.wei_paid += gas * price

    def _receipt_block(self, tx: bytes) -> int | None:
        receipt = self._endpoints.first(lambda rpc: _receipt(rpc, tx))
        return None if receipt is None else receipt[3]


def _receipt(rpc: Rpc, tx: bytes) -> tuple[bool, int, int, int] | None:
    """(succeeded, gas used, wei per gas, block number) of a mined transaction; None if it is not mined."""
    found = rpc.call("eth_getTransactionReceipt", hexed(tx))
    if found is None:
        return None
    fields = members(found, rpc.url)
    octets(fields.get("transactionHash"), rpc.url, 32)
    status = quantity(fields.get("status"), rpc.url)
    gas = quantity(fields.get("gasUsed"), rpc.url)
    price = quantity(fields.get("effectiveGasPrice", "0x0"), rpc.url)
    return status == 1, gas, price, quantity(fields.get("blockNumber"), rpc.url)


def _named(error: RpcError) -> ChainError:
    """A refusal by the node, as an error with a code of its own where the cause is known."""
    if "insufficient funds" in error.reply.lower():
        return ChainError(
            f"the publisher's balance is too low: {error.reply}", code="chain.funds", url=error.params["url"]
        )
    return error
