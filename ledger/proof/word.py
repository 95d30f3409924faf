"""The operator's word: what is known of a tem beside the log, and cannot be proven (DESIGN §3.7, `suspect_copy`).

It is given to a verification after `verify`, and stays apart from it: every reason of it says `by: operator`, it can
only be that a tem looks copied, and it only adds. Without it a verification is what it was.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from ledger.proof.target import Target
from ledger.proof.verdict import Reason, Verdict, worst, worst_first
from ledger.proof.verification import Verification

SCAN_CONFLICT: Final = "scan.conflict"
HIDDEN_USED: Final = "hidden.used"

Word = Callable[[Target], Iterable[Reason]]
"""What the operator says about a tem; nothing where there is nothing to say. It never raises."""


def suspicion(code: str, detail: str, **params: object) -> Reason:
    """A reason of the operator's to suspect a copy, marked as such."""
    return Reason(code, Verdict.SUSPECT_COPY, detail, {"by": "operator", **params})


def is_word(reason: Reason) -> bool:
    """Whether a reason is the operator's word, and not proven."""
    return reason.params.get("by") == "operator"


def silent(_target: Target) -> tuple[Reason, ...]:
    """An operator who says nothing."""
    return ()


def heed(found: Verification, word: Iterable[Reason]) -> Verification:
    """The verification with the operator's word among its reasons, in their order.

    It counts for a tem that a roll or a birth holds: of any other there are no copies. A reason that is anything but
    a suspicion by the operator is passed over.
    """
    if found.tem is None:
        return found
    heard = [reason for reason in word if is_word(reason) and reason.verdict is Verdict.SUSPECT_COPY]
    if not heard:
        return found
    reasons = worst_first([*found.reasons, *heard])
    return replace(found, verdict=worst(reasons), reasons=tuple(reasons))
