"""A running service with a code for every verdict, and pages of it that are watched."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta, timezone
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

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
def running(folder: Path, telling: type[Story] = Story) -> Iterator[World]:
    """The service of the demo's day, one lot's record altered behind its back, another's withheld."""
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        settings = stage.settings(folder, port)
        with Deployment.open(settings) as deployment:
            told = samples.read(deployment.clock().astimezone(timezone(timedelta(hours=7))).date())
            day = telling(deployment, told, lambda *_args, **_values: None).tell()
            database = BehindTheBack.of(deployment)
            index = day.births[story.ALTERED]
            database.replace(index, altered(database.statement(index)))
            database.erase(day.tested)
            with stage.serving(deployment, listener):
                known = {row.name: row for row in rows(day)}
                yield World(f"http://127.0.0.1:{port}", deployment.place.rpcs[0], known, deployment.trust)


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
