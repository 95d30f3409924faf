"""The operator's word only adds a suspicion, is marked as his, and stands in its place among the verdicts."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from coop.scans.desk import suspicions
from coop.scans.queries import ScanSummary
from coop.scans.rule import Conflict
from ledger.proof.verdict import Reason, Verdict
from ledger.proof.word import HIDDEN_USED, SCAN_CONFLICT, heed, is_word, suspicion
from tests.pages_world import found_of

WORD = suspicion(SCAN_CONFLICT, "far apart", place1="VN-HN", place2="VN-SG", days=0)
RANK = list(Verdict)
WITH_TEM = [verdict for verdict in RANK if verdict is not Verdict.MALFORMED and found_of(verdict)[0].tem]


def test_without_a_word_a_verification_is_what_it_was() -> None:
    for verdict in (Verdict.VERIFIED, Verdict.RECALLED, Verdict.UNKNOWN):
        found = found_of(verdict)[0]
        assert heed(found, ()) is found


@pytest.mark.parametrize("verdict", WITH_TEM)
def test_a_suspicion_stands_after_what_is_worse_and_before_what_is_better(verdict: Verdict) -> None:
    found = found_of(verdict)[0]
    heard = heed(found, [WORD])
    assert heard.verdict is min(verdict, Verdict.SUSPECT_COPY, key=RANK.index)
    assert WORD in heard.reasons
    ranks = [RANK.index(reason.verdict) for reason in heard.reasons]
    assert all(one <= other for one, other in pairwise(ranks))
    assert [reason for reason in heard.reasons if reason != WORD] == [
        reason for reason in found.reasons if reason != WORD
    ]
    unsaid = replace(heard, verdict=found.verdict, reasons=found.reasons)
    assert unsaid == found


def test_a_tem_that_is_none_of_ours_has_no_copies() -> None:
    found = found_of(Verdict.UNKNOWN)[0]
    assert heed(found, [WORD]) is found


def test_a_word_that_is_not_marked_or_says_anything_else_is_passed_over() -> None:
    found = found_of(Verdict.VERIFIED)[0]
    others = [
        Reason(SCAN_CONFLICT, Verdict.SUSPECT_COPY, "not marked"),
        *(
            Reason("x", verdict, "", {"by": "operator"})
            for verdict in Verdict
            if verdict is not Verdict.SUSPECT_COPY
        ),
    ]
    assert heed(found, others) is found


def test_the_scans_of_a_tem_become_reasons_that_say_whose_word_they_are() -> None:
    opened = datetime(2026, 11, 24, 3, 5, 59, tzinfo=UTC)
    against = Conflict("places", date(2026, 11, 24), "VN-HN", "VN-SG", 0)
    said = suspicions(ScanSummary(count=9, conflict=against, opened=opened))
    assert [reason.code for reason in said] == [HIDDEN_USED, SCAN_CONFLICT]
    assert all(is_word(reason) and reason.verdict is Verdict.SUSPECT_COPY for reason in said)
    assert said[0].params["opened"] == "2026-11-24T03:05Z"
    assert (said[1].params["place1"], said[1].params["place2"]) == ("VN-HN", "VN-SG")
    crowd = suspicions(ScanSummary(count=40, conflict=Conflict("devices", date(2026, 11, 24), devices=30)))
    assert [(reason.code, reason.params["devices"]) for reason in crowd] == [(SCAN_CONFLICT, 30)]
    assert suspicions(ScanSummary(count=3)) == ()
