"""Is it there, is it ready, which one is it: for operators and health checks."""

from collections import Counter
from typing import Any

from fastapi import APIRouter, Response

from ..engine.kernels import kernels, label
from ..ops import telemetry
from ..runs.run import Status
from ..version import versions
from .deps import LedgerDep, LogDep

router = APIRouter(tags=["system"])


@router.head("/health", include_in_schema=False)
@router.get("/health")
async def health() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/ready")
async def ready(ledger: LedgerDep, log: LogDep) -> dict[str, str]:
    """The store can be read, so runs can be started; `loss` says what this start has found missing in it."""
    await ledger.check()
    return {"status": "ready"} if log.loss is None else {"status": "ready", "loss": log.loss}


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(ledger: LedgerDep) -> Response:
    """Figures for Prometheus."""
    counts = Counter(str(run.status) for run in ledger.runs())
    body, media_type = telemetry.page({str(status): counts[status] for status in Status})
    return Response(body, media_type=media_type)


@router.get("/version")
async def version() -> dict[str, Any]:
    """What is running here; bits of a run are the same only where these are the same."""
    return {**versions(), "kernels": label(kernels())}
