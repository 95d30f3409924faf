"""`nguon reports`."""

from typing import Annotated

import typer

from nguon.cli.output import Json, emit


def reports(
    org: Annotated[
        str | None, typer.Option(metavar="URI", help="Those about this organisation's lots; by default all.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    as_json: Json = False,
) -> None:
    """List what buyers reported about labels, newest first."""
    from api.reports import report_json
    from nguon.wiring import Deployment

    with Deployment.from_environment() as deployment:
        found = [report_json(item) for item in deployment.reports.newest(org, limit)]
    lines = []
    for item in found:
        place = f" {item['place']}" if item["place"] else ""
        told = f"\n    {item['text']}" if item["text"] else ""
        photo = "  [photo]" if item["photo"] else ""
        lines.append(f"{item['number']}  {item['time']}  {item['kind']}{place}{photo}  {item['code']}{told}")
    emit({"reports": found}, as_json=as_json, text="\n".join(lines) or "no reports")
