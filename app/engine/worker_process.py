"""How a worker process lives: politely, and not longer than the server. Imports little: each one pays."""

import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import wait

NICENESS = 10


def start(niceness: int = NICENESS) -> None:
    """What a process does before its first slice."""
    if hasattr(os, "nice"):  # not on Windows
        os.nice(niceness)  # the server's answers come before the training
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
