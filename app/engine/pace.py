"""How often the same may be done: for what writes to the log and costs whoever does it nothing."""

import math
import time
from collections import deque
from collections.abc import Callable, Hashable

from ..errors import TooMany

SECONDS = 60.0


class Pace:
    """At most so many times within a minute, for each key by itself."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._times: dict[Hashable, deque[float]] = {}
        self._swept_at = clock()

    def step(self, key: Hashable) -> None:
        """Count one more; TooMany, with the time to wait, if that is too often."""
        now = self._clock()
        self._sweep(now)
        times = self._times.setdefault(key, deque())
        while times and times[0] <= now - SECONDS:
            times.popleft()
        if len(times) >= self._most:
            wait = math.ceil(times[0] + SECONDS - now)
            text = f"At most {self._most} times a minute. Try again in a moment."
            raise TooMany(text, code="too-often", limit=self._most, headers={"Retry-After": str(wait)})
        times.append(now)

    def _sweep(self, now: float) -> None:
        """Forget, once a minute, what counts no more."""
        if now - self._swept_at >= SECONDS:
            self._swept_at = now
            self._times = {key: times for key, times in self._times.items() if times[-1] > now - SECONDS}
