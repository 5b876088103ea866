"""The one door to all that is read or computed for who looks: what is loaded, and what it is answered with.

Whose turn it is, and which answers are kept, is the queue's business.
"""

from collections.abc import Callable, Hashable
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from ..engine import worker_process
from ..engine.executors import ProcessSlots
from ..errors import NotFound
from ..eventlog.store import Store
from ..runs.curve import milliseconds
from ..runs.events import EpochEnded, EtaChanged, Measured
from ..runs.metrics import METRICS, POINT_METRICS
from ..runs.run import EtaChange, Run
from ..settings import usable_cores
from . import evaluation, imported
from .answer_queue import AnswerQueue, Computation
from .lens import AtEpoch, Lens, Stored, StoredNetwork, StoredPredictions, look, warm_up

COLUMNS = (*METRICS, "step", "seconds")
EVENTS_AT_A_TIME = 100  # parsing more of them at once would hold up the event loop
BYTES_OF_A_WEIGHT, SAMPLES = 4, 70_000  # of a file whose network is judged, before it is read
NICENESS = 5  # after the server's answers, before the training


class Inspection:
    """What runs have produced and what their networks say, for who looks. Asking changes nothing."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.folder = folder  # of the datasets
        self._store = store
        slots = max(2, usable_cores() // 2)
        processes = partial(ProcessSlots, slots, partial(worker_process.start, NICENESS), warm_up)
        self.queue = AnswerQueue(processes, slots)

    def warm_up(self) -> None:
        """Start the processes before somebody waits for them."""
        self.queue.start()

    async def look(self, lens: Lens, run: Run, question: BaseModel, owner: str) -> bytes:
        """The answer of a lens. Raises what its `check` does, NotFound for an epoch that is gone, TooMany."""
        lens.check(run.config, question)
        depends_on = None if lens.depends_on is None else lens.depends_on(run, question)
        key = None if lens.depends_on is None else (lens.path, run.id, depends_on, question.model_dump_json())
        if (found := self.queue.kept(key)) is not None:
            return found
        # Answers of another lens have turns of their own: a turn that waits for a turn could wait for ever.
        predictions = None if lens.evaluated is None else await self._evaluated(lens, run, question, owner)
        work = 0 if predictions else lens.work(run.config, question)

        async def load() -> Computation:
            stored = predictions or await lens.read(self, run, question)
            return look, (lens.compute, lens.answer, stored, question)

        return await self.queue.answer(key, owner, work, load)

    async def compute(self, key: Hashable, owner: str, function: Callable[..., bytes], *args: Any) -> bytes:
        """What a function gives for its arguments, the same for ever: for what belongs to no run."""

        async def load() -> Computation:
            return function, args

        return await self.queue.answer(key, owner, 0, load)

    async def judge(self, file: bytes, owner: str) -> bytes:
        """A network from a file, as `imported.judged` gives it: once, and not kept."""

        async def load() -> Computation:
            return imported.judged, (self.folder, file)

        return await self.queue.answer(None, owner, len(file) // BYTES_OF_A_WEIGHT * SAMPLES, load)

    async def read(self, owner: str, function: Callable[..., bytes], dataset: str, *args: Hashable) -> bytes:
        """What a function of `data` gives for samples of a dataset."""
        key = (function.__name__, dataset, *args)
        return await self.compute(key, owner, function, self.folder, dataset, *args)

    async def series(self, run: Run) -> dict[str, list[float | None]]:
        """One list per column, an entry per epoch; `ts` is its end in Unix milliseconds."""
        columns: dict[str, list[float | None]] = {name: [] for name in (*COLUMNS, "ts")}
        after = 0
        while page := await self._store.events(after, [run.id], [EpochEnded.type], EVENTS_AT_A_TIME):
            for recorded in page:
                body = recorded.event.as_json()
                for name in COLUMNS:
                    columns[name].append(body[name])
                columns["ts"].append(milliseconds(recorded.ts))
            after = page[-1].seq
        return columns

    async def eta_changes(self, run: Run) -> list[EtaChange]:
        """Where other learning rates took effect, all of them."""
        changes: list[EtaChange] = []
        after = 0
        while page := await self._store.events(after, [run.id], [EtaChanged.type], EVENTS_AT_A_TIME):
            events = [recorded.event for recorded in page]
            changes += [EtaChange(one.eta, one.step) for one in events if isinstance(one, EtaChanged)]
            after = page[-1].seq
        return changes

    async def points(self, run: Run) -> dict[str, list[float | None]]:
        """The same of the early points, an entry each; `ts` is when it was told."""
        page = await self._store.events(0, [run.id], [Measured.type], EVENTS_AT_A_TIME)
        bodies = [recorded.event.as_json() for recorded in page]
        columns: dict[str, list[float | None]] = {
            name: [body[name] for body in bodies] for name in POINT_METRICS
        }
        return {**columns, "ts": [milliseconds(recorded.ts) for recorded in page]}

    async def grids(self, run: Run, first: int, count: int) -> list[list[int]]:
        """What the run took the first test samples for, after so many epochs from one on."""
        # Epochs come once each and in order, so the events before the first one can be counted.
        page = await self._store.events(0, [run.id], [EpochEnded.type], count, skip=first - first_epoch(run))
        return [list(one.event.predictions) for one in page if isinstance(one.event, EpochEnded)]

    async def network(self, run: Run, epoch: int | None) -> StoredNetwork:
        """The network of now, or that of the end of an epoch; 0 is before the first step."""
        network = partial(StoredNetwork, self.folder, run.config, epoch, run.epoch)
        if epoch == 0:
            return network()
        if epoch is not None and (blob := await self._store.snapshot(run.id, epoch)) is not None:
            return network(params=blob)
        # Thinned out, or removed to make room; but where the run stands now is there all the same.
        newest = await self._store.checkpoint(run.id)
        if epoch is None and (newest is not None or run.step == 0):
            return network(state=newest.state if newest else None)
        if newest is not None and newest.step == (epoch or 0) * run.config.steps_per_epoch:
            return network(state=newest.state)
        raise NotFound(f"The run has no parameters of epoch {epoch}.", code="epoch-not-found", field="epoch")

    async def kept_epochs(self, run: Run) -> list[int]:
        """The epochs that `network` knows: 0, the snapshots, and the newest if the run stands at its end."""
        epochs = {0, *await self._store.snapshot_epochs(run.id)}
        if run.step and run.step == run.epoch * run.config.steps_per_epoch:
            epochs.add(run.epoch)
        return sorted(epochs)

    async def _evaluated(self, lens: Lens, run: Run, question: BaseModel, owner: str) -> Stored:
        assert lens.evaluated is not None  # noqa: S101 - only such lenses come here
        found = {}
        for epoch in lens.evaluated(run, question, await self.kept_epochs(run)):
            found[epoch] = await self.look(evaluation.LENS, run, AtEpoch(epoch=epoch), owner)
        return StoredPredictions(self.folder, run.config.dataset, found)


def first_epoch(run: Run) -> int:
    """The first epoch that was told: 1, but for a run from a file."""
    return next((point.epoch for point in run.curve.points()), 1)
