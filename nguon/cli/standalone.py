"""`nguon standalone` and `nguon dossier`: files that check a record without this service."""

from pathlib import Path
from typing import Annotated

import typer

from nguon.cli.output import Json, emit


def standalone(
    out: Annotated[Path, typer.Option(metavar="FILE", help="Write the HTML file here.")],
    trust: Annotated[Path, typer.Option(metavar="FILE", help="The trust file to pin, byte for byte.")],
    bundle: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A proof bundle to put inside as well.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Put a trust file into the standalone verifier, and print the SHA-256 of the file that this gives.

    The same release, trust file and bundle give the same file everywhere.
    """
    from ledger.errors import StoreError
    from nguon.serving import standalone_template

    template = standalone_template()
    if template is None:
        raise StoreError(
            "The standalone verifier was not built: run `npm run build:web`.", code="standalone.template"
        )
    page = template.fill(trust.read_bytes(), bundle.read_bytes() if bundle else None)
    out.write_bytes(page.html)
    value: dict[str, object] = {"file": str(out), "sha256": page.digest, "template": template.digest}
    emit(value, as_json=as_json, text=f"{page.digest}  {out}")


def dossier(
    gtin: Annotated[str, typer.Argument(help="14 digits.")],
    lot: Annotated[str, typer.Argument()],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Write the files here.")],
    lang: Annotated[str, typer.Option(help="Language of the PDF: vi or en.")] = "vi",
    as_json: Json = False,
) -> None:
    """Write a lot's dossier: HTML that checks itself, a PDF with the proof attached, bundle, trust file."""
    from api.dossier import make
    from nguon.serving import build
    from nguon.wiring import Deployment

    with Deployment.from_environment() as deployment:
        services = build(deployment)
        made = make(services, (gtin, lot), services.pages.catalogue(lang))
    out.mkdir(parents=True, exist_ok=True)
    files = {
        f"{made.name}.html": made.html,
        f"{made.name}.pdf": made.pdf,
        f"{made.name}.bundle.json": made.bundle,
        "trust.json": made.trust,
    }
    for name, data in files.items():
        (out / name).write_bytes(data)
    value: dict[str, object] = {"files": [str(out / name) for name in files]}
    emit(value, as_json=as_json, text="\n".join(str(out / name) for name in files))
