"""The page that checks, on a slow phone: how long until a verdict is seen, and until the phone has checked it all.

    python -m benchmarks.page [--rounds N] [--json]

A real service on its local test chain, a lot of 12 entries made from 8 others, captured as any client would; Chromium
slowed by its own tools: processor 4 times, 1.6 Mbit/s, 150 ms, no service worker, nothing kept from one round to the
next. "First verdict" is when the server's banner is painted (largest contentful paint, or the first one); "checked" is
when the page bears the browser's own verdict. The ratio is to the same page without its script, run in turn.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta, timezone
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from coop.accounts.actions import add_organisation
from ledger.encoding import JsonValue, canonical_json
from ledger.gs1.digital_link import lot_uri
from nguon.demo import stage
from nguon.demo.lies import CONTEXT
from nguon.serving import listen
from nguon.wiring import Deployment
from tests.browser.chromium import CHROMIUM, FLAGS

COOP = "https://id.gs1.org/417/9521002000016"
PLACE = "https://id.gs1.org/414/9521002000030"
PRODUCT, PART = "09521002000085", "09521002000047"
LOT = "BENCH1"
ENTRIES, ANCESTORS = 12, 8
SLOWER, BITS, LATENCY = 4, 1_600_000, 150
VIETNAM = timezone(timedelta(hours=7))
PAINTED = """() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null"""
WATCH = """new MutationObserver(() => {
    if (globalThis.checkedAt === undefined && document.querySelector("main[data-checked]")) {
        globalThis.checkedAt = performance.now();
    }
}).observe(document, {subtree: true, childList: true, attributes: true});"""


@dataclass(frozen=True)
class Seen:
    """One opening, in milliseconds since the navigation began."""

    painted: float
    checked: float | None


@contextmanager
def service(folder: Path) -> Iterator[str]:
    """A running service with the lot; its page's address."""
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with Deployment.open(stage.settings(folder, port)) as deployment:
            add_organisation(deployment.accounts, COOP, "HTX", deployment.clock())
            deployment.host_key(
                COOP, role="member", stems=(f"https://id.gs1.org/01/{PRODUCT[:8]}", COOP, PLACE)
            )
            tell(deployment)
            assert deployment.anchor_loop is not None
            deployment.anchor_loop.settle(30.0)
            with stage.serving(deployment, listener):
                yield f"http://127.0.0.1:{port}/01/{PRODUCT}/10/{LOT}?lang=vi"


def tell(deployment: Deployment) -> None:
    """The lots that it is made from, each from the one before; the lot; what happened to it."""
    start = deployment.clock().astimezone(VIETNAM) - timedelta(days=10)
    parts = [lot_uri(PART, f"P{number}") for number in range(ANCESTORS)]
    number = 0

    def send(**members: JsonValue) -> None:
        nonlocal number
        number += 1
        event: dict[str, JsonValue] = {
            "@context": list(CONTEXT),
            "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012x}",
            "eventTime": (start + timedelta(hours=number)).isoformat(timespec="seconds"),
            "eventTimeZoneOffset": "+07:00",
            "readPoint": {"id": PLACE},
            **members,
        }
        deployment.capture.document(canonical_json(event), org=COOP)

    def made(source: str, **more: JsonValue) -> None:
        send(
            type="TransformationEvent",
            inputQuantityList=[{"epcClass": source, "quantity": 10, "uom": "KGM"}],
            **more,
        )

    first = parts[0]
    send(
        type="ObjectEvent",
        action="ADD",
        bizStep="https://w3id.org/nguon/bizstep/harvesting",
        disposition="active",
        quantityList=[{"epcClass": first, "quantity": 100, "uom": "KGM"}],
        ilmd={
            "cbvmda:lotNumber": "P0",
            "cbvmda:harvestEndDate": start.date().isoformat(),
            "cbvmda:countryOfOrigin": "VN",
        },
    )
    for place, uri in enumerate(parts[1:], 1):
        made(
            parts[place - 1],
            bizStep="https://w3id.org/nguon/bizstep/drying",
            disposition="active",
            outputQuantityList=[{"epcClass": uri, "quantity": 10, "uom": "KGM"}],
            ilmd={"cbvmda:lotNumber": f"P{place}"},
        )
    lot = lot_uri(PRODUCT, LOT)
    made(
        parts[-1],
        bizStep="packing",
        disposition="active",
        outputQuantityList=[{"epcClass": lot, "quantity": 20}],
        ilmd={
            "cbvmda:lotNumber": LOT,
            "cbvmda:itemExpirationDate": (start + timedelta(days=400)).date().isoformat(),
            "nguon:productionDate": start.date().isoformat(),
            "nguon:netWeightKg": 0.5,
        },
    )
    for _ in range(ENTRIES - 1):
        send(
            type="ObjectEvent",
            action="OBSERVE",
            bizStep="storing",
            disposition="in_progress",
            quantityList=[{"epcClass": lot, "quantity": 20}],
        )


def opened(browser: Browser, address: str, *, script: bool) -> Seen:
    """Open the page once, on a phone that never saw it."""
    context = browser.new_context(
        viewport={"width": 360, "height": 780},
        service_workers="block",
        java_script_enabled=True,
        reduced_motion="reduce",
    )
    try:
        page = context.new_page()
        page.add_init_script(WATCH)
        tools = context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": LATENCY,
                "downloadThroughput": BITS / 8,
                "uploadThroughput": BITS / 8,
            },
        )
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        if not script:
            tools.send("Network.setBlockedURLs", {"urls": ["*/assets/*", "*/trust.js"]})
        page.goto(address)
        if script:
            page.wait_for_selector("main[data-check=done]", timeout=60_000)
        page.wait_for_function(f"({PAINTED})() !== null", timeout=60_000)
        return Seen(page.evaluate(PAINTED), page.evaluate("globalThis.checkedAt ?? null"))
    finally:
        context.close()


def measure(rounds: int) -> dict[str, Any]:
    """Medians, and the smallest and largest of the rounds, in milliseconds."""
    with (
        tempfile.TemporaryDirectory(prefix="nguon-bench-") as folder,
        service(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        opened(browser, address, script=True)  # the service's own first time
        plain, checking = [], []
        for _ in range(rounds):
            plain.append(opened(browser, address, script=False).painted)
            checking.append(opened(browser, address, script=True))
        browser.close()
    painted = [seen.painted for seen in checking]
    checked = [seen.checked or float("inf") for seen in checking]
    return {
        "first verdict": _spread(painted),
        "first verdict, the page without script": _spread(plain),
        "checked by the phone": _spread(checked),
        "first verdict, ratio": round(median(painted) / median(plain), 2),
        "checked, ratio": round(median(checked) / median(plain), 2),
    }


def _spread(times: list[float]) -> list[int]:
    return [round(median(times)), round(min(times)), round(max(times))]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not CHROMIUM.exists():
        print(f"no browser at {CHROMIUM}: the page is not measured", file=sys.stderr)
        return 0
    found = measure(options.rounds)
    if options.json:
        print(json.dumps(found))
        return 0
    print(
        f"{SLOWER}x processor, {BITS / 1e6} Mbit/s, {LATENCY} ms; milliseconds: median (smallest to largest)"
    )
    for name, value in found.items():
        print(
            f"{name:<44} {value[0]} ({value[1]} to {value[2]})"
            if isinstance(value, list)
            else f"{name:<44} {value}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
