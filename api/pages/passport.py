"""The passport page: a lot as Circular 02/2024 and Decree 37/2026 want to see it, with what is missing.

A pure function of the verification, like the verify page; its HTML and its PDF print the same view.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from api.pages.banner import banner
from api.pages.context import PageContext
from api.pages.i18n import VIETNAM, Catalogue
from api.pages.legal import LegalWords
from api.pages.model import Action, Fact, LegalRow, Note
from api.pages.names import Names, passport_path
from api.pages.proofs import code_parts
from api.pages.story import own_uris
from api.pages.view import is_sample, own_link, own_path, ribbon
from labels.symbol import qr, svg_path
from ledger.proof.legal import CIRCULAR, PASSPORT, legal_file
from ledger.proof.verification import Verification


@dataclass(frozen=True)
class Section:
    """One law's list."""

    title: str
    note: str
    rows: tuple[LegalRow, ...]


@dataclass(frozen=True)
class PassportView:
    """A whole passport page, decided.

    Attributes:
        code_url: what the QR holds: the page that the tem opens.
        qr, qr_size: its modules as an SVG path, and how many there are on a side.
        missing: what is still to be said, one sentence each.
        known: False where nothing was verified: there are no sections then.
        links: the verify page, the PDF, the JSON.
    """

    lang: str
    path: str
    link: str
    page_title: str
    description: str
    title: str
    product: str
    verdict: str
    tone: str
    icon: str
    verdict_title: str
    sentence: str
    ribbon: Note | None
    code: tuple[tuple[str, str], ...]
    code_url: str
    qr: str
    qr_size: int
    sections: tuple[Section, ...]
    missing: tuple[str, ...]
    known: bool
    facts: tuple[Fact, ...]
    links: tuple[Action, ...]
    sample: bool


def passport_view(found: Verification, context: PageContext, catalogue: Catalogue) -> PassportView:
    """The passport of a verified lot.

    Args:
        context: as for the verify page; `path` is the passport's own.
    """
    target, c = found.target, catalogue
    assert target is not None
    names = Names(found.descriptions, c)
    said = banner(found, names, c, context)
    story = own_path(target, context)
    code_url = f"{context.base_url}{story}"
    symbol = qr(code_url)
    file = legal_file(found, context.now.astimezone(VIETNAM).date(), context.has_document)
    words = LegalWords(
        found, names, c, own_uris(target), page=f"{story}?lang={c.lang}", document_url=context.document_url
    )
    known = any(item.reason != "unverified" for item in file.items)
    product = names.product(target.product_uri) if known else ""
    title = c.t("passport.title")
    return PassportView(
        lang=c.lang,
        path=passport_path(target),
        link=f"{passport_path(target)}?lang=",
        page_title=c.t("page.title", title=" · ".join(part for part in (title, product) if part)),
        description=c.t("passport.body"),
        title=title,
        product=product,
        verdict=found.verdict.value,
        tone=said.tone,
        icon=said.icon,
        verdict_title=said.title,
        sentence=said.sentence,
        ribbon=ribbon(context.chain, c),
        code=code_parts(target, context.code),
        code_url=code_url,
        qr=svg_path(symbol),
        qr_size=symbol.width,
        sections=tuple(
            Section(c.t(f"legal.law.{law}"), c.t(f"legal.law.{law}_note"), words.rows(file, law))
            for law in (CIRCULAR, PASSPORT)
            if known
        ),
        missing=tuple(
            c.t("legal.missing_line", label=words.label(item), reason=words.reason(item))
            for item in file.missing
            if known
        ),
        known=known,
        facts=_facts(found, context, c),
        links=(
            Action(c.t("passport.verify"), f"{own_link(target, context)}{c.lang}", "search"),
            Action(c.t("passport.pdf"), f"{passport_path(target, '.pdf')}?lang={c.lang}", "print"),
            Action(c.t("passport.json"), f"{passport_path(target, '.json')}?lang={c.lang}", "file"),
        ),
        sample=is_sample(found, names, context, c),
    )


def _facts(found: Verification, context: PageContext, c: Catalogue) -> tuple[Fact, ...]:
    """What the passport rests on, for who reads it on paper."""
    facts = [
        Fact(c.t("passport.checked"), c.moment(context.now.astimezone(VIETNAM))),
        Fact(c.t("evidence.origin"), context.origin),
    ]
    if found.size:
        facts.append(Fact(c.t("evidence.size"), c.number(found.size)))
        facts.append(Fact(c.t("evidence.root"), found.root.hex(), mono=True))
    if found.chain.latest is not None:
        made = datetime.fromtimestamp(found.chain.latest.time, UTC).astimezone(VIETNAM)
        facts.append(Fact(c.t("evidence.anchored_at"), c.moment(made)))
    chain = context.chain
    facts.append(Fact(c.t("evidence.chain"), f"{chain.name} ({chain.chain_id})"))
    facts.append(Fact(c.t("evidence.contract"), chain.contract, mono=True))
    return tuple(facts)
