"""Forms as browsers send them, read strictly: `application/x-www-form-urlencoded` and `multipart/form-data`.

    multipart = *( "--" boundary CRLF headers CRLF CRLF content CRLF ) "--" boundary "--"

Source: RFC 7578; a part's name and content are all that is used, its own `Content-Type` and file name are not believed.
"""

from collections.abc import Mapping
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Final
from urllib.parse import parse_qs

from ledger.errors import EncodingError

_MAX_FIELDS: Final = 20
_headers = BytesHeaderParser()


def read_form(data: bytes, content_type: str) -> Mapping[str, bytes]:
    """The fields of a form, by name; the last one of a name counts.

    Raises:
        EncodingError: it is no form, or has more than 20 fields (`report.form`).
    """
    kind = Message()
    kind["Content-Type"] = content_type or "application/octet-stream"
    if kind.get_content_type() == "application/x-www-form-urlencoded":
        return _urlencoded(data)
    boundary = kind.get_param("boundary")
    if kind.get_content_type() != "multipart/form-data" or not isinstance(boundary, str) or not boundary:
        raise _wrong()
    return _multipart(data, boundary.encode("latin-1", "replace"))


def text_of(form: Mapping[str, bytes], name: str) -> str:
    """A field as text without outer spaces and with plain line ends; empty where it is not there.

    Raises:
        EncodingError: it is no UTF-8 (`report.form`).
    """
    try:
        return form.get(name, b"").decode().replace("\r\n", "\n").strip()
    except UnicodeDecodeError as error:
        raise _wrong() from error


def _urlencoded(data: bytes) -> Mapping[str, bytes]:
    try:
        found = parse_qs(data.decode("ascii"), True, errors="strict", max_num_fields=_MAX_FIELDS)
        return {name: values[-1].encode() for name, values in found.items()}
    except ValueError as error:
        raise _wrong() from error


def _multipart(data: bytes, boundary: bytes) -> Mapping[str, bytes]:
    parts = (b"\r\n" + data).split(b"\r\n--" + boundary)
    if len(parts) < 2 or not parts[-1].startswith(b"--") or len(parts) - 2 > _MAX_FIELDS:
        raise _wrong()
    found = {}
    for part in parts[1:-1]:
        head, blank, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name = _headers.parsebytes(head + b"\r\n\r\n").get_param("name", header="Content-Disposition")
        if not blank or not isinstance(name, str):
            raise _wrong()
        found[name] = content
    return found


def _wrong() -> EncodingError:
    return EncodingError("The form that was sent cannot be read.", code="report.form")
