"""A server that lies is caught by the buyer's browser, and the page says so."""

import gzip
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
import pytest
from playwright.sync_api import Browser, Page, expect

from ledger.errors import LedgerError
from ledger.proof import bundle as bundles
from ledger.proof.target import parse_code
from ledger.proof.verify import recall_keys, verify
from nguon.asking import TrustedChain
from nguon.demo.rows import HOST
from tests.adversary import edits
from tests.browser.checking import CHECKED, World, said
from tests.browser.lying import PROOF, TRUST, Answer, Liar, lying
from tests.pages_world import CATALOGUES

pytestmark = pytest.mark.browser
LANGUAGES = tuple(CATALOGUES)
BAD = (
    "recalled", "recalled_ancestor", "unknown_tem", "unknown_lot", "expired", "incomplete", "recorded", "tampered",
    "malformed_digit",
)  # fmt: skip
HINTS = "anchors"  # tells where to look on a chain; nothing is proven by it
PIECES = 1  # edits of each member, and one without it


@pytest.fixture(scope="module")
def liar(world: World) -> Iterator[Liar]:
    with lying(world.base) as found:
        yield found


@pytest.fixture(autouse=True)
def _starts_honest(liar: Liar) -> None:
    liar.lies.clear()
    liar.reports.clear()


@pytest.fixture(scope="module")
def shared(browser: Browser) -> Iterator[Page]:
    """One page for all: nothing of a check may be left for the next one."""
    context = browser.new_context(
        viewport={"width": 360, "height": 780}, reduced_motion="reduce", service_workers="block"
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def page(shared: Page) -> Page:
    shared.goto("about:blank")
    shared.context.clear_cookies()
    return shared


def path_of(world: World, name: str) -> str:
    return urlsplit(world.rows[name].url(world.base)).path


def opened(page: Page, liar: Liar, world: World, name: str, lang: str = "vi", until: str = CHECKED) -> Page:
    target = world.rows[name].url(liar.base)
    page.goto(f"{target}{'&' if '?' in target else '?'}lang={lang}", wait_until="commit")
    page.wait_for_selector(until, timeout=15_000)
    return page


def alarm(page: Page) -> str:
    return " ".join(page.locator(".alarm").all_inner_texts())


def reported(page: Page, liar: Liar) -> list[str]:
    """What the browser told the operator, once it has."""
    for _ in range(100):
        if liar.reports:
            break
        page.wait_for_timeout(20)
    return [json.loads(report)["kind"] for report in liar.reports]


def honest_bundle(liar: Liar, world: World, name: str) -> bytes:
    target = parse_code(world.rows[name].code, HOST)
    query = {"subject": target.lot_uri, **({"serial": target.serial} if target.serial else {})}
    return liar.honest(f"{PROOF}?{urlencode(query)}").body


def by_python(world: World, data: bytes, name: str) -> str:
    """The verdict that `nguon verify` comes to."""
    row = world.rows[name]
    chain = TrustedChain(world.trust)
    try:
        keys = recall_keys(bundles.parse(data))
    except LedgerError:
        keys = []
    found = verify(
        data, world.trust, chain.answer(keys), datetime.now(UTC), expect=parse_code(row.code, HOST)
    )
    chain.close()
    return found.verdict.value


def members(document: Any) -> Iterator[edits.Path]:
    """Every member of a bundle, once: of the places in its lists the last one that has it."""
    known: dict[tuple[str, ...], edits.Path] = {}
    for path in edits.paths_of(document):
        known[tuple("*" if isinstance(step, int) else step for step in path)] = path
    yield from known.values()


def edited(document: Any) -> Iterator[tuple[str, bytes]]:
    """The bundle with each member changed, in turn by each kind of edit, and with each member missing."""
    for turn, path in enumerate(members(document)):
        value = edits.member_at(document, path)
        found = [(label, other) for label, other in edits.changes_of(value) if other != value]
        for piece in range(PIECES):
            label, other = found[(turn + piece * 4) % len(found)]
            copy = orjson.loads(orjson.dumps(document))
            edits.put_at(copy, path, other)
            yield f"{'/'.join(map(str, path))} {label}", orjson.dumps(copy)
        if isinstance(path[-1], str):
            copy = orjson.loads(orjson.dumps(document))
            del edits.member_at(copy, path[:-1])[path[-1]]
            yield f"{'/'.join(map(str, path))} missing", orjson.dumps(copy)


def test_whatever_is_changed_in_a_bundle_the_browser_sees_it_and_says_so(
    page: Page, liar: Liar, world: World
) -> None:
    document = orjson.loads(honest_bundle(liar, world, "verified"))
    missed, cases = [], 0
    for label, data in edited(document):
        if label.startswith(HINTS):
            continue
        cases += 1
        liar.tells(PROOF, lambda told, data=data: told.saying(data))  # type: ignore[misc]  # a default binds the loop's value
        opened(page, liar, world, "verified")
        expected = by_python(world, data, "verified")
        server, own = said(page)
        loud = CATALOGUES["vi"].t("notice.differs.title") in alarm(page)
        harmless = label.endswith(" more")  # a member that nobody knows
        if (server, own, own == "verified", loud) != ("verified", expected, harmless, not harmless):
            missed.append((label, expected, server, own, loud))
    assert missed == []
    assert cases > 60


def test_where_a_bundle_says_to_look_proves_nothing(page: Page, liar: Liar, world: World) -> None:
    document = orjson.loads(honest_bundle(liar, world, "verified"))
    document["anchors"][0] |= {"tx": "0x" + "0" * 64, "block": 1, "time": 1, "contract": "0x" + "1" * 40}
    liar.tells(PROOF, lambda told: told.saying(orjson.dumps(document)))
    opened(page, liar, world, "verified")
    assert said(page) == ("verified", "verified")
    assert alarm(page) == ""
    assert "0x" + "1" * 40 not in page.content()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", BAD)
def test_the_page_of_a_good_lot_over_a_bad_one_is_overruled(
    page: Page, liar: Liar, world: World, name: str, lang: str
) -> None:
    good = liar.honest(f"{path_of(world, 'verified')}?lang={lang}")
    liar.tells(path_of(world, name), lambda told: good)
    opened(page, liar, world, name, lang)
    expected = world.rows[name].expected.value
    assert said(page) == ("verified", expected)
    text = alarm(page)
    assert CATALOGUES[lang].t("notice.differs.title") in text
    assert CATALOGUES[lang].t("notice.differs.body") in text
    assert page.locator("h1").count() == 1
    assert CATALOGUES[lang].t("verdict.verified.title") not in page.inner_text("body")
    assert CATALOGUES[lang].t("verdict.verified.title") not in page.title()
    if expected != "malformed":
        assert reported(page, liar) == ["disagreement"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("verdict", ["recalled", "tampered", "unknown", "malformed", "expired"])
def test_bad_news_that_the_server_makes_up_is_overruled_too(
    page: Page, liar: Liar, world: World, verdict: str, lang: str
) -> None:
    liar.tells(
        path_of(world, "verified"),
        lambda told: told.saying(
            told.body.replace(b'data-verdict="verified"', f'data-verdict="{verdict}"'.encode())
        ),
    )
    opened(page, liar, world, "verified", lang)
    assert said(page) == (verdict, "verified")
    assert CATALOGUES[lang].t("notice.differs.title") in alarm(page)
    assert CATALOGUES[lang].t(f"verdict.{verdict}.short") in alarm(page)
    assert reported(page, liar) == ["disagreement"]


def test_a_verdict_that_is_none_is_not_repeated(page: Page, liar: Liar, world: World) -> None:
    liar.tells(
        path_of(world, "recalled"),
        lambda told: told.saying(told.body.replace(b'data-verdict="recalled"', b'data-verdict="excellent"')),
    )
    opened(page, liar, world, "recalled")
    assert said(page) == ("excellent", "recalled")
    assert "excellent" not in page.inner_text("body")


def test_an_old_bundle_is_not_taken_for_a_new_one(page: Page, liar: Liar, world: World) -> None:
    row = world.rows["stale"]
    target = parse_code(row.code, HOST)
    query = {"subject": target.lot_uri, "serial": target.serial, "size": row.size}
    old = liar.honest(f"{PROOF}?{urlencode(query)}").body
    liar.tells(PROOF, lambda told: told.saying(old))
    opened(page, liar, world, "verified")
    assert said(page) == ("verified", "stale")
    assert CATALOGUES["vi"].t("notice.differs.title") in alarm(page)


@pytest.mark.parametrize("other", ["expired", "recalled", "unknown_lot", "unknown_tem"])
def test_another_lots_bundle_is_not_taken(page: Page, liar: Liar, world: World, other: str) -> None:
    data = honest_bundle(liar, world, other)
    liar.tells(PROOF, lambda told: told.saying(data))
    opened(page, liar, world, "verified")
    assert said(page) == ("verified", "tampered")
    assert "bundle.other_target" in page.inner_text("#reasons")
    assert CATALOGUES["vi"].t("notice.differs.title") in alarm(page)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_of_forged_words_nothing_is_left_after_the_check(
    page: Page, liar: Liar, world: World, lang: str
) -> None:
    forged = f"{'Vàng ròng' if lang == 'vi' else 'Solid gold'} FORGED"

    def lie(told: Answer) -> Answer:
        text = told.body.decode()
        text = re.sub(
            r"(<(?:h1|h2|h3|b|p|dd|dt|span|li|time|small|title)\b[^>]*>)[^<]+", rf"\1{forged}", text
        )
        text = text.replace("<body>", f"<body>{forged}<div class='ribbon'><p>{forged}</p></div>")
        return told.saying(text.replace("</body>", f"<footer><p>{forged}</p></footer></body>"))

    liar.tells(path_of(world, "verified"), lie)
    opened(page, liar, world, "verified", lang)
    assert said(page) == ("verified", "verified")
    assert "FORGED" not in page.inner_text("body")
    assert "FORGED" not in page.title()
    assert "NHC260110" in page.inner_text("body")
    assert "Gạo nếp" in page.inner_text("body")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_lot_name_and_last_day_on_the_page_are_those_of_the_signed_record(
    page: Page, liar: Liar, world: World, lang: str
) -> None:
    opened(page, liar, world, "verified", lang)
    card = "#product-name, .facts"
    true = page.locator(card).all_inner_texts()
    day = '<dl class="facts"><div><dt>HSD</dt><dd>31/12/2099</dd></div></dl>'

    def lie(told: Answer) -> Answer:
        text = re.sub(r'(?s)<dl class="facts">.*?</dl>', day, told.body.decode())
        return told.saying(text.replace("Gạo nếp", "Yến sào"))

    liar.tells(path_of(world, "verified"), lie)
    opened(page, liar, world, "verified", lang)
    assert page.locator(card).all_inner_texts() == true
    assert "2099" not in page.inner_text("body")
    assert "Yến sào" not in page.inner_text("body")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_trust_file_that_the_html_names_otherwise_is_told(
    page: Page, liar: Liar, world: World, lang: str
) -> None:
    forget(page, liar)
    liar.tells(
        path_of(world, "verified"),
        lambda told: told.saying(
            re.sub(rb'data-trust="[0-9a-f]+"', b'data-trust="' + b"0" * 64 + b'"', told.body)
        ),
    )
    opened(page, liar, world, "verified", lang)
    assert CATALOGUES[lang].t("trust.html.title") in alarm(page)
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('nguon.trust'))") == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_forged_trust_file_is_told_by_a_device_that_remembers(
    page: Page, liar: Liar, world: World, lang: str
) -> None:
    forget(page, liar)
    opened(page, liar, world, "verified", lang)
    assert alarm(page) == ""
    forged = forged_trust(liar, rpcs=[f"{liar.base}/evil"], quorum=1)
    liar.tells(TRUST, lambda told: told.saying(forged))
    liar.tells(
        path_of(world, "verified"),
        lambda told: told.saying(re.sub(rb'data-trust="[0-9a-f]+"', b"", told.body)),
    )
    opened(page, liar, world, "verified", lang)
    assert CATALOGUES[lang].t("trust.changed.title") in alarm(page)
    assert said(page)[1] != "verified"
    forget(page, liar)


def test_with_another_logs_key_nothing_of_this_log_holds(page: Page, liar: Liar, world: World) -> None:
    forget(page, liar)
    liar.tells(TRUST, lambda told: told.saying(forged_trust(liar, contract="0x" + "2" * 40)))
    opened(page, liar, world, "verified")
    assert said(page)[1] == "chain_unreachable"
    assert CATALOGUES["vi"].t("trust.html.title") in alarm(page)


def test_endpoints_that_only_the_html_names_are_never_asked(page: Page, liar: Liar, world: World) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    evil = b"http://127.0.0.1:9/evil"

    def lie(told: Answer) -> Answer:
        body = re.sub(rb'data-proof="[^"]*"', b'data-proof="' + evil + b'?size=199"', told.body)
        named = b" ".join(
            name + b'="' + evil + b'"' for name in (b"data-rpcs", b"data-rpc", b"data-trust-file")
        )
        return told.saying(
            body.replace(b"<main ", b"<main " + named + b" ").replace(b"<html ", b"<html " + named + b" ")
        )

    liar.tells(path_of(world, "recalled"), lie)
    opened(page, liar, world, "recalled")
    assert said(page) == ("recalled", "recalled")
    assert [url for url in asked if not url.startswith((liar.base, world.rpc, "about:"))] == []


def test_a_policy_that_keeps_the_browser_from_the_chain_does_not_make_it_believe(
    page: Page, liar: Liar, world: World
) -> None:
    good = liar.honest(f"{path_of(world, 'verified')}?lang=vi")
    policy = re.sub("connect-src [^;]*", "connect-src 'self'", good.headers["content-security-policy"])
    liar.tells(
        path_of(world, "recalled"), lambda told: good.saying(good.body, content_security_policy=policy)
    )
    opened(page, liar, world, "recalled")
    assert said(page)[1] == "recalled"  # the signed recall is in the bundle
    liar.tells(
        path_of(world, "verified"), lambda told: good.saying(good.body, content_security_policy=policy)
    )
    opened(page, liar, world, "verified")
    assert said(page)[1] == "chain_unreachable"


BOMB = gzip.compress(bytes(70 * 1024 * 1024), 9)
NO_BUNDLE: dict[str, tuple[str, Any]] = {
    "an error": ("failed", lambda told: told.saying(b'{"code":"internal"}', 500)),
    "an error with a page": ("failed", lambda told: told.saying(b"<h1>verified</h1>", 502)),
    "a gzip bomb": ("failed", lambda told: told.saying(BOMB, content_encoding="gzip")),
    "a cut connection": (
        "failed",
        lambda told: told.saying(told.body[:-9], content_length=str(len(told.body))),
    ),
    "nothing": ("tampered", lambda told: told.saying(b"")),
    "a page": ("tampered", lambda told: told.saying(b"<!doctype html><main data-verdict=verified>")),
    "half of it": ("tampered", lambda told: told.saying(told.body[: len(told.body) // 2])),
    "depth": ("tampered", lambda told: told.saying(b"[" * 200_000)),
    "a member twice": ("tampered", lambda told: told.saying(told.body[:-1] + b',"v":1}')),
    "the verdict": ("tampered", lambda told: told.saying(b'{"v":1,"verdict":"verified"}')),
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NO_BUNDLE)
def test_without_a_bundle_that_can_be_read_nothing_is_called_checked(
    page: Page, liar: Liar, world: World, name: str, lang: str
) -> None:
    outcome, lie = NO_BUNDLE[name]
    liar.tells(PROOF, lie)
    if outcome == "failed":
        opened(page, liar, world, "verified", lang, "#main[data-check=failed]")
        assert said(page) == ("verified", None)
        expect(page.locator("[data-failed]")).to_contain_text(CATALOGUES[lang].t("check.failed.title"))
        return
    opened(page, liar, world, "verified", lang)
    assert said(page) == ("verified", outcome)
    assert CATALOGUES[lang].t("notice.differs.title") in alarm(page)


def test_a_server_that_never_answers_is_not_waited_for_for_ever(
    browser: Browser, liar: Liar, world: World
) -> None:
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.clock.install()
    page.route(f"**{PROOF}*", lambda route: None)
    page.goto(world.rows["verified"].url(liar.base))
    page.wait_for_selector("#check [data-step=whole][data-state=run]")
    page.clock.fast_forward(31_000)
    page.wait_for_selector("#main[data-check=failed]")
    assert said(page) == ("verified", None)
    page.clock.fast_forward(10_000)
    assert page.locator("[data-running]").count() == 0
    context.close()


@pytest.mark.parametrize(
    "lie", [lambda told: told.saying(b"{}", 500), lambda told: told.saying(b"export default '%'")]
)
def test_without_a_trust_file_nothing_is_called_checked(
    page: Page, liar: Liar, world: World, lie: Any
) -> None:
    liar.tells(TRUST, lie)
    opened(page, liar, world, "verified", "en", "#main[data-check=failed]")
    assert said(page) == ("verified", None)
    expect(page.locator("[data-failed]")).to_be_visible()


def test_a_code_without_a_lot_gets_no_verdict_whatever_the_server_says(
    page: Page, liar: Liar, world: World
) -> None:
    path = path_of(world, "verified").partition("/10/")[0]
    good = liar.honest(f"{path_of(world, 'verified')}?lang=vi")
    liar.tells(path, lambda told: good)
    page.goto(f"{liar.base}{path}?lang=vi")
    page.wait_for_selector("#main[data-check=failed]")
    assert said(page) == ("verified", None)


def forget(page: Page, liar: Liar) -> None:
    page.goto(f"{liar.base}/static/tokens.css")
    page.evaluate("localStorage.clear()")


def forged_trust(liar: Liar, **changes: Any) -> bytes:
    text = json.loads(liar.honest("/trust.json").body)
    return b'export default "' + b64encode(json.dumps({**text, **changes}).encode()) + b'";'
