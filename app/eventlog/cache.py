"""What a whole class asks for at once is made once, and kept for a while."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any


class Cache:
    """The newest values by their keys. What is being made is waited for, not begun again."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._tasks: dict[Hashable, asyncio.Future[Any]] = {}

    async def get(self, key: Hashable, make: Callable[[], Awaitable[Any]]) -> Any:
        """The value of a key, the same for ever; `make` is only called if nobody has asked for it.

        Who goes away while waiting does not take the value from the others; a failure is not kept.
        """
        task = self._tasks.get(key)
        if task is None:
            task = asyncio.ensure_future(make())
            self._tasks[key] = task
            task.add_done_callback(lambda done: self._settle(key, done))
            while len(self._tasks) > self._most:
                del self._tasks[next(iter(self._tasks))]
        return await asyncio.shield(task)

    def _settle(self, key: Hashable, task: asyncio.Future[Any]) -> None:
        if (task.cancelled() or task.exception()) and self._tasks.get(key) is task:
            del self._tasks[key]
