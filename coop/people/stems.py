"""What an organisation speaks for: URI prefixes, from the company prefix that GS1 gave it (DESIGN §3.1, §3.2).

    prefix 9521001  ->  /00/09521001  /01/09521001  /8003/09521001
                        /253/9521001  /414/9521001  /417/9521001  /8004/9521001

Logistic units, products and returnable assets (crates, hives) have a digit before the prefix, which is 0 here.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from ledger.errors import ConflictError, Gs1Error
from ledger.gs1 import keys
from ledger.statement.trust import KeyRecord

HOST: Final = "https://id.gs1.org"
_LENGTHS: Final = range(4, 13)


def stems_of(prefix: str, org: str) -> tuple[str, ...]:
    """The stems of a company prefix, and the organisation's own URI.

    Raises:
        Gs1Error: it is no company prefix: 4 to 12 digits, of no restricted range (`sscc.prefix`, `gs1.prefix`).
    """
    if not keys.is_digits(prefix) or len(prefix) not in _LENGTHS:
        message = f"{prefix!r} is no GS1 company prefix: it has {_LENGTHS[0]} to {_LENGTHS[-1]} digits."
        raise Gs1Error(message, code="sscc.prefix", value=prefix)
    keys.require_prefix("GLN", prefix.ljust(13, "0"))
    listed = [f"{HOST}/{ai}/0{prefix}" for ai in ("00", "01", "8003")]
    listed += [f"{HOST}/{ai}/{prefix}" for ai in ("253", "414", "417", "8004")]
    return with_own(listed, org)


def with_own(stems: Iterable[str], org: str) -> tuple[str, ...]:
    """Stems in order, each once, and with them the organisation's own URI where none covers it."""
    listed = sorted(set(stems))
    return tuple(listed if any(org.startswith(stem) for stem in listed) else sorted([*listed, org]))


def require_free(stems: Sequence[str], org: str, held: Iterable[tuple[str, Sequence[str]]]) -> None:
    """See that no stem is another organisation's, in whole or in part.

    Args:
        held: organisations with the stems of their keys, or that they were promised.

    Raises:
        ConflictError: one is (`invitation.stems_taken`).
    """
    for other, theirs in held:
        for stem in theirs if other != org else ():
            if any(stem.startswith(ours) or ours.startswith(stem) for ours in stems):
                message = f"{stem} is {other}'s: check the company prefix."
                raise ConflictError(message, code="invitation.stems_taken", stem=stem, org=other)


def held(records: Iterable[KeyRecord]) -> Iterable[tuple[str, Sequence[str]]]:
    """Organisations with the stems of each of their keys that hold."""
    return ((record.org, record.stems) for record in records if record.revoked is None)
