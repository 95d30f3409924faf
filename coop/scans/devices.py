"""Devices told apart for a day, and not for longer.

    device = first 8 bytes of HMAC-SHA256(the day's salt, network ‖ 0x00 ‖ User-Agent), in hex
    network = the first 24 bits of an IPv4 address, the first 48 of an IPv6 address

A salt is 32 random bytes, made on the first scan of a day in Viet Nam, sealed under the deployment's master key in a
file of its own, and deleted once the day is over: from then on nobody, the operator included, can test whether an
address made a hash, and a device of today cannot be told to be one of yesterday. The rule needs no more, since it
counts devices within a day. Processes that share the folder share the salt.
"""

import os
from collections.abc import Callable
from datetime import date
from hmac import digest
from ipaddress import IPv4Address, ip_address
from pathlib import Path
from threading import Lock
from typing import Final
from uuid import uuid4

import structlog

from coop.accounts.sealing import Sealer
from ledger.errors import StoreError

log = structlog.get_logger("scans")
_SALT_BYTES: Final = 32
_SUFFIX: Final = ".salt"


class Devices:
    """Hashes devices under the salt of a day. Threads and processes may share its folder."""

    def __init__(self, folder: Path, sealer: Sealer, random: Callable[[int], bytes] = os.urandom) -> None:
        self._folder, self._sealer, self._random = folder, sealer, random
        self._salts: tuple[date, bytes] | None = None
        self._lock = Lock()

    def device(self, address: str, user_agent: str, day: date) -> str:
        """The hash of a device on a day. Never fails: without a disk the salt lives in memory."""
        message = network(address).encode() + b"\0" + user_agent.encode(errors="replace")
        return digest(self._salt(day), message, "sha256")[:8].hex()

    def _salt(self, day: date) -> bytes:
        with self._lock:
            if self._salts is None or self._salts[0] != day:
                self._salts = (day, self._open(day))
            return self._salts[1]

    def _open(self, day: date) -> bytes:
        name = f"{day.isoformat()}{_SUFFIX}"
        path = self._folder / name
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._forget(name)
            if not path.exists():
                self._make(path, name)
            return self._sealer.open(path.read_bytes(), name)
        except (OSError, StoreError) as error:
            log.warning("the day's salt cannot be kept", why=type(error).__name__)
            return self._random(_SALT_BYTES)

    def _make(self, path: Path, name: str) -> None:
        """Write a salt whole, and never over one that another process made meanwhile."""
        scratch = path.with_name(f".{uuid4().hex}.part")
        try:
            descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(self._sealer.seal(self._random(_SALT_BYTES), name))
            try:
                os.link(scratch, path)
            except FileExistsError:
                return
        finally:
            scratch.unlink(missing_ok=True)

    def _forget(self, today: str) -> None:
        for path in self._folder.glob(f"*{_SUFFIX}"):
            if path.name < today:
                path.unlink(missing_ok=True)


def network(address: str) -> str:
    """The part of an address that a household's or an operator's devices share; the text itself where it is none."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv4Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    kept = 3 if isinstance(found, IPv4Address) else 6
    return found.packed[:kept].hex()
