"""Settings come from NGUON_… variables alone; a deployment's keys are made once, and only its owner reads them."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from ledger.errors import StoreError
from nguon.keys import open_keys
from nguon.locking import exclusive
from nguon.settings import Settings


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("NGUON_ORIGIN=from-a-file.example\n")
    monkeypatch.setenv("NGUON_RPCS", "https://a.example, https://b.example")
    monkeypatch.setenv("NGUON_KEYSTORE_PASSWORD", "secret")
    settings = Settings()
    assert settings.origin == "nguon.localhost"
    assert settings.rpcs == ("https://a.example", "https://b.example")
    assert not settings.embedded_chain
    assert settings.password() == "secret"
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [("ORIGIN", "HTTPS://X"), ("PORT", "70000"), ("FINALITY", "soon"), ("CONTRACT", "0x12"), ("QUORUM", "0")],
)
def test_a_wrong_setting_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"NGUON_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    first, again = open_keys(settings), open_keys(settings)
    assert first.tem() == again.tem()
    assert first.publisher == again.publisher
    assert first.log.public_key() == again.log.public_key()
    assert first.registrar.public_key() == again.registrar.public_key()
    modes = {path.name: path.stat().st_mode & 0o777 for path in settings.data_dir.iterdir()}
    assert set(modes) == {"master.key", "log.key", "registrar.key", "tem.key", "publisher.key"}
    assert set(modes.values()) == {0o600}


def test_a_lost_master_key_is_never_replaced(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    open_keys(settings)
    (settings.data_dir / "master.key").unlink()
    with pytest.raises(StoreError, match="missing"):
        open_keys(settings)
    assert not (settings.data_dir / "master.key").exists()
    other = settings.model_copy(update={"master_key_file": tmp_path / "other"})
    (tmp_path / "other").write_text("00" * 32 + "\n")
    with pytest.raises(StoreError, match="does not open"):
        open_keys(other)


def test_one_process_has_the_lock(tmp_path: Path) -> None:
    with exclusive(tmp_path / "lock"):
        with pytest.raises(StoreError, match="writes this log") as caught, exclusive(tmp_path / "lock"):
            pass
        assert caught.value.code == "store.locked"
    with exclusive(tmp_path / "lock"):
        pass


def test_the_tem_key_has_generations_and_a_running_process_sees_a_new_one(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    running, other = open_keys(settings).tem, open_keys(settings).tem
    (first,) = running()
    assert other.rotate() == 2
    assert running() == other() == open_keys(settings).tem()
    assert running()[0] == first
    assert running.rotate() == 3
    assert len(set(other())) == 3
    path = settings.data_dir / "tem-3.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert running()[2] not in path.read_bytes()
    path.write_bytes((settings.data_dir / "tem-2.key").read_bytes())
    with pytest.raises(StoreError):  # a generation is sealed under its own name
        open_keys(settings).tem()
