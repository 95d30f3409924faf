"""`nguon org add`, `org list`, `org token`, `org tokens`, `org trail`."""

from typing import Annotated

import typer

from coop.accounts.powers import POWERS
from nguon.cli.output import Json, emit

app = typer.Typer(help="Organisations and their API keys.", no_args_is_help=True)

Org = Annotated[str, typer.Argument(metavar="URI", help="https://id.gs1.org/417/{gln}")]
Role = Annotated[str, typer.Option(help="member, officer, laboratory, retailer or authority.")]
Stems = Annotated[
    list[str] | None,
    typer.Option("--stem", metavar="URI", help="A URI prefix that the key speaks for; repeatable."),
]

Scopes = Annotated[
    list[str] | None,
    typer.Option(
        "--scope",
        metavar="SCOPE",
        help=f"What the key may: {', '.join(POWERS)}; repeatable. Without any: all that machines may.",
    ),
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
    scope: Scopes = None,
    revoke: Annotated[str | None, typer.Option(metavar="ID", help="End this API key instead.")] = None,
    as_json: Json = False,
) -> None:
    """Make another API key (shown once), or end one."""
    from coop.accounts.actions import issue_api_key, revoke_api_key
    from coop.accounts.queries import OPERATOR_AT_HAND
    from coop.people.trail import note
    from ledger.gs1.epc import canonical
    from nguon.wiring import Deployment

    with Deployment.from_environment() as deployment:
        if revoke is not None:
            org = revoke_api_key(deployment.accounts, revoke, deployment.clock())
            note(deployment.accounts, OPERATOR_AT_HAND, "api_key.ended", org, revoke, deployment.clock())
            emit({"revoked": revoke}, as_json=as_json, text=f"{revoke} is ended.")
            return
        org = canonical(uri) if uri else None
        secret = issue_api_key(deployment.accounts, org, deployment.clock(), scope)
        note(deployment.accounts, OPERATOR_AT_HAND, "api_key.issued", org, secret.id, deployment.clock())
    may = ", ".join(secret.scopes) if secret.scopes is not None else "all"
    emit(
        {"org": secret.org, "apiKeyId": secret.id, "apiKey": secret.secret, "scopes": secret.scopes},
        as_json=as_json,
        text=f"{secret.secret}   (shown once; id {secret.id}; may {may})",
    )


@app.command()
def tokens(
    uri: Annotated[str | None, typer.Argument(metavar="[URI]", help="Without one: all.")] = None,
    as_json: Json = False,
) -> None:
    """The API keys, never their secrets."""
    from coop.accounts.queries import api_keys
    from ledger.gs1.epc import canonical
    from nguon.wiring import Deployment

    with Deployment.from_environment() as deployment:
        for key in api_keys(deployment.engine, canonical(uri) if uri else None):
            ended = f"  ended {key.revoked:%Y-%m-%d}" if key.revoked is not None else ""
            may = " ".join(key.scopes) if key.scopes is not None else "all"
            value = {
                "apiKeyId": key.id,
                "org": key.org,
                "scopes": key.scopes,
                "createdAt": key.created.isoformat(),
                "endedAt": key.revoked.isoformat() if key.revoked is not None else None,
            }
            text = f"{key.id}  {key.org or 'operator'}  {may}  {key.created:%Y-%m-%d}{ended}"
            emit(value, as_json=as_json, text=text)


@app.command()
def trail(
    uri: Annotated[str | None, typer.Argument(metavar="[URI]", help="Without one: everybody's.")] = None,
    count: Annotated[int, typer.Option(help="How many, the newest first.")] = 50,
    as_json: Json = False,
) -> None:
    """Who did what, the newest first."""
    from coop.people.queries import names
    from coop.people.trail import deeds
    from ledger.gs1.epc import canonical
    from nguon.wiring import Deployment

    with Deployment.from_environment() as deployment:
        found = deeds(deployment.engine, canonical(uri) if uri else None, count)
        called = names(deployment.engine, sorted({done.person for done in found if done.person}))
        for done in found:
            who = called.get(done.person or "", done.person) or done.key_id or "-"
            value = {
                "number": done.number,
                "at": done.at.isoformat(),
                "org": done.org,
                "role": done.role,
                "who": who,
                "what": done.what,
                "about": done.about,
            }
            text = f"{done.at:%Y-%m-%d %H:%M}  {done.what:<16}  {done.role or '-'} {who}  {done.about}"
            emit(value, as_json=as_json, text=text)
