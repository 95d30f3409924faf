"""Tem on the command line: issued, listed, voided, signed at home, checked without network; their key rotated."""

import json
from pathlib import Path

import pytest
from clikit import GROWER, PLACE, Cli, birth

from ledger.prove import key_file
from nguon.settings import Settings
from nguon.wiring import Deployment

LOT = ("09521001000055", "L1")


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """A deployment with one organisation and one lot of 50 packs."""
    found = Cli(tmp_path / "data")
    found.json("org", "add", GROWER, "HTX Mẫu", "--stem", "https://id.gs1.org/01/0952100100", "--stem", PLACE)
    document = tmp_path / "birth.json"
    document.write_text(json.dumps(birth("L1")))
    found.json("capture", str(document))
    return found


def kept(cli: Cli, folder: Path) -> tuple[str, str]:
    """The files that a phone without network keeps."""
    with Deployment.open(Settings(data_dir=cli.data)) as deployment:
        (folder / "keys.json").write_bytes(key_file(deployment.log).pack())
        (folder / "trust.json").write_text(json.dumps(deployment.trust.to_json()))
    return str(folder / "keys.json"), str(folder / "trust.json")


def test_the_verb_issue_may_be_left_out(cli: Cli) -> None:
    first = cli.json("tem", *LOT, "3").value
    second = cli.json("tem", "issue", *LOT, "4", "--hidden").value
    assert (len(first["codes"]), first["hiddenCodes"]) == (3, None)
    assert [len(item) for item in second["hiddenCodes"]] == [10] * 4
    listed = cli.json("tem", "list", *LOT).lines
    assert [(item["roll"], item["count"], item["hidden"]) for item in listed] == [
        (first["roll"], 3, False),
        (second["roll"], 4, True),
    ]
    assert cli.run("tem", "list", *LOT).out.splitlines()[-1] == "room: 50 packs, 7 tem issued: 43 left"
    assert "issue" in cli.run("tem", "--help").out


def test_spoiled_tem_are_voided_by_serial_or_by_code(cli: Cli, tmp_path: Path) -> None:
    roll = cli.json("tem", *LOT, "50").value
    codes = roll["codes"]
    voided = cli.json("tem", "void", *LOT, codes[0], codes[1].rpartition("/")[2], "--reason", "rách").value
    assert voided["left"] == 2
    assert "[tem.voided_before]" in cli.run("tem", "void", *LOT, codes[0], expect=2).err
    again = [item["code"] for item in cli.json("tem", "codes", *LOT, roll["roll"]).lines]
    assert again == codes[2:]
    cli.json("tem", "void", *LOT, "--roll", roll["roll"])
    assert "[tem.roll_voided]" in cli.run("tem", "codes", *LOT, roll["roll"], expect=2).err
    assert cli.run("tem", "void", *LOT, expect=2).err
    assert "50 left" in cli.run("tem", "list", *LOT).out


def test_a_key_of_one_s_own_signs_at_home_and_holds_without_network(cli: Cli, tmp_path: Path) -> None:
    key = tmp_path / "own.pem"
    cli.json("key", "new", "--org", GROWER, "--stem", "https://id.gs1.org/01/0952100100", "--out", str(key))
    cli.json("key", "admit", f"{key}.request")
    codes, signed = tmp_path / "codes.txt", tmp_path / "signed.txt"
    cli.json("tem", *LOT, "3", "--hidden", "--out", str(codes))
    cli.run("tem", "sign", str(codes), "--key", str(key), "--out", str(signed))
    links = [line.split("\t") for line in signed.read_text().splitlines()]
    assert [layer for _, layer in links] == [line.split("\t")[1] for line in codes.read_text().splitlines()]
    keys, trust = kept(cli, tmp_path)
    link = links[1][0]
    offline = ("verify", "--offline", "--keys", keys, "--trust", trust)
    found = cli.json(*offline, link).value
    assert (found["signature"], found["params"]["org"]) == ("holds", GROWER)
    assert "Whether it was copied only asking online can tell." in cli.run(*offline, link).out
    forged = link.replace("/21/0000", "/21/0001")
    values = cli.json(
        *offline,
        link,
        forged,
        link.partition("?")[0],
        link.replace("nguon.localhost", "phish.example"),
        expect=1,
    ).lines
    assert [item["code"] for item in values] == [
        "digsig.holds",
        "digsig.forged",
        "digsig.missing",
        "dl.host",
    ]
    spoken = cli.run(*offline, forged, expect=1, LANG="vi_VN.UTF-8").out
    assert "Chữ ký trên tem sai: tem giả." in spoken
    cli.json("key", "revoke", found["params"]["kid"])
    assert cli.json(*offline, link).value["signature"] == "holds"  # an old file does not know it
    keys, trust = kept(cli, tmp_path)
    assert cli.json(*offline, link, expect=1).value["code"] == "digsig.revoked"
    assert cli.run("verify", "--offline", link, expect=2).err


def test_to_sign_with_a_key_that_is_not_here_is_refused_before_a_roll_is_issued(cli: Cli) -> None:
    (hosted,) = cli.json("key", "list").lines
    cli.json("key", "revoke", hosted["kid"])
    refused = cli.run("tem", *LOT, "3", "--signed", "--org", GROWER, expect=2)
    assert "[authority.key]" in refused.err
    assert cli.json("tem", "list", *LOT).lines == []


def test_a_code_that_is_none_is_not_signed(cli: Cli, tmp_path: Path) -> None:
    key, codes = tmp_path / "own.pem", tmp_path / "codes.txt"
    cli.json("key", "new", "--org", GROWER, "--out", str(key))
    codes.write_text("https://nguon.localhost/01/09521001000055/10/L1\n")
    refused = cli.run("tem", "sign", str(codes), "--key", str(key), expect=2)
    assert "line 1" in refused.err
    codes.write_text("x")
    key.write_text("no key")
    assert "[store.corrupt]" in cli.run("tem", "sign", str(codes), "--key", str(key), expect=2).err


def test_rolls_of_before_and_after_a_rotation_verify(cli: Cli) -> None:
    before = cli.json("tem", *LOT, "3").value
    assert cli.json("key", "rotate-tem").value == {"generation": 2, "file": "tem-2.key"}
    after = cli.json("tem", *LOT, "3").value
    cli.json("anchor", "--once")
    assert [item["verdict"] for item in cli.json("verify", before["codes"][0], after["codes"][2]).lines] == [
        "verified"
    ] * 2
    again = [item["code"] for item in cli.json("tem", "codes", *LOT, before["roll"]).lines]
    assert again == before["codes"]
    (cli.data / "tem-2.key").rename(cli.data / "elsewhere")
    assert (
        "[store.tem_key]" in cli.run("verify", before["codes"][0], expect=2).err
    )  # no verdict: it is our fault
    assert "[store.tem_key]" in cli.run("tem", "codes", *LOT, after["roll"], expect=2).err
