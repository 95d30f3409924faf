"""Which requests are scans: somebody looks at a tem's page, and not a program that fetches it ahead or for a preview.

Pure functions of a request's headers. Browsers inside Zalo or Facebook are people (their names stand in the
User-Agent too); the programs that draw previews of links are not.
"""

import re
from collections.abc import Mapping
from typing import Final

from starlette.requests import Request

from coop.scans.places import province

_PROGRAMS: Final = re.compile(
    r"(?<!cu)bot\b|bot/|spider|crawl|slurp|preview|externalhit|facebookcatalog|meta-external|facebot"
    r"|google-(?:inspectiontool|read-aloud|safety)|googleother|google favicon|embedly|vkshare|uptime|pingdom"
    r"|^(?!mozilla/).*(?:zalo|whatsapp|viber|telegram|messenger)",
    re.IGNORECASE,
)
_AHEAD: Final = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
_AHEAD_HEADERS: Final = ("sec-purpose", "purpose", "x-purpose", "x-moz")


def is_program(user_agent: str) -> bool:
    """Whether it is a known program: a search engine, or what draws the preview of a link in a chat."""
    return _PROGRAMS.search(user_agent) is not None


def is_ahead(headers: Mapping[str, str]) -> bool:
    """Whether a browser fetches the page before anybody asked to see it."""
    return any(_AHEAD.search(headers.get(name, "")) for name in _AHEAD_HEADERS)


def is_scan(
    method: str, headers: Mapping[str, str], query: Mapping[str, str], *, typed: bool = False
) -> bool:
    """Whether a request for a tem's page is somebody who scans.

    Not: HEAD, fetching ahead, programs, an older size of the log, the other language of a page that is open already.

    Args:
        method: as sent; HEAD is answered as a GET.
        headers: of the request.
        query: its parameters.
        typed: the code came from a form, which sends the page's language too.
    """
    switched = not typed and "lang" in query and headers.get("sec-fetch-site") == "same-origin"
    return (
        method == "GET"
        and "size" not in query
        and not switched
        and not is_ahead(headers)
        and not is_program(headers.get("user-agent", ""))
    )


def is_foreign(headers: Mapping[str, str]) -> bool:
    """Whether a page of another site made the browser send this."""
    return headers.get("sec-fetch-site", "none") not in ("none", "same-origin")


def address_of(request: Request) -> str:
    """Where a request comes from; used to tell devices apart, and never kept."""
    return request.client.host if request.client else ""


def guessed_place(headers: Mapping[str, str], header: str) -> str | None:
    """The province that a trusted proxy tells in a header; None where no header is trusted, or it tells none."""
    return province(headers.get(header, "")) if header else None
