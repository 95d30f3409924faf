"""What the contract answered, as plain values that a verdict can rest on.

A verifier asks several endpoints of a chain and condenses what they say into one `ChainAnswer`.
Everything here is pure: whoever asks lives in `ledger.chain.endpoints` (or in the TypeScript verifier,
whose answer has the same shape). Anchors count at the configured finality; the mark of a proven lie,
retirement and recalls count from the newest block.
"""

from dataclasses import dataclass
from typing import Literal

ChainState = Literal["ok", "disputed", "unreachable"]


@dataclass(frozen=True)
class Anchor:
    """A checkpoint that the contract holds.

    Attributes:
        size: number of leaves, at least 1.
        root: 32 bytes, the tree's root at that size.
        time: when its block was made, in seconds since 1970-01-01T00:00:00Z.
    """

    size: int
    root: bytes
    time: int


@dataclass(frozen=True)
class ChainAnswer:
    """What the chain says about one log.

    Attributes:
        state: `ok` when a quorum agreed; `disputed` when two endpoints contradict each other about the
            same block; `unreachable` when fewer than the quorum agreed, or another chain answered.
        latest: the newest anchor at the configured finality; None before the first one, and whenever
            `state` is not `ok`.
        false_since: block time (seconds since 1970) at which the contract took a proof that the log lied;
            0 if it never did, or if no quorum said so. Other chains of the same log may add a mark.
        retired: the log's owner has closed the log.
        max_age: seconds after which the newest anchor no longer counts as fresh.
        recalled: those of `asked` that a recaller of the log has recalled in the contract.
        asked: the subject keys that the contract was asked about.
        block: number of the block at which `latest` was read; None if none was agreed upon.
        endpoints: how many endpoints were asked.
        agreed: how many gave the answer that was taken.
    """

    state: ChainState
    latest: Anchor | None
    false_since: int
    retired: bool
    max_age: int
    recalled: frozenset[bytes]
    asked: frozenset[bytes]
    block: int | None
    endpoints: int
    agreed: int
