"""A table with everybody at it: a cooperative that has sent goods and a sample, a shop, a laboratory, the alliance."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from playwright.sync_api import Browser

from coop.accounts.actions import add_organisation
from coop.people.desk import Wanted
from tests.browser.coopkit import OPERATOR, ORG, Farm, MemberPhone, gtin
from tests.browser.deskkit import (
    DRIED,
    DRYER,
    LAB,
    PACKED,
    SHOP,
    STORE,
    amount,
    capture,
    event,
    season,
)

DESK = {"width": 1280, "height": 900}
TEA_LOT, OLD_LOT, DRY_LOT = "TH261108", "TH261010", "D261122"
TO_SHOP: dict[str, Any] = {
    "sourceList": [{"type": "owning_party", "source": ORG}],
    "destinationList": [
        {"type": "owning_party", "destination": SHOP},
        {"type": "possessing_party", "destination": SHOP},
    ],
}


@dataclass
class Round:
    """Who sits at the table.

    Attributes:
        codes: what is printed on three tem of a lot that is right.
        old: what a label of a recalled lot says.
    """

    farm: Farm
    codes: list[str]
    old: str


def lay(found: Farm) -> Round:
    """A season, two deliveries to the shop, a sample to the laboratory, a recall, printed tem; all anchored."""
    season(found)
    deployment = found.deployment
    capture(found, ORG, shipment("TEA", 20, 3))
    capture(
        found,
        ORG,
        event(
            "sampling",
            2,
            DRYER,
            action="DELETE",
            quantityList=[amount(DRIED, DRY_LOT, 0.05)],
            **{"nguon:laboratory": LAB},
        ),
    )
    roll = deployment.issuing.issue_roll(gtin(3), TEA_LOT, 40, ORG)
    printed = list(deployment.tem_to_print(roll.id, gtin(3), TEA_LOT, 3))
    deployment.issuing.recall(f"{PACKED}/10/{OLD_LOT}", None, "nghi ẩm mốc", ORG)
    for place, name in enumerate(("HTX Mẫu Gia Viễn", "HTX Mẫu Kim Sơn", "HTX Mẫu Nho Quan")):
        uri = f"https://id.gs1.org/417/{GLNS[place]}"
        add_organisation(deployment.accounts, uri, name, deployment.clock() - timedelta(days=40))
    found.anchored()
    host = deployment.verifier.host
    old = f"https://{host}/01/{gtin(3)}/10/{OLD_LOT}"
    return Round(found, [tem.code for tem in printed], old)


GLNS = ("9521003000015", "9521004000014", "9521005000013")


def shipment(which: str, packs: int, ago: float) -> dict[str, Any]:
    """A delivery to the shop: boxes of tea."""
    lot = TEA_LOT if which == "TEA" else OLD_LOT
    return event(
        "shipping",
        ago,
        STORE,
        disposition="in_transit",
        quantityList=[amount(PACKED, lot, packs, None)],
        **TO_SHOP,
    )


def seated(
    found: Farm, browser: Browser, role: str, name: str, lang: str = "vi", **options: Any
) -> MemberPhone:
    """Somebody of the shop, the laboratory or the alliance, with a phone that has joined."""
    made = MemberPhone(browser, found, lang, **options)
    org, org_name, prefix = {
        "retailer": (SHOP, "Cửa hàng Mẫu Hoa Lư", "9521095"),
        "laboratory": (LAB, "Phòng kiểm nghiệm Mẫu", "9521090"),
    }.get(role, (None, None, None))
    asked = Wanted(role, name, org=org, org_name=org_name, prefix=prefix, phone="0229 300 222")
    made.join({"secret": found.deployment.people.invite(OPERATOR, asked).secret})
    return made
