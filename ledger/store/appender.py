"""The append transaction; `ledger.store.writer` is the one thread that runs it.

An append is two transactions, both under the lock of the row `log_state` (on SQLite: of the database):

1. *write*: lock; refuse a database behind the checkpoint file; decide (`ledger.store.staging`); insert leaves,
   statements, subject entries, completed tiles and the rest; count the log's size up; commit;
2. *sign*: lock; read back all leaves that no checkpoint covers, check them (`ledger.store.signing`); sign; replace
   the checkpoint file; insert the checkpoint; commit.

Only then is anybody answered. Why this order is safe, crash by crash:

- before the first commit: nothing happened; the sender sends again;
- between the two: leaves stand that nobody was promised. The next start, or the next batch of any process, reads
  them back and signs them; a sender who sends again gets the first entry (idempotency);
- after the file, before the second commit: the file is ahead of the table of checkpoints, never of the leaves, so
  the next start passes its check and signs the same bytes again;
- after the second commit, before the answer: as above, the sender sends again and gets his receipt;
- a database restored from before a signed checkpoint is behind the file: it refuses to append.

One submission that is refused leaves nothing behind, and harms no other in its transaction.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from ledger.errors import LedgerError, StoreError
from ledger.log.leaf import SnapshotLeaf, parse_leaf
from ledger.log.merkle import Frontier
from ledger.log.note import NoteSigner
from ledger.log.tiles import TILE_HEIGHT
from ledger.statement.jws import Jwk
from ledger.statement.trust import Keyring
from ledger.store import models, search
from ledger.store.checkpoint_file import CheckpointFile
from ledger.store.database import writing
from ledger.store.log import LogStore
from ledger.store.receipts import Receipt, ReceiptProver
from ledger.store.signing import CheckpointSigner, Signed, check_not_behind
from ledger.store.snapshots import blob_rows, derive_snapshot
from ledger.store.staging import Draft, JobDraft, Placed, Recorded, Staging, Submission

__all__ = ["Appender", "Clock", "Draft", "JobDraft", "Receipt", "Recorded", "Submission"]

Clock = Callable[[], datetime]
"""The time now, aware of its zone."""

MAX_BATCH = 2_000  # statements in a transaction


@dataclass
class _State:
    """What the log looked like after the last append: the tree's edge, the last leaf's time, the keys."""

    frontier: Frontier
    time: int
    keyring: Keyring


class Appender:
    """Appends to a log. Any number of processes may have one on the same database."""

    def __init__(
        self,
        engine: Engine,
        *,
        signer: NoteSigner,
        origin: str,
        registrars: Iterable[Jwk],
        clock: Clock,
        checkpoint_file: CheckpointFile,
    ) -> None:
        self._engine = engine
        self._writing = writing(engine)
        self._registrars = tuple(registrars)
        self._clock = clock
        self._signer = CheckpointSigner(signer, origin, checkpoint_file)
        self._state: _State | None = None

    def recover(self) -> Signed:
        """At start: refuse a database that is behind what was promised, sign what was not signed yet.

        Raises:
            StoreError: store.behind, store.fork, store.corrupt.
        """
        with self._writing.begin() as connection:
            size = self._lock(connection)
            highest = LogStore(connection).last_index()
            if size != (0 if highest is None else highest + 1):
                raise StoreError("The log's size is not the number of its leaves.", size=size)
            return self._signer.sign(connection, size)

    def assert_not_behind(self, size: int, root: bytes) -> None:
        """Refuse a database that is behind, or forks from, the checkpoint that a chain holds.

        Raises:
            StoreError: store.behind, store.fork.
        """
        log = LogStore(self._engine)
        check_not_behind(log, log.size(), size, root, "the chain")

    def append(self, submissions: Sequence[Submission]) -> list[list[Receipt] | LedgerError]:
        """Append what is right of these, in order; each is taken whole or answered with why not.

        Raises:
            StoreError: nothing can be promised; what was recorded of it is signed by the next start.
        """
        placed: list[list[Placed] | LedgerError] = []
        with self._writing.begin() as connection:
            size = self._lock(connection)
            state = self._state_at(connection, size)
            now = max(milliseconds(self._clock()), state.time)
            staging = Staging(
                connection,
                submissions,
                size=size,
                time=now,
                keyring=state.keyring,
                registrars=self._registrars,
            )
            for submission in submissions:
                try:
                    placed.append(staging.take(submission))
                except LedgerError as error:
                    placed.append(error)
            self._write(connection, staging, state)
        self._state = _State(state.frontier, now if staging.leaves else state.time, staging.keyring)
        signed = self._sign()
        fresh = {row["index"]: row["data"] for row in staging.leaves}
        return self._receipts(placed, signed, fresh)

    def append_snapshot(self) -> int:
        """Append a snapshot of the lot map over all leaves so far; the log's size with it.

        Raises:
            StoreError: as `append`.
        """
        with self._writing.begin() as connection:
            size = self._lock(connection)
            state = self._state_at(connection, size)
            now = max(milliseconds(self._clock()), state.time)
            map_root, touched = derive_snapshot(connection, size)
            leaf = SnapshotLeaf(now, map_root, size)
            row = {"index": size, "hash": leaf.hash(), "data": leaf.pack()}
            self._write_leaves(connection, [row], state.frontier)
            _insert(connection, models.SnapshotRow, [{"size": size + 1, "map_root": map_root}])
            _insert(connection, models.MapBlob, blob_rows(touched, size + 1))
        self._state = _State(state.frontier, now, state.keyring)
        self._sign()
        return size + 1

    def forget(self) -> None:
        """After an error: read the log's state anew before the next append."""
        self._state = None
        self._signer.forget()

    # -- inside the transactions

    def _lock(self, connection: Connection) -> int:
        query = select(models.LogState.size).with_for_update()
        size = connection.execute(query).scalar_one_or_none()
        if size is None:
            raise StoreError("The row log_state is missing: is the database migrated?")
        self._signer.check_file(connection, size)
        return size

    def _state_at(self, connection: Connection, size: int) -> _State:
        known = self._state
        if known is not None and known.frontier.size == size:
            return _State(known.frontier.copy(), known.time, known.keyring)
        if known is not None and known.frontier.size > size:
            raise StoreError("The database lost leaves while it was in use.", code="store.behind", size=size)
        log = LogStore(connection)
        time = parse_leaf(log.leaf_data(size - 1)).time if size else 0
        keyring = Keyring(self._registrars, log.key_records())
        return _State(Frontier.at(size, log.node()), time, keyring)

    def _write(self, connection: Connection, staging: Staging, state: _State) -> None:
        start = state.frontier.size
        self._write_leaves(connection, staging.leaves, state.frontier)
        _insert(connection, models.Statement, staging.statements)
        _insert(connection, models.SubjectEntry, staging.entries)
        _insert(connection, models.EventRef, staging.events)
        _insert(connection, models.Instance, staging.instances)
        _insert(connection, models.Idempotency, staging.idempotency)
        _insert(connection, models.EventWarning, staging.warnings)
        search.write(connection, staging.told)
        recorded = LogStore(connection).jobs_known(staging.jobs)
        jobs = [row for job, row in staging.jobs.items() if job not in recorded]
        _insert(connection, models.CaptureJob, jobs)
        for record in staging.keys.values():
            if record.admitted < start:
                revoke = update(models.KeyRow).where(models.KeyRow.kid == record.kid)
                connection.execute(revoke.values(revoked=record.revoked))
            else:
                row = {
                    "kid": record.kid,
                    "org": record.org,
                    "jwk": record.jwk.to_json(),
                    "role": record.role,
                    "custody": record.custody,
                    "stems": list(record.stems),
                    "admitted": record.admitted,
                    "revoked": record.revoked,
                }
                _insert(connection, models.KeyRow, [row])

    def _write_leaves(
        self, connection: Connection, rows: Sequence[dict[str, Any]], frontier: Frontier
    ) -> None:
        tiles = [
            {"level": level // TILE_HEIGHT, "index": index, "hash": node}
            for row in rows
            for level, index, node in frontier.append(row["hash"])
            if level and level % TILE_HEIGHT == 0
        ]
        if rows:
            _insert(connection, models.Leaf, rows)
            _insert(connection, models.TileHash, tiles)
            connection.execute(update(models.LogState).values(size=frontier.size))

    def _sign(self) -> Signed:
        with self._writing.begin() as connection:
            return self._signer.sign(connection, self._lock(connection))

    # -- answers

    def _receipts(
        self, placed: Sequence[list[Placed] | LedgerError], signed: Signed, fresh: Mapping[int, bytes]
    ) -> list[list[Receipt] | LedgerError]:
        with LogStore(self._engine).reading() as log:
            older = {
                item.index
                for items in placed
                if not isinstance(items, LedgerError)
                for item in items
                if item.index not in fresh
            }
            leaves = {**fresh, **log.leaves_at(older)}
            prover = ReceiptProver(log, signed)
            return [
                items
                if isinstance(items, LedgerError)
                else [
                    prover.receipt(item.index, leaves[item.index], duplicate=item.duplicate) for item in items
                ]
                for items in placed
            ]


def milliseconds(time: datetime) -> int:
    """Milliseconds since 1970, as leaves have them."""
    return int(time.timestamp() * 1000)


def _insert(connection: Connection, table: type[models.Base], rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        connection.execute(insert(table.__table__), rows)  # type: ignore[arg-type]  # declared as FromClause
