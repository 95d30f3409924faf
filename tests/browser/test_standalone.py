"""The standalone verifier and a dossier, opened from a disk: the service is gone, then the chain too."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta, timezone
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route
from pypdf import PdfReader

from nguon.demo import samples, stage
from nguon.demo.rows import rows
from nguon.demo.story import Story
from nguon.serving import listen, standalone_template
from nguon.wiring import Deployment
from tests.browser.checking import Watched
from tests.browser.test_pages import AXE

pytestmark = pytest.mark.browser
DONE = "#main[data-at=done]"


@dataclass(frozen=True)
class Left:
    """What somebody saved before the service went away; the chain answers until `chain` is closed."""

    folder: Path
    rpc: str
    host: str
    code: str
    chain: ExitStack
    headers: dict[str, str]
    footer: str

    def url(self, name: str) -> str:
        return (self.folder / name).as_uri()


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Left]:
    if standalone_template() is None:
        pytest.skip("no standalone verifier: `npm run build:web`")
    folder = tmp_path_factory.mktemp("left")
    with ExitStack() as chain:
        listener = chain.enter_context(listen("127.0.0.1", 0))
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = stage.settings(tmp_path_factory.mktemp("service"), listener.getsockname()[1])
        deployment = chain.enter_context(Deployment.open(settings))
        told = samples.read(deployment.clock().astimezone(timezone(timedelta(hours=7))).date())
        day = Story(deployment, told, lambda *_args, **_values: None).tell()
        with stage.serving(deployment, listener), httpx.Client(base_url=base) as client:
            row = next(row for row in rows(day) if row.name == "verified")
            path = row.url(base).removeprefix(base)
            target = re.fullmatch(r"/01/(\d{14})/10/(\w+)/21/(\w+)", path)
            assert target
            lot = f"/dossier/{target[1]}/{target[2]}"
            code = f"https://{settings.origin}{path}"
            headers = {}
            for name, where in {
                "dossier.html": f"{lot}.html",
                "item.html": f"{lot}/{target[3]}.html",
                "dossier.pdf": f"{lot}.pdf",
                "verify.html": "/verify.html",
                "trust.json": "/trust.json",
                "bundle.json": f"/api/v1/proof?code={code}",
            }.items():
                got = client.get(where)
                assert got.status_code == 200, (where, got.text)
                (folder / name).write_bytes(got.content)
                headers[name] = got.headers.get("content-disposition", "")
            footer = client.get("/").text
        with pytest.raises(httpx.ConnectError):
            httpx.get(base)
        yield Left(folder, deployment.place.rpcs[0], settings.origin, code, chain, headers, footer)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 360, "height": 780}, reduced_motion="reduce", locale="vi")
    yield opened
    opened.close()


def verdict(page: Page) -> str | None:
    return page.locator("#main").get_attribute("data-checked")


def judged(page: Page, file: Path) -> str | None:
    """The verdict on a file that is chosen."""
    page.set_input_files("input[accept*=json]", file)
    page.wait_for_selector(DONE)
    return verdict(page)


def changed(bundle: bytes) -> bytes:
    """The same bundle with one letter of one statement's signature changed."""
    value = json.loads(bundle)
    entry = value["subjects"][0]["entries"][0]
    head, payload, signature = entry["statement"].split(".")
    entry["statement"] = f"{head}.{payload}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
    return json.dumps(value).encode()


@pytest.mark.parametrize("name", ["dossier.html", "item.html"])
def test_a_dossier_on_a_disk_is_verified_by_the_chain_alone(
    left: Left, context: BrowserContext, name: str
) -> None:
    watched = Watched(context)
    page = watched.open(left.url(name), DONE)
    assert verdict(page) == "verified"
    assert page.locator("h1").inner_text() == "Hồ sơ đầy đủ, không bị sửa"
    assert watched.complaints == []
    asked = {url.partition("?")[0] for url in watched.asked if not url.startswith("data:")}
    assert {url.rstrip("/") for url in asked} == {left.url(name), left.rpc.rstrip("/")}
    assert page.locator("[data-pinned]").inner_text() in digest_of(left.folder / "trust.json")


def digest_of(path: Path) -> str:
    found = subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True)
    return found.stdout


def test_languages_change_without_loading_anything(left: Left, context: BrowserContext) -> None:
    watched = Watched(context)
    page = watched.open(left.url("dossier.html"), DONE)
    before = len(watched.asked)
    page.click(".lang button[lang=en]")
    assert page.locator("h1").inner_text() == "The record is complete and unchanged"
    assert page.locator("html").get_attribute("lang") == "en"
    page.click(".lang button[lang=vi]")
    assert page.locator("h1").inner_text() == "Hồ sơ đầy đủ, không bị sửa"
    assert watched.asked[before:] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["dossier.html", "verify.html"])
def test_it_is_accessible_and_fits_a_small_screen(
    left: Left, browser: Browser, axe: str, name: str, scheme: Any
) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 780}, reduced_motion="reduce", color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(left.url(name))
    page.wait_for_selector(DONE if name == "dossier.html" else "#main[data-at=start]")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.evaluate(axe)
    found: list[dict[str, Any]] = page.evaluate(AXE)
    context.close()
    assert found == [], json.dumps(found, ensure_ascii=False)[:2000]


def test_a_bundle_file_is_opened_and_a_changed_one_is_caught(left: Left, context: BrowserContext) -> None:
    watched = Watched(context)
    page = watched.open(left.url("verify.html"), "#main[data-at=start]")
    assert judged(page, left.folder / "bundle.json") == "verified"
    page.click(".pin button")
    page.wait_for_selector("#main[data-at=start]")
    wrong = left.folder / "changed.json"
    wrong.write_bytes(changed((left.folder / "bundle.json").read_bytes()))
    assert judged(page, wrong) == "tampered"
    assert watched.complaints == []


def test_a_bundle_file_is_opened_where_it_is_dropped(left: Left, context: BrowserContext) -> None:
    page = Watched(context).open(left.url("verify.html"), "#main[data-at=start]")
    text = (left.folder / "bundle.json").read_text()
    page.evaluate(
        """text => {
            const given = new DataTransfer();
            given.items.add(new File([text], "bundle.json", {type: "application/json"}));
            document.body.dispatchEvent(new DragEvent("drop", {dataTransfer: given, bubbles: true}));
        }""",
        text,
    )
    page.wait_for_selector(DONE)
    assert verdict(page) == "verified"


def test_a_bundle_changed_inside_a_dossier_is_tampered(left: Left, context: BrowserContext) -> None:
    template = standalone_template()
    assert template is not None
    bundle = changed((left.folder / "bundle.json").read_bytes())
    (left.folder / "forged.html").write_bytes(
        template.fill((left.folder / "trust.json").read_bytes(), bundle).html
    )
    page = Watched(context).open(left.url("forged.html"), DONE)
    assert verdict(page) == "tampered"


def test_a_script_that_is_put_into_the_file_does_not_run(left: Left, context: BrowserContext) -> None:
    text = (left.folder / "dossier.html").read_text()
    (left.folder / "script.html").write_text(
        text.replace("</body>", "<script>document.title='x';document.body.dataset.ran='1'</script></body>")
    )
    page = context.new_page()
    page.goto(left.url("script.html"))
    page.wait_for_selector(DONE)
    assert page.locator("body").get_attribute("data-ran") is None


def test_photos_inside_the_file_can_be_read_under_its_policy_and_nobody_else_can_be_asked(
    left: Left, context: BrowserContext
) -> None:
    page = Watched(context).open(left.url("dossier.html"), DONE)
    fetched = """address => fetch(address, {credentials: "omit", redirect: "error"})
        .then(answer => answer.text(), () => "refused")"""
    inside = page.evaluate("URL.createObjectURL(new Blob(['photo'], {type: 'image/png'}))")
    assert page.evaluate(fetched, inside) == "photo"
    context.route("https://elsewhere.example/**", lambda route: route.fulfill(body="let out"))
    assert page.evaluate(fetched, "https://elsewhere.example/x") == "refused"


def test_a_typed_code_is_fetched_from_the_origin_that_the_trust_file_names(
    left: Left, context: BrowserContext
) -> None:
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        body = (left.folder / "bundle.json").read_bytes()
        route.fulfill(
            body=body, headers={"access-control-allow-origin": "*"}, content_type="application/json"
        )

    context.route(f"https://{left.host}/**", answer)
    page = Watched(context).open(left.url("verify.html"), "#main[data-at=start]")
    page.fill("#code", left.code)
    page.press("#code", "Enter")
    page.wait_for_selector(DONE)
    assert verdict(page) == "verified"
    assert [url.partition("?")[0] for url in asked] == [f"https://{left.host}/api/v1/proof"]


def test_a_typed_code_without_a_network_is_told_in_words(left: Left, context: BrowserContext) -> None:
    context.route(f"https://{left.host}/**", lambda route: route.abort())
    page = context.new_page()
    page.goto(left.url("verify.html"))
    page.fill("#code", left.code)
    page.press("#code", "Enter")
    page.wait_for_selector("[role=alert]")
    assert "Không nối được" in page.locator("[role=alert]").inner_text()
    page.fill("#code", "https://tem.example/01/09521002000085/10/X")
    page.press("#code", "Enter")
    page.wait_for_selector("#main[data-at=malformed]")
    assert verdict(page) == "malformed"


def test_the_attachments_of_the_pdf_are_verified_without_the_service(left: Left) -> None:
    files = PdfReader(BytesIO((left.folder / "dossier.pdf").read_bytes())).attachments
    assert set(files) == {"bundle.json", "trust.json"}
    for name, contents in files.items():
        (left.folder / f"attached-{name}").write_bytes(contents[0])
    assert files["trust.json"][0] == (left.folder / "trust.json").read_bytes()
    said = subprocess.run(
        [sys.executable, "-m", "nguon", "verify", "--trust", "attached-trust.json", "./attached-bundle.json"],
        cwd=left.folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("verified")


def test_the_command_makes_the_file_that_was_served_and_every_page_names_its_digest(left: Left) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "nguon", "standalone", "--trust", "trust.json", "--out", "made.html"],
        cwd=left.folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    digest = made.stdout.split()[0]
    assert (left.folder / "made.html").read_bytes() == (left.folder / "verify.html").read_bytes()
    assert digest_of(left.folder / "verify.html").startswith(digest)
    assert digest in left.footer


def test_a_dossier_is_small_and_has_a_name_that_says_what_it_is(left: Left) -> None:
    assert (left.folder / "dossier.html").stat().st_size < 1_500_000
    assert re.search(r"ho-so-[a-z0-9-]+-NHC260110\.html$", left.headers["dossier.html"])
    assert re.search(r"ho-so-[a-z0-9-]+-NHC260110\.pdf$", left.headers["dossier.pdf"])


def test_without_the_chain_a_dossier_says_so_and_what_to_do(left: Left, context: BrowserContext) -> None:
    left.chain.close()
    page = context.new_page()
    page.goto(left.url("dossier.html"))
    page.wait_for_selector(DONE)
    assert verdict(page) == "chain_unreachable"
    assert page.locator("h1").inner_text() == "Hồ sơ khớp, chưa hỏi được sổ công khai"
    told = page.locator("[data-silent]").inner_text()
    assert "Nối mạng" in told
    assert "nguon verify --trust trust.json --rpc" in told
    page.click("a[href='#again']")
    page.wait_for_selector(DONE)
    assert verdict(page) == "chain_unreachable"
