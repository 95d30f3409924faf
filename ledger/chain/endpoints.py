"""Asking a chain through several endpoints, none of which is believed alone.

The rules (DESIGN §3.6):

1. Endpoints that serve another chain id do not count.
2. Each is asked for its block at the finality (`latest`, `safe`, `finalized`, or a number of blocks below its
   newest). The k-th highest of these is the block to read at: at least k endpoints have it.
3. The contract is read at that block's *hash* (EIP-1898), so equal answers are answers about the same state.
4. Two different answers about one block hash: somebody lies, the chain is `disputed`.
5. Fewer than k equal answers about one block hash: `unreachable`.

Anchors are read so at the configured finality; marks, roles and recalls, which can only worsen a verdict, at
the newest block in the same way. All endpoints are asked at once, each over its own connection.
"""

from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from ledger.chain import abi, contract
from ledger.chain.contract import Query, Standing
from ledger.chain.rpc import Rpc, RpcError, hexed, items, members, octets, quantity
from ledger.chain.views import Ask, Block, read_block
from ledger.errors import ChainError
from ledger.proof.chain import Anchor, ChainAnswer

T = TypeVar("T")
H = TypeVar("H", bound=Hashable)

CHUNK = 500
TAGS = ("latest", "safe", "finalized")
LOG_RANGE = 10_000


@dataclass(frozen=True)
class Agreed(Generic[T]):
    """What a quorum said about one block."""

    value: T
    block: Block
    agreed: int


@dataclass(frozen=True)
class Head:
    """A log as its contract sees it at the newest block, and an account's next nonce at that very block."""

    latest: Anchor | None
    standing: Standing
    block: Block
    nonce: int = 0


@dataclass(frozen=True)
class Anchored:
    """An event `Anchored`: which transaction (hash) in which block took a checkpoint."""

    size: int
    root: bytes
    tx: bytes
    block: int
    block_hash: bytes


class Endpoints:
    """The endpoints of one chain, asked about one log. Threads may share it."""

    def __init__(
        self,
        rpcs: Sequence[str],
        chain_id: int,
        contract: str,
        log_id: bytes,
        quorum: int = 1,
        finality: str = "finalized",
        timeout: float = 4.0,
    ) -> None:
        """Name what will be asked; nothing is sent yet.

        Args:
            rpcs: addresses of JSON-RPC endpoints; one listed twice counts once.
            chain_id: EIP-155 id that every endpoint must serve.
            contract: address of CheckpointAnchor.
            log_id: 32 bytes.
            quorum: how many must give the same answer, at least 1.
            finality: `latest`, `safe`, `finalized`, or decimal digits: blocks below the newest.
            timeout: seconds for each step of a request.

        Raises:
            ValueError: the finality is none of these, or the quorum is below 1.
        """
        if quorum < 1 or not (finality in TAGS or (finality.isascii() and finality.isdecimal())):
            raise ValueError(f"quorum {quorum}, finality {finality!r}")
        self.chain_id = chain_id
        self.contract = contract
        self.log_id = log_id
        self.quorum = quorum
        self.finality = finality
        self.rpcs = tuple(Rpc(url, timeout=timeout) for url in dict.fromkeys(rpcs))
        self._pool = ThreadPoolExecutor(8 * max(1, len(self.rpcs)), thread_name_prefix="chain")

    def close(self) -> None:
        """Close all connections."""
        self._pool.shutdown(wait=False)
        for rpc in self.rpcs:
            rpc.close()

    # --- What a verifier asks -----------------------------------------------------------------------

    def answer(self, subject_keys: Sequence[bytes]) -> ChainAnswer:
        """All that a verdict needs of the chain. Trouble is part of the answer, never raised."""
        asked = frozenset(subject_keys)
        keys = sorted(asked)
        try:
            anchor = self._agree(self.finality, lambda ask: ask(contract.latest(self.log_id)))
            state = self._agree(
                "latest", lambda ask: (ask(contract.standing(self.log_id)), self._recalled(ask, keys))
            )
        except ChainError as error:
            disputed = error.code == "chain.disputed"
            return ChainAnswer(
                "disputed" if disputed else "unreachable",
                None, 0, False, 0, frozenset(), asked, None, len(self.rpcs), 0,
            )  # fmt: skip
        standing, recalled = state.value
        return ChainAnswer(
            state="ok",
            latest=anchor.value,
            false_since=standing.false_since,
            retired=standing.retired,
            max_age=standing.max_age,
            recalled=recalled,
            asked=asked,
            block=anchor.block.number,
            endpoints=len(self.rpcs),
            agreed=min(anchor.agreed, state.agreed),
        )

    def newest_final(self) -> Anchor | None:
        """The newest anchor at the configured finality; None before the first.

        Raises:
            ChainError: chain.unreachable, chain.disputed, chain.wrong_chain.
        """
        return self._agree(self.finality, lambda ask: ask(contract.latest(self.log_id))).value

    # --- What the anchoring loop asks ---------------------------------------------------------------

    def head(self, account: str | None = None) -> Head:
        """The log at the newest block: by this is decided what to send. With the nonce of `account`, if given.

        Raises:
            ChainError: chain.unreachable, chain.disputed, chain.wrong_chain.
        """

        def read(ask: Ask) -> tuple[Anchor | None, Standing, int]:
            nonce = 0 if account is None else ask.nonce(account)
            return ask(contract.latest(self.log_id)), ask(contract.standing(self.log_id)), nonce

        found = self._agree("latest", read)
        latest, standing, nonce = found.value
        return Head(latest, standing, found.block, nonce)

    def ask(self, query: Query[H]) -> H:
        """A view call at the newest block.

        Raises:
            ChainError: chain.unreachable, chain.disputed, chain.wrong_chain; chain.reverted.
        """
        return self._agree("latest", lambda ask: ask(query)).value

    def recalled(self, keys: Sequence[bytes]) -> frozenset[bytes]:
        """Those of these subjects that a recaller of the log recalls, at the newest block. Raises as `ask`."""
        return self._agree("latest", lambda ask: self._recalled(ask, keys)).value

    def first(self, use: Callable[[Rpc], T]) -> T:
        """Use the first endpoint that answers and serves the right chain. For what needs no belief: fees,
        nonces, sending. A refusal (`RpcError`) is an answer.

        Raises:
            RpcError: the endpoint refused.
            ChainError: chain.unreachable, no endpoint answers; chain.wrong_chain, only others do.
        """
        failure = ChainError("no endpoint is named", code="chain.unreachable")
        for rpc in self.rpcs:
            try:
                self._check_chain(rpc)
                return use(rpc)
            except RpcError:
                raise
            except ChainError as error:
                failure = error
        raise failure

    def send(self, raw: bytes) -> bytes:
        """Hand a signed transaction to every endpoint; its hash, as soon as one takes it.

        Raises:
            RpcError: all that answered refused; the words are the last one's.
            ChainError: chain.unreachable, chain.wrong_chain.
        """

        def one(rpc: Rpc) -> bytes | ChainError:
            try:
                self._check_chain(rpc)
                return octets(rpc.call("eth_sendRawTransaction", hexed(raw)), rpc.url, 32)
            except ChainError as error:
                return error

        failure = ChainError("no endpoint is named", code="chain.unreachable")
        for result in self._pool.map(one, self.rpcs):
            if isinstance(result, bytes):
                return result
            if isinstance(result, RpcError) or not isinstance(failure, RpcError):
                failure = result
        raise failure

    def block(self, tag: str | int) -> Block:
        """A block by tag or number, from the first endpoint that answers."""
        return self.first(lambda rpc: read_block(rpc, tag))

    def anchored(self, first: int, last: int, size: int | None = None) -> list[Anchored]:
        """The log's events `Anchored` in blocks first..last, oldest first; only those of `size`, if given.

        The history of a log costs the contract no storage: it is these events. Nodes limit how many blocks
        one request may span, so the range is walked in pieces.

        Raises:
            ChainError: chain.unreachable, chain.wrong_chain.
        """
        found: list[Anchored] = []
        for start in range(first, last + 1, LOG_RANGE):
            stop = min(start + LOG_RANGE - 1, last)
            found += self.first(lambda rpc, a=start, b=stop: self._logs(rpc, a, b, size))  # type: ignore[misc]  # mypy cannot infer a lambda with defaults
        return found

    # --- Agreement ----------------------------------------------------------------------------------

    def _agree(self, finality: str, read: Callable[[Ask], H]) -> Agreed[H]:
        """Read the contract at one block hash. See the rules above.

        Endpoints that then fail are left out and the rest is asked again, as long as it can make a quorum: one
        that is ahead and refuses further calls must not silence the others.
        """
        tips = self._each(lambda rpc: self._tip(rpc, finality))
        while True:
            known = {rpc: tip for rpc, tip in tips.items() if isinstance(tip, Block)}
            self._enough(len(known), tips)
            number = sorted((tip.number for tip in known.values()), reverse=True)[self.quorum - 1]

            def at(rpc: Rpc, known: dict[Rpc, Block] = known, number: int = number) -> tuple[Block, H]:
                block = known[rpc] if known[rpc].number == number else read_block(rpc, number)
                return block, read(Ask(rpc, self.contract, block))

            answers = self._each(at, [rpc for rpc, tip in known.items() if tip.number >= number])
            try:
                return self._count(answers)
            except ChainError as error:
                failed = {rpc: answer for rpc, answer in answers.items() if isinstance(answer, ChainError)}
                if error.code != "chain.unreachable" or not failed or len(known) - len(failed) < self.quorum:
                    raise
                tips = {**tips, **failed}

    def _count(self, answers: dict[Rpc, tuple[Block, H] | ChainError]) -> Agreed[H]:
        by_hash: dict[bytes, dict[H, int]] = {}
        blocks: dict[bytes, Block] = {}
        for result in answers.values():
            if not isinstance(result, ChainError):
                block, value = result
                blocks[block.hash] = block
                counts = by_hash.setdefault(block.hash, {})
                counts[value] = counts.get(value, 0) + 1
        for block_hash, counts in by_hash.items():
            if len(counts) > 1:
                raise ChainError(
                    f"endpoints contradict each other about block {hexed(block_hash)}", code="chain.disputed"
                )
        votes = [(count, h, value) for h, counts in by_hash.items() for value, count in counts.items()]
        best = max((count for count, _, _ in votes), default=0)
        self._enough(best, answers)
        count, block_hash, value = next(vote for vote in votes if vote[0] == best)
        return Agreed(value, blocks[block_hash], count)

    def _enough(self, count: int, results: dict[Rpc, T | ChainError]) -> None:
        if count >= self.quorum:
            return
        errors = [result for result in results.values() if isinstance(result, ChainError)]
        for error in errors:
            if isinstance(error, RpcError) and error.data:
                raise abi.revert(error.data, error.reply)
        wrong = [error for error in errors if error.code == "chain.wrong_chain"]
        if wrong and len(wrong) == len(errors):
            raise wrong[0]
        detail = "; ".join(error.message for error in errors[:3])
        raise ChainError(
            f"{count} of {len(self.rpcs)} endpoints agree, {self.quorum} must: {detail or 'they differ'}",
            code="chain.unreachable",
            endpoints=len(self.rpcs),
            agreed=count,
            quorum=self.quorum,
        )

    def _each(self, use: Callable[[Rpc], T], rpcs: Sequence[Rpc] | None = None) -> dict[Rpc, T | ChainError]:
        def one(rpc: Rpc) -> T | ChainError:
            try:
                return use(rpc)
            except ChainError as error:
                return error

        chosen = self.rpcs if rpcs is None else rpcs
        return dict(zip(chosen, self._pool.map(one, chosen), strict=True))

    def _tip(self, rpc: Rpc, finality: str) -> Block:
        self._check_chain(rpc)
        if finality in TAGS:
            return read_block(rpc, finality)
        newest = rpc.quantity("eth_blockNumber")
        return read_block(rpc, max(0, newest - int(finality)))

    def _check_chain(self, rpc: Rpc) -> None:
        served = rpc.chain_id()
        if served != self.chain_id:
            raise ChainError(
                f"{rpc.url} serves chain {served}, not {self.chain_id}", code="chain.wrong_chain", url=rpc.url
            )

    def _recalled(self, ask: Ask, keys: Sequence[bytes]) -> frozenset[bytes]:
        found: set[bytes] = set()
        for start in range(0, len(keys), CHUNK):
            chunk = keys[start : start + CHUNK]
            flags = ask(contract.recalled(self.log_id, chunk))
            found.update(key for key, flag in zip(chunk, flags, strict=True) if flag)
        return frozenset(found)

    def _logs(self, rpc: Rpc, first: int, last: int, size: int | None) -> list[Anchored]:
        topics: list[str] = [hexed(abi.event_topic("Anchored")), hexed(self.log_id)]
        if size is not None:
            topics.append(hexed(size.to_bytes(32, "big")))
        query = {"address": self.contract, "fromBlock": hex(first), "toBlock": hex(last), "topics": topics}
        found = []
        for item in items(rpc.call("eth_getLogs", query), rpc.url):
            entry = members(item, rpc.url)
            if entry.get("removed") is True:
                continue
            named = items(entry.get("topics"), rpc.url)
            found.append(
                Anchored(
                    quantity(named[2] if len(named) > 2 else None, rpc.url),
                    octets(entry.get("data"), rpc.url, 32),
                    octets(entry.get("transactionHash"), rpc.url, 32),
                    quantity(entry.get("blockNumber"), rpc.url),
                    octets(entry.get("blockHash"), rpc.url, 32),
                )
            )
        return found


def with_others(home: ChainAnswer, others: Sequence[ChainAnswer]) -> ChainAnswer:
    """The home chain's answer, with the marks and recalls that other chains of the same log report."""
    marks = [one.false_since for one in (home, *others) if one.false_since]
    recalled = home.recalled.union(*(one.recalled for one in others))
    return replace(home, false_since=min(marks, default=0), recalled=recalled)
