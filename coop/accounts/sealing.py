"""Keys at rest: AES-256-GCM under a key derived from the deployment's master key.

sealed = 0x01 ‖ nonce 12 ‖ ciphertext ‖ tag 16
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger.errors import StoreError

MASTER_KEY_BYTES = 32
_VERSION = b"\x01"
_NONCE_BYTES = 12
_INFO = b"nguon seal v1"


class Sealer:
    """Seals and opens secrets, with a key that HKDF-SHA256 derives from the master key."""

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) != MASTER_KEY_BYTES:
            raise ValueError("a master key is 32 bytes")
        self._cipher = AESGCM(HKDF(hashes.SHA256(), MASTER_KEY_BYTES, None, _INFO).derive(master_key))

    def seal(self, secret: bytes, name: str) -> bytes:
        """Encrypt a secret, bound to its name: it opens under no other."""
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, secret, name.encode())

    def open(self, sealed: bytes, name: str) -> bytes:
        """Decrypt what {seal} made.

        Raises:
            StoreError: other bytes, another name, or another master key (`store.corrupt`).
        """
        if sealed[:1] != _VERSION:
            raise StoreError("A sealed key has an unknown version.", code="store.corrupt", name=name)
        nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, ciphertext, name.encode())
        except (InvalidTag, ValueError) as error:
            raise StoreError(
                "A sealed key does not open: was the master key changed?", code="store.corrupt", name=name
            ) from error
