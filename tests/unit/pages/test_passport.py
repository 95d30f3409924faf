"""The passport page and its PDF: the same content, in both languages, whole letter for letter."""

import subprocess
import sys
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from reportlab.pdfbase.ttfonts import TTFont
from zxingcpp import read_barcodes

from api.pages import Pages
from api.pages.names import passport_path
from api.passport_pdf import passport_pdf
from labels.faces import FILES, printable
from labels.symbol import QUIET, qr, runs, svg_path
from ledger.lot.documents import ni_uri
from ledger.proof.target import Target
from ledger.proof.verdict import Verdict
from ledger.statement.jws import Typ
from tests.pages_world import (
    CATALOGUES,
    CHAIN,
    GTIN,
    LOT,
    MDA,
    NGUON,
    PROJECT,
    SUPPORT,
    checked,
    context,
    herb,
    passport_of,
)
from tests.world import PRODUCT

PAGES = Pages(CATALOGUES, "nguon.example/test", CHAIN, "https://nguon.example", SUPPORT)
CODE = "https://nguon.example/01/09521001000055/10/THV260116/21/"


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


@pytest.mark.parametrize("lang", list(CATALOGUES))
def test_the_pdf_says_what_the_page_says_with_every_mark_on_its_letter(lang: str) -> None:
    view = passport_of(Verdict.VERIFIED, lang)
    found = words_of(passport_pdf(view, CATALOGUES[lang])).replace("\N{NO-BREAK SPACE}", " ")
    said = [view.title, view.product, view.verdict_title, *(section.title for section in view.sections)]
    for section in view.sections:
        for row in section.rows:
            said += [row.label, row.reason, *(line.text for line in row.lines)]
    said += [*view.missing, *(fact.value for fact in view.facts)]
    assert len(said) > 60
    assert [text for text in said if "".join(text.split()) not in "".join(found.split())] == []


@pytest.mark.parametrize("verdict", [Verdict.VERIFIED, Verdict.RECALLED, Verdict.UNKNOWN, Verdict.TAMPERED])
def test_it_is_one_or_two_a4_pages_with_its_fonts_inside(verdict: Verdict) -> None:
    pdf = passport_pdf(passport_of(verdict), CATALOGUES["vi"])
    reader = PdfReader(BytesIO(pdf))
    assert len(reader.pages) == (2 if verdict in (Verdict.VERIFIED, Verdict.RECALLED) else 1)
    for page in reader.pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    assert pdf.count(b"/FontFile2") == 2
    assert passport_pdf(passport_of(verdict), CATALOGUES["vi"]) == pdf


def test_the_qr_opens_the_page_of_the_very_tem() -> None:
    view = passport_of(Verdict.VERIFIED)
    symbol = qr(view.code_url)
    side = symbol.width + 2 * QUIET
    picture = Image.new("L", (side, side), 255)
    for x, y, length in runs(symbol):
        for dark in range(length):
            picture.putpixel((QUIET + x + dark, QUIET + y), 0)
    read = read_barcodes(picture.resize((side * 6, side * 6), Image.Resampling.NEAREST))
    assert [code.text for code in read] == [view.code_url]
    assert view.code_url.startswith(CODE)
    assert view.qr == svg_path(symbol)


def test_the_fonts_have_every_letter_that_pages_and_vietnamese_use() -> None:
    glyphs = (PROJECT / "scanner_web" / "ui" / "font" / "glyphs.txt").read_text("utf-8")
    arrows = set("←↑→↓✓")
    for weight, path in FILES.items():
        have = set(TTFont(f"check-{weight}", path).face.charToGlyph)
        assert {letter for letter in glyphs if ord(letter) not in have} - arrows - {"\n"} == set()
        for catalogue in CATALOGUES.values():
            said = "".join(str(catalogue.messages[key]) for key in catalogue)
            assert {letter for letter in said if ord(letter) not in have} == set()


def test_the_fonts_are_what_the_pages_fonts_become() -> None:
    tool = [sys.executable, str(PROJECT / "tools" / "pdf_fonts.py"), "--check"]
    assert subprocess.run(tool, capture_output=True, text=True).returncode == 0


def test_a_letter_that_the_fonts_lack_is_never_an_empty_box() -> None:
    assert printable("Đặng Văn Ỷ, ½ kg ≤ 5 °C") == "Đặng Văn Ỷ, ½ kg ≤ 5 °C"
    assert printable("Łódź ﬁ 茶") == "?ódz fi ?"


@pytest.mark.parametrize("lang", list(CATALOGUES))
def test_the_page_prints_both_lists_and_what_is_missing(lang: str) -> None:
    view = passport_of(Verdict.VERIFIED, lang)
    html = PAGES.render_passport(view)
    assert len(view.sections[0].rows) == 10
    assert len(view.sections[1].rows) == 9
    assert html.count("<tr data-state=") == 19
    assert len(view.missing) == 3
    for path in ("", ".pdf", ".json"):
        assert f"/passport/{GTIN}/THV260116/" in html
        assert path in html
    assert "style=" not in html
    assert "<script" not in html


def test_where_nothing_was_verified_the_page_tells_nothing_of_the_goods() -> None:
    for verdict in (Verdict.TAMPERED, Verdict.UNKNOWN):
        view = passport_of(verdict)
        assert (view.known, view.sections, view.missing, view.product) == (False, (), (), "")
        assert "trà hoa vàng" not in PAGES.render_passport(view)


def test_a_recalled_lots_passport_says_so_before_all() -> None:
    view = passport_of(Verdict.RECALLED)
    assert view.tone == "stop"
    assert view.known
    assert PAGES.render_passport(view).index(view.verdict_title) < PAGES.render_passport(view).index("<table")


def test_a_lot_that_ends_like_a_file_keeps_a_path_of_its_own() -> None:
    assert passport_path(Target(GTIN, "A.pdf", None)) == f"/passport/{GTIN}/A%2Epdf"
    assert passport_path(Target(GTIN, "A/B", "7.json"), ".pdf") == f"/passport/{GTIN}/A%2FB/7%2Ejson.pdf"


def test_the_card_shows_the_products_own_photo_only_where_it_is_whole(tmp_path: Path) -> None:
    from api.pages import page_view
    from ledger.store.blobs import BlobStore

    data = b"\x89PNG\r\n\x1a\n a photo"
    blobs = BlobStore(tmp_path)
    world = herb()
    payload = {
        "id": PRODUCT,
        "type": "x",
        "attributes": {MDA + "descriptionShort": "Trà", NGUON + "image": ni_uri(sha256(data).digest())},
        "validFrom": "2026-01-10",
    }
    world.log_statement("officer", Typ.MASTER, payload, (PRODUCT,))
    world.snapshot()
    found = checked(world, world.bundle(LOT, world.serial(LOT, 16)))

    def photo() -> str:
        where = lambda digest: "/photo" if blobs.holds(digest) else None  # noqa: E731
        view = page_view(found, context("c", "/01/x", world.now, document_url=where), CATALOGUES["vi"])
        assert view.product is not None
        html = PAGES.render_verify(view)
        assert ('<img class="prod__img" src="/photo"' in html) == (view.product.photo == "/photo")
        assert ("art.svg#pack-" in html) == (view.product.photo == "")
        image = next(row for row in view.legal if row.code == "image")
        assert (image.state == "present") == (view.product.photo == "/photo")
        return view.product.photo

    assert photo() == ""
    kept = blobs.put(data)
    assert photo() == "/photo"
    file = tmp_path / kept.digest.hex()[:2] / kept.digest.hex()
    file.write_bytes(data + b"!")
    assert photo() == ""


def test_a_report_that_an_event_names_is_linked_in_the_story_where_it_is_here() -> None:
    from api.pages import page_view

    digest = sha256(b"report").digest()
    item = {"href": ni_uri(digest), "mediaType": "application/pdf", "title": "Ảnh kho lạnh"}
    world = herb()
    world.tell("member", "2026-01-20T12:00:00+07:00", "storing", [LOT], **{"nguon:attachment": [item]})
    world.snapshot()
    found = checked(world, world.bundle(LOT, world.serial(LOT, 16)))
    for where in ("/report", None):
        surroundings = context("c", "/01/x", world.now, document_url=lambda _digest, where=where: where)
        view = page_view(found, surroundings, CATALOGUES["vi"])
        documents = [item for group in view.story for line in group.lines for item in line.documents]
        assert [(item.title, item.href) for item in documents] == [("Ảnh kho lạnh", where or "")]
        assert ('<a href="/report">Ảnh kho lạnh</a>' in PAGES.render_verify(view)) == (where is not None)
