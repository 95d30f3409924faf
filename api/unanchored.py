"""A lot before the log's first anchor: there is no bundle yet, only the log's signed promises (DESIGN §3.6).

Each entry is proven as a client would prove its receipt: the leaf is in the tree of the newest checkpoint,
commits to the statement's bytes and is filed under the lot; the signature is the signer's. The verdict is at
best `recorded`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ledger.errors import AuthorityError, StoreError
from ledger.log import merkle
from ledger.log.leaf import StatementLeaf, parse_leaf
from ledger.log.note import TlogProof
from ledger.lot.state import recall_of
from ledger.proof.chain import ChainAnswer
from ledger.proof.target import Target
from ledger.proof.verdict import Reason, Verdict, worst, worst_first
from ledger.proof.verification import Verification, VerifiedEntry, event_of
from ledger.proof.verify import chain_reasons, recall_reason
from ledger.statement import jws
from ledger.statement.jws import Statement
from ledger.statement.subjects import Role, subject_key
from ledger.statement.trust import KeyRecord
from ledger.store.log import LogStore


@dataclass(frozen=True)
class Promised:
    """An entry that the log has signed for, and the receipt that shows it.

    Attributes:
        entry: as a verification shows it; always pending.
        leaf: its bytes.
        proof: its inclusion in the newest checkpoint (C2SP tlog-proof).
    """

    entry: VerifiedEntry
    leaf: bytes
    proof: str


def promises(log: LogStore, lot: str) -> tuple[Promised, ...]:
    """The entries about a lot, oldest first, each proven under the newest checkpoint.

    Raises:
        LedgerError: stored bytes do not hold.
    """
    newest = log.newest_checkpoint()
    if newest is None:
        return ()
    checkpoint, note = newest
    key = subject_key(Role.ABOUT, lot)
    found = []
    for row in log.subject_entries(key, before=checkpoint.size):
        data = log.leaf_data(row.index)
        leaf = parse_leaf(data)
        if not isinstance(leaf, StatementLeaf) or leaf.ordinal_of(key) != row.ordinal:
            raise StoreError("A leaf is filed otherwise than it says.", code="store.corrupt", index=row.index)
        path = merkle.inclusion_proof(row.index, checkpoint.size, log.node())
        merkle.verify_inclusion(merkle.leaf_hash(data), row.index, checkpoint.size, path, checkpoint.root)
        entry = _entry(log, leaf, row.index, row.ordinal, lot)
        found.append(Promised(entry, data, TlogProof(row.index, tuple(path), note).pack()))
    return tuple(found)


def judge(target: Target, promised: Sequence[Promised], chain: ChainAnswer, now: datetime) -> Verification:
    """The verdict before the first anchor: `recorded`, `recalled`, or for an absent lot what the chain allows."""
    lot = target.lot_uri or ""
    reasons = [
        reason for reason in chain_reasons(chain, 0, b"", now) if reason.verdict is not Verdict.RECORDED
    ]
    if promised:
        reasons.append(Reason("lot.pending", Verdict.RECORDED, "No entry of the lot is anchored yet."))
        recall = recall_of([item.entry.story() for item in promised], lot, target.instance_uri)
        if recall is not None:
            reasons.append(recall_reason("recall.entry", lot, recall))
    elif not reasons:
        reasons.append(Reason("absence.not_anchored", Verdict.STALE, "Absence is not anchored yet."))
    reasons = worst_first(reasons)
    return Verification(
        worst(reasons), tuple(reasons), target, chain, entries=tuple(item.entry for item in promised)
    )


def _entry(log: LogStore, leaf: StatementLeaf, index: int, ordinal: int, lot: str) -> VerifiedEntry:
    statement = _statement(log.statement(index), leaf, index)
    return VerifiedEntry(
        index=index,
        ordinal=ordinal,
        time=datetime.fromtimestamp(leaf.time / 1000, UTC),
        role=Role.ABOUT,
        uri=lot,
        kind=leaf.kind,
        statement=statement,
        signer=_signer(log, statement) if statement else None,
        event=event_of(statement),
        pending=True,
    )


def _statement(raw: str | None, leaf: StatementLeaf, index: int) -> Statement | None:
    if raw is None:
        return None
    statement = jws.parse(raw)
    if statement.commitment != leaf.commitment:
        raise StoreError("The record is not the one that was logged.", code="store.corrupt", index=index)
    return statement


def _signer(log: LogStore, statement: Statement) -> KeyRecord:
    record = log.key_record(statement.header.kid)
    if record is None:
        raise AuthorityError("The entry's key was never admitted.", kid=statement.header.kid)
    jws.verify_signature(statement, record.jwk)
    return record
