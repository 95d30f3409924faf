"""The deployment's own keys, kept in the data directory.

    master.key      32 bytes in hex, mode 0600; seals all the others. Back it up apart from the database.
    log.key         Ed25519, signs checkpoints; its name and public half stand in every trust file
    registrar.key   P-256, admits and revokes keys
    tem.key         32 bytes, from which every roll's keys derive; tem-2.key, tem-3.key … are its later generations
    publisher.key   32 bytes, secp256k1, anchors on the embedded test chain (elsewhere: an Ethereum keystore)

All but master.key are sealed under it (AES-256-GCM, see `coop.accounts.sealing`). Keys are made at the first
start; a directory that has sealed keys and no master key refuses to make another.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    load_pem_private_key,
)

from coop.accounts.sealing import MASTER_KEY_BYTES, Sealer
from ledger.encoding import hex_decode
from ledger.errors import EncodingError, StoreError
from nguon.settings import Settings

SEALED = ("log.key", "registrar.key", "tem.key", "publisher.key")


@dataclass(frozen=True)
class Keys:
    """All keys of a deployment, opened."""

    sealer: Sealer
    log: Ed25519PrivateKey
    registrar: ec.EllipticCurvePrivateKey
    tem: "TemKeys"
    publisher: bytes


def open_keys(settings: Settings) -> Keys:
    """Open the deployment's keys; make those that are missing.

    Raises:
        StoreError: a key file cannot be read, does not open, or the master key is gone (`store.corrupt`).
    """
    directory = settings.data_dir
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    sealer = Sealer(_master_key(settings))
    log = Ed25519PrivateKey.from_private_bytes(_sealed(directory, "log.key", sealer, lambda: os.urandom(32)))
    return Keys(
        sealer=sealer,
        log=log,
        registrar=_registrar(settings, sealer),
        tem=TemKeys(directory, sealer),
        publisher=_sealed(directory, "publisher.key", sealer, _secp256k1_secret),
    )


class TemKeys:
    """The generations of the master key that rolls derive from, oldest first: `keys()`. Threads may share it.

    New rolls are of the newest one; the others stay, for the rolls that were made of them go on being scanned. A
    generation that another process added is seen at the next question.
    """

    def __init__(self, directory: Path, sealer: Sealer) -> None:
        """Opens all generations, and makes the first where there is none."""
        self._directory, self._sealer = directory, sealer
        self._generations: tuple[bytes, ...] = (
            _sealed(directory, _generation(1), sealer, lambda: os.urandom(32)),
        )

    def __call__(self) -> tuple[bytes, ...]:
        """All of them.

        Raises:
            StoreError: a file does not open (`store.corrupt`).
        """
        known = self._generations
        while (path := self._directory / _generation(len(known) + 1)).exists():
            known = (*known, self._sealer.open(path.read_bytes(), path.name))
        self._generations = known
        return known

    def rotate(self) -> int:
        """Make a new generation, for the rolls to come; its number.

        Raises:
            StoreError: another process makes one just now (`store.locked`).
        """
        number = len(self()) + 1
        name = _generation(number)
        try:
            write_private(self._directory / name, self._sealer.seal(os.urandom(32), name))
        except FileExistsError:
            raise StoreError("Another process rotates the tem key.", code="store.locked") from None
        return number


def _generation(number: int) -> str:
    return "tem.key" if number == 1 else f"tem-{number}.key"


def read_p256(path: Path) -> ec.EllipticCurvePrivateKey:
    """A P-256 key from a PEM file.

    Raises:
        StoreError: it is none (`store.corrupt`).
    """
    try:
        private = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError) as error:
        raise StoreError(f"{path} is no private key in PEM.", code="store.corrupt") from error
    return _p256(private, str(path))


def _p256(private: object, name: str) -> ec.EllipticCurvePrivateKey:
    if not isinstance(private, ec.EllipticCurvePrivateKey) or private.curve.name != "secp256r1":
        raise StoreError(f"{name} must be a P-256 key.", code="store.corrupt")
    return private


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read, all of it or nothing, and never over another."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.link(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)


def _master_key(settings: Settings) -> bytes:
    if settings.master_key is not None:
        return _hex(settings.master_key.get_secret_value(), "NGUON_MASTER_KEY")
    path = settings.master_key_file or settings.data_dir / "master.key"
    if not path.exists():
        orphans = [name for name in SEALED if (settings.data_dir / name).exists()]
        if orphans or settings.master_key_file is not None:
            raise StoreError(f"The master key {path} is missing.", code="store.corrupt", path=str(path))
        write_private(path, os.urandom(MASTER_KEY_BYTES).hex().encode() + b"\n")
    return _hex(path.read_text(), str(path))


def _hex(text: str, name: str) -> bytes:
    try:
        return hex_decode(text.strip(), MASTER_KEY_BYTES)
    except EncodingError as error:
        raise StoreError(f"{name} must be 32 bytes in lower-case hex.", code="store.corrupt") from error


def _sealed(directory: Path, name: str, sealer: Sealer, make: Callable[[], bytes]) -> bytes:
    path = directory / name
    if not path.exists():
        write_private(path, sealer.seal(make(), name))
    return sealer.open(path.read_bytes(), name)


def _registrar(settings: Settings, sealer: Sealer) -> ec.EllipticCurvePrivateKey:
    if settings.registrar_key is not None:
        return read_p256(settings.registrar_key)
    private = load_der_private_key(_sealed(settings.data_dir, "registrar.key", sealer, _p256_der), None)
    return _p256(private, "registrar.key")


def _p256_der() -> bytes:
    private = ec.generate_private_key(ec.SECP256R1())
    return private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def _secp256k1_secret() -> bytes:
    return ec.generate_private_key(ec.SECP256K1()).private_numbers().private_value.to_bytes(32)
