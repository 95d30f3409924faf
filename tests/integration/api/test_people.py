"""People and their keys, on both databases: lists, lost phones, the end, other keys, hosted keys."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from peoplekit import URL, Cooperative, Province
from sqlalchemy import inspect, text
from test_joining import refused

from coop.people.desk import People
from ledger.capture import CaptureResult
from ledger.errors import StoreError
from ledger.statement.trust import KeyRecord
from tests.passkeykit import Json, Phone


def listed(officer: Phone, person: Phone) -> Json:
    """A person as his officer sees him."""
    mine = person.session["person"]["id"]
    (found,) = [each for each in officer.get("/people").json() if each["id"] == mine]
    return dict(found)


def path_of(phone: Phone, verb: str = "") -> str:
    return f"/people/{phone.session['person']['id']}{verb}"


def revoked(place: Province, kid: str) -> bool:
    record = place.deployment.log.key_record(kid)
    assert record is not None
    return record.revoked is not None


def records(phone: Phone, coop: Cooperative, place: Province) -> int:
    """The status that sending a harvest is answered with."""
    return phone.post("/statements", [phone.event(coop.harvest(place.lot()))]).status_code


# --- lists


def test_an_officer_sees_the_people_of_his_cooperative_with_their_keys(place: Province) -> None:
    coop = place.cooperative()
    waiting = place.member(coop, admitted=False)
    told = listed(coop.officer, waiting)
    assert (told["name"], told["phone"], told["role"], told["state"]) == (
        "Bác Thìn",
        "0912 345 678",
        "member",
        "active",
    )
    (key,) = told["keys"]
    assert (key["kid"], key["state"]) == (waiting.kid, "waiting")
    assert set(key) == {"kid", "state", "request", "payload"}
    coop.officer.admit_waiting()
    assert listed(coop.officer, waiting)["keys"] == [{"kid": waiting.kid, "state": "admitted"}]
    assert told["lastSeen"].endswith("Z")
    assert {each["org"] for each in coop.officer.get("/people").json()} == {coop.org}


def test_members_see_no_list_of_people(place: Province) -> None:
    coop = place.cooperative()
    member = place.member(coop)
    for path in ("/people", "/people/waiting", "/invitations"):
        assert refused(member.get(path)) == (403, "auth.power")
    for verb in ("/lost", "/end"):
        assert refused(member.post(path_of(coop.officer, verb))) == (403, "auth.power")


def test_an_officer_of_another_cooperative_reaches_nobody_here(place: Province) -> None:
    mine, other = place.cooperative(), place.cooperative()
    member = place.member(mine, admitted=False)
    assert other.officer.get("/people/waiting").json() == []
    assert member.session["person"]["id"] not in {each["id"] for each in other.officer.get("/people").json()}
    for method, path in (
        ("POST", path_of(member, "/lost")),
        ("POST", path_of(member, "/end")),
        ("DELETE", path_of(member)),
    ):
        assert refused(other.officer.ask(method, path, {})) == (404, "not_found.person")
    assert member.get("/session").status_code == 200
    (waiting,) = mine.officer.get("/people/waiting").json()
    foreign = other.officer.key_statement(waiting["payload"], waiting["possession"])
    answer = other.officer.post(
        "/statements", {"statements": [foreign], "possessions": [waiting["possession"]]}
    )
    assert refused(answer) == (403, "authority.key")
    assert place.deployment.log.key_record(member.kid) is None


def test_officers_are_the_alliances_affair_and_members_their_officers(place: Province) -> None:
    alliance = place.alliance()
    coop = place.cooperative(alliance)
    member = place.member(coop)
    for verb in ("/lost", "/end"):
        assert refused(coop.officer.post(path_of(coop.officer, verb))) == (403, "people.role")
        assert refused(alliance.post(path_of(member, verb))) == (403, "people.role")
    assert member.get("/session").status_code == coop.officer.get("/session").status_code == 200


def test_a_member_cannot_admit_a_key(place: Province) -> None:
    coop = place.cooperative()
    member, waits = place.member(coop), place.member(coop, admitted=False)
    (waiting,) = coop.officer.get("/people/waiting").json()
    forged = member.key_statement(waiting["payload"], waiting["possession"])
    body = {"statements": [forged], "possessions": [waiting["possession"]]}
    assert refused(member.post("/statements", body)) == (403, "auth.power")
    assert refused(coop.officer.post("/statements", body)) == (403, "authority.key")
    assert place.deployment.log.key_record(waits.kid) is None


@pytest.mark.parametrize("name", ["%00", "x" * 23, "nobody", "a%20b", "%C3%A9"])
def test_nobody_is_found_by_what_is_no_id(place: Province, name: str) -> None:
    officer = place.cooperative().officer
    assert refused(officer.post(f"/people/{name}/lost")) == (404, "not_found.person")
    assert refused(officer.ask("DELETE", f"/invitations/{name}")) == (404, "not_found.invitation")


# --- a lost phone


def test_a_lost_phone_is_shut_out_at_once_and_its_person_comes_back_on_another(place: Province) -> None:
    coop = place.cooperative()
    lost = place.member(coop)
    assert records(lost, coop, place) == 202
    answer = coop.officer.post(path_of(lost, "/lost")).json()
    assert lost.get("/session").status_code == 401
    assert refused(lost.sign_in()) == (403, "passkey.unknown")
    assert listed(coop.officer, lost)["state"] == "lost"
    (revocation,) = answer["revoke"]
    assert revocation["kid"] == lost.kid
    assert coop.officer.revoke(answer["revoke"]).status_code == 202
    assert revoked(place, lost.kid)

    found = place.phone()
    session = found.join(answer["invitation"])
    assert session["person"] == lost.session["person"]
    assert session["key"] == {"kid": found.kid, "state": "waiting"}
    assert coop.officer.admit_waiting().status_code == 202
    assert records(found, coop, place) == 202
    told = listed(coop.officer, found)
    assert told["state"] == "active"
    assert told["keys"] == [
        {"kid": found.kid, "state": "admitted"},
        {"kid": lost.kid, "state": "revoked"},
    ]
    stolen = lost.event(coop.harvest(place.lot()))
    assert refused(found.post("/statements", [stolen])) == (403, "authority.key")


def test_a_revocation_that_was_not_sent_is_asked_for_again(place: Province) -> None:
    coop = place.cooperative()
    lost = place.member(coop)
    first = coop.officer.post(path_of(lost, "/lost")).json()
    (key,) = listed(coop.officer, lost)["keys"]
    assert (key["state"], "payload" in key, "request" in key) == ("admitted", True, False)
    second = coop.officer.post(path_of(lost, "/lost")).json()
    assert [each["kid"] for each in second["revoke"]] == [lost.kid]
    answer = place.phone().post("/join/options", {"secret": first["invitation"]["secret"]})
    assert refused(answer) == (409, "invitation.ended")
    assert coop.officer.revoke([key]).status_code == 202
    assert coop.officer.post(path_of(lost, "/lost")).json()["revoke"] == []


def test_a_phone_that_is_lost_before_it_was_admitted_waits_no_more(place: Province) -> None:
    coop = place.cooperative()
    lost = place.member(coop, admitted=False)
    answer = coop.officer.post(path_of(lost, "/lost")).json()
    assert answer["revoke"] == []
    assert coop.officer.get("/people/waiting").json() == []
    assert listed(coop.officer, lost)["keys"] == []


def test_an_officers_lost_phone_is_replaced_by_the_alliance_and_revoked_by_the_registrar(
    place: Province,
) -> None:
    alliance = place.alliance()
    coop = place.cooperative(alliance)
    answer = alliance.post(path_of(coop.officer, "/lost")).json()
    assert answer["revoke"] == []
    assert revoked(place, coop.officer.kid)
    assert coop.officer.get("/session").status_code == 401
    again = place.phone()
    assert again.join(answer["invitation"])["key"] == {"kid": again.kid, "state": "admitted"}
    coop.officer = again
    assert records(place.member(coop), coop, place) == 202


def test_the_invitations_that_a_lost_phone_gave_open_nothing_any_more(place: Province) -> None:
    alliance = place.alliance()
    coop = place.cooperative(alliance)
    link = coop.officer.post("/invitations", {"role": "member", "name": "Bác Tư"}).json()
    alliance.post(path_of(coop.officer, "/lost"))
    answer = place.phone().post("/join/options", {"secret": link["secret"]})
    assert refused(answer) == (409, "invitation.ended")


# --- the end


def test_who_is_shut_out_is_out_for_good_and_what_he_signed_stands(place: Province) -> None:
    coop = place.cooperative()
    member = place.member(coop)
    sent = member.post("/statements", [member.event(coop.harvest(place.lot()))]).json()
    answer = coop.officer.post(path_of(member, "/end")).json()
    assert member.get("/session").status_code == 401
    assert refused(member.sign_in()) == (403, "passkey.unknown")
    assert listed(coop.officer, member)["state"] == "ended"
    assert coop.officer.revoke(answer["revoke"]).status_code == 202
    assert revoked(place, member.kid)
    late = member.event(coop.harvest(place.lot()))
    assert refused(coop.officer.post("/statements", [late])) == (403, "authority.key")
    assert refused(coop.officer.post(path_of(member, "/lost"))) == (409, "person.ended")
    assert place.deployment.log.statement(sent["receipts"][0]["index"]) is not None


def test_a_persons_name_can_be_forgotten_and_his_pseudonym_stays(place: Province) -> None:
    coop = place.cooperative()
    member = place.member(coop)
    assert refused(coop.officer.ask("DELETE", path_of(member))) == (409, "person.active")
    coop.officer.post(path_of(member, "/end"))
    assert coop.officer.ask("DELETE", path_of(member)).status_code == 204
    told = listed(coop.officer, member)
    assert (told["id"], told["name"], told["phone"]) == (member.session["person"]["id"], None, None)
    person = {"person": told["id"]}
    with place.deployment.engine.connect() as connection:
        for table in ("person", "invitation"):
            column = "id" if table == "person" else "person"
            query = text(f"SELECT name, phone FROM {table} WHERE {column} = :person")
            assert connection.execute(query, person).all() == [(None, None)]


def test_names_and_numbers_stand_in_two_tables_and_nowhere_else(place: Province) -> None:
    coop = place.cooperative()
    member = place.member(coop)
    records(member, coop, place)
    coop.officer.post(path_of(member, "/end"))
    tables = set(inspect(place.deployment.engine).get_table_names())
    assert {"person", "invitation", "deed", "statement"} <= tables
    with place.deployment.engine.connect() as connection:
        for table in sorted(tables):
            told = repr(connection.execute(text(f'SELECT * FROM "{table}"')).all())
            assert ("Thìn" in told) == ("0912 345 678" in told) == (table in ("person", "invitation")), table


# --- another key


def test_a_member_with_a_new_key_waits_again_and_his_old_one_is_to_be_revoked(place: Province) -> None:
    coop = place.cooperative()
    member = place.member(coop)
    old, fresh = member.kid, place.phone()
    member.private = fresh.private
    asked = member.asking(coop.org, "member", member.session["stems"])
    answer = member.post("/people/me/key", {"request": asked})
    assert answer.json() == {"kid": member.kid, "state": "waiting"}
    assert member.post("/people/me/key", {"request": asked}).json()["state"] == "waiting"
    keys = {each["kid"]: each for each in listed(coop.officer, member)["keys"]}
    assert (keys[member.kid]["state"], keys[old]["state"]) == ("waiting", "admitted")
    assert coop.officer.admit_waiting().status_code == 202
    assert coop.officer.revoke([keys[old]]).status_code == 202
    assert records(member, coop, place) == 202
    assert [each["state"] for each in listed(coop.officer, member)["keys"]] == ["admitted", "revoked"]
    again = member.post("/people/me/key", {"request": asked})
    assert again.json() == {"kid": member.kid, "state": "admitted"}


def test_an_officers_new_key_is_admitted_where_his_passkey_has_just_spoken(place: Province) -> None:
    coop = place.cooperative()
    old, officer = coop.officer.kid, coop.officer
    officer.private = place.phone().private
    asked = {"request": officer.asking(coop.org, "officer", officer.session["stems"])}
    with place.clock.later(minutes=16):
        assert refused(officer.post("/people/me/key", asked)) == (403, "auth.again")
        assert place.deployment.log.key_record(officer.kid) is None
        assert officer.sign_in().status_code == 201
        answer = officer.post("/people/me/key", asked)
    assert answer.json() == {"kid": officer.kid, "state": "admitted"}
    assert revoked(place, old)
    assert officer.get("/session").json()["session"]["key"]["kid"] == officer.kid


def test_a_key_that_was_revoked_is_not_admitted_again(place: Province) -> None:
    coop = place.cooperative()
    member = place.member(coop)
    old, asked = member.private, member.asking(coop.org, "member", member.session["stems"])
    member.private = place.phone().private
    fresh = member.asking(coop.org, "member", member.session["stems"])
    member.post("/people/me/key", {"request": fresh})
    assert refused(member.post("/people/me/key", {"request": asked})) == (409, "key.admitted_before")
    coop.officer.admit_waiting()
    coop.officer.revoke([key for key in listed(coop.officer, member)["keys"] if "payload" in key])
    assert refused(member.post("/people/me/key", {"request": asked})) == (409, "key.revoked_before")
    member.private = old
    late = member.event(coop.harvest(place.lot()))
    assert refused(member.post("/statements", [late])) == (403, "authority.key")


@pytest.mark.parametrize("request_", ["", "x", "a.b.c", "e30.e30.e30", 5])
def test_what_is_no_request_for_a_key_is_refused(place: Province, request_: object) -> None:
    member = place.member(place.cooperative())
    answer = member.post("/people/me/key", {"request": request_})
    assert answer.status_code in (400, 422), answer.text
    assert member.get("/session").json()["session"]["key"] == {"kid": member.kid, "state": "admitted"}


def test_somebody_of_the_alliance_who_stands_for_an_organisation_has_an_authoritys_key(
    place: Province,
) -> None:
    org, _ = place.numbers()
    asked = {"role": "alliance", "name": "Bà Hà", "org": org, "orgName": "Liên minh Mẫu"}
    phone = place.phone()
    session = phone.join(place.alliance().post("/invitations", asked).json())
    record = place.deployment.log.key_record(phone.kid)
    assert record is not None
    assert (record.role, record.org, record.stems) == ("authority", org, (org,))
    assert session["key"]["state"] == "admitted"


def test_a_machine_has_no_key_of_a_person(place: Province) -> None:
    coop = place.cooperative()
    headers = place.machine(coop.org, ["record", "people"])
    client = place.phone().client
    assert client.post("/api/v1/people/me/key", json={"request": None}, headers=headers).status_code == 403
    said = {"statements": [{"typ": "epcis+jws", "about": ["x"], "payload": {}}]}
    answer = client.post("/api/v1/hosted-statements", json=said, headers=headers)
    assert refused(answer) == (403, "auth.power")


def test_a_machine_that_may_invites_members_of_its_own_organisation(place: Province) -> None:
    coop = place.cooperative()
    client, headers = place.phone().client, place.machine(coop.org, ["people"])
    answer = client.post("/api/v1/invitations", json={"role": "member", "name": "Bác Tư"}, headers=headers)
    assert answer.status_code == 201, answer.text
    phone = place.phone()
    session = phone.join(answer.json())
    assert (session["org"]["uri"], session["key"]["state"]) == (coop.org, "waiting")
    assert coop.officer.admit_waiting().status_code == 202
    without = place.machine(coop.org)
    assert refused(client.get("/api/v1/people", headers=without)) == (403, "auth.power")


# --- hosted keys


def test_an_officer_without_a_key_of_his_own_admits_members_with_the_one_kept_for_him(
    place: Province,
) -> None:
    asked = place.invited("officer")
    officer = place.phone()
    session = officer.join(place.alliance().post("/invitations", asked).json(), hosted=True)
    assert session["key"]["state"] == "hosted"
    org = session["org"]["uri"]
    coop = Cooperative(org, asked["prefix"], officer)
    member = place.member(coop, admitted=False)
    (waiting,) = officer.get("/people/waiting").json()
    said = {
        "typ": "key+jws",
        "about": [member.jwk.uri, org],
        "from": [],
        "payload": waiting["payload"],
    }
    body = {"statements": [said], "possessions": [waiting["possession"]]}
    answer = officer.post("/hosted-statements", body)
    assert answer.status_code == 202, answer.text
    assert records(member, coop, place) == 202


def test_a_hosted_key_is_revoked_by_the_registrar_and_signs_no_more(place: Province) -> None:
    coop = place.cooperative()
    member = place.member(coop, hosted=True)
    kid = member.session["key"]["kid"]
    answer = coop.officer.post(path_of(member, "/lost")).json()
    assert answer["revoke"] == []
    assert revoked(place, kid)
    phone = place.phone()
    assert phone.join(answer["invitation"])["key"] == {"kid": phone.kid, "state": "waiting"}
    said = {"statements": [{"typ": "epcis+jws", "about": [coop.field], "payload": coop.harvest("Z")}]}
    assert refused(phone.post("/hosted-statements", said)) == (403, "authority.key")


def test_a_hosted_key_is_sealed_at_rest(place: Province) -> None:
    coop = place.cooperative()
    member = place.member(coop, hosted=True)
    with place.deployment.engine.connect() as connection:
        query = text("SELECT sealed FROM phone_key WHERE kid = :kid")
        sealed = bytes(connection.execute(query, {"kid": member.session["key"]["kid"]}).scalar_one())
    assert sealed[:1] == b"\x01"  # the sealer's version; a key in the clear begins with 0x30
    assert b"\x2a\x86\x48\xce\x3d" not in sealed  # id-ecPublicKey, which every such key holds


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"statements": []},
        {"statements": [1]},
        {"statements": [{"typ": "pop+jws", "about": ["x"], "payload": {}}]},
        {"statements": [{"typ": "epcis+jws", "about": "x", "payload": {}}]},
        {"statements": [{"typ": "epcis+jws", "about": [], "payload": {}}]},
        {"statements": [{"typ": "epcis+jws", "about": ["x"], "payload": 5}]},
        {"statements": [{"typ": "epcis+jws", "about": ["x"], "payload": "%%%"}]},
    ],
)
def test_what_is_no_statement_is_not_signed(place: Province, said: Json) -> None:
    member = place.member(place.cooperative(), hosted=True)
    size = place.deployment.log.size()
    answer = member.post("/hosted-statements", said)
    assert answer.status_code in (400, 422), answer.text
    assert place.deployment.log.size() == size


# --- what may go wrong


def test_of_two_phones_that_use_one_invitation_at_once_one_comes_in(place: Province) -> None:
    coop = place.cooperative()
    link = coop.officer.post("/invitations", {"role": "member", "name": "Bác Tư"}).json()
    phones = [place.phone() for _ in range(4)]
    bodies = []
    for phone in phones:
        opened = phone.open(link["secret"])
        credential = phone.authenticator.create(opened["publicKey"], URL)
        bodies.append({"secret": link["secret"], "credential": credential, "request": phone.request(opened)})
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda pair: pair[0].post("/join", pair[1]), zip(phones, bodies, strict=True))
        )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert len(coop.officer.get("/people").json()) == 2


class _Closed:
    """A registrar's desk whose log cannot be written just now."""

    def admit(self, asked: str) -> object:
        raise StoreError("The log is locked.", code="store.locked")

    def revoke(self, record: KeyRecord | None, kid: str) -> CaptureResult:
        raise StoreError("The log is locked.", code="store.locked")


def test_a_key_that_the_registrar_could_not_admit_is_admitted_at_the_next_question(place: Province) -> None:
    link = place.alliance().post("/invitations", place.invited("laboratory")).json()
    phone = place.phone()
    opened = phone.open(link["secret"])
    credential = phone.authenticator.create(opened["publicKey"], URL)
    closed = People(replace(place.deployment.people._room, registrar=_Closed))
    token, person = closed.entrance.join(link["secret"], credential, phone.request(opened))
    assert closed.entrance.signed(person).key.state == "waiting"
    answer = phone.ask("GET", "/session", Cookie=f"__Host-nguon={token}")
    assert answer.json()["session"]["key"] == {"kid": phone.kid, "state": "admitted"}


def test_a_statement_signed_before_the_admission_counts_after_it(place: Province) -> None:
    coop = place.cooperative()
    member = place.member(coop, admitted=False)
    slips: Sequence[str] = [member.event(coop.harvest(place.lot())) for _ in range(3)]
    assert [member.post("/statements", [slip]).status_code for slip in slips] == [403] * 3
    coop.officer.admit_waiting()
    assert [member.post("/statements", [slip]).status_code for slip in slips] == [202] * 3
