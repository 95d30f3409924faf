"""The scanner in a real browser, before a fake camera: what is ours opens, and nothing else does."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import CHROMIUM, FAKE_CAMERA, FLAGS
from tests.browser.conftest import PROJECT
from tests.browser.live import (
    GTIN,
    HOST,
    LOT,
    SSCC,
    Live,
    data_matrix,
    demo,
    ean_13,
    film,
    fixed,
    qr,
    together,
)
from tests.browser.test_pages import AXE, SIDEWAYS, TEXT_200

pytestmark = pytest.mark.browser
PHONE, DESK = {"width": 360, "height": 780}, {"width": 1280, "height": 800}
Camera = Callable[[Image.Image | None], Page]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    if not (PROJECT / "scanner_web" / "dist" / "assets" / "manifest.json").exists():
        pytest.skip("no scripts: `npm run build:web`")
    with demo(tmp_path_factory.mktemp("demo")) as started:
        yield started


@pytest.fixture
def camera(browser: Browser, tmp_path: Path) -> Iterator[Camera]:
    """A phone whose camera sees one picture; its pages' requests are kept in `page.context.asked`."""
    opened: list[Browser] = []

    def hold(symbol: Image.Image | None, ground: int = 150) -> Page:
        seen = film(tmp_path / f"{len(opened)}.y4m", symbol, ground)
        launched = browser.browser_type.launch(
            executable_path=str(CHROMIUM),
            args=[*FLAGS, *FAKE_CAMERA, f"--use-file-for-fake-video-capture={seen}"],
        )
        opened.append(launched)
        context = launched.new_context(
            viewport=PHONE, permissions=["camera"], service_workers="block", reduced_motion="reduce"
        )
        return context.new_page()

    yield hold  # type: ignore[misc]  # `ground` may be given
    for launched in opened:
        launched.close()


@pytest.fixture
def blind(browser: Browser) -> Iterator[Page]:
    """A phone that lets no page use its camera."""
    context = browser.new_context(viewport=PHONE, service_workers="block", reduced_motion="reduce")
    yield context.new_page()
    context.close()


def at(page: Page, live: Live, lang: str = "vi") -> Page:
    page.goto(f"{live.base}/scan?lang={lang}")
    return page


def hosts_asked(page: Page) -> set[str]:
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    return hosts


@pytest.mark.parametrize("carrier", ["qr", "upper", "datamatrix", "gs1-datamatrix", "gs1-128"])
def test_a_code_of_ours_opens_its_page_by_itself(camera: Camera, live: Live, carrier: str) -> None:
    link = f"https://{HOST}{live.tem}"
    lot = f"/01/{GTIN}/10/{LOT}"
    symbol, path = {
        "qr": (qr(link), live.tem),
        "upper": (qr(f"HTTPS://{HOST.upper()}{live.tem}"), live.tem),
        "datamatrix": (data_matrix(link), live.tem),
        "gs1-datamatrix": (fixed("gs1-datamatrix"), lot),
        "gs1-128": (fixed("gs1-128"), lot),
    }[carrier]
    page = at(camera(symbol), live)
    page.wait_for_url(f"{live.base}{path}?lang=vi", timeout=20_000)
    expect(page.locator("main")).to_have_attribute("data-verdict", "verified")


def test_a_pallet_goes_to_its_own_page(camera: Camera, live: Live) -> None:
    page = at(camera(fixed("sscc")), live)
    page.wait_for_url(f"{live.base}/00/{SSCC}?lang=vi", timeout=20_000)


def test_a_retail_barcode_alone_asks_for_the_tem(camera: Camera, live: Live) -> None:
    page = at(camera(ean_13("9521002000085")), live)
    expect(page.locator(".sheet h1")).to_have_text("Xin quét con tem truy xuất", timeout=20_000)
    assert urlsplit(page.url).path == "/scan"


def test_a_tem_beside_a_retail_barcode_is_the_one_that_opens(camera: Camera, live: Live) -> None:
    symbols = together(ean_13("9521002000085"), qr(f"https://{HOST}/01/{GTIN}/10/{LOT}"))
    page = at(camera(symbols), live)
    page.wait_for_url(f"{live.base}/01/{GTIN}/10/{LOT}?lang=vi", timeout=20_000)


def test_another_host_is_told_and_never_asked(camera: Camera, live: Live) -> None:
    page = camera(qr(f"https://tem.example{live.tem}"))
    hosts = hosts_asked(page)
    at(page, live)
    expect(page.locator(".sheet h1")).to_have_text("Mã này không phải của Nguồn", timeout=20_000)
    expect(page.locator(".sheet .host")).to_have_text("tem.example")
    assert page.locator(".sheet .host mark").count() == 0
    assert hosts == {urlsplit(live.base).netloc}
    assert urlsplit(page.url).path == "/scan"
    page.get_by_role("button", name="Quét mã khác").click()
    expect(page.locator(".sheet")).to_have_count(0)


def test_a_look_alike_is_spelled_out_with_its_wrong_letters_marked(camera: Camera, live: Live) -> None:
    page = camera(qr(f"https://ngu0n.localhost.vip{live.tem}"))
    hosts = hosts_asked(page)
    at(page, live)
    expect(page.locator(".sheet .host")).to_have_text("ngu0n.localhost.vip", timeout=20_000)
    assert page.locator(".sheet .host mark").all_text_contents() == ["0", ".vip"]
    expect(page.locator(".sheet")).to_contain_text(f"Địa chỉ của Nguồn là {HOST}")
    assert hosts == {urlsplit(live.base).netloc}


def test_text_that_is_no_link_is_shown_and_not_run(camera: Camera, live: Live) -> None:
    page = at(camera(qr("javascript:document.title='x'")), live)
    expect(page.locator(".sheet")).to_contain_text("javascript:document.title", timeout=20_000)
    assert page.title() != "x"


def pick(page: Page, picture: Image.Image, folder: Path) -> None:
    file = folder / "picture.png"
    picture.save(file)
    page.locator("input[type=file]").set_input_files(file)


def test_several_codes_in_one_picture_are_a_choice(blind: Page, live: Live, tmp_path: Path) -> None:
    at(blind, live)
    sheet = together(
        ean_13("9521002000085"),
        qr(f"https://{HOST}{live.tem}"),
        data_matrix(f"https://{HOST}/01/{GTIN}/10/NHC260114"),
        qr("https://tem.example/x"),
    )
    pick(blind, sheet, tmp_path)
    codes = blind.locator(".codes .code")
    expect(codes).to_have_count(4, timeout=20_000)
    assert codes.evaluate_all("all => all.map(one => one.dataset.kind)") == [
        "page",
        "page",
        "product",
        "foreign",
    ]
    codes.filter(has_text="Lô NHC260114").click()
    blind.wait_for_url(f"{live.base}/01/{GTIN}/10/NHC260114?lang=vi")


def test_one_code_in_a_picture_opens_without_a_choice(blind: Page, live: Live, tmp_path: Path) -> None:
    at(blind, live)
    pick(blind, together(qr(f"https://{HOST}{live.tem}").rotate(12, expand=True, fillcolor=235)), tmp_path)
    blind.wait_for_url(f"{live.base}{live.tem}?lang=vi", timeout=20_000)


def test_a_picture_without_a_code_and_a_file_that_is_none_are_told_apart(
    blind: Page, live: Live, tmp_path: Path
) -> None:
    at(blind, live)
    pick(blind, Image.new("L", (400, 300), 200), tmp_path)
    expect(blind.locator(".sheet h1")).to_have_text("Không thấy mã nào trong ảnh", timeout=20_000)
    torn = tmp_path / "torn.png"
    torn.write_bytes(b"no picture")
    blind.locator("input[type=file]").set_input_files(torn)
    expect(blind.locator(".sheet h1")).to_have_text("Không mở được ảnh này")


def test_without_a_camera_gallery_and_typing_stand_in_the_middle(blind: Page, live: Live) -> None:
    at(blind, live)
    expect(blind.locator(".scan__ways [role=status]")).to_be_visible()
    for name in ("Ảnh có sẵn", "Gõ số"):
        box = blind.get_by_role("button", name=name).bounding_box()
        assert box is not None
        assert 250 < box["y"] < 600
        assert box["width"] >= 60


def test_a_code_can_be_given_by_keyboard_alone(blind: Page, live: Live) -> None:
    at(blind, live)
    blind.get_by_role("button", name="Gõ số").wait_for()
    for _ in range(8):
        blind.keyboard.press("Tab")
        if blind.evaluate("document.activeElement.textContent") == "Gõ số":
            break
    blind.keyboard.press("Enter")
    expect(blind.locator(".sheet h1")).to_be_focused()
    serial = live.serial.replace("0", "o").lower()
    for text in (f"(01) {GTIN}", LOT, f"{serial[:5]} {serial[5:11]} {serial[11:]}"):
        blind.keyboard.press("Tab")
        blind.keyboard.type(text)
    expect(blind.locator("#hint-serial")).to_contain_text("17/17")
    blind.keyboard.press("Enter")
    blind.wait_for_url(f"{live.base}{live.tem}?lang=vi")


def test_escape_closes_a_sheet_and_what_is_behind_it_cannot_be_reached(blind: Page, live: Live) -> None:
    at(blind, live)
    blind.get_by_role("button", name="Gõ số").click()
    assert blind.locator(".scan__stage").evaluate("stage => stage.inert")
    blind.keyboard.press("Escape")
    expect(blind.locator(".sheet")).to_have_count(0)
    assert not blind.locator(".scan__stage").evaluate("stage => stage.inert")


def test_a_typing_slip_is_named_by_its_place(blind: Page, live: Live) -> None:
    at(blind, live, "en")
    blind.get_by_role("button", name="Type it").click()
    blind.fill("#type-gtin", "09521002000086")
    blind.fill("#type-lot", "LÔ")
    blind.get_by_role("button", name="Check").click()
    expect(blind.locator("#hint-gtin")).to_have_text("The number is not right yet. Check digit 14.")
    expect(blind.locator("#hint-lot")).to_have_text("Character 2 cannot stand here.")
    expect(blind.locator("#type-gtin")).to_be_focused()
    expect(blind.locator("#type-gtin")).to_have_attribute("aria-invalid", "true")
    assert urlsplit(blind.url).path == "/scan"


def test_a_dark_picture_asks_for_the_light(camera: Any, live: Live) -> None:
    page = at(camera(None, 6), live)
    expect(page.locator(".scan__hint")).to_have_text("Hơi tối. Bật đèn?", timeout=15_000)


def test_after_a_while_without_a_code_it_says_to_come_closer(camera: Camera, live: Live) -> None:
    page = at(camera(None), live)
    expect(page.locator(".scan__hint")).to_have_text("Máy tự bắt, không cần bấm", timeout=15_000)
    expect(page.locator(".scan__hint")).to_have_text("Đưa máy lại gần hơn", timeout=15_000)


def test_the_decoder_comes_from_us_alone_and_only_the_scanner_may_run_it(camera: Camera, live: Live) -> None:
    page = camera(qr(f"https://{HOST}{live.tem}"))
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    at(page, live)
    page.wait_for_url(f"{live.base}{live.tem}?lang=vi", timeout=20_000)
    assert [url for url in asked if url.endswith(".wasm") and url.startswith(f"{live.base}/assets/")]
    assert [text for text in complaints if "Content Security Policy" in text] == []
    policies = {
        path: page.request.get(f"{live.base}{path}").headers["content-security-policy"]
        for path in ("/scan", "/", live.tem)
    }
    assert [path for path, policy in policies.items() if "wasm-unsafe-eval" in policy] == ["/scan"]


CAPABLE = """
    MediaStreamTrack.prototype.getCapabilities = () => ({torch: true, zoom: {min: 1, max: 4, step: 0.1}});
    window.wishes = [];
    MediaStreamTrack.prototype.applyConstraints = async ({advanced}) => { window.wishes.push(...advanced); };
"""
NATIVE = """
    window.BarcodeDetector = class {
        static async getSupportedFormats() { return window.known; }
        async detect() { return window.sight; }
    };
"""


def test_light_and_zoom_are_offered_where_the_camera_has_them(camera: Camera, live: Live, axe: str) -> None:
    page = camera(None)
    page.add_init_script(CAPABLE)
    at(page, live, "en")
    light = page.get_by_role("button", name="Light")
    light.click()
    expect(light).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Zoom in").click()
    expect(page.locator(".scan__zoom output")).to_have_text("2.0×")
    expect(page.get_by_role("button", name="Zoom out")).to_be_enabled()
    light.click()
    expect(light).to_have_attribute("aria-pressed", "false")
    assert [wish.get("torch") for wish in page.evaluate("wishes") if "torch" in wish] == [True, False]
    page.evaluate(axe)
    assert page.evaluate(AXE) == []


def test_light_and_zoom_are_not_offered_where_the_camera_has_none(camera: Camera, live: Live) -> None:
    page = at(camera(None), live)
    expect(page.get_by_role("button", name="Gõ số")).to_be_visible()
    assert page.get_by_role("button", name="Đèn").count() == 0
    assert page.locator(".scan__zoom").count() == 0


def test_the_browsers_own_decoder_is_used_where_it_knows_every_symbol(camera: Camera, live: Live) -> None:
    page = camera(None)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(NATIVE)
    read = f"01{GTIN}10{LOT}"  # as such decoders give a GS1-128: without its identifier
    page.add_init_script(
        f"""window.known = ["qr_code", "data_matrix", "ean_13", "code_128"];
        window.sight = [{{rawValue: "{read}", format: "code_128"}}];"""
    )
    at(page, live)
    page.wait_for_url(f"{live.base}/01/{GTIN}/10/{LOT}?lang=vi", timeout=20_000)
    assert [url for url in asked if "zxing" in url] == []


def test_a_browsers_decoder_that_lacks_a_symbol_is_not_relied_on(camera: Camera, live: Live) -> None:
    page = camera(data_matrix(f"https://{HOST}{live.tem}"))
    page.add_init_script(NATIVE)
    page.add_init_script('window.known = ["qr_code", "ean_13"]; window.sight = [];')
    at(page, live)
    page.wait_for_url(f"{live.base}{live.tem}?lang=vi", timeout=20_000)


def test_without_script_there_is_a_form(browser: Browser, live: Live) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = at(context.new_page(), live)
    expect(page.locator("#code-input")).to_be_visible(timeout=5_000)
    page.fill("#code-input", f"https://{HOST}{live.tem}")
    page.locator(".code-form button").click()
    expect(page.locator("main")).to_have_attribute("data-verdict", "verified")
    context.close()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_axe_finds_nothing_on_any_of_its_screens(
    blind: Page, live: Live, axe: str, tmp_path: Path, lang: str, size: Any
) -> None:
    blind.set_viewport_size(size)
    at(blind, live, lang)
    found: list[str] = []

    def judge(name: str) -> None:
        for scheme in ("light", "dark"):
            blind.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two literals
            found.extend(f"{name} {scheme}: {line}" for line in blind.evaluate(AXE))

    keys = blind.locator(".scan__row .lbl").nth(1)
    keys.wait_for()
    blind.evaluate(axe)
    judge("blind")
    keys.click()
    blind.locator(".typing button").first.click()
    judge("typing")
    blind.keyboard.press("Escape")
    for name, symbol in (
        ("lookalike", qr("https://ngu0n.localhost/x")),
        ("product", ean_13("9521002000085")),
        ("several", together(qr("https://tem.example/x"), qr(f"https://{HOST}/01/{GTIN}/10/{LOT}"))),
        ("none", Image.new("L", (300, 300), 200)),
    ):
        pick(blind, symbol if name != "lookalike" else together(symbol), tmp_path)
        blind.locator(".sheet .btn").first.wait_for()
        judge(name)
        blind.keyboard.press("Escape")
    assert found == []


def test_axe_finds_nothing_while_the_camera_runs(camera: Camera, live: Live, axe: str) -> None:
    page = at(camera(None), live)
    expect(page.locator(".scan__hint")).to_have_text("Máy tự bắt, không cần bấm", timeout=15_000)
    page.evaluate(axe)
    assert page.evaluate(AXE) == []


def test_nothing_scrolls_sideways_and_every_target_is_big_enough(blind: Page, live: Live) -> None:
    at(blind, live)
    blind.get_by_role("button", name="Gõ số").click()
    blind.set_viewport_size({"width": 320, "height": 640})
    assert blind.evaluate(SIDEWAYS) <= 0
    small = """() => [...document.querySelectorAll(".scan :is(a, button, input:not([hidden]))")]
        .map(one => one.getBoundingClientRect()).filter(box => box.width < 44 || box.height < 44).length"""
    assert blind.evaluate(small) == 0
    blind.evaluate(TEXT_200)
    assert blind.evaluate(SIDEWAYS) <= 0
    blind.keyboard.press("Escape")
    assert blind.evaluate(SIDEWAYS) <= 0


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_design_systems_page_is_accessible_and_whole(
    blind: Page, live: Live, axe: str, theme: str, lang: str, size: Any
) -> None:
    blind.set_viewport_size(size)
    blind.goto(f"{live.base}/ui?theme={theme}&lang={lang}")
    blind.evaluate(axe)
    assert blind.evaluate(AXE) == []
    assert blind.evaluate(SIDEWAYS) <= 0
    assert blind.locator(".ui-pair .verdict").count() == 24
