"""What a page is told beside the verification: where it is served, which chain was asked, whom to call.

Nothing here says anything about the goods: that comes from verified bytes alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from coop.scans.queries import ScanSummary

DocumentUrl = Callable[[bytes], str | None]
"""(digest) -> where a document is shown; None where it is not here, or its bytes are not what they were."""


def no_documents(_digest: bytes) -> None:
    """Where nothing is kept beside the log."""


@dataclass(frozen=True)
class ChainFacts:
    """The chain that was asked; what it answered is in the verification.

    Attributes:
        name: what people call it ("Sepolia", "anvil").
        chain_id: EIP-155 number.
        contract: address, 0x…
        log_id: the log's id in the contract, 0x…
        local: it runs inside this service ("local test chain").
        test: it is a test network; local chains are.
        anchor_tx: transaction that made the anchor, as a hint for finding it.
        anchor_block: its block.
    """

    name: str
    chain_id: int
    contract: str
    log_id: str
    local: bool = False
    test: bool = False
    anchor_tx: str | None = None
    anchor_block: int | None = None


@dataclass(frozen=True)
class Support:
    """Whom a reader can turn to; what is None is not offered.

    Attributes:
        phone: as people dial it.
        email: for reports about a label.
    """

    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class Opened:
    """What came of a hidden code that was typed in.

    Attributes:
        outcome: `first`, `again`, `wrong`, `wait` or `busy`.
        at: when the layer was first opened; None where the code is wrong, or it was not entered.
        wait: seconds until another code may be tried.
        salt, leaf, root: what proves the code, in hex; empty where it is wrong.
    """

    outcome: str
    at: datetime | None = None
    wait: float = 0.0
    salt: str = ""
    leaf: str = ""
    root: str = ""


@dataclass(frozen=True)
class PageContext:
    """One request's surroundings.

    Attributes:
        now: the clock's time.
        code: what was scanned or typed, as it came.
        path: of this page, with a leading slash and without a query.
        base_url: scheme and host it is served under, without a slash at the end.
        origin: the log's name.
        chain: see `ChainFacts`.
        support: see `Support`.
        proof_url: where the bundle of this very answer is downloaded; None where there is none.
        checkpoint: the signed checkpoint it rests on, as text.
        anchor_every: seconds within which a new entry is usually anchored.
        document_url: see `DocumentUrl`.
        scans: what is known of the tem's scans, the operator's word; None where nothing is.
        layer: the tem has a second layer, whose code may be typed in.
        opened: what came of a hidden code that was typed in; None where none was.
        mark_samples: say so where an organisation's name marks it as sample data.
    """

    now: datetime
    code: str
    path: str
    base_url: str
    origin: str
    chain: ChainFacts
    support: Support = field(default_factory=Support)
    proof_url: str | None = None
    checkpoint: str = ""
    anchor_every: int = 1_800
    document_url: DocumentUrl = no_documents
    scans: ScanSummary | None = None
    layer: bool = False
    opened: Opened | None = None
    mark_samples: bool = True

    def has_document(self, digest: bytes) -> bool:
        """Whether a document is here, its bytes being what they were."""
        return self.document_url(digest) is not None
