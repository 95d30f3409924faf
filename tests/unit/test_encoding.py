"""Strict JSON, RFC 8785, base64 and hex."""

from typing import Any

import pytest

from ledger.encoding import (
    b64_decode,
    b64_encode,
    b64url_decode,
    b64url_encode,
    canonical_json,
    hex_decode,
    parse_json,
)
from ledger.errors import EncodingError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a":[1,-2.5,true,false,null,"x"]}', {"a": [1, -2.5, True, False, None, "x"]}),
        (' \t\r\n"Ngu\u1ed3n" ', "Nguồn"),
        ('"\\ud83c\\udf3e"', "🌾"),
        ("9007199254740991", 2**53 - 1),
        ("-9007199254740991", -(2**53) + 1),
        ("1e300", 1e300),
        ("{}", {}),
    ],
)
def test_strict_json_is_read(text: str, value: Any) -> None:
    assert parse_json(text.encode()) == value


@pytest.mark.parametrize(
    ("data", "code", "pointer"),
    [
        (b'{"a":1,"a":1}', "json.duplicate_member", ""),
        (b'[{"b":{"a":1,"\\u0061":2}}]', "json.duplicate_member", ""),
        (b"1e400", "json.number_range", ""),
        (b'{"a/b":[0,{"~":-1e400}]}', "json.number_range", "/a~1b/1/~0"),
        (b"[9007199254740992]", "json.number_range", "/0"),
        (b"-9007199254740992", "json.number_range", ""),
        (b"9" * 5000, "json.number_range", ""),
        ('{"a":"e\u0301"}'.encode(), "text.not_nfc", "/a"),
        (b'["e\\u0301"]', "text.not_nfc", "/0"),
        ('{"e\u0301":1}'.encode(), "text.not_nfc", "/e\u0301"),
        (b"\xef\xbb\xbf{}", "json.syntax", ""),
        (b"{} {}", "json.syntax", ""),
        (b"", "json.syntax", ""),
        (b"NaN", "json.syntax", ""),
        (b"[Infinity]", "json.syntax", ""),
        (b"[1,]", "json.syntax", ""),
        (b"{'a':1}", "json.syntax", ""),
        (b"01", "json.syntax", ""),
        (b'"\\ud800"', "json.syntax", ""),
        (b'"\\udc00"', "json.syntax", ""),
        (b'"\xed\xa0\x80"', "json.syntax", ""),
        (b'"\xff"', "json.syntax", ""),
        (b'"\x01"', "json.syntax", ""),
        (b"[" * 300 + b"]" * 300, "json.syntax", ""),
        (b"/* */ 1", "json.syntax", ""),
        ("{}".encode("utf-16"), "json.syntax", ""),
    ],
)
def test_json_that_readers_may_understand_differently_is_refused(
    data: bytes, code: str, pointer: str
) -> None:
    with pytest.raises(EncodingError) as caught:
        parse_json(data)
    assert (caught.value.code, caught.value.pointer) == (code, pointer)


def test_a_syntax_error_tells_line_and_column() -> None:
    with pytest.raises(EncodingError) as caught:
        parse_json(b'{"a":1,\n "a":2}')
    assert caught.value.params == {"line": 2, "column": 6}
    assert '"a"' in caught.value.message


def test_json_over_the_limit_is_refused_before_parsing() -> None:
    assert parse_json(b"[1]", max_bytes=3) == [1]
    with pytest.raises(EncodingError) as caught:
        parse_json(b"[1] ", max_bytes=3)
    assert caught.value.code == "limit.size"


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (-0.0, b"0"),
        (0.0, b"0"),
        (1.0, b"1"),
        (4.5, b"4.5"),
        (1e-6, b"0.000001"),
        (1e-7, b"1e-7"),
        (1e21, b"1e+21"),
        (1e20, b"100000000000000000000"),
        (333333333.33333329, b"333333333.3333333"),
        (5e-324, b"5e-324"),
        (1.7976931348623157e308, b"1.7976931348623157e+308"),
        (295147905179352830000.0, b"295147905179352830000"),
        ('\x00\b\t\n\f\r\x1f"\\/\x7f', b'"\\u0000\\b\\t\\n\\f\\r\\u001f\\"\\\\/\x7f"'),
        ("\u20ac\u2028", '"\u20ac\u2028"'.encode()),
        ([], b"[]"),
        ({"b": [True, None], "a": {}}, b'{"a":{},"b":[true,null]}'),
        ({"\ufb33": 1, "\U0001f600": 2, "\u20ac": 3}, '{"\u20ac":3,"\U0001f600":2,"\ufb33":1}'.encode()),
    ],
)
def test_canonical_json_is_rfc_8785(value: Any, form: bytes) -> None:
    assert canonical_json(value) == form


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (2**53, "json.number_range"),
        ({"a": [-(2**53)]}, "json.number_range"),
        (float("inf"), "json.number_range"),
        (float("nan"), "json.number_range"),
        ("\ud800", "json.syntax"),
        ({"\ud800": 1}, "json.syntax"),
        ({1: 2}, "json.syntax"),
        (b"bytes", "json.syntax"),
        (object(), "json.syntax"),
    ],
)
def test_what_has_no_canonical_form_is_refused(value: Any, code: str) -> None:
    with pytest.raises(EncodingError) as caught:
        canonical_json(value)
    assert caught.value.code == code


@pytest.mark.parametrize("data", [b"", b"\0", b"\xfb\xff", b"abc", bytes(range(256))])
def test_base64_reads_back(data: bytes) -> None:
    assert b64url_decode(b64url_encode(data)) == data
    assert b64_decode(b64_encode(data)) == data


@pytest.mark.parametrize(
    "text", ["A", "AB==", "AA==", "AB", "A A", "AA\n", "+/8", "AAAAA", "é", "AA=", None, b"AA"]
)
def test_base64url_that_is_not_canonical_is_refused(text: object) -> None:
    with pytest.raises(EncodingError) as caught:
        b64url_decode(text)
    assert caught.value.code == "base64.syntax"


@pytest.mark.parametrize(
    "text", ["A", "AA", "AB==", "AA=", "AA==\n", " AA==", "-_8=", "AA===", "AAAA====", None, 1]
)
def test_base64_that_is_not_canonical_is_refused(text: object) -> None:
    with pytest.raises(EncodingError) as caught:
        b64_decode(text)
    assert caught.value.code == "base64.syntax"


def test_hex_is_lower_case_and_of_the_wanted_length() -> None:
    assert hex_decode("00ff" * 16) == b"\x00\xff" * 16
    assert hex_decode("0a", 1) == b"\x0a"
    assert hex_decode("0a0b", None) == b"\x0a\x0b"
    assert hex_decode("", None) == b""
    for wrong in ("0A", "0", "0x", "0a0b", "0a\n", "٠a", "", None, b"0a"):
        with pytest.raises(EncodingError) as caught:
            hex_decode(wrong, 1)
        assert caught.value.code == "hex.syntax"
