"""Editor: the one way to change a run. `Ledger.edit` hands it out and takes it back."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import nncore

from ..eventlog.event import Recorded
from ..eventlog.log import Log
from ..eventlog.tables import Checkpoint, Snapshot
from ..runs.config import RunConfig
from ..runs.events import RunEvent, StatusChanged
from ..runs.fold import fold, next_change
from ..runs.run import FailureReason, Run, Status
from .room import Room
from .worker import initial_params, params_of

log = logging.getLogger("chalknet.ledger")


@dataclass(slots=True)
class Entry:
    """A run as its committed events have made it, and the lock under which it is decided about."""

    run: Run
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Editor:
    """The right to change one run while nobody else can; of no use after its `async with` block."""

    def __init__(self, log: Log, room: Room, entry: Entry) -> None:
        self._log = log
        self._room = room
        self._entry: Entry | None = entry

    @property
    def run(self) -> Run:
        """The run as it is now."""
        return self._held.run

    def close(self) -> None:
        """From now on every use is a RuntimeError."""
        self._entry = None

    async def commit(
        self,
        events: Sequence[RunEvent],
        checkpoint: Checkpoint | None = None,
        snapshots: Sequence[Snapshot] = (),
        *,
        frees: bool = False,
    ) -> None:
        """Make events true, with the training state that belongs to them.

        What stops something, and so `frees` room, is written on a full disk too.

        Raises:
            ValueError: an event does not fit the run; nothing was written.
        """
        run = self.run  # what is tried has neither a number nor a time of its own yet
        self._folded([Recorded(run.seq, run.id, run.created_at, event) for event in events])
        run = self._folded(await self._log.commit(self.run.id, events, checkpoint, snapshots, frees=frees))
        self._held.run = run
        self._room.note(run.id, checkpoint, snapshots)

    async def settle(self) -> None:
        """Bring the run in line with what is wanted of it; for a run of which no slice is in flight."""
        while event := next_change(self.run):
            if isinstance(event, StatusChanged) and event.status.ended:
                event = replace(event, fingerprint=await self.fingerprint())
            await self.commit([event], frees=True)

    async def fail(self, reason: FailureReason, detail: str) -> None:
        """End a run that cannot go on."""
        digest = await self.fingerprint()
        await self.commit([StatusChanged(Status.FAILED, reason, detail, digest)])

    async def checkpoint(self) -> bytes | None:
        """The newest training state; None before the first slice.

        Raises:
            LookupError: there should be one of the run's last step, and is not.
        """
        stored = await self._log.store.checkpoint(self.run.id)
        if (stored.step if stored else 0) != self.run.step:
            raise LookupError(f"the training state of run {self.run.id} is missing, or of another step")
        return stored.state if stored else None

    async def has_its_state(self) -> bool:
        """Whether the training state is that of the run's last step."""
        try:
            await self.checkpoint()
        except LookupError:
            return False
        return True

    async def fingerprint(self) -> str | None:
        """Of the parameters as they are now, from the checkpoint or the seed; None if damaged."""
        try:
            state = await self.checkpoint()
            return await asyncio.to_thread(_fingerprint, self.run.config, state)
        except (ValueError, LookupError):
            log.exception("no fingerprint", extra={"run": self.run.id})
            return None

    def _folded(self, recorded: Sequence[Recorded[RunEvent]]) -> Run:
        run = fold(self.run, recorded)
        if run is None:
            raise ValueError("a run is deleted by its ledger, not by an event")
        return run

    @property
    def _held(self) -> Entry:
        if self._entry is None:
            raise RuntimeError("the run is not held any more")
        return self._entry


def _fingerprint(config: RunConfig, state: bytes | None) -> str:
    return nncore.fingerprint(initial_params(config.recipe) if state is None else params_of(state))
