"""Where slices run. Everything behind `concurrent.futures.Executor`, so that nobody else needs to know."""

import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from ..errors import Unavailable
from ..settings import Settings, usable_cores
from . import worker_process
from .threads import use_one_thread

if TYPE_CHECKING:
    from .cluster import ClusterSlots

P = ParamSpec("P")
T = TypeVar("T")


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
        return self._cluster.slots or self._count

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
class _Slot:
    """A pool of one process, and the future that is done when the process is ready for slices."""

    pool: ProcessPoolExecutor
    warm: Future[None]

    @property
    def has_begun(self) -> bool:
        return self.warm.done() and not self.warm.cancelled() and self.warm.exception() is None


class ProcessSlots(Executor):
    """A pool of one-process pools: when a process dies, only the slice it was working on is lost.

    A process that dies before it was ready has not seen its slice: that ends in Unavailable, which says
    nothing against the slice, and not in BrokenProcessPool.
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
        self._new_slot = partial(_new_slot, start, warm_up)
        self._idle = [self._new_slot() for _ in range(slots)]
        self._all = list(self._idle)

    @property
    def slots(self) -> int:
        return len(self._all)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run `fn` in a free process; whoever submits knows how many there are."""
        with self._lock:
            if not self._idle:
                raise Unavailable("All worker processes are busy.", code="no-worker")
            slot = self._idle.pop()
        try:
            future = slot.pool.submit(fn, *args, **kwargs)
        except BrokenProcessPool:  # it died while idle: nothing is lost
            slot = self._replace(slot)
            future = slot.pool.submit(fn, *args, **kwargs)
        except BaseException:  # no process or file left: perhaps later
            with self._lock:
                self._idle.append(slot)
            raise
        answer: Future[T] = Future()
        future.add_done_callback(lambda done: self._pass_on(slot, done, answer))
        return answer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes; a slice in flight is not waited for unless `wait`."""
        if not wait:
            for process in multiprocessing.active_children():
                process.terminate()
        for slot in self._all:
            slot.pool.shutdown(wait=wait, cancel_futures=cancel_futures)

    def _pass_on(self, slot: _Slot, done: Future[T], answer: Future[T]) -> None:
        """Free the slot, then hand what came of its work to whoever waits for it."""
        error = None if done.cancelled() else done.exception()
        broken = isinstance(error, BrokenProcessPool)
        fresh = self._replace(slot) if broken else slot
        with self._lock:
            self._idle.append(fresh)
        if done.cancelled():
            answer.cancel()
        if not answer.set_running_or_notify_cancel():
            return
        if broken and not slot.has_begun:
            error = Unavailable("A worker process died before it was ready.", code="no-worker")
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(done.result())

    def _replace(self, broken: _Slot) -> _Slot:
        # No shutdown: a broken pool has shut itself down, and may be calling us with its lock held.
        fresh = self._new_slot()
        with self._lock:
            self._all[self._all.index(broken)] = fresh
        return fresh


def _new_slot(start: Callable[[], None], warm_up: Callable[[], None]) -> _Slot:
    # spawn: a fork of a process with threads may inherit locks that nobody will ever release.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(1, mp_context=context, initializer=start)
    return _Slot(pool, pool.submit(warm_up))
