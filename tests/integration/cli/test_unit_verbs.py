"""Cartons at the command line: codes come by standard input as a scanner types them, each is answered at once."""

import io
import json
from pathlib import Path

import pytest
import zxingcpp
from clikit import GROWER, PLACE, PRODUCT, Cli, birth, code
from PIL import Image

GTIN = "09521001000055"


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    cli = Cli(tmp_path_factory.mktemp("units") / "data")
    cli.run("org", "add", GROWER, "HTX Mẫu", "--stem", "https://id.gs1.org/01/0952100100", "--stem", PLACE)
    return cli


def rolled(cli: Cli, tmp_path: Path, lot: str) -> list[str]:
    written, listed = tmp_path / f"{lot}.json", tmp_path / f"{lot}.txt"
    written.write_text(json.dumps(birth(lot, 20)))
    cli.run("capture", str(written))
    cli.run("tem", "issue", GTIN, lot, "10", "--out", str(listed))
    return listed.read_text().split()


def scan(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_scans_are_answered_one_by_one_and_packed_at_the_end(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = rolled(cli, tmp_path, "U1")
    scan(monkeypatch, codes[0], codes[1], codes[0], "rubbish", "", codes[2])
    ran = cli.run("unit", "pack", "--org", GROWER, "--lang", "vi", expect=1)
    lines = ran.out.splitlines()
    assert lines[0].startswith("+ 1  https://id.gs1.org/01/")
    assert lines[2] == "! 3  Mã này đã quét rồi, ở lượt 1. [pack.twice]"
    assert lines[3].endswith("[dl.syntax]")
    assert len(lines) == 4  # the empty line ended it
    assert "nothing is packed" in ran.err
    scan(monkeypatch, codes[0], codes[0], codes[1])
    packed = cli.run("unit", "pack", "--org", GROWER, "--partly", "--json").lines
    assert [line.get("good") for line in packed] == [True, False, True, 2]
    sscc = packed[-1]["sscc"]
    held = cli.json("unit", "show", sscc).value
    assert held["lots"] == [{"lot": f"{PRODUCT}/10/U1", "count": 2.0}]


def test_cartons_go_onto_a_pallet_and_off_again(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = rolled(cli, tmp_path, "U2")
    scan(monkeypatch, *codes[:3])
    carton = cli.run("unit", "pack", "--org", GROWER, "--json").lines[-1]["sscc"]
    pallet = cli.json("unit", "new", "--org", GROWER, "--extension", "3").value["sscc"]
    scan(monkeypatch, f"]C100{carton}")
    cli.run("unit", "pack", "--org", GROWER, "--sscc", pallet)
    assert cli.json("unit", "show", carton).value["in"] == f"https://id.gs1.org/00/{pallet}"
    scan(monkeypatch, codes[5])
    refused = cli.run("unit", "unpack", pallet, "--org", GROWER, expect=1)
    assert "[pack.not_inside]" in refused.err
    cli.run("unit", "unpack", pallet, "--org", GROWER, "--all")
    assert cli.json("unit", "show", pallet).value["items"] == []
    scan(monkeypatch)
    cli.run("unit", "unpack", carton, "--org", GROWER, expect=1)


def test_packs_without_serials_are_counted_behind_a_tab(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rolled(cli, tmp_path, "U3")
    scan(monkeypatch, f"{code('U3')}\t12")
    sscc = cli.run("unit", "pack", "--org", GROWER, "--json").lines[-1]["sscc"]
    assert cli.json("unit", "show", sscc).value["lots"] == [{"lot": f"{PRODUCT}/10/U3", "count": 12.0}]


def test_a_label_is_written_for_every_printer(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = rolled(cli, tmp_path, "U4")
    scan(monkeypatch, *codes[:2])
    sscc = cli.run("unit", "pack", "--org", GROWER, "--json").lines[-1]["sscc"]
    for kind in ("png", "svg", "pdf", "zpl", "tspl"):
        cli.run("unit", "label", sscc, str(tmp_path / f"label.{kind}"), "--size", "100x100", "--copies", "2")
    found = {one.text for one in zxingcpp.read_barcodes(Image.open(tmp_path / "label.png").convert("L"))}
    assert any(text.startswith(f"https://nguon.localhost/00/{sscc}?8030=") for text in found)
    assert (tmp_path / "label.zpl").read_text().endswith("^PQ2^XZ\n")
    assert (tmp_path / "label.tspl").read_bytes().endswith(b"PRINT 1,2\r\n")
    wrong = cli.run("unit", "label", sscc, str(tmp_path / "label.gif"), expect=2)
    assert "[unit.label_kind]" in wrong.err


def test_a_prefix_is_set_and_numbers_follow_it(cli: Cli) -> None:
    cli.run("unit", "prefix", "--org", GROWER, "9521001")
    numbers = [line["sscc"] for line in cli.json("unit", "new", "--org", GROWER, "3").lines]
    assert all(number.startswith("09521001") for number in numbers)
    assert len(set(numbers)) == 3
    wrong = cli.run("unit", "prefix", "--org", GROWER, "12", expect=2)
    assert "[sscc.prefix]" in wrong.err
