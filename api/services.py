"""What the API is given: the parts of a deployment that its handlers translate to and from HTTP."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine

from api.assets import Assets
from api.counting import Counts
from api.pages import Catalogues, ChainFacts, Pages
from api.standalone import Page, Template
from api.verifying import Verifier
from coop.farm.book import Books
from coop.limits import Limiter
from coop.people.desk import People
from coop.reports.desk import Reports
from coop.scans.desk import Scans
from coop.stock.desk import Stock
from ledger.anchoring import Health
from ledger.capture import Capture
from ledger.hidden import Opening
from ledger.issuing import Issuing
from ledger.lots import Lots
from ledger.printing import PrintedTem
from ledger.proof.chain import ChainAnswer
from ledger.proof.trustfile import TrustFile
from ledger.prove import Prover
from ledger.slots import IssuedRoll
from ledger.store.blobs import BlobStore
from ledger.store.log import LogStore


class TemToPrint(Protocol):
    """The tem of a roll from `start` up to `stop`, as they are printed, those left out that were voided."""

    def __call__(
        self, roll_id: str, gtin: str, lot: str, stop: int, start: int = 0, *, signed: bool = False
    ) -> Iterable[PrintedTem]: ...


OpenLayer = Callable[[IssuedRoll, str, str], Opening]


@dataclass(frozen=True)
class Services:
    """One deployment, as handlers see it.

    Attributes:
        base_url: where the service is reached, without a trailing slash.
        accounts: the database, to authenticate callers.
        chain_facts: what pages and answers say about the chain, given what it answered.
        anchoring: how the anchoring loop fares; None where this process does not anchor.
        anchor_every: seconds within which a new entry is usually anchored.
        stock: numbers cartons and pallets, and packs them.
        counts: the first page's figures.
        scans: counts scans and first openings of tem, and tells of them.
        open_layer: (roll, serial, typed code) -> what proves the code under a tem's second layer.
        reports: what buyers tell about labels.
        often: how often one device may say where it scanned.
        place_header: the header in which a trusted proxy tells a province; empty: none does.
        people: lets people in, and shuts them out.
        books: what phones must know of their organisation.
        support_phone: whom anybody can call for help; empty: nobody.
        examples: links for the first page to offer in a language, label and path.
        static: folder that is served under /static.
        assets: the built scripts, served under /assets.
        template: the standalone verifier as it is built; None where it was not.
        standalone: the same with this deployment's trust file inside.
        docs: whether the interactive documentation is served.
    """

    base_url: str
    trust: TrustFile
    log: LogStore
    blobs: BlobStore
    capture: Capture
    issuing: Issuing
    lots: Lots
    tem_to_print: TemToPrint
    stock: Stock
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
    scans: Scans
    open_layer: OpenLayer
    reports: Reports
    often: Limiter
    place_header: str
    examples: Callable[[str], tuple[tuple[str, str], ...]]
    static: Path
    assets: Assets
    books: Books
    people: People
    support_phone: str = ""
    template: Template | None = None
    standalone: Page | None = None
    docs: bool = True
