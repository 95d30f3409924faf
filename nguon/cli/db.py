"""`nguon db upgrade`."""

import typer

from nguon.cli.output import Json, emit

app = typer.Typer(help="The database.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """The database."""


@app.command()
def upgrade(as_json: Json = False) -> None:
    """Bring the database to the newest schema. Doing it again changes nothing."""
    from nguon.database import upgrade as upgrade_database
    from nguon.settings import Settings

    settings = Settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    upgrade_database(settings.url)
    emit({"upgraded": True}, as_json=as_json, text="The database is at the newest schema.")
