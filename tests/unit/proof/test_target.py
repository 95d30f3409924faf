"""What may be scanned or typed, and what it asks about."""

import pytest

from ledger.errors import Gs1Error
from ledger.proof.target import Target, parse_code

HOST = "nguon.localhost"
PRODUCT = Target("09521001000055", None, None)
LOT = Target("09521001000055", "THV260116", None)
TEM = Target("09521001000055", "THV260116", "00003WNFWGGCSTT6W")


@pytest.mark.parametrize(
    ("code", "target"),
    [
        ("https://nguon.localhost/01/09521001000055/10/THV260116/21/00003WNFWGGCSTT6W", TEM),
        ("HTTPS://NGUON.LOCALHOST/01/09521001000055/10/THV260116/21/00003WNFWGGCSTT6W", TEM),
        ("]Q1https://nguon.localhost/01/09521001000055/10/THV260116/21/00003WNFWGGCSTT6W", TEM),
        ("]d1HTTPS://NGUON.LOCALHOST/01/09521001000055/10/THV260116", LOT),
        ("https://nguon.localhost/01/09521001000055/10/THV260116/", LOT),
        (" https://nguon.localhost/01/09521001000055/10/THV260116?17=280117\r\n", LOT),
        ("/01/09521001000055/10/THV260116", LOT),
        ("nguon.localhost/01/09521001000055/10/THV260116", LOT),
        ("Nguon.Localhost/01/09521001000055", PRODUCT),
        ("]d2010952100100005510THV260116\x1d2100003WNFWGGCSTT6W", TEM),
        ("]C1010952100100005510THV260116", LOT),
        ("\x1d010952100100005517280117" + "10THV260116", LOT),
        ("(01)09521001000055(10)THV260116(21)00003WNFWGGCSTT6W", TEM),
        ("(01) 0952 1001 0000 55\n(10) THV260116\n(21) 00003 WNFWGG CSTT6W", TEM),
        ("9521001000055", PRODUCT),
        ("]E09521001000055", PRODUCT),
        ("09521001000055", PRODUCT),
        ("]E402345673", Target("00000002345673", None, None)),
        ("416000336108", Target("00416000336108", None, None)),
    ],
)
def test_every_way_to_write_a_code_asks_about_the_same(code: str, target: Target) -> None:
    assert parse_code(code, HOST) == target


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("", "dl.syntax"),
        ("hello", "dl.syntax"),
        ("https://shop.example/01/09521001000055/10/THV260116", "dl.host"),
        ("https://id.gs1.org/01/09521001000055/10/THV260116", "dl.host"),
        ("https://nguon.localhost.evil.example/01/09521001000055/10/L1", "dl.host"),
        ("nguon.localhost.evil.example/01/09521001000055/10/L1", "dl.syntax"),
        ("shop.example/01/09521001000055/10/L1", "dl.syntax"),
        ("//shop.example/01/09521001000055/10/L1", "dl.syntax"),
        ("/10/L1", "dl.syntax"),
        ("https://nguon.localhost/01/09521001000055/10/L1//", "dl.syntax"),
        ("https://nguon.localhost/417/9521001000017", "dl.syntax"),
        ("(00)095210011260117002", "dl.syntax"),
        ("9521001000056", "gs1.check_digit"),
        ("]d2010952100100005610L1", "gs1.check_digit"),
        ("(01)09521001000055(10)", "dl.syntax"),
        ("(01)09521001000055(10)L1(10)L2", "dl.syntax"),
        ("01095210010000551 0L1", "dl.syntax"),
        ("95210010", "gs1.check_digit"),
        ("1234567", "dl.syntax"),
    ],
)
def test_what_names_no_product_or_is_not_ours_is_refused(code: str, why: str) -> None:
    with pytest.raises(Gs1Error) as caught:
        parse_code(code, HOST)
    assert caught.value.code == why
