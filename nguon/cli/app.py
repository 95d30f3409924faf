"""All verbs under one command."""

from typing import Annotated

import typer

from nguon.cli import (
    anchor,
    capture,
    chain,
    db,
    demo,
    epcis,
    fsck,
    invite,
    key,
    org,
    recall,
    reindex,
    reports,
    serve,
    standalone,
    tem,
    unit,
    verify,
)
from nguon.cli import print as printing

app = typer.Typer(
    name="nguon",
    help="Nguồn: a traceability ledger that refuses a rewritten history. Settings are NGUON_… variables.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"nguon {version('nguon')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    """Nguồn: a traceability ledger that refuses a rewritten history. Settings are NGUON_… variables."""


app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("capture")(capture.capture)
app.add_typer(org.app, name="org")
app.add_typer(key.app, name="key")
app.command("invite")(invite.invite)
app.add_typer(tem.app, name="tem")
app.add_typer(printing.app, name="print")
app.add_typer(unit.app, name="unit")
app.command("reports")(reports.reports)
app.command("recall")(recall.recall)
app.command("release")(recall.release)
app.add_typer(epcis.app, name="epcis")
app.command("verify")(verify.verify)
app.command("standalone")(standalone.standalone)
app.command("dossier")(standalone.dossier)
app.command("anchor")(anchor.anchor)
app.command("fsck")(fsck.fsck)
app.command("reindex")(reindex.reindex)
app.add_typer(chain.app, name="chain")
app.add_typer(db.app, name="db")
