"""The picture of a page for where its link is shared (Open Graph), made from verified bytes like the page itself.

GET /og/{gtin}/{lot}.png[?serial=…]     of a lot, or of one tem of it
GET /og/{verdict}.png                   of a verdict that shows no goods
"""

import threading
from collections import OrderedDict
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request, Response

from api.deps import Deployed, Sentences
from api.drawing import Goods, SharedPicture, draw
from api.pages import Catalogue, PageContext, page_view
from api.pages.banner import Banner
from api.pages.gallery import sample_values
from api.pages.i18n import VIETNAM
from api.services import Services
from ledger.errors import Gs1Error, NotFoundError
from ledger.gs1 import digital_link
from ledger.proof.target import Target
from ledger.proof.verdict import Verdict

router = APIRouter(include_in_schema=False)
_POLICY: Final = "public, max-age=300"
_KEPT: Final = 64


class _Drawn:
    """Pictures drawn lately, by what they say. Threads may share it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[SharedPicture, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, shared: SharedPicture) -> bytes:
        with self._lock:
            found = self._kept.get(shared)
            if found is not None:
                self._kept.move_to_end(shared)
                return found
        made = draw(shared)
        with self._lock:
            self._kept[shared] = made
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made


_drawn = _Drawn()


@router.get("/og/{verdict}.png")
async def of_verdict(verdict: Verdict, request: Request, deployed: Deployed, words: Sentences) -> Response:
    """A verdict that shows no goods."""
    banner = Banner.plain(verdict, words, **sample_values(words))
    shared = _shared(banner.verdict, banner.tone, banner.title, banner.next, None, deployed.clock(), words)
    return await run_sync(_answer, request, shared)


@router.get("/og/{gtin}/{lot}.png")
async def of_lot(
    gtin: str,
    lot: str,
    request: Request,
    deployed: Deployed,
    words: Sentences,
    serial: Annotated[str | None, Query(max_length=20)] = None,
) -> Response:
    """A lot, or one tem of it.

    Raises:
        NotFoundError: no lot is named so (`not_found.page`).
    """
    try:
        uri = digital_link.lot_uri(gtin, lot)
        target = Target.of_uri(uri, serial)
        if serial is not None:
            digital_link.instance_uri(gtin, serial)
    except Gs1Error as error:
        raise NotFoundError("No lot is named so.", code="not_found.page") from error
    if target is None:
        raise NotFoundError("No lot is named so.", code="not_found.page")
    shared = await run_sync(_of_target, target, deployed, words)
    return await run_sync(_answer, request, shared)


def _of_target(target: Target, deployed: Services, words: Catalogue) -> SharedPicture:
    check = deployed.verifier.check_target(target, target.lot_uri or "")
    found = check.verification
    assert found is not None, "a target with a lot gets a verdict"
    now = deployed.clock()
    context = PageContext(
        now=now,
        code=check.code,
        path="/",
        base_url=deployed.base_url,
        origin=deployed.trust.origin,
        chain=deployed.chain_facts(found.chain),
        anchor_every=deployed.anchor_every,
    )
    view = page_view(found, context, words)
    goods = None
    if view.product is not None:
        lot = words.t("shared.lot", lot=target.lot)
        goods = Goods(view.product.name, view.product.producer, lot, view.product.picture)
    latest = found.chain.latest
    at = datetime.fromtimestamp(latest.time, UTC) if latest is not None else now
    return _shared(found.verdict, view.tone, view.title, view.sentence, goods, at, words)


def _shared(
    verdict: Verdict,
    tone: str,
    title: str,
    sentence: str,
    goods: Goods | None,
    at: datetime,
    words: Catalogue,
) -> SharedPicture:
    return SharedPicture(
        verdict=verdict.value,
        tone=tone,
        brand=words.t("app.name"),
        title=title,
        sentence=sentence,
        goods=goods,
        at=words.t("shared.at", moment=words.moment(at.astimezone(VIETNAM))),
        now=words.t("shared.now"),
    )


def _answer(request: Request, shared: SharedPicture) -> Response:
    etag = f'"{sha256(repr(shared).encode()).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": _POLICY, "Vary": "Accept-Language"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(_drawn.get(shared), headers=headers, media_type="image/png")
