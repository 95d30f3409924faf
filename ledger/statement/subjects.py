"""Subjects: a URI in a role, and the key it has in leaves and in the lot map (DESIGN §3.2)."""

from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256

KEY_URI_PREFIX = "urn:ietf:params:oauth:jwk-thumbprint:sha-256:"


class Role(StrEnum):
    """What a URI is to a statement."""

    ABOUT = "about"  # what happens to it
    FROM = "from"  # what it went into
    DESC = "desc"  # how a master statement describes it
    BY = "by"  # what was signed with a key


def subject_key(role: Role, uri: str) -> bytes:
    """The 32-byte key of a subject: SHA-256(role ‖ 0x20 ‖ UTF-8 URI)."""
    return sha256(role.value.encode() + b" " + uri.encode()).digest()


def key_uri(kid: str) -> str:
    """The URI of a key by its JWK thumbprint (RFC 9278)."""
    return KEY_URI_PREFIX + kid


def subject_keys(*, describes: bool, about: Iterable[str], from_: Iterable[str], kid: str) -> list[bytes]:
    """The subject keys that a statement's leaf holds, exactly, strictly rising.

    Args:
        describes: whether it is a master statement (leaf kind 4), whose one URI is described.
        about: the header's `about`.
        from_: the header's `from`, empty where absent.
        kid: thumbprint of the signing key.
    """
    keys = {subject_key(Role.DESC if describes else Role.ABOUT, uri) for uri in about}
    keys.update(subject_key(Role.FROM, uri) for uri in from_)
    keys.add(subject_key(Role.BY, key_uri(kid)))
    return sorted(keys)
