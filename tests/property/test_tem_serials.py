"""The serials that a roll holds are exactly those that verify: nothing near them, and nothing made of them, does.

"Verify" is what a bundle does: the leaf that stands at a serial's own index, under the root in the roll's event.
"""

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import tem
from ledger.errors import ProofError
from ledger.log import merkle

LOTS = ("L1", "NHC260110", "lô/7%", "a" * 20)
GTINS = ("09521002000085", "09521001000055")
COUNTS = (1, 2, 33, 255, 256, 257, 1025, 2048)
rolls = st.tuples(
    st.sampled_from(("roll-1", "roll-2")),
    st.sampled_from(GTINS),
    st.sampled_from(LOTS),
    st.sampled_from(COUNTS),
)
Roll = tuple[str, str, str, int]


class Issued:
    """A roll with all that is known of it to whoever issued it."""

    def __init__(self, roll: Roll) -> None:
        name, self.gtin, self.lot, self.count = roll
        self.key = tem.roll_key(bytes(range(32)), name)
        self.tree = tem.tree(self.key, self.gtin, self.lot, self.count)
        self.root = self.tree.root()
        self.serials = list(tem.serials(self.key, self.gtin, self.lot, self.count))

    def verifies(self, text: str) -> bool:
        """Whether a scan of this text finds it in the roll."""
        index = tem.serial_index(text)
        if index is None or index >= self.count:
            return False
        leaf, proof = self.tree.inclusion(index)
        merkle.verify_inclusion(leaf, index, self.count, proof, self.root)
        return leaf == tem.leaf(text)


def base32(value: int, length: int) -> str:
    return "".join(tem.ALPHABET[value >> 5 * place & 31] for place in reversed(range(length)))


@cache
def issued(roll: Roll) -> Issued:
    return Issued(roll)


@settings(deadline=None)
@given(rolls, st.data())
def test_every_serial_of_a_roll_verifies_at_its_index(roll: Roll, data: st.DataObject) -> None:
    one = issued(roll)
    index = data.draw(st.integers(0, one.count - 1))
    assert tem.serial_index(one.serials[index]) == index
    assert one.serials[index] == tem.serial(one.key, one.gtin, one.lot, index)
    assert one.verifies(one.serials[index])


@settings(deadline=None, max_examples=50)
@given(rolls, st.data())
def test_no_single_character_changed_verifies(roll: Roll, data: st.DataObject) -> None:
    one = issued(roll)
    true = one.serials[data.draw(st.integers(0, one.count - 1))]
    place = data.draw(st.integers(0, tem.SERIAL_LENGTH - 1))
    for character in tem.ALPHABET + "ilouILOU-*é":
        changed = true[:place] + character + true[place + 1 :]
        assert one.verifies(changed) == (changed == true)


@settings(deadline=None)
@given(rolls, st.data())
def test_no_characters_that_changed_places_verify(roll: Roll, data: st.DataObject) -> None:
    one = issued(roll)
    true = one.serials[data.draw(st.integers(0, one.count - 1))]
    first = data.draw(st.integers(0, tem.SERIAL_LENGTH - 2))
    second = data.draw(st.integers(first + 1, tem.SERIAL_LENGTH - 1))
    letters = list(true)
    letters[first], letters[second] = letters[second], letters[first]
    swapped = "".join(letters)
    assert one.verifies(swapped) == (swapped == true)


@settings(deadline=None)
@given(rolls, st.data())
def test_no_guess_from_known_serials_verifies(roll: Roll, data: st.DataObject) -> None:
    """Whoever has seen serials knows which indexes there are; what he lacks are their tags."""
    one = issued(roll)
    known = data.draw(st.lists(st.sampled_from(one.serials), min_size=1, max_size=8, unique=True))
    index = data.draw(st.integers(0, one.count))
    tags = [text[tem.INDEX_LENGTH :] for text in known]
    place = base32(index, tem.INDEX_LENGTH)
    values = [sum(tem.ALPHABET.index(c) << 5 * k for k, c in enumerate(reversed(tag))) for tag in tags]
    made = [
        *tags,
        *(base32(value + 1, tem.TAG_LENGTH) for value in values),
        *(base32(value ^ values[0] ^ values[-1], tem.TAG_LENGTH) for value in values),
        base32(2 * values[-1] - values[0], tem.TAG_LENGTH),
        "".join(data.draw(st.lists(st.sampled_from(tem.ALPHABET), min_size=12, max_size=12))),
    ]
    for tag in made:
        guess = place + tag
        assert one.verifies(guess) == (guess in one.serials)
        assert guess not in one.serials or guess in known


@settings(deadline=None)
@given(rolls, rolls, st.data())
def test_no_serial_of_another_roll_lot_or_product_verifies(
    one: Roll, other: Roll, data: st.DataObject
) -> None:
    ours, theirs = issued(one), issued(other)
    text = data.draw(st.sampled_from(theirs.serials))
    assert ours.verifies(text) == (one[:3] == other[:3] and text in ours.serials)


@settings(deadline=None, max_examples=50)
@given(rolls, st.data())
def test_a_slot_proves_its_own_index_only(roll: Roll, data: st.DataObject) -> None:
    one = issued(roll)
    index = data.draw(st.integers(0, one.count - 1))
    leaf, proof = one.tree.inclusion(index)
    for other in range(max(0, index - 3), min(one.count, index + 4)):
        try:
            merkle.verify_inclusion(leaf, other, one.count, proof, one.root)
            assert other == index
        except ProofError:
            assert other != index
