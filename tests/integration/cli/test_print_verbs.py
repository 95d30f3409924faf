"""Printing on the command line: every tem of a roll once, whatever interrupts it, and never one that was voided."""

import csv
import io
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
import zxingcpp
from clikit import GROWER, PLACE, Cli, birth
from PIL import Image

from ledger.digsig import check
from nguon.settings import Settings
from nguon.wiring import Deployment

LOT = ("09521001000055", "L1")
BIG = 30_000


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """A deployment with one organisation and one lot."""
    folder = tmp_path_factory.mktemp("printing")
    found = Cli(folder / "data")
    found.json("org", "add", GROWER, "HTX Mẫu", "--stem", "https://id.gs1.org/01/0952100100", "--stem", PLACE)
    document = folder / "birth.json"
    document.write_text(json.dumps(birth("L1", quantity=200_000)))
    found.json("capture", str(document))
    return found


@pytest.fixture(scope="module")
def roll(cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[str]]:
    """A roll of many tem, and its codes."""
    out = tmp_path_factory.mktemp("codes") / "codes.txt"
    made = cli.json("tem", *LOT, str(BIG), "--out", str(out)).value
    return made["roll"], out.read_text().split()


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def printed(folder: Path) -> list[str]:
    """The codes in a folder's tables, in the order of its files."""
    return [row["url"] for path in sorted(folder.glob("tem-*.csv")) for row in table(path)]


def as_printed(codes: list[str]) -> list[str]:
    from labels.form import printed_form

    return [printed_form(code) for code in codes]


def test_a_roll_becomes_a_table_with_each_tem_once(
    cli: Cli, tmp_path: Path, roll: tuple[str, list[str]]
) -> None:
    out = tmp_path / "csv"
    told = cli.json("print", "roll", *LOT, roll[0], "--format", "csv", "--out", str(out)).value
    assert (told["labels"], told["files"]) == (BIG, ["tem-0001.csv", "tem-0002.csv", "tem-0003.csv"])
    assert printed(out) == as_printed(roll[1])
    again = cli.json("print", "roll", *LOT, roll[0], "--format", "csv", "--out", str(out)).value
    assert (again["labels"], again["before"]) == (0, 3)


def test_a_job_that_was_killed_goes_on_and_prints_each_tem_once(
    cli: Cli, tmp_path: Path, roll: tuple[str, list[str]]
) -> None:
    out = tmp_path / "killed"
    command = cli.command("print", "roll", *LOT, roll[0], "--format", "csv", "--out", str(out))
    kills = 0
    for wanted in (1, 2):
        process = subprocess.Popen(command, env=cli.environment, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            if len(list(out.glob("tem-*.csv"))) == wanted and list(out.glob(".tem-*.unfinished")):
                process.send_signal(signal.SIGKILL)
                kills += 1
                break
            time.sleep(0.0005)
        process.wait(30)
    assert kills == 2
    before = len(list(out.glob("tem-*.csv")))
    assert before < 3
    told = cli.json("print", "roll", *LOT, roll[0], "--format", "csv", "--out", str(out)).value
    assert told["before"] == before
    assert printed(out) == as_printed(roll[1])
    assert sorted(path.name for path in out.iterdir()) == ["job.json", *told["files"]]


def test_a_full_disk_is_told_and_the_job_goes_on(
    cli: Cli, tmp_path: Path, roll: tuple[str, list[str]]
) -> None:
    out = tmp_path / "full"
    arguments = ("print", "roll", *LOT, roll[0], "--format", "csv", "--out", str(out))
    limited = (
        "import resource, sys; from nguon.cli import main; import nguon.printing as p; make = p._make\n"
        "def full(path, *rest):\n"
        "    limit = 1 << 12 if path.name == 'tem-0002.csv' else resource.RLIM_INFINITY\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))\n"
        "    return make(path, *rest)\n"
        f"p._make = full; sys.argv = {['nguon', *arguments]!r}; main()"
    )
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    ran = subprocess.run(
        [sys.executable, "-c", limited], env=cli.environment, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 2, ran.stderr
    assert "[label.disk]" in ran.stderr
    assert sorted(path.name for path in out.iterdir()) == ["job.json", "tem-0001.csv"]
    cli.run(*arguments)
    assert printed(out) == as_printed(roll[1])


@pytest.mark.parametrize(
    "other",
    [("--from", "2"), ("--count", "30"), ("--mask", "fixed"), ("--lang", "en"), ("--format", "zpl")],
    ids=lambda other: other[0],
)
def test_another_order_is_refused_in_a_job_s_folder(
    cli: Cli, tmp_path: Path, roll: tuple[str, list[str]], other: tuple[str, str]
) -> None:
    first = {"--count": "20", "--format": "csv", "--lang": "vi"}
    command = ["print", "roll", *LOT, roll[0], "--out", str(tmp_path)]

    def options(values: dict[str, str]) -> list[str]:
        return [word for pair in values.items() for word in pair]

    cli.run(*command, *options(first))
    kept = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    refused = cli.run(*command, *options({**first, other[0]: other[1]}), expect=2)
    assert "[label.job]" in refused.err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == kept


def decoded_pages(pdf: Path, folder: Path, dpi: int = 300) -> Iterator[list[str]]:
    """The QR codes of each page, as a decoder reads them from what poppler paints."""
    subprocess.run(["pdftoppm", "-r", str(dpi), "-gray", str(pdf), str(folder / "page")], check=True)
    for path in sorted(folder.glob("page-*.pgm")):
        with Image.open(path) as page:
            yield [found.text for found in zxingcpp.read_barcodes(page)]


def test_sheets_hold_what_was_asked_for_from_the_place_on_that_is_free(
    cli: Cli, tmp_path: Path, roll: tuple[str, list[str]]
) -> None:
    out = tmp_path / "pdf"
    options = ("--from", "101", "--count", "40", "--first", "3", "--mask", "fixed", "--lang", "vi")
    said = cli.run("print", "roll", *LOT, roll[0], "--out", str(out), *options).out
    assert "Đã in 40 tem" in said
    pages = list(decoded_pages(out / "tem-0001.pdf", tmp_path))
    assert [len(page) for page in pages] == [19, 21]
    assert {text for page in pages for text in page} == set(as_printed(roll[1][100:140]))


def test_voided_tem_are_not_printed_again(cli: Cli, tmp_path: Path) -> None:
    made = cli.json("tem", *LOT, "12").value
    cli.json("tem", "void", *LOT, *made["codes"][3:5])
    told = cli.json("print", "roll", *LOT, made["roll"], "--format", "csv", "--out", str(tmp_path)).value
    assert told["labels"] == 10
    assert printed(tmp_path) == as_printed(made["codes"][:3] + made["codes"][5:])
    cli.json("tem", "void", *LOT, "--roll", made["roll"])
    folder = str(tmp_path / "again")
    refused = cli.run("print", "roll", *LOT, made["roll"], "--out", folder, expect=2)
    assert "[tem.roll_voided]" in refused.err


def test_a_second_layer_is_printed_and_stands_in_the_table(cli: Cli, tmp_path: Path) -> None:
    made = cli.json("tem", *LOT, "4", "--hidden").value
    cli.json("print", "roll", *LOT, made["roll"], "--format", "csv", "--out", str(tmp_path / "csv"))
    assert [row["hidden"] for row in table(tmp_path / "csv" / "tem-0001.csv")] == made["hiddenCodes"]
    cli.json("print", "roll", *LOT, made["roll"], "--out", str(tmp_path / "pdf"))
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "pdf" / "tem-0001.pdf", "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    flat = text.replace(" ", "").replace("\n", "")
    assert all(code in flat for code in made["hiddenCodes"])


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_pictures_of_a_roll_are_the_previews(cli: Cli, tmp_path: Path, kind: str) -> None:
    made = cli.json("tem", *LOT, "3").value
    cli.json("print", "roll", *LOT, made["roll"], "--format", kind, "--out", str(tmp_path / "all"))
    with ZipFile(tmp_path / "all" / f"tem-0001.{kind}.zip") as packed:
        names = packed.namelist()
        pictures = [packed.read(name) for name in names]
    assert [name.split("-")[1].split(".")[0] for name in names] == [code[-17:] for code in made["codes"]]
    cli.run("print", "preview", *LOT, made["roll"], str(tmp_path / f"two.{kind}"), "--number", "2")
    assert (tmp_path / f"two.{kind}").read_bytes() == pictures[1]
    if kind == "png":
        read = [zxingcpp.read_barcodes(Image.open(io.BytesIO(data)))[0].text for data in pictures]
        assert read == as_printed(made["codes"])


def test_labels_are_vietnamese_unless_english_is_asked_for(cli: Cli, tmp_path: Path) -> None:
    made = cli.json("tem", *LOT, "2").value

    def words(*options: str) -> str:
        out = tmp_path / ("en" if options else "vi")
        cli.run("print", "roll", *LOT, made["roll"], "--out", str(out), *options, LANG="en_GB.UTF-8")
        command = ["pdftotext", str(out / "tem-0001.pdf"), "-"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert "Lô L1" in words()
    assert "Lot L1" in words("--lang", "en")


def test_the_mark_that_is_given_is_on_the_label(cli: Cli, tmp_path: Path) -> None:
    made = cli.json("tem", *LOT, "1").value
    own, plain, wrong = tmp_path / "own.svg", tmp_path / "plain.svg", tmp_path / "wrong.svg"
    mark = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M1 1L9 9Z"/></svg>'
    (tmp_path / "mark.svg").write_text(mark)
    (tmp_path / "mark.gif").write_bytes(b"GIF89a")
    cli.run("print", "preview", *LOT, made["roll"], str(plain))
    cli.run("print", "preview", *LOT, made["roll"], str(own), "--mark", str(tmp_path / "mark.svg"))
    assert 'd="M1 1L9 9Z"' in own.read_text()
    assert 'd="M1 1L9 9Z"' not in plain.read_text()
    refused = cli.run(
        "print", "preview", *LOT, made["roll"], str(wrong), "--mark", str(tmp_path / "mark.gif"), expect=2
    )
    assert "label.mark" in refused.err


def test_signed_labels_carry_a_signature_that_holds(cli: Cli, tmp_path: Path) -> None:
    made = cli.json("tem", *LOT, "21").value
    cli.json("print", "roll", *LOT, made["roll"], "--signed", "--out", str(tmp_path / "out"))
    (page,) = decoded_pages(tmp_path / "out" / "tem-0001.pdf", tmp_path)
    assert sorted(text.partition("?")[0] for text in page) == sorted(made["codes"])
    with Deployment.open(Settings(data_dir=cli.data)) as deployment:
        keys = deployment.log.key_records()
    assert {check(text, keys).key.org for text in page} == {GROWER}


def test_thermal_files_hold_a_label_for_each_tem(cli: Cli, tmp_path: Path) -> None:
    made = cli.json("tem", *LOT, "5").value
    for kind, mark in (("zpl", b"^XZ"), ("tspl", b"\r\nPRINT 1,1\r\n")):
        out = tmp_path / kind
        cli.json("print", "roll", *LOT, made["roll"], "--format", kind, "--out", str(out), "--dpi", "300")
        assert (out / f"tem-0001.{kind}").read_bytes().count(mark) == 5
    refused = cli.run("print", "roll", *LOT, made["roll"], "--format", "zpl", "--dpi", "400", expect=2)
    assert "[label.dpi]" in refused.err


def test_layouts_are_listed_and_each_has_a_test_sheet(cli: Cli, tmp_path: Path) -> None:
    listed = cli.json("print", "layouts").lines
    assert {"L7160", "TOMY-145", "A4-44"} <= {item["layout"] for item in listed}
    for item in listed[:3]:
        path = tmp_path / f"{item['layout']}.pdf"
        cli.run("print", "test-sheet", item["layout"], str(path))
        assert path.read_bytes().startswith(b"%PDF-")
    assert "[label.layout]" in cli.run("print", "test-sheet", "L1", str(tmp_path / "no.pdf"), expect=2).err
    assert not os.path.exists(tmp_path / "no.pdf")
