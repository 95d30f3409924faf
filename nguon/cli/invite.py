"""`nguon invite`: a way in for a person, as a link and as a QR in the terminal."""

from typing import TYPE_CHECKING, Annotated

import typer

from nguon.cli.output import Json, emit

if TYPE_CHECKING:
    from labels.symbol import Symbol

_HALVES = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}  # light modules are drawn: terminals are dark


def invite(
    role: Annotated[
        str, typer.Option(help="alliance, auditor, officer, laboratory or retailer; officers invite members.")
    ],
    name: Annotated[str, typer.Option(help="Who is invited; kept in the working tables only.")],
    phone: Annotated[str | None, typer.Option(help="A number to call.")] = None,
    org: Annotated[
        str | None, typer.Option(metavar="URI", help="https://id.gs1.org/417/{gln}; none for the alliance.")
    ] = None,
    org_name: Annotated[str | None, typer.Option(help="What people call it, where it is new.")] = None,
    prefix: Annotated[
        str | None, typer.Option(metavar="DIGITS", help="Its GS1 company prefix: what it speaks for.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Invite somebody: the link opens once, within seven days, on the phone that will hold the passkey.

    Runs beside the service; NGUON_PUBLIC_URL says where browsers reach it.
    """
    from coop.accounts.powers import OF_ROLE, OPERATOR
    from coop.accounts.queries import Caller
    from coop.people.desk import Wanted
    from labels.symbol import qr
    from nguon.wiring import Deployment

    operator = Caller("cli", None, OPERATOR, powers=OF_ROLE[OPERATOR])
    wanted = Wanted(role, name, phone, org, org_name, prefix)
    with Deployment.from_environment() as deployment:
        link = deployment.people.invite(operator, wanted)
    value = {
        "id": link.id,
        "url": link.url,
        "secret": link.secret,
        "expires": link.expires.isoformat().replace("+00:00", "Z"),
    }
    text = f"{link.url}\n\n{_drawn(qr(link.url, error='L'))}\n\nOpens once, until {link.expires:%Y-%m-%d %H:%M} UTC."
    emit(value, as_json=as_json, text=text)


def _drawn(symbol: "Symbol") -> str:
    """A code in half blocks, two modules a character, in its quiet zone."""
    quiet = symbol.quiet // 2  # a terminal's margin helps
    width = symbol.width + 2 * quiet
    blank = [bytes(width)] * quiet
    rows = [*blank, *(bytes(quiet) + row + bytes(quiet) for row in symbol.rows), *blank]
    if len(rows) % 2:
        rows.append(bytes(width))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join(
        "".join(_HALVES[above, below] for above, below in zip(*pair, strict=True)) for pair in pairs
    )
