"""For those who check: bundles, the trust file, the signed checkpoint, and the log as tiles (C2SP tlog-tiles)."""

from typing import Annotated, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request, Response

from api import examples
from api.checking import FRESH, cached, trust_bytes
from api.deps import Deployed
from api.services import Services
from ledger.errors import NotFoundError
from ledger.gs1.epc import canonical
from ledger.log.tiles import TileId, pack_entry_bundle, parse_tile_path
from ledger.proof import bundle as bundles
from ledger.proof.bundle import Bundle
from ledger.proof.target import Target, parse_code
from ledger.prove import key_file
from ledger.statement.subjects import Role

router = APIRouter(tags=["Checking"])
IMMUTABLE: Final = "public, max-age=31536000, immutable"


@router.get("/api/v1/proof", summary="A proof bundle", responses=examples.problems(400, 404))
async def proof(
    request: Request,
    deployed: Deployed,
    subject: Annotated[str | None, Query(description="URI of what is asked about, such as a lot.")] = None,
    size: Annotated[int | None, Query(ge=1, description="An anchored size; by default the newest.")] = None,
    role: Annotated[Role, Query(description="What the subject is to the entries asked for.")] = Role.ABOUT,
    serial: Annotated[str | None, Query(description="A tem's serial, beside its lot's URI.")] = None,
    code: Annotated[str | None, Query(description="A scanned code, in place of subject and serial.")] = None,
    pending: Annotated[int | None, Query(ge=1, description="Also what came since, up to this size.")] = None,
) -> Response:
    """All that proves what the log says of a subject at one size of the log.

    The bundle of an anchored size never changes: keep it, and let caches keep it. Check it against the trust file.
    Without `size` it is of the newest anchor and shows what is pending too; so it does for a subject of which nothing
    is anchored yet, whose absence would otherwise read as if it had never been recorded.
    """
    asked = _asked(deployed, subject, role, serial, code)
    bundle = await run_sync(_bundle, deployed, asked, size, pending)
    settled = pending is not None or bundle.pending_checkpoint is None
    first = bundle.subjects[0]
    immutable = (
        size is not None and settled and bool(first.entries) and size <= deployed.verifier.anchored_size()
    )
    return cached(request, bundles.pack(bundle), "application/json", IMMUTABLE if immutable else FRESH)


@router.get("/trust.json", summary="The trust file", responses=examples.problems(404))
async def trust(request: Request, deployed: Deployed) -> Response:
    """What a verifier must know beforehand. Get it from someone you trust, not only from here."""
    return cached(request, trust_bytes(deployed.trust), "application/json", FRESH)


@router.get("/api/v1/keys", summary="All key statements", responses=examples.problems(404))
async def keys(request: Request, deployed: Deployed) -> Response:
    """Every key that was admitted or revoked, each statement proven under the newest signed checkpoint.

    Who checks signed labels without network (GS1 AI 8030) keeps this file, and fetches it anew when there is one:
    a revocation that it does not hold, it cannot know. Check it against the trust file.
    """
    file = await run_sync(key_file, deployed.log)
    return cached(request, file.pack(), "application/json", FRESH)


@router.get("/checkpoint", summary="The newest signed checkpoint", responses=examples.problems(404))
async def checkpoint(deployed: Deployed) -> Response:
    """A signed note (C2SP tlog-checkpoint)."""
    newest = await run_sync(deployed.log.newest_checkpoint)
    if newest is None:
        raise NotFoundError("Nothing is signed yet.", code="not_found.checkpoint")
    return Response(newest[1], headers={"Cache-Control": FRESH}, media_type="text/plain; charset=utf-8")


@router.get("/tile/{path:path}", summary="A tile or entry bundle", responses=examples.problems(400, 404))
async def tile(path: str, deployed: Deployed) -> Response:
    """Hashes (`/tile/{level}/…`) or leaves (`/tile/entries/…`) of the log: all that an auditor needs."""
    asked = parse_tile_path(f"tile/{path}")
    data = await run_sync(_tile, deployed, asked)
    return Response(data, headers={"Cache-Control": IMMUTABLE}, media_type="application/octet-stream")


def _asked(
    deployed: Services, subject: str | None, role: Role, serial: str | None, code: str | None
) -> Target | tuple[Role, str]:
    if code is not None:
        scanned = parse_code(code, deployed.verifier.host)
        if scanned.lot is None:
            raise NotFoundError("The code names a product, and no lot of it.", code="code.no_lot")
        return scanned
    if subject is None:
        raise NotFoundError("Name a subject or a code.", code="not_found.subject")
    uri = canonical(subject)
    target = Target.of_uri(uri, serial) if role is Role.ABOUT else None
    return target or (role, uri)


def _bundle(
    deployed: Services, asked: Target | tuple[Role, str], size: int | None, pending: int | None
) -> Bundle:
    at = size or deployed.verifier.anchored_size() or _newest_snapshot(deployed)
    if deployed.log.snapshot_at(at) is None:
        raise NotFoundError(f"No snapshot was taken at size {at}.", code="not_found.size", size=at)
    newest = deployed.log.newest_checkpoint()
    if pending is not None:
        if newest is None or not at < pending <= newest[0].size or deployed.log.checkpoint(pending) is None:
            raise NotFoundError(
                f"No checkpoint of size {pending} follows.", code="not_found.size", size=pending
            )
        return deployed.prover.bundle(asked, at, pending)
    bundle = deployed.prover.bundle(asked, at)
    if newest is None or newest[0].size <= at or (size is not None and bundle.subjects[0].entries):
        return bundle
    return deployed.prover.bundle(asked, at, newest[0].size)


def _newest_snapshot(deployed: Services) -> int:
    snapshot = deployed.log.newest_snapshot()
    if snapshot is None:
        raise NotFoundError("Before the first anchor there is no bundle.", code="not_found.size", size=0)
    return snapshot.size


def _tile(deployed: Services, asked: TileId) -> bytes:
    newest = deployed.log.newest_checkpoint()
    size = newest[0].size if newest else 0
    entries = asked.level == "entries"
    below = size if asked.level == "entries" else size >> 8 * asked.level
    if asked.stop > below:
        raise NotFoundError("The log does not reach this tile.", code="not_found.tile", size=size)
    if entries:
        return pack_entry_bundle(deployed.log.leaves(asked.start, asked.stop))
    assert isinstance(asked.level, int)
    return b"".join(deployed.log.tile(asked.level, asked.start, asked.stop))
