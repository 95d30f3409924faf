"""Slots and openings from kept blocks are those of the whole roll; a file that keeps blocks is never believed."""

from dataclasses import replace
from pathlib import Path

import pytest

from ledger import hidden, tem
from ledger.errors import ProofError, StoreError
from ledger.log import merkle
from ledger.slots import IssuedRoll, RollSlots

MASTER = bytes(range(32))
GTIN, LOT = "09521002000085", "L1"


def declared(count: int, roll_id: str = "r", master: bytes = MASTER) -> IssuedRoll:
    key = tem.roll_key(master, roll_id)
    codes = hidden.root(hidden.hidden_key(master, roll_id), key, GTIN, LOT, count)
    return IssuedRoll(roll_id, GTIN, LOT, count, tem.roll_root(key, GTIN, LOT, count), codes)


@pytest.mark.parametrize("count", [1, 2, 255, 256, 257, 600, 1024])
def test_a_slot_is_the_one_recomputed_from_all_serials(count: int) -> None:
    kept, roll = RollSlots(MASTER), declared(count)
    for index in {0, count // 2, count - 1}:
        slot = kept(roll, index)
        assert slot == tem.slot_proof(tem.roll_key(MASTER, "r"), GTIN, LOT, count, index)
        merkle.verify_inclusion(slot[0], index, count, slot[1], roll.root)


def test_a_new_roll_is_the_one_that_its_event_will_declare(tmp_path: Path) -> None:
    roll = RollSlots(MASTER, tmp_path).new(GTIN, LOT, 700, hidden_codes=True)
    assert roll == declared(700, roll.id)
    assert RollSlots(MASTER).new(GTIN, LOT, 700).hidden is None


def test_only_the_rolls_used_last_are_kept() -> None:
    kept = RollSlots(MASTER, max_kept=2 * 64)
    for name in ("a", "b", "a", "c"):
        kept(declared(300, name), 5)
    assert [roll[0] for roll in kept._trees] == ["a", "c"]


def test_blocks_are_kept_over_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    roll = declared(700)
    before = RollSlots(MASTER, tmp_path / "rolls")(roll, 300)
    (file,) = (tmp_path / "rolls").iterdir()
    assert file.stat().st_size == 2 * 32
    monkeypatch.setattr("ledger.slots.block_roots", None)  # a roll cannot be made anew
    assert RollSlots(MASTER, tmp_path / "rolls")(roll, 300) == before


@pytest.mark.parametrize("damage", ["missing", "short", "long", "first", "last", "empty", "folder"])
def test_a_file_that_is_missing_short_or_wrong_is_made_again(tmp_path: Path, damage: str) -> None:
    roll = declared(700)
    before = RollSlots(MASTER, tmp_path)(roll, 300)
    (file,) = tmp_path.iterdir()
    right = file.read_bytes()
    wrong = {
        "short": right[:-1],
        "long": right + bytes(32),
        "first": bytes([right[0] ^ 1]) + right[1:],
        "last": right[:-1] + bytes([right[-1] ^ 1]),
        "empty": b"",
    }
    if damage in wrong:
        file.write_bytes(wrong[damage])
    else:
        file.unlink()
    if damage == "folder":
        file.mkdir()
    assert RollSlots(MASTER, tmp_path)(roll, 300) == before
    if damage != "folder":
        assert file.read_bytes() == right


def test_blocks_of_another_generation_are_not_taken_for_this_one(tmp_path: Path) -> None:
    old, new = MASTER, bytes(32)
    for count in (256, 700):
        roll = declared(count, f"r{count}", old)
        slot = RollSlots(old, tmp_path)(roll, 3)
        kept = RollSlots(lambda: (old, new), tmp_path)
        assert kept(roll, 3) == slot
        assert kept.key(roll) == tem.roll_key(old, roll.id)


@pytest.mark.parametrize("count", [10, 700])
def test_a_roll_goes_on_verifying_after_the_key_was_rotated(count: int) -> None:
    generations = [MASTER]
    kept = RollSlots(lambda: generations)
    old = kept.new(GTIN, LOT, count, hidden_codes=True)
    before = kept(old, 3)
    generations.append(bytes(32))
    new = kept.new(GTIN, LOT, count)
    assert new == replace(declared(count, new.id, bytes(32)), hidden=None)
    for fresh in (kept, RollSlots(lambda: generations)):
        assert fresh(old, 3) == before
        assert fresh.key(old) == tem.roll_key(MASTER, old.id)
        assert fresh.key(new) == tem.roll_key(bytes(32), new.id)


def test_a_roll_that_no_key_of_ours_makes_has_no_slot_until_the_key_comes() -> None:
    generations = [bytes(32)]
    kept = RollSlots(lambda: generations)
    roll = declared(300)
    assert kept(roll, 3) is None
    with pytest.raises(StoreError):
        kept.key(roll)
    generations.insert(0, MASTER)
    assert kept(roll, 3) is not None


def test_the_right_hidden_code_opens_its_tem_and_no_other_does() -> None:
    kept, roll = RollSlots(MASTER), declared(700)
    texts = list(tem.serials(kept.key(roll), GTIN, LOT, 700))
    codes = hidden.codes(kept.hidden_key(roll), GTIN, LOT)
    code = codes(300)
    for typed in (code, code.lower(), f"{code[:5]} {code[5:]}", f" {code[:5]}-{code[5:]}\n"):
        opening = kept.open(roll, texts[300], typed)
        assert roll.hidden is not None
        hidden.check(opening, texts[300], typed, count=700, root=roll.hidden)
    forged = texts[300][:-1] + ("0" if texts[300][-1] != "0" else "1")
    for serial, typed in [
        (texts[301], code),
        (forged, code),
        (texts[300], codes(301)),
        (texts[300], code[:-1]),
        (texts[300], code + "0"),
        (texts[300], ""),
        ("x", code),
    ]:
        with pytest.raises(ProofError) as refused:
            kept.open(roll, serial, typed)
        assert refused.value.code == "hidden.code"
    with pytest.raises(ProofError):
        kept.open(replace(roll, hidden=None), texts[300], code)
