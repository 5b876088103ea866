"""What an operator watches, in Prometheus' words. Others call `observe` and `inc` on what is named here."""

import asyncio
import time
from collections.abc import Mapping

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

_FAST = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
_SLOW = (0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30, 60)

RUNS = Gauge("chalknet_runs", "Runs by status.", ["status"])
QUEUE_WAIT = Histogram(
    "chalknet_queue_wait_seconds", "How long a run waited for its next slice.", buckets=_SLOW
)
SLICE = Histogram("chalknet_slice_seconds", "Worker time of a slice.", buckets=_SLOW)
EPOCH = Histogram("chalknet_epoch_seconds", "Worker time of an epoch.", buckets=_SLOW)
COMMIT = Histogram("chalknet_commit_seconds", "How long a transaction took, with its wait.", buckets=_FAST)
WORKER_DEATHS = Counter("chalknet_worker_deaths", "Worker processes that died in a slice.")
SOCKETS = Gauge("chalknet_sockets", "Websockets and event streams that are open.")
DROPS = Counter("chalknet_drops", "Viewers let go because they did not read.")
LOOP_LAG = Histogram("chalknet_event_loop_lag_seconds", "How late the event loop was.", buckets=_FAST)

LAG_INTERVAL = 0.5


def page(runs_by_status: Mapping[str, int]) -> tuple[bytes, str]:
    """All figures as text, and its media type."""
    for status, count in runs_by_status.items():
        RUNS.labels(status).set(count)
    return generate_latest(), CONTENT_TYPE_LATEST


async def watch_event_loop() -> None:
    """Measure how late a short sleep ends, for ever: whatever blocks the loop shows here."""
    while True:
        due = time.perf_counter() + LAG_INTERVAL
        await asyncio.sleep(LAG_INTERVAL)
        LOOP_LAG.observe(max(0.0, time.perf_counter() - due))
