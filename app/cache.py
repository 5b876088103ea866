"""Answers that a whole class asks for at once: computed once, and kept for a while."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any

KEPT = 500  # of at most some ten kilobytes each


class Answers:
    """The newest answers by their questions. What is under way is waited for, not begun again."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._tasks: dict[Hashable, asyncio.Future[Any]] = {}

    async def get(self, question: Hashable, work: Callable[[], Awaitable[Any]]) -> Any:
        """The answer to a question that always has the same one; `work` is only called if nobody has asked.

        Who goes away while waiting does not take the answer from the others; a failure is not kept.
        """
        task = self._tasks.get(question)
        if task is None:
            task = asyncio.ensure_future(work())
            self._tasks[question] = task
            task.add_done_callback(lambda done: self._settle(question, done))
            while len(self._tasks) > self._most:
                del self._tasks[next(iter(self._tasks))]
        return await asyncio.shield(task)

    def _settle(self, question: Hashable, task: asyncio.Future[Any]) -> None:
        if (task.cancelled() or task.exception()) and self._tasks.get(question) is task:
            del self._tasks[question]
