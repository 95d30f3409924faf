"""SSCC are given once, whoever asks, from however many processes, and never beyond what a prefix holds."""

import multiprocessing
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from coop.stock.actions import allocate, set_prefix
from coop.stock.models import SsccCounter
from coop.stock.queries import given
from ledger.errors import ConflictError, Gs1Error
from ledger.gs1.keys import Sscc
from ledger.store.database import open_engine, writing

GROWER = "https://id.gs1.org/417/9521001000017"
SHOP = "https://id.gs1.org/417/9521090000011"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_numbers_begin_with_the_organisations_gln_and_have_their_check_digit(engine: Engine) -> None:
    first, second = allocate(writing(engine), GROWER, NOW, 2)
    assert first[:17] == "0" + "952100100001" + "0000"
    assert second[:17] == "0" + "952100100001" + "0001"
    assert (Sscc(first), Sscc(second)) == (first, second)
    known = given(engine, first)
    assert known is not None
    assert (known.org, known.created_at) == (GROWER, 1772323200000)
    assert given(engine, "095210011260117002") is None


def test_a_prefix_that_was_set_leaves_more_digits_to_the_serial(engine: Engine) -> None:
    set_prefix(writing(engine), GROWER, "9521001")
    assert allocate(writing(engine), GROWER, NOW, extension=3)[0][:17] == "3" + "9521001" + "000000000"


def test_no_number_is_given_twice_under_overlapping_prefixes(engine: Engine) -> None:
    short = allocate(writing(engine), GROWER, NOW, 3)
    set_prefix(writing(engine), GROWER, "95210010000")
    longer = allocate(writing(engine), GROWER, NOW, 20)
    with Session(writing(engine)) as session, session.begin():
        session.get_one(SsccCounter, ("95210010000", 0)).next = 10_000
    overlapping = allocate(writing(engine), GROWER, NOW, 20)
    numbers = [*short, *longer, *overlapping]
    assert len(set(numbers)) == len(numbers)
    assert overlapping[0][:17] == "0" + "95210010000" + "10003"  # the three first ones have the same digits


def test_a_number_that_somebody_used_already_is_passed_over(engine: Engine) -> None:
    foreign = allocate(writing(engine), SHOP, NOW)[0]
    taken = foreign.replace("952109000001", "952100100001")[:17]
    found = allocate(
        writing(engine), GROWER, NOW, used=lambda asked: [one for one in asked if one[:17] == taken]
    )
    assert found[0][:17] == "0" + "952100100001" + "0001"


def test_the_next_extension_digit_follows_when_one_is_used_up_and_then_none_is_left(engine: Engine) -> None:
    with Session(writing(engine)) as session, session.begin():
        session.add(SsccCounter(prefix="952100100001", extension=0, next=9_999))
    last, following = allocate(writing(engine), GROWER, NOW, 2)
    assert last[:17] == "0" + "952100100001" + "9999"
    assert following[:17] == "1" + "952100100001" + "0000"
    with pytest.raises(ConflictError) as refused:
        allocate(writing(engine), GROWER, NOW, extension=0)
    assert (refused.value.code, refused.value.params["left"]) == ("sscc.exhausted", 0)


def test_what_was_refused_uses_no_number_up(engine: Engine) -> None:
    with Session(writing(engine)) as session, session.begin():
        session.add(SsccCounter(prefix="952100100001", extension=7, next=9_998))
    with pytest.raises(ConflictError):
        allocate(writing(engine), GROWER, NOW, 3, extension=7)
    assert len(allocate(writing(engine), GROWER, NOW, 2, extension=7)) == 2


@pytest.mark.parametrize(
    ("prefix", "code"),
    [
        ("952", "sscc.prefix"),
        ("9521001000010", "sscc.prefix"),
        ("95A1", "sscc.prefix"),
        ("2001", "gs1.prefix"),
    ],
)
def test_what_is_no_company_prefix_is_refused(engine: Engine, prefix: str, code: str) -> None:
    with pytest.raises(Gs1Error) as refused:
        set_prefix(writing(engine), GROWER, prefix)
    assert refused.value.code == code


def test_a_prefix_has_one_organisation(engine: Engine) -> None:
    set_prefix(writing(engine), GROWER, "9521001")
    set_prefix(writing(engine), GROWER, "95210010")
    for overlapping in ("9521", "952100100"):
        with pytest.raises(ConflictError) as refused:
            set_prefix(writing(engine), SHOP, overlapping)
        assert refused.value.code == "sscc.prefix_taken"


def test_an_organisation_without_a_gln_needs_a_prefix(engine: Engine) -> None:
    org = "https://nguon.localhost/org/nho-quan"
    with pytest.raises(Gs1Error) as refused:
        allocate(writing(engine), org, NOW)
    assert refused.value.code == "sscc.no_prefix"
    set_prefix(writing(engine), org, "9521007")
    assert allocate(writing(engine), org, NOW)[0][:17] == "09521007000000000"


@pytest.mark.parametrize(("count", "extension"), [(0, None), (1_001, None), (1, 10), (1, -1)])
def test_impossible_orders_are_refused(engine: Engine, count: int, extension: int | None) -> None:
    with pytest.raises(Gs1Error) as refused:
        allocate(writing(engine), GROWER, NOW, count, extension=extension)
    assert refused.value.code == "sscc.order"


def test_processes_that_ask_at_once_get_different_numbers(database_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(3) as pool:
        rows = pool.map(_twenty_times, [database_url] * 3)
    numbers = [sscc for row in rows for sscc in row]
    assert len(numbers) == 120
    assert len(set(numbers)) == 120


def _twenty_times(url: str) -> list[str]:
    engine = open_engine(url)
    try:
        return [sscc for _ in range(20) for sscc in allocate(writing(engine), GROWER, NOW, 2)]
    finally:
        engine.dispose()
