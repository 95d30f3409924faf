"""`nguon epcis validate|explain`: exit statuses, a line for each fault, and no database behind it."""

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from nguon.cli import main
from tests.unit.epcis.test_event import SAMPLES, observation
from tests.unit.test_architecture import modules_after

HEAVY = {"sqlalchemy", "alembic", "fastapi", "starlette", "uvicorn", "web3", "eth_account", "jinja2", "httpx"}


def nguon(monkeypatch: pytest.MonkeyPatch, *arguments: str, language: str = "") -> tuple[int, str, str]:
    """Exit status, standard output, standard error."""
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", language)
    monkeypatch.setattr(sys, "argv", ["nguon", "epcis", *arguments])
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as stop:
        main()
    return int(stop.value.code or 0), out.getvalue(), err.getvalue()


def written(folder: Path, event: dict[str, Any], name: str = "event.jsonld") -> str:
    path = folder / name
    path.write_text(json.dumps(event), encoding="utf-8")
    return str(path)


def test_the_samples_are_valid_by_standard_and_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [str(path) for path in SAMPLES]
    for options in ([], ["--profile"]):
        status, out, err = nguon(monkeypatch, "validate", *options, *names)
        assert (status, err) == (0, "")
        lines = out.splitlines()
        assert [line for line in lines if ": W " not in line] == [f"{name}: ok" for name in names]
        assert len(lines) == len(names) + (
            options == ["--profile"]
        )  # the honey that was held for its moisture


def test_each_fault_is_a_line_with_its_place_code_and_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wrong = written(tmp_path, observation(action="add", bizStep="harvesting"), "wrong.jsonld")
    right = written(tmp_path, observation(), "right.jsonld")
    status, out, _ = nguon(monkeypatch, "validate", wrong, right)
    assert status == 1
    assert set(out.splitlines()) == {
        f"{wrong}: E /action [event.shape] action is ADD, OBSERVE, DELETE, not add.",
        f"{wrong}: E /bizStep [event.vocabulary] harvesting is no word of CBV 2.0 for bizStep; "
        "one of your own is a full URI.",
        f"{right}: ok",
    }


def test_sentences_are_in_the_language_of_the_option_or_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wrong = written(tmp_path, observation(readPoint={}))
    vietnamese = f"{wrong}: E /readPoint [event.shape] Thiếu id.\n"
    assert nguon(monkeypatch, "validate", "--lang", "vi", wrong)[1] == vietnamese
    assert nguon(monkeypatch, "validate", wrong, language="vi_VN.UTF-8")[1] == vietnamese
    english = f"{wrong}: E /readPoint [event.shape] id is missing.\n"
    assert nguon(monkeypatch, "validate", wrong, language="en_GB.UTF-8")[1] == english
    assert nguon(monkeypatch, "validate", "--lang", "en", wrong, language="vi_VN.UTF-8")[1] == english


def test_json_is_one_object_for_each_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    future = written(tmp_path, observation(eventTime="2999-01-01T00:00:00+07:00"))
    status, out, _ = nguon(monkeypatch, "validate", "--json", future, future)
    assert status == 0
    first, second = map(json.loads, out.splitlines())
    assert first == second == {"file": future, "valid": True, "violations": []}
    status, out, _ = nguon(monkeypatch, "validate", "--json", "--profile", future)
    assert status == 1
    (violation,) = json.loads(out)["violations"]
    assert (violation["code"], violation["pointer"], violation["level"]) == ("time.future", "/eventTime", "E")


def test_what_cannot_be_read_is_status_2_and_the_rest_is_checked_still(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    right = written(tmp_path, observation())
    status, out, err = nguon(monkeypatch, "validate", str(tmp_path / "absent"), right)
    assert (status, out) == (2, f"{right}: ok\n")
    assert err.startswith("nguon: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"{", b"\xff", b"[]", b'{"a": NaN}', b"[" * 100_000, b'{"type": "x", "type": "\\ud800"}'),
        *(b'{"a": 1, "a": ' + b"[" * 100_000, b'{"a": 1, "a": 1e400}', b'{"a": 1, "a": Infinity}'),
    ],
)
def test_what_is_no_document_at_all_is_status_1(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: bytes
) -> None:
    (tmp_path / "x").write_bytes(data)
    for options in ([], ["--profile"]):
        status, out, err = nguon(monkeypatch, "validate", *options, str(tmp_path / "x"))
        assert (status, err) == (1, "")
        assert out.startswith(f"{tmp_path / 'x'}: E - [")


def test_explaining_says_what_the_samples_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    whole = joined([path for path in SAMPLES if "herb" in path.parts])
    path = written(tmp_path, whole, "herb.jsonld")
    status, out, err = nguon(monkeypatch, "explain", "--json", path)
    assert (status, err) == (0, "")
    told = json.loads(out)
    assert told["events"] == 26
    assert told["recallCoverage"]["born"] == 29
    assert len(told["recallCoverage"]["notNamed"]) == 5
    status, out, _ = nguon(
        monkeypatch, "explain", "--of", "https://id.gs1.org/01/09521001000048/10/D260114", path
    )
    assert status == 0
    assert out.startswith("26 events: ")
    assert "https://id.gs1.org/01/09521001000048/10/D260114 is made of:\n" in out
    assert "24 of 29 named, 21 released" in out


def test_what_is_not_valid_is_not_explained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    status, out, err = nguon(monkeypatch, "explain", written(tmp_path, observation(action="add")))
    assert (status, out) == (1, "")
    assert "E /action [event.shape]" in err
    wrong = ["explain", "--of", "https://id.gs1.org/01/09521001000054", written(tmp_path, observation())]
    assert nguon(monkeypatch, *wrong)[0] == 2


@pytest.mark.parametrize("verb", [["validate"], ["validate", "--profile"], ["explain"]])
def test_neither_database_nor_server_nor_chain_is_loaded(verb: list[str], tmp_path: Path) -> None:
    loaded = modules_after(["epcis", *verb, written(tmp_path, observation())], expect=0)
    assert "ledger.epcis.schema" in loaded
    assert loaded.isdisjoint(HEAVY)


def joined(paths: list[Path]) -> dict[str, Any]:
    """One document of several, in the order of their names' numbers."""
    documents = [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted(paths, key=lambda path: path.name)
    ]
    events = [event for document in documents for event in document["epcisBody"]["eventList"]]
    vocabularies = [
        vocabulary
        for document in documents
        for vocabulary in document.get("epcisHeader", {}).get("epcisMasterData", {}).get("vocabularyList", [])
    ]
    header = {"epcisMasterData": {"vocabularyList": vocabularies}}
    return {**documents[-1], "epcisHeader": header, "epcisBody": {"eventList": events}}
