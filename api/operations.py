"""For those who run it: health, readiness, metrics."""

from datetime import datetime

from anyio.to_thread import run_sync
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from api.deps import Deployed
from api.metrics import ANCHOR_AGE, ANCHORED_SIZE, LOG_SIZE, exposition
from api.services import Services
from ledger.anchoring import Health
from ledger.errors import LedgerError
from ledger.proof.chain import ChainAnswer

router = APIRouter(tags=["Operations"])


@router.get("/healthz", summary="Is the process alive?")
async def healthz(deployed: Deployed) -> dict[str, object]:
    """Alive; asks nothing of database or chain."""
    place = deployed.chain_facts(NOBODY)
    return {"status": "ok", "chain": {"name": place.name, "chainId": place.chain_id, "local": place.local}}


@router.get("/readyz", summary="Can it serve?")
async def readyz(deployed: Deployed) -> JSONResponse:
    """Database, writer, chain, and the age of the newest anchor; 503 where one of them fails."""
    checks = await run_sync(_readiness, deployed)
    return JSONResponse(checks, 200 if checks["ready"] else 503, {"Cache-Control": "no-store"})


@router.get("/metrics", summary="Prometheus metrics")
async def metrics(deployed: Deployed) -> Response:
    """Counters and gauges in the Prometheus text format."""
    await run_sync(_measure, deployed)
    return Response(exposition(), media_type=CONTENT_TYPE_LATEST)


def _readiness(deployed: Services) -> dict[str, object]:
    size, database = _log_size(deployed)
    answer = deployed.verifier.newest_anchor()
    age = anchor_age(answer, deployed.clock())
    place = deployed.chain_facts(answer)
    late = answer.state == "ok" and age is not None and age > answer.max_age
    writer = deployed.writer_alive()
    return {
        "ready": database == "ok" and writer and answer.state == "ok" and not late,
        "database": database,
        "writer": "ok" if writer else "stopped",
        "log": {"size": size},
        "chain": {
            "state": answer.state,
            "name": place.name,
            "chainId": place.chain_id,
            "local": place.local,
            "block": answer.block,
        },
        "anchor": {
            "size": answer.latest.size if answer.latest else 0,
            "age": age,
            "maxAge": answer.max_age,
            "late": late,
            "anchoring": _anchoring_json(deployed.anchoring()),
        },
    }


def _anchoring_json(health: Health | None) -> dict[str, object] | None:
    if health is None:
        return None
    return {
        "action": health.action,
        "target": health.target,
        "alarm": health.alarm,
        "lastError": health.last_error[0] if health.last_error else None,
        "failures": health.failures,
        "balance": None if health.balance is None else str(health.balance),
    }


def _log_size(deployed: Services) -> tuple[int | None, str]:
    try:
        return deployed.log.size(), "ok"
    except LedgerError as error:
        return None, error.code
    except SQLAlchemyError:
        return None, "store.unreachable"


def anchor_age(answer: ChainAnswer, now: datetime) -> int | None:
    """Seconds since the newest final anchor; None before the first, or where the chain does not answer."""
    return max(0, int(now.timestamp()) - answer.latest.time) if answer.latest else None


def _measure(deployed: Services) -> None:
    size, _ = _log_size(deployed)
    answer = deployed.verifier.newest_anchor()
    age = anchor_age(answer, deployed.clock())
    LOG_SIZE.set(size or 0)
    ANCHORED_SIZE.set(answer.latest.size if answer.latest else 0)
    ANCHOR_AGE.set(-1 if age is None else age)


NOBODY = ChainAnswer("unreachable", None, 0, False, 0, frozenset(), frozenset(), None, 0, 0)
