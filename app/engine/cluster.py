"""More machines: slices on the workers of a dask.distributed scheduler, behind `concurrent.futures.Executor`.

That scheduler may be away, come back, or have no workers; a thread of ours watches it. As long as nobody can
work there are no slots, and what was in flight ends with `Unavailable`, to be submitted again later.
"""

import contextlib
import logging
import os
import platform
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from distributed import Client, KilledWorker, Security
from distributed.utils import LoopRunner

from ..errors import Unavailable
from .kernels import differences, kernels
from .threads import ONE_THREAD

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger("chalknet.cluster")
# A lost connection is two pages of traceback there, and one line here.
logging.getLogger("distributed").setLevel(logging.CRITICAL)

WATCH_SECONDS = 1.0
ANSWER_SECONDS = 5.0  # for a connection, and for each look at the cluster
SLICE_SECONDS = 300.0  # a slice takes seconds: its worker has vanished without a word


@dataclass(frozen=True, slots=True)
class Certificates:
    """PEM files: who signs for all machines of the cluster, and what this one shows."""

    ca: Path
    cert: Path
    key: Path


class ClusterSlots(Executor):
    """As many slots as the cluster's workers have threads, or `most`; none while it cannot be reached."""

    def __init__(self, address: str, certificates: Certificates | None, most: int | None) -> None:
        self._address = address
        self._certificates = certificates
        self._most = most
        self._client: Client | None = None
        self._executor: Executor | None = None
        self._threads = 0
        self._lock = threading.Lock()
        self._pending: dict[Future[Any], float] = {}  # when each was submitted
        self._loop = (
            LoopRunner()
        )  # one for all clients: a client that cannot connect would leave its own behind
        self._closing = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="cluster", daemon=True)
        self._watcher.start()

    @property
    def slots(self) -> int:
        """How many slices the cluster can work on now."""
        return self._threads if self._most is None else min(self._threads, self._most)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run `fn` on a worker; a worker's death is dask's business until it gives up."""
        ours: Future[T] = Future()
        ours.set_running_or_notify_cancel()
        with self._lock:
            if self._executor is None or self._threads == 0:
                raise self._unavailable("has no workers")
            self._pending[ours] = time.monotonic()
            try:
                theirs = self._executor.submit(partial(_on_worker, kernels(), partial(fn, *args, **kwargs)))
            except Exception as error:  # whatever a client says whose connection is breaking
                del self._pending[ours]
                raise self._unavailable("does not answer") from error
        theirs.add_done_callback(lambda done: self._settle(ours, done))
        return ours

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let go of the cluster; what was in flight is not waited for."""
        self._closing.set()
        if wait:
            self._watcher.join()

    def _settle(self, ours: Future[T], theirs: Future[T]) -> None:
        with self._lock:
            if self._pending.pop(ours, None) is None:
                return  # given up before
        if theirs.cancelled():
            ours.set_exception(self._unavailable("has lost a slice"))
            return
        error = theirs.exception()
        if isinstance(error, KilledWorker):
            ours.set_exception(BrokenExecutor(str(error)))
        elif isinstance(error, CancelledError | OSError | ImportError):  # a machine's fault, not the run's
            ours.set_exception(self._unavailable(f"could not run a slice: {error}"))
        elif error is not None:
            ours.set_exception(error)
        else:
            ours.set_result(theirs.result())

    def _watch(self) -> None:
        """Connect, count, and connect again, until the end."""
        self._loop.start()
        while not self._closing.is_set():
            try:
                threads, trouble = self._count(), "it has no workers"
            except Exception as error:  # whatever is wrong with the cluster may be right a second later
                threads, trouble = 0, str(error) or type(error).__name__
                self._drop()
            if self._stuck(threads):
                self._drop()
            self._announce(threads, trouble)
            self._closing.wait(WATCH_SECONDS)
        self._drop()
        self._loop.stop()

    def _count(self) -> int:
        """Threads of all workers, from a scheduler that answers in time."""
        if self._client is None:
            client = Client(
                self._address,
                timeout=ANSWER_SECONDS,
                security=self._security(),
                loop=self._loop.loop,
                set_as_default=False,
            )
            with self._lock:
                self._client, self._executor = client, client.get_executor(pure=False)
        if self._client.status != "running":
            raise OSError("the connection broke")
        # Not Client.nthreads(): it would wait for ever for a scheduler that has stopped in its tracks.
        scheduler: Any = self._client.scheduler
        return sum(self._client.sync(scheduler.ncores, callback_timeout=ANSWER_SECONDS).values())

    def _security(self) -> Security | None:
        files = self._certificates
        if files is None:
            return None
        return Security(
            require_encryption=True,
            tls_ca_file=str(files.ca),
            tls_client_cert=str(files.cert),
            tls_client_key=str(files.key),
        )

    def _stuck(self, threads: int) -> bool:
        """Whether slices wait for workers that are not there, or for one that does not come back."""
        with self._lock:
            oldest = min(self._pending.values(), default=time.monotonic())
        return bool(self._pending) and (threads == 0 or time.monotonic() - oldest > SLICE_SECONDS)

    def _drop(self) -> None:
        """Give up what is in flight, and this connection with it: dask then forgets the slices too."""
        with self._lock:
            client, self._client, self._executor = self._client, None, None
            lost, self._pending = list(self._pending), {}
        for future in lost:
            future.set_exception(self._unavailable("has lost a slice"))
        if client is not None:
            with contextlib.suppress(Exception):  # it is of no further use, however it ends
                client.close(timeout=ANSWER_SECONDS)

    def _announce(self, threads: int, trouble: str) -> None:
        if threads != self._threads:
            if threads:
                log.info("threads of the cluster at %s: %d", self._address, threads)
            else:
                log.warning("the cluster at %s cannot be used: %s", self._address, trouble)
        self._threads = threads

    def _unavailable(self, what: str) -> Unavailable:
        return Unavailable(f"The cluster at {self._address} {what}.", code="cluster-unavailable")


def _on_worker(server: Mapping[str, str], work: Callable[[], T]) -> T:
    """Do the work, on a worker that would give the same bits as the server's own processes."""
    if different := differences(server, kernels()):
        raise OSError(f"{platform.node()} would give other bits: {different}")
    wrong = [name for name in ONE_THREAD if os.environ.get(name) != "1"]
    if wrong:
        raise OSError(f"{platform.node()} was started without {wrong[0]}=1")
    return work()
