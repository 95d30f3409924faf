"""`nguon chain deploy|status|keystore`."""

from pathlib import Path
from typing import Annotated

import typer

from nguon.cli.output import Json, emit

app = typer.Typer(help="The contract and the chain.", no_args_is_help=True)


@app.command()
def deploy(
    owner_keystore: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The owner's key, best a cold one; by default the publisher's (NGUON_KEYSTORE).",
        ),
    ] = None,
    recaller: Annotated[
        list[str] | None,
        typer.Option(metavar="ADDRESS", help="Whose recalls in the contract count; repeatable."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Deploy the contract and open the log on the chain of NGUON_RPCS and NGUON_CHAIN_ID; what is there stays."""
    from ledger.chain.deploy import set_up
    from ledger.chain.rpc import Rpc, hexed
    from ledger.chain.transactions import GWEI, FeeLimits, keystore_address, open_keystore
    from ledger.errors import ChainError
    from nguon.settings import Settings

    settings = Settings()
    if settings.embedded_chain:
        raise ChainError(
            "NGUON_RPCS names no chain; the embedded test chain sets itself up.", code="chain.not_configured"
        )
    if settings.keystore is None:
        raise ChainError("NGUON_KEYSTORE names no publisher's key.", code="chain.keystore")
    owner = open_keystore(owner_keystore or settings.keystore, settings.password())
    rpc = Rpc(settings.rpcs[0], timeout=30.0)
    try:
        found = set_up(
            rpc,
            settings.chain_id,
            owner,
            settings.origin,
            keystore_address(settings.keystore),
            settings.max_age,
            address=settings.contract or None,
            recallers=tuple(recaller or ()),
            progress=lambda step, detail: typer.echo(f"{step}: {detail}", err=True),
            limits=FeeLimits(max_fee=settings.max_fee_gwei * GWEI),
        )
    finally:
        rpc.close()
    value = {
        "chainId": found.chain_id,
        "contract": found.contract,
        "logId": hexed(found.log_id),
        "block": found.block,
    }
    text = f"NGUON_CHAIN_ID={found.chain_id}\nNGUON_CONTRACT={found.contract}\nNGUON_LOG_ID={hexed(found.log_id)}"
    emit(value, as_json=as_json, text=text)


@app.command()
def status(as_json: Json = False) -> None:
    """What the contract says about the log, and how far the log is ahead of it."""
    from ledger.chain.rpc import hexed
    from nguon.wiring import Deployment

    with Deployment.from_environment() as deployment:
        place, home = deployment.place, deployment.chain.home
        head, final = home.head(), home.newest_final()
        value = {
            "chain": place.name,
            "chainId": place.chain_id,
            "local": place.local,
            "contract": place.contract,
            "logId": hexed(place.log_id),
            "block": head.block.number,
            "latest": head.latest.size if head.latest else 0,
            "final": final.size if final else 0,
            "finalTime": final.time if final else None,
            "publisher": head.standing.publisher,
            "owner": head.standing.owner,
            "maxAge": head.standing.max_age,
            "falseSince": head.standing.false_since or None,
            "retired": head.standing.retired,
            "logSize": deployment.log.size(),
        }
        emit(value, as_json=as_json, text="\n".join(f"{name:<10} {item}" for name, item in value.items()))


@app.command()
def keystore(
    path: Annotated[Path, typer.Argument(metavar="FILE")],
    as_json: Json = False,
) -> None:
    """Make an encrypted key for the publisher (or owner); its password is NGUON_KEYSTORE_PASSWORD[_FILE]."""
    from ledger.chain.transactions import create_keystore
    from ledger.errors import ChainError
    from nguon.settings import Settings

    password = Settings().password()
    if not password:
        raise ChainError(
            "Set NGUON_KEYSTORE_PASSWORD or NGUON_KEYSTORE_PASSWORD_FILE.", code="chain.keystore"
        )
    key = create_keystore(path, password)
    emit(
        {"file": str(path), "address": key.address}, as_json=as_json, text=f"{path}\n  address {key.address}"
    )
