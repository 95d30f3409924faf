"""The one way in: what is sent becomes statements, all of it or nothing.

    document    plain EPCIS, signed here with hosted keys; its header's master data becomes statements too
    statements  JWS signed by who sent them

Everything that needs no lock happens here: strict reading, the profile's rules, filing, signatures. What must hold
whatever else is taken in meanwhile (IDs, keys at an index, serials, authority) is decided under the log's lock
(`ledger.store.staging`). Whatever was recorded before, by the same organisation, is answered with its first receipt
and is not checked again.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256

import orjson
import uuid_utils

from ledger.born import BornLots
from ledger.describing import Describer, violations_of
from ledger.encoding import JsonValue, canonical_json
from ledger.epcis.checks import check_event
from ledger.epcis.document import MAX_EVENTS, read_document
from ledger.epcis.event import Event, read_event
from ledger.errors import AuthorityError, LedgerError, RuleError, Violation
from ledger.hosted import HostedSigner, Signatories, Signers
from ledger.judging import Judge, Judged, refuse_errors, within
from ledger.lot.told import Told
from ledger.senders import Senders, check_description
from ledger.statement import jws
from ledger.statement.filing import Filing, check_filing, instance_lots, required_filing
from ledger.statement.jws import Header, Jwk, Seen, Statement, Typ
from ledger.statement.trust import KeyRecord
from ledger.store.appender import Clock, Draft, JobDraft, Receipt, Recorded
from ledger.store.log import LogStore
from ledger.store.staging import idempotency_digest, plain_params
from ledger.store.writer import Writer

__all__ = ["Capture", "CaptureResult", "HostedSigner"]


@dataclass
class CaptureResult:
    """What a capture was answered.

    Attributes:
        job_id: derived from what was sent: sent again, it is the same.
        receipts: of a document's events in order, then of its master data; of statements in order.
        event_ids: of the events, in order.
        warnings: rules broken that do not refuse.
    """

    job_id: str
    receipts: list[Receipt]
    event_ids: list[str]
    warnings: list[Violation]


@dataclass(frozen=True)
class _Sent:
    """An event of a document, read, with who signs it."""

    pointer: str
    payload: dict[str, JsonValue]
    event: Event
    signer: HostedSigner
    digest: bytes


class Capture:
    """Takes in documents and statements. Threads may share it."""

    def __init__(
        self,
        log: LogStore,
        writer: Writer,
        *,
        registrars: Iterable[Jwk],
        clock: Clock,
        signers: Signers,
        seen: Callable[[], Seen | None] = lambda: None,
        refuse: Collection[str] = (),
        recorded: Callable[[Iterable[Told]], None] = lambda _: None,
    ) -> None:
        """
        Args:
            registrars: the pinned ones.
            signers: each organisation's hosted key.
            seen: the newest anchored checkpoint, to be signed into hosted statements.
            refuse: codes of rules that elsewhere only warn, and refuse here.
            recorded: told of every event that was recorded here.
        """
        self._log = log
        self._writer = writer
        self._registrars = {jwk.kid: jwk for jwk in registrars}
        self._clock = clock
        self._signers = signers
        self._seen = seen
        self._describer = Describer(log, clock, seen)
        self._judge = Judge(log, refuse)
        self._recorded = recorded
        self._keys: tuple[tuple[int, int], list[KeyRecord]] | None = None

    # -- plain EPCIS

    def document(
        self, data: bytes, *, org: str | None, heads: Mapping[bytes, int] | None = None
    ) -> CaptureResult:
        """Record an EPCIS document (or one event), signed with hosted keys.

        Args:
            data: UTF-8 JSON.
            org: who sends it; None: the operator, for any organisation hosted here.
            heads: subject keys with the ordinal of the newest entry that was known of each: more told since refuses.

        Raises:
            EncodingError: not strict JSON.
            RuleError: rules are broken; all violations of all events, those that only warn included.
            AuthorityError: the sender may not say this.
            ConflictError: the log holds something else under these IDs, or more of these heads (`story.moved`).
        """
        document = read_document(data)
        signatories = Signatories(self._key_records(), self._signers)
        sent = self._read(document.events, signatories, org)
        known = self._log.sent([item.digest for item in sent])
        items: list[Draft | Recorded] = []
        event_ids: list[str] = []
        fresh = [item for item in sent if item.digest not in known]
        found = self._check(fresh)
        filings, lots = self._filings(fresh)
        judged = [
            Judged(item.pointer, item.event, item.signer.kid, filing.about, filing.from_)
            for item in fresh
            for filing in (filings[item.pointer],)
        ]
        keys = {record.kid: record for record in self._key_records()}
        for pointer, more in self._judge.check(judged, lots.lot_of, keys, document.master).items():
            found[pointer] += more
        for item in sent:
            if item.digest in known:
                items.append(Recorded(known[item.digest]))
                event_ids.append("")
                continue
            event_id = item.event.event_id or f"urn:uuid:{uuid_utils.uuid7()}"
            draft = self._sign_event(item, filings[item.pointer], event_id, found[item.pointer])
            items.append(replace(draft, heads=heads) if heads else draft)
            event_ids.append(event_id)
        described, uncovered = self._describer.items(document.master, data, signatories, org)
        warnings = [within(pointer, item) for pointer, each in found.items() for item in each] + uncovered
        job = self._job(b"document", org, [data], warnings)
        result = self._submit([*items, *described], event_ids, job, warnings)
        self._hand_on(judged, [item.pointer for item in sent], keys, result)
        return result

    def _read(
        self,
        events: Iterable[tuple[str, dict[str, JsonValue]]],
        signatories: Signatories,
        org: str | None,
    ) -> list[_Sent]:
        found: list[_Sent] = []
        violations: list[Violation] = []
        refusals: list[AuthorityError] = []
        for pointer, payload in events:
            try:
                event = read_event(payload)
                signer = signatories.of_event(event, org)
            except AuthorityError as error:
                error.pointer = pointer + error.pointer
                refusals.append(error)
            except LedgerError as error:
                violations += violations_of(error, pointer)
            else:
                as_sent = sha256(canonical_json(payload)).digest()
                digest = idempotency_digest(signer.org, as_sent)
                found.append(_Sent(pointer, payload, event, signer, digest))
        if violations:
            raise RuleError(violations)
        if refusals:
            raise refusals[0]
        return found

    def _check(self, sent: Sequence[_Sent]) -> dict[str, list[Violation]]:
        """Pointer of an event -> the rules that the event alone breaks and that do not refuse it."""
        now = self._clock()
        found = {item.pointer: self._judge.strict(check_event(item.event, now=now)) for item in sent}
        refuse_errors([within(pointer, item) for pointer, items in found.items() for item in items])
        return found

    def _filings(self, sent: Sequence[_Sent]) -> tuple[dict[str, Filing], BornLots]:
        """Pointer -> what the event is filed under, with the instances that were born before it in this document."""
        lots = BornLots(self._log, [item.payload for item in sent])
        filings: dict[str, Filing] = {}
        told: dict[str, Filing] = {}
        violations: list[Violation] = []
        for item in sent:
            lots.learn(item.event)
            try:
                filing = required_filing(item.event, lots.lot_of)
            except LedgerError as error:
                violations += violations_of(error, item.pointer)
                continue
            event_id = item.event.event_id
            if event_id is not None and item.event.error_declaration is not None:
                filing = _united(filing, told.get(event_id) or self._filed(event_id))
            elif event_id is not None:
                told[event_id] = filing
            filings[item.pointer] = filing
        if violations:
            raise RuleError(violations)
        return filings, lots

    def _filed(self, event_id: str) -> Filing | None:
        """How the event with this ID was filed: its declaration of error must stand wherever it does."""
        logged = self._log.event(event_id)
        if logged is None or logged.statement is None:
            return None
        header = jws.parse(logged.statement).header
        return Filing(header.about, header.from_)

    def _sign_event(self, item: _Sent, filing: Filing, event_id: str, warnings: Sequence[Violation]) -> Draft:
        payload = item.payload if item.event.event_id else {**item.payload, "eventID": event_id}
        header = Header(item.signer.kid, Typ.EPCIS, filing.about, filing.from_, self._seen())
        try:
            statement = item.signer.sign(header, orjson.dumps(payload))
        except LedgerError as error:  # too large, or too many subjects
            raise RuleError(violations_of(error, item.pointer)) from error
        born = instance_lots(item.event)
        return Draft(statement, item.digest, True, born, item.pointer, tuple(warnings))

    def _key_records(self) -> list[KeyRecord]:
        """All keys; read again only when one was admitted or revoked."""
        version, known = self._log.keys_version(), self._keys
        if known is None or known[0] != version:
            known = self._keys = (version, self._log.key_records())
        return known[1]

    # -- statements signed elsewhere

    def statements(
        self,
        items: Sequence[str],
        *,
        org: str | None,
        possessions: Sequence[str] = (),
        heads: Mapping[bytes, int] | None = None,
    ) -> CaptureResult:
        """Record statements that their senders signed.

        Args:
            items: JWS in compact serialization, at most 1,000.
            org: who sends them; None: the operator.
            possessions: for each key that an officer admits, its holder's proof (`ledger.admission`). A registrar
                has seen it at his desk.
            heads: as in {document}.

        Raises:
            StatementError, EncodingError: malformed, wrongly signed or wrongly filed; the pointer begins with the
                statement's place in the list.
            RuleError, AuthorityError, ConflictError: as {document}.
        """
        if len(items) > MAX_EVENTS:
            message = f"{len(items)} statements at once; at most {MAX_EVENTS} are taken. Split them."
            raise RuleError([Violation("limit.events", "", message, "E", {"count": len(items)})])
        told = [self._parsed(raw, place) for place, raw in enumerate(items)]
        senders = Senders(self._log, self._registrars)
        lots = BornLots(self._log, [statement.payload for statement in told])
        drafts: list[Draft] = []
        event_ids: list[str] = []
        found: dict[str, list[Violation]] = {}
        judged: list[Judged] = []
        for place, statement in enumerate(told):
            pointer = f"/{place}"
            born: Mapping[str, str] = {}
            with _within(pointer):
                sender = senders.check(statement, org)
                if statement.header.typ is Typ.EPCIS:
                    event, born, found[pointer] = self._check_signed_event(statement, lots)
                    header = statement.header
                    if event is not None:
                        judged.append(Judged(pointer, event, header.kid, header.about, header.from_))
                    event_ids.append(str(statement.payload.get("eventID", "")))
                elif statement.header.typ is Typ.MASTER:
                    check_description(statement)
                else:
                    senders.learn(statement, possessions)
            digest = idempotency_digest(sender, sha256(statement.payload_bytes).digest())
            drafts.append(Draft(statement, digest, lots=born, pointer=pointer, heads=heads or {}))
        refuse_errors([within(pointer, item) for pointer, each in found.items() for item in each])
        known = self._log.sent([draft.idempotency for draft in drafts])
        fresh = {draft.pointer for draft in drafts if draft.idempotency not in known}
        keys = {record.kid: record for record in self._key_records()}
        judged = [item for item in judged if item.pointer in fresh]
        for pointer, more in self._judge.check(judged, lots.lot_of, keys).items():
            found[pointer] += more
        drafts = [replace(draft, warnings=tuple(found.get(draft.pointer, ()))) for draft in drafts]
        warnings = [within(pointer, item) for pointer, each in found.items() for item in each]
        job = self._job(b"statements", org, [raw.encode() for raw in items], warnings)
        result = self._submit(drafts, event_ids, job, warnings)
        self._hand_on(judged, [draft.pointer for draft in drafts], keys, result)
        return result

    def _parsed(self, raw: str, place: int) -> Statement:
        with _within(f"/{place}"):
            return jws.parse(raw)

    def _check_signed_event(
        self, statement: Statement, lots: BornLots
    ) -> tuple[Event | None, Mapping[str, str], list[Violation]]:
        """What it says, the lots of what it brings into being, and the rules that it breaks alone."""
        try:
            event = read_event(statement.payload)
        except RuleError as error:
            return None, {}, list(error.violations)
        born = lots.learn(event)
        check_filing(statement.header, event, lots.lot_of)
        found = check_event(event, now=self._clock())
        if event.event_id is None:
            message = "An event that is signed carries its eventID."
            found.append(Violation("event.id_missing", "/eventID", message, "E"))
        return event, born, self._judge.strict(found)

    # -- recording

    def _job(
        self, kind: bytes, org: str | None, sent: Iterable[bytes], warnings: Iterable[Violation]
    ) -> JobDraft:
        digest = sha256(kind + b"\0" + (org or "").encode() + b"\0")
        for part in sent:
            digest.update(sha256(part).digest())
        return JobDraft(digest.hexdigest()[:32], org, tuple(map(_warning_json, warnings)))

    def _submit(
        self,
        items: Sequence[Draft | Recorded],
        event_ids: list[str],
        job: JobDraft,
        warnings: list[Violation],
    ) -> CaptureResult:
        receipts = self._writer.submit(items, job).result()
        again = [receipt.index for receipt in receipts if receipt.duplicate]
        recorded = self._log.events_at(again)
        events = iter(event_ids)
        told: list[str] = []
        for receipt in receipts:
            if receipt.leaf[1] == Typ.EPCIS.kind:
                event_id = next(events)
                known = recorded.get(receipt.index)
                told.append(known.event_id if known else event_id)
        return CaptureResult(job.id, receipts, told, warnings)

    def _hand_on(
        self,
        judged: Iterable[Judged],
        pointers: Sequence[str],
        keys: Mapping[str, KeyRecord],
        result: CaptureResult,
    ) -> None:
        """Tell what was recorded anew, as it will be read; `pointers` are in the order of receipts and IDs."""
        placed = dict(zip(pointers, result.receipts, strict=False))  # master data has receipts after them
        given = dict(zip(pointers, result.event_ids, strict=False))
        self._recorded(
            Told(
                placed[item.pointer].index,
                item.event if item.event.event_id else _named(item.event, given[item.pointer]),
                keys.get(item.kid),
                item.about,
                item.from_,
            )
            for item in judged
            if not placed[item.pointer].duplicate
        )


def _named(event: Event, event_id: str) -> Event:
    """An event with the ID that it was given here."""
    return replace(event, event_id=event_id, raw={**event.raw, "eventID": event_id})


@contextmanager
def _within(pointer: str) -> Iterator[None]:
    """Errors point into what was sent: to the statement, then into it."""
    try:
        yield
    except RuleError as error:
        raise RuleError(violations_of(error, pointer)) from error
    except LedgerError as error:
        error.pointer = pointer + error.pointer
        raise


def _united(filing: Filing, other: Filing | None) -> Filing:
    if other is None:
        return filing
    about = tuple(dict.fromkeys([*filing.about, *other.about]))
    from_ = tuple(dict.fromkeys([*filing.from_, *other.from_]))
    return Filing(about, tuple(uri for uri in from_ if uri not in about))


def _warning_json(violation: Violation) -> dict[str, JsonValue]:
    return {
        "code": violation.code,
        "pointer": violation.pointer,
        "message": violation.message,
        "level": violation.level,
        "params": plain_params(violation.params),
    }
