"""Passkeys: what a browser is asked to do, and whether its answer holds (WebAuthn Level 3, by the `webauthn` library).

A passkey is discoverable (nobody types a name) and verifies its user (screen lock, finger or face); attestation is
asked of nobody. Its user handle is the person's id, a pseudonym. An answer counts once: its challenge was given out
here, is younger than five minutes, and is gone as soon as it was answered, rightly or wrongly.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_client_data_json,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from ledger.encoding import JsonValue
from ledger.errors import AuthorityError

CHALLENGE_BYTES: Final = 32
MAX_ID: Final = 1_023  # WebAuthn §4, credential ID
CHALLENGE_SECONDS: Final = 300
_REQUIRED: Final = UserVerificationRequirement.REQUIRED
Options = dict[str, Any]


@dataclass(frozen=True)
class RelyingParty:
    """For whom passkeys are made.

    Attributes:
        id: the host's name; passkeys are bound to it for ever.
        url: where browsers reach the service, without a trailing slash.
        name: what a browser shows.
    """

    id: str
    url: str
    name: str = "Nguồn"

    @classmethod
    def of(cls, base_url: str) -> "RelyingParty":
        """By the service's URL. Passkeys need a name, so this machine's own address becomes `localhost`."""
        parts = urlsplit(base_url)
        host = parts.hostname or "localhost"
        if _is_loopback(host):
            port = f":{parts.port}" if parts.port else ""
            parts, host = parts._replace(netloc=f"localhost{port}"), "localhost"
        return cls(host, urlunsplit(parts).rstrip("/"))

    @property
    def origin(self) -> str:
        """The one origin whose pages may use these passkeys."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True)
class NewPasskey:
    """A passkey as it was registered.

    Attributes:
        id: of the credential, 1 to 1,023 bytes.
        public_key: COSE.
        sign_count: as the authenticator counts; 0 where it does not.
    """

    id: bytes
    public_key: bytes
    sign_count: int


@dataclass(frozen=True)
class Presented:
    """What an answer says before anything of it is checked.

    Attributes:
        id: of the credential.
        handle: the person's id; empty where the authenticator does not say it.
    """

    id: bytes
    handle: str


def registration_options(
    party: RelyingParty, challenge: bytes, *, handle: str, name: str, known: list[bytes]
) -> Options:
    """What `navigator.credentials.create` is given, its bytes in base64url.

    Args:
        handle: the person's id.
        name: what the phone shows beside the passkey.
        known: credentials that he has; the phone makes no second one.
    """
    return options_to_json_dict(
        generate_registration_options(
            rp_id=party.id,
            rp_name=party.name,
            user_id=handle.encode(),
            user_name=name,
            user_display_name=name,
            challenge=challenge,
            timeout=CHALLENGE_SECONDS * 1000,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_REQUIRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
        )
    )


def sign_in_options(party: RelyingParty, challenge: bytes) -> Options:
    """What `navigator.credentials.get` is given: any passkey of ours will do, the person chooses."""
    return options_to_json_dict(
        generate_authentication_options(
            rp_id=party.id,
            challenge=challenge,
            timeout=CHALLENGE_SECONDS * 1000,
            user_verification=_REQUIRED,
        )
    )


def challenge_of(credential: Mapping[str, JsonValue]) -> bytes:
    """The challenge that an answer claims to answer.

    Raises:
        AuthorityError: it is no credential (`passkey.refused`).
    """
    try:
        response = credential["response"]
        sent = response["clientDataJSON"]  # type: ignore[call-overload,index]  # caught below
        return parse_client_data_json(base64url_to_bytes(sent)).challenge  # type: ignore[arg-type]
    except Exception as error:  # the library raises whatever its parsers raise
        raise _refused("This is no answer of a passkey.") from error


def presented(credential: Mapping[str, JsonValue]) -> Presented:
    """Which passkey an answer claims to be of.

    Raises:
        AuthorityError: it is no credential (`passkey.refused`).
    """
    try:
        read = parse_authentication_credential_json(dict(credential))
        return Presented(read.raw_id, (read.response.user_handle or b"").decode("ascii"))
    except Exception as error:  # as above
        raise _refused("This is no answer of a passkey.") from error


def check_registration(
    party: RelyingParty, credential: Mapping[str, JsonValue], challenge: bytes
) -> NewPasskey:
    """The passkey that a phone has made.

    Raises:
        AuthorityError: another challenge or origin, its user not verified, malformed, or no key (`passkey.refused`).
    """
    try:
        made = verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
        decoded_public_key_to_cryptography(decode_credential_public_key(made.credential_public_key))
    except Exception as error:  # as above: whatever it is, the answer is no
        raise _refused("The passkey was not made as asked.") from error
    if len(made.credential_id) > MAX_ID:
        raise _refused("A passkey's id has at most 1,023 bytes.")
    return NewPasskey(made.credential_id, made.credential_public_key, made.sign_count)


def check_sign_in(
    party: RelyingParty,
    credential: Mapping[str, JsonValue],
    challenge: bytes,
    *,
    public_key: bytes,
    sign_count: int,
) -> int:
    """The sign count of an answer that holds.

    Raises:
        AuthorityError: wrongly signed, another challenge or origin, its user not verified, or a count that does not
            rise, as when a passkey was copied (`passkey.refused`).
    """
    try:
        checked = verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except Exception as error:  # as above
        raise _refused("The passkey's answer does not hold.") from error
    return checked.new_sign_count


def _refused(message: str) -> AuthorityError:
    return AuthorityError(message, code="passkey.refused")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
