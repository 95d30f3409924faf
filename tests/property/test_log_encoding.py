"""RFC 8785 against its reference implementation, and base64 against the standard library, for any value."""

import json
from base64 import b64decode, urlsafe_b64decode
from binascii import Error as Base64Error
from typing import Any
from unicodedata import normalize

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger.encoding import b64_decode, b64_encode, b64url_decode, b64url_encode, canonical_json, parse_json
from ledger.errors import EncodingError

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(
    lambda text: normalize("NFC", text)
)
INTEGERS = st.integers(-(2**53) + 1, 2**53 - 1)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def values(numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """JSON values with these numbers."""
    return st.recursive(
        st.none() | st.booleans() | numbers | TEXTS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    )


@given(values(INTEGERS | FLOATS))
def test_the_canonical_form_is_the_references(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@given(FLOATS)
def test_every_number_is_written_as_the_reference_writes_it(number: float) -> None:
    assert canonical_json(number) == rfc8785.dumps(number)


@given(values(INTEGERS | st.floats(-(2.0**52), 2.0**52)))
def test_the_canonical_form_reads_back_and_stays_the_same(value: Any) -> None:
    form = canonical_json(value)
    assert parse_json(form) == value
    assert canonical_json(parse_json(form)) == form


JSON_LIKE = st.lists(st.sampled_from([*'{}[]:,-.eE0159" \\u', "true", "null", '"a"', '"\\ud83c"'])).map(
    "".join
)


@given(JSON_LIKE.map(str.encode) | st.binary(max_size=40))
def test_what_is_read_the_standard_library_reads_alike(data: bytes) -> None:
    try:
        value = parse_json(data)
    except EncodingError:
        return
    assert json.loads(data.decode()) == value


@given(st.text("AQgwBCZz019+/-_= \n", max_size=8))
def test_each_bytes_have_one_base64(text: str) -> None:
    for decode, encode, lenient in (
        (b64_decode, b64_encode, b64decode),
        (b64url_decode, b64url_encode, urlsafe_b64decode),
    ):
        try:
            data = decode(text)
        except EncodingError:
            continue
        assert encode(data) == text
        try:
            assert lenient(text + "=" * (-len(text) % 4)) == data
        except Base64Error as error:
            raise AssertionError("the standard library refuses what was taken") from error
