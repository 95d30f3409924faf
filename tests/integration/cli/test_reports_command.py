"""`nguon reports`: what buyers told, for the operator."""

from pathlib import Path

import pytest
from clikit import GROWER, PRODUCT, Cli

from coop.reports.actions import About, Told
from nguon.settings import Settings
from nguon.wiring import Deployment


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path / "data")


def test_reports_are_listed_newest_first_and_by_organisation(cli: Cli) -> None:
    assert cli.run("reports").out.strip() == "no reports"
    with Deployment.open(Settings(data_dir=cli.data)) as deployment:
        mine = deployment.reports.file(
            Told("https://nguon.localhost/01/x", "suspect", "Tem dán chồng", "VN-18"),
            About(f"{PRODUCT}/10/L1", "S1", GROWER, "verified"),
            None,
        )
        other = deployment.reports.file(Told("x", "different"), About(), None)
    listed = cli.run("reports", "--json").value["reports"]
    assert [item["number"] for item in listed] == [other, mine]
    assert [item["number"] for item in cli.run("reports", "--json", "--limit", "1").value["reports"]] == [
        other
    ]
    (only,) = cli.run("reports", "--json", "--org", GROWER).value["reports"]
    assert (only["number"], only["place"], only["verdict"]) == (mine, "VN-18", "verified")
    text = cli.run("reports", "--org", GROWER).out
    assert text.startswith(mine)
    assert "suspect VN-18" in text
    assert "Tem dán chồng" in text
