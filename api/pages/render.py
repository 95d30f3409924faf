"""Printing pages: Jinja templates, autoescape on, no script, no inline style, nothing from another host.

Templates only print; what they print was decided in `view`. A page needs of the server: `/static/` (the folder
`scanner_web/ui`), `/api/v1/proof`, `/trust.json`, `/checkpoint`, `/verify?code=`.
A fitting Content-Security-Policy is `CONTENT_SECURITY_POLICY`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.assets import Assets
from api.pages.context import ChainFacts, Support
from api.pages.gallery import ICONS, GalleryVerdict
from api.pages.guide import GUIDES, app_symbol
from api.pages.i18n import VIETNAM, Catalogue, Catalogues, printable
from api.pages.model import PageView
from api.pages.passport import PassportView
from api.pages.reference import groups
from api.pages.unit import UnitView
from api.pages.view import ribbon
from coop.reports.actions import KINDS
from coop.scans.places import POINTS
from ledger.store.terms import fold

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
TEMPLATES = Path(__file__).parent.parent / "templates"


@dataclass(frozen=True)
class LandingFacts:
    """What the first page tells about the ledger today.

    Attributes:
        lots, entries, anchors: how many there are.
        last_anchor: when the newest final anchor was made; None before the first.
        examples: links to try, label and path.
    """

    lots: int
    entries: int
    anchors: int
    last_anchor: datetime | None
    examples: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ReportForm:
    """What stands in the form of a report.

    Attributes:
        code, kind, text, place: as sent before.
        error: why it was not taken, in the page's language; empty where it was not sent yet.
        number: to quote; empty where it was not taken.
    """

    code: str = ""
    kind: str = ""
    text: str = ""
    place: str = ""
    error: str = ""
    number: str = ""


@dataclass(frozen=True)
class _Stat:
    value: str
    label: str


def picture_path(view: PageView) -> str:
    """Where the picture is that stands for a page when its link is shared."""
    named = dict(view.code)
    if "01" not in named or "10" not in named:
        return f"/og/{view.verdict}.png?lang={view.lang}"
    serial = f"serial={quote(named['21'], safe='')}&" if "21" in named else ""
    return f"/og/{named['01']}/{quote(named['10'], safe='')}.png?{serial}lang={view.lang}"


def dossier_path(view: PageView) -> str:
    """Where the dossier of what a page tells about is, without its kind; empty where the page names no lot."""
    named = dict(view.code)
    if "01" not in named or "10" not in named:
        return ""
    return "/dossier/" + "/".join(quote(named[part], safe="") for part in ("01", "10", "21") if part in named)


@dataclass(frozen=True)
class Pages:
    """The pages of one deployment, in every language there is.

    Attributes:
        catalogues: language to its messages.
        origin: the log's name.
        chain: the chain that it is anchored to.
        base_url: scheme and host the pages are served under, without a slash at the end.
        support: whom a reader can turn to.
        docs: the API's reference is served at /docs.
        assets: the built scripts; without them pages go without.
        trust_digest: SHA-256 of the trust file, for a script to compare with the file that it was given.
        standalone_digest: SHA-256 of the standalone verifier that is served; empty where there is none.
        anchor_every: seconds within which a new entry is usually anchored.
    """

    catalogues: Catalogues
    origin: str
    chain: ChainFacts
    base_url: str
    support: Support = field(default_factory=Support)
    docs: bool = True
    assets: Assets = field(default_factory=lambda: Assets(Path()))
    trust_digest: str = ""
    standalone_digest: str = ""
    anchor_every: int = 1_800
    _jinja: Environment = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        jinja = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            finalize=lambda value: printable(value) if isinstance(value, str) else value,
        )
        object.__setattr__(self, "_jinja", jinja)

    def catalogue(self, lang: str) -> Catalogue:
        """The messages of a language; Vietnamese for one that there is not."""
        return self.catalogues.get(lang) or self.catalogues["vi"]

    def render_verify(self, view: PageView) -> str:
        """The verify page."""
        return self._print(
            "verify.html.j2",
            view.lang,
            path=view.path,
            link=view.link,
            ribbon=view.ribbon,
            view=view,
            picture=picture_path(view),
            dossier=dossier_path(view),
        )

    def render_passport(self, view: PassportView) -> str:
        """The passport page."""
        return self._print(
            "passport.html.j2", view.lang, path=view.path, link=view.link, ribbon=view.ribbon, view=view
        )

    def render_landing(self, lang: str, facts: LandingFacts, now: datetime) -> str:
        """The first page, with the ledger's real numbers and a form for a code."""
        c = self.catalogue(lang)
        last = c.t("landing.none")
        if facts.last_anchor is not None:
            last = c.age(facts.last_anchor, now)
        stats = [
            _Stat(c.number(facts.lots), c.t("landing.lots", n=facts.lots)),
            _Stat(c.number(facts.entries), c.t("landing.entries", n=facts.entries)),
            _Stat(c.number(facts.anchors), c.t("landing.anchors", n=facts.anchors)),
            _Stat(last, c.t("landing.last")),
        ]
        at = facts.last_anchor.astimezone(VIETNAM).isoformat(timespec="minutes") if facts.last_anchor else ""
        return self._print(
            "landing.html.j2",
            c.lang,
            path="/",
            stats=stats,
            last_iso=at,
            examples=facts.examples,
            docs=self.docs,
        )

    def render_reference(self, lang: str, document: Mapping[str, Any]) -> str:
        """The API's reference, from its OpenAPI document."""
        lead = str(document["info"]["description"]).strip().partition("\n\n")[0]
        found = groups(document)
        return self._print(
            "reference.html.j2", self.catalogue(lang).lang, path="/docs", groups=found, lead=lead
        )

    def render_report(self, lang: str, form: ReportForm) -> str:
        """The page on which a label is reported, what is wrong with what was sent, or that it was taken."""
        c = self.catalogue(lang)
        places = sorted(((code, c.t(f"province.{code}")) for code in POINTS), key=lambda item: fold(item[1]))
        return self._print(
            "report.html.j2",
            c.lang,
            path="/report",
            link=f"/report?{urlencode({'code': form.code, 'kind': form.kind})}&lang=",
            form=form,
            kinds=KINDS,
            places=places,
            back=self._page_of(form.code, c.lang) if form.code else "",
        )

    def render_unit(self, lang: str, view: UnitView) -> str:
        """The page of a carton or pallet: what is inside, by lot."""
        return self._print("unit.html.j2", self.catalogue(lang).lang, path=view.path, view=view)

    def _page_of(self, code: str, lang: str) -> str:
        """The page of a code: its own address, where it is one of ours."""
        parts = urlsplit(code)
        if parts.netloc.lower() == self.origin.partition("/")[0].lower() and parts.path.startswith("/01/"):
            return f"{parts.path}?lang={lang}"
        return f"/verify?{urlencode({'code': code, 'lang': lang})}"

    def render_problem(self, lang: str, *, status: int, code: str, detail: str = "", path: str = "/") -> str:
        """A page for a person where something went wrong; 404 has words of its own.

        Args:
            status: HTTP status.
            code: the problem's stable code.
            detail: a sentence in the page's language, where there is one.
            path: of the page that was asked for.
        """
        c = self.catalogue(lang)
        kind = "404_" if status == 404 else ""
        return self._print(
            "problem.html.j2",
            c.lang,
            path=path,
            title=c.t(f"trouble.{kind}title"),
            body=detail or c.t(f"trouble.{kind}body"),
            code=code,
            status=status,
            icon="warn",
            gtin="",
        )

    def render_ask_for_tem(self, lang: str, gtin: str, path: str) -> str:
        """The page of a product's plain barcode: it names no lot, so there is no verdict; it asks for the tem."""
        c = self.catalogue(lang)
        return self._print(
            "problem.html.j2",
            c.lang,
            path=path,
            title=c.t("trouble.tem_title"),
            body=c.t("trouble.tem_body", gtin=gtin),
            code="",
            status=200,
            icon="tag",
            gtin=gtin,
        )

    def render_scan(self, lang: str, host: str) -> str:
        """The scanner; without script, a form for a code. `host` is ours, as tem name it."""
        return self._print("scan.html.j2", self.catalogue(lang).lang, path="/scan", host=host, ribbon=None)

    def render_offline(self, lang: str) -> str:
        """What a browser shows of a page that it has not stored, when there is no network."""
        return self._print("offline.html.j2", self.catalogue(lang).lang, path="/offline")

    def render_app(self, lang: str, path: str) -> str:
        """The cooperative's app, which its script fills. `path`: `/app`, or `/join` with an invitation."""
        host = self.origin.partition("/")[0]
        return self._print("app.html.j2", self.catalogue(lang).lang, path=path, host=host, ribbon=None)

    def render_guide(self, lang: str, role: str) -> str:
        """The guide of a role, one of `GUIDES`, to be read and to be printed."""
        path, size = app_symbol(self.base_url)
        host = self.origin.partition("/")[0]
        return self._print(
            "guide.html.j2",
            self.catalogue(lang).lang,
            path=f"/guide/{role}",
            role=role,
            roles=tuple(GUIDES),
            steps=GUIDES[role],
            host=host,
            qr=path,
            qr_size=size,
            ribbon=None,
        )

    def render_gallery(self, lang: str, theme: str, verdicts: Sequence[GalleryVerdict]) -> str:
        """The design system: every component and every verdict. `theme` is light, dark or empty (the system's)."""
        c = self.catalogue(lang)
        query = f"theme={theme}&" if theme else ""
        return self._print(
            "ui.html.j2",
            c.lang,
            path="/ui",
            link=f"/ui?{query}lang=",
            theme=theme,
            verdicts=verdicts,
            icons=ICONS,
        )

    def _print(self, template: str, lang: str, *, path: str, **values: object) -> str:
        c = self.catalogue(lang)
        values.setdefault("ribbon", ribbon(self.chain, c))
        values.setdefault("link", f"{path}?lang=")
        values.setdefault("theme", "")
        return self._jinja.get_template(template).render(
            t=c.t,
            lang=c.lang,
            path=path,
            base_url=self.base_url,
            support=self.support,
            asset=self.assets.url,
            preloads=self.assets.preloads,
            trust_digest=self.trust_digest,
            standalone_digest=self.standalone_digest,
            anchor_every=self.anchor_every,
            **values,
        )
