"""`nguon fsck`."""

from typing import Annotated

import typer

from nguon.cli.output import Json, emit, fail, progress


def fsck(
    chain: Annotated[bool, typer.Option("--chain/--no-chain", help="Also compare with the contract.")] = True,
    as_json: Json = False,
) -> None:
    """Read every stored byte again and derive all from it: exit 0 when it is what was promised, 1 when not."""
    from ledger.audit import Finding, audit
    from ledger.store.checkpoint_file import CheckpointFile
    from nguon.wiring import Deployment

    errors = withheld = 0
    with Deployment.from_environment() as deployment, progress("Reading", quiet=as_json) as told:
        found = audit(
            deployment.log,
            deployment.chain.home.newest_final if chain else None,
            origin=deployment.settings.origin,
            vkey=deployment.log_key,
            registrars=[deployment.registrar],
            checkpoint_file=CheckpointFile(deployment.settings.data_dir / "checkpoint"),
            documents=deployment.blobs,
        )
        for item in found:
            if not isinstance(item, Finding):
                told(item.done, item.total)
                continue
            errors += item.is_error
            withheld += not item.is_error
            if as_json:
                value = {
                    "code": item.code,
                    "where": item.where,
                    "detail": item.message,
                    "error": item.is_error,
                }
                emit(value, as_json=True, text="")
            else:
                fail(f"{item.where}: {item.message}", item.code)
        size = deployment.log.size()
    text = f"{size} entries read: {'all is as promised' if not errors else f'{errors} wrong'}; {withheld} withheld."
    emit({"size": size, "errors": errors, "withheld": withheld}, as_json=as_json, text=text)
    if errors:
        raise typer.Exit(1)
