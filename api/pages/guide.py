"""Guides on paper: how the app is used, one for each role, printed on A4 and hung where people work.

A step is a picture, a title and a few words (`guide.{role}.{step}`); pictures are the app's own screens
(`tools/guide_pictures.py`) or drawings of `icons.svg`.
"""

from dataclasses import dataclass
from typing import Final

from labels.symbol import qr, svg_path


@dataclass(frozen=True)
class Step:
    """A step of a guide.

    Attributes:
        name: the last part of its key in the catalogues.
        picture: a screen of the app, by the name of its file in `static/guide`; empty: none.
        icon: a drawing of `icons.svg`, where there is no screen.
    """

    name: str
    picture: str = ""
    icon: str = ""


GUIDES: Final[dict[str, tuple[Step, ...]]] = {
    "member": (
        Step("join", "join"),
        Step("what", "home"),
        Step("where", "where"),
        Step("amount", "amount"),
        Step("sign", "sign"),
        Step("done", "done"),
        Step("speak", "speak"),
        Step("offline", "outbox"),
        Step("fix", "book"),
        Step("lost", icon="i-phone"),
    ),
    "officer": (
        Step("start", "desk-home"),
        Step("invite", "desk-code"),
        Step("board", "desk-lot"),
        Step("tem", "desk-tem"),
        Step("ship", icon="p-ship"),
        Step("recall", "desk-recall"),
        Step("lost", icon="i-phone"),
        Step("certificates", icon="i-file"),
    ),
    "laboratory": (
        Step("join", "join"),
        Step("find", "lab-home"),
        Step("result", "lab-result"),
        Step("sign", "lab-sign"),
        Step("seen", "tested"),
    ),
    "retailer": (
        Step("join", "join"),
        Step("receive", "shop-receive"),
        Step("answer", "shop-sign"),
        Step("recall", "shop-stop"),
        Step("buyer", "verified"),
    ),
    "alliance": (
        Step("invite", "alliance-invite"),
        Step("watch", "alliance-home"),
        Step("lost", "alliance-org"),
        Step("recall", "recalled"),
        Step("report", icon="i-print"),
    ),
}
"""Roles, each with its steps in the order of the work."""


def app_symbol(base_url: str) -> tuple[str, int]:
    """The QR code that opens the app: an SVG path, and how many modules it has on a side."""
    symbol = qr(f"{base_url}/app")
    return svg_path(symbol), symbol.width
