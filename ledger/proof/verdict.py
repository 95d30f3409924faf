"""The verdicts of DESIGN §3.7, worst first, and the reasons for one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """What a check comes to. Members stand worst first; the codes are part of the API."""

    MALFORMED = "malformed"
    TAMPERED = "tampered"
    UNKNOWN = "unknown"
    RECALLED = "recalled"
    SUSPECT_COPY = "suspect_copy"
    EXPIRED = "expired"
    INCOMPLETE = "incomplete"
    RECORDED = "recorded"
    CHAIN_DISPUTED = "chain_disputed"
    CHAIN_UNREACHABLE = "chain_unreachable"
    STALE = "stale"
    VERIFIED = "verified"


_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}


@dataclass(frozen=True)
class Reason:
    """One thing that the check found.

    Attributes:
        code: stable, dotted; the first part names the step (`chain.older_anchor`, `recall.entry`, …).
        verdict: the verdict that this alone would give; `verified` for what merely deserves a word.
        detail: a sentence in English for a log or a terminal; screens have their own, by code.
        params: values for the sentence.
    """

    code: str
    verdict: Verdict
    detail: str = ""
    params: Mapping[str, object] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        return {"code": self.code, "verdict": self.verdict.value, "detail": self.detail, **self.params}


def worst_first(reasons: Iterable[Reason]) -> list[Reason]:
    """Reasons in the order of their verdicts; those of one verdict as they came."""
    return sorted(reasons, key=lambda reason: _RANK[reason.verdict])


def worst(reasons: Iterable[Reason]) -> Verdict:
    """The verdict of all reasons together: the worst; `verified` where there are none."""
    return min((reason.verdict for reason in reasons), key=_RANK.__getitem__, default=Verdict.VERIFIED)
