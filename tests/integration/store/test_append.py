"""The append transaction, on both databases."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest
from sqlalchemy import delete, select, update

from ledger.errors import AuthorityError, ConflictError, LedgerError, RuleError, StoreError
from ledger.log import merkle
from ledger.log.leaf import StatementLeaf, parse_leaf
from ledger.log.note import open_checkpoint, parse_tlog_proof
from ledger.statement.subjects import Role, subject_key
from ledger.store import models
from ledger.store.appender import Receipt, Submission
from ledger.store.checkpoint_file import CheckpointFile
from ledger.store.database import writing
from ledger.store.log import LogStore
from ledger.store.writer import Writer
from tests.ledgerkit import COOP, ORIGIN, SHOP, Ledger, birth, draft, instance, lot, observation


def check_receipt(ledger: Ledger, receipt: Receipt) -> None:
    proof = parse_tlog_proof(receipt.proof)
    checkpoint = open_checkpoint(proof.checkpoint_note, ledger.signer.vkey, ORIGIN)
    leaf_hash = merkle.leaf_hash(receipt.leaf)
    merkle.verify_inclusion(leaf_hash, receipt.index, checkpoint.size, proof.hashes, checkpoint.root)


def test_every_receipt_is_proven_under_a_signed_checkpoint(ledger: Ledger) -> None:
    with ledger.running() as writer:
        for number in range(5):
            (receipt,) = writer.submit([draft(birth(ledger.coop, number, f"L{number}"), COOP)]).result()
            assert receipt.index == 2 + number
            assert not receipt.duplicate
            check_receipt(ledger, receipt)
        assert ledger.log.size() == 7


def test_ordinals_count_within_and_across_batches(ledger: Ledger) -> None:
    with ledger.running() as writer:
        writer.submit([draft(birth(ledger.coop, 1, "L"), COOP)]).result()
        writer.submit([draft(observation(ledger.coop, n, "L"), COOP) for n in range(3)]).result()
    rows = ledger.log.subject_entries(subject_key(Role.ABOUT, lot("L")))
    assert [(row.ordinal, row.index) for row in rows] == [(1, 2), (2, 3), (3, 4), (4, 5)]
    for row in rows:
        leaf = parse_leaf(ledger.log.leaf_data(row.index))
        assert isinstance(leaf, StatementLeaf)
        assert leaf.ordinal_of(subject_key(Role.ABOUT, lot("L"))) == row.ordinal


def test_what_is_sent_again_gets_its_first_entry(ledger: Ledger) -> None:
    statement = birth(ledger.coop, 1, "L")
    again = ledger.coop.sign(statement.header, statement.payload_bytes)
    with ledger.running() as writer:
        (first,) = writer.submit([draft(statement, COOP)]).result()
        (second,) = writer.submit([draft(again, COOP)]).result()
        both = writer.submit([draft(again, COOP), draft(statement, COOP)]).result()
        size = ledger.log.size()
    assert {first.index, second.index, *(receipt.index for receipt in both)} == {2}
    assert second.duplicate
    assert second.leaf == first.leaf
    check_receipt(ledger, second)
    assert size == 3


def test_the_same_payload_under_another_filing_is_refused(ledger: Ledger) -> None:
    statement = birth(ledger.coop, 1, "L")
    moved = ledger.coop.event(dict(statement.payload), [lot("L"), lot("OTHER")])
    with ledger.running() as writer:
        writer.submit([draft(statement, COOP)]).result()
        with pytest.raises(ConflictError) as refused:
            writer.submit([draft(moved, COOP)]).result()
    assert refused.value.code == "statement.refiled"


def test_an_event_id_is_taken_once_by_whomever(ledger: Ledger) -> None:
    with ledger.running() as writer:
        writer.submit([draft(birth(ledger.coop, 1, "L"), COOP)]).result()
        for org, uri in ((ledger.coop, COOP), (ledger.shop, SHOP)):
            other = observation(org, 9, "L", eventID=birth(ledger.coop, 1, "L").payload["eventID"])
            with pytest.raises(ConflictError) as refused:
                writer.submit([draft(other, uri)]).result()
            assert refused.value.code == "event.id_reused"


def test_one_declaration_of_error_by_the_same_organisation(ledger: Ledger) -> None:
    original = birth(ledger.coop, 1, "L")
    declared = {**original.payload, "errorDeclaration": {"declarationTime": "2026-02-03T00:00:00Z"}}
    with ledger.running() as writer:
        with pytest.raises(ConflictError) as refused:
            writer.submit([draft(ledger.coop.event(declared, [lot("L")]), COOP)]).result()
        assert refused.value.code == "event.id_unknown"
        writer.submit([draft(original, COOP)]).result()
        with pytest.raises(AuthorityError):
            writer.submit([draft(ledger.shop.event(declared, [lot("L")]), SHOP)]).result()
        (receipt,) = writer.submit([draft(ledger.coop.event(declared, [lot("L")]), COOP)]).result()
        assert receipt.index == 3
        declared["errorDeclaration"] = {"declarationTime": "2026-02-04T00:00:00Z"}
        with pytest.raises(ConflictError) as refused:
            writer.submit([draft(ledger.coop.event(declared, [lot("L")]), COOP)]).result()
        assert refused.value.code == "event.id_reused"


def test_a_serial_is_born_once_unless_its_birth_was_withdrawn(ledger: Ledger) -> None:
    def packed(number: int):
        return birth(
            ledger.coop,
            number,
            "L",
            epcList=[instance("A1"), instance("A2")],
            quantityList=[],
            ilmd={"cbvmda:lotNumber": "L"},
        )

    with ledger.running() as writer:
        writer.submit([draft(packed(1), COOP)]).result()
        with pytest.raises(RuleError) as refused:
            writer.submit([draft(packed(2), COOP)]).result()
        assert refused.value.code == "serial.exists"
        assert ledger.log.instance_lots([instance("A1")]) == {instance("A1"): lot("L")}
        withdrawn = {**packed(1).payload, "errorDeclaration": {"declarationTime": "2026-02-03T00:00:00Z"}}
        writer.submit([draft(ledger.coop.event(withdrawn, [lot("L")]), COOP)]).result()
        writer.submit([draft(packed(3), COOP)]).result()
        with pytest.raises(RuleError):
            writer.submit([draft(packed(4), COOP)]).result()


def test_births_rolls_and_recalls_need_someone_who_speaks_for_the_lot(ledger: Ledger) -> None:
    recalled = {"persistentDisposition": {"set": ["recalled"]}}
    rolled = {"bizStep": "encoding", "nguon:roll": {"id": "r", "count": 1, "root": "00" * 32}}
    with ledger.running() as writer:
        for number, more in enumerate((recalled, rolled)):
            with pytest.raises(AuthorityError) as refused:
                writer.submit([draft(observation(ledger.shop, number, "L", **more), SHOP)]).result()
            assert refused.value.code == "authority.stems"
        with pytest.raises(AuthorityError):
            writer.submit([draft(birth(ledger.shop, 1, "L"), SHOP)]).result()
        writer.submit([draft(observation(ledger.shop, 5, "L"), SHOP)]).result()
        writer.submit([draft(observation(ledger.coop, 6, "L", **recalled), COOP)]).result()


def test_a_key_signs_nothing_before_its_admission_or_after_its_revocation(ledger: Ledger) -> None:
    with ledger.running(admit=False) as writer:
        with pytest.raises(AuthorityError):
            writer.submit([draft(birth(ledger.coop, 1, "L"), COOP)]).result()
        ledger.admit(writer, ledger.coop)
        altered = ledger.coop.key_statement(ledger.registrar)
        with pytest.raises(ConflictError) as refused:
            writer.submit([draft(altered, "someone")]).result()
        assert refused.value.code == "key.admitted_before"
        writer.submit([draft(birth(ledger.coop, 1, "L"), COOP)]).result()
        revocation = ledger.coop.key_statement(ledger.registrar, "revoke")
        writer.submit([draft(revocation, "registrar")]).result()
        with pytest.raises(AuthorityError):
            writer.submit([draft(birth(ledger.coop, 2, "L"), COOP)]).result()
    record = ledger.log.key_record(ledger.coop.kid)
    assert record is not None
    assert (record.admitted, record.revoked) == (0, 2)


def test_a_refused_submission_leaves_nothing_and_harms_no_other(ledger: Ledger) -> None:
    with ledger.running() as writer:
        good = [writer.submit([draft(birth(ledger.coop, n, f"L{n}"), COOP)]) for n in range(3)]
        bad = writer.submit(
            [draft(birth(ledger.coop, 10, "X"), COOP), draft(birth(ledger.shop, 11, "Y"), SHOP)]
        )
        after = writer.submit([draft(birth(ledger.coop, 12, "X"), COOP)])
        with pytest.raises(AuthorityError):
            bad.result()
        assert sorted(f.result()[0].index for f in [*good, after]) == [2, 3, 4, 5]
    rows = ledger.log.subject_entries(subject_key(Role.ABOUT, lot("X")))
    assert [row.ordinal for row in rows] == [1]
    assert ledger.log.event(str(birth(ledger.coop, 10, "X").payload["eventID"])) is None


def test_one_batch_undoes_a_refused_submission_before_it_takes_the_next(ledger: Ledger) -> None:
    with ledger.running():
        pass
    appender = ledger.appender()
    answers = appender.append(
        [
            Submission((draft(birth(ledger.coop, 1, "X"), COOP), draft(birth(ledger.shop, 2, "Y"), SHOP))),
            Submission((draft(birth(ledger.coop, 1, "X"), COOP),)),
        ]
    )
    assert isinstance(answers[0], LedgerError)
    assert not isinstance(answers[1], LedgerError)
    assert answers[1][0].index == 2


def test_requests_of_many_threads_are_all_logged_once(ledger: Ledger) -> None:
    with ledger.running() as writer:

        def send(number: int) -> int:
            statement = birth(ledger.coop, number, f"L{number % 7}")
            return writer.submit([draft(statement, COOP)]).result()[0].index

        with ThreadPoolExecutor(16) as pool:
            indexes = list(pool.map(send, range(100)))
        assert sorted(indexes) == list(range(2, 102))
        with ThreadPoolExecutor(16) as pool:
            assert list(pool.map(send, range(100))) == indexes


def test_two_writers_on_one_database_make_one_log(ledger: Ledger) -> None:
    with ledger.running() as one, Writer(ledger.appender()) as two:
        futures = [
            (one if n % 2 else two).submit([draft(birth(ledger.coop, n, "L"), COOP)]) for n in range(60)
        ]
        receipts = [receipt for future in futures for receipt in future.result()]
    assert sorted(receipt.index for receipt in receipts) == list(range(2, 62))
    for receipt in receipts:
        check_receipt(ledger, receipt)
    checkpoint = ledger.log.newest_checkpoint()
    assert checkpoint is not None
    assert checkpoint[0].root == merkle.root(ledger.log.tile(0, 0, 62))


def test_time_never_goes_back(ledger: Ledger) -> None:
    with ledger.running() as writer:
        (first,) = writer.submit([draft(birth(ledger.coop, 1, "L"), COOP)]).result()
        ledger.clock.now = ledger.clock.now.replace(year=2025)
        (second,) = writer.submit([draft(birth(ledger.coop, 2, "L"), COOP)]).result()
    assert parse_leaf(second.leaf).time == parse_leaf(first.leaf).time


def test_a_tail_that_was_committed_and_not_signed_is_signed_at_the_next_start(ledger: Ledger) -> None:
    with ledger.running() as writer:
        writer.submit([draft(birth(ledger.coop, 1, "L"), COOP)]).result()
    appender = ledger.appender()

    def crash() -> None:
        raise RuntimeError("power cut")

    appender._sign = crash  # type: ignore[method-assign,assignment]  # stop between the two commits
    with pytest.raises(RuntimeError):
        appender.append([Submission((draft(birth(ledger.coop, 2, "L"), COOP),))])
    assert ledger.log.size() == 4
    newest = ledger.log.newest_checkpoint()
    assert newest is not None
    assert newest[0].size == 3
    with ledger.running() as writer:
        newest = ledger.log.newest_checkpoint()
        assert newest is not None
        assert newest[0].size == 4
        (receipt,) = writer.submit([draft(birth(ledger.coop, 2, "L"), COOP)]).result()
        assert (receipt.index, receipt.duplicate) == (3, True)


def roll_back(ledger: Ledger, size: int) -> None:
    """Make the database what it was at `size` leaves, as a restored backup would."""
    with writing(ledger.engine).begin() as connection:
        for table in (models.Statement, models.SubjectEntry, models.EventRef, models.Idempotency):
            connection.execute(delete(table).where(table.index >= size))
        connection.execute(delete(models.CheckpointRow).where(models.CheckpointRow.size > size))
        connection.execute(delete(models.Leaf).where(models.Leaf.index >= size))
        connection.execute(update(models.LogState).values(size=size))


def test_a_database_behind_the_checkpoint_file_refuses_to_append(ledger: Ledger) -> None:
    with ledger.running() as writer:
        for number in range(3):
            writer.submit([draft(birth(ledger.coop, number, "L"), COOP)]).result()
        roll_back(ledger, 4)
        with pytest.raises(StoreError) as refused:
            writer.submit([draft(birth(ledger.coop, 9, "L"), COOP)]).result()
        assert refused.value.code == "store.behind"
    with pytest.raises(StoreError) as refused:
        ledger.appender().recover()
    assert refused.value.code == "store.behind"


def test_another_history_than_the_checkpoint_files_is_refused(ledger: Ledger) -> None:
    with ledger.running() as writer:
        for number in range(3):
            writer.submit([draft(birth(ledger.coop, number, "L"), COOP)]).result()
    note = ledger.file.read()
    assert note is not None
    roll_back(ledger, 3)
    ledger.file.path.unlink()
    with ledger.running() as writer:
        for number in range(10, 13):
            writer.submit([draft(birth(ledger.coop, number, "L"), COOP)]).result()
    ledger.file.swap(ledger.file.read(), note)
    with pytest.raises(StoreError) as refused:
        ledger.appender().recover()
    assert refused.value.code == "store.fork"


def test_a_database_behind_the_chain_is_refused(ledger: Ledger) -> None:
    with ledger.running() as writer:
        writer.submit([draft(birth(ledger.coop, 1, "L"), COOP)]).result()
        newest = ledger.log.newest_checkpoint()
        assert newest is not None
        writer.assert_not_behind(newest[0].size, newest[0].root)
        with pytest.raises(StoreError) as refused:
            writer.assert_not_behind(newest[0].size + 1, newest[0].root)
        assert refused.value.code == "store.behind"
        with pytest.raises(StoreError) as refused:
            writer.assert_not_behind(newest[0].size, sha256(b"x").digest())
        assert refused.value.code == "store.fork"


@pytest.mark.parametrize("table", ["leaf", "statement", "subject_entry"])
def test_nothing_is_signed_that_was_not_read_back_right(ledger: Ledger, table: str) -> None:
    with ledger.running():
        pass
    appender = ledger.appender()
    sign = appender._sign

    def spoil() -> object:
        with writing(ledger.engine).begin() as connection:
            if table == "leaf":
                data = bytearray(ledger.log.leaf_data(2))
                data[20] ^= 1
                connection.execute(update(models.Leaf).where(models.Leaf.index == 2).values(data=bytes(data)))
            elif table == "statement":
                connection.execute(
                    update(models.Statement).where(models.Statement.index == 2).values(jws="x")
                )
            else:
                connection.execute(delete(models.SubjectEntry).where(models.SubjectEntry.index == 2))
        return sign()

    appender._sign = spoil  # type: ignore[method-assign,assignment]  # a disk that lies
    with pytest.raises(StoreError) as refused:
        appender.append([Submission((draft(birth(ledger.coop, 1, "L"), COOP),))])
    assert refused.value.code == "store.corrupt"
    newest = ledger.log.newest_checkpoint()
    assert newest is not None
    assert newest[0].size == 2


def test_a_closed_writer_answers_what_waits_and_takes_no_more(ledger: Ledger) -> None:
    with ledger.running() as writer:
        waiting = [writer.submit([draft(birth(ledger.coop, n, "L"), COOP)]) for n in range(20)]
    assert all(future.result() for future in waiting)
    with pytest.raises(StoreError):
        writer.submit([draft(birth(ledger.coop, 99, "L"), COOP)])


def test_full_tiles_are_stored_and_lead_to_the_same_root(ledger: Ledger) -> None:
    with ledger.running() as writer:
        for start in range(0, 600, 200):
            batch = [draft(observation(ledger.coop, n, f"L{n}"), COOP) for n in range(start, start + 200)]
            writer.submit(batch).result()
    log = LogStore(ledger.engine)
    hashes = log.tile(0, 0, 602)
    assert log.tile(1, 0, 2) == [merkle.root(hashes[:256]), merkle.root(hashes[256:512])]
    newest = log.newest_checkpoint()
    assert newest is not None
    assert newest[0].root == merkle.root(hashes) == merkle.root_at(602, log.node())
    for index in (0, 255, 256, 601):
        proof = merkle.inclusion_proof(index, 602, log.node())
        merkle.verify_inclusion(hashes[index], index, 602, proof, newest[0].root)


def test_no_table_keeps_a_verdict(ledger: Ledger) -> None:
    names = {column.name for table in models.Base.metadata.tables.values() for column in table.columns}
    assert "verified" not in names
    with ledger.engine.connect() as connection:
        assert connection.execute(select(models.LogState.size)).scalar_one() == 0


def test_past_a_bound_senders_are_turned_away_and_what_waits_is_answered(ledger: Ledger) -> None:
    with ledger.running():
        pass
    drafts = [draft(birth(ledger.coop, number, "L"), COOP) for number in range(20)]
    with Writer(ledger.appender(), max_waiting=10) as writer:
        with writing(ledger.engine).begin() as connection:  # a slow disk: the log's lock is held
            connection.execute(select(models.LogState.size).with_for_update())
            first = writer.submit(drafts[:1])
            while writer.waiting:  # the writer has taken it, and hangs
                time.sleep(0.01)
            waiting = [writer.submit(drafts[start : start + 5]) for start in (1, 6)]
            with pytest.raises(StoreError) as refused:
                writer.submit(drafts[11:12])
            assert refused.value.code == "store.busy"
            assert refused.value.params["seconds"] > 0
        assert [len(future.result()) for future in (first, *waiting)] == [1, 5, 5]
        assert len(writer.submit(drafts[11:]).result()) == 9
        assert len(writer.submit(drafts).result()) == 20  # alone, more than the bound is taken
    assert ledger.log.size() == 2 + 20


def test_a_signer_who_is_behind_another_replaces_nothing(ledger: Ledger) -> None:
    with ledger.running():
        note = ledger.file.read()
    other = CheckpointFile(ledger.file.path)
    with pytest.raises(StoreError) as refused:
        other.swap(None, "another note\n")
    assert refused.value.code == "store.signed_elsewhere"
    assert ledger.file.read() == note
    other.swap(note, "another note\n")
    assert ledger.file.read() == "another note\n"


def test_of_many_signers_with_the_same_note_in_hand_one_replaces_it(ledger: Ledger) -> None:
    with ledger.running():
        note = ledger.file.read()

    def swap(number: int) -> bool:
        try:
            CheckpointFile(ledger.file.path).swap(note, f"note {number}\n")
        except StoreError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        swapped = list(pool.map(swap, range(64)))
    assert swapped.count(True) == 1
    assert ledger.file.read() == f"note {swapped.index(True)}\n"


def test_a_file_ahead_of_the_table_of_checkpoints_is_no_harm(ledger: Ledger) -> None:
    with ledger.running():
        pass
    appender = ledger.appender()
    swap = ledger.file.swap

    def swap_and_crash(known: str | None, note: str) -> None:
        swap(known, note)
        raise RuntimeError("power cut")

    ledger.file.swap = swap_and_crash  # type: ignore[method-assign]  # stop before the second commit
    with pytest.raises(RuntimeError):
        appender.append([Submission((draft(birth(ledger.coop, 1, "L"), COOP),))])
    ledger.file.swap = swap  # type: ignore[method-assign]  # fails where the real one would
    promised = ledger.file.read()
    assert ledger.log.checkpoint(3) is None
    with ledger.running() as writer:
        signed = ledger.log.checkpoint(3)
        assert signed is not None
        assert signed[1] == promised
        (receipt,) = writer.submit([draft(birth(ledger.coop, 1, "L"), COOP)]).result()
    assert (receipt.index, receipt.duplicate) == (2, True)


def test_what_breaks_a_batch_breaks_alone(ledger: Ledger) -> None:
    with ledger.running():
        pass
    appender = ledger.appender()
    append, waiting, batches = appender.append, threading.Event(), []

    def fragile(submissions: Sequence[Submission]) -> list[list[Receipt] | LedgerError]:
        waiting.wait(10)
        batches.append(len(submissions))
        if any(len(submission.items) == 2 for submission in submissions):
            raise RuntimeError("not foreseen")
        return append(submissions)

    appender.append = fragile  # type: ignore[method-assign]  # an error that no rule foresees
    with Writer(appender) as writer:
        first = writer.submit([draft(birth(ledger.coop, 1, "L"), COOP)])
        good = [writer.submit([draft(birth(ledger.coop, n, "L"), COOP)]) for n in (2, 3)]
        bad = writer.submit([draft(birth(ledger.coop, n, "L"), COOP) for n in (4, 5)])
        waiting.set()
        assert first.result()
        assert all(future.result() for future in good)
        with pytest.raises(StoreError) as refused:
            bad.result()
        assert refused.value.code == "store.failed"
    assert max(batches) > 1
    assert ledger.log.size() == 5
