"""Putting a trust file and a bundle into the standalone verifier: the same bytes anywhere, and nothing gets out."""

import json
import re
from hashlib import sha256

import pytest

from api.checking import trust_bytes
from api.dossier import file_name
from api.standalone import Template
from ledger.errors import BundleError, StoreError
from tests.pages_world import herb

TRUST = trust_bytes(herb().trust())
TEXT = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; connect-src 'none'\">"
    '<script type="application/json" id="trust">null</script>'
    '<script type="application/json" id="bundle">null</script>'
    '<script type="application/json" id="documents">{}</script>'
)


def inside(html: bytes, name: str) -> object:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', html.decode())
    assert found
    return json.loads(found[1])


def test_what_is_inside_is_what_was_put_in_to_the_byte() -> None:
    bundle = '{ "v":1,\n"x":"</script><script>alert(1)</script><!-- \u2028\u2029 & é \\u003c" }'.encode()
    page = Template(TEXT).fill(TRUST, bundle, {sha256(b"x").digest(): b"x"})
    text = page.html.decode()
    assert inside(page.html, "trust") == TRUST.decode()
    assert inside(page.html, "bundle") == bundle.decode()
    assert inside(page.html, "documents") == {sha256(b"x").hexdigest(): "eA=="}
    assert text.count("</script>") == 3
    assert "<!--" not in text
    assert "\u2028" not in text
    assert "\u2029" not in text


def test_the_same_again_is_the_same_file() -> None:
    one, two = (Template(TEXT).fill(TRUST, b"{}") for _ in range(2))
    assert one.html == two.html
    assert one.digest == sha256(one.html).hexdigest()
    assert one.digest != Template(TEXT).fill(TRUST).digest


def test_it_may_ask_the_endpoints_and_the_logs_own_host_and_nobody_else() -> None:
    value = json.loads(TRUST)
    value["rpcs"] = [
        "https://user:secret@one.example:8545/key",
        "https://two.example/;script-src *",
        "ftp://x/",
    ]
    value["others"] = [
        {**{name: value[name] for name in ("chainId", "contract", "logId")}, "rpcs": ["http://[::1]:8"]}
    ]
    policy = Template(TEXT).fill(json.dumps(value).encode()).policy
    host = value["origin"].partition("/")[0]
    assert policy == (
        f"default-src 'none'; connect-src https://{host} https://one.example:8545 https://two.example "
        "http://[::1]:8 blob:; frame-ancestors 'none'"
    )


def test_neither_another_file_nor_another_template_is_taken() -> None:
    with pytest.raises(BundleError, match="trust"):
        Template(TEXT).fill(b"{}")
    with pytest.raises(StoreError, match="as it was built"):
        Template(TEXT + TEXT).fill(TRUST)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("Hộp trà hoa vàng, 100 g", "THV260116"), "ho-so-hop-tra-hoa-vang-100-g-THV260116"),
        (("Đường phèn", "A/B 1", "7K"), "ho-so-duong-phen-A-B-1-7K"),
        (("", "../x"), "ho-so-x"),
        (("蜂蜜", "L1"), "ho-so-L1"),
    ],
)
def test_a_dossiers_name_is_one_that_every_system_keeps(parts: tuple[str, ...], expected: str) -> None:
    assert file_name(*parts) == expected
