"""Photos are made anew from their pixels; forms are read strictly."""

from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from api.forms import read_form, text_of
from coop.reports.pictures import MAX_BYTES, cleaned
from ledger.errors import EncodingError

MULTIPART = "multipart/form-data; boundary=xyz"


def picture(kind: str, size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: object) -> bytes:
    out = BytesIO()
    Image.new(mode, size, "red").save(out, kind, **options)
    return out.getvalue()


def multipart(fields: dict[str, bytes], boundary: bytes = b"xyz") -> bytes:
    parts = b"".join(
        b'--%s\r\nContent-Disposition: form-data; name="%s"; filename="a.jpg"\r\n\r\n%s\r\n'
        % (boundary, name.encode(), content)
        for name, content in fields.items()
    )
    return parts + b"--" + boundary + b"--\r\n"


def outcome(call: Callable[[], object]) -> object:
    """What a call gives, or the code of its refusal."""
    try:
        return call()
    except EncodingError as refused:
        return refused.code


# -- pictures


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGBA")])
def test_a_picture_becomes_a_jpeg_of_the_same_size(kind: str, mode: str) -> None:
    with Image.open(BytesIO(cleaned(picture(kind, mode=mode)))) as made:
        assert (made.format, made.size) == ("JPEG", (40, 20))


def test_where_and_with_what_it_was_taken_is_gone_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0110] = "SM-A155F"
    exif[0x0112] = 6  # rotated by 90°
    exif.get_ifd(0x8825)[2] = (21.0, 1.0, 30.0)
    sent = picture("JPEG", exif=exif, comment=b"at home")
    assert b"SM-A155F" in sent
    made = cleaned(sent)
    assert not any(trace in made for trace in (b"SM-A155F", b"Exif", b"at home"))
    with Image.open(BytesIO(made)) as opened:
        assert opened.size == (20, 40)
        assert not opened.getexif()


def test_a_large_picture_is_made_smaller() -> None:
    with Image.open(BytesIO(cleaned(picture("PNG", (5_000, 100))))) as made:
        assert made.size == (2_048, 41)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture("GIF"),
        picture("JPEG")[:200],
        picture("PNG")[:40],
        b"\xff\xd8\xff" + b"\0" * 100,
        picture("JPEG") + b"\0" * MAX_BYTES,
        picture("PNG", (10_000, 5_001), "1"),
    ],
    ids=["empty", "pdf", "svg", "gif", "cut jpeg", "cut png", "rubbish", "too long", "too many pixels"],
)
def test_what_is_no_picture_that_can_be_opened_is_refused(data: bytes) -> None:
    with pytest.raises(EncodingError) as refused:
        cleaned(data)
    assert refused.value.code == "report.photo"


@given(st.binary(max_size=300))
def test_any_bytes_are_a_picture_or_are_refused(data: bytes) -> None:
    for sent in (data, picture("JPEG")[:100] + data, picture("WEBP")[:30] + data):
        assert outcome(lambda sent=sent: cleaned(sent)[:3]) in (b"\xff\xd8\xff", "report.photo")


# -- forms


@given(st.dictionaries(st.sampled_from(["code", "text", "photo"]), st.binary(max_size=200), min_size=1))
def test_a_multipart_form_gives_each_field_byte_for_byte(fields: dict[str, bytes]) -> None:
    fields = {name: content for name, content in fields.items() if b"--xyz" not in content}
    assert read_form(multipart(fields), MULTIPART) == fields


def test_an_urlencoded_form_is_read_too() -> None:
    form = read_form(b"code=a%2Fb&text=Xin+ch%C3%A0o%0D%0A&code=c", "application/x-www-form-urlencoded")
    assert text_of(form, "code") == "c"
    assert text_of(form, "text") == "Xin chào"
    assert text_of(form, "place") == ""


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"code=x", ""),
        (b"code=x", "text/plain"),
        (b"code=x", "multipart/form-data"),
        (b"code=x", MULTIPART),
        (multipart({"code": b"x"})[:-4], MULTIPART),
        (b"--xyz\r\n\r\nx\r\n--xyz--", MULTIPART),
        (b'--xyz\r\nContent-Disposition: form-data; name="code"\r\n--xyz--', MULTIPART),
        (multipart({f"f{at}": b"" for at in range(21)}), MULTIPART),
        (b"&".join(b"a%d=" % at for at in range(21)), "application/x-www-form-urlencoded"),
    ],
)
def test_what_is_no_form_is_refused(data: bytes, kind: str) -> None:
    assert outcome(lambda: read_form(data, kind)) == "report.form"


def test_text_that_is_no_utf_8_is_refused() -> None:
    with pytest.raises(EncodingError):
        text_of({"text": b"\xff"}, "text")


@given(
    st.binary(max_size=300), st.sampled_from([MULTIPART, "application/x-www-form-urlencoded", "multipart/x"])
)
def test_any_bytes_are_a_form_or_are_refused(data: bytes, kind: str) -> None:
    found = outcome(lambda: read_form(data, kind))
    assert found == "report.form" or isinstance(found, dict)
