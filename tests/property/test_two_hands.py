"""What must hold of claims and their answers, whoever tells what in whatever order."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ledger.lot.claims import Heard, claims

ORGS = [f"https://id.gs1.org/417/{gln}" for gln in ("9521001000017", "9521095000016", "9521090000011")]
LOTS = [f"https://id.gs1.org/01/09521001000055/10/{lot}" for lot in "AB"]
PAPERS = [f"https://id.gs1.org/253/9521095000016{number}" for number in (1, 2)]
STEPS = ["shipping", "receiving", "accepting", "inspecting", "sampling", "storing"]


def name(index: int) -> str:
    return f"urn:uuid:00000000-0000-7000-8000-{index:012d}"


@st.composite
def histories(draw: st.DrawFn) -> list[Heard]:
    """Movements, tests and answers of three organisations and two lots."""
    return [_event(draw, index) for index in range(draw(st.integers(0, 7)))]


def _event(draw: st.DrawFn, index: int) -> Heard:
    org = draw(st.sampled_from(ORGS))
    lots = draw(st.lists(st.sampled_from(LOTS), min_size=1, max_size=2, unique=True))
    payload: dict[str, Any] = {
        "eventID": name(index),
        "bizStep": draw(st.sampled_from(STEPS)),
        "quantityList": [{"epcClass": lot, "quantity": draw(st.integers(1, 3))} for lot in lots],
        "bizTransactionList": [
            {"type": draw(st.sampled_from(["po", "testres"])), "bizTransaction": paper}
            for paper in draw(st.lists(st.sampled_from(PAPERS), max_size=2, unique=True))
        ],
        "destinationList": [
            {"type": "owning_party", "destination": named}
            for named in draw(st.lists(st.sampled_from(ORGS), max_size=1))
        ],
        "nguon:answers": [
            {"nguon:event": name(event), "nguon:answer": word}
            for event, word in draw(
                st.lists(st.tuples(st.integers(0, 7), st.sampled_from(["accepted", "denied"])), max_size=2)
            )
        ],
    }
    role = "laboratory" if org == ORGS[2] else "member"
    return Heard(index, payload, org, role, tuple(lots))


@given(histories())
def test_only_the_organisation_that_was_named_answers(history: list[Heard]) -> None:
    signed = {item.index: item for item in history}
    for claim in claims(history):
        assert claim.named != claim.by
        if claim.answer is None:
            assert claim.state == "claimed"
        elif claim.named is None:
            assert signed[claim.answer].role == "laboratory"
        else:
            assert signed[claim.answer].org == claim.named


@given(histories(), st.randoms())
def test_claims_do_not_depend_on_the_order_of_telling(history: list[Heard], random: Any) -> None:
    shuffled = list(history)
    random.shuffle(shuffled)
    assert claims(shuffled) == claims(history)


@given(histories(), st.data())
def test_a_withdrawn_answer_no_longer_counts(history: list[Heard], data: st.DataObject) -> None:
    answered = [claim for claim in claims(history) if claim.answer is not None]
    if not answered:
        return
    claim = data.draw(st.sampled_from(answered))
    left = [item for item in history if item.index != claim.answer]
    after = next(
        each
        for each in claims(left)
        if (each.index, each.named, each.part) == (claim.index, claim.named, claim.part)
    )
    assert after.answer != claim.answer


@given(histories(), st.integers(8, 9))
def test_a_word_of_the_named_organisation_settles_its_claim(history: list[Heard], index: int) -> None:
    for claim in claims(history):
        if claim.named is None or claim.part == "test":
            continue
        goods = next(item.payload for item in history if item.index == claim.index)["quantityList"]
        word = {"nguon:event": claim.event_id, "nguon:answer": "accepted"}
        payload: Any = {"bizStep": "storing", "quantityList": goods, "nguon:answers": [word]}
        answer = Heard(index, payload, claim.named, "member")
        after = [each for each in claims([*history, answer]) if each.index == claim.index]
        assert next(each for each in after if each.named == claim.named).state == "accepted"
