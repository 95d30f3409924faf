"""Labels over HTTP: a printer gets what was issued, only who issued it gets it, and the preview is the print."""

import csv
import io
import subprocess
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import zxingcpp
from apikit import Service
from PIL import Image

from api.printing import MAX_LABELS
from labels.form import printed_form

LOTS = "/api/v1/lots/09521001000055"


def issued(service: Service, count: int = 5, **more: Any) -> tuple[str, list[str]]:
    """The address of a new roll, and its codes."""
    lot = service.born(count, **{"cbvmda:itemExpirationDate": "2028-01-17"})
    answer = service.client.post(f"{LOTS}/{lot}/tem", json={"count": count, **more}, headers=service.grower)
    assert answer.status_code == 201, answer.text
    url = f"{LOTS}/{lot}/tem/{answer.json()['roll']}"
    told = service.client.get(url, params={"count": count}, headers=service.grower).json()
    return url, [printed_form(code) for code in told["codes"]]


def get(service: Service, url: str, expect: int = 200, **asked: Any) -> Any:
    headers = asked.pop("headers", service.grower)
    answer = service.client.get(url, params=asked, headers=headers)
    assert answer.status_code == expect, answer.text
    return answer


def read(picture: bytes) -> list[str]:
    with Image.open(io.BytesIO(picture)) as image:
        return [found.text for found in zxingcpp.read_barcodes(image)]


def test_a_pdf_holds_the_tem_that_were_asked_for(service: Service, tmp_path: Path) -> None:
    url, codes = issued(service, 30)
    headers = {**service.grower, "Accept-Encoding": "identity"}
    answer = get(
        service, f"{url}/labels.pdf", headers=headers, start=3, count=25, layout="L7160", mask="fixed"
    )
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["x-labels"] == "25"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.headers["cache-control"] == "private, no-store"
    (tmp_path / "labels.pdf").write_bytes(answer.content)
    subprocess.run(["pdftoppm", "-r", "300", "-gray", tmp_path / "labels.pdf", tmp_path / "page"], check=True)
    pages = [read(path.read_bytes()) for path in sorted(tmp_path.glob("page-*"))]
    assert [len(page) for page in pages] == [21, 4]
    assert {text for page in pages for text in page} == set(codes[3:28])


def test_the_preview_is_the_print(service: Service) -> None:
    url, codes = issued(service)
    serial = codes[2][-17:]
    for kind, media_type in (("svg", "image/svg+xml"), ("png", "image/png")):
        packed = get(service, f"{url}/labels.{kind}", size="60x40").content
        with ZipFile(io.BytesIO(packed)) as opened:
            pictures = {name[8:25]: opened.read(name) for name in opened.namelist()}
        assert list(pictures) == [code[-17:] for code in codes]
        first = get(service, f"{url}/preview.{kind}", size="60x40")
        assert first.headers["content-type"] == media_type
        assert first.content == pictures[codes[0][-17:]]
        named = get(service, f"{url}/preview.{kind}", size="60x40", serial=serial)
        assert named.content == pictures[serial]
    assert read(named.content) == [codes[2]]


def test_a_table_has_the_hidden_codes_and_what_the_lot_is(service: Service) -> None:
    url, codes = issued(service, 3, hidden=True)
    hidden = get(service, url).json()["hidden"]
    data = get(service, f"{url}/labels.csv").content
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row["url"] for row in rows] == codes
    assert [row["hidden"] for row in rows] == hidden
    assert {row["use_by"] for row in rows} == {"2028-01-17"}


def test_thermal_printers_get_a_label_for_each_tem(service: Service) -> None:
    url, _ = issued(service, 4)
    for kind, mark in (("zpl", b"^XZ"), ("tspl", b"\r\nPRINT 1,1\r\n")):
        assert get(service, f"{url}/labels.{kind}", count=3, dpi=300).content.count(mark) == 3


def test_only_who_issued_a_roll_gets_its_labels(service: Service) -> None:
    url, _ = issued(service)
    for path in ("labels.pdf", "labels.csv", "preview.svg"):
        assert service.client.get(f"{url}/{path}").status_code == 401
        assert get(service, f"{url}/{path}", 404, headers=service.shop).json()["code"] == "not_found.roll"


def test_voided_tem_are_left_out_and_a_voided_roll_is_not_printed(service: Service) -> None:
    url, codes = issued(service)
    lot_url, roll = url.split("/tem/")
    for sent in ({"serials": [codes[0][-17:]]}, {"roll": roll}):
        if "roll" in sent:
            answer = get(service, f"{url}/labels.csv")
            assert answer.headers["x-labels"] == "4"
            assert codes[0] not in answer.text
            gone = get(service, f"{url}/preview.svg", 422, serial=codes[0][-17:])
            assert gone.json()["code"] == "label.nothing"
        body = {"reason": "kẹt giấy", **sent}
        assert (
            service.client.post(f"{lot_url}/tem/void", json=body, headers=service.grower).status_code == 202
        )
    assert get(service, f"{url}/labels.pdf", 409).json()["code"] == "tem.roll_voided"


@pytest.mark.parametrize(
    ("path", "asked", "code"),
    [
        ("labels.doc", {}, "label.kind"),
        ("preview.pdf", {}, "label.kind"),
        ("labels.pdf", {"layout": "L1"}, "label.layout"),
        ("labels.pdf", {"first": 22}, "label.range"),
        ("labels.pdf", {"x": 30}, "label.calibration"),
        ("labels.pdf", {"scale": 2}, "label.calibration"),
        ("labels.pdf", {"layout": "L4732", "signed": True}, "label.too_small"),
        ("labels.pdf", {"start": 5}, "label.nothing"),
        ("labels.zpl", {"size": "small"}, "label.size"),
        ("labels.zpl", {"dpi": 400}, "label.dpi"),
        ("labels.csv", {"mask": "9"}, "label.mask"),
        ("preview.svg", {"serial": "00009K3M9XQ2VB5TZ"}, "label.nothing"),
        ("preview.svg", {"serial": "x"}, "label.nothing"),
    ],
)
def test_what_cannot_be_printed_is_refused_in_both_languages(
    service: Service, path: str, asked: dict[str, Any], code: str
) -> None:
    url, _ = issued(service)
    said = []
    for language in ("vi", "en"):
        headers = {**service.grower, "Accept-Language": language}
        answer = get(service, f"{url}/{path}", 422, headers=headers, **asked)
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert answer.json()["code"] == code
        said.append(answer.json()["detail"])
    assert said[0] != said[1]


def test_there_is_a_bound_to_one_answer(service: Service) -> None:
    url, _ = issued(service)
    assert service.client.get(
        f"{url}/labels.csv", params={"count": MAX_LABELS + 1}, headers=service.grower
    ).status_code in (400, 422)


def test_layouts_and_their_test_sheets_are_anybodys(service: Service) -> None:
    told = service.client.get("/api/v1/labels/layouts").json()
    assert {item["layout"]: item["labels"] for item in told["layouts"]}["L7160"] == 21
    assert "50x30" in {item["size"] for item in told["sizes"]}
    sheet = service.client.get("/api/v1/labels/test-sheet.pdf", params={"layout": "L7160", "x": 0.5})
    assert sheet.content.startswith(b"%PDF-")
    wrong = service.client.get("/api/v1/labels/test-sheet.pdf", params={"layout": "?"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "label.layout")
