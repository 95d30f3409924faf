"""The outbox in a real browser, over a real service: nothing lost, nothing doubled, whatever ends or fails."""

import json
import random
import signal
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from os import kill
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route

from ledger.encoding import b64url_encode
from ledger.gs1.digital_link import lot_uri
from ledger.statement import jws
from ledger.statement.jws import Statement
from tests.browser.chromium import CHROMIUM, FLAGS
from tests.browser.coopkit import Farm, farm, gtin, place_uri
from tests.programs import can_run, page_script

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not can_run(), reason="no node: `make setup`"),
]
Json = dict[str, Any]
HANOI = timezone(timedelta(hours=7))
STATEMENTS = "**/api/v1/statements"
PAGE = '<!doctype html><title>opening</title><script type="module" src="/phone-page/phonepage.js"></script>'
JPEG = [0xFF, 0xD8, 0xFF, 0xE0, *range(60)]
CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"nguon": "https://w3id.org/nguon/epcis/", "cbvmda": "urn:epcglobal:cbv:mda:"},
]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Farm]:
    with farm(tmp_path_factory.mktemp("village")) as found:
        yield found


class Handset:
    """A member's phone: a browser's context, its pages, and what it recorded.

    Attributes:
        sent: event IDs by lot, in the order they were recorded.
    """

    def __init__(self, context: BrowserContext, village: Farm) -> None:
        self.context, self.village = context, village
        self.sent: dict[str, list[str]] = defaultdict(list)
        self._number = 0
        context.route("**/phone-page/*", _page)
        self.page = self.tab()

    def tab(self) -> Page:
        """Another tab of it."""
        page = self.context.new_page()
        page.goto(f"{self.village.base}/phone-page/")
        page.wait_for_function("document.title === 'ready'")
        return page

    def join(self) -> Json:
        """Join by the officer's invitation; the officer's phone signs the key."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        joined: Json = self.ask("join", self.village.invite(f"bác {id(self)}")["secret"])
        assert joined["key"]["state"] == "waiting", joined
        self.village.admit()
        return joined

    def ask(self, what: str, *given: Any, page: Page | None = None) -> Any:
        return (page or self.page).evaluate(
            "([what, given]) => window.phone[what](...given)", [what, list(given)]
        )

    def record(
        self, *lots: str, at: datetime | None = None, photo: bool = False, page: Page | None = None
    ) -> Json:
        """Record an observation of these lots; one that is new is born."""
        self._number += 1
        own = f"{id(self) % 0xFFFFFF:06x}"
        event_id = f"urn:uuid:01890000-0000-7000-8000-{own}{self._number:06x}"
        moment = (at or self.village.deployment.clock()).astimezone(HANOI) - timedelta(minutes=5)
        uris = [lot_uri(gtin(1), f"{lot}{own}") for lot in lots]
        born = all(not self.sent[uri] for uri in uris)
        event = {
            "@context": CONTEXT,
            "type": "ObjectEvent",
            "eventID": event_id,
            "eventTime": moment.isoformat(timespec="milliseconds"),
            "eventTimeZoneOffset": "+07:00",
            "action": "ADD" if born else "OBSERVE",
            "bizStep": "commissioning" if born else "storing",
            "readPoint": {"id": place_uri("Vườn A03")},
            "quantityList": [{"epcClass": uri, "quantity": 12.4, "uom": "KGM"} for uri in uris],
        }
        if photo:
            digest = "sha-256;" + b64url_encode(_sha256(bytes(JPEG)))
            event["nguon:attachment"] = [{"href": f"ni:///{digest}", "mediaType": "image/jpeg", "title": "x"}]
        for uri in uris:
            self.sent[uri].append(event_id)
        kept: Json = self.ask("record", event, uris, [], JPEG if photo else None, page=page)
        return kept

    def drain(self, *, every: bool = True, page: Page | None = None) -> Json:
        done: Json = self.ask("drain", every, page=page)
        return done

    def begin_draining(self, page: Page | None = None) -> None:
        """Begin to send, and wait for nothing."""
        (page or self.page).evaluate("void window.phone.drain(true)")

    def crash(self) -> None:
        """The page dies in the middle of what it does; then the app is opened anew."""
        dying = self.page
        with suppress(Error):
            dying.goto("chrome://crash")
        self.context.unroute(STATEMENTS)
        self.page = self.tab()
        with suppress(Error):
            dying.close()

    def states(self) -> list[str]:
        return [slip["state"] for slip in self.ask("slips")]

    def in_log(self) -> dict[str, list[Statement]]:
        """What the log holds under this phone's key, by lot, in its order, each with a signature that is right."""
        kid = self.ask("kid")
        log = self.village.deployment.log
        record = log.key_record(kid)
        assert record is not None
        found: dict[str, list[Statement]] = defaultdict(list)
        for index in range(log.size()):
            raw = log.statement(index)
            if raw is None or jws.parse(raw).header.kid != kid:
                continue
            statement = jws.parse(raw)
            jws.verify_signature(statement, record.jwk)
            for uri in statement.header.about:
                found[uri].append(statement)
        return found

    def assert_all_recorded(self) -> None:
        """Everything recorded on the phone is in the log: once, rightly signed, and in order for each lot."""
        assert set(self.states()) == {"recorded"}
        logged = {
            uri: [str(item.payload["eventID"]) for item in items] for uri, items in self.in_log().items()
        }
        assert logged == self.sent
        assert self.ask("alarms") == []


def _page(route: Route) -> None:
    name = route.request.url.rpartition("/")[2]
    if name:
        built = page_script().parent / name
        route.fulfill(content_type="text/javascript", body=built.read_bytes())
    else:
        route.fulfill(content_type="text/html", body=PAGE)


def _sha256(data: bytes) -> bytes:
    from hashlib import sha256

    return sha256(data).digest()


@pytest.fixture
def handset(browser: Browser, village: Farm) -> Iterator[Handset]:
    """A member's phone that has joined."""
    context = browser.new_context(viewport={"width": 360, "height": 780}, service_workers="block")
    found = Handset(context, village)
    found.join()
    yield found
    context.close()


def test_a_phone_joins_by_passkey_holds_a_key_that_cannot_be_taken_out_and_signs_in_again(
    handset: Handset,
) -> None:
    assert handset.ask("takesKeyOut") is False
    session = handset.ask("session")
    assert session["key"] == {"kid": handset.ask("kid"), "state": "admitted"}
    assert "record" in session["powers"]
    handset.record("S")
    again = handset.ask("signInAgain")
    assert again["gone"]["code"].startswith("auth.")
    assert again["session"]["person"] == session["person"]
    assert len(handset.ask("slips")) == 1
    assert handset.drain()["recorded"] == 1
    handset.assert_all_recorded()


def test_thirty_events_of_three_days_without_network_arrive_once_and_in_order_over_a_lossy_one(
    handset: Handset,
) -> None:
    chance = random.Random(11)
    handset.context.set_offline(True)
    now = handset.village.deployment.clock()
    for day in range(3):
        morning = now - timedelta(days=2 - day, hours=2)
        handset.page.clock.set_fixed_time(morning)
        for number in range(10):
            lots = ["ABCD"[number % 4], *(["T"] if number == 7 else [])]
            kept = handset.record(*lots, at=morning + timedelta(minutes=number), photo=number == 3)
            assert kept["state"] == "waiting"
            assert kept["at"].startswith(morning.isoformat()[:10])
        assert handset.drain()["stopped"] == "offline"
        handset.crash()  # the phone is put away, and the system ends the app
    assert handset.states() == ["waiting"] * 30
    handset.context.set_offline(False)
    lost = _lossy(handset.context, chance)
    for _ in range(120):
        if handset.drain()["waiting"] == 0:
            break
        if chance.random() < 0.15:
            handset.crash()
            lost = _lossy(handset.context, chance, lost)
    handset.assert_all_recorded()
    assert sum(map(len, handset.sent.values())) == 33  # three of them are about two lots
    assert min(lost.values()) > 0, lost
    photo = b64url_encode(_sha256(bytes(JPEG)))
    assert handset.page.request.get(f"{handset.village.base}/api/v1/blobs/{photo}").body() == bytes(JPEG)


def _lossy(
    context: BrowserContext, chance: random.Random, lost: dict[str, int] | None = None
) -> dict[str, int]:
    """A network that loses requests before and after they were heard, and has a hotspot's page and a proxy in it."""
    counted = lost if lost is not None else dict.fromkeys(("before", "after", "portal", "proxy"), 0)

    def handle(route: Route) -> None:
        what = chance.choice(["before", "after", "portal", "proxy", "", ""])
        if what:
            counted[what] += 1
        if what == "before":
            route.abort("connectionreset")
        elif what == "after":
            route.fetch()
            route.abort("connectionreset")
        elif what == "portal":
            route.fulfill(status=200, content_type="text/html", body="<h1>Free Wi-Fi: sign in</h1>")
        elif what == "proxy":
            route.fulfill(status=502, content_type="text/html", body="Bad Gateway")
        else:
            route.continue_()

    context.route(STATEMENTS, handle)
    return counted


@pytest.mark.parametrize("heard", [False, True], ids=["before it is heard", "after it is recorded"])
def test_an_app_killed_while_sending_sends_the_same_again_and_it_is_recorded_once(
    handset: Handset, heard: bool
) -> None:
    handset.record("A")
    handset.record("A")
    size = handset.village.statements()
    reached: list[str] = []

    def hold(route: Route) -> None:
        if heard:
            route.fetch()
        reached.append(route.request.url)  # and the answer never comes

    handset.context.route(STATEMENTS, hold)
    handset.begin_draining()
    _until(lambda: bool(reached), handset.page)
    assert handset.village.statements() >= size + heard
    handset.crash()
    assert handset.states() == ["sending", "waiting"]
    assert handset.drain()["recorded"] == 2
    first, _ = handset.ask("slips")
    assert first["receipts"][0]["duplicate"] is heard
    handset.assert_all_recorded()


@pytest.mark.parametrize("locks", [True, False], ids=["with locks", "without locks"])
def test_two_tabs_send_each_slip_once_between_them(handset: Handset, locks: bool) -> None:
    if not locks:
        handset.context.add_init_script("delete Navigator.prototype.locks")
    tabs = [handset.tab(), handset.tab()]
    for number in range(8):
        handset.record("ABC"[number % 3], page=tabs[number % 2])
    posted: list[str] = []

    def count(route: Route) -> None:
        posted.extend(json.loads(route.request.post_data or "{}")["statements"])
        route.continue_()

    handset.context.route(STATEMENTS, count)
    for tab in tabs:
        handset.begin_draining(tab)
    handset.record("A", page=tabs[0])
    results = [handset.drain(page=tab) for tab in tabs]
    assert {result["waiting"] for result in results} == {0}
    assert len(posted) == len(set(posted)) == 9
    handset.page.bring_to_front()
    handset.assert_all_recorded()


def test_a_full_phone_says_so_shows_the_slip_exports_it_and_sends_it_all_the_same(
    browser: Browser, village: Farm
) -> None:
    context = browser.new_context(service_workers="block")
    session = context.new_cdp_session(context.new_page())
    session.send("Storage.overrideQuotaForOrigin", {"origin": village.base, "quotaSize": 400_000})
    handset = Handset(context, village)
    handset.join()
    handset.record("A")
    taken = 0
    while isinstance(answer := handset.ask("fill", 20_000 if taken < 300_000 else 1_000), str):
        taken += 20_000
        assert taken < 10_000_000, "it is never full"
    assert answer["code"] == "store.full"
    refused = next(answer for _ in range(200) if "code" in (answer := handset.record("A")))
    assert refused["code"] == "store.full"
    shown = next(slip for slip in handset.ask("slips") if slip["id"] == refused["params"]["slip"])
    assert shown["unkept"] is True
    file = json.loads(handset.ask("exported"))
    assert shown["statements"] in [slip["statements"] for slip in file["slips"]]
    assert handset.drain()["waiting"] == 0
    handset.assert_all_recorded()
    session.send("Storage.overrideQuotaForOrigin", {"origin": village.base})
    handset.drain()
    handset.crash()
    assert all("unkept" not in slip for slip in handset.ask("slips"))
    handset.assert_all_recorded()
    context.close()


def test_a_file_carries_what_was_not_sent_to_another_phone_and_it_is_recorded_once(
    handset: Handset, browser: Browser, village: Farm
) -> None:
    handset.context.set_offline(True)
    handset.record("A", photo=True)
    handset.record("A")
    file = handset.ask("exported")
    handset.context.set_offline(False)
    other = Handset(browser.new_context(service_workers="block"), village)
    other.join()
    assert other.ask("imported", file) == {"added": 2, "known": 0}
    assert other.drain() | {"next": None} == {
        "recorded": 2,
        "refused": 0,
        "waiting": 0,
        "stopped": None,
        "next": None,
    }
    assert handset.drain()["recorded"] == 2
    assert [slip["receipts"][0]["duplicate"] for slip in handset.ask("slips")] == [True, True]
    handset.assert_all_recorded()
    other.context.close()


def test_a_statement_before_the_officer_has_signed_waits_and_follows_the_admission(
    browser: Browser, village: Farm
) -> None:
    context = browser.new_context(service_workers="block")
    early = Handset(context, village)
    session = context.new_cdp_session(early.page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    early.ask("join", village.invite("bác Sớm")["secret"])
    early.record("A")
    early.record("A")
    assert early.drain()["recorded"] == 0
    assert early.states() == ["waiting", "waiting"]
    village.admit()
    assert early.drain()["recorded"] == 2
    early.assert_all_recorded()
    context.close()


def test_a_refused_slip_stays_with_its_reason_and_holds_back_its_own_lot_only(handset: Handset) -> None:
    handset.record("A")
    handset.record("A", at=handset.village.deployment.clock() + timedelta(days=2))
    handset.record("A")
    handset.record("B")
    result = handset.drain()
    assert (result["recorded"], result["refused"], result["waiting"]) == (2, 1, 1)
    slips = handset.ask("slips")
    assert [slip["state"] for slip in slips] == ["recorded", "refused", "waiting", "recorded"]
    assert slips[1]["problem"]["code"] == "time.future"
    assert slips[1]["problem"]["sentence"]


FORGET_ONE = """() => new Promise((done, fail) => {
  const open = indexedDB.open("nguon-app");
  open.onerror = () => fail(open.error);
  open.onsuccess = () => {
    const change = open.result.transaction("signed", "readwrite");
    const cursor = change.objectStore("signed").openKeyCursor();
    cursor.onsuccess = () => change.objectStore("signed").delete(cursor.result.primaryKey);
    change.oncomplete = () => { open.result.close(); done(null); };
    change.onabort = () => fail(change.error);
  };
})"""


def test_the_phone_counts_what_the_log_has_under_its_key_and_raises_an_alarm_for_what_it_did_not_sign(
    handset: Handset,
) -> None:
    handset.record("A")
    handset.record("B")
    handset.drain()
    loop = handset.village.deployment.anchor_loop
    assert loop is not None
    loop.settle(60)
    # a page that the test itself serves is of no network, from which a browser lets none ask a chain on this machine
    for rpc in handset.village.deployment.trust.rpcs:
        handset.context.route(f"{rpc}/**", lambda route: route.fulfill(response=route.fetch()))
    (counted,) = handset.ask("count")
    assert (counted["signed"], counted["mine"], counted["foreign"], counted["unkept"]) == (2, 2, [], [])
    assert counted["anchored"] is True
    assert handset.ask("alarms") == []
    handset.page.evaluate(FORGET_ONE)  # as if somebody else had signed it
    (counted,) = handset.ask("count")
    assert (counted["mine"], len(counted["foreign"])) == (1, 1)
    (alarm,) = handset.ask("alarms")
    assert (alarm["code"], alarm["params"]["kid"]) == ("key.foreign", handset.ask("kid"))
    assert alarm["evidence"] == counted["foreign"][0]["statement"]


def test_what_was_said_to_be_kept_is_there_after_the_browser_was_killed(
    browser: Browser, village: Farm, tmp_path: Path
) -> None:
    kind = browser.browser_type
    options: Json = {"executable_path": str(CHROMIUM), "args": list(FLAGS), "service_workers": "block"}
    context = kind.launch_persistent_context(tmp_path, **options)
    phone = Handset(context, village)
    phone.join()
    for lot in "ABA":
        phone.record(lot)
    kid, cookies = phone.ask("kid"), context.cookies()
    owner = context.browser
    assert owner is not None
    told = owner.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    for process in told["processInfo"]:
        if process["type"] == "browser":
            kill(int(process["id"]), signal.SIGKILL)
    with suppress(Error):
        context.close()
    again = kind.launch_persistent_context(tmp_path, **options)
    again.add_cookies(cookies)  # type: ignore[arg-type]  # as it gave them; a session that is lost is one sign-in
    reopened = Handset(again, village)
    reopened.sent = phone.sent
    assert reopened.ask("kid") == kid
    assert reopened.states() == ["waiting"] * 3
    assert reopened.drain()["recorded"] == 3
    reopened.assert_all_recorded()
    again.close()


def _until(holds: Callable[[], bool], page: Page, seconds: float = 15) -> None:
    for _ in range(int(seconds * 20)):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come to that in time")
