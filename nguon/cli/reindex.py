"""`nguon reindex`."""

from nguon.cli.output import Json, emit, progress


def reindex(as_json: Json = False) -> None:
    """Drop the indexes for search and derive them again from the statements. Appends wait meanwhile."""
    from ledger.store import search
    from nguon.wiring import Deployment

    with Deployment.from_environment() as deployment, progress("Indexing", quiet=as_json) as told:
        count = search.rebuild(deployment.engine, told)
    emit({"statements": count}, as_json=as_json, text=f"{count} statements indexed.")
