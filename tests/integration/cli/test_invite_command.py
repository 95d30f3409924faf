"""`nguon invite`: the operator invites the first of the alliance, by a link and a code in the terminal."""

from pathlib import Path

import pytest
import zxingcpp
from clikit import Cli
from PIL import Image

from nguon.settings import Settings
from nguon.wiring import Deployment


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path / "data")


def pictured(text: str) -> Image.Image:
    """The code in a terminal's half blocks, as a camera sees it: light where a module is drawn."""
    halves = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255), " ": (0, 0)}
    lines = [line for line in text.splitlines() if line and set(line) <= set(halves)]
    picture = Image.new("L", (len(lines[0]), 2 * len(lines)))
    for row, line in enumerate(lines):
        for column, character in enumerate(line):
            for half, shade in enumerate(halves[character]):
                picture.putpixel((column, 2 * row + half), shade)
    return picture.resize((picture.width * 6, picture.height * 6), Image.Resampling.NEAREST)


def test_the_code_in_the_terminal_reads_as_the_link(cli: Cli) -> None:
    told = cli.run("invite", "--role", "alliance", "--name", "Bà Hà").out
    link = told.splitlines()[0]
    assert link.startswith("http://localhost:8000/join#")
    (read,) = zxingcpp.read_barcodes(pictured(told))
    assert read.text == link
    assert "Opens once" in told


def test_an_invitation_stands_in_the_tables_for_a_week(cli: Cli) -> None:
    made = cli.run(
        "invite", "--role", "auditor", "--name", "Cô Mai", "--phone", "0912 345 678", "--json"
    ).value
    assert made["url"].endswith(f"/join#{made['secret']}")
    with Deployment.open(Settings(data_dir=cli.data)) as deployment:
        ((invited, name),) = deployment.people.invitations(None)
    assert (invited.id, invited.role, invited.state, name) == (made["id"], "auditor", "open", "Cô Mai")
    assert (invited.expires - invited.created).days == 7


def test_an_officer_is_invited_for_an_organisation_with_its_prefix(cli: Cli) -> None:
    asked = ["invite", "--role", "officer", "--name", "Ông Lâm", "--json"]
    org = "https://id.gs1.org/417/9521001000017"
    missing = cli.run(*asked, "--org", org, "--org-name", "HTX Mẫu", expect=2)
    assert "[invitation.no_stems]" in missing.err
    assert cli.run(*asked, expect=2).err.strip().endswith("at /org [invitation.asked]")
    made = cli.run(*asked, "--org", org, "--org-name", "HTX Mẫu", "--prefix", "9521001").value
    with Deployment.open(Settings(data_dir=cli.data)) as deployment:
        invited = deployment.people.invitation(made["id"])
    assert (invited.org, invited.role) == (org, "officer")
    assert "https://id.gs1.org/01/09521001" in invited.stems


def test_the_operator_invites_members_where_there_is_an_officer_to_sign_for_them(cli: Cli) -> None:
    cli.run("org", "add", "https://id.gs1.org/417/9521001000017", "HTX Mẫu", "--role", "member")
    asked = [
        "invite",
        "--role",
        "member",
        "--name",
        "Bác Thìn",
        "--org",
        "https://id.gs1.org/417/9521001000017",
    ]
    assert "[invitation.no_stems]" in cli.run(*asked, expect=2).err
