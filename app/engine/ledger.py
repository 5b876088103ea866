"""All runs as their committed events have made them, and who may change one of them: one at a time.

Every change is on disk first, then in memory and with the viewers.
"""

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any

import nncore

from ..classroom.state import TEACHER
from ..errors import AppError, Conflict, NotFound, TooMany
from ..eventlog.event import Event, Recorded, Unknown
from ..eventlog.log import Log
from ..eventlog.tables import Checkpoint
from ..runs.config import RunConfig
from ..runs.events import Created, Deleted, Pinned, RunEvent, StatusChanged
from ..runs.fold import apply, fold, is_of_run
from ..runs.run import Run, Status, Wanted
from ..runs.updates import RunUpdate, events_for
from .editor import Editor, Entry
from .outcome import arrival
from .room import Room

log = logging.getLogger("chalknet.ledger")

RESERVED_SHARE = 5  # one place in five is for those who have no unfinished run
RETRY_AFTER = {"Retry-After": "30"}  # seconds: a run of the lecture takes about as long in a busy class


@dataclass(frozen=True, slots=True)
class Limits:
    """What the server takes on: runs in all and of one owner, and bytes of states and epochs."""

    runs: int  # unfinished
    runs_each: int
    kept: int  # ended
    kept_each: int
    epoch_bytes: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """What comes with a run that was trained elsewhere: its training state, and how it came to it."""

    step: int
    state: bytes
    events: Sequence[RunEvent]


class Ledger:
    """Runs by id. `on_change` is called when a run may want a turn that it did not want before."""

    def __init__(self, log: Log, limits: Limits) -> None:
        self._log = log
        self.limits = limits
        self._room = Room(log.store, limits.epoch_bytes)
        self._entries: dict[str, Entry] = {}
        self._keys: dict[str, str] = {}
        self._under_way: Counter[str] = Counter()  # creations that wait for the disk, by owner
        self._last_number = 0  # of runs so far, deleted ones included
        self.in_flight: set[str] = set()  # runs of which a slice is with a worker; the scheduler keeps it
        self.on_change: Callable[[], None] = lambda: None

    def take(self, recorded: Recorded[Event | Unknown]) -> None:
        """Take in a stored event; one that makes no sense is left out, and no other run suffers."""
        if not is_of_run(recorded):
            return
        try:
            run = apply(self.find(recorded.subject), recorded)
        except ValueError:
            log.exception("an event was left out", extra={"run": recorded.subject, "seq": recorded.seq})
            return
        if run is not None:
            self._hold(run)
        elif recorded.subject in self._entries:
            self._forget(recorded.subject)
        if isinstance(recorded.event, Created | Deleted):
            self._last_number = max(self._last_number, recorded.event.number)

    def restore(self, run: Run) -> None:
        """Take in a run as it was, in place of the events that made it so."""
        self._hold(run)

    async def resume(self) -> None:
        """What was running when the log ended waits for a turn again; what cannot go on says why."""
        await self._room.start()
        await self.make_room()
        for run_id in list(self._entries):
            async with self.edit(run_id) as editor:
                try:
                    await _resume(editor, is_whole=self._log.loss is None)
                except AppError as error:  # a full disk or a locked database: it goes on without this line
                    log.warning("%s", error.detail, extra={"run": run_id})

    async def check(self) -> None:
        """Raise if the store cannot be read."""
        await self._log.store.events(limit=1)

    def runs(self) -> list[Run]:
        """All runs, newest first."""
        return [entry.run for entry in reversed(self._entries.values())]

    def run(self, run_id: str) -> Run:
        """The run with this id; NotFound when there is none (any more)."""
        return self._entry(run_id).run

    def find(self, run_id: str) -> Run | None:
        """The same, or None."""
        entry = self._entries.get(run_id)
        return entry.run if entry else None

    @asynccontextmanager
    async def edit(self, run_id: str) -> AsyncIterator[Editor]:
        """Hold a run, so that nobody else changes it; NotFound when there is none, or not any more.

        What waits for it is decided on what the run is then.
        """
        async with self._entry(run_id).lock:
            editor = Editor(
                self._log, self._room, self._entry(run_id)
            )  # it may have been deleted in the meantime
            try:
                yield editor
            finally:
                editor.close()

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
        with self.place(owner):
            self.check_kept(owner)
            self.check_room([config])
            return await self._create(config, name, owner, twin_of, request_key), True

    async def take_in(
        self,
        network: bytes,
        told: Mapping[str, Any],
        name: str | None = None,
        *,
        owner: str = "",
        request_key: str | None = None,
    ) -> tuple[Run, bool]:
        """A run that was trained elsewhere and has ended: its training state, and what was said and measured
        of it (app/lenses/imported.py)."""
        config = RunConfig.stored(told["settings"])
        if request_key is not None and request_key in self._keys:
            return self._made_before(request_key, config), False
        self.check_kept(owner)
        self.check_room([config])
        state = await asyncio.to_thread(nncore.load_state, network)
        arrived = Arrived(state.step, network, arrival(state.step, config.steps_per_epoch, dict(told)))
        return await self._create(config, name, owner, None, request_key, arrived=arrived), True

    async def create_part(
        self, config: RunConfig, name: str, owner: str, experiment: str, place: int
    ) -> None:
        """One of an experiment's runs: that has looked whether there is room, and holds the place for all."""
        await self._create(config, name, owner, None, None, experiment, place)

    async def _create(
        self,
        config: RunConfig,
        name: str | None,
        owner: str,
        twin_of: str | None,
        request_key: str | None,
        experiment: str | None = None,
        place: int | None = None,
        arrived: Arrived | None = None,
    ) -> Run:
        run_id = secrets.token_hex(6)
        if request_key is not None:
            # Before waiting for the disk: the same request may be on its way a second time.
            self._keys[request_key] = run_id
        try:
            self._last_number += 1
            number = self._last_number
            named = name or f"Run {number}"
            event = Created(named, number, config, owner, twin_of, request_key, experiment, place)
            events: list[RunEvent] = [event, *(arrived.events if arrived else ())]
            checkpoint = Checkpoint(run_id, arrived.step, arrived.state) if arrived else None
            recorded = await self._log.commit(run_id, events, checkpoint)
        except BaseException:
            self._keys.pop(request_key or "", None)
            raise
        run = fold(None, recorded)
        assert run is not None  # noqa: S101 - nothing was deleted
        self._hold(run)
        self._room.note(run_id, checkpoint, ())
        self.on_change()
        return run

    def _made_before(self, request_key: str, config: RunConfig) -> Run:
        entry = self._entries.get(self._keys[request_key])
        if entry is None:
            raise Conflict(
                "The first request with this Idempotency-Key is still under way.", code="key-in-use"
            )
        if entry.run.config != config:
            raise Conflict("This Idempotency-Key was used for a run with other settings.", code="key-reused")
        return entry.run

    @contextmanager
    def place(self, owner: str) -> Iterator[None]:
        """Hold one of the places for what is unfinished while it is made; TooMany without one."""
        self._check_quota(owner)
        self._under_way[owner] += 1
        try:
            yield
        finally:
            self._under_way[owner] -= 1

    def _check_quota(self, owner: str) -> None:
        # An experiment has one place, with all its runs.
        owners = {run.experiment or run.id: run.owner for run in self.runs() if not run.status.ended}
        own = sum(one == owner for one in owners.values()) + self._under_way[owner]
        everybodys = len(owners) + self._under_way.total()
        if own >= self.limits.runs_each:
            text = f"You have {own} unfinished runs, the most for one. Stop some, or wait for them."
            raise TooMany(text, code="too-many-of-yours", limit=self.limits.runs_each, headers=RETRY_AFTER)
        # Some places are for those who have no run; and a class must not lock out who leads it.
        most = self.limits.runs - (self.limits.runs // RESERVED_SHARE if own else 0)
        if everybodys >= most and owner != TEACHER:
            text = f"{everybodys} runs are unfinished, the most this server keeps going. Wait for some."
            if everybodys < self.limits.runs:
                text = f"{everybodys} runs are unfinished; the last places are for those who have none."
            raise TooMany(text, limit=most, headers=RETRY_AFTER)

    def check_room(self, configs: Sequence[RunConfig]) -> None:
        """NoRoom if the training states of so many new runs would not fit beside those that there are."""
        self._room.check_new(self.runs(), configs)

    def check_kept(self, owner: str, more: int = 1) -> None:
        """Conflict if too many runs have ended, or will have: they stay until somebody deletes them."""
        if owner == TEACHER:
            return
        # An experiment's runs have no places as unfinished ones, so they count here from the first.
        kept = [run for run in self.runs() if run.status.ended or run.experiment]
        own = sum(run.owner == owner for run in kept)
        if own + more > self.limits.kept_each:
            text = (
                f"You keep {own} ended runs; {self.limits.kept_each} is the most for one. Delete some first."
            )
            raise Conflict(text, code="too-many-of-yours-kept", limit=self.limits.kept_each)
        if len(kept) + more > self.limits.kept:
            text = f"{len(kept)} ended runs are kept; {self.limits.kept} is the most. Delete some first."
            raise Conflict(text, code="too-many-kept", limit=self.limits.kept)

    async def update(self, run_id: str, update: RunUpdate) -> Run:
        """Record what is wanted now; it is honoured at once, or when the slice in flight has come back."""
        async with self.edit(run_id) as editor:
            if events := events_for(editor.run, update):
                if Pinned(True) in events:
                    self._room.check_pin(editor.run, self.runs())
                # One that had ended and goes on is unfinished again.
                goes_on = any(isinstance(event, StatusChanged) for event in events)
                with self.place(editor.run.owner) if goes_on else nullcontext():
                    await editor.commit(events, frees=update.wanted in ("paused", "stopped"))
            if run_id not in self.in_flight:
                await editor.settle()  # also what an earlier, refused commit has left undone
            run = editor.run
        self.on_change()
        return run

    async def update_all(self, wanted: Wanted, experiment: str | None = None) -> None:
        """The same of every unfinished run, or of those of an experiment, oldest first.

        One that has just ended stops no others.
        """
        for run in reversed(self.runs()):
            if not run.status.ended and experiment in (None, run.experiment):
                with suppress(NotFound, Conflict):
                    await self.update(run.id, RunUpdate.model_validate({"wanted": wanted}))

    async def delete(self, run_id: str) -> None:
        """Forget the run; a slice in flight comes back to nobody."""
        async with self.edit(run_id) as editor:
            await self._log.delete(run_id, Deleted(editor.run.number))
            self._forget(run_id)

    async def make_room(self) -> None:
        """Let go of past epochs if they take more room than there is."""
        await self._room.make(lambda: reversed(self.runs()))

    def _entry(self, run_id: str) -> Entry:
        try:
            return self._entries[run_id]
        except KeyError:
            raise NotFound(f"There is no run {run_id[:40]!r}.", code="run-not-found") from None

    def _hold(self, run: Run) -> None:
        if entry := self._entries.get(run.id):
            entry.run = run
        else:
            self._entries[run.id] = Entry(run)
        if run.request_key is not None:
            self._keys[run.request_key] = run.id

    def _forget(self, run_id: str) -> None:
        run = self._entries.pop(run_id).run
        self._room.forget(run_id)
        self._keys.pop(run.request_key or "", None)


async def _resume(editor: Editor, *, is_whole: bool) -> None:
    """What a restart means for one run; where the log was not whole, its training state may be gone."""
    if editor.run.status.ended:
        return
    if not is_whole and not await editor.has_its_state():
        await editor.fail("ERROR", "Its training state was in the part of the database that was lost.")
        return
    if refusal := editor.run.config.refusal():
        await editor.fail("SETTINGS_REFUSED", f"This version refuses the settings: {refusal}"[:300])
        return
    if editor.run.status is Status.RUNNING:
        await editor.commit([StatusChanged(Status.SCHEDULED, "SERVER_RESTARTED")])
    await editor.settle()
