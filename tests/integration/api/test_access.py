"""Who may say what, how often, and who can read afterwards that he did; on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from apikit import document
from peoplekit import Cooperative, Province
from sqlalchemy import text

from api.access import Limits
from coop.accounts.actions import issue_api_key, revoke_api_key
from coop.accounts.powers import OF_ROLE, POWERS, UNSCOPED
from coop.accounts.queries import api_keys, authenticate
from coop.limits import Limiter
from ledger.errors import EncodingError
from ledger.statement import jws
from ledger.statement.jws import Header, Typ
from tests.passkeykit import Json, Phone


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.fixture
def coop(place: Province) -> Cooperative:
    return place.cooperative()


def hosted(place: Province, coop: Cooperative) -> None:
    """A key that the operator keeps for the cooperative: what machines record is signed with it."""
    place.deployment.host_key(coop.org, stems=[coop.product, coop.field])


def send(place: Province, headers: Json, sent: Json) -> Any:
    return place.phone().client.post("/epcis/v2/capture", json=sent, headers=headers)


# --- keys of machines


def test_a_key_without_scopes_may_what_machines_could_before_there_were_scopes(
    place: Province, coop: Cooperative
) -> None:
    engine, now = place.deployment.accounts, place.clock()
    caller = authenticate(engine, issue_api_key(engine, coop.org, now).secret)
    assert caller is not None
    assert (caller.role, caller.person, caller.powers) == ("machine", None, UNSCOPED)
    operator = authenticate(engine, issue_api_key(engine, None, now).secret)
    assert operator is not None
    assert (operator.role, operator.org, operator.powers) == ("operator", None, frozenset(POWERS))


def test_a_key_may_what_its_scopes_say_and_no_key_of_one_organisation_is_above_all(
    place: Province, coop: Cooperative
) -> None:
    engine, now = place.deployment.accounts, place.clock()
    new = issue_api_key(engine, coop.org, now, ["read", "reports"])
    caller = authenticate(engine, new.secret)
    assert caller is not None
    assert caller.powers == {"read", "reports"}
    (listed,) = [key for key in api_keys(engine, coop.org) if key.id == new.id]
    assert (listed.scopes, listed.revoked) == (("read", "reports"), None)
    for org, scopes in ((coop.org, ["registrar"]), (coop.org, ["audit"]), (None, ["everything"])):
        with pytest.raises(EncodingError) as error:
            issue_api_key(engine, org, now, scopes)
        assert error.value.code == "auth.scope"
    with engine.begin() as connection:  # whatever the table says
        connection.execute(
            text("UPDATE api_key SET scopes = 'read registrar x' WHERE id = :id"), {"id": new.id}
        )
    caller = authenticate(engine, new.secret)
    assert caller is not None
    assert caller.powers == {"read"}
    assert revoke_api_key(engine, new.id, now) == coop.org
    assert authenticate(engine, new.secret) is None


def test_the_roles_of_people_may_what_the_design_gives_them() -> None:
    assert OF_ROLE["member"] == {"record", "read"}
    assert OF_ROLE["officer"] == {"record", "read", "describe", "labels", "recall", "people", "reports"}
    assert OF_ROLE["laboratory"] == {"record", "read", "describe"}
    assert OF_ROLE["retailer"] == {"record", "read", "describe", "reports"}
    assert OF_ROLE["alliance"] == {"registrar", "read", "reports", "audit", "recall"}
    assert OF_ROLE["auditor"] == {"read", "audit"}


# --- what is said, not only where


def recalls(coop: Cooperative, lot: str) -> Json:
    return {
        **coop.harvest(lot),
        "action": "OBSERVE",
        "bizStep": "holding",
        "disposition": "recalled",
        "persistentDisposition": {"set": ["recalled"]},
        "eventID": f"urn:uuid:0198c000-0000-7000-9000-{abs(hash(lot)) % 10**12:012d}",
        "ilmd": None,
    }


def test_who_may_only_record_recalls_nothing_labels_nothing_and_describes_nothing(
    place: Province, coop: Cooperative
) -> None:
    hosted(place, coop)
    recorder = place.machine(coop.org, ["record"])
    lot, size = place.lot(), place.deployment.log.size()
    recall = {name: value for name, value in recalls(coop, lot).items() if value is not None}
    release = {**recall, "persistentDisposition": {"unset": ["recalled"]}}
    roll = {**recall, "persistentDisposition": None, "nguon:roll": {"id": "x", "count": 1, "root": "00" * 32}}
    master = {
        "epcisHeader": {
            "epcisMasterData": {
                "vocabularyList": [
                    {
                        "type": "urn:epcglobal:epcis:vtype:EPCClass",
                        "vocabularyElementList": [
                            {
                                "id": coop.product,
                                "attributes": [{"id": "cbvmda:descriptionShort", "attribute": "x"}],
                            }
                        ],
                    }
                ]
            }
        }
    }
    for sent, power in (
        (document(recall), "recall"),
        (document(release), "recall"),
        (document({name: value for name, value in roll.items() if value is not None}), "labels"),
        (document(coop.harvest(place.lot()), **master), "describe"),
    ):
        answer = send(place, recorder, sent)
        assert refused(answer) == (403, "auth.power"), answer.text
        assert answer.json()["params"]["power"] == power
    assert place.deployment.log.size() == size
    assert send(place, recorder, document(coop.harvest(lot))).status_code == 202
    assert send(place, place.machine(coop.org), document(recall)).status_code == 202


def test_a_member_signs_neither_recalls_nor_descriptions_nor_keys_through_his_session(
    place: Province, coop: Cooperative
) -> None:
    member, officer = place.member(coop), coop.officer
    recall = {name: value for name, value in recalls(coop, place.lot()).items() if value is not None}
    told = orjson.dumps({"id": coop.product, "type": "x", "attributes": {}, "validFrom": "2026-01-01"})
    described = jws.sign(Header(officer.kid, Typ.MASTER, (coop.product,)), told, officer.private).raw
    place.member(coop, admitted=False)
    (waiting,) = officer.get("/people/waiting").json()
    admission = officer.key_statement(waiting["payload"], waiting["possession"])
    for statement, power in (
        (member.event(recall), "recall"),
        (described, "describe"),
        (admission, "people"),
    ):
        answer = member.post(
            "/statements", {"statements": [statement], "possessions": [waiting["possession"]]}
        )
        assert refused(answer) == (403, "auth.power"), answer.text
        assert answer.json()["params"]["power"] == power
    assert officer.admit_waiting().status_code == 202


# --- sessions


def test_a_session_that_was_ended_opens_nothing_and_a_made_up_one_is_never_taken_over(
    place: Province,
) -> None:
    phone, cookie = place.alliance(), "__Host-nguon"
    stranger = place.phone()
    stranger.client.cookies.set(cookie, "B" * 43)
    assert refused(stranger.get("/people")) == (401, "auth.session")
    stranger.authenticator = phone.authenticator.clone()
    assert stranger.sign_in().status_code == 201
    given = [item.value for item in stranger.client.cookies.jar if item.name == cookie]
    assert len(given) >= 1
    assert "B" * 43 not in {authenticated for authenticated in given if _opens(place, authenticated)}
    with place.clock.later(days=31):
        assert refused(phone.get("/people")) == (401, "auth.session")


def _opens(place: Province, token: str) -> bool:
    fresh = place.phone()
    fresh.client.cookies.set("__Host-nguon", token)
    return bool(fresh.get("/session").status_code == 200)


def test_a_bearer_is_asked_before_a_cookie_and_needs_no_origin(place: Province, coop: Cooperative) -> None:
    headers = place.machine(coop.org, ["describe"])
    token = next(item.value for item in coop.officer.client.cookies.jar)
    client = place.phone().client
    both = {**headers, "Cookie": f"__Host-nguon={token}"}
    assert refused(client.get("/api/v1/people", headers=both)) == (403, "auth.power")
    png = b"\x89PNG\r\n\x1a\n" + bytes(32)
    answer = client.post("/api/v1/blobs", content=png, headers={**both, "Origin": "https://evil.example"})
    assert answer.json().get("code") != "auth.origin"


@pytest.mark.parametrize("path", ["/api/v1/units", "/epcis/v2/capture", "/api/v1/blobs"])
def test_nothing_is_read_before_it_is_known_who_sends_it(place: Province, path: str) -> None:
    too_much = bytes(33 * 1024 * 1024)
    assert refused(place.phone().client.post(path, content=too_much)) == (401, "auth.missing")
    answer = place.phone().client.post(path, content=too_much, headers=place.machine(None))
    assert refused(answer) == (413, "limit.size")


# --- how often


@pytest.fixture
def limits(place: Province) -> Iterator[Limits]:
    before = place.app.state.limits
    place.app.state.limits = Limits(person=Limiter(times=2, seconds=60), org=Limiter(times=5, seconds=60))
    yield place.app.state.limits
    place.app.state.limits = before


def _write(phone: Phone) -> Any:
    return phone.post("/statements", {"statements": []})  # counted, and refused for being empty


def test_a_person_who_writes_too_often_waits_and_others_do_not(
    place: Province, coop: Cooperative, limits: Limits
) -> None:
    place.app.state.limits = Limits()
    member, other = place.member(coop), place.member(coop)
    place.app.state.limits = limits
    assert [refused(_write(member)) for _ in range(2)] == [(422, "statement.syntax")] * 2
    late = _write(member)
    assert refused(late) == (429, "limit.often")
    assert 0 < int(late.headers["retry-after"]) <= 60
    assert member.get("/session").status_code == 200
    assert refused(_write(other)) == (422, "statement.syntax")
    with place.clock.later(seconds=61):
        assert refused(_write(member)) == (422, "statement.syntax")


def test_an_organisation_that_writes_too_often_waits_and_others_do_not(
    place: Province, coop: Cooperative, limits: Limits
) -> None:
    place.app.state.limits = Limits()
    elsewhere = place.machine(place.cooperative().org)
    place.app.state.limits = limits
    headers, client = place.machine(coop.org), place.phone().client
    codes = [client.post("/api/v1/statements", json=[], headers=headers).status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]
    assert refused(_write(coop.officer)) == (429, "limit.often")
    assert client.post("/api/v1/statements", json=[], headers=elsewhere).status_code == 422
    assert client.get("/api/v1/lots", headers=headers).status_code == 200


# --- who did what


def deeds(phone: Phone, query: str = "") -> list[Json]:
    answer = phone.get(f"/audit{query}")
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["deeds"]
    return found


def test_the_trail_tells_who_did_what_in_order_and_to_whom_it_may(place: Province) -> None:
    alliance = place.alliance()
    coop, other = place.cooperative(alliance), place.cooperative(alliance)
    member = place.member(coop)
    lot = place.lot()
    assert member.post("/statements", [member.event(coop.harvest(lot))]).status_code == 202
    officer, who = coop.officer, member.session["person"]["id"]
    assert officer.post(f"/people/{who}/lost").status_code == 200

    told = deeds(officer)
    assert {line["org"] for line in told} == {coop.org}
    numbers = [line["number"] for line in told]
    assert numbers == sorted(numbers, reverse=True)
    mine = [(line["what"], line["by"]["role"], line["by"]["name"]) for line in reversed(told)]
    assert [each for each in mine if each[0] in ("person.invited", "statements.sent", "person.lost")] == [
        ("person.invited", "alliance", "Bà Hà"),
        ("person.invited", "officer", "Ông Lâm"),
        ("statements.sent", "officer", "Ông Lâm"),  # he signed the member's key
        ("statements.sent", "member", "Bác Thìn"),
        ("person.lost", "officer", "Ông Lâm"),
    ]
    sent = next(line for line in told if line["what"] == "statements.sent")
    assert sent["by"] == {"role": "member", "person": who, "name": "Bác Thìn", "key": None}
    assert datetime.now(UTC) - datetime.fromisoformat(sent["time"]) < timedelta(minutes=5)

    assert {coop.org, other.org} <= {line["org"] for line in deeds(alliance, "?limit=500")}
    assert {line["org"] for line in deeds(alliance, f"?org={other.org}")} == {other.org}
    assert coop.org not in {line["org"] for line in deeds(other.officer)}
    assert refused(officer.get(f"/audit?org={other.org}")) == (403, "authority.org")
    assert refused(member.get("/audit"))[0] in (401, 403)


def test_the_trail_is_read_page_by_page_and_an_auditor_reads_all_of_it(place: Province) -> None:
    alliance = place.alliance()
    place.cooperative(alliance)
    auditor = place.phone()
    auditor.join(alliance.post("/invitations", {"role": "auditor", "name": "Ông Kiểm"}).json(), hosted=True)
    whole = deeds(auditor, "?limit=500")
    pages: list[Json] = []
    following = "/api/v1/audit?limit=3"
    while following and len(pages) < len(whole):
        page = auditor.get(following.removeprefix("/api/v1")).json()
        pages += page["deeds"]
        following = page["next"]
    assert [line["number"] for line in pages] == [line["number"] for line in whole]
    assert "person.invited" in {line["what"] for line in whole}


def test_who_was_forgotten_has_no_name_in_the_trail_any_more(place: Province, coop: Cooperative) -> None:
    member = place.member(coop)
    who = member.session["person"]["id"]
    stored = place.deployment.engine.connect()
    with stored:
        rows = stored.execute(text("SELECT * FROM deed")).all()
    assert who in str(rows)
    assert not any(told in str(rows) for told in ("Thìn", "Lâm", "0912 345"))
    assert "Bác Thìn" in {line["by"]["name"] for line in deeds(coop.officer)}
    assert coop.officer.post(f"/people/{who}/end").status_code == 200
    assert coop.officer.ask("DELETE", f"/people/{who}").status_code == 204
    after = [line["by"] for line in deeds(coop.officer) if line["by"]["person"] == who]
    assert after
    assert {by["name"] for by in after} == {None}


def test_a_machine_stands_in_the_trail_by_its_key(place: Province, coop: Cooperative) -> None:
    hosted(place, coop)
    headers = place.machine(coop.org)
    key = api_keys(place.deployment.engine, coop.org)[-1].id
    answer = place.phone().client.post("/api/v1/units", json={"count": 1}, headers=headers)
    assert answer.status_code == 201, answer.text
    line = deeds(coop.officer, "?limit=1")[0]
    assert (line["what"], line["by"]) == (
        "unit.numbered",
        {"role": "machine", "person": None, "name": None, "key": key},
    )


def test_answers_to_somebody_are_kept_by_no_cache_and_public_ones_are(
    place: Province, coop: Cooperative
) -> None:
    for path in ("/session", "/audit", "/people", "/nothing-like-this"):
        assert "no-store" in coop.officer.get(path).headers["cache-control"]
    assert coop.officer.get("/session").headers["cache-control"] == "private, no-store"
    public = place.phone().client.get("/trust.json")
    assert public.headers["cache-control"] == "no-cache"


def test_the_openapi_tells_who_may(place: Province) -> None:
    schema = place.phone().client.get("/openapi.json").json()
    assert set(schema["components"]["securitySchemes"]) == {"apiKey", "session"}
    tem = schema["paths"]["/api/v1/lots/{gtin}/{lot}/tem"]["post"]
    assert tem["security"] == [{"apiKey": []}, {"session": []}]
    assert tem["x-access"]["anyOf"] == ["labels"]
    assert "security" not in schema["paths"]["/api/v1/verify"]["get"]
    assert schema["paths"]["/api/v1/verify"]["get"]["x-access"].keys() == {"public"}
    assert all("x-access" in each for path in schema["paths"].values() for each in path.values())
