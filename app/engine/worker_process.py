"""How a worker process lives: politely, and not longer than the server. Imports little: each one pays."""

import multiprocessing
import os
import signal
import threading
from contextlib import suppress
from multiprocessing.connection import wait
from pathlib import Path

NICENESS = 10
OOM_SCORE = Path("/proc/self/oom_score_adj")
# Where memory has run out: a worker that dies costs a slice, the server all that is under way.
FIRST_TO_GO = 1000


def start(niceness: int = NICENESS) -> None:
    """What a process does before its first slice."""
    if hasattr(os, "nice"):  # not on Windows
        os.nice(niceness)  # the server's answers come before the training
    with suppress(OSError):  # Linux alone has it
        OOM_SCORE.write_text(str(FIRST_TO_GO))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then ends its workers
    threading.Thread(target=_follow_parent, daemon=True).start()


def warm_up() -> None:
    """Import the library before the first run needs it."""
    from . import worker  # noqa: F401


def _follow_parent() -> None:
    """End with the server, even when it was killed: a pool's process would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)
