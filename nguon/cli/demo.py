"""`nguon demo`."""

from pathlib import Path
from typing import Annotated

import typer

from nguon.cli.output import Json


def demo(
    port: Annotated[int, typer.Option(help="Where to serve; the demo says so if it is taken.")] = 8000,
    once: Annotated[
        bool, typer.Option("--once", help="Stop after the verdicts; exit 0 if each is right.")
    ] = False,
    as_json: Json = False,
    keep: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Leave all files under this directory.")
    ] = None,
    tamper: Annotated[
        bool, typer.Option("--tamper", help="Then change stored bytes, fork, omit, swap: each lie is caught.")
    ] = False,
) -> None:
    """Two real lots from field to scan, on a local test chain, with a link for every verdict."""
    from nguon.demo import run

    raise typer.Exit(run(port=port, once=once, as_json=as_json, keep=keep, tamper=tamper))
