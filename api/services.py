"""What the API is given: the parts of a deployment that its handlers translate to and from HTTP."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from api.assets import Assets
from api.counting import Counts
from api.pages import Catalogues, ChainFacts, Pages
from api.verifying import Verifier
from ledger.anchoring import Health
from ledger.capture import Capture
from ledger.issuing import Issuing
from ledger.lots import Lots
from ledger.proof.chain import ChainAnswer
from ledger.proof.trustfile import TrustFile
from ledger.prove import Prover
from ledger.store.blobs import BlobStore
from ledger.store.log import LogStore

TemCodes = Callable[[str, str, str, int, int], Iterable[str]]
"""(roll id, GTIN, lot, stop, start) -> the codes of a roll from `start` up to `stop`, as they are printed."""


@dataclass(frozen=True)
class Services:
    """One deployment, as handlers see it.

    Attributes:
        base_url: where the service is reached, without a trailing slash.
        accounts: the database, to authenticate callers.
        chain_facts: what pages and answers say about the chain, given what it answered.
        anchoring: how the anchoring loop fares; None where this process does not anchor.
        anchor_every: seconds within which a new entry is usually anchored.
        counts: the first page's figures.
        examples: links for the first page to offer in a language, label and path.
        static: folder that is served under /static.
        assets: the built scripts, served under /assets.
        docs: whether the interactive documentation is served.
    """

    base_url: str
    trust: TrustFile
    log: LogStore
    blobs: BlobStore
    capture: Capture
    issuing: Issuing
    lots: Lots
    tem_codes: TemCodes
    prover: Prover
    verifier: Verifier
    accounts: Engine
    catalogues: Catalogues
    pages: Pages
    chain_facts: Callable[[ChainAnswer], ChainFacts]
    anchoring: Callable[[], Health | None]
    writer_alive: Callable[[], bool]
    clock: Callable[[], datetime]
    anchor_every: int
    counts: Counts
    examples: Callable[[str], tuple[tuple[str, str], ...]]
    static: Path
    assets: Assets
    docs: bool = True
