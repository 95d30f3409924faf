"""Reports of labels: taken from anybody, with or without script, and read by whose lot it is."""

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from apikit import GROWER, PRODUCT, Service, code, running
from PIL import Image
from sqlalchemy import text

from nguon.settings import Settings

BROWSER = {"Accept": "text/html", "User-Agent": "Mozilla/5.0 (Android)", "Accept-Language": "en"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("reports") / "nguon"
    with running(Settings(data_dir=folder, anchor_max_seconds=1)) as found:
        yield found


_DEVICES = iter(range(10_000))


def device() -> dict[str, str]:
    """A browser of its own: each may report a few times an hour."""
    return BROWSER | {"User-Agent": f"Mozilla/5.0 (Android; {next(_DEVICES)})"}


def photo(kind: str = "JPEG") -> bytes:
    out = BytesIO()
    exif = Image.Exif()
    exif[0x0110] = "SM-A155F"
    Image.new("RGB", (64, 48), "green").save(out, kind, exif=exif)
    return out.getvalue()


def listed(service: Service, headers: dict[str, str]) -> list[dict[str, str]]:
    answer = service.client.get("/api/v1/reports", headers=headers)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, str]] = answer.json()["reports"]
    return found


def test_a_report_gets_a_number_and_reaches_whose_lot_it_is(service: Service) -> None:
    lot = service.born()
    sent = {"code": code(lot), "kind": "suspect", "text": "Dán chồng lên tem khác", "place": "VN-18"}
    answer = service.client.post("/api/v1/reports", json=sent, headers=device())
    assert answer.status_code == 201
    number = answer.json()["number"]
    assert len(number) == 10
    (mine, *_) = listed(service, service.grower)
    assert {name: mine[name] for name in (*sent, "number", "lot", "org", "serial", "photo")} == {
        **sent, "number": number, "lot": f"{PRODUCT}/10/{lot}", "org": GROWER, "serial": None, "photo": None,
    }  # fmt: skip
    assert number in {item["number"] for item in listed(service, service.operator)}
    assert number not in {item["number"] for item in listed(service, service.shop)}
    assert service.client.get("/api/v1/reports").status_code == 401


def test_a_report_about_a_forged_tem_of_a_lot_reaches_the_cooperative(service: Service) -> None:
    lot = service.born()
    service.anchor()
    sent = {"code": code(lot, "00000ZZZZZZZZZZZZ"), "kind": "suspect"}
    number = service.client.post("/api/v1/reports", json=sent, headers=device()).json()["number"]
    mine = next(item for item in listed(service, service.grower) if item["number"] == number)
    assert (mine["verdict"], mine["serial"]) == ("unknown", "00000ZZZZZZZZZZZZ")


def test_a_report_about_a_foreign_code_reaches_the_operator_only(service: Service) -> None:
    sent = {"code": "https://nguon.examp1e/01/09521001000055", "kind": "suspect"}
    number = service.client.post("/api/v1/reports", json=sent, headers=device()).json()["number"]
    found = next(item for item in listed(service, service.operator) if item["number"] == number)
    assert (found["verdict"], found["lot"], found["org"]) == ("malformed", None, None)
    assert number not in {item["number"] for item in listed(service, service.grower)}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_without_what_the_camera_wrote_and_shown_to_few(service: Service, kind: str) -> None:
    lot = service.born()
    answer = service.client.post(
        "/api/v1/reports",
        data={"code": code(lot), "kind": "different"},
        files={"photo": ("tem.bin", photo(kind), "application/octet-stream")},
        headers=device(),
    )
    assert answer.status_code == 201, answer.text
    (mine, *_) = listed(service, service.grower)
    shown = service.client.get(mine["photo"], headers=service.grower)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert b"SM-A155F" not in shown.content
    with Image.open(BytesIO(shown.content)) as opened:
        assert opened.size == (64, 48)
    assert service.client.get(mine["photo"]).status_code == 401
    assert service.client.get(mine["photo"], headers=service.shop).json()["code"] == "not_found.report"
    with service.deployment.engine.connect() as connection:
        digest = connection.execute(
            text("SELECT photo FROM report WHERE id = :id"), {"id": mine["number"]}
        ).scalar_one()
    assert not service.deployment.blobs.holds(digest)


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"code": ""}, 400, "report.code"),
        ({"kind": "other"}, 400, "report.kind"),
        ({"text": "x" * 1_001}, 400, "report.text"),
        ({"place": "21.0285,105.8542"}, 400, "scan.place"),
        ({"text": 7}, 400, "json.syntax"),
    ],
)
def test_a_report_out_of_bounds_is_refused_by_code(
    service: Service, changed: dict[str, object], status: int, said: str
) -> None:
    sent = {"code": "x", "kind": "suspect"} | changed
    answer = service.client.post("/api/v1/reports", json=sent, headers=device())
    assert (answer.status_code, answer.json()["code"]) == (status, said)


def test_what_is_no_photo_is_refused_and_nothing_is_kept(service: Service) -> None:
    before = len(listed(service, service.operator))
    for data in (b"%PDF-1.7\n", photo()[:100]):
        answer = service.client.post(
            "/api/v1/reports", data={"code": "x", "kind": "suspect"}, files={"photo": data}, headers=device()
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "report.photo")
    large = service.client.post(
        "/api/v1/reports",
        data={"code": "x", "kind": "suspect"},
        files={"photo": b"x" * 6_000_000},
        headers=device(),
    )
    assert (large.status_code, large.json()["code"]) == (413, "limit.size")
    assert len(listed(service, service.operator)) == before


def test_one_device_may_report_a_few_times_an_hour(service: Service) -> None:
    mine = device()
    sent = {"code": "x", "kind": "suspect"}
    answers = [service.client.post("/api/v1/reports", json=sent, headers=mine) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [201] * 6 + [429]
    assert service.client.post("/api/v1/reports", json=sent, headers=device()).status_code == 201


def test_reports_are_read_page_by_page_over_http(service: Service) -> None:
    for _ in range(3):
        service.client.post("/api/v1/reports", json={"code": "x", "kind": "suspect"}, headers=device())
    whole = [item["number"] for item in listed(service, service.operator)]
    read, url = [], "/api/v1/reports?limit=2"
    while url:
        page = service.client.get(url, headers=service.operator).json()
        read += [item["number"] for item in page["reports"]]
        url = page["next"]
    assert read == whole


# -- the page, without script


@pytest.mark.parametrize(
    ("lang", "title", "kept", "thanks"),
    [
        ("vi", "Báo tem lạ", "Không nói", "Cảm ơn, đã nhận"),
        ("en", "Report a label", "Rather not say", "Thank you, received"),
    ],
)
def test_the_page_takes_a_report_in_both_languages(
    service: Service, lang: str, title: str, kept: str, thanks: str
) -> None:
    lot = service.born()
    shown = service.client.get("/report", params={"code": code(lot), "lang": lang}, headers=BROWSER)
    assert all(part in shown.text for part in (title, kept, code(lot), 'enctype="multipart/form-data"'))
    assert re.findall("<script(?! type=\"module\" src=)", shown.text) == []
    fields = {
        "code": code(lot),
        "kind": "different",
        "text": "Dòng 1\r\nDòng 2",
        "place": "VN-HN",
        "lang": lang,
    }
    sent = service.client.post("/report", data=fields, files={"photo": photo()}, headers=device())
    assert sent.status_code == 200
    assert thanks in sent.text
    (mine, *_) = listed(service, service.grower)
    assert f"{mine['number'][:5]} {mine['number'][5:]}" in sent.text
    assert (mine["text"], mine["place"], mine["photo"] is not None) == ("Dòng 1\nDòng 2", "VN-HN", True)


def test_a_form_without_a_photo_is_taken_as_a_browser_sends_it(service: Service) -> None:
    fields = {"code": "x", "kind": "suspect", "text": "", "place": "", "lang": "en"}
    sent = service.client.post("/report", data=fields, files={"photo": ("", b"")}, headers=device())
    assert sent.status_code == 200, sent.text
    assert listed(service, service.operator)[0]["photo"] is None


def test_what_is_wrong_is_told_on_the_page_with_all_that_was_typed(service: Service) -> None:
    fields = {"code": "a<b>", "kind": "suspect", "text": "<i>odd</i>", "place": "VN-HN", "lang": "vi"}
    sent = service.client.post("/report", data=fields, files={"photo": b"%PDF-1.7\n"}, headers=device())
    assert sent.status_code == 400
    assert "Ảnh phải là JPEG, PNG hoặc WebP" in sent.text
    assert "&lt;i&gt;odd&lt;/i&gt;" in sent.text
    assert "a&lt;b&gt;" in sent.text
    assert '<option value="VN-HN" selected>' in sent.text


def test_the_verify_page_leads_to_the_report(service: Service) -> None:
    lot = service.born()
    service.anchor()
    page = service.client.get(f"/01/09521001000055/10/{lot}", headers=BROWSER).text
    assert "/report?code=https%3A%2F%2Fnguon.localhost" in page
    assert "kind=different" in page
    unknown = service.client.get("/01/09521001000055/10/NEVER", headers=BROWSER).text
    assert "/report?code=" in unknown


def test_a_report_about_a_lot_that_never_was_reaches_who_speaks_for_such_lots(service: Service) -> None:
    sent = {"code": code("NEVER"), "kind": "suspect"}
    number = service.client.post("/api/v1/reports", json=sent, headers=device()).json()["number"]
    assert number in {item["number"] for item in listed(service, service.grower)}
    assert number not in {item["number"] for item in listed(service, service.shop)}
