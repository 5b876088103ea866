"""Turns for those who try a secret: so many a second in all, and fairly by address.

Whoever guesses fills the queue of his own addresses and waits in it; a right code from another address is
looked at in its turn, which comes soon. Rotating addresses gives nobody more than the rate of all.
"""

import asyncio
from collections import deque

from ..errors import TooMany

PER_SECOND = 50.0
WAITING = 2000  # of all
WAITING_EACH = 250  # a class behind one address may come at once


class Attempts:
    """Lets attempts through one after the other, taking turns among addresses."""

    def __init__(
        self, per_second: float = PER_SECOND, waiting: int = WAITING, waiting_each: int = WAITING_EACH
    ) -> None:
        self._pause = 1 / per_second
        self._most = waiting
        self._most_each = waiting_each
        self._lines: dict[str, deque[asyncio.Future[None]]] = {}
        self._giving: asyncio.Task[None] | None = None

    async def turn(self, address: str) -> None:
        """Wait for a turn; TooMany when too many wait already, from there or in all."""
        line = self._lines.setdefault(address, deque())
        if len(line) >= self._most_each or sum(map(len, self._lines.values())) >= self._most:
            if not line:
                del self._lines[address]
            text = "Too many are trying at once. Try again in a moment."
            raise TooMany(text, code="too-many-attempts", headers={"Retry-After": "5"})
        mine = asyncio.get_running_loop().create_future()
        line.append(mine)
        if self._giving is None:
            self._giving = asyncio.create_task(self._give())
        await mine

    async def _give(self) -> None:
        """A turn for one address after the other, until nobody waits."""
        while self._lines:
            address = next(iter(self._lines))
            line = self._lines.pop(address)
            mine = line.popleft()
            if line:
                self._lines[address] = line  # to the end of the round
            if mine.done():
                continue  # gone while waiting
            mine.set_result(None)
            await asyncio.sleep(self._pause)
        self._giving = None
