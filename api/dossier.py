"""The standalone verifier, and a lot's dossier: one HTML file that checks itself anywhere, and a PDF with the proof."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from unicodedata import normalize
from urllib.parse import quote, unquote

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from pypdf import PdfWriter

from api.checking import trust_bytes
from api.deps import Deployed, Sentences
from api.pages import Catalogue
from api.passport import check_lot, legal_view
from api.passport_pdf import passport_pdf
from api.services import Services
from api.standalone import NAME
from ledger.errors import LedgerError, NotFoundError
from ledger.lot.documents import IMAGES, attachments, image_of
from ledger.proof import bundle as bundles
from ledger.proof.verification import Verification

router = APIRouter(tags=["Legal file"])
LARGEST: Final = 1_450_000
"""Bytes of an HTML dossier with its photos: what a chat takes, and a cheap phone opens."""
LARGEST_PHOTO: Final = 250_000
_KINDS: Final = {".html": "text/html; charset=utf-8", ".pdf": "application/pdf"}


@dataclass(frozen=True)
class Dossier:
    """All that proves one lot.

    Attributes:
        name: for files, without a kind at its end.
        bundle: the proof bundle as JSON.
        trust: the trust file.
        html: standalone verifier, trust file, bundle and small photos in one file.
        pdf: the legal file to print, with bundle and trust file attached.
    """

    name: str
    bundle: bytes
    trust: bytes
    html: bytes
    pdf: bytes


@router.get("/verify.html", include_in_schema=False)
async def standalone(request: Request, deployed: Deployed) -> Response:
    """The standalone verifier with this deployment's trust file inside."""
    page = deployed.standalone
    if page is None:
        raise NotFoundError("The standalone verifier was not built.", code="not_found.page")
    etag = f'"{page.digest[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Content-Security-Policy": page.policy}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'inline; filename="{NAME}"'
    return Response(page.html, headers=headers, media_type="text/html; charset=utf-8")


@router.get("/dossier/{rest:path}", include_in_schema=False)
async def dossier(rest: str, request: Request, deployed: Deployed, words: Sentences) -> Response:  # noqa: ARG001
    """`/dossier/{gtin}/{lot}[/{serial}]` with `.html` or `.pdf` at its end; each part percent-coded."""
    raw = (request.scope.get("raw_path") or request.url.path.encode()).decode("ascii", "replace")
    path = raw.partition("?")[0].removeprefix("/dossier/")
    kind = next((kind for kind in _KINDS if path.endswith(kind)), "")
    parts = tuple(unquote(part) for part in path.removesuffix(kind).split("/"))
    if not kind or len(parts) not in (2, 3):
        raise NotFoundError(
            "A dossier is at /dossier/{gtin}/{lot}[/{serial}].html or .pdf.", code="not_found.lot"
        )
    made = await run_sync(make, deployed, parts, words)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(made.name + kind, safe='')}",
    }
    return Response(made.html if kind == ".html" else made.pdf, headers=headers, media_type=_KINDS[kind])


def make(deployed: Services, parts: tuple[str, ...], words: Catalogue) -> Dossier:
    """The dossier of what `parts`, GTIN, lot and perhaps serial, name.

    Raises:
        Gs1Error: they name no lot.
        NotFoundError: there is no proof of it yet (`not_found.size`), or no verifier was built (`not_found.page`).
    """
    check = check_lot(deployed, parts)
    if check.bundle is None or check.verification is None:
        raise NotFoundError("Before the first anchor there is no bundle.", code="not_found.size", size=0)
    if deployed.template is None:
        raise NotFoundError("The standalone verifier was not built.", code="not_found.page")
    bundle, trust = bundles.pack(check.bundle), trust_bytes(deployed.trust)
    view = legal_view(check, deployed, words)
    bare = deployed.template.fill(trust, bundle).html
    photos = dict(_photos(deployed, check.verification, LARGEST - len(bare)))
    printed = passport_pdf(view, words, words.t("standalone.attached"))
    return Dossier(
        name=file_name(view.product, *parts[1:]),
        bundle=bundle,
        trust=trust,
        html=deployed.template.fill(trust, bundle, photos).html if photos else bare,
        pdf=attached(printed, {"bundle.json": bundle, "trust.json": trust}),
    )


def attached(pdf: bytes, files: dict[str, bytes]) -> bytes:
    """A PDF with files attached (ISO 32000-1, 7.11.4)."""
    writer = PdfWriter(clone_from=BytesIO(pdf))
    for name, data in files.items():
        writer.add_attachment(name, data)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def file_name(*parts: str) -> str:
    """A name that every system and chat keeps: `ho-so-hop-tra-hoa-vang-THV260116`."""
    plain = (normalize("NFKD", part.replace("đ", "d").replace("Đ", "D")) for part in ("ho-so", *parts))
    kept = (re.sub(r"[^A-Za-z0-9]+", "-", part.encode("ascii", "ignore").decode()) for part in plain)
    first, product, *rest = (part.strip("-")[:48].strip("-") for part in kept)
    return "-".join(filter(None, (first, product.lower(), *rest)))


def _photos(deployed: Services, found: Verification, room: int) -> Iterator[tuple[bytes, bytes]]:
    """Small photos that the record names, as long as there is room for them in base64."""
    for digest in dict.fromkeys(_named(found)):
        try:
            photo = deployed.blobs.get(digest)
        except LedgerError:
            continue
        size = (len(photo.data) + 2) // 3 * 4 + 80
        if photo.media_type in IMAGES and len(photo.data) <= LARGEST_PHOTO and size <= room:
            room -= size
            yield digest, photo.data


def _named(found: Verification) -> Iterator[bytes]:
    """What the record names, the product's own photo first."""
    product = found.descriptions.get(found.target.product_uri) if found.target else None
    for attributes in (*([product] if product else []), *found.descriptions.values()):
        image = image_of(attributes)
        if image is not None:
            yield image
    for entry in (*found.entries, *(one for ancestor in found.ancestors for one in ancestor.entries)):
        if entry.statement is not None:
            yield from (item.digest for item in attachments(entry.statement.payload))
