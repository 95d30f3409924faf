"""Lies against the chain, and how the contract ends them: history rewritten, an entry omitted, a fork.

The first is refused on the spot, whoever sends it. The other two can be anchored, because no contract sees what
stands behind a root; but they stay provable for ever by whoever holds the leaf that was hidden, and a log that is
proven false is marked false.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from ledger.chain import contract
from ledger.chain.deploy import Sender, open_log
from ledger.chain.rpc import Rpc
from ledger.chain.transactions import ChainKey
from ledger.encoding import JsonValue
from ledger.errors import ChainError
from ledger.log import merkle
from ledger.proof.bundle import Bundle
from ledger.proof.target import Target
from ledger.proof.trustfile import TrustFile
from ledger.proof.verification import Verification
from ledger.proof.verify import recall_keys, verify
from ledger.statement.subjects import Role, subject_key
from nguon.asking import TrustedChain
from nguon.chains import Place
from nguon.demo.lies import LyingLog, rewritten
from nguon.demo.telling import Scene

COOP = "https://id.gs1.org/417/9521001000017"
STEMS = ("https://id.gs1.org/01/09521001", "https://id.gs1.org/414/9521001", COOP)
GTIN = "09521001000055"
LOT = "THV-HIDDEN"
MAX_AGE = 86_400
ETHER = 10**18

Clock = Callable[[], datetime]


class Arena:
    """The chain, as liars and strangers meet it."""

    def __init__(self, place: Place, clock: Clock) -> None:
        self.place, self.clock = place, clock
        self._rpc = Rpc(place.rpcs[0], timeout=30.0)

    @classmethod
    @contextmanager
    def open(cls, place: Place, clock: Clock) -> Iterator["Arena"]:
        arena = cls(place, clock)
        try:
            yield arena
        finally:
            arena._rpc.close()

    def newcomer(self, key: ChainKey | None = None) -> Sender:
        """An account with a little ether, nobody's so far; or a known one."""
        who = key or ChainKey.generate()
        if key is None:
            self._rpc.call("anvil_setBalance", who.address, hex(ETHER))
        return Sender(self._rpc, who, self.place.chain_id)

    def anchor(self, liar: Sender, log_id: bytes, log: LyingLog, size: int) -> None:
        """Anchor a lying log's first checkpoint, as its own publisher."""
        liar.send(self.place.contract, contract.anchor(log_id, size, log.root(size), ()))

    def judge(self, bundle: Bundle, trust: TrustFile) -> Verification:
        """The verdict that any verifier comes to, with what the contract says now."""
        chain = TrustedChain(trust)
        try:
            answer = chain.answer(recall_keys(bundle))
        finally:
            chain.close()
        return verify(bundle, trust, answer, self.clock(), expect=Target(GTIN, LOT, None))


def rewrite_history(
    arena: Arena, scene: Scene, leaves: Sequence[bytes], index: int, publisher: ChainKey
) -> None:
    """Change an anchored leaf, and anchor the tree that results, with the log's own publisher key."""
    place = arena.place
    sender = arena.newcomer(publisher)
    latest = sender.ask(place.contract, contract.latest(place.log_id))
    assert latest is not None
    forged = rewritten(leaves[: latest.size], index)
    forged.append(merkle.leaf_hash(leaves[index]))

    def node(level: int, position: int) -> bytes:
        return merkle.root(forged[position << level : position + 1 << level])

    size, root = len(forged), merkle.root(forged)
    proof = merkle.consistency_proof(latest.size, size, node)
    scene.tell("rewritten.done", index=index, size=size, root=root.hex()[:16])
    scene.tell(
        "rewritten.call",
        call=f"anchor(0x{place.log_id.hex()[:8]}…, {size}, 0x{root.hex()[:8]}…,",
        n=len(proof),
    )
    try:
        sender.send(place.contract, contract.anchor(place.log_id, size, root, proof))
    except ChainError as error:
        refused = str(error.params.get("error"))
        scene.tell("rewritten.revert", error=refused)
        scene.caught(refused == "BadConsistencyProof", error=refused)
    unmoved = sender.ask(place.contract, contract.latest(place.log_id))
    scene.check(unmoved == latest)
    scene.tell("rewritten.unmoved", size=latest.size)


def omit_a_recall(arena: Arena, scene: Scene) -> None:
    """A log whose map leaves a recall out: its customers see `verified`, until a stranger proves the omission."""
    log = LyingLog("nguon.localhost/omits", COOP, STEMS, arena.clock())
    lot = _born(log)
    recall = log.recall(lot)
    size = log.snapshot(forgetting=[recall])
    liar, trust = _publish(arena, log, size)
    bundle = log.bundle(lot, size, hiding=[recall])
    _looks_fine(arena, scene, bundle, trust, recall)
    key = subject_key(Role.ABOUT, lot)
    proof = contract.prove_omission(
        trust.log_id,
        log.root(size),
        log.entry_proof(recall, size),
        key,
        log.snapshot_proof(size),
        log.map_proof(size, key),
    )
    _is_marked(arena, scene, liar, trust, proof, bundle, "proveOmission")


def fork_a_lot(arena: Arena, scene: Scene) -> None:
    """A log with two second entries of a lot: customers see the harmless one, until a stranger shows both."""
    log = LyingLog("nguon.localhost/forks", COOP, STEMS, arena.clock())
    lot = _born(log)
    key = subject_key(Role.ABOUT, lot)
    recall = log.recall(lot)
    harmless = log.event(lot, {key: 2}, bizStep="storing", disposition="in_progress")
    size = log.snapshot()
    liar, trust = _publish(arena, log, size)
    bundle = log.bundle(lot, size, hiding=[recall])
    _looks_fine(arena, scene, bundle, trust, recall)
    proof = contract.prove_fork(
        trust.log_id, log.root(size), log.entry_proof(recall, size), log.entry_proof(harmless, size), key
    )
    _is_marked(arena, scene, liar, trust, proof, bundle, "proveFork")


def _born(log: LyingLog) -> str:
    lot = f"https://id.gs1.org/01/{GTIN}/10/{LOT}"
    ilmd: JsonValue = {"cbvmda:lotNumber": LOT}
    log.event(lot, action="ADD", bizStep="commissioning", disposition="active", ilmd=ilmd)
    return lot


def _publish(arena: Arena, log: LyingLog, size: int) -> tuple[Sender, TrustFile]:
    liar = arena.newcomer()
    place = arena.place
    log_id = open_log(liar, place.contract, log.origin, liar.key.address, MAX_AGE)
    arena.anchor(liar, log_id, log, size)
    return liar, log.trust(place.chain_id, place.contract, log_id, place.rpcs)


def _looks_fine(arena: Arena, scene: Scene, bundle: Bundle, trust: TrustFile, hidden: int) -> None:
    before = arena.judge(bundle, trust).verdict
    scene.tell("hidden.before", index=hidden, verdict=before.value)
    scene.check(before.value == "verified")


def _is_marked(
    arena: Arena, scene: Scene, liar: Sender, trust: TrustFile, proof: bytes, bundle: Bundle, call: str
) -> None:
    stranger = arena.newcomer()
    place = arena.place
    receipt = stranger.send(place.contract, proof)
    standing = stranger.ask(place.contract, contract.standing(trust.log_id))
    who, tx = stranger.key.address, f"0x{receipt.tx.hex()}"
    scene.tell("hidden.proven", call=call, stranger=f"{who[:10]}…", tx=f"{tx[:18]}…", gas=receipt.gas)
    marked = datetime.fromtimestamp(standing.false_since, UTC)
    scene.tell("hidden.marked", since=standing.false_since, time=f"{marked:%Y-%m-%d %H:%M:%S} UTC")
    after = arena.judge(bundle, trust)
    reasons = " ".join(reason.code for reason in after.reasons)
    scene.tell("hidden.after", verdict=after.verdict.value, reasons=reasons)
    scene.check(_anchors_no_more(liar, place.contract, trust.log_id))
    scene.tell("hidden.closed")
    scene.caught(
        standing.false_since > 0 and after.verdict.value == "tampered",
        falseSince=standing.false_since,
        by=who,
        call=call,
        tx=tx,
        verdict=after.verdict.value,
    )


def _anchors_no_more(liar: Sender, address: str, log_id: bytes) -> bool:
    try:
        liar.send(address, contract.anchor(log_id, 1_000, bytes([1]) * 32, ()))
    except ChainError as error:
        return error.params.get("error") == "Closed"
    return False
