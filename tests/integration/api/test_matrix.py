"""Every endpoint, for every role and every key, with one's own things and with another's.

What is expected follows from what each route declares (`api.access`), and is asked of a real deployment.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

import pytest
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, FastAPI
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from matrix import SAFE, HoleError, Route, allows, judge, requests
from matrixkit import Asker, World, world
from peoplekit import URL
from starlette.responses import Response

from api import problems
from api.access import Access, May, speaker_for
from api.app import ROOMS
from api.declaring import declared, install
from api.deps import Deployed
from api.middleware import RequestContext
from api.public_routes import PUBLIC, Public
from coop.accounts.queries import Caller
from ledger.rolls import read_story
from nguon.settings import Settings


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("matrix") / "data"
    with world(Settings(data_dir=folder, anchor_max_seconds=1, public_url=URL)) as found:
        yield found


def routes() -> list[Route]:
    """All routes of all rooms, as they are declared."""
    app = FastAPI(docs_url=None, redoc_url=None)
    for room in ROOMS:
        app.include_router(room.router)
    paths = app.openapi()["paths"]
    return [
        Route(method, path, access, paths.get(path, {}).get(method.lower(), {}))
        for (method, path), access in declared(app).items()
        if path != "/openapi.json"
    ]


def _open(route: Route) -> bool:
    """Whether it is public, and no business of cookies."""
    return isinstance(route.access, Public) and not route.access.ours


ROUTES = routes()
UNSURE: dict[tuple[str, str], str] = {
    ("GET", "/api/v1/desk/descriptions"): "nobody describes what the matrix asks about",
}
"""Routes on which nobody gets a 2xx with what the matrix sends, and why."""
CHANGING = [route for route in ROUTES if route.method not in SAFE and not _open(route)]
FETCHED = ("Origin", "Sec-Fetch-Site")
FOREIGN: list[dict[str, str]] = [
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": URL.replace("https", "http")},
    {"Origin": URL, "Sec-Fetch-Site": "cross-site"},
    {"Origin": URL, "Sec-Fetch-Site": "same-site"},
    {},
]
"""What a browser says of a request that no page of ours sent."""


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_each_answers_whom_it_declares_and_nobody_else(both: World, route: Route) -> None:
    seen = judge(both, route)
    assert seen.done or route.name in UNSURE or isinstance(route.access, Public), "nobody could do it"


@pytest.mark.parametrize("route", CHANGING, ids=lambda route: f"{route.method} {route.path}")
def test_what_a_cookie_can_change_no_page_of_another_site_can(both: World, route: Route) -> None:
    """A browser sends cookies with the requests of foreign pages too; an API key it does not have."""
    asker = next((each for each in both.askers if each.person and _may(route, each)), both.asker("officer"))
    machine = next((each for each in both.askers if each.role == "machine" and _may(route, each)), None)
    before = both.state()
    for sent in requests(route, both.ours, asker, foreign=False):
        before = both.state()  # filling it may have made a person
        for headers in FOREIGN:
            kept = {name: value for name, value in asker.headers.items() if name not in FETCHED}
            both.client.cookies.clear()
            answer = both.client.request(route.method, sent.url, headers={**kept, **headers}, **sent.more)
            assert (answer.status_code, answer.json()["code"]) == (403, "auth.origin"), headers
        assert both.state() == before
        if machine is not None:
            bearing = {**machine.headers, **FOREIGN[0]}
            answer = both.client.request(route.method, sent.url, headers=bearing, **sent.more)
            assert answer.status_code < 400 or answer.json()["code"] != "auth.origin"


def _may(route: Route, asker: Asker) -> bool:
    return isinstance(route.access, Access) and allows(route.access, asker)


# --- that the matrix finds what it is there to find


def _secrets() -> dict[str, str]:
    return {}


def test_a_route_that_declares_nothing_makes_no_application() -> None:
    for how in (None, Depends(Access(("read",)))):
        app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
        app.get("/api/v1/secrets", dependencies=[how, how] if how is not None else [])(_secrets)
        with pytest.raises(RuntimeError, match=r"GET /api/v1/secrets declares (no|more than one) access"):
            install(app)


def test_all_that_is_public_is_there(both: World) -> None:
    known = {(method, path) for method, path in declared(both.place.app)}
    listed = {(method, path.replace(":path}", "}")) for method, path in PUBLIC}
    listed = {
        (method, f"{path}/{{path}}" if path in ("/static", "/assets") else path) for method, path in listed
    }
    assert listed - {("GET", "/assets/{path}")} <= known


def tenancies() -> list[tuple[str, str]]:
    """Every use of what decides whose things are whose: (module, name)."""
    return [
        (room.__name__, name)
        for room in ROOMS
        for name in PERMISSIVE
        if hasattr(room, name) and (room.__name__, name) not in NO_GUARD
    ]


NO_GUARD = {("api.board", "scope"): "whose book a lot is looked up in, after own_lot has let him in"}
"""Uses that let nobody in."""


PERMISSIVE = {
    "own": lambda *_: None,
    "own_lot": lambda *_: None,
    "scope": lambda _calling: None,
    "acting": lambda calling, asked: asked or calling.org,
    "acting_org": lambda calling, sent: sent.get("org") or calling.org,
    "acting_for_lot": lambda _calling, _sent, uri, log: speaker_for(log, uri),
}
"""What decides whose things are whose, forgotten."""


@pytest.mark.parametrize(("module", "name"), tenancies())
def test_forgotten_tenancy_is_found(
    both: World, monkeypatch: pytest.MonkeyPatch, module: str, name: str
) -> None:
    monkeypatch.setattr(f"{module}.{name}", PERMISSIVE[name])
    room = next(room for room in ROOMS if room.__name__ == module)
    mine = {(method, route.path_format) for route in room.router.routes for method in route.methods}
    touched = [route for route in ROUTES if route.name in mine and not isinstance(route.access, Public)]
    found = [route for route in touched if _finds(both, route)]
    assert found, f"nobody would notice if {module} forgot {name}"


def test_a_new_route_that_asks_for_a_power_and_forgets_whose_is_found(both: World) -> None:
    room = APIRouter()

    @room.get("/api/v1/lots/{gtin}/{lot}/cost")
    async def cost(gtin: str, lot: str, deployed: Deployed, _: Annotated[Caller, May("read")]) -> Response:
        return JSONResponse(await run_sync(lambda: len(read_story(deployed.log, gtin, lot).entries)))

    services = both.place.app.state.services
    app = FastAPI(docs_url=None, redoc_url=None)
    app.state.services = services
    problems.install(app, services.catalogues, services.pages.render_problem)
    app.include_router(room)
    install(app)
    app.add_middleware(RequestContext)
    (route,) = [
        Route(method, path, access)
        for (method, path), access in declared(app).items()
        if path.endswith("/cost")
    ]
    with TestClient(app, base_url=URL) as client, pytest.raises(HoleError, match="NIGHTLOT"):
        judge(replace(both, client=client), route)


@pytest.mark.parametrize(
    "name", [("GET", "/api/v1/lots"), ("PUT", "/api/v1/units/prefix"), ("GET", "/api/v1/people")]
)
def test_forgotten_powers_are_found(
    both: World, monkeypatch: pytest.MonkeyPatch, name: tuple[str, str]
) -> None:
    monkeypatch.setattr(Access, "allows", lambda *_: True)
    with pytest.raises(HoleError):
        judge(both, next(route for route in ROUTES if route.name == name))


def test_an_answer_that_caches_may_keep_is_found(both: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.middleware.PRIVATE", "public, max-age=60")
    with pytest.raises(HoleError, match="cache"):
        judge(
            both, next(route for route in ROUTES if route.path == "/api/v1/reports" and route.method == "GET")
        )


def _finds(both: World, route: Route) -> bool:
    askers = [each for each in both.askers if each.name in ("officer", "machine", "machine: people")]
    try:
        judge(both, route, askers=askers)
    except HoleError:
        return True
    return False
