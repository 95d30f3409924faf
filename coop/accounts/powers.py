"""What callers may do: powers, the roles that people have here, and what each role may.

A power is a scope of an API key too. Whose things somebody may touch is another question: `api.access` answers it.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from ledger.errors import EncodingError

POWERS: Final[Mapping[str, str]] = {
    "record": "capture documents, send statements and photos, unpack cartons",
    "read": "query events, lots, rolls and cartons",
    "describe": "describe products, places, certificates and the organisation",
    "labels": "issue, void and print tem; number and pack cartons",
    "recall": "recall and release",
    "people": "invite people, end them, list them, replace a lost phone, read the organisation's trail",
    "reports": "read what buyers reported",
    "registrar": "invite organisations, see how all of them fare",
    "audit": "read the trail of who did what in all organisations, see how they fare",
}
"""Power -> what it is for."""

OPERATOR: Final = "operator"
MACHINE: Final = "machine"
OF_ROLE: Final[Mapping[str, frozenset[str]]] = {
    "member": frozenset({"record", "read"}),
    "officer": frozenset({"record", "read", "describe", "labels", "recall", "people", "reports"}),
    "laboratory": frozenset({"record", "read", "describe"}),
    "retailer": frozenset({"record", "read", "describe", "reports"}),
    "alliance": frozenset({"registrar", "read", "reports", "audit", "recall"}),
    "auditor": frozenset({"read", "audit"}),
    OPERATOR: frozenset(POWERS),
}
"""What a person in a role may, and the operator. A machine may what its key's scopes say."""

EVERYWHERE: Final = frozenset({"alliance", "auditor", OPERATOR})
"""Roles that belong to no single organisation: they see the things of all."""

UNSCOPED: Final = frozenset({"record", "read", "describe", "labels", "recall", "reports"})
"""What an organisation's API key may that was issued without scopes."""


ABOVE: Final = frozenset({"registrar", "audit"})
"""Powers over all organisations: no key of one organisation has them."""


def read_scopes(org: str | None, scopes: Iterable[str]) -> frozenset[str]:
    """The scopes of an API key of an organisation, or of the operator (None).

    Raises:
        EncodingError: one of them is no power, or none that an organisation can have (`auth.scope`).
    """
    found = frozenset(scopes)
    known = POWERS.keys() - (ABOVE if org is not None else set())
    for scope in sorted(found - known):
        message = f"{scope!r} is no scope here: there are {', '.join(sorted(known))}."
        raise EncodingError(message, code="auth.scope", scope=scope)
    return found


def powers_of_key(org: str | None, scopes: str | None) -> frozenset[str]:
    """What an API key may.

    Args:
        org: its organisation; None: the operator.
        scopes: as stored, separated by spaces; None: issued without any.
    """
    if scopes is not None:
        return frozenset(scopes.split()) & (POWERS.keys() - (ABOVE if org is not None else set()))
    return UNSCOPED if org is not None else OF_ROLE[OPERATOR]
