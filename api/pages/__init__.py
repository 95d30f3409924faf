"""Server-rendered pages: what a buyer sees, printed from verified bytes only.

`view` turns a `Verification` into a `PageView` (pure functions), `render` prints it with Jinja templates.
Whoever serves the pages loads the catalogues once and calls the functions named here.
"""

from api.pages.context import ChainFacts, Opened, PageContext, Support
from api.pages.i18n import Catalogue, Catalogues, load_catalogues, pick_language
from api.pages.model import PageView
from api.pages.passport import PassportView, passport_view
from api.pages.render import LandingFacts, Pages, ReportForm
from api.pages.view import malformed_view, page_view

__all__ = [
    "Catalogue",
    "Catalogues",
    "ChainFacts",
    "LandingFacts",
    "Opened",
    "PageContext",
    "PageView",
    "Pages",
    "PassportView",
    "ReportForm",
    "Support",
    "load_catalogues",
    "malformed_view",
    "page_view",
    "passport_view",
    "pick_language",
]
