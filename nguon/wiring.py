"""The composition root: every part of a deployment, built when first asked for, closed in reverse order.

    with Deployment.open(settings) as deployment:
        deployment.capture.document(data, org=org)

Nothing is started that is not asked for: a command that only writes needs no chain, one that only reads takes no
lock. The order of a service's start is: database, keys, lock, writer (which signs what a crash left unsigned), chain,
anchoring loop, HTTP; its end is the reverse.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from threading import Event, Thread
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Engine

from api.verifying import Verifier
from coop.accounts.actions import create_hosted_key, retire_hosted_key
from coop.accounts.queries import HostedSigner, Signers
from coop.farm.book import Books
from coop.reports.desk import Reports
from coop.scans.desk import Scans
from coop.scans.devices import Devices
from coop.stock.desk import Stock
from ledger.capture import Capture
from ledger.errors import AuthorityError, ChainError, ConflictError, LedgerError
from ledger.inhand import InHand
from ledger.issuing import Issuing
from ledger.log.note import NoteSigner, Vkey
from ledger.lots import Lots
from ledger.printing import PrintedTem, printed
from ledger.proof.bundle import AnchorHint
from ledger.proof.trustfile import TrustFile
from ledger.prove import Prover
from ledger.readiness import readiness_of
from ledger.rolls import read_story
from ledger.slots import RollSlots
from ledger.statement.jws import Jwk, Seen
from ledger.store import search
from ledger.store.appender import Appender
from ledger.store.blobs import BlobStore
from ledger.store.checkpoint_file import CheckpointFile
from ledger.store.database import open_engine, writing
from ledger.store.log import LogStore
from ledger.store.writer import Writer
from nguon import logs
from nguon.database import upgrade
from nguon.keys import Keys, open_keys
from nguon.locking import exclusive
from nguon.registrar import Registrar, request
from nguon.settings import Settings
from nguon.stocking import open_stock

if (
    TYPE_CHECKING
):  # at run time these come when they are first asked for: they take longer to load than the rest
    from coop.people.desk import People
    from ledger.anchoring import Anchorer, AnchorLoop
    from ledger.chain.transactions import ChainKey
    from nguon.asking import TrustedChain
    from nguon.chains import Place

log = structlog.get_logger("nguon")


def now() -> datetime:
    """The clock's time."""
    return datetime.now(UTC)


class Deployment:
    """One log, and all that serves it."""

    def __init__(self, settings: Settings, stack: ExitStack, clock: Callable[[], datetime] = now) -> None:
        self.settings, self.clock, self._stack = settings, clock, stack
        self._hints: dict[int, Sequence[AnchorHint]] = {}
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)

    @classmethod
    @contextmanager
    def open(cls, settings: Settings, clock: Callable[[], datetime] = now) -> Iterator["Deployment"]:
        """A deployment by its settings."""
        with ExitStack() as stack:
            yield cls(settings, stack, clock)

    @classmethod
    @contextmanager
    def from_environment(cls) -> Iterator["Deployment"]:
        """The deployment that the environment describes, for a command: it logs what is wrong, and no more."""
        logs.configure("error")
        with cls.open(Settings()) as deployment:
            yield deployment

    # --- what is kept

    @cached_property
    def keys(self) -> Keys:
        """The deployment's own keys; made at the first start."""
        return open_keys(self.settings)

    @cached_property
    def engine(self) -> Engine:
        """The database, at the newest schema."""
        upgrade(self.settings.url)
        engine = open_engine(self.settings.url)
        self._stack.callback(engine.dispose)
        with engine.connect() as connection:
            missing = search.is_missing(connection)
        if missing:
            log.info("indexing", entries=LogStore(engine).size())
            search.rebuild(engine)
        return engine

    @cached_property
    def accounts(self) -> Engine:
        """The database for accounts: its transactions may write."""
        return writing(self.engine)

    @cached_property
    def log(self) -> LogStore:
        """The log, to read."""
        return LogStore(self.engine)

    @cached_property
    def blobs(self) -> BlobStore:
        """Photos, certificates and reports."""
        return BlobStore(self.settings.data_dir / "blobs")

    # --- who signs

    @cached_property
    def note_signer(self) -> NoteSigner:
        """Signs checkpoints."""
        return NoteSigner(self.settings.origin, self.keys.log)

    @property
    def log_key(self) -> Vkey:
        return self.note_signer.vkey

    @cached_property
    def registrar(self) -> Jwk:
        """The registrar that this deployment's trust file pins."""
        return Jwk.from_public(self.keys.registrar.public_key())

    @cached_property
    def signers(self) -> Signers:
        """The hosted key of each organisation."""
        return Signers(self.engine, self.keys.sealer)

    # --- writing

    @cached_property
    def writer(self) -> Writer:
        """The thread that appends. One process at a time has it on an embedded database.

        Raises:
            StoreError: another process has it (`store.locked`); the database is behind what was promised.
        """
        if self.engine.dialect.name == "sqlite":
            self._stack.enter_context(exclusive(self.settings.data_dir / "writer.lock"))
        appender = Appender(
            self.engine,
            signer=self.note_signer,
            origin=self.settings.origin,
            registrars=[self.registrar],
            clock=self.clock,
            checkpoint_file=CheckpointFile(self.settings.data_dir / "checkpoint"),
        )
        writer = Writer(appender)
        writer.start()
        self._stack.callback(writer.close)
        return writer

    @cached_property
    def capture(self) -> Capture:
        """The one way in."""
        return Capture(
            self.log,
            self.writer,
            registrars=[self.registrar],
            clock=self.clock,
            signers=self.signers,
            seen=self._seen,
            refuse=self.settings.refuse,
            recorded=self.lots.keep,
        )

    def _seen(self) -> Seen | None:
        """The newest anchor, where this process watches the chain anyway."""
        verifier = self.__dict__.get("verifier")
        return verifier.seen() if isinstance(verifier, Verifier) else None

    @cached_property
    def registrar_desk(self) -> Registrar:
        """Admits and revokes keys."""
        return Registrar(self.keys.registrar, self.capture, self.clock)

    def host_key(self, org: str, *, role: str = "member", stems: Sequence[str] = ()) -> HostedSigner:
        """Make a key that we keep for an organisation, and admit it. It always speaks for the organisation itself.

        Raises:
            NotFoundError: no such organisation.
        """
        desk = self.registrar_desk  # a log that cannot be written must leave no key behind
        private = create_hosted_key(self.accounts, self.keys.sealer, org, self.clock())
        jwk = Jwk.from_public(private.public_key())
        try:
            desk.admit(
                request(private, org, role=role, stems=(org, *stems), now=self.clock(), custody="hosted")
            )
        except LedgerError:
            retire_hosted_key(self.accounts, jwk.kid, self.clock())
            raise
        return HostedSigner(jwk.kid, org, private)

    @cached_property
    def issuing(self) -> Issuing:
        """Rolls of tem, recalls, releases."""
        return Issuing(
            self.log,
            self.capture,
            slots=self.slots,
            clock=self.clock,
            readiness=lambda uri: readiness_of(self.lots, uri),
        )

    @cached_property
    def slots(self) -> RollSlots:
        """Rolls by their keys: serials, slots, openings of the second layer."""
        return RollSlots(self.keys.tem, self.settings.data_dir / "rolls")

    @cached_property
    def lots(self) -> Lots:
        """Answers about lots."""
        return Lots(self.log)

    def tem_codes(self, roll_id: str, gtin: str, lot: str, stop: int, start: int = 0) -> Iterator[str]:
        """The codes of a roll in order, from `start` up to `stop`, as they are printed."""
        return (item.code for item in self.tem_to_print(roll_id, gtin, lot, stop, start))

    def tem_to_print(
        self, roll_id: str, gtin: str, lot: str, stop: int, start: int = 0, *, signed: bool = False
    ) -> Iterator[PrintedTem]:
        """The tem of a roll in order, from `start` up to `stop`, those that were voided left out.

        Args:
            signed: with the signature of the organisation that issued it, by its hosted key.

        Raises:
            NotFoundError: the lot has no such roll.
            StoreError: no key kept here makes it (`store.tem_key`).
            ConflictError: the roll was voided (`tem.roll_voided`).
            AuthorityError: the organisation's key is not hosted here (`authority.key`).
        """
        story = read_story(self.log, gtin, lot)
        declared = story.roll(roll_id)
        if not declared.stands:
            message = f"The roll {roll_id} was voided: nothing of it is printed."
            raise ConflictError(message, code="tem.roll_voided", roll=roll_id)
        signer = self.signers(declared.org) if signed else None
        if signed and signer is None:
            message = f"The key of {declared.org} is not kept here: sign with `nguon tem sign`."
            raise AuthorityError(message, code="authority.key", org=declared.org)
        return printed(
            self.slots,
            declared.roll,
            self.settings.tem_host,
            stop,
            start,
            seal=signer.seal if signer is not None else None,
            voided=story.voided,
        )

    @cached_property
    def stock(self) -> Stock:
        """Cartons and pallets: their numbers, and what goes in."""
        return open_stock(self)

    @cached_property
    def books(self) -> Books:
        """What phones must know of their organisation."""
        return Books(
            self.log, InHand(self.log, self.lots), self.engine, lambda: self.verifier.seen(), self.clock
        )

    @cached_property
    def people(self) -> "People":
        """Who may come in, and with which key."""
        from coop.people.desk import People
        from coop.people.passkeys import RelyingParty
        from coop.people.room import Room

        return People(
            Room(
                reading=self.engine,
                writing=self.accounts,
                sealer=self.keys.sealer,
                log=self.log,
                registrar=lambda: self.registrar_desk,
                seen=self._seen,
                party=RelyingParty.of(self.settings.base_url),
                clock=self.clock,
            )
        )

    # --- what buyers show

    @cached_property
    def scans(self) -> Scans:
        """How often tem were scanned, and first openings; counted in a thread of its own."""
        devices = Devices(self.settings.data_dir / "salts", self.keys.sealer)
        scans = Scans(self.engine, self.accounts, devices, self.clock)
        scans.counter.start()
        self._stack.callback(scans.counter.close)
        return scans

    @cached_property
    def reports(self) -> Reports:
        """What buyers report about labels. Their pictures are no documents of the log, and lie apart."""
        photos = BlobStore(self.settings.data_dir / "reports")
        return Reports(self.engine, self.accounts, photos, self.clock)

    # --- proving and anchoring

    @cached_property
    def prover(self) -> Prover:
        """From what was asked to a bundle."""
        return Prover(self.log, slots=self.slots, anchors=self.anchor_hints)

    def anchor_hints(self, size: int) -> Sequence[AnchorHint]:
        """Where a checkpoint was anchored, as a hint for readers; nothing where the chain does not say.

        Only a process that anchors looks it up: to search a chain's history costs too much for a hint.
        """
        if size not in self._hints:
            anchorer: Anchorer | None = self.__dict__.get("_anchorer")
            try:
                found = anchorer.anchors_of(size) if anchorer is not None else ()
            except ChainError:
                return ()
            if not found:
                return ()
            self._hints[size] = found
        return self._hints[size]

    @cached_property
    def publisher(self) -> "ChainKey | None":
        """The key that anchors; None where none is configured: then this process only watches."""
        from ledger.chain.transactions import ChainKey, open_keystore

        if self.settings.embedded_chain:
            return ChainKey(self.keys.publisher)
        if self.settings.keystore is None:
            return None
        return open_keystore(self.settings.keystore, self.settings.password())

    @cached_property
    def place(self) -> "Place":
        """Where the log is anchored; starts the local test chain where settings name no other."""
        from ledger.chain.transactions import ChainKey
        from nguon.chains import configured, embedded

        if not self.settings.embedded_chain:
            return configured(self.settings)
        return embedded(self.settings, ChainKey(self.keys.publisher), self._stack)

    @cached_property
    def trust(self) -> TrustFile:
        """What a verifier of this log must know."""
        return TrustFile(
            origin=self.settings.origin,
            log_key=self.log_key,
            registrars=(self.registrar,),
            chain_id=self.place.chain_id,
            contract=self.place.contract,
            log_id=self.place.log_id,
            finality=self.settings.finality,
            rpcs=self.place.rpcs,
            quorum=min(self.settings.quorum, len(self.place.rpcs)),
        )

    @cached_property
    def chain(self) -> "TrustedChain":
        """The chain, asked as the trust file says."""
        from nguon.asking import TrustedChain

        chain = TrustedChain(self.trust)
        self._stack.callback(chain.close)
        return chain

    @cached_property
    def anchor_loop(self) -> "AnchorLoop | None":
        """Keeps the contract at the log's newest snapshot; not running yet. None where no publisher's key is."""
        from ledger.anchoring import AnchorLoop

        return AnchorLoop(self._anchorer) if self._anchorer is not None else None

    @cached_property
    def _anchorer(self) -> "Anchorer | None":
        from ledger.anchoring import Anchorer, AnchorPolicy, StoredAttempts, StoredLog
        from ledger.chain.transactions import GWEI, FeeLimits
        from nguon.recalls import RecallWatch

        key = self.publisher
        if key is None:
            return None
        settings = self.settings
        policy = AnchorPolicy(
            max_entries=settings.anchor_max_entries,
            max_seconds=settings.anchor_max_seconds,
            max_age=settings.max_age,
            finality=settings.finality,
            fees=FeeLimits(max_fee=settings.max_fee_gwei * GWEI),
        )
        return Anchorer(
            StoredLog(self.log, self.writer),
            StoredAttempts(self.engine),
            self.chain.home,
            key,
            policy,
            now=lambda: self.clock().timestamp(),
            recalls=RecallWatch(self.log, self._anchored_size),
            since=self.place.block,
        )

    def _anchored_size(self) -> int:
        anchor = self.chain.home.newest_final()
        return anchor.size if anchor is not None else 0

    @contextmanager
    def anchoring(self) -> Iterator[None]:
        """The anchoring loop, in a thread of its own."""
        loop = self.anchor_loop
        if loop is None:
            log.warning("anchoring is off", why="NGUON_KEYSTORE is not set")
            yield
            return
        stop = Event()
        thread = Thread(target=loop.run, args=(stop, self.settings.anchor_poll_seconds), name="anchoring")
        thread.start()
        try:
            yield
        finally:
            stop.set()
            loop.nudge()
            thread.join()

    @cached_property
    def verifier(self) -> Verifier:
        """From a code to a verdict."""
        return Verifier(self.log, self.prover, self.chain, self.trust, self.clock, word=self.scans.word)

    def verifier_for(
        self, trust: TrustFile, rpcs: Sequence[str] = (), at: datetime | None = None
    ) -> Verifier:
        """A verifier of stored entries under another trust file, other endpoints, or another time."""
        trust = replace(trust, rpcs=tuple(rpcs)) if rpcs else trust
        from nguon.asking import TrustedChain

        chain = TrustedChain(trust)
        self._stack.callback(chain.close)
        return Verifier(self.log, self.prover, chain, trust, (lambda: at) if at else self.clock)
