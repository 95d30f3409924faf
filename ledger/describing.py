"""Master data of a document's header becomes descriptions, signed by who speaks for what they describe."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256

import orjson

from ledger.encoding import JsonValue, canonical_json, parse_json
from ledger.epcis.document import MasterItem
from ledger.errors import LedgerError, RuleError, Violation
from ledger.hosted import HostedSigner, Signatories
from ledger.statement import jws
from ledger.statement.jws import Header, Seen, Typ
from ledger.statement.subjects import Role, subject_key
from ledger.store.appender import Clock, Draft, Recorded
from ledger.store.log import LogStore
from ledger.store.staging import idempotency_digest

VALID_FROM = "https://w3id.org/nguon/epcis/validFrom"


class Describer:
    """Makes descriptions: new ones where something new is said, the standing one where not."""

    def __init__(self, log: LogStore, clock: Clock, seen: Callable[[], Seen | None]) -> None:
        self._log = log
        self._clock = clock
        self._seen = seen

    def items(
        self, master: Sequence[MasterItem], data: bytes, signatories: Signatories, org: str | None
    ) -> tuple[list[Draft | Recorded], list[Violation]]:
        """The statements that a document's master data makes, and warnings for what nobody here speaks for.

        Args:
            data: the document, for its creationDate.
            org: who sends it; None: the operator.
        """
        items: list[Draft | Recorded] = []
        warnings: list[Violation] = []
        said_on = self._date_of(data) if master else ""
        for item in master:
            signer = signatories.of_uri(item.id, org)
            if signer is None:
                message = f"Nobody who may sign this speaks for {item.id}: its description is not recorded."
                warnings.append(Violation("master.uncovered", item.pointer, message, "W", {"uri": item.id}))
                continue
            valid_from = item.attributes.get(VALID_FROM)
            payload: dict[str, JsonValue] = {
                "id": item.id,
                "type": item.type,
                "attributes": dict(item.attributes),
                "validFrom": valid_from if isinstance(valid_from, str) else said_on,
            }
            items.append(self._describe(item, signer, payload))
        return items, warnings

    def _describe(
        self, item: MasterItem, signer: HostedSigner, payload: dict[str, JsonValue]
    ) -> Draft | Recorded:
        """A description; the one that stands, where it says the same."""
        newest = self._log.head(subject_key(Role.DESC, item.id))
        raw = self._log.statement(newest.index) if newest else None
        if newest is not None and raw is not None:
            standing = jws.parse(raw)
            same = all(standing.payload.get(name) == payload[name] for name in ("type", "attributes"))
            record = self._log.key_record(standing.header.kid)
            if same and record is not None and record.org == signer.org:
                return Recorded(newest.index)
        digest = _description_digest(signer, payload)
        if self._log.sent(
            [digest]
        ):  # it stood before, and something else stands now: say it anew, from now on
            payload["validFrom"] = self._clock().isoformat(timespec="milliseconds")
            digest = _description_digest(signer, payload)
        header = Header(signer.kid, Typ.MASTER, (item.id,), (), self._seen())
        try:
            statement = signer.sign(header, orjson.dumps(payload))
        except LedgerError as error:
            raise RuleError(violations_of(error, item.pointer)) from error
        return Draft(statement, digest, pointer=item.pointer)

    def _date_of(self, data: bytes) -> str:
        """The day of a document's creationDate; today where it has none, or one that is yet to come.

        A description without a date of its own is meant to hold at once: a sender's wrong clock must not hide it.
        """
        today = self._clock().date()
        value = parse_json(data)
        created = value.get("creationDate") if isinstance(value, dict) else None
        try:
            return min(date.fromisoformat(str(created)[:10]), today).isoformat()
        except ValueError:
            return today.isoformat()


def violations_of(error: LedgerError, pointer: str) -> list[Violation]:
    """An error as violations whose pointers begin with where it happened."""
    if isinstance(error, RuleError):
        return [replace(violation, pointer=pointer + violation.pointer) for violation in error.violations]
    return [Violation(error.code, pointer + error.pointer, error.message, "E", error.params)]


def _description_digest(signer: HostedSigner, payload: dict[str, JsonValue]) -> bytes:
    return idempotency_digest(signer.org, sha256(canonical_json(payload)).digest())
