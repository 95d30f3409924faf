"""`nguon key new|admit|revoke|list|rotate-tem`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nguon.cli.org import Role, Stems
from nguon.cli.output import Json, emit

if TYPE_CHECKING:
    from ledger.capture import CaptureResult

app = typer.Typer(help="Signing keys.", no_args_is_help=True)


@app.command()
def new(
    org: Annotated[str, typer.Option(metavar="URI", help="https://id.gs1.org/417/{gln}")],
    role: Role = "member",
    stem: Stems = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write a key of one's own here (PEM), and FILE.request to have it admitted."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a key: hosted here and admitted at once, or with --out one's own."""
    from ledger.gs1.epc import canonical

    uri = canonical(org)
    if out is not None:
        kid = _own_key(out, uri, role, stem or [])
        value = {"org": uri, "kid": kid, "key": str(out), "request": f"{out}.request"}
        emit(value, as_json=as_json, text=f"{kid}\n  key      {out}   (keep it)\n  request  {out}.request")
        return
    from nguon.wiring import Deployment

    with Deployment.from_environment() as deployment:
        signer = deployment.host_key(uri, role=role, stems=stem or ())
    emit(
        {"org": uri, "kid": signer.kid, "custody": "hosted"},
        as_json=as_json,
        text=f"{signer.kid}  hosted for {uri}",
    )


@app.command()
def admit(
    request: Annotated[Path, typer.Argument(metavar="REQUEST", help="What `key new --out` wrote.")],
    as_json: Json = False,
) -> None:
    """Admit a key whose holder proves, by signing the request with it, that he has it."""
    from nguon.wiring import Deployment

    asked = request.read_text("ascii").strip()
    with Deployment.from_environment() as deployment:
        admitted = deployment.registrar_desk.admit(asked)
    _logged(admitted.result, admitted.key.jwk.kid, "admitted", as_json=as_json)


@app.command(context_settings={"ignore_unknown_options": True})  # one key in 64 begins with a dash
def revoke(kid: Annotated[str, typer.Argument(metavar="KID")], as_json: Json = False) -> None:
    """Revoke a key: it signs nothing from the next entry on."""
    from coop.accounts.actions import retire_hosted_key
    from nguon.wiring import Deployment

    with Deployment.from_environment() as deployment:
        result = deployment.registrar_desk.revoke(deployment.log.key_record(kid), kid)
        retire_hosted_key(deployment.accounts, kid, deployment.clock())
    _logged(result, kid, "revoked", as_json=as_json)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """All keys ever admitted."""
    from nguon.wiring import Deployment

    with Deployment.from_environment() as deployment:
        for record in deployment.log.key_records():
            value: dict[str, object] = {
                "kid": record.kid,
                "org": record.org,
                "role": record.role,
                "custody": record.custody,
                "stems": list(record.stems),
                "admitted": record.admitted,
                "revoked": record.revoked,
            }
            state = "revoked" if record.revoked is not None else record.custody
            emit(value, as_json=as_json, text=f"{record.kid}  {record.role:<10} {state:<8} {record.org}")


@app.command("rotate-tem")
def rotate_tem(as_json: Json = False) -> None:
    """Make a new master key for the rolls to come; those that were issued go on verifying.

    A running service takes it up by itself.
    """
    from nguon.keys import open_keys
    from nguon.settings import Settings

    number = open_keys(Settings()).tem.rotate()
    emit(
        {"generation": number, "file": f"tem-{number}.key"},
        as_json=as_json,
        text=f"New rolls are of generation {number}: back up tem-{number}.key beside the others.",
    )


def _own_key(out: Path, org: str, role: str, stems: list[str]) -> str:
    from datetime import UTC, datetime

    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    from ledger.statement.jws import Jwk
    from nguon.keys import write_private
    from nguon.registrar import request

    private = ec.generate_private_key(ec.SECP256R1())
    write_private(out, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    asked = request(private, org, role=role, stems=[org, *stems], now=datetime.now(UTC))
    Path(f"{out}.request").write_text(asked + "\n", "ascii")
    return Jwk.from_public(private.public_key()).kid


def _logged(result: "CaptureResult", kid: str, action: str, *, as_json: bool) -> None:
    index = result.receipts[0].index
    emit(
        {"kid": kid, "action": action, "index": index},
        as_json=as_json,
        text=f"{kid} {action} at entry {index}",
    )
