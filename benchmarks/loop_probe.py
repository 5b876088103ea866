"""The server, with two more figures in its metrics: what a callback of the event loop costs, and lateness.

    python benchmarks/loop_probe.py serve --port 8000

`chalknet_callback_seconds` is the processor time of a callback: what it keeps the loop from others, however
many programs want the processor. `chalknet_event_loop_lag_seconds` is sampled every two milliseconds.
"""

import asyncio
import time
from typing import Any

from chalknet.cli import main
from chalknet.ops import telemetry
from prometheus_client import Histogram

BOUNDS = (0.001, 0.002, 0.003, 0.004, 0.005, 0.01, 0.02, 0.05, 0.1)
CALLBACK = Histogram("chalknet_callback_seconds", "Processor time of a callback.", buckets=BOUNDS)


def watch_callbacks() -> None:
    """Measure every callback from now on."""
    run = asyncio.Handle._run

    def measured(handle: asyncio.Handle) -> Any:
        start = time.thread_time()
        run(handle)
        CALLBACK.observe(time.thread_time() - start)

    asyncio.Handle._run = measured  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    telemetry.LAG_INTERVAL = 0.002
    watch_callbacks()
    main()
