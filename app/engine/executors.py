"""Where slices run. Everything behind `concurrent.futures.Executor`, so that nobody else needs to know."""

import contextlib
import multiprocessing
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from ..errors import Unavailable
from ..settings import Settings, usable_cores
from . import worker_process
from .threads import use_one_thread

if TYPE_CHECKING:
    from .cluster import ClusterSlots

P = ParamSpec("P")
T = TypeVar("T")

RETRY_SECONDS = 1.0  # after a process could not be started
_STARTING = threading.Lock()  # held while one is: then whose child is new is known


def make_executor(settings: Settings) -> "ProcessSlots | ClusterSlots | ClusterOrLocal":
    """What the settings ask for; its `slots` say how many slices it takes at a time."""
    local = settings.workers or usable_cores()
    if settings.cluster is None:
        return ProcessSlots(local)
    from .cluster import Certificates, ClusterSlots  # an extra, and half a second

    ca, cert, key = settings.cluster_ca, settings.cluster_cert, settings.cluster_key
    certificates = Certificates(ca, cert, key) if ca and cert and key else None
    cluster = ClusterSlots(settings.cluster, certificates, settings.workers)
    return ClusterOrLocal(cluster, local) if settings.cluster_fallback == "local" else cluster


class ClusterOrLocal(Executor):
    """The cluster while it has workers, and processes of this machine while it has none."""

    def __init__(self, cluster: "ClusterSlots", local: int) -> None:
        self._cluster = cluster
        self._count = local
        self._local: ProcessSlots | None = None  # started when it is needed for the first time

    @property
    def slots(self) -> int:
        return self._cluster.slots or (self._local.slots if self._local else self._count)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run `fn` on the cluster or here."""
        if self._cluster.slots:
            return self._cluster.submit(fn, *args, **kwargs)
        if self._local is None:
            self._local = ProcessSlots(self._count)
        return self._local.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End both."""
        self._cluster.shutdown(wait, cancel_futures=cancel_futures)
        if self._local is not None:
            self._local.shutdown(wait, cancel_futures=cancel_futures)


@dataclass(frozen=True, slots=True, eq=False)
class _Process:
    """A pool of one process, that process, and the future that is done when it is ready for slices."""

    pool: ProcessPoolExecutor
    children: list[BaseProcess]  # one; none if it has died at once
    warm: Future[None]

    @property
    def has_begun(self) -> bool:
        return self.warm.done() and not self.warm.cancelled() and self.warm.exception() is None


@dataclass(slots=True, eq=False)
class _Slot:
    """Room for one slice at a time; its process is started when it is first needed, or needed again."""

    process: _Process | None = None


class ProcessSlots(Executor):
    """A pool of one-process pools: when a process dies, only the slice it was working on is lost.

    A process that dies before it was ready has not seen its slice: that ends in Unavailable, which says
    nothing against the slice, and not in BrokenProcessPool. The same if no process can be started; then the
    slots without one do not count for RETRY_SECONDS.
    """

    def __init__(
        self,
        slots: int,
        start: Callable[[], None] = worker_process.start,
        warm_up: Callable[[], None] = worker_process.warm_up,
    ) -> None:
        """So many processes; each calls `start` when it begins, and `warm_up` before its first work."""
        use_one_thread()
        self._lock = threading.Lock()
        self._all = [_Slot() for _ in range(slots)]
        self._idle = list(self._all)
        self._retry_at = 0.0  # by the monotonic clock
        self._begin, self._warm_up = start, warm_up
        with contextlib.suppress(Unavailable):  # started ahead; a slice will try again
            for slot in self._all:
                slot.process = self._start()

    @property
    def slots(self) -> int:
        """How many slices can be worked on now, by processes that live or may be started."""
        if time.monotonic() >= self._retry_at:
            return len(self._all)
        return sum(slot.process is not None for slot in self._all)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run `fn` in a free process; whoever submits knows how many there are."""
        slot = self._take()
        try:
            process, future = self._submit(slot, partial(fn, *args, **kwargs))
        except BaseException:
            self._free(slot)
            raise
        answer: Future[T] = Future()
        future.add_done_callback(lambda done: self._pass_on(slot, process, done, answer))
        return answer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes; a slice in flight is not waited for unless `wait`."""
        for process in [slot.process for slot in self._all if slot.process is not None]:
            if not wait:
                for child in process.children:
                    child.terminate()
            process.pool.shutdown(wait=wait, cancel_futures=cancel_futures)

    def _take(self) -> _Slot:
        with self._lock:
            if not self._idle:
                raise Unavailable("All worker processes are busy.", code="no-worker")
            slot = next((slot for slot in self._idle if slot.process is not None), self._idle[0])
            self._idle.remove(slot)
        return slot

    def _free(self, slot: _Slot) -> None:
        with self._lock:
            self._idle.append(slot)

    def _submit(self, slot: _Slot, work: Callable[[], T]) -> tuple[_Process, Future[T]]:
        """Give work to the slot's process, or to a new one if there is none or it died while idle."""
        if slot.process is not None:
            try:
                return slot.process, slot.process.pool.submit(work)
            except BrokenProcessPool:  # nothing is lost
                slot.process = None
        slot.process = self._start()
        return slot.process, slot.process.pool.submit(work)

    def _pass_on(self, slot: _Slot, process: _Process, done: Future[T], answer: Future[T]) -> None:
        """Free the slot, then hand what came of its work to whoever waits for it. Nothing here can fail.

        A broken pool has shut itself down, and may be calling us with its lock held: it is only let go.
        """
        error = None if done.cancelled() else done.exception()
        broken = isinstance(error, BrokenProcessPool)
        if broken:
            slot.process = None
        self._free(slot)
        if done.cancelled():
            answer.cancel()
        if not answer.set_running_or_notify_cancel():
            return
        if broken and not process.has_begun:
            error = Unavailable("A worker process died before it was ready.", code="no-worker")
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(done.result())

    def _start(self) -> _Process:
        """A process that is getting ready; Unavailable if the system has no room for one now."""
        with _STARTING:
            before = multiprocessing.active_children()
            try:
                # spawn: a fork of a process with threads may inherit locks that nobody will ever release.
                context = multiprocessing.get_context("spawn")
                pool = ProcessPoolExecutor(1, mp_context=context, initializer=self._begin)
                warm = pool.submit(self._warm_up)
                return _Process(pool, _started_since(before), warm)
            except (OSError, RuntimeError, MemoryError) as error:  # RuntimeError: no thread for the pool
                for child in _started_since(before):
                    child.kill()
                self._retry_at = time.monotonic() + RETRY_SECONDS
                text = f"No worker process can be started ({error})."
                raise Unavailable(text, code="no-worker") from error


def _started_since(before: list[BaseProcess]) -> list[BaseProcess]:
    return [child for child in multiprocessing.active_children() if child not in before]
