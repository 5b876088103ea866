"""Room: what runs keep on disk, and that it stays within what the server may use."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence

from ..errors import Conflict, NoRoom
from ..eventlog.store import Store
from ..eventlog.tables import Checkpoint, Sizes, Snapshot
from ..runs.config import RunConfig
from ..runs.run import Run
from .retention import Kept, to_remove

log = logging.getLogger("chalknet.room")

SPARE = 0.1  # of the limit is made free at once, so that not every epoch has to look for room


class Room:
    """Bytes of training states and of past epochs' parameters; at most `limit` of both together."""

    def __init__(self, store: Store, limit: int) -> None:
        self._store = store
        self._limit = limit
        self._sizes = Sizes({}, {})
        self._total = 0
        self._making = asyncio.Lock()

    async def start(self) -> None:
        """Look at what is on disk."""
        self._sizes = await self._store.sizes()
        self._total = sum(self._sizes.states.values()) + sum(map(self.epoch_bytes, self._sizes.epochs))

    def epoch_bytes(self, run_id: str) -> int:
        """Of a run's past epochs."""
        return sum(self._sizes.epochs.get(run_id, {}).values())

    def note(self, run_id: str, checkpoint: Checkpoint | None, snapshots: Sequence[Snapshot]) -> None:
        """These have been written."""
        if checkpoint is not None:
            self._total += len(checkpoint.state) - self._sizes.states.get(run_id, 0)
            self._sizes.states[run_id] = len(checkpoint.state)
        for snapshot in snapshots:
            self._sizes.epochs.setdefault(run_id, {})[snapshot.epoch] = len(snapshot.params)
            self._total += len(snapshot.params)

    def forget(self, run_id: str) -> None:
        """All of a run has been deleted."""
        self._total -= self._sizes.states.pop(run_id, 0) + self.epoch_bytes(run_id)
        self._sizes.epochs.pop(run_id, None)

    def check_new(self, runs: Iterable[Run], configs: Iterable[RunConfig]) -> None:
        """NoRoom if the training states of all runs and of new ones would not fit: they always stay."""
        states = [self._state_bytes(run) for run in runs]
        if sum(states) + sum(config.state_bytes for config in configs) > self._limit:
            text = f"The training states of {len(states)} runs take all the room there is. Delete some first."
            raise NoRoom(text, code="no-room-for-run", limit=self._limit)

    def _state_bytes(self, run: Run) -> int:
        expected = 0 if run.status.ended else run.config.state_bytes
        return self._sizes.states.get(run.id, expected)

    def check_pin(self, run: Run, runs: Iterable[Run]) -> None:
        """Conflict if the past epochs of pinned runs would take more than half of all."""
        pinned = sum(self.epoch_bytes(other.id) for other in runs if other.pinned and other.id != run.id)
        if pinned + self.epoch_bytes(run.id) > self._limit // 2:
            text = "Pinned runs would take more than half of the room for past epochs. Unpin some first."
            raise Conflict(text, code="pins-full", field="pinned", limit=self._limit // 2)

    async def make(self, runs: Callable[[], Iterable[Run]]) -> None:
        """Let go of past epochs (see `retention`) if there are too many; `runs` gives all, oldest first."""
        if self._total <= self._limit:
            return
        async with self._making:
            excess = self._total - round(self._limit * (1 - SPARE))
            if self._total > self._limit and (removed := await self._plan(runs(), excess)):
                await self._remove(removed)

    async def _plan(self, runs: Iterable[Run], excess: int) -> dict[str, list[int]]:
        kept = [
            Kept(run.id, run.status.ended, run.pinned, run.best.epoch if run.best else None, dict(sizes))
            for run in runs
            if (sizes := self._sizes.epochs.get(run.id))
        ]
        return await asyncio.to_thread(to_remove, kept, excess)

    async def _remove(self, removed: dict[str, list[int]]) -> None:
        await self._store.remove_snapshots(removed)
        for run_id, epochs in removed.items():
            sizes = self._sizes.epochs.get(run_id, {})  # it may have been deleted in the meantime
            self._total -= sum(sizes.pop(epoch, 0) for epoch in epochs)
            log.info("past epochs removed to make room", extra={"run": run_id, "epochs": len(epochs)})
