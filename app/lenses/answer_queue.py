"""The answers that are kept, and the turns of those who wait for one.

Answers are bytes as they are sent. Who asks what has been answered gets the kept bytes; who asks what is
being computed waits for it with the others; all else waits for a process, and what nobody waits for any more
is dropped before it begins. The processes are for looking alone: no decision about a run waits for them.
"""

import asyncio
import contextlib
import math
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import count
from typing import Any

from ..engine.executors import ProcessSlots
from ..errors import TooMany, Unavailable
from .lens import MAX_WORK

KEPT_BYTES = 64 * 2**20
LARGEST_KEPT = KEPT_BYTES // 8
MOST_WAITING = 200  # of all
MOST_WAITING_EACH = 40  # a browser has six connections to a server
WORK_PER_SECOND = 10**10  # weights times samples, about
LEAST_WORK = 10**7  # reading, handing over and encoding cost as much

# What a process is to do: a function that it can import, and what it is called with.
Computation = tuple[Callable[..., bytes], tuple[Any, ...]]
Load = Callable[[], Awaitable[Computation]]


@dataclass(slots=True, eq=False)
class _Job:
    """One answer that is wanted, by everybody who waits for it."""

    key: Hashable
    owner: str
    work: int
    load: Load
    answer: asyncio.Future[bytes]
    place: tuple[float, int]
    is_kept: bool
    waiting: int = 0
    begun: bool = False

    @property
    def is_long(self) -> bool:
        return self.work > 2 * MAX_WORK


class AnswerQueue:
    """Answers, each computed once: kept up to so many bytes, shared while under way, and in a fair order.

    A place in the queue is the work that its owner has had done or waits for (start-time fair queuing, Goyal,
    Vin and Cheng 1996): two hundred questions of one delay one question of another by a single computation.
    And one process is left to what is over soon.
    """

    def __init__(self, make_processes: Callable[[], ProcessSlots], slots: int) -> None:
        self._make_processes = make_processes
        self._processes: asyncio.Future[ProcessSlots] | None = None
        self._slots = slots
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._kept_bytes = 0
        self._jobs: dict[Hashable, _Job] = {}
        self._queue: list[_Job] = []
        self._begun: dict[_Job, asyncio.Task[None]] = {}
        self._ends: dict[str, float] = {}  # by owner: the place behind its last question
        self._now = 0.0  # the place of the newest question that has begun
        self._numbers = count()

    def start(self) -> "asyncio.Future[ProcessSlots]":
        """The processes, which take a moment to start for the first time."""
        failed = self._processes and self._processes.done() and self._processes.exception()
        if self._processes is None or failed:
            self._processes = asyncio.ensure_future(asyncio.to_thread(self._make_processes))
        return self._processes

    def kept(self, key: Hashable) -> bytes | None:
        """An answer that is there."""
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    async def answer(self, key: Hashable, owner: str, work: int, load: Load) -> bytes:
        """The bytes that belong to a key; None for a key: nobody else's, and not kept.

        `load` is called when its turn has come. Raises what it and its function raise, and TooMany.
        """
        found = self.kept(key)
        if found is not None:
            return found
        job = self._jobs.get(key)
        if job is None:
            job = self._queue_up(key, owner, work + LEAST_WORK, load)
        job.waiting += 1
        try:
            return await asyncio.shield(job.answer)
        finally:
            job.waiting -= 1
            if not job.waiting and not job.begun:
                self._drop(job)

    async def close(self) -> None:
        """Begin nothing more, and end the processes."""
        self._slots = 0
        for task in self._begun.values():
            task.cancel()
        if self._processes is not None:
            with contextlib.suppress(OSError):  # they could not be started
                (await self._processes).shutdown(wait=False, cancel_futures=True)

    def _queue_up(self, key: Hashable, owner: str, work: int, load: Load) -> _Job:
        own = sum(job.owner == owner for job in self._queue)
        if len(self._queue) >= MOST_WAITING or own >= MOST_WAITING_EACH:
            seconds = sum(job.work for job in self._queue) / WORK_PER_SECOND / self._slots
            raise TooMany(
                "Too many questions wait for their turn. Ask again in a moment.",
                code="too-many-looks",
                headers={"Retry-After": str(min(60, math.ceil(seconds)))},
            )
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())  # perhaps nobody is left
        place = max(self._now, self._ends.get(owner, 0.0))
        self._ends[owner] = place + work
        number = next(self._numbers)
        job = _Job(key or number, owner, work, load, answer, (place, number), is_kept=key is not None)
        self._jobs[job.key] = job
        self._queue.append(job)
        self._begin()
        return job

    def _drop(self, job: _Job) -> None:
        self._queue.remove(job)
        self._ends[job.owner] = self._ends.get(job.owner, 0.0) - job.work
        del self._jobs[job.key]
        job.answer.cancel()

    def _begin(self) -> None:
        """Begin what may begin now."""
        while len(self._begun) < self._slots:
            room = sum(job.is_long for job in self._begun) < max(1, self._slots - 1)
            job = min((other for other in self._queue if room or not other.is_long), key=_place, default=None)
            if job is None:
                return
            self._queue.remove(job)
            self._now = max(self._now, job.place[0])
            self._ends = {owner: end for owner, end in self._ends.items() if end > self._now}
            job.begun = True
            self._begun[job] = asyncio.create_task(self._fulfil(job))

    async def _fulfil(self, job: _Job) -> None:
        try:
            body = await self._compute(job.load)
            job.answer.set_result(body)
            if job.is_kept:
                self._keep(job.key, body)
        except asyncio.CancelledError:
            job.answer.cancel()
            raise
        except Exception as error:
            job.answer.set_exception(error)
        finally:
            del self._jobs[job.key], self._begun[job]
            self._begin()

    async def _compute(self, load: Load) -> bytes:
        try:
            processes = await asyncio.shield(self.start())
            function, arguments = await load()
            return await asyncio.wrap_future(processes.submit(function, *arguments))
        except (BrokenProcessPool, OSError) as error:
            text = "The process that looked into it ended. Ask again in a moment."
            raise Unavailable(text, code="no-worker") from error

    def _keep(self, key: Hashable, body: bytes) -> None:
        if len(body) > LARGEST_KEPT:
            return
        self._kept[key] = body
        self._kept_bytes += len(body)
        while self._kept_bytes > KEPT_BYTES:
            _, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= len(oldest)


def _place(job: _Job) -> tuple[float, int]:
    return job.place
