"""Strict JSON, RFC 8785, base64 and hex.

What two readers could understand differently is refused, never mended (DESIGN §3.1):

    JSON    no duplicate member, no byte order mark, nothing after the value, no lone surrogate; every string
            and every member's name is NFC; integers within ±(2**53 - 1), other numbers finite
    base64  canonical only: no white space, no spare bits, padding exactly as the alphabet's form wants it
    hex     lower case, of the expected length
"""

import re
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from math import isfinite
from typing import TypeAlias
from unicodedata import is_normalized

import jiter
import orjson
import rfc8785

from ledger.errors import EncodingError

JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | float | bool | None"
_Path: TypeAlias = "tuple[_Path, str | int] | None"

MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader agrees on (RFC 8259 §6)."""

_LOCATED = re.compile(r"(?P<what>.*) at line (?P<line>\d+) column (?P<column>\d+)", re.DOTALL)
_HEX = re.compile(r"(?:[0-9a-f]{2})*")
_PLAIN_FLOAT = (1e-5, 1e15)
"""Magnitudes that orjson prints as ECMAScript does; below and above, the exponents are written otherwise."""


def parse_json(data: bytes, *, max_bytes: int | None = None) -> JsonValue:
    """The value of a JSON text that every strict reader understands alike.

    Args:
        data: UTF-8 JSON, at most 200 levels deep.
        max_bytes: refuse longer texts before parsing them.

    Raises:
        EncodingError: `json.syntax` or `json.duplicate_member` with `line` and `column` in its params;
            `json.number_range` or `text.not_nfc` with a pointer; `limit.size`.

    Source: RFC 8259, RFC 7493 (I-JSON) §2.
    """
    if max_bytes is not None and len(data) > max_bytes:
        raise EncodingError(
            f"JSON of {len(data)} bytes; at most {max_bytes} are taken", code="limit.size", limit=max_bytes
        )
    try:
        value: JsonValue = jiter.from_json(data, allow_inf_nan=False, catch_duplicate_keys=True)
    except ValueError as error:
        raise _syntax_error(str(error)) from error
    _check(value, None)
    return value


def canonical_json(value: JsonValue) -> bytes:
    """The RFC 8785 (JCS) form of a value.

    Raises:
        EncodingError: `json.number_range` for a number that JCS cannot write, `json.syntax` for a lone
            surrogate or anything else that is no JSON value.
    """
    try:
        plain = _plain(value)
        if plain is not _HARD:
            return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
        return rfc8785.dumps(value)
    except (rfc8785.IntegerDomainError, rfc8785.FloatDomainError) as error:
        raise EncodingError("a number has no RFC 8785 form", code="json.number_range") from error
    except (rfc8785.CanonicalizationError, orjson.JSONEncodeError, UnicodeError, RecursionError) as error:
        raise EncodingError(f"not a JSON value: {error}") from error


def b64url_encode(data: bytes) -> str:
    """Unpadded base64url (RFC 4648 §5, RFC 7515 §2)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def b64url_decode(text: object) -> bytes:
    """The bytes of unpadded base64url, in its one canonical form.

    Raises:
        EncodingError: `base64.syntax`, also where `text` is no string.
    """
    if isinstance(text, str) and text.isascii():
        try:
            data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except Base64Error as error:
            raise EncodingError("not base64url", code="base64.syntax") from error
        if b64url_encode(data) == text:
            return data
    raise EncodingError("not canonical unpadded base64url", code="base64.syntax")


def b64_encode(data: bytes) -> str:
    """Padded base64 (RFC 4648 §4)."""
    return b64encode(data).decode("ascii")


def b64_decode(text: object) -> bytes:
    """The bytes of padded base64, in its one canonical form.

    Raises:
        EncodingError: `base64.syntax`, also where `text` is no string.
    """
    if isinstance(text, str) and text.isascii():
        try:
            data = b64decode(text, validate=True)
        except Base64Error as error:
            raise EncodingError("not base64", code="base64.syntax") from error
        if b64_encode(data) == text:
            return data
    raise EncodingError("not canonical base64", code="base64.syntax")


def hex_decode(text: object, length: int | None = 32) -> bytes:
    """The bytes of lower-case hex.

    Args:
        text: two digits a byte, no prefix.
        length: the number of bytes wanted, None for any.

    Raises:
        EncodingError: `hex.syntax`, also where `text` is no string.
    """
    if isinstance(text, str) and (length is None or len(text) == 2 * length) and _HEX.fullmatch(text):
        return bytes.fromhex(text)
    size = "" if length is None else f" of {length} bytes"
    raise EncodingError(f"not lower-case hex{size}", code="hex.syntax")


def _syntax_error(message: str) -> EncodingError:
    code = "json.syntax"
    if message.startswith("Detected duplicate key"):
        code = "json.duplicate_member"
    elif message.startswith("number out of range"):
        code = "json.number_range"
    found = _LOCATED.fullmatch(message)
    if found is None:
        return EncodingError(f"not strict JSON: {message}", code=code)
    return EncodingError(
        f"not strict JSON: {message}", code=code, line=int(found["line"]), column=int(found["column"])
    )


def _check(value: JsonValue, path: _Path) -> None:
    if isinstance(value, str):
        _check_text(value, path)
    elif isinstance(value, dict):
        for name, member in value.items():
            here = (path, name)
            _check_text(name, here)
            _check(member, here)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _check(item, (path, index))
    elif isinstance(value, float):
        if not isfinite(value):
            raise EncodingError("number too large", code="json.number_range", pointer=_pointer(path))
    elif isinstance(value, int) and not -MAX_INTEGER <= value <= MAX_INTEGER:
        raise EncodingError("integer beyond ±(2^53 - 1)", code="json.number_range", pointer=_pointer(path))


def _check_text(text: str, path: _Path) -> None:
    if not text.isascii() and not is_normalized("NFC", text):
        raise EncodingError("text is not in Unicode form NFC", code="text.not_nfc", pointer=_pointer(path))


def _pointer(path: _Path) -> str:
    """RFC 6901 §3."""
    steps: list[str] = []
    while path is not None:
        path, step = path
        steps.append(str(step).replace("~", "~0").replace("/", "~1"))
    return "".join("/" + step for step in reversed(steps))


class _Hard:
    """Marks a value that orjson would not write as RFC 8785 wants it."""


_HARD = _Hard()


def _plain(value: object) -> object:
    """The value with integral floats as integers, or _HARD."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        return value if -MAX_INTEGER <= value <= MAX_INTEGER else _HARD
    if isinstance(value, float):
        if value.is_integer() and -MAX_INTEGER <= value <= MAX_INTEGER:
            return int(value)
        return value if _PLAIN_FLOAT[0] <= abs(value) < _PLAIN_FLOAT[1] else _HARD
    if isinstance(value, list):
        items = [_plain(item) for item in value]
        return _HARD if _HARD in items else items
    if isinstance(value, dict):
        members: dict[str, object] = {}
        for name, member in value.items():
            plain = _plain(member)
            if plain is _HARD or not isinstance(name, str) or (not name.isascii() and max(name) > "\uffff"):
                return _HARD
            members[name] = plain
        return members
    return _HARD
