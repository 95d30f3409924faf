"""Documents on a real disk: whole or not at all, and never served when changed."""

import os
from pathlib import Path

import pytest

from ledger.errors import EncodingError, NotFoundError, StoreError
from ledger.lot.documents import MAX_DOCUMENT
from ledger.store.blobs import BlobStore

PDF = b"%PDF-1.7\nreport\n"


def file_of(folder: Path, digest: bytes) -> Path:
    return folder / "blobs" / digest.hex()[:2] / digest.hex()


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs")


def test_what_is_stored_comes_back_byte_for_byte(store: BlobStore) -> None:
    kept = store.put(PDF)
    assert store.put(PDF) == kept
    assert store.get(kept.digest).data == PDF
    assert kept.media_type == "application/pdf"
    assert list(store.damaged()) == []


def test_a_changed_byte_is_never_served_and_is_mended_by_storing_anew(
    store: BlobStore, tmp_path: Path
) -> None:
    kept = store.put(PDF)
    path = file_of(tmp_path, kept.digest)
    for changed in (PDF[:-1] + b"!", PDF[:-1], b""):
        path.write_bytes(changed)
        with pytest.raises(StoreError) as caught:
            store.get(kept.digest)
        assert caught.value.code == "blob.corrupt"
        assert not store.holds(kept.digest)
        assert [where for where, _ in store.damaged()] == [str(path.relative_to(tmp_path / "blobs"))]
    store.put(PDF)
    assert store.get(kept.digest).data == PDF


def test_what_is_not_there_is_said_to_be_missing(store: BlobStore) -> None:
    with pytest.raises(NotFoundError) as caught:
        store.get(bytes(32))
    assert caught.value.code == "not_found.blob"


def test_a_file_in_a_wrong_place_is_found(store: BlobStore, tmp_path: Path) -> None:
    kept = store.put(PDF)
    stray = tmp_path / "blobs" / "00"
    stray.mkdir()
    os.link(file_of(tmp_path, kept.digest), stray / kept.digest.hex())
    (stray / "notes.txt").write_text("x")
    assert len(list(store.damaged())) == 2


def test_a_crash_before_the_move_leaves_nothing_to_read(
    store: BlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise OSError("power failed")

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(OSError, match="power failed"):
        store.put(PDF)
    monkeypatch.undo()
    assert [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == []
    assert store.get(store.put(PDF).digest).data == PDF


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"<svg onload='alert(1)'/>", "blob.media_type"), (b"%PDF-" + bytes(MAX_DOCUMENT), "limit.size")],
)
def test_scripts_and_floods_are_refused(store: BlobStore, data: bytes, code: str) -> None:
    with pytest.raises(EncodingError) as caught:
        store.put(data)
    assert caught.value.code == code
