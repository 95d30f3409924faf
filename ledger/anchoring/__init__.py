"""Anchoring: keeping the contract at the log's newest snapshot.

`Anchorer` (reconcile) does one pass, `AnchorLoop` (loop) repeats it, `StoredLog` and `StoredAttempts` (stored)
are the log and the attempts in the database.
"""

from ledger.anchoring.loop import AnchorLoop, Health
from ledger.anchoring.reconcile import Action, Anchorer, AnchorPolicy, Step
from ledger.anchoring.room import AnchorLog, Attempt, Attempts, LogRecall, SnapshotAt
from ledger.anchoring.stored import StoredAttempts, StoredLog

__all__ = [
    "Action",
    "AnchorLog",
    "AnchorLoop",
    "AnchorPolicy",
    "Anchorer",
    "Attempt",
    "Attempts",
    "Health",
    "LogRecall",
    "SnapshotAt",
    "Step",
    "StoredAttempts",
    "StoredLog",
]
