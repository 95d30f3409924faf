"""The way in, on both databases: invitations, passkeys, sessions, and the keys that phones bring along."""

import re
from typing import Any

import pytest
from peoplekit import OPERATOR, URL, Province
from sqlalchemy import text

from coop.limits import Limiter
from coop.people.desk import Wanted
from ledger.encoding import b64url_decode, b64url_encode
from tests.passkeykit import Json, Phone


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# --- the whole way


def test_an_officer_whom_the_alliance_invited_is_admitted_by_the_registrar_at_once(place: Province) -> None:
    alliance = place.alliance()
    asked = place.invited("officer", phone="0912 345 678")
    link = alliance.post("/invitations", asked).json()
    assert link["url"] == f"{URL}/join#{link['secret']}"
    officer = place.phone()
    opened = officer.open(link["secret"])
    assert (opened["role"], opened["name"], opened["orgName"]) == ("officer", "Ông Lâm", asked["orgName"])
    assert opened["invitedBy"] == "Bà Hà"
    session = officer.join(link)
    record = place.deployment.log.key_record(officer.kid)
    assert record is not None
    assert (record.org, record.role, record.custody, record.revoked) == (asked["org"], "officer", "own", None)
    assert session["key"] == {"kid": officer.kid, "state": "admitted"}
    assert session["org"] == {"uri": asked["org"], "name": asked["orgName"]}
    assert "people" in session["powers"]
    prefix = asked["prefix"]
    assert set(session["stems"]) == {
        f"https://id.gs1.org/{stem}{prefix}"
        for stem in ("00/0", "01/0", "8003/0", "253/", "414/", "417/", "8004/")
    }


@pytest.mark.parametrize("role", ["laboratory", "retailer"])
def test_laboratories_and_retailers_are_admitted_in_their_own_role(place: Province, role: str) -> None:
    phone = place.phone()
    session = phone.join(place.alliance().post("/invitations", place.invited(role)).json())
    record = place.deployment.log.key_record(phone.kid)
    assert record is not None
    assert (record.role, session["key"]["state"]) == (role, "admitted")


def test_a_member_waits_until_his_officers_phone_has_signed_and_then_records(place: Province) -> None:
    coop = place.cooperative()
    member = place.member(coop, admitted=False)
    assert member.session["key"] == {"kid": member.kid, "state": "waiting"}
    assert place.deployment.log.key_record(member.kid) is None
    harvest = member.event(coop.harvest(lot := place.lot()))
    assert refused(member.post("/statements", [harvest])) == (403, "authority.key")

    (waiting,) = coop.officer.get("/people/waiting").json()
    assert (waiting["person"], waiting["name"]) == (member.session["person"]["id"], "Bác Thìn")
    assert coop.officer.admit_waiting().status_code == 202
    assert coop.officer.get("/people/waiting").json() == []
    record = place.deployment.log.key_record(member.kid)
    officer = place.deployment.log.key_record(coop.officer.kid)
    assert record is not None
    assert officer is not None
    assert (record.org, record.role, record.stems) == (coop.org, "member", officer.stems)
    assert member.get("/session").json()["session"]["key"]["state"] == "admitted"

    answer = member.post("/statements", [harvest])
    assert answer.status_code == 202, answer.text
    assert member.post("/statements", [harvest]).json()["receipts"][0]["duplicate"] is True
    statement = place.deployment.log.statement(answer.json()["receipts"][0]["index"])
    assert statement == harvest
    assert lot in str(b64url_decode(harvest.split(".")[1]))


def test_who_has_no_key_on_his_phone_signs_with_one_that_is_kept_for_him(place: Province) -> None:
    coop = place.cooperative()
    member = place.member(coop, hosted=True)
    key = member.session["key"]
    assert key["state"] == "hosted"
    record = place.deployment.log.key_record(key["kid"])
    assert record is not None
    assert (record.custody, record.role, record.org) == ("hosted", "member", coop.org)
    event = coop.harvest(place.lot())
    about = [event["quantityList"][0]["epcClass"]]
    said = {"typ": "epcis+jws", "about": about, "from": [], "payload": event}
    answer = member.post("/hosted-statements", {"statements": [said]})
    assert answer.status_code == 202, answer.text
    index = answer.json()["receipts"][0]["index"]
    statement = place.deployment.log.statement(index)
    assert statement is not None
    header = b64url_decode(statement.split(".")[0])
    assert key["kid"].encode() in header
    assert f'"{about[0]}"'.encode() in header
    assert answer.json()["eventIDs"] == [event["eventID"]]
    other = place.member(coop)
    assert refused(other.post("/hosted-statements", {"statements": [said]})) == (403, "authority.key")


def test_a_hosted_key_of_a_person_signs_nothing_that_a_machine_sends(place: Province) -> None:
    coop = place.cooperative()
    place.member(coop, hosted=True)
    document = {
        "@context": coop.harvest("X")["@context"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-24T00:00:00Z",
        "epcisBody": {"eventList": [coop.harvest(place.lot())]},
    }
    answer = place.phone().client.post("/epcis/v2/capture", json=document, headers=place.machine(coop.org))
    assert refused(answer) == (403, "authority.key")


def test_auditors_and_the_alliance_join_without_a_key(place: Province) -> None:
    alliance = place.alliance()
    assert alliance.session["key"] == {"kid": None, "state": "none"}
    assert alliance.session["org"] is None
    auditor = place.phone()
    session = auditor.join(alliance.post("/invitations", {"role": "auditor", "name": "Cô Mai"}).json())
    assert (session["key"]["state"], session["powers"]) == ("none", ["audit", "read"])


# --- invitations


def test_an_invitation_opens_once(place: Province) -> None:
    coop = place.cooperative()
    link = coop.officer.post("/invitations", {"role": "member", "name": "Bác Tư"}).json()
    opened = place.phone().open(link["secret"])
    late = place.phone()
    kept = late.authenticator.create(opened["publicKey"], URL)
    place.phone().join(link)
    assert refused(late.post("/join/options", {"secret": link["secret"]})) == (409, "invitation.used")
    body = {"secret": link["secret"], "credential": kept, "request": late.request(opened)}
    assert refused(late.post("/join", body)) == (409, "invitation.used")
    assert late.get("/session").status_code == 401
    (listed,) = [each for each in coop.officer.get("/invitations").json() if each["id"] == link["id"]]
    assert (listed["state"], listed["name"]) == ("joined", "Bác Tư")


def test_an_invitation_runs_out_after_seven_days(place: Province) -> None:
    coop = place.cooperative()
    link = coop.officer.post("/invitations", {"role": "member", "name": "Bác Tư"}).json()
    with place.clock.later(days=6, hours=23):
        place.phone().open(link["secret"])
    with place.clock.later(days=7, seconds=5):
        answer = place.phone().post("/join/options", {"secret": link["secret"]})
        assert refused(answer) == (409, "invitation.expired")


def test_a_withdrawn_invitation_opens_nothing_and_shows_no_code(place: Province) -> None:
    coop = place.cooperative()
    link = coop.officer.post("/invitations", {"role": "member", "name": "Bác Tư"}).json()
    shown = coop.officer.get(f"/invitations/{link['id']}/qr.svg")
    assert shown.headers["content-type"] == "image/svg+xml"
    assert re.search(r'<path [^>]*d="M', shown.text)
    assert coop.officer.ask("DELETE", f"/invitations/{link['id']}").status_code == 204
    assert refused(place.phone().post("/join/options", {"secret": link["secret"]})) == (
        409,
        "invitation.ended",
    )
    answer = coop.officer.get(f"/invitations/{link['id']}/qr.svg")
    assert refused(answer) == (409, "invitation.ended")
    assert refused(coop.officer.ask("DELETE", f"/invitations/{link['id']}")) == (409, "invitation.ended")


def test_a_secret_is_nowhere_in_the_database(place: Province) -> None:
    coop = place.cooperative()
    link = coop.officer.post("/invitations", {"role": "member", "name": "Bác Tư"}).json()
    token = next(cookie.value for cookie in coop.officer.client.cookies.jar)
    with place.deployment.engine.connect() as connection:
        rows = [connection.execute(text(f"SELECT * FROM {name}")).all() for name in ("invitation", "session")]
    assert link["secret"].encode() not in repr(rows).encode()
    assert str(token) not in repr(rows)


@pytest.mark.parametrize("role", ["officer", "laboratory", "retailer", "alliance", "auditor"])
def test_an_officer_invites_nobody_but_members(place: Province, role: str) -> None:
    coop = place.cooperative()
    answer = coop.officer.post("/invitations", place.invited(role))
    assert refused(answer) == (403, "invitation.role")


def test_members_laboratories_and_auditors_invite_nobody(place: Province) -> None:
    coop, alliance = place.cooperative(), place.alliance()
    auditor, laboratory = place.phone(), place.phone()
    auditor.join(alliance.post("/invitations", {"role": "auditor", "name": "Cô Mai"}).json())
    laboratory.join(alliance.post("/invitations", place.invited("laboratory")).json())
    for phone in (place.member(coop), auditor, laboratory):
        assert refused(phone.post("/invitations", {"role": "member", "name": "X"})) == (403, "auth.power")


def test_the_alliance_invites_no_members_and_sees_none(place: Province) -> None:
    alliance = place.alliance()
    coop = place.cooperative(alliance)
    member = place.member(coop)
    asked = {"role": "member", "name": "X", "org": coop.org}
    assert refused(alliance.post("/invitations", asked)) == (403, "invitation.role")
    listed = alliance.get("/people").json()
    assert coop.officer.session["person"]["id"] in {each["id"] for each in listed}
    assert member.session["person"]["id"] not in {each["id"] for each in listed}
    assert "member" not in {each["role"] for each in alliance.get("/invitations").json()}


def test_nobody_is_given_what_another_organisation_speaks_for(place: Province) -> None:
    alliance = place.alliance()
    coop = place.cooperative(alliance)
    for prefix in (coop.prefix, coop.prefix + "1", coop.prefix[:-1]):
        answer = alliance.post("/invitations", {**place.invited("officer"), "prefix": prefix})
        assert refused(answer) == (409, "invitation.stems_taken"), prefix
    pending = place.invited("officer")
    assert alliance.post("/invitations", pending).status_code == 201
    again = {**place.invited("officer"), "prefix": pending["prefix"]}
    assert refused(alliance.post("/invitations", again)) == (409, "invitation.stems_taken")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"prefix": "952"}, "sscc.prefix"),
        ({"prefix": "abc"}, "sscc.prefix"),
        ({"prefix": "2001234"}, "gs1.prefix"),
        ({"prefix": None}, "invitation.no_stems"),
        ({"org": "https://id.gs1.org/417/9521001000018"}, "gs1.check_digit"),
        ({"org": "https://id.gs1.org/01/09521001000055"}, "invitation.asked"),
        ({"orgName": None}, "invitation.asked"),
        ({"name": " "}, "invitation.asked"),
        ({"name": "x" * 121}, "invitation.asked"),
        ({"name": "a\u0000b"}, "invitation.asked"),
        ({"orgName": "a\u0000b"}, "invitation.asked"),
        ({"orgName": "x" * 201}, "invitation.asked"),
        ({"phone": "call me"}, "invitation.asked"),
        ({"role": "registrar"}, "invitation.role"),
        ({"stems": ["https://evil.example/"], "prefix": None}, "invitation.asked"),
        ({"stems": ["https://id.gs1.org/"], "prefix": None}, "invitation.asked"),
        ({"stems": ["https://id.gs1.org/01/0\u0000"], "prefix": None}, "invitation.asked"),
    ],
)
def test_what_is_no_invitation_is_refused_with_its_reason(place: Province, wrong: Json, code: str) -> None:
    answer = place.alliance().post("/invitations", {**place.invited("officer"), **wrong})
    assert answer.json()["code"] == code
    assert 400 <= answer.status_code < 410


def test_officers_see_and_withdraw_their_own_invitations_only(place: Province) -> None:
    mine, other = place.cooperative(), place.cooperative()
    link = mine.officer.post("/invitations", {"role": "member", "name": "Bác Tư"}).json()
    assert link["id"] not in {each["id"] for each in other.officer.get("/invitations").json()}
    path = f"/invitations/{link['id']}"
    assert refused(other.officer.ask("DELETE", path)) == (404, "not_found.invitation")
    assert refused(other.officer.get(f"{path}/qr.svg")) == (404, "not_found.invitation")


# --- passkeys


def opened_by(place: Province) -> tuple[Phone, Json, Json]:
    coop = place.cooperative()
    link = coop.officer.post("/invitations", {"role": "member", "name": "Bác Tư"}).json()
    phone = place.phone()
    return phone, link, phone.open(link["secret"])


@pytest.mark.parametrize(
    "origin", ["https://so.htx.example.evil.example", "http://so.htx.example", "https://evil"]
)
def test_a_passkey_that_was_made_on_another_page_is_refused(place: Province, origin: str) -> None:
    phone, link, opened = opened_by(place)
    credential = phone.authenticator.create(opened["publicKey"], origin)
    body = {"secret": link["secret"], "credential": credential, "request": phone.request(opened)}
    assert refused(phone.post("/join", body)) == (403, "passkey.refused")
    assert place.deployment.log.key_record(phone.kid) is None
    phone.join(link)


def test_a_passkey_that_did_not_verify_its_user_is_refused(place: Province) -> None:
    phone, link, opened = opened_by(place)
    credential = phone.authenticator.create(opened["publicKey"], URL, verified=False)
    body = {"secret": link["secret"], "credential": credential, "request": phone.request(opened)}
    assert refused(phone.post("/join", body)) == (403, "passkey.refused")


def test_a_challenge_is_good_for_one_answer_within_five_minutes(place: Province) -> None:
    phone, link, opened = opened_by(place)
    credential = phone.authenticator.create(opened["publicKey"], URL)
    body = {"secret": link["secret"], "credential": credential, "request": phone.request(opened)}
    with place.clock.later(minutes=5, seconds=1):
        assert refused(phone.post("/join", body)) == (403, "passkey.challenge")
    assert refused(phone.post("/join", body)) == (403, "passkey.challenge")
    phone = place.member(place.cooperative())
    options = phone.post("/session/options").json()["publicKey"]
    credential = phone.authenticator.get(options, URL)
    assert phone.post("/session", {"credential": credential}).status_code == 201
    assert refused(phone.post("/session", {"credential": credential})) == (403, "passkey.challenge")


def test_a_challenge_of_one_invitation_does_not_answer_for_another_nor_for_signing_in(
    place: Province,
) -> None:
    phone, _, opened = opened_by(place)
    other, link, _ = opened_by(place)
    credential = phone.authenticator.create(opened["publicKey"], URL)
    body = {"secret": link["secret"], "credential": credential, "request": other.request(opened)}
    assert refused(other.post("/join", body)) == (403, "passkey.challenge")
    member = place.member(place.cooperative())
    challenge = opened_by(place)[2]["publicKey"]["challenge"]
    options = {"rpId": "so.htx.example", "challenge": challenge}
    credential = member.authenticator.get(options, URL)
    assert refused(member.post("/session", {"credential": credential})) == (403, "passkey.challenge")


def test_somebody_signs_in_with_his_passkey_and_out_again(place: Province) -> None:
    member = place.member(place.cooperative())
    member.client.cookies.clear()
    assert member.get("/session").status_code == 401
    answer = member.sign_in()
    assert answer.status_code == 201
    assert answer.json()["session"]["person"] == member.session["person"]
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-nguon=")
    for part in ("Secure", "HttpOnly", "SameSite=strict", "Path=/", "Max-Age=2592000"):
        assert part in cookie
    assert "Domain" not in cookie
    assert member.ask("DELETE", "/session").status_code == 204
    assert member.get("/session").status_code == 401


@pytest.mark.parametrize("origin", ["https://evil.example", "http://so.htx.example"])
def test_signing_in_on_another_page_is_refused(place: Province, origin: str) -> None:
    member = place.member(place.cooperative())
    options = member.post("/session/options").json()["publicKey"]
    credential = member.authenticator.get(options, origin)
    assert refused(member.post("/session", {"credential": credential})) == (403, "passkey.refused")


def test_a_passkey_whose_count_does_not_rise_is_refused_as_a_copy(place: Province) -> None:
    member = place.member(place.cooperative())
    assert member.sign_in().status_code == 201
    thief = place.phone()
    thief.authenticator = member.authenticator.clone()
    assert member.sign_in().status_code == 201
    assert refused(thief.sign_in()) == (403, "passkey.refused")
    assert thief.get("/session").status_code == 401
    assert member.sign_in().status_code == 201


def test_a_passkey_that_nobody_registered_opens_nothing(place: Province) -> None:
    stranger = place.phone()
    made = opened_by(place)[2]["publicKey"]
    stranger.authenticator.create(made, URL)
    assert refused(stranger.sign_in()) == (403, "passkey.unknown")


def test_a_passkey_signs_in_its_own_person_only(place: Province) -> None:
    coop = place.cooperative()
    mine, other = place.member(coop), place.member(coop)
    mine.authenticator.held[-1].handle = other.authenticator.held[-1].handle
    assert refused(mine.sign_in()) == (403, "passkey.unknown")


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"response": None},
        {"response": {"clientDataJSON": 5}},
        {"response": {"clientDataJSON": "!!!"}},
        {"response": {"clientDataJSON": b64url_encode(b"[]")}},
        {"response": {"clientDataJSON": b64url_encode(b'{"type":"x","origin":"y","challenge":7}')}},
        {
            "id": "AA",
            "rawId": "AA",
            "type": "public-key",
            "response": {"clientDataJSON": b64url_encode(b"\xff")},
        },
    ],
)
def test_rubbish_for_a_passkey_is_refused_and_breaks_nothing(place: Province, credential: Json) -> None:
    phone, link, _ = opened_by(place)
    body = {"secret": link["secret"], "credential": credential, "request": None}
    assert refused(phone.post("/join", body)) == (403, "passkey.refused")
    assert refused(phone.post("/session", {"credential": credential})) == (403, "passkey.refused")


@pytest.mark.parametrize("at", range(0, 190, 19))
def test_a_registration_with_a_byte_changed_is_refused_or_does_no_harm(place: Province, at: int) -> None:
    phone, link, opened = opened_by(place)
    credential = phone.authenticator.create(opened["publicKey"], URL)
    sent = bytearray(b64url_decode(credential["response"]["attestationObject"]))
    sent[at % len(sent)] ^= 0x41
    credential["response"]["attestationObject"] = b64url_encode(bytes(sent))
    body = {"secret": link["secret"], "credential": credential, "request": phone.request(opened)}
    answer = phone.post("/join", body)
    assert answer.status_code in (201, 403), answer.text


# --- keys


def test_a_phone_asks_for_what_it_was_invited_to_and_nothing_else(place: Province) -> None:
    phone, link, opened = opened_by(place)
    org, stems = opened["org"], opened["stems"]
    asked = [
        (phone.asking(org, "officer", stems), "/request/role"),
        (phone.asking("https://id.gs1.org/417/9521001000017", "member", stems), "/request/org"),
        (phone.asking(org, "member", [*stems, "https://id.gs1.org/01/0"]), "/request/stems"),
        (phone.asking(org, "member", stems[1:]), "/request/stems"),
    ]
    for request, pointer in asked:
        opened = phone.open(link["secret"])
        phone.authenticator.held.clear()
        credential = phone.authenticator.create(opened["publicKey"], URL)
        body = {"secret": link["secret"], "credential": credential, "request": request}
        answer = phone.post("/join", body)
        assert refused(answer) == (422, "key.request")
        assert answer.json()["pointer"] == pointer
    phone.join(link)


def test_a_request_that_its_key_did_not_sign_is_refused(place: Province) -> None:
    phone, link, opened = opened_by(place)
    head, payload, _ = phone.request(opened).split(".")
    other = place.phone().request(opened).split(".")[2]
    credential = phone.authenticator.create(opened["publicKey"], URL)
    body = {"secret": link["secret"], "credential": credential, "request": f"{head}.{payload}.{other}"}
    assert refused(phone.post("/join", body)) == (422, "key.unproven")


def test_a_key_of_somebody_else_cannot_be_brought_along(place: Province) -> None:
    coop = place.cooperative()
    member = place.member(coop)
    link = coop.officer.post("/invitations", {"role": "member", "name": "Bác Tư"}).json()
    phone = place.phone()
    opened = phone.open(link["secret"])
    credential = phone.authenticator.create(opened["publicKey"], URL)
    body = {"secret": link["secret"], "credential": credential, "request": member.request(opened)}
    assert refused(phone.post("/join", body)) == (409, "key.admitted_before")


# --- sessions


def test_a_session_lives_thirty_days_from_its_last_use(place: Province) -> None:
    member = place.member(place.cooperative())
    with place.clock.later(days=29):
        assert member.get("/session").status_code == 200
    with place.clock.later(days=58):
        assert member.get("/session").status_code == 200
    with place.clock.later(days=89):
        assert refused(member.get("/session")) == (401, "auth.session")
    quiet = place.member(place.cooperative())
    with place.clock.later(days=30, seconds=1):
        assert quiet.get("/session").status_code == 401


def test_what_changes_something_with_a_cookie_must_come_from_a_page_of_ours(place: Province) -> None:
    officer = place.cooperative().officer
    asked = {"role": "member", "name": "Bác Tư"}
    for headers in (
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null"},
        {"Origin": "", "Sec-Fetch-Site": "none"},
    ):
        assert refused(officer.ask("POST", "/invitations", asked, **headers)) == (403, "auth.origin")
    assert officer.post("/invitations", asked).status_code == 201
    for path in ("/join/options", "/join", "/session/options", "/session"):
        answer = officer.ask("POST", path, {"secret": "x"}, Origin="https://evil.example")
        assert refused(answer) == (403, "auth.origin")


def test_guessing_secrets_and_knocking_too_often_are_stopped(
    place: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    often = place.deployment.people.entrance.often
    monkeypatch.setattr(often, "wrong", Limiter(times=3, seconds=600))
    coop = place.cooperative()
    link = coop.officer.post("/invitations", {"role": "member", "name": "Bác Tư"}).json()
    phone = place.phone()
    for _ in range(3):
        assert refused(phone.post("/join/options", {"secret": "guess"})) == (404, "not_found.invitation")
    answer = phone.post("/join/options", {"secret": link["secret"]})
    assert refused(answer) == (429, "limit.often")
    assert int(answer.headers["retry-after"]) > 500
    monkeypatch.setattr(often, "wrong", Limiter(times=3, seconds=600))
    monkeypatch.setattr(often, "entering", Limiter(times=2, seconds=600))
    assert [phone.post("/session/options").status_code for _ in range(3)] == [200, 200, 429]
    monkeypatch.setattr(often, "joining", Limiter(times=2, seconds=600))
    asked = {"secret": link["secret"]}
    assert [phone.post("/join/options", asked).status_code for _ in range(3)] == [200, 200, 429]


def test_who_came_in_when_stands_in_the_trail_without_names_and_secrets(place: Province) -> None:
    coop = place.cooperative()
    member = place.member(coop)
    member.sign_in()
    with place.deployment.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT what, person, about FROM deed WHERE org = :org ORDER BY id"), {"org": coop.org}
        ).all()
    told = [row.what for row in rows]
    assert [what for what in told if what.startswith("person.")] == [
        "person.invited",
        "person.joined",
        "person.invited",
        "person.joined",
        "person.signed_in",
    ]
    assert "Thìn" not in repr(rows)
    assert rows[-1].person == member.session["person"]["id"]


def test_the_first_of_the_alliance_is_invited_by_the_operator(place: Province) -> None:
    link = place.deployment.people.invite(OPERATOR, Wanted("alliance", "Bà Hà"))
    phone = place.phone()
    assert phone.join({"secret": link.secret})["person"]["role"] == "alliance"
