"""`nguon org add`, `org list`, `org token`."""

from typing import Annotated

import typer

from nguon.cli.output import Json, emit

app = typer.Typer(help="Organisations and their API keys.", no_args_is_help=True)

Org = Annotated[str, typer.Argument(metavar="URI", help="https://id.gs1.org/417/{gln}")]
Role = Annotated[str, typer.Option(help="member, officer, laboratory, retailer or authority.")]
Stems = Annotated[
    list[str] | None,
    typer.Option("--stem", metavar="URI", help="A URI prefix that the key speaks for; repeatable."),
]


@app.command()
def add(
    uri: Org,
    name: Annotated[str, typer.Argument(help="What people call it.")],
    role: Role = "member",
    stem: Stems = None,
    own_key: Annotated[
        bool, typer.Option("--own-key", help="It holds its own key: host none for it.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Enter an organisation: its API key, shown once, and a hosted signing key, admitted."""
    from coop.accounts.actions import add_organisation, issue_api_key
    from ledger.gs1.epc import canonical
    from nguon.wiring import Deployment

    org = canonical(uri)
    with Deployment.from_environment() as deployment:
        add_organisation(deployment.accounts, org, name, deployment.clock())
        kid = None if own_key else deployment.host_key(org, role=role, stems=stem or ()).kid
        secret = issue_api_key(deployment.accounts, org, deployment.clock())
    value = {"org": org, "name": name, "kid": kid, "apiKeyId": secret.id, "apiKey": secret.secret}
    text = f"{org}\n  API key   {secret.secret}   (shown once)\n  hosted key {kid or '-'}"
    emit(value, as_json=as_json, text=text)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """All organisations."""
    from coop.accounts.queries import organisations
    from nguon.wiring import Deployment

    with Deployment.from_environment() as deployment:
        for uri, name in organisations(deployment.engine).items():
            emit({"org": uri, "name": name}, as_json=as_json, text=f"{uri}  {name}")


@app.command()
def token(
    uri: Annotated[str | None, typer.Argument(metavar="[URI]", help="Without one: the operator's.")] = None,
    revoke: Annotated[str | None, typer.Option(metavar="ID", help="End this API key instead.")] = None,
    as_json: Json = False,
) -> None:
    """Make another API key (shown once), or end one."""
    from coop.accounts.actions import issue_api_key, revoke_api_key
    from ledger.gs1.epc import canonical
    from nguon.wiring import Deployment

    with Deployment.from_environment() as deployment:
        if revoke is not None:
            revoke_api_key(deployment.accounts, revoke, deployment.clock())
            emit({"revoked": revoke}, as_json=as_json, text=f"{revoke} is ended.")
            return
        secret = issue_api_key(deployment.accounts, canonical(uri) if uri else None, deployment.clock())
    emit(
        {"org": secret.org, "apiKeyId": secret.id, "apiKey": secret.secret},
        as_json=as_json,
        text=f"{secret.secret}   (shown once; id {secret.id})",
    )
