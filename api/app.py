"""The application: routes, errors, headers, static files."""

from importlib.metadata import version
from typing import Final

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.types import Scope

from api import (
    alliance,
    audit,
    auditors,
    board,
    checking,
    claims,
    coop_app,
    declaring,
    desk,
    documents,
    dossier,
    guides,
    issuers,
    joining,
    lots,
    operations,
    partners,
    passport,
    people,
    picture,
    printing,
    problems,
    public,
    reports,
    rolls,
    scanning,
    scans,
    units,
    workbook,
)
from api.assets import PREFIX, AssetFiles
from api.middleware import RequestContext
from api.services import Services

ROOMS: Final = (
    workbook,
    board,
    desk,
    alliance,
    claims,
    joining,
    people,
    audit,
    partners,
    rolls,
    printing,
    issuers,
    documents,
    passport,
    dossier,
    lots,
    public,
    scans,
    units,
    reports,
    scanning,
    picture,
    coop_app,
    guides,
    auditors,
    checking,
    operations,
)
"""Whose routes there are, the more particular before the general."""

DESCRIPTION: Final = """
A traceability ledger for agricultural cooperatives. Every record is signed and hashed into one append-only log,
whose root is anchored to a contract that refuses a rewritten history.

Verdicts rest on bytes that are proven anew for every answer, and anybody can check them without trusting this
service: get a bundle from `/api/v1/proof`, and run `nguon verify --trust trust.json bundle.json`.

Who may call an operation stands in its `x-access`: the powers of a person's role, or the scopes of an API key, any one
of them; and whose things it is about, the caller's organisation's unless it says why they are shared.

Errors are RFC 9457 problem details with a stable `code`.
"""


class _Static(StaticFiles):
    """Files of the user interface; browsers ask whether they changed."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.setdefault("Cache-Control", "public, max-age=300")
        return response


def create_app(services: Services) -> FastAPI:
    """The application of one deployment."""
    app = FastAPI(
        title="Nguồn",
        version=version("nguon"),
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.state.services = services
    problems.install(app, services.catalogues, services.pages.render_problem)
    for module in ROOMS:
        app.include_router(module.router)
    if services.docs:
        app.include_router(public.reference)
    app.mount("/static", _Static(directory=services.static), name="static")
    if services.assets.files:
        app.mount(PREFIX, AssetFiles(directory=services.assets.folder), name="assets")
    declaring.install(app)
    app.add_middleware(GZipMiddleware, minimum_size=1_000)
    app.add_middleware(RequestContext)
    return app
