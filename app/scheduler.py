"""The one owner of runs: it decides, submits, receives, commits, tells the hub. Nobody else changes a run.

Decisions about one run are made one at a time, under that run's lock, on what its committed events say.
The training state is bytes that a worker made; it is kept here only for runs that will have another turn.
"""

import asyncio
import contextlib
import logging
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import BrokenExecutor, Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from app import policy, telemetry
from app.changes import RunUpdate, events_for
from app.config import WORK_PER_BATCH, RunConfig
from app.errors import AppError, Conflict, NotFound, TooMany, Unavailable
from app.hub import Hub
from app.runs import Event, NewEvent, Run, Status, apply, created, fold, next_change, status
from app.store import Checkpoint, Snapshot, Store
from app.worker import EpochResult, Slice, SliceResult, fingerprint, run_slice

log = logging.getLogger("chalknet.scheduler")

DEATHS_ALLOWED = 3  # of the worker, in the same slice
RETRY_SECONDS = 1.0  # after the store refused (a full disk, a locked database), or while there are no workers
HELD_BYTES = 1_000_000  # a larger checkpoint is read again at each turn: memory is for many small networks
SLOW_SLICE_SECONDS = 0.2  # of slow motion that one slice covers


@dataclass(slots=True)
class _Entry:
    """A run and what the scheduler remembers of it between turns."""

    run: Run
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    checkpoint: bytes | None = None
    busy: bool = False
    last_turn: int = 0
    steps_per_second: float | None = None
    ready_since: float = field(default_factory=time.monotonic)
    due: float = 0.0  # when slow motion allows the next slice, by the monotonic clock
    deaths: int = 0
    epoch_seconds: float = 0.0  # worker time of the epoch that is under way


class Workers(Protocol):
    """Where slices run: `submit` raises Unavailable, and futures end with it, when it is nobody's fault."""

    @property
    def slots(self) -> int:
        """How many slices can be worked on at a time; may change, and be 0."""

    def submit(self, fn: Callable[[Slice], SliceResult], order: Slice, /) -> Future[SliceResult]: ...


class Scheduler:
    """Runs by id, and the turns they take on the slots of some workers."""

    def __init__(
        self, store: Store, workers: Workers, datasets: Path, max_waiting: int, max_bytes: int
    ) -> None:
        self._store = store
        self._workers = workers
        self._in_flight = 0
        self._datasets = datasets
        self._max_waiting = max_waiting
        self._max_bytes = max_bytes
        self._entries: dict[str, _Entry] = {}
        self._keys: dict[str, str] = {}
        self._turns = 0
        self._owner_turns: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._alarm: asyncio.TimerHandle | None = None
        self._closing = False
        self.hub: Hub

    async def start(self) -> None:
        """Read the log, and go on where it ends."""
        after = 0
        events: list[Event] = []
        while page := await self._store.events(after):
            events += page
            after = page[-1].seq
        self.hub = Hub(self._store, after)
        for run in fold(events).values():
            self._entries[run.id] = _Entry(run)
            if run.request_key:
                self._keys[run.request_key] = run.id
        for entry in self._entries.values():
            if entry.run.status is Status.RUNNING:
                await self._commit(entry, [status(entry.run, Status.SCHEDULED, "SERVER_RESTARTED")])
            await self._settle(entry)
        self._kick()

    async def close(self, seconds: float) -> None:
        """Give no more turns; let the slices in flight be committed if they come back soon."""
        self._closing = True
        if self._alarm:
            self._alarm.cancel()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    @property
    def log_id(self) -> str:
        """Which log the event numbers belong to."""
        return self._store.log_id

    async def check(self) -> None:
        """Raise if the store cannot be read."""
        await self._store.events(limit=1)

    def runs(self) -> list[Run]:
        """All runs, newest first."""
        return [entry.run for entry in reversed(self._entries.values())]

    def run(self, run_id: str) -> Run:
        return self._entry(run_id).run

    def queue(self, run: Run) -> dict[str, float] | None:
        """The place of a run that waits for a turn, and about how long that takes; None for any other."""
        if run.status is not Status.SCHEDULED or run.wanted != "running":
            return None
        waiting = [candidate.run_id for candidate in policy.order(self._candidates(), self._owner_turns)]
        place = waiting.index(run.id) + 1 if run.id in waiting else 1
        slots = max(1, self._workers.slots)
        seconds = place / slots * policy.slice_seconds(self._sharing(), slots)
        return {"place": place, "expected_wait_seconds": round(seconds, 2)}

    async def create(
        self,
        config: RunConfig,
        name: str | None = None,
        *,
        owner: str = "",
        twin_of: str | None = None,
        request_key: str | None = None,
    ) -> tuple[Run, bool]:
        """A new run, waiting for its first turn; or, for a key already used, the run it made."""
        if request_key is not None and request_key in self._keys:
            return self._made_before(request_key, config), False
        waiting = sum(not entry.run.status.ended for entry in self._entries.values())
        if waiting >= self._max_waiting:
            raise TooMany(
                f"{waiting} runs are unfinished, the most this server keeps going. Stop some or wait.",
                limit=self._max_waiting,
                headers={"Retry-After": "30"},
            )
        run_id = secrets.token_hex(6)
        name = name or f"Run {len(self._entries) + 1}"
        if request_key is not None:
            self._keys[request_key] = (
                run_id  # before waiting for the disk: a repeated request may be on its way
            )
        try:
            event = created(run_id, config, name, owner=owner, twin_of=twin_of, request_key=request_key)
            (stored,) = await self._store.commit([event])
        except BaseException:
            self._keys.pop(request_key or "", None)
            raise
        run = apply(None, stored)
        assert run is not None  # noqa: S101 - a created event makes a run
        self._entries[run_id] = _Entry(run)
        self._publish([stored])
        self._kick()
        return run, True

    def _made_before(self, request_key: str, config: RunConfig) -> Run:
        entry = self._entries.get(self._keys[request_key])
        if entry is None:
            raise Conflict(
                "The first request with this Idempotency-Key is still under way.", code="key-in-use"
            )
        if entry.run.config != config:
            raise Conflict("This Idempotency-Key was used for a run with other settings.", code="key-reused")
        return entry.run

    async def update(self, run_id: str, update: RunUpdate) -> Run:
        """Record what is wanted now; it is honoured at once, or when the slice in flight has come back."""
        entry = self._entry(run_id)
        async with entry.lock:
            events = events_for(self._present(entry).run, update)
            if events:
                await self._commit(entry, events)
                if not entry.busy:
                    await self._settle(entry)
            entry.due, entry.ready_since = 0.0, time.monotonic()
        self._kick()
        return entry.run

    async def delete(self, run_id: str) -> None:
        """Forget the run; a slice in flight comes back to nobody."""
        entry = self._entry(run_id)
        async with entry.lock:
            self._present(entry)
            events = await self._store.delete(run_id)
            del self._entries[run_id]
            self._keys.pop(entry.run.request_key or "", None)
            self._publish(events)

    async def _settle(self, entry: _Entry) -> None:
        """Bring the run in line with what is wanted of it, when no slice is in flight."""
        while event := next_change(entry.run):
            if event.type == "status" and Status(event.data["status"]).ended:
                event.data["fingerprint"] = await self._fingerprint(entry.run)
            await self._commit(entry, [event])

    async def _fingerprint(self, run: Run) -> str:
        """Of the parameters as they are now: the checkpoint's, or the initial ones."""
        state = await self._checkpoint(run)
        return await asyncio.to_thread(fingerprint, run.config.recipe, state)

    async def _checkpoint(self, run: Run) -> bytes | None:
        """The newest training state; None before the first slice."""
        stored = await self._store.checkpoint(run.id)
        return stored.state if stored else None

    def _entry(self, run_id: str) -> _Entry:
        try:
            return self._entries[run_id]
        except KeyError:
            raise NotFound(f"There is no run {run_id[:40]!r}.", code="run-not-found") from None

    def _present(self, entry: _Entry) -> _Entry:
        """The entry, unless it was deleted while the caller waited for its lock."""
        return self._entry(entry.run.id)

    def _kick(self) -> None:
        """Give the free workers away. Called whenever something has changed that could matter."""
        slots = self._workers.slots
        if self._closing or 0 < slots <= self._in_flight:
            return
        free = max(0, slots - self._in_flight)
        turns = policy.next_turns(self._candidates(), self._owner_turns, free, slots, self._sharing())
        for turn in turns:
            entry = self._entries[turn.run_id]
            self._in_flight += 1
            self._turns += 1
            entry.busy = True
            telemetry.QUEUE_WAIT.observe(max(0.0, time.monotonic() - max(entry.ready_since, entry.due)))
            entry.last_turn = self._owner_turns[entry.run.owner] = self._turns
            if entry.run.rate is not None:
                entry.due = time.monotonic() + turn.steps / entry.run.rate
            task = asyncio.create_task(self._take_turn(entry, turn.steps))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._set_alarm()

    def _candidates(self) -> Iterable[policy.Candidate]:
        now = time.monotonic()
        return [_candidate(entry) for entry in self._ready() if entry.due <= now]

    def _ready(self) -> Iterable[_Entry]:
        """Entries that could take a turn, now or when slow motion allows it."""
        for entry in self._entries.values():
            if entry.run.status in (Status.SCHEDULED, Status.RUNNING) and not entry.busy:
                yield entry

    def _sharing(self) -> int:
        """How many runs live on the workers."""
        statuses = (Status.SCHEDULED, Status.RUNNING)
        return sum(entry.run.status in statuses for entry in self._entries.values())

    def _set_alarm(self) -> None:
        """Come back when the first run in slow motion is due, and look for workers if there are none."""
        if self._alarm:
            self._alarm.cancel()
            self._alarm = None
        now = time.monotonic()
        waits = [entry.due - now for entry in self._ready() if entry.due > now]
        if self._workers.slots == 0:
            waits.append(RETRY_SECONDS)
        if waits:
            self._alarm = asyncio.get_running_loop().call_later(min(waits), self._kick)

    async def _take_turn(self, entry: _Entry, steps: int) -> None:
        """One slice from submission to commit. Whatever goes wrong, the slot is free again afterwards."""
        try:
            result = await self._train(entry, steps)
            async with entry.lock:
                if entry.run.id in self._entries:
                    if result is not None:
                        await self._receive(entry, result)
                    await self._settle(entry)
            if entry.run.status.ended:
                await self._make_room()
        except AppError as error:
            log.warning("%s Trying again.", error.detail, extra={"run": entry.run.id})
            await asyncio.sleep(RETRY_SECONDS)
        except Exception as error:  # a slice that cannot be computed must not stop the others
            log.exception("the slice failed", extra={"run": entry.run.id})
            await self._fail(entry, "ERROR", f"{type(error).__name__}: {error}"[:300])
        finally:
            entry.busy = False
            entry.ready_since = time.monotonic()
            self._in_flight -= 1
            self._kick()

    async def _train(self, entry: _Entry, steps: int) -> SliceResult | None:
        """What the worker made of a slice; None if it died, or if the run is not wanted any more."""
        run = entry.run
        if run.step > 0 and entry.checkpoint is None:
            entry.checkpoint = await self._checkpoint(run)
        async with entry.lock:
            if run.id not in self._entries or entry.run.wanted != "running":
                return None
            if entry.run.status is Status.SCHEDULED:
                await self._commit(entry, [status(entry.run, Status.RUNNING)])
        config = run.config
        order = Slice(config.dataset, self._datasets, config.recipe, entry.run.eta, steps, entry.checkpoint)
        try:
            result = await asyncio.wrap_future(self._workers.submit(run_slice, order))
        except Unavailable as error:
            log.warning("%s Trying again.", error.detail, extra={"run": run.id})
            await asyncio.sleep(RETRY_SECONDS)
            return None
        except BrokenExecutor:
            entry.deaths += 1
            telemetry.WORKER_DEATHS.inc()
            log.warning("a worker died", extra={"run": run.id, "step": run.step, "time": entry.deaths})
            if entry.deaths >= DEATHS_ALLOWED:
                await self._fail(entry, "WORKER_DIED", f"Three worker processes died after step {run.step}.")
            return None
        entry.deaths = 0
        return result

    async def _receive(self, entry: _Entry, result: SliceResult) -> None:
        """Commit what a slice has brought, in one transaction with what follows from it for the status."""
        run = entry.run
        events = self._epoch_events(entry, result)
        if result.step % run.config.steps_per_epoch:
            events.append(_progress(run, result.step))
        if result.diverged_at is not None:
            detail = f"The numbers stopped being finite in step {result.diverged_at}."
            events.append(status(run, Status.FAILED, "DIVERGED", result.fingerprint, detail))
        elif result.step >= run.steps:
            events.append(status(run, Status.FINISHED, None, result.fingerprint))
        checkpoint = Checkpoint(run.id, result.step, result.checkpoint)
        snapshots = [
            Snapshot(run.id, epoch.epoch, epoch.params)
            for epoch in result.epochs
            if policy.keeps_epoch(epoch.epoch, run.epochs)
        ]
        await self._commit(entry, events, checkpoint, snapshots)
        telemetry.SLICE.observe(result.seconds)
        keep = not entry.run.status.ended and len(result.checkpoint) <= HELD_BYTES
        entry.checkpoint = result.checkpoint if keep else None
        if result.seconds > 0 and result.step > run.step:
            entry.steps_per_second = (result.step - run.step) / result.seconds

    def _epoch_events(self, entry: _Entry, result: SliceResult) -> list[NewEvent]:
        """The slice's epochs; its worker time is divided among them by their steps."""
        run = entry.run
        second_per_step = result.seconds / max(1, result.step - run.step)
        events, step = [], run.step
        for epoch in result.epochs:
            seconds = entry.epoch_seconds + (epoch.step - step) * second_per_step
            events.append(_epoch_event(run.id, epoch, seconds))
            telemetry.EPOCH.observe(seconds)
            entry.epoch_seconds, step = 0.0, epoch.step
        entry.epoch_seconds += (result.step - step) * second_per_step
        return events

    async def _fail(self, entry: _Entry, reason: str, detail: str) -> None:
        with contextlib.suppress(AppError):  # the store refuses: the run stays as it is and is tried again
            async with entry.lock:
                if entry.run.id in self._entries and not entry.run.status.ended:
                    digest = await self._fingerprint(entry.run)
                    await self._commit(entry, [status(entry.run, Status.FAILED, reason, digest, detail)])

    async def _make_room(self) -> None:
        """Let go of past epochs of the oldest ended runs that nobody has pinned, as far as needed."""
        oldest = [
            entry.run.id
            for entry in self._entries.values()
            if entry.run.status.ended and not entry.run.pinned
        ]
        for run_id in await self._store.trim(oldest, self._max_bytes):
            log.info("past epochs removed to make room", extra={"run": run_id})

    async def _commit(
        self,
        entry: _Entry,
        events: list[NewEvent],
        checkpoint: Checkpoint | None = None,
        snapshots: Sequence[Snapshot] = (),
    ) -> None:
        """On disk first, then in memory, then to the viewers."""
        with telemetry.COMMIT.time():
            stored = await self._store.commit(events, checkpoint, snapshots)
        for event in stored:
            run = apply(entry.run, event)
            assert run is not None  # noqa: S101 - only delete() writes a deleted event
            entry.run = run
        self._publish(stored)

    def _publish(self, events: Sequence[Event]) -> None:
        if events:
            self.hub.publish(events)


def _candidate(entry: _Entry) -> policy.Candidate:
    run, config = entry.run, entry.run.config
    steps_left = min(run.steps, run.until or run.steps) - run.step
    if run.rate is not None:
        steps_left = min(steps_left, max(1, round(run.rate * SLOW_SLICE_SECONDS)))
    return policy.Candidate(
        run_id=run.id,
        owner=run.owner,
        last_turn=entry.last_turn,
        steps_left=steps_left,
        steps_per_second=entry.steps_per_second,
        work_per_step=config.parameters * config.batch_size + WORK_PER_BATCH,
        state_bytes=config.parameters * 4,
    )


def _progress(run: Run, step: int) -> NewEvent:
    steps_per_epoch = run.config.steps_per_epoch
    data = {"epoch": step // steps_per_epoch, "step": step, "steps_per_epoch": steps_per_epoch}
    return NewEvent(run.id, "progress", data)


def _epoch_event(run_id: str, epoch: EpochResult, seconds: float) -> NewEvent:
    data = {
        "epoch": epoch.epoch,
        "step": epoch.step,
        "train_loss": epoch.train_loss,
        "train_accuracy": epoch.train_accuracy,
        "test_loss": epoch.test_loss,
        "test_accuracy": epoch.test_accuracy,
        "seconds": round(seconds, 4),
        "predictions": list(epoch.predictions),
    }
    return NewEvent(run_id, "epoch", data)
