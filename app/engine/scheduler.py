"""Turns: which run trains next, on which free worker, and what becomes of the slice that comes back.

The training state is bytes that a worker made; it is kept here only for runs that will have another turn.
"""

import asyncio
import logging
import statistics
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ..classroom.state import TEACHER
from ..errors import AppError, NotFound
from ..eventlog.tables import Checkpoint, Snapshot
from ..ops import telemetry
from ..runs.events import StatusChanged
from ..runs.points import measured_steps
from ..runs.run import FailureReason, Run, Status
from . import policy
from .editor import Editor
from .ledger import Ledger
from .outcome import consequences, early_points, epochs_of, in_order
from .worker import Slice, SliceResult, run_slice

log = logging.getLogger("chalknet.scheduler")

DEATHS_ALLOWED = 3  # of the worker, in the same slice
RETRY_SECONDS = 1.0  # after the store or the workers were away
HELD_BYTES = 1_000_000  # a larger checkpoint is read again at each turn: memory is for many small networks
SLOW_SLICE_SECONDS = 0.2  # of slow motion that one slice covers
COMMITS_PER_SLOT = 4  # turns that may be under way: where the disk is slow, slices do not pile up in memory
ACTIVE = (Status.SCHEDULED, Status.RUNNING)


class Workers(Protocol):
    """Where slices run: `submit` raises Unavailable, and futures end with it, when it is nobody's fault."""

    @property
    def slots(self) -> int:
        """How many slices can be worked on at a time; may change, and be 0."""

    def submit(self, fn: Callable[[Slice], SliceResult], work: Slice, /) -> Future[SliceResult]: ...


@dataclass(slots=True)
class _Memory:
    """What is remembered of a run between its turns, and could be lost without harm."""

    checkpoint: bytes | None = None
    last_turn: int = 0
    steps_per_second: float | None = None
    ready_since: float = field(default_factory=time.monotonic)
    due: float = 0.0  # when slow motion allows the next slice, by the monotonic clock
    due_at_rate: float | None = None  # the rate for which that holds
    deaths: int = 0
    epoch_seconds: float = 0.0  # worker time of the epoch that is under way


class Scheduler:
    """The turns that a ledger's runs take on the slots of some workers."""

    def __init__(self, ledger: Ledger, workers: Workers, datasets: Path, kernels: str) -> None:
        """`kernels`: those of the server, which its workers share; what each run was computed with."""
        self._ledger = ledger
        self._kernels = kernels
        self._workers = workers
        self._datasets = datasets
        self._memories: dict[str, _Memory] = {}
        self._turns = 0
        self._line_turns: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._training: set[str] = set()  # the runs whose slice has a worker; a turn ends later, on disk
        self._alarm: asyncio.TimerHandle | None = None
        self._closing = False

    def start(self) -> None:
        """Give turns from now on, whenever the ledger has changed or a worker is free."""
        self._ledger.on_change = self._kick
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

    def queue(self) -> dict[str, dict[str, float]]:
        """For each run that waits for its turn: its place, and about how long that takes."""
        slots = max(1, self._workers.slots)
        seconds = policy.slice_seconds(self._sharing(), slots)
        waiting = policy.queue(self._candidates(), self._line_turns, TEACHER)
        leading = sum(run.line == TEACHER for run in self._active())
        shared = max(1, slots - leading)  # what the teacher's runs leave to the others
        return {
            candidate.run_id: {"place": place, "expected_wait_seconds": round(place / shared * seconds, 2)}
            for place, candidate in enumerate(waiting, 1)
            if self._ledger.run(candidate.run_id).status is Status.SCHEDULED
        }

    def _kick(self) -> None:
        """Give the free workers away. Called whenever something has changed that could matter."""
        free = min(
            self._workers.slots - len(self._training),
            COMMITS_PER_SLOT * self._workers.slots - len(self._tasks),
        )
        slots = policy.Slots(self._workers.slots, max(0, free), self._leading())
        if self._closing or (slots.all and not slots.free):
            return
        for turn in policy.next_turns(self._candidates(), self._line_turns, slots, self._sharing(), TEACHER):
            self._note_turn(self._ledger.run(turn.run_id), turn.steps)
            task = asyncio.create_task(self._take_turn(turn.run_id, turn.steps))
            self._tasks.add(task)
            task.add_done_callback(self._end_turn)
        self._set_alarm()

    def _leading(self) -> int:
        """How many slices of the teacher's runs are with the workers."""
        runs = map(self._ledger.find, self._training)
        return sum(run is not None and run.line == TEACHER for run in runs)

    def _note_turn(self, run: Run, steps: int) -> None:
        memory, now = self._memory(run), time.monotonic()
        telemetry.QUEUE_WAIT.observe(max(0.0, now - max(memory.ready_since, memory.due)))
        self._turns += 1
        memory.last_turn = self._line_turns[run.line] = self._turns
        if run.rate is not None:
            memory.due, memory.due_at_rate = now + steps / run.rate, run.rate
        self._ledger.in_flight.add(run.id)
        self._training.add(run.id)

    def _free_worker(self, run_id: str) -> None:
        """The next slice begins while the one that has come back goes to disk.

        Not so after a slice of the teacher's: once on disk, the run would find all workers with students.
        """
        run = self._ledger.find(run_id)
        if run is None or run.line != TEACHER:
            self._training.discard(run_id)
            self._kick()

    def _end_turn(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._kick()

    def _memory(self, run: Run) -> _Memory:
        return self._memories.setdefault(run.id, _Memory())

    def _candidates(self) -> list[policy.Candidate]:
        now = time.monotonic()
        return [_candidate(run, self._memory(run)) for run in self._ready() if self._due(run) <= now]

    def _active(self) -> list[Run]:
        """The runs that live on the workers, oldest first."""
        return [run for run in reversed(self._ledger.runs()) if run.status in ACTIVE]

    def _sharing(self) -> int:
        """How many live on the workers, an experiment with all its runs as one."""
        return len({run.experiment or run.id for run in self._active()})

    def work_per_second(self) -> float:
        """About how much work a worker does (`RunConfig.work`), by what was measured last."""
        known = [
            memory.steps_per_second * run.config.work_per_step
            for run in self._ledger.runs()
            if (memory := self._memories.get(run.id)) and memory.steps_per_second
        ]
        return statistics.median(known) if known else policy.CAUTIOUS_WORK_PER_SECOND

    def _ready(self) -> list[Run]:
        """Those that could take a turn, now or when slow motion allows it."""
        return [run for run in self._active() if run.id not in self._ledger.in_flight]

    def _due(self, run: Run) -> float:
        """When the run may have its next slice; at once if it was resumed or has another rate now."""
        memory = self._memory(run)
        return memory.due if run.rate == memory.due_at_rate else 0.0

    def _set_alarm(self) -> None:
        """Come back when the first run in slow motion is due, and look for workers if there are none."""
        if self._alarm:
            self._alarm.cancel()
            self._alarm = None
        now = time.monotonic()
        waits = [due - now for due in map(self._due, self._ready()) if due > now]
        if self._workers.slots == 0:
            waits.append(RETRY_SECONDS)
        if waits:
            self._alarm = asyncio.get_running_loop().call_later(min(waits), self._kick)

    async def _take_turn(self, run_id: str, steps: int) -> None:
        """One slice from submission to commit. Whatever goes wrong, the run is free again afterwards."""
        try:
            try:
                result = await self._train(run_id, steps)
            finally:
                self._free_worker(run_id)
            async with self._ledger.edit(run_id) as editor:
                if result is not None:
                    await self._receive(editor, result)
                await editor.settle()
            await self._ledger.make_room()
        except NotFound:  # deleted while its slice was away, which comes back to nobody
            pass
        except BrokenExecutor:
            await self._count_death(run_id)
            await self._obey(run_id)
        except AppError as error:  # the store refuses, or the workers are away: as if there had been no turn
            log.warning("%s Trying again.", error.detail, extra={"run": run_id})
            await asyncio.sleep(RETRY_SECONDS)
            await self._obey(run_id)
        except Exception as error:  # a slice that cannot be computed must not stop the others
            log.exception("the slice failed", extra={"run": run_id})
            await self._fail(run_id, "ERROR", f"{type(error).__name__}: {error}"[:300])
        finally:
            self._training.discard(run_id)
            self._ledger.in_flight.discard(run_id)
            run = self._ledger.find(run_id)
            if run is not None and run.status in ACTIVE:
                self._memory(run).ready_since = time.monotonic()
            else:
                self._memories.pop(run_id, None)

    async def _train(self, run_id: str, steps: int) -> SliceResult | None:
        """What a worker made of a slice; None if the run is not wanted any more."""
        async with self._ledger.edit(run_id) as editor:
            # Much may have been wanted and settled since the turn was given.
            steps = min(steps, _steps_left(editor.run))
            if editor.run.wanted != "running" or editor.run.status not in ACTIVE or steps < 1:
                return None
            memory = self._memory(editor.run)
            if memory.checkpoint is None:
                memory.checkpoint = await editor.checkpoint()
            if editor.run.status is Status.SCHEDULED:
                await editor.commit([StatusChanged(Status.RUNNING, None, kernels=self._kernels)])
            run = editor.run
        config = run.config
        followed = run.rate is not None or run.step + steps == run.until
        points = measured_steps(run.step, steps, config.steps_per_epoch, followed=followed)
        work = Slice(config.dataset, self._datasets, config.recipe, run.eta, steps, memory.checkpoint, points)
        return await asyncio.wrap_future(self._workers.submit(run_slice, work))

    async def _count_death(self, run_id: str) -> None:
        """The worker died: the slice is done again, but not for ever."""
        run = self._ledger.find(run_id)
        telemetry.WORKER_DEATHS.inc()
        if run is None:
            return
        memory = self._memory(run)
        memory.deaths += 1
        log.warning("a worker died", extra={"run": run_id, "step": run.step, "time": memory.deaths})
        if memory.deaths >= DEATHS_ALLOWED:
            detail = f"Three worker processes died in the same slice, after step {run.step}."
            await self._fail(run_id, "WORKER_DIED", detail)

    async def _obey(self, run_id: str) -> None:
        """Settle what was wanted during a turn that came to nothing: the next one may be far away."""
        try:
            async with self._ledger.edit(run_id) as editor:
                await editor.settle()
        except NotFound:
            pass
        except AppError as error:  # the next turn or the next wish does it
            log.warning("%s Trying again.", error.detail, extra={"run": run_id})

    async def _fail(self, run_id: str, reason: FailureReason, detail: str) -> None:
        try:
            async with self._ledger.edit(run_id) as editor:
                if not editor.run.status.ended:
                    await editor.fail(reason, detail)
        except NotFound:
            pass
        except AppError as error:  # the store refuses: the run stays as it is and is tried again
            log.warning("%s Trying again.", error.detail, extra={"run": run_id})
            await asyncio.sleep(RETRY_SECONDS)

    async def _receive(self, editor: Editor, result: SliceResult) -> None:
        """Commit what a slice has brought, in one transaction with what follows from it for the status."""
        run = editor.run
        memory = self._memory(run)
        epochs, seconds_left = epochs_of(run, memory.epoch_seconds, result)
        checkpoint = Checkpoint(run.id, result.step, result.checkpoint)
        snapshots = [
            Snapshot(run.id, epoch.metrics.epoch, epoch.params)
            for epoch in result.epochs
            if policy.keeps_epoch(epoch.metrics.epoch, run.epochs, _state_bytes(run))
        ]
        measured = in_order(early_points(run, result), epochs)
        await editor.commit([*measured, *consequences(run, result)], checkpoint, snapshots)
        telemetry.SLICE.observe(result.seconds)
        for event in epochs:
            telemetry.EPOCH.observe(event.seconds)
        memory.deaths, memory.epoch_seconds = 0, seconds_left
        memory.checkpoint = result.checkpoint if len(result.checkpoint) <= HELD_BYTES else None
        if result.seconds > 0 and result.step > run.step:
            memory.steps_per_second = (result.step - run.step) / result.seconds


def _steps_left(run: Run) -> int:
    """Updates to the run's end, to the step at which it is to pause, or to the epoch that may be its last."""
    ends = [run.steps, run.until or run.steps]
    if run.config.target_accuracy is not None:
        ends.append((run.epoch + 1) * run.config.steps_per_epoch)
    return min(ends) - run.step


def _state_bytes(run: Run) -> int:
    """Of the parameters, in float32."""
    return run.config.parameters * 4


def _candidate(run: Run, memory: _Memory) -> policy.Candidate:
    config = run.config
    steps_left = _steps_left(run)
    if run.rate is not None:
        steps_left = min(steps_left, max(1, round(run.rate * SLOW_SLICE_SECONDS)))
    return policy.Candidate(
        run_id=run.id,
        line=run.line,
        # An experiment's runs learn one after the other: its cells fill one by one.
        order=memory.last_turn if run.place is None else run.place,
        steps_left=steps_left,
        steps_per_second=memory.steps_per_second,
        work_per_step=config.work_per_step,
        state_bytes=_state_bytes(run),
        deaths=memory.deaths,
    )
