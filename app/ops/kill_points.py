"""Moments at which a test kills the server or moves its clock. Nothing here happens unless settings arm it.

A point is passed by many commits; `in-commit=7` strikes at the seventh. Settings refuse to arm anything on a
server that others can reach.
"""

import os
import signal
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

POINTS = {
    "in-creation": "the tables of a new log are made, the transaction is open",
    "before-commit": "a slice has come back, nothing is written",
    "in-commit": "everything is written, the transaction is open",
    "after-commit": "the transaction is closed, nobody has been told",
    "in-rescue": "what could be read of a damaged database is complete, and not yet in its place",
    "clock-back": "the wall clock goes back by ten years",
    "clock-ahead": "the wall clock goes ahead by ten years",
}
CLOCK_STEPS = {"clock-back": timedelta(days=-3652), "clock-ahead": timedelta(days=3652)}

# Windows has no SIGKILL; there SIGTERM ends a process at once.
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)

_armed: dict[str, int] = {}
_shift = timedelta(0)


def arm(faults: Mapping[str, int]) -> None:
    """From now on, strike when a point is passed for the given time."""
    _armed.update(faults)


def passing(point: str) -> None:
    """Called at each point; kills this process when the time has come."""
    if _strikes(point):
        os.kill(os.getpid(), KILL)


def now() -> datetime:
    """The wall clock, in UTC."""
    global _shift
    _shift += sum((step for point, step in CLOCK_STEPS.items() if _strikes(point)), timedelta(0))
    return datetime.now(UTC) + _shift


def _strikes(point: str) -> bool:
    if point not in _armed:
        return False
    _armed[point] -= 1
    return _armed[point] == 0
