"""`nguon serve`."""

import sys
from typing import Annotated

import typer


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (NGUON_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (NGUON_PORT).")] = None,
) -> None:
    """Run the service: capture, verdicts, pages, anchoring. Without NGUON_RPCS it runs its own local test chain."""
    from nguon import logs, serving
    from nguon.settings import Settings

    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = Settings().model_copy(update=given)
    logs.configure(settings.log_level)

    def ready(url: str) -> None:
        chain = (
            "local test chain: anchors prove nothing to others"
            if settings.embedded_chain
            else settings.rpcs[0]
        )
        print(f"Nguồn serves {settings.origin} at {url}   ({chain})", file=sys.stderr, flush=True)

    serving.run(settings, ready)
