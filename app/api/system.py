"""Is it there, is it ready, which one is it: for operators and health checks."""

from typing import Any

from fastapi import APIRouter

from app.api.deps import SchedulerDep
from app.version import versions

router = APIRouter(tags=["system"])


@router.get("/health")
async def health() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/ready")
async def ready(scheduler: SchedulerDep) -> dict[str, str]:
    """The store can be read, so runs can be started."""
    await scheduler.check()
    return {"status": "ready"}


@router.get("/version")
async def version() -> dict[str, Any]:
    """What is running here; bits of a run are the same only where these are the same."""
    return versions()
