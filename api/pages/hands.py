"""Two hands: under an entry that names another organisation, what that one signed to it (`ledger.lot.claims`)."""

from collections.abc import Iterable, Mapping

from api.pages.i18n import Catalogue
from api.pages.model import Hand
from api.pages.names import Names
from api.pages.sentences import Teller
from ledger.lot.claims import Claim, claims, heard_of
from ledger.proof.verification import VerifiedEntry

TONES: Mapping[str, tuple[str, str]] = {
    "claimed": ("wait", "clock"),
    "accepted": ("good", "check"),
    "differs": ("caution", "warn"),
    "denied": ("stop", "x"),
}


class Hands:
    """The claims of a page's entries, in words."""

    def __init__(
        self, entries: Iterable[VerifiedEntry], names: Names, catalogue: Catalogue, teller: Teller
    ) -> None:
        """
        Args:
            entries: events that stand, of all that the page tells of.
        """
        told = list(entries)
        self._names = names
        self._c = catalogue
        self._teller = teller
        self._by_index: dict[int, list[Claim]] = {}
        for claim in claims(heard_of(entry.story() for entry in told), {entry.uri for entry in told}):
            self._by_index.setdefault(claim.index, []).append(claim)

    def of(self, index: int) -> tuple[Hand, ...]:
        """What others signed to an entry."""
        return tuple(self._hand(claim) for claim in self._by_index.get(index, ()))

    def _hand(self, claim: Claim) -> Hand:
        tone, icon = TONES[claim.state]
        return Hand(
            state=claim.state,
            tone=tone,
            icon=icon,
            word=self._c.t(f"hands.word.{claim.state}"),
            text=self._text(claim),
            href=f"#e{claim.answer}" if claim.answer is not None else "",
        )

    def _text(self, claim: Claim) -> str:
        c, state = self._c, claim.state
        org = self._names.party_short(claim.named) if claim.named else c.t("hands.laboratory")
        if state == "accepted":
            return c.t(f"hands.{claim.part}", org=org)
        if state == "denied" and claim.reason:
            return c.t("hands.denied_why", org=org, reason=claim.reason)
        if state == "differs" and claim.differences:
            first = claim.differences[0]
            claimed = self._teller.quantity(first.claimed, first.uom or None)
            answered = self._teller.quantity(first.answered, first.uom or None)
            return c.t("hands.differs_amount", org=org, answered=answered, claimed=claimed)
        return c.t(f"hands.{state}", org=org)
