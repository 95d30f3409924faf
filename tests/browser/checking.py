"""A running service with a code for every verdict, and pages of it that are watched."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Route

from ledger.proof.trustfile import TrustFile
from nguon.demo import samples, stage, story
from nguon.demo.altering import altered
from nguon.demo.rows import Row, rows
from nguon.demo.stage import BehindTheBack
from nguon.demo.story import Story
from nguon.serving import listen
from nguon.wiring import Deployment

CHECKED = "#main[data-check=done]"


@dataclass(frozen=True)
class World:
    """A running service, its chain's endpoint, a code for every verdict, and the trust file to check it with."""

    base: str
    rpc: str
    rows: dict[str, Row]
    trust: TrustFile

    def url(self, name: str, lang: str = "vi") -> str:
        found = self.rows[name].url(self.base)
        return f"{found}{'&' if '?' in found else '?'}lang={lang}"


@contextmanager
def running(folder: Path, telling: type[Story] = Story, keepers: int = 1) -> Iterator[World]:
    """The service of the demo's day, one lot's record altered behind its back, another's withheld.

    Args:
        keepers: how many endpoints the trust file names; all are the one node, the second as `{rpc}/?keeper=2`.
    """
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        settings = stage.settings(folder, port)
        with Deployment.open(settings) as deployment:
            (rpc,) = deployment.place.rpcs
            rpcs = (rpc, *(f"{rpc}/?keeper={number}" for number in range(2, keepers + 1)))
            deployment.place = replace(deployment.place, rpcs=rpcs)
            told = samples.read(deployment.clock().astimezone(timezone(timedelta(hours=7))).date())
            day = telling(deployment, told, lambda *_args, **_values: None).tell()
            database = BehindTheBack.of(deployment)
            index = day.births[story.ALTERED]
            database.replace(index, altered(database.statement(index)))
            database.erase(day.tested)
            with stage.serving(deployment, listener):
                known = {row.name: row for row in rows(day)}
                yield World(f"http://127.0.0.1:{port}", deployment.place.rpcs[0], known, deployment.trust)


def contradict(page: Page, rpc: str) -> None:
    """Let one keeper of the ledger tell another size of the same block than its node does."""

    def otherwise(reply: dict[str, Any]) -> dict[str, Any]:
        result = reply.get("result")
        if not isinstance(result, str) or len(result) <= 2 + 64:  # the chain's number, a flag
            return reply
        digit = "1" if result[65] != "1" else "2"
        return {**reply, "result": result[:65] + digit + result[66:]}

    def answer(route: Route) -> None:
        response = route.fetch()
        told = response.json()
        route.fulfill(
            response=response,
            json=[otherwise(item) for item in told] if isinstance(told, list) else otherwise(told),
        )

    page.route(lambda url: url.startswith(f"{rpc}/") and url.endswith("keeper=2"), answer)


def trouble(page: Page, world: World, verdict: str) -> None:
    """What makes a page that would be `verified` into this one: silent or contradicting keepers, or odd scans."""
    if verdict == "chain_unreachable":
        page.route(f"{world.rpc}/**", lambda route: route.abort())
    elif verdict == "chain_disputed":
        contradict(page, world.rpc)
    elif verdict == "suspect_copy":
        conflict = {"kind": "devices", "devices": 8, "day": "2026-11-20"}
        scans = {"count": 9, "firstDay": "2026-11-20", "conflict": conflict}
        page.route("**/api/v1/scans*", lambda route: route.fulfill(json=scans))


class Watched:
    """A page, and what it complained about."""

    def __init__(self, context: BrowserContext) -> None:
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console",
            lambda said: (
                self.complaints.append(said.text)
                if said.type == "error" and "/api/v1/scans" not in said.location.get("url", "")
                else None
            ),
        )
        self.page.on("request", lambda request: self.asked.append(request.url))

    def open(self, url: str, until: str = CHECKED) -> Page:
        self.page.goto(url)
        self.page.wait_for_selector(until)
        return self.page


def said(page: Page) -> tuple[str | None, str | None]:
    main = page.locator("#main")
    return main.get_attribute("data-verdict"), main.get_attribute("data-checked")
