"""`nguon anchor --once`."""

from typing import Annotated

import typer

from nguon.cli.output import Json, emit


def anchor(
    once: Annotated[
        bool, typer.Option("--once", help="Anchor what there is, wait until it stands, and end.")
    ] = False,
    timeout: Annotated[float, typer.Option(help="Seconds to wait, with --once.")] = 300.0,
    as_json: Json = False,
) -> None:
    """Keep the contract at the log's newest snapshot. The service does this by itself."""
    from ledger.chain.rpc import hexed
    from ledger.errors import ChainError
    from nguon.wiring import Deployment

    with Deployment.from_environment() as deployment:
        loop = deployment.anchor_loop
        if loop is None:
            raise ChainError("NGUON_KEYSTORE names no publisher's key.", code="chain.keystore")
        if not once:
            from threading import Event

            typer.echo("Anchoring; interrupt to end.", err=True)
            loop.run(Event(), deployment.settings.anchor_poll_seconds)
            return
        step = loop.settle(timeout)
        tx = hexed(step.tx) if step.tx else None
        value = {"action": step.action.value, "size": step.size, "target": step.target, "tx": tx}
        emit(value, as_json=as_json, text=f"The contract holds size {step.size} ({step.action}).")
        if step.action.value in ("false", "retired"):
            raise typer.Exit(1)
