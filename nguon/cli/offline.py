"""`nguon verify --offline`: the signature on a label, checked with keys that were fetched before, asking nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.errors import LedgerError, Violation
from nguon.cli.output import emit
from nguon.cli.sentences import language, sentence

if TYPE_CHECKING:
    from ledger.proof.keyfile import KnownKeys


@dataclass(frozen=True)
class _Found:
    """What came of one code: `digsig.holds`, or the code of what is wrong."""

    code: str
    message: str
    params: dict[str, object]

    def words(self) -> str:
        return sentence(Violation(self.code, "", self.message, "E", self.params), language(None))


def check_offline(inputs: Sequence[str], keys: Path, trust: Path, *, as_json: bool) -> bool:
    """Say of each code whether its signature holds; whether all do.

    Raises:
        LedgerError: the file of keys does not hold under the trust file.
        OSError: a file cannot be read.
    """
    from ledger.proof import keyfile, trustfile
    from ledger.proof.target import host_of

    pinned = trustfile.parse(trust.read_bytes())
    known, host = keyfile.open_keys(keyfile.parse(keys.read_bytes()), pinned), host_of(pinned.origin)
    all_hold = True
    for given in inputs:
        found = _check(given, known, host)
        holds = found.code == "digsig.holds"
        all_hold = all_hold and holds
        plain = {name: str(value) for name, value in found.params.items()}
        value: dict[str, object] = {
            "input": given,
            "signature": "holds" if holds else "fails",
            "code": found.code,
        }
        value |= {"params": plain, "detail": found.words(), "keysOf": known.time}
        emit(
            value,
            as_json=as_json,
            text=f"{'signed' if holds else 'not signed':<18} {given}\n  {found.words()}",
        )
    return all_hold


def _check(given: str, known: "KnownKeys", host: str) -> _Found:
    from ledger import digsig

    try:
        sealed = digsig.check(given, known.records, host)
    except LedgerError as error:
        return _Found(error.code, error.message, dict(error.params))
    org = sealed.key.org
    message = f"Not forged: signed by {org}. Whether it was copied only asking online can tell."
    return _Found("digsig.holds", message, {"org": org, "kid": sealed.key.kid, "uri": sealed.uri})
