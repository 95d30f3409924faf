"""Names of documents, and what kind of file bytes are."""

from hashlib import sha256
from typing import Any

import pytest

from ledger.errors import EncodingError
from ledger.lot.documents import attachments, image_of, media_type_of, ni_uri, parse_ni

HELLO = sha256(b"Hello World!").digest()
RFC_URI = "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk"


def test_the_example_of_rfc_6920_is_named_as_the_rfc_names_it() -> None:
    assert ni_uri(HELLO) == RFC_URI
    assert parse_ni(RFC_URI) == HELLO


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "ni:///sha-256;",
        RFC_URI[:-1],
        RFC_URI + "=",
        RFC_URI.replace("///", "//example.org/"),
        RFC_URI.replace("sha-256", "sha-512"),
        RFC_URI.replace("_", "/"),
        RFC_URI[:-1] + "l",
        "https://example.org/photo.jpg",
    ],
)
def test_any_other_name_is_refused(uri: str) -> None:
    with pytest.raises(EncodingError) as caught:
        parse_ni(uri)
    assert caught.value.code == "ni.syntax"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"<html><script>", None),
        (b"RIFF\x00\x00\x00\x00WAVE", None),
        (b"GIF89a", None),
        (b"", None),
    ],
)
def test_a_files_kind_is_what_its_bytes_say(data: bytes, kind: str | None) -> None:
    assert media_type_of(data) == kind


def test_attachments_are_read_under_any_prefix_and_each_once() -> None:
    item: dict[str, Any] = {"href": RFC_URI, "mediaType": "application/pdf", "title": "Phiếu kiểm nghiệm"}
    for name in ("nguon:attachment", "n:attachment", "https://w3id.org/nguon/epcis/attachment"):
        (found,) = attachments({name: [item, item, {"href": "https://example.org/a.pdf"}, 7]})
        assert (found.uri, found.title) == (RFC_URI, "Phiếu kiểm nghiệm")
    assert attachments({"nguon:attachment": "x"}) == ()


def test_a_description_names_its_photo_as_a_uri_or_as_an_attachment() -> None:
    assert image_of({"https://w3id.org/nguon/epcis/image": RFC_URI}) == HELLO
    assert image_of({"nguon:image": {"href": RFC_URI}}) == HELLO
    assert image_of({"nguon:image": "https://example.org/photo.jpg"}) is None
    assert image_of({}) is None
