"""Guides for each role, to read and to print."""

from anyio.to_thread import run_sync
from fastapi import APIRouter, Response

from api.deps import Deployed, Sentences
from api.pages.guide import GUIDES
from api.tem_page import html
from ledger.errors import NotFoundError

router = APIRouter(include_in_schema=False)


@router.get("/guide/{role}")
async def guide(role: str, deployed: Deployed, words: Sentences) -> Response:
    """The guide of a role: member, officer, laboratory, retailer or alliance."""
    if role not in GUIDES:
        raise NotFoundError(f"There is no guide for {role}.", code="not_found.page")
    page = await run_sync(deployed.pages.render_guide, words.lang, role)
    return html(page, words)
