"""Which requests are scans: people who look, and no programs."""

import pytest

from api.counted import guessed_place, is_foreign, is_program, is_scan

PHONES = [
    "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 13; V2207 Build/TP1A) AppleWebKit/537.36 Chrome/120.0 Mobile Zalo android/12100",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 Zalo iOS/500 ZaloTheme/light",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/21F90 [FBAN/FBIOS;FBAV/470.0;FBDV/iPhone14,5]",
    "Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20) AppleWebKit/537.36 Chrome/119.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 Chrome/99.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15",
    "python-httpx/0.28.1",
    "",
]
PROGRAMS = [
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (Macintosh) AppleWebKit/601.2.4 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; Google-InspectionTool/1.0;)",
    "TelegramBot (like TwitterBot)",
    "WhatsApp/2.23.20.0",
    "Viber/13.3.0.5 CFNetwork/1120 Darwin/19.0.0",
    "ZaloPC-win32-24v605",
    "Zalo/1.0 link preview",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com/searchengine)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
]


@pytest.mark.parametrize("user_agent", PHONES)
def test_people_are_counted_also_inside_zalo_and_facebook(user_agent: str) -> None:
    assert is_scan("GET", {"user-agent": user_agent}, {})


@pytest.mark.parametrize("user_agent", PROGRAMS)
def test_previews_and_search_engines_are_not(user_agent: str) -> None:
    assert is_program(user_agent)
    assert not is_scan("GET", {"user-agent": user_agent}, {})


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-purpose": "prefetch"},
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"x-purpose": "preview"},
        {"x-moz": "prefetch"},
    ],
    ids=str,
)
def test_fetching_ahead_is_no_scan(headers: dict[str, str]) -> None:
    assert not is_scan("GET", {"user-agent": PHONES[0], **headers}, {})


def test_neither_is_asking_for_the_head_or_for_an_older_size() -> None:
    assert not is_scan("HEAD", {"user-agent": PHONES[0]}, {})
    assert not is_scan("GET", {"user-agent": PHONES[0]}, {"size": "40"})


def test_nor_the_other_language_of_an_open_page_unless_the_code_was_typed() -> None:
    inside = {"user-agent": PHONES[0], "sec-fetch-site": "same-origin"}
    assert not is_scan("GET", inside, {"lang": "en"})
    assert is_scan("GET", inside, {"lang": "en", "code": "x"}, typed=True)
    assert is_scan("GET", inside, {})
    assert is_scan("GET", {"user-agent": PHONES[0], "sec-fetch-site": "none"}, {"lang": "en"})


def test_a_page_of_another_site_is_foreign() -> None:
    assert is_foreign({"sec-fetch-site": "cross-site"})
    assert is_foreign({"sec-fetch-site": "same-site"})
    assert not any(is_foreign(headers) for headers in ({}, {"sec-fetch-site": "same-origin"}))


def test_a_place_is_believed_from_the_named_header_only() -> None:
    headers = {"x-region": "VN-54", "x-other": "VN-HN"}
    assert guessed_place(headers, "") is None
    assert guessed_place(headers, "x-region") == "VN-56"
    assert guessed_place(headers, "x-missing") is None
    assert guessed_place({"x-region": "California"}, "x-region") is None
