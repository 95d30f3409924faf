"""A phone in software: an authenticator that makes real passkeys, and a browser that keeps cookies and a signing key.

The authenticator speaks WebAuthn Level 3: ES256, attestation `none`, discoverable credentials, a count that rises.
Each way in which it may misbehave is an argument.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import cbor2
import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from ledger.admission import sign_admission
from ledger.encoding import JsonValue, b64url_decode, b64url_encode
from ledger.epcis.event import read_event
from ledger.statement import jws
from ledger.statement.filing import required_filing
from ledger.statement.jws import Header, Jwk, Typ
from nguon.registrar import request as ask_for

UP, UV, AT = 0x01, 0x04, 0x40
Json = dict[str, Any]


@dataclass
class Held:
    """A passkey as the authenticator holds it."""

    id: bytes
    private: ec.EllipticCurvePrivateKey
    party: str
    handle: bytes
    count: int = 0


@dataclass
class SoftAuthenticator:
    """Holds passkeys, and answers for them."""

    held: list[Held] = field(default_factory=list)

    def clone(self) -> "SoftAuthenticator":
        """The same passkeys in another's hands, counting on from here."""
        return SoftAuthenticator([replace(each) for each in self.held])

    def create(self, options: Json, origin: str, *, verified: bool = True) -> Json:
        """What `navigator.credentials.create` gives, as JSON."""
        excluded = {b64url_decode(each["id"]) for each in options.get("excludeCredentials", [])}
        assert not excluded & {each.id for each in self.held}, "InvalidStateError"
        assert options["authenticatorSelection"]["residentKey"] == "required"
        assert options["authenticatorSelection"]["userVerification"] == "required"
        made = Held(
            os.urandom(32),
            ec.generate_private_key(ec.SECP256R1()),
            options["rp"]["id"],
            b64url_decode(options["user"]["id"]),
        )
        self.held.append(made)
        attested = bytes(16) + len(made.id).to_bytes(2) + made.id + _cose(made.private)
        data = _data(made, UP | AT | (UV if verified else 0)) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = _client_data("webauthn.create", options["challenge"], origin)
        return {
            "id": b64url_encode(made.id),
            "rawId": b64url_encode(made.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {"credProps": {"rk": True}},
            "response": {
                "clientDataJSON": b64url_encode(client),
                "attestationObject": b64url_encode(attestation),
                "transports": ["internal"],
            },
        }

    def get(self, options: Json, origin: str, *, verified: bool = True, count: int | None = None) -> Json:
        """What `navigator.credentials.get` gives, as JSON, for the newest passkey of the party."""
        assert options.get("allowCredentials", []) == []
        held = next(each for each in reversed(self.held) if each.party == options["rpId"])
        held.count = held.count + 1 if count is None else count
        data = _data(held, UP | (UV if verified else 0))
        client = _client_data("webauthn.get", options["challenge"], origin)
        signature = held.private.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return {
            "id": b64url_encode(held.id),
            "rawId": b64url_encode(held.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": b64url_encode(client),
                "authenticatorData": b64url_encode(data),
                "signature": b64url_encode(signature),
                "userHandle": b64url_encode(held.handle),
            },
        }


class Phone:
    """A person's phone: a browser on the service's pages, an authenticator, and a key to sign with."""

    def __init__(self, app: FastAPI, url: str) -> None:
        self.origin = url
        self.client = TestClient(app, base_url=url, raise_server_exceptions=False)
        self.authenticator = SoftAuthenticator()
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.session: Json = {}

    @property
    def jwk(self) -> Jwk:
        return Jwk.from_public(self.private.public_key())

    @property
    def kid(self) -> str:
        return self.jwk.kid

    # --- the browser

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Response:
        """A request as a page of ours makes it: with cookies and an Origin."""
        sent = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin", "Accept-Language": "en", **headers}
        return self.client.request(method, f"/api/v1{path}", json=body, headers=sent)

    def post(self, path: str, body: object = None) -> Response:
        return self.ask("POST", path, {} if body is None else body)

    def get(self, path: str) -> Response:
        return self.ask("GET", path)

    # --- coming in

    def open(self, secret: str) -> Json:
        """The invitation, opened."""
        answer = self.post("/join/options", {"secret": secret})
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    def request(self, opened: Json) -> str:
        """The request to have the phone's key admitted, for exactly what the invitation says."""
        return self.asking(opened["org"], opened["role"], opened["stems"])

    def asking(self, org: str, role: str, stems: Sequence[str]) -> str:
        named = "authority" if role == "alliance" else role
        return ask_for(self.private, org, role=named, stems=stems, now=datetime.now(UTC))

    def join(self, link: Json, *, hosted: bool = False) -> Json:
        """Join by an invitation; the session."""
        opened = self.open(link["secret"])
        signs = opened["org"] is not None and not hosted
        body = {
            "secret": link["secret"],
            "credential": self.authenticator.create(opened["publicKey"], self.origin),
            "request": self.request(opened) if signs else None,
        }
        answer = self.post("/join", body)
        assert answer.status_code == 201, answer.text
        self.session = answer.json()["session"]
        return self.session

    def sign_in(self) -> Response:
        """Sign in with the passkey."""
        options = self.post("/session/options").json()["publicKey"]
        credential = self.authenticator.get(options, self.origin)
        return self.post("/session", {"credential": credential})

    # --- signing

    def event(self, payload: Json) -> str:
        """An event, signed with the phone's key."""
        filing = required_filing(read_event(payload), lambda _instance: None)
        header = Header(self.kid, Typ.EPCIS, filing.about, filing.from_)
        return jws.sign(header, orjson.dumps(payload), self.private).raw

    def key_statement(self, payload: str, possession: str | None = None) -> str:
        """An admission (with its holder's proof) or a revocation, signed with the phone's key."""
        return sign_admission(b64url_decode(payload), possession, self.private).raw

    def admit_waiting(self) -> Response:
        """Sign and send all that waits for this officer."""
        waiting = self.get("/people/waiting").json()
        statements = [self.key_statement(each["payload"], each["possession"]) for each in waiting]
        possessions = [each["possession"] for each in waiting]
        return self.post("/statements", {"statements": statements, "possessions": possessions})

    def revoke(self, revocations: Sequence[Json]) -> Response:
        """Sign and send revocations."""
        statements = [self.key_statement(each["payload"]) for each in revocations]
        return self.post("/statements", {"statements": statements})


def _data(held: Held, flags: int) -> bytes:
    return sha256(held.party.encode()).digest() + bytes([flags]) + held.count.to_bytes(4)


def _client_data(kind: str, challenge: str, origin: str) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()


def _cose(private: ec.EllipticCurvePrivateKey) -> bytes:
    numbers = private.public_key().public_numbers()
    # kty EC2, alg ES256, crv P-256, x, y (RFC 9053)
    key: dict[int, JsonValue | bytes] = {1: 2, 3: -7, -1: 1}
    key[-2], key[-3] = numbers.x.to_bytes(32), numbers.y.to_bytes(32)
    return cbor2.dumps(key)
