"""At the command line: indexes rebuilt, what a recall forgets, rules that a deployment refuses by its settings."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from clikit import GROWER, PLACE, PRODUCT, Cli, birth


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """A deployment with one organisation, a lot of leaves, and packs made of them."""
    found = Cli(tmp_path_factory.mktemp("cli") / "data")
    found.run("org", "add", GROWER, "HTX Mẫu", "--stem", "https://id.gs1.org/01/0952100100", "--stem", PLACE)
    first, second = birth("LEAVES"), birth("PACKS")
    packing = second["epcisBody"]["eventList"][0]
    for name in ("action", "quantityList"):
        del packing[name]
    packing |= {
        "type": "TransformationEvent",
        "bizStep": "packing",
        "inputQuantityList": [{"epcClass": f"{PRODUCT}/10/LEAVES", "quantity": 2}],
        "outputEPCList": [f"{PRODUCT}/21/{serial}" for serial in ("S1", "S2")],
    }
    first["epcisBody"]["eventList"].append(packing)
    captured(found, first)
    return found


def captured(cli: Cli, document: dict[str, Any], expect: int = 0, **environment: str) -> str:
    path = cli.data.parent / "document.json"
    path.write_text(json.dumps(document))
    return cli.run("capture", str(path), expect=expect, **environment).err


def tables(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(database)) as connection:
        names = [
            row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'search_%'")
        ]
        return {name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall()) for name in names}


def test_indexes_are_rebuilt_from_the_statements_alone(cli: Cli) -> None:
    database = cli.data / "nguon.db"
    before = tables(database)
    assert before["search_edge"]
    with closing(sqlite3.connect(database)) as connection:
        for name in before:
            connection.execute(f"DELETE FROM {name}")
        connection.commit()
    assert cli.json("reindex").value["statements"] >= 2
    assert tables(database) == before
    assert "statements indexed" in cli.run("reindex").out


def test_what_a_recall_forgets_is_said_before_it_is_signed(cli: Cli) -> None:
    said = cli.run("recall", "09521001000055", "LEAVES", "--reason", "Cd", "--yes").err
    assert f"made of it and not recalled: {PRODUCT}/10/PACKS" in said
    said = cli.run("recall", "09521001000055", "PACKS", "--serial", "S1", "--reason", "Cd").err
    assert "1 of 2 recalled" in said
    assert f"not named: {PRODUCT}/21/S2" in said


def test_settings_refuse_what_else_only_warns(cli: Cli) -> None:
    seen = birth("ELSEWHERE")
    event = seen["epcisBody"]["eventList"][0]
    for name in ("quantityList", "ilmd"):
        del event[name]
    event |= {"action": "OBSERVE", "epcList": [f"{PRODUCT}/21/S9"], "bizStep": "storing"}
    refused = captured(cli, seen, expect=1, NGUON_REFUSE="expiry.sold,serial.unknown")
    assert "[serial.unknown]" in refused
    assert "/epcisBody/eventList/0/epcList/0" in refused
    captured(cli, seen)
