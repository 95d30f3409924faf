"""A signed label before a phone without network: a forgery is told, a copy is not, and it is never called verified."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from ledger import digsig
from nguon.demo import samples, stage
from nguon.demo.story import RICE, RICE_COOP, RICE_LOT, Story
from nguon.serving import listen
from nguon.wiring import Deployment
from tests.browser.chromium import CHROMIUM, FAKE_CAMERA, FLAGS
from tests.browser.conftest import PROJECT
from tests.browser.live import HOST, film, qr
from tests.browser.test_pages import AXE, SIDEWAYS, TEXT_200
from tests.ledgerkit import key

pytestmark = pytest.mark.browser
GLN = RICE_COOP.rpartition("/")[2]
KEPT = """async () => {
    const kept = await caches.open("nguon-keys");
    const paths = (await kept.keys()).map(request => new URL(request.url).pathname);
    return paths.includes("/trust.js") && paths.includes("/api/v1/keys");
}"""
Phone = Callable[..., Page]


@dataclass(frozen=True)
class Signed:
    """A running service, a tem of it that bears its cooperative's signature, and one that bears none."""

    base: str
    link: str
    plain: str

    @property
    def path(self) -> str:
        return urlsplit(self.link).path


@contextmanager
def signing(folder: Path) -> Iterator[Signed]:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with Deployment.open(stage.settings(folder, port)) as deployment:
            told = samples.read(deployment.clock().astimezone(timezone(timedelta(hours=7))).date())
            day = Story(deployment, told, lambda *_args, **_values: None).tell()
            signer = deployment.signers(RICE_COOP)
            assert signer is not None
            seal = signer.seal(RICE, RICE_LOT, day.serials[0])
            plain = f"https://{HOST}/01/{RICE}/10/{RICE_LOT}/21/{day.serials[0]}"
            with stage.serving(deployment, listener):
                yield Signed(f"http://127.0.0.1:{port}", f"{plain}?8030={seal}", plain)


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signed]:
    if not (PROJECT / "scanner_web" / "dist" / "assets" / "manifest.json").exists():
        pytest.skip("no scripts: `npm run build:web`")
    with signing(tmp_path_factory.mktemp("signed")) as found:
        yield found


@pytest.fixture
def phone(browser: Browser, signed: Signed) -> Iterator[Phone]:
    """A phone that has opened the scanner once, and lost its network since."""
    contexts = []

    def hold(lang: str = "vi", *, keys: bool = True, **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": 360, "height": 780}, reduced_motion="reduce", **options
        )
        contexts.append(context)
        page = context.new_page()
        open_scanner(page, signed, lang)
        if not keys:
            page.evaluate("caches.delete('nguon-keys')")
        context.set_offline(True)
        return page

    yield hold
    for context in contexts:
        context.close()


def open_scanner(page: Page, signed: Signed, lang: str = "vi") -> None:
    page.goto(f"{signed.base}/scan?lang={lang}")
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.wait_for_function(f"({KEPT})()")
    expect(page.locator(".scan__row").first).to_be_visible()


def give(page: Page, code: str) -> None:
    """Type a code into the first line."""
    page.locator(".scan__row").get_by_role("button").last.click()
    page.fill("#type-gtin", code)
    page.keyboard.press("Enter")


def other(character: str) -> str:
    return "A" if character != "A" else "B"


def forgeries(signed: Signed) -> dict[str, str]:
    place = len(signed.plain) - 1
    return {
        "serial": signed.link[:place] + other(signed.link[place]) + signed.link[place + 1 :],
        "signature": signed.link[:-20] + other(signed.link[-20]) + signed.link[-19:],
    }


def test_a_right_signature_is_said_to_be_no_forgery_and_perhaps_a_copy(phone: Phone, signed: Signed) -> None:
    page = phone()
    give(page, signed.link)
    sheet = page.locator(".sheet")
    expect(sheet.locator("h1")).to_have_text("Chữ ký trên tem đúng")
    expect(sheet).to_contain_text(f"Tem do tổ chức có mã GLN {GLN} làm ra, nhưng tem có thể bị sao chép")
    expect(sheet).to_contain_text("Khóa lưu trong máy: 1 phút trước")
    assert sheet.get_attribute("data-tone") == "wait"
    assert sheet.locator("use").first.get_attribute("href") == "/static/icons.svg#v-chain_unreachable"
    assert urlsplit(page.url).path == "/scan"


@pytest.mark.parametrize("changed", ["serial", "signature"])
def test_one_character_changed_is_a_forged_label(phone: Phone, signed: Signed, changed: str) -> None:
    page = phone("en")
    give(page, forgeries(signed)[changed])
    sheet = page.locator(".sheet")
    expect(sheet.locator("h1")).to_have_text("Wrong signature: a forged label")
    expect(sheet).to_contain_text("Keys on this device: from 1 minute ago")
    assert sheet.get_attribute("data-tone") == "stop"


def test_a_key_that_is_not_kept_and_keys_that_are_not_there_are_no_forgery(
    phone: Phone, signed: Signed
) -> None:
    page = phone()
    stranger = digsig.seal_link(signed.plain, "zzzz" + "A" * 39, key("stranger"))
    give(page, stranger)
    sheet = page.locator(".sheet")
    expect(sheet.locator("h1")).to_have_text("Chưa có khóa trong máy")
    expect(sheet).to_contain_text("Máy chưa có khóa đã ký tem này")
    assert sheet.get_attribute("data-tone") == "none"
    without = phone(keys=False)
    give(without, signed.link)
    expect(without.locator(".sheet h1")).to_have_text("Chưa có khóa trong máy")
    expect(without.locator(".sheet")).to_contain_text("Mở máy quét một lần khi có mạng")


def test_keys_that_the_trust_file_does_not_prove_are_not_used(phone: Phone, signed: Signed) -> None:
    page = phone()
    page.evaluate(
        """async () => {
            const kept = await caches.open("nguon-keys");
            const file = await (await kept.match("/api/v1/keys", {ignoreVary: true})).json();
            file.keys[0].index += 1;
            await kept.put("/api/v1/keys", Response.json(file));
        }"""
    )
    give(page, signed.link)
    expect(page.locator(".sheet h1")).to_have_text("Khóa trong máy không khớp")


def test_another_trust_file_than_the_one_this_device_remembers_is_said(phone: Phone, signed: Signed) -> None:
    page = phone()
    give(page, signed.link)
    expect(page.locator(".sheet h1")).to_have_text("Chữ ký trên tem đúng")
    page.evaluate(
        "Object.keys(localStorage).filter(name => name.startsWith('nguon.trust:'))"
        ".forEach(name => localStorage.setItem(name, '0'.repeat(64)))"
    )
    page.get_by_role("button", name="Quét mã khác").click()
    give(page, signed.link)
    expect(page.locator(".sheet h1")).to_have_text("Tệp tin cậy đã thay đổi")


def test_a_label_without_a_signature_tells_nothing_without_a_network(phone: Phone, signed: Signed) -> None:
    page = phone()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    give(page, signed.plain)
    expect(page.locator(".sheet h1")).to_have_text("Không có mạng, chưa kiểm tra được")
    expect(page.locator(".sheet")).to_contain_text("không có mạng thì không biết được gì")
    assert [url for url in asked if "sealed" in url or "/api/v1/keys" in url] == []


def test_a_page_seen_before_opens_from_the_store_as_ever(phone: Phone, signed: Signed) -> None:
    page = phone()
    page.context.set_offline(False)
    page.goto(f"{signed.base}{signed.path}?lang=vi")
    page.wait_for_load_state("networkidle")
    page.goto(f"{signed.base}/scan?lang=vi")
    page.context.set_offline(True)
    give(page, signed.link)
    expect(page.get_by_role("link", name="Xem hồ sơ lưu trong máy")).to_have_attribute("href", signed.path)
    page.get_by_role("button", name="Quét mã khác").click()
    give(page, signed.plain)
    page.wait_for_url(f"{signed.base}{signed.path}?lang=vi")
    expect(page.locator("aside.ribbon", has_text="Không có mạng")).to_be_visible()


def test_with_a_network_the_page_opens_and_nothing_of_this_is_loaded(phone: Phone, signed: Signed) -> None:
    page = phone()
    page.context.set_offline(False)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    give(page, signed.link)
    page.wait_for_url(f"{signed.base}{signed.path}?lang=vi")
    assert [url for url in asked if "sealed" in url] == []


def test_a_network_that_answers_nothing_is_none_and_the_page_opens_when_it_does(
    phone: Phone, signed: Signed
) -> None:
    page = phone()
    page.context.set_offline(False)
    page.context.route("**/healthz", lambda route: route.abort())
    give(page, signed.link)
    expect(page.locator(".sheet h1")).to_have_text("Chữ ký trên tem đúng")
    page.context.unroute("**/healthz")
    page.get_by_role("button", name="Thử lại").click()
    page.wait_for_url(f"{signed.base}{signed.path}?lang=vi")


def test_keys_are_fetched_anew_when_the_scanner_opens_with_a_network(phone: Phone, signed: Signed) -> None:
    page = phone(keys=False)
    page.context.set_offline(False)
    page.reload()
    page.wait_for_function(f"({KEPT})()")


def test_where_no_worker_is_allowed_nothing_breaks(browser: Browser, signed: Signed) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 780}, service_workers="block", reduced_motion="reduce"
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{signed.base}/scan?lang=vi")
    expect(page.locator(".scan__row").first).to_be_visible()
    context.set_offline(True)
    give(page, signed.link)
    expect(page.locator(".sheet h1")).to_have_text("Không có mạng, chưa kiểm tra được")
    assert complaints == []
    context.close()


def test_the_camera_tells_a_forged_label_too(browser: Browser, signed: Signed, tmp_path: Path) -> None:
    seen = film(tmp_path / "forged.y4m", qr(forgeries(signed)["serial"]))
    launched = browser.browser_type.launch(
        executable_path=str(CHROMIUM),
        args=[*FLAGS, *FAKE_CAMERA, f"--use-file-for-fake-video-capture={seen}"],
    )
    context = launched.new_context(
        viewport={"width": 360, "height": 780}, permissions=["camera"], reduced_motion="reduce"
    )
    page = context.new_page()
    page.route("**/healthz", lambda route: route.abort())
    page.goto(f"{signed.base}/scan?lang=vi")
    expect(page.locator(".sheet h1")).to_have_text("Chữ ký sai: tem giả", timeout=20_000)
    launched.close()


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_it_says_can_be_read_by_everybody(
    phone: Phone, signed: Signed, axe: str, lang: str, scheme: str
) -> None:
    page = phone(lang, color_scheme=scheme)
    for code in (signed.link, forgeries(signed)["serial"], signed.plain):
        give(page, code)
        expect(page.locator(".sheet .btns")).to_be_visible()
        page.evaluate(axe)
        assert page.evaluate(AXE) == []
        page.evaluate(TEXT_200)
        assert page.evaluate(SIDEWAYS) <= 0
        page.evaluate("document.documentElement.style.fontSize = ''")
        page.locator(".sheet .btns button").first.click()
