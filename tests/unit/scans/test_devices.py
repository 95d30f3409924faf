"""A device is told from others for a day, and nobody can tell it afterwards."""

from datetime import date
from pathlib import Path

from coop.accounts.sealing import Sealer
from coop.scans.devices import Devices, network

TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)
PHONE = "Mozilla/5.0 (Linux; Android 14) Mobile Safari/537.36"
SEALER = Sealer(bytes(32))


def test_a_device_is_the_same_all_day_also_after_a_restart(tmp_path: Path) -> None:
    first = Devices(tmp_path, SEALER).device("203.0.113.7", PHONE, TODAY)
    assert Devices(tmp_path, SEALER).device("203.0.113.7", PHONE, TODAY) == first
    assert len(first) == 16


def test_another_browser_or_another_network_is_another_device(tmp_path: Path) -> None:
    devices = Devices(tmp_path, SEALER)
    here = devices.device("203.0.113.7", PHONE, TODAY)
    assert devices.device("203.0.113.7", PHONE + " Zalo", TODAY) != here
    assert devices.device("203.0.114.7", PHONE, TODAY) != here
    assert devices.device("203.0.113.200", PHONE, TODAY) == here


def test_the_salt_of_a_day_is_gone_with_the_day(tmp_path: Path) -> None:
    devices = Devices(tmp_path, SEALER)
    yesterday = devices.device("203.0.113.7", PHONE, TODAY)
    assert devices.device("203.0.113.7", PHONE, TOMORROW) != yesterday
    assert [path.name for path in tmp_path.iterdir()] == ["2026-11-25.salt"]
    assert Devices(tmp_path, SEALER).device("203.0.113.7", PHONE, TODAY) != yesterday


def test_a_salt_lies_sealed_and_for_its_owner_only(tmp_path: Path) -> None:
    salt = bytes(range(32))
    Devices(tmp_path, SEALER, random=lambda size: salt[:size]).device("203.0.113.7", PHONE, TODAY)
    (path,) = tmp_path.iterdir()
    assert salt not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert SEALER.open(path.read_bytes(), path.name) == salt


def test_without_a_folder_to_write_devices_are_still_told_apart(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    devices = Devices(blocked, SEALER)
    here = devices.device("203.0.113.7", PHONE, TODAY)
    assert devices.device("203.0.113.7", PHONE, TODAY) == here
    assert devices.device("198.51.100.7", PHONE, TODAY) != here


def test_a_salt_that_does_not_open_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "2026-11-24.salt").write_bytes(b"rubbish")
    assert len(Devices(tmp_path, SEALER).device("203.0.113.7", PHONE, TODAY)) == 16


def test_a_network_is_24_bits_of_ipv4_and_48_of_ipv6() -> None:
    assert network("203.0.113.7") == "cb0071"
    assert network("::ffff:203.0.113.7") == "cb0071"
    assert network("2001:db8:1:2::7") == network("2001:db8:1:ffff::8") == "20010db80001"
    assert network("fe80::1%eth0") == "fe8000000000"
    assert network("testclient") == "testclient"
