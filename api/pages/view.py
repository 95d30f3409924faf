"""From a verification to the page that shows it (DESIGN P8, UX §4, SCREENS (a)).

Pure functions. What a page says about goods comes from the verification's entries and descriptions, which are
verified bytes; what it was asked and which chain answered comes from the context. Where a commitment does not
hold nothing was verified, so nothing about goods is shown.
"""

from datetime import UTC, date, datetime
from urllib.parse import quote

from api.pages import journey, proofs, quality, scans, steps
from api.pages.banner import Banner, banner
from api.pages.context import ChainFacts, PageContext
from api.pages.i18n import VIETNAM, Catalogue
from api.pages.legal import LegalWords
from api.pages.model import Action, Fact, LegalRow, Mark, Node, Note, PageView, Product, ReasonLine
from api.pages.names import Names, passport_path
from api.pages.reading import iso_date
from api.pages.story import Told, events_of, own_uris, readable, story
from api.pages.upstream import upstream
from ledger.lot.documents import image_of
from ledger.proof.legal import CIRCULAR, legal_file
from ledger.proof.target import Target
from ledger.proof.verdict import Verdict
from ledger.proof.verification import Verification
from ledger.proof.word import is_word

_WITHOUT_STORY = {
    Verdict.MALFORMED, Verdict.TAMPERED, Verdict.UNKNOWN, Verdict.RECALLED, Verdict.SUSPECT_COPY,
}  # fmt: skip
_WITHOUT_PRODUCT = {Verdict.MALFORMED, Verdict.TAMPERED, Verdict.UNKNOWN}
_COMPARE = {
    Verdict.VERIFIED, Verdict.STALE, Verdict.CHAIN_UNREACHABLE, Verdict.CHAIN_DISPUTED, Verdict.RECORDED,
    Verdict.INCOMPLETE,
}  # fmt: skip


def page_view(found: Verification, context: PageContext, catalogue: Catalogue) -> PageView:
    """The page of a verification."""
    return _Page(found, context, catalogue).view()


def malformed_view(context: PageContext, catalogue: Catalogue, *, reason: str, host: str = "") -> PageView:
    """The page of a code that is none of ours.

    Args:
        reason: code of the error that reading it gave (`dl.syntax`, `dl.host`, `gs1.check_digit`).
        host: the foreign host that it names, if it names one.
    """
    said = Banner.plain(Verdict.MALFORMED, catalogue)
    key = f"reason.{reason}"
    why = catalogue.t(key, host=host) if key in catalogue else catalogue.t("reason.dl.syntax")
    actions = _once_more(catalogue)
    return _blank(
        said,
        context,
        catalogue,
        code=proofs.code_parts(None, context.code),
        actions=actions,
        reasons=(ReasonLine(reason, why, "none"),),
    )


def _once_more(c: Catalogue) -> tuple[Action, Action]:
    """How to come to a code that can be read: the scanner, then the keys."""
    return (
        Action(c.t("verdict.malformed.action"), f"/scan?lang={c.lang}", "camera"),
        Action(c.t("verdict.malformed.action2"), f"/?lang={c.lang}#code", "keys"),
    )


def _blank(
    said: Banner,
    context: PageContext,
    catalogue: Catalogue,
    *,
    code: tuple[tuple[str, str], ...],
    actions: tuple[Action, ...],
    reasons: tuple[ReasonLine, ...],
) -> PageView:
    return PageView(
        lang=catalogue.lang, path=context.path, link=own_link(None, context),
        verdict=said.verdict.value, tone=said.tone, icon=said.icon,
        title=said.title, sentence=said.sentence, next=said.next, age="",
        page_title=catalogue.t("page.title", title=said.title), description=f"{said.sentence} {said.next}",
        full=False, code=code, ribbon=ribbon(context.chain, catalogue), product=None, compare=False, actions=actions,
        tem=None, counted=False, opening=None, report=scans.report_link(context.code, catalogue),
        notes=(), steps_title="", steps=(), because_title="", because=(), recall_reason="",
        reasons=reasons, route=(), story=(), prompt="", containers=(), upstream=None, labs=(), certificates=(),
        legal=(), passport="", evidence=(),
        checkpoint="", proof_url=None, sample=False, phone=context.support.phone, email=context.support.email,
        base_url=context.base_url,
    )  # fmt: skip


def own_path(target: Target | None, context: PageContext) -> str:
    """The page of what was asked: the code's own address, also where the code was typed into a form."""
    if target is None or target.lot is None or context.path.startswith("/01/"):
        return context.path
    parts = [("01", target.gtin), ("10", target.lot), ("21", target.serial)]
    return "".join(
        f"/{identifier}/{quote(value, safe='')}" for identifier, value in parts if value is not None
    )


def own_link(target: Target | None, context: PageContext) -> str:
    """The page's address up to the tag of a language; a form's page keeps the code that was typed."""
    path = own_path(target, context)
    if path.startswith("/01/") or not context.code:
        return f"{path}?lang="
    return f"{path}?code={quote(context.code, safe='')}&lang="


def ribbon(chain: ChainFacts, catalogue: Catalogue) -> Note | None:
    """The band above every page on a chain that guarantees nothing."""
    if not chain.local and not chain.test:
        return None
    key = "notice.localchain" if chain.local else "notice.testchain"
    return Note(catalogue.t(f"{key}.title"), catalogue.t(f"{key}.body", chain=chain.name), "", "flask")


class _Page:
    def __init__(self, found: Verification, context: PageContext, catalogue: Catalogue) -> None:
        self._found = found
        self._context = context
        self._c = catalogue
        self._names = Names(found.descriptions, catalogue)
        self._told = events_of(found)
        self._own = own_uris(found.target)
        self._today = context.now.astimezone(VIETNAM).date()

    def view(self) -> PageView:
        found, context, c = self._found, self._context, self._c
        said = banner(found, self._names, c, context)
        certs = quality.certificates(quality.certificate_uris(self._told), self._names, c, self._today)
        product = self._product(quality.marks(certs))
        full = found.verdict not in _WITHOUT_STORY and bool(found.entries)
        code = proofs.code_parts(found.target, context.code)
        own = Node(product.name, self._own_note(), "", own=True) if product else None
        name = f" · {product.name}" if product else ""
        lab_events = [item for item in self._told if found.verdict is not Verdict.TAMPERED]
        return PageView(
            lang=c.lang,
            path=own_path(found.target, context),
            link=own_link(found.target, context),
            verdict=found.verdict.value,
            tone=said.tone,
            icon=said.icon,
            title=said.title,
            sentence=said.sentence,
            next=said.next,
            age=self._age(),
            page_title=c.t("page.title", title=f"{said.title}{name}"),
            description=f"{said.sentence} {said.next}",
            full=full,
            code=code,
            ribbon=ribbon(context.chain, c),
            product=product,
            compare=product is not None and full and found.verdict in _COMPARE,
            actions=self._actions(),
            tem=self._tem(product),
            counted=product is not None and found.tem is not None and context.scans is not None,
            opening=scans.opening(found, context, c) if product else None,
            report=scans.report_link(context.code, c),
            notes=self._notes(),
            steps_title=c.t(
                f"check.heading.{'server_stopped' if found.verdict is Verdict.TAMPERED else 'server'}"
            ),
            steps=steps.steps(found, self._names, c),
            because_title=c.t(f"because.{found.verdict.value}") if said.because else "",
            because=said.because,
            recall_reason=said.recall_reason,
            reasons=steps.reason_lines(found, self._names, c),
            route=journey.route(self._told, self._names, c) if full else (),
            story=story(found, self._names, c, self._own, context.document_url) if full else (),
            prompt=journey.promptness(self._told, c) if full else "",
            containers=journey.containers(self._told, found.target, c) if full else (),
            upstream=upstream(found, self._names, c, own, self._own) if full and own else None,
            labs=quality.lab_reports(lab_events, self._names, c) if full else (),
            certificates=certs if full else (),
            legal=self._legal() if full and product else (),
            passport=passport_path(found.target) if full and product and found.target else "",
            evidence=proofs.evidence(found, context, self._names, c),
            checkpoint=context.checkpoint,
            proof_url=context.proof_url,
            sample=is_sample(found, self._names, context, c),
            phone=context.support.phone,
            email=context.support.email,
            base_url=context.base_url,
        )

    def _age(self) -> str:
        latest = self._found.chain.latest
        if latest is None:
            return (
                self._c.t("age.label", age=self._c.t("age.never")) if self._found.chain.state == "ok" else ""
            )
        then = datetime.fromtimestamp(latest.time, UTC)
        return self._c.t("age.label", age=self._c.age(then, self._context.now))

    def _product(self, marks: tuple[Mark, ...]) -> Product | None:
        found = self._found
        target = found.target
        if target is None or target.lot is None or found.verdict in _WITHOUT_PRODUCT or not found.entries:
            return None
        uri = target.product_uri
        maker = self._maker()
        name = self._names.product(uri)
        picture = self._picture(name)
        producer = (
            self._names.party(maker) if maker else self._names.said(uri, "manufacturerOfTradeItemPartyName")
        )
        facts = [Fact(self._c.t("product.lot"), target.lot)]
        content = self._names.said(uri, "netContentDescription")
        if content:
            facts.append(Fact(self._c.t("product.content"), content))
        facts += self._dates()
        if found.expiry is not None:
            facts.append(Fact(self._c.t("product.expiry"), self._date(found.expiry.day)))
        return Product(
            name=name,
            producer=producer,
            address=self._names.address(maker),
            marks=marks,
            facts=tuple(facts),
            picture=picture,
            picture_label=self._c.t(f"picture.{picture}.label"),
            photo=self._photo(uri),
        )

    def _photo(self, uri: str) -> str:
        """Where the photo that the product's description names is shown; empty where there is none."""
        digest = image_of(self._found.descriptions.get(uri, {}))
        return (self._context.document_url(digest) or "") if digest else ""

    def _maker(self) -> str:
        birth = self._found.birth
        return birth.signer.org if birth is not None and birth.signer is not None else ""

    def _picture(self, name: str) -> str:
        lower = name.lower()
        for picture in ("jar", "rice"):
            if any(word in lower for word in self._c.t(f"picture.{picture}.words").split(",")):
                return picture
        return "pouch"

    def _dates(self) -> list[Fact]:
        """When it was made: the day that the birth names, else the day it happened."""
        birth = self._found.birth
        event = readable(birth) if birth is not None else None
        if event is None or event.time is None:
            return []
        if event.step == "harvesting":
            start, end = iso_date(event.said("harvestStartDate")), iso_date(event.said("harvestEndDate"))
            days = [day for day in dict.fromkeys((start, end)) if day]
            return [Fact(self._c.t("product.harvested"), self._days(days or [event.time.date()]))]
        made = iso_date(event.said("productionDate")) or event.time.date()
        key = "product.packed" if event.step in ("packing", "repackaging") else "product.made"
        return [Fact(self._c.t(key), self._days([made]))]

    def _days(self, days: list[date]) -> str:
        return " – ".join(self._c.date(day) for day in days)

    def _date(self, iso: str) -> str:
        day = iso_date(iso)
        return self._c.date(day) if day else iso

    def _own_note(self) -> str:
        target, tem = self._found.target, self._found.tem
        parts = []
        if tem is not None and tem.index is not None:
            parts.append(self._c.t("tem.place", i=tem.index + 1, n=max(tem.issued, tem.index + 1)))
        if target is not None and target.lot is not None:
            parts.append(self._c.t("story.lot", lot=target.lot))
        return " · ".join(parts)

    def _tem(self, product: Product | None) -> Note | None:
        tem, target = self._found.tem, self._found.target
        if product is None or target is None:
            return None
        if tem is not None and self._context.scans is not None:
            return scans.card(tem, self._context.scans, self._c)
        if tem is not None and tem.index is not None:
            values = {"i": tem.index + 1, "n": max(tem.issued, tem.index + 1)}
            return Note(self._c.t("tem.title", **values), self._c.t("tem.body"), "good", "tag")
        if tem is not None:
            return Note(self._c.t("tem.born_title"), self._c.t("tem.body"), "good", "tag")
        if target.serial is None:
            return Note(self._c.t("tem.lot_title"), self._c.t("variant.verified_lot"), "", "tag")
        return Note(self._c.t("tem.undecided_title"), self._c.t("check.tem.undecided"), "caution", "tag")

    def _notes(self) -> tuple[Note, ...]:
        c, found = self._c, self._found
        notes = []
        if any(is_word(reason) for reason in found.reasons):
            notes.append(Note(c.t("scan.word.title"), c.t("scan.word.body"), "", "eye"))
        if "tem.over_issued" in {reason.code for reason in found.reasons}:
            line = next(
                line for line in steps.reason_lines(found, self._names, c) if line.code == "tem.over_issued"
            )
            notes.append(Note(c.t("note.over_issued"), line.text, "caution", "warn"))
        pending = sum(entry.pending for entry in found.entries)
        if pending and found.verdict is not Verdict.RECORDED:
            notes.append(Note(c.t("note.pending"), c.t("note.pending_body", n=pending), "wait", "clock"))
        released = self._released()
        if released:
            notes.append(Note(c.t("note.released"), released, "caution", "warn"))
        return tuple(notes)

    def _released(self) -> str:
        """The words about a recall that was made and lifted; empty where there was none."""
        if self._found.recall is not None or self._found.target is None:
            return ""
        standing = [
            item for item in self._told if item.entry.uri in self._own and item.entry.voided_by is None
        ]
        made = _last(standing, "set")
        lifted = _last(standing, "unset")
        if made is None or lifted is None or made.event is None or lifted.entry.index < made.entry.index:
            return ""
        reason = made.event.said("recallReason") or self._c.t("recall.no_reason")
        return self._c.t(
            "variant.recall_released",
            date1=self._c.date(made.when),
            date2=self._c.date(lifted.when),
            reason=reason,
        )

    def _actions(self) -> tuple[Action, ...]:
        c, verdict = self._c, self._found.verdict
        again = Action(
            c.t("action.again"), f"{own_link(self._found.target, self._context)}{c.lang}", "repeat"
        )
        record = Action(c.t("action.record"), "#story", "book")
        retype = Action(c.t("action.type"), f"/?lang={c.lang}#code", "keys")
        step = Action(c.t("action.step"), "#check", "search")
        call, report = self._call(), self._report()
        chosen: dict[Verdict, list[Action | None]] = {
            Verdict.MALFORMED: [*_once_more(c)],
            Verdict.TAMPERED: [report, step],
            Verdict.UNKNOWN: [report, retype],
            Verdict.RECALLED: [call or report],
            Verdict.SUSPECT_COPY: [report, call],
            Verdict.EXPIRED: [record],
            Verdict.INCOMPLETE: [call, record],
            Verdict.RECORDED: [again, record],
            Verdict.CHAIN_DISPUTED: [again, report],
            Verdict.CHAIN_UNREACHABLE: [again, record],
            Verdict.STALE: [again, call],
            Verdict.VERIFIED: [],
        }
        shown = [action for action in chosen[verdict] if action is not None]
        if not self._found.entries:
            shown = [action for action in shown if action.href != "#story"]
        return tuple(shown)

    def _call(self) -> Action | None:
        phone = self._context.support.phone
        if not phone:
            return None
        dial = "".join(character for character in phone if character in "+0123456789")
        return Action(self._c.t("action.call", phone=phone), f"tel:{dial}", "phone")

    def _report(self) -> Action:
        return Action(self._c.t("report.title"), scans.report_link(self._context.code, self._c), "flag")

    def _legal(self) -> tuple[LegalRow, ...]:
        context = self._context
        file = legal_file(self._found, self._today, context.has_document)
        words = LegalWords(self._found, self._names, self._c, self._own, document_url=context.document_url)
        return words.rows(file, CIRCULAR)


def is_sample(found: Verification, names: Names, context: PageContext, catalogue: Catalogue) -> bool:
    """Whether an organisation's name marks the data as sample data."""
    if not context.mark_samples:
        return False
    mark = catalogue.t("notice.sample_mark")
    orgs = {entry.signer.org for entry in found.entries if entry.signer}
    return any(mark in names.party(org).lower() for org in orgs)


def _last(told: list[Told], which: str) -> Told | None:
    marked = [item for item in told if item.event and "recalled" in item.event.persistent(which)]
    return max(marked, key=lambda item: item.entry.index, default=None)
