"""The matrix: every route, for everybody, with one's own things and another's; what is asked, and what must come back.

Requests are made from the route itself: its path's parameters are filled with things of an owner, its body is the
example of its OpenAPI, and where it takes an `org` the owner's stands there. Only what no example can know, such as a
statement that is really signed, is written down here ({SENT}). A route with a parameter that nobody filled fails.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final
from urllib.parse import quote

import orjson
from apikit import code, document
from httpx import Response
from matrixkit import Asker, Owner, World
from PIL import Image

from api.access import PERSON, SAFE, Access
from api.public_routes import Public
from coop.accounts.powers import EVERYWHERE
from tests.passkeykit import Json

TENANCY_CODES: Final = ("authority.org", "authority.stems", "authority.key", "unit.foreign")


@dataclass(frozen=True)
class Route:
    """A route as it is declared.

    Attributes:
        path: as the OpenAPI writes it.
        access: who may.
        operation: what the OpenAPI tells of it; empty where it is not in there.
    """

    method: str
    path: str
    access: Access | Public
    operation: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> tuple[str, str]:
        return self.method, self.path


@dataclass(frozen=True)
class Sent:
    """A request, filled."""

    url: str
    more: Mapping[str, Any] = field(default_factory=dict)

    def holds(self, mark: str) -> bool:
        return mark in self.url or mark in repr(self.more)


# --- what requests are filled with

PARAMETERS: Final[Mapping[str, Callable[[Owner, Asker], str]]] = {
    "gtin": lambda owner, _: owner.gtin,
    "lot": lambda owner, _: owner.lot,
    "roll": lambda owner, _: owner.roll,
    "sscc": lambda owner, _: owner.sscc,
    "number": lambda owner, _: owner.number,
    "job": lambda owner, _: owner.job,
    "event_id": lambda owner, _: quote(owner.event),
    "invitation_id": lambda owner, asker: owner.invitation(managed_by(asker))["id"],
    "person": lambda owner, asker: owner.person(managed_by(asker)),
    "uri": lambda _owner, _: "https://id.gs1.org/417/9521090000011",
    "digest": lambda _owner, _: "A" * 43,
    "month": lambda _owner, _: "2026-11",
    "role": lambda _owner, _: "member",
    "verdict": lambda _owner, _: "verified",
    "path": lambda _owner, _: "entries/000.p/1",
    "rest": lambda owner, _: f"{owner.gtin}/10/{owner.lot}",
}

KINDS: Final[Mapping[str, str]] = {"labels": "csv", "preview": "svg", "label": "svg"}
"""Files are asked for in the kind that is made fastest."""


def managed_by(asker: Asker) -> str:
    """The role of people that somebody manages: officers manage members, the alliance the others."""
    return "member" if "people" in asker.powers or "registrar" not in asker.powers else "officer"


def _png() -> bytes:
    written = BytesIO()
    Image.new("RGB", (4, 4), "green").save(written, "PNG")
    return written.getvalue()


def _hosted(owner: Owner, _: Asker) -> Json:
    told = owner.born()
    return {
        "json": {
            "statements": [
                {"typ": "epcis+jws", "about": [f"{owner.product}/10/{told['ilmd']['cbvmda:lotNumber']}"], "from": [],
                 "payload": told}
            ]
        }
    }  # fmt: skip


def _invited(owner: Owner, asker: Asker) -> Json:
    return {"json": {"role": managed_by(asker), "name": "Bác Thìn", "org": owner.org, "orgName": owner.name}}


SENT: Final[Mapping[tuple[str, str], Callable[[Owner, Asker], Json]]] = {
    ("POST", "/epcis/v2/capture"): lambda owner, _: {"json": document(owner.born())},
    ("POST", "/api/v1/statements"): lambda owner, _: {"json": [owner.signed(owner.born())]},
    ("POST", "/api/v1/hosted-statements"): _hosted,
    ("POST", "/api/v1/invitations"): _invited,
    ("POST", "/api/v1/blobs"): lambda _owner, _: {"content": _png()},
    ("POST", "/api/v1/lots/{gtin}/{lot}/tem"): lambda _owner, _: {"json": {"count": 1}},
    ("POST", "/api/v1/lots/{gtin}/{lot}/tem/void"): lambda owner, _: {
        "json": {"reason": "torn", "serials": [owner.serial()]}
    },
    ("POST", "/api/v1/units"): lambda owner, _: {"json": {"codes": [next(owner.codes)]}},
    ("PUT", "/api/v1/units/prefix"): lambda owner, _: {"json": {"prefix": owner.prefix}},
    ("POST", "/api/v1/units/{sscc}/unpack"): lambda owner, _: {"json": {"place": owner.site}},
    ("POST", "/api/v1/desk/rolls"): lambda owner, _: {
        "json": {"gtin": owner.gtin, "lot": owner.lot, "count": 1}
    },
    ("POST", "/api/v1/desk/rolls/signed"): lambda owner, _: {"json": {"statement": owner.prepared()}},
    ("POST", "/api/v1/desk/voids"): lambda owner, _: {
        "json": {"gtin": owner.gtin, "lot": owner.lot, "serials": [owner.serial()], "reason": "torn"}
    },
    ("POST", "/api/v1/people/me/key"): lambda _owner, _: {"json": {"request": None}},
}
"""Bodies that no example can know."""

MORE: Final[Mapping[tuple[str, str], Callable[[Owner], list[Json]]]] = {
    ("POST", "/api/v1/units"): lambda owner: [{"json": {"codes": [next(owner.codes)], "sscc": owner.sscc}}],
    ("POST", "/api/v1/lots/{gtin}/{lot}/recall"): lambda _: [
        {"params": {"preview": "true"}, "json": {"reason": "Cd"}}
    ],
    ("GET", "/epcis/v2/events"): lambda owner: [{"params": {"EQ_bizLocation": owner.site}}],
    ("GET", "/api/v1/lots"): lambda owner: [
        {"params": {"q": owner.mark}},
        {"params": {"product": owner.gtin}},
    ],
}
"""Other ways of asking for somebody's things on the same route."""

RECALLED: Final = ("/release",)
"""Routes for a lot that was recalled before."""

NOBODYS: Final[Mapping[tuple[str, str], str]] = {
    (
        "POST",
        "/api/v1/blobs",
    ): "bytes by their digest: whose they are, only the statement says that names them",
}
"""Routes that mean nobody's things, and why."""


def requests(route: Route, owner: Owner, asker: Asker, *, foreign: bool) -> Iterator[Sent]:
    """The requests on a route that mean an owner's things. `foreign`: he is another than the asker's."""
    path = route.path
    for name in [
        part[1:-1] for part in path.replace("}", "}\0").replace("{", "\0{").split("\0") if part[:1] == "{"
    ]:
        if name == "kind":
            filled = next(kind for stem, kind in KINDS.items() if f"/{stem}.{{kind}}" in path)
        elif name == "person" and route.method == "DELETE":
            filled = owner.person(managed_by(asker), ended=True)
        elif name == "lot" and route.path.endswith(RECALLED):
            filled = owner.recalled
        else:
            assert name in PARAMETERS, f"{route.name}: say in the matrix what {{{name}}} is"
            filled = PARAMETERS[name](owner, asker)
        path = path.replace(f"{{{name}}}", filled, 1)
    body = SENT[route.name](owner, asker) if route.name in SENT else _example(route.operation, owner)
    needed = [
        each["name"]
        for each in route.operation.get("parameters", ())
        if each["in"] == "query" and each["required"]
    ]
    if needed:
        body = {**body, "params": {name: PARAMETERS[name](owner, asker) for name in needed}}
    takes = _takes_org(route)
    asks = foreign or asker.role in EVERYWHERE
    yield Sent(path, _with_org(body, takes if asks else None, owner.org))
    if route.name in MORE:
        for other in MORE[route.name](owner):
            yield Sent(path, _with_org(other, takes if asker.role in EVERYWHERE else None, owner.org))


def _example(operation: Mapping[str, Any], owner: Owner) -> Json:
    """The body of the OpenAPI's example, with the owner's things for those of the example."""
    content = operation.get("requestBody", {}).get("content", {})
    found = content.get("application/json", {}).get("example")
    if found is None:
        return {}
    written = orjson.dumps(found).decode()
    for said, own in EXAMPLES.items():
        written = written.replace(said, own(owner))
    return {"json": orjson.loads(written)}


EXAMPLES: Final[Mapping[str, Callable[[Owner], str]]] = {
    "09521001000055": lambda owner: owner.gtin,
    "LO-2026-01": lambda owner: owner.lot,
    "9521001000024": lambda owner: owner.site.rpartition("/")[2],
    "9521001000017": lambda owner: owner.gln,
}
"""What the documentation's examples name -> what an owner has in its place."""


def _takes_org(route: Route) -> str | None:
    """Where a route takes the organisation to act for: "query", "body", or nowhere."""
    if any(each["name"] == "org" and each["in"] == "query" for each in route.operation.get("parameters", ())):
        return "query"
    content = route.operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return "body" if "org" in content.get("schema", {}).get("properties", {}) else None


def _with_org(body: Json, takes: str | None, org: str) -> Json:
    if takes == "query":
        return {**body, "params": {**body.get("params", {}), "org": org}}
    if takes == "body" and isinstance(body.get("json"), dict):
        return {**body, "json": {**body["json"], "org": org}}
    return body


# --- what must come back


class HoleError(AssertionError):
    """An answer that the declared access does not allow."""


@dataclass
class Judged:
    """What was seen on a route."""

    asked: int = 0
    done: set[str] = field(default_factory=set)


def judge(
    world: World, route: Route, *, askers: list[Asker] | None = None, foreign_only: bool = False
) -> Judged:
    """Ask a route for everybody and everything.

    Raises:
        HoleError: an answer is not what the route's declaration says.
    """
    seen = Judged()
    everybody = world.askers if askers is None else askers
    if isinstance(route.access, Public):
        for asker in [
            each for each in everybody if each.name in ("anonymous", "ended session", "member", "machine")
        ]:
            _judge_public(world, route, asker, seen)
        return seen
    before = world.state()
    last: list[str] = []
    for asker in everybody:
        for owner in (world.theirs,) if foreign_only else _owners(world, route):
            if not refused(route, asker, owner is world.theirs):
                continue
            for sent in _made_before(world, route, owner, asker, owner is world.theirs):
                before = world.state() if _makes(route) else before
                answer = _ask(world, route, asker, sent)
                seen.asked += 1
                last.append(f"{asker.name} {sent.url}")
                _judge_refusal(route, asker, sent, answer, owner, world)
                if route.method not in SAFE and _makes(route) and world.state() != before:
                    raise HoleError(
                        f"{route.name}: {asker.name} changed something of {owner.name}: {answer.status_code}"
                    )
    if route.method not in SAFE and not _makes(route) and world.state() != before:
        raise HoleError(f"{route.name}: one of these changed something: {last}")
    for asker in everybody:
        for owner in _owners(world, route):
            foreign = owner is world.theirs
            if foreign_only or refused(route, asker, foreign):
                continue
            for sent in requests(route, owner, asker, foreign=foreign):
                deeds = world.deeds()
                answer = _ask(world, route, asker, sent)
                seen.asked += 1
                if (
                    asker.person
                    and route.method not in SAFE
                    and answer.status_code < 300
                    and not _silent(route, asker, sent)
                ):
                    _judge_trail(world, route, asker, deeds)
                _judge_allowed(world, route, asker, sent, answer, owner)
                if route.name == ("DELETE", "/api/v1/session"):
                    world.sign_in_again(asker)
                if answer.status_code < 300:
                    seen.done.add(asker.name)
    return seen


def _owners(world: World, route: Route) -> tuple[Owner, ...]:
    """Whose things a route can mean. What a person does to himself means nobody else's."""
    assert isinstance(route.access, Access)
    alone = route.access.powers == (PERSON,) or route.name in NOBODYS
    return (world.ours,) if alone else (world.ours, world.theirs)


def refused(route: Route, asker: Asker, foreign: bool) -> bool:
    """Whether the declaration says that somebody is refused."""
    assert isinstance(route.access, Access)
    if not allows(route.access, asker):
        return True
    return foreign and asker.role not in EVERYWHERE and not route.access.shared


def allows(access: Access, asker: Asker) -> bool:
    """The rule of `Access.allows`, said again: the test does not ask the code whether the code is right."""
    if asker.role == "":
        return False
    if access.powers == ("person",):
        return asker.person
    return any(power in asker.powers for power in access.powers) and (asker.person or not access.person)


def _makes(route: Route) -> bool:
    """Whether filling the request changes something by itself: it makes a person, or an invitation."""
    return "{person}" in route.path or "{invitation_id}" in route.path


def _made_before(world: World, route: Route, owner: Owner, asker: Asker, foreign: bool) -> list[Sent]:
    """Requests of who is refused. What they are filled with may be the same for all: nothing comes of them."""
    if not _makes(route):
        return list(requests(route, owner, asker, foreign=foreign))
    key = (route.path, owner.name)
    if key not in _KEPT.setdefault(id(world), {}):
        _KEPT[id(world)][key] = list(requests(route, owner, asker, foreign=foreign))
    return _KEPT[id(world)][key]


_KEPT: Final[dict[int, dict[tuple[str, str], list[Sent]]]] = {}


def _ask(world: World, route: Route, asker: Asker, sent: Sent) -> Response:
    world.client.cookies.clear()  # a session that lives on sets its cookie again
    return world.client.request(route.method, sent.url, headers=asker.headers, **sent.more)


def _judge_refusal(
    route: Route, asker: Asker, sent: Sent, answer: Response, owner: Owner, world: World
) -> None:
    assert isinstance(route.access, Access)
    where = (
        f"{route.name} {sent.url}: {asker.name} on {owner.name}'s: {answer.status_code} {answer.text[:300]}"
    )
    told = answer.json()["code"] if "problem+json" in answer.headers.get("content-type", "") else ""
    foreign = owner is world.theirs
    if asker.role == "":
        right = answer.status_code == 401 and told in ("auth.missing", "auth.unknown", "auth.session")
    elif not allows(route.access, asker):
        right = answer.status_code == 403 and told == "auth.power"
    elif answer.status_code == 200 and route.method in SAFE and not _names_object(route, sent, owner):
        right = True  # a list: what it holds is looked at below
    else:
        right = (answer.status_code == 403 and told in TENANCY_CODES) or (
            answer.status_code == 404 and told.startswith("not_found.")
        )
    if not right:
        raise HoleError(where)
    if foreign:
        for mark in owner.marks():
            if mark in answer.text and not sent.holds(mark):
                raise HoleError(f"{mark!r} is told: {where}")
    _judge_headers(answer, where)


SILENT: Final[Mapping[tuple[str, str], str]] = {
    ("POST", "/api/v1/blobs"): "the signed statement that names it tells who wanted it",
    ("POST", "/api/v1/desk/rolls"): "nothing is kept before it is signed",
    ("POST", "/api/v1/desk/voids"): "nothing is kept before it is signed",
    ("PUT", "/api/v1/desk/farm"): "habits: how people speak of their own things",
    ("PUT", "/api/v1/desk/products/{gtin}"): "habits",
    ("PUT", "/api/v1/desk/places"): "habits",
    ("PUT", "/api/v1/desk/partners"): "an address book",
    ("DELETE", "/api/v1/desk/partners"): "an address book",
}
"""What people may do without a line in the trail, and why."""


def _silent(route: Route, asker: Asker, sent: Sent) -> bool:
    if route.path == "/api/v1/people/me/key" and asker.role in EVERYWHERE:
        return True  # who belongs to no organisation has no key
    return route.name in SILENT or sent.more.get("params", {}).get("preview") == "true"


def _judge_trail(world: World, route: Route, asker: Asker, before: int) -> None:
    """What a person did, the trail has: it is his, and names no person but by an id."""
    lines = world.trail(before)
    who = world.phones[asker.name].session["person"]
    if not any(line["person"] == who["id"] and line["role"] == asker.role for line in lines):
        raise HoleError(f"{route.name}: the trail does not tell that {asker.name} did it: {lines}")
    said = [str(value) for line in lines for name, value in line.items() if name not in ("id", "at")]
    if any(
        told in value.replace(" ", "") for value in said for told in (who["name"].replace(" ", ""), "091234")
    ):
        raise HoleError(f"{route.name}: the trail holds a name or a number: {lines}")


def _names_object(route: Route, sent: Sent, owner: Owner) -> bool:
    """Whether a request means one thing, or one organisation's, and not whatever of it the asker may see."""
    org = sent.more.get("params", {}).get("org") == owner.org and route.name not in SEARCHES
    return "{" in route.path or org


SEARCHES: Final = frozenset({("GET", "/api/v1/lots")})
"""Routes on which `org` is what is looked for, among what the asker may see."""


NARROWER: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {}
"""Routes on which more is asked of somebody than the power: the codes with which he may be refused."""


def _judge_allowed(
    world: World, route: Route, asker: Asker, sent: Sent, answer: Response, owner: Owner
) -> None:
    where = (
        f"{route.name} {sent.url}: {asker.name} on {owner.name}'s: {answer.status_code} {answer.text[:300]}"
    )
    if answer.status_code >= 500:
        raise HoleError(where)
    if answer.status_code in (401, 403) and answer.json()["code"] not in NARROWER.get(route.name, ()):
        raise HoleError(where)
    _judge_headers(answer, where)
    if asker.role in EVERYWHERE or owner is world.theirs:
        return
    for mark in world.theirs.marks():
        if mark in answer.text and not sent.holds(mark):
            raise HoleError(f"{mark!r} is told: {where}")


def _judge_headers(answer: Response, where: str) -> None:
    if answer.headers.get("cache-control") != "private, no-store":
        raise HoleError(f"a cache may keep it: {where}")


def _judge_public(world: World, route: Route, asker: Asker, seen: Judged) -> None:
    urls = PUBLIC_URLS.get(route.path)
    url = (
        urls(world.ours) if urls is not None else next(requests(route, world.ours, asker, foreign=False)).url
    )
    more = {"json": {}} if route.method == "POST" else {}
    if route.path in PUBLIC_SENT:
        more = PUBLIC_SENT[route.path](world.ours)
    headers = {
        **asker.headers,
        "Origin": str(world.client.base_url).rstrip("/"),
        "Sec-Fetch-Site": "same-origin",
    }
    world.client.cookies.clear()
    answer = world.client.request(route.method, url, headers=headers, **more)
    seen.asked += 1
    where = f"{route.name} {url}: {asker.name}: {answer.status_code} {answer.text[:300]}"
    if answer.status_code in (401, 403, 405) or answer.status_code >= 500:
        raise HoleError(where)
    if answer.status_code < 300:
        seen.done.add(asker.name)


PUBLIC_URLS: Final[Mapping[str, Callable[[Owner], str]]] = {
    "/01/{rest}": lambda owner: f"/01/{owner.gtin}/10/{owner.lot}",
    "/passport/{rest}": lambda owner: f"/passport/{owner.gtin}/{owner.lot}.json",
    "/dossier/{rest}": lambda owner: f"/dossier/{owner.gtin}/{owner.lot}.html",
    "/tile/{path}": lambda _: "/tile/entries/000.p/1",
    "/static/{path}": lambda _: "/static/mark.svg",
    "/assets/{path}": lambda _: "/assets/none.js",
    "/verify": lambda owner: f"/verify?code={quote(code(owner.lot))}",
    "/api/v1/verify": lambda owner: f"/api/v1/verify?code={quote(code(owner.lot))}",
    "/api/v1/scans": lambda owner: f"/api/v1/scans?code={quote(code(owner.lot))}",
    "/api/v1/proof": lambda owner: f"/api/v1/proof?subject={quote(f'{owner.product}/10/{owner.lot}')}",
}
PUBLIC_SENT: Final[Mapping[str, Callable[[Owner], Json]]] = {
    "/api/v1/reports": lambda owner: {"json": {"code": code(owner.lot), "kind": "other"}},
    "/report": lambda _: {"data": {"code": "x", "kind": "other"}},
    "/opening": lambda owner: {"data": {"code": code(owner.lot), "pin": "AAAA"}},
}
