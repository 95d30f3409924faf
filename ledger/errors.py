"""The errors that reach a person, each with a code that programs may rely on.

Codes are part of the API: the API turns an error into RFC 9457 problem details, the pages into a sentence in
the reader's language. The message is English and says what is wrong and, where it can, what to do about it.
They can be pickled, for statements are checked in other processes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal


class LedgerError(Exception):
    """Something the ledger refuses, or cannot do.

    Attributes:
        message: a sentence for a person.
        code: stable and dotted, for programs, such as `json.duplicate_member`.
        pointer: RFC 6901 JSON Pointer to the place in the input; empty for all of it, or where there is none.
        params: values that the message names, for the catalogues.
    """

    default_code: ClassVar[str] = "internal"

    def __init__(self, message: str, *, code: str | None = None, pointer: str = "", **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.code = self.default_code if code is None else code
        self.pointer = pointer
        self.params: Mapping[str, object] = params


class EncodingError(LedgerError):
    """Bytes that are no strict JSON, base64 or hex, or no tile of the log.

    Codes: json.syntax, json.duplicate_member, json.number_range, text.not_nfc, base64.syntax, hex.syntax,
    limit.size, tile.path, tile.hashes, tile.entries.
    """

    default_code = "json.syntax"


class ProofError(LedgerError):
    """A proof that does not lead where it should. Codes: proof.inclusion, proof.consistency, proof.map, hidden.code."""

    default_code = "proof.inclusion"


class NoteError(LedgerError):
    """A signed note that is malformed or not signed by whom it should be.

    Codes: note.syntax, note.unverified, note.key, checkpoint.syntax.
    """

    default_code = "note.syntax"


class LeafError(LedgerError):
    """Bytes that are no leaf of the public log. Code: leaf.syntax."""

    default_code = "leaf.syntax"


class Gs1Error(LedgerError):
    """An identifier that claims to be GS1's and is wrong.

    Codes: gs1.check_digit, gs1.prefix, dl.syntax, dl.host.
    """

    default_code = "dl.syntax"


class StatementError(LedgerError):
    """A statement that is malformed, wrongly signed or wrongly filed.

    Codes: statement.syntax, statement.signature, statement.filing.
    """

    default_code = "statement.syntax"


@dataclass(frozen=True)
class Violation:
    """One rule that an event breaks.

    Attributes:
        code: the rule's code, of the profile.
        pointer: RFC 6901 JSON Pointer to the offending member.
        message: a sentence for a person.
        level: `E` refuses the event, `W` only warns.
        params: values that the message names.
    """

    code: str
    pointer: str
    message: str
    level: Literal["E", "W"]
    params: Mapping[str, object] = field(default_factory=dict)


class RuleError(LedgerError):
    """An event that breaks rules of the profile; its code, message and pointer are the first violation's."""

    default_code = "rule"

    def __init__(self, violations: Sequence[Violation]) -> None:
        first = violations[0]
        super().__init__(first.message, code=first.code, pointer=first.pointer)
        self.violations = tuple(violations)
        self.params = dict(first.params)

    def __reduce__(self) -> tuple[type["RuleError"], tuple[tuple[Violation, ...]]]:
        return type(self), (self.violations,)


class AuthorityError(LedgerError):
    """A signer who may not say this. Codes: authority.key, authority.stems."""

    default_code = "authority.key"


class ConflictError(LedgerError):
    """A statement that contradicts what the log already holds (HTTP 409).

    Codes: event.id_reused, statement.refiled, key.admitted_before, key.revoked_before and their like.
    """

    default_code = "event.id_reused"


class SealError(LedgerError):
    """A label's own signature that is missing or does not hold.

    Codes: digsig.missing, digsig.malformed, digsig.unknown_key, digsig.forged, digsig.foreign, digsig.revoked.
    """

    default_code = "digsig.malformed"


class BundleError(LedgerError):
    """A proof bundle or trust file of the wrong shape. Code: bundle.syntax."""

    default_code = "bundle.syntax"


class StoreError(LedgerError):
    """The database is not what it must be. Codes: store.corrupt, store.behind, store.locked."""

    default_code = "store.corrupt"


class ChainError(LedgerError):
    """The chain cannot be asked, or refuses.

    Codes: chain.unreachable, chain.disputed, chain.wrong_chain, chain.reverted, chain.keystore.
    """

    default_code = "chain.unreachable"


class NotFoundError(LedgerError):
    """Nothing of that name is here. Codes: not_found.lot, not_found.event, not_found.subject."""

    default_code = "not_found.subject"
