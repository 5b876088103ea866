"""All runs as their committed events have made them: the one place where a run changes.

Decisions about one run are made one at a time, under that run's lock, on what its committed events say.
Every change is on disk first, then in memory, then with the viewers.
"""

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..errors import AppError, Conflict, NotFound, TooMany
from ..eventlog.hub import Hub
from ..eventlog.store import Checkpoint, Snapshot, Store
from ..ops import telemetry
from ..runs.config import RunConfig
from ..runs.run import Event, Fault, NewEvent, Run, Status, apply, created, deleted, fold, next_change, status
from ..runs.updates import RunUpdate, events_for
from .worker import fingerprint

log = logging.getLogger("chalknet.ledger")

RETRY_AFTER = {"Retry-After": "30"}  # seconds: a run of the lecture takes about as long in a busy class


@dataclass(frozen=True, slots=True)
class Limits:
    """What the server takes on: unfinished runs in all and of one owner, and bytes of past epochs."""

    runs: int
    runs_each: int
    epoch_bytes: int


@dataclass(slots=True)
class Entry:
    """A run, the lock under which it is decided about, and whether a slice of it is in flight."""

    run: Run
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    busy: bool = False


class Ledger:
    """Runs by id. `on_change` is called when a run may want a turn that it did not want before."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self._store = store
        self._limits = limits
        self._entries: dict[str, Entry] = {}
        self._keys: dict[str, str] = {}
        self._under_way: Counter[str] = Counter()  # creations that wait for the disk, by owner
        self._made = 0  # runs so far, deleted ones included
        self.hub: Hub
        self.on_change: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Read the log; what was running when it ended waits for a turn again."""
        runs: dict[str, Run] = {}
        after = 0
        while page := await self._store.events(after):
            for event in page:
                self._fold(event, runs)
            after = page[-1].seq
        self.hub = Hub(self._store, after)
        self._entries = {run.id: Entry(run) for run in runs.values()}
        self._keys = {run.request_key: run.id for run in runs.values() if run.request_key}
        for entry in self._entries.values():
            try:
                if entry.run.status is Status.RUNNING:
                    await self.commit(entry, [status(entry.run, Status.SCHEDULED, "SERVER_RESTARTED")])
                await self.settle(entry)
            except AppError as error:  # a full disk or a locked database: the run goes on without this line
                log.warning("%s", error.detail, extra={"run": entry.run.id})

    def _fold(self, event: Event, runs: dict[str, Run]) -> None:
        """Take in one event of the log; one that makes no sense is left out, and no other run suffers."""
        try:
            fold([event], runs)
        except (ValueError, KeyError, TypeError):
            log.exception("an event was left out", extra={"run": event.run_id, "seq": event.seq})
        if event.type in ("created", "deleted"):
            self._made = max(self._made, event.data.get("number", 0))

    @property
    def log_id(self) -> str:
        """Which log the event numbers belong to."""
        return self._store.log_id

    async def check(self) -> None:
        """Raise if the store cannot be read."""
        await self._store.events(limit=1)

    def entries(self) -> list[Entry]:
        """All entries, oldest run first."""
        return list(self._entries.values())

    def runs(self) -> list[Run]:
        """All runs, newest first."""
        return [entry.run for entry in reversed(self._entries.values())]

    def run(self, run_id: str) -> Run:
        return self.entry(run_id).run

    def entry(self, run_id: str) -> Entry:
        """The entry of a run; NotFound when there is none (any more)."""
        try:
            return self._entries[run_id]
        except KeyError:
            raise NotFound(f"There is no run {run_id[:40]!r}.", code="run-not-found") from None

    def holds(self, entry: Entry) -> bool:
        """Whether the run is still there: it may be deleted while somebody waits for its lock."""
        return entry.run.id in self._entries

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
        self._check_quota(owner)
        self._under_way[owner] += 1
        try:
            return await self._create(config, name, owner, twin_of, request_key), True
        finally:
            self._under_way[owner] -= 1

    async def _create(
        self, config: RunConfig, name: str | None, owner: str, twin_of: str | None, request_key: str | None
    ) -> Run:
        run_id = secrets.token_hex(6)
        if request_key is not None:
            # Before waiting for the disk: the same request may be on its way a second time.
            self._keys[request_key] = run_id
        try:
            self._made += 1
            number = self._made
            event = created(
                run_id,
                config,
                name or f"Run {number}",
                number=number,
                owner=owner,
                twin_of=twin_of,
                request_key=request_key,
            )
            (stored,) = await self._store.commit([event])
        except BaseException:
            self._keys.pop(request_key or "", None)
            raise
        run = apply(None, stored)
        assert run is not None  # noqa: S101 - a created event makes a run
        self._entries[run_id] = Entry(run)
        self.hub.publish([stored])
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

    def _check_quota(self, owner: str) -> None:
        unfinished = [entry.run for entry in self._entries.values() if not entry.run.status.ended]
        own = sum(run.owner == owner for run in unfinished) + self._under_way[owner]
        everybodys = len(unfinished) + self._under_way.total()
        if own >= self._limits.runs_each:
            text = f"You have {own} unfinished runs, the most for one. Stop some, or wait for them."
            raise TooMany(text, code="too-many-of-yours", limit=self._limits.runs_each, headers=RETRY_AFTER)
        if everybodys >= self._limits.runs:
            text = f"{everybodys} runs are unfinished, the most this server keeps going. Wait for some."
            raise TooMany(text, limit=self._limits.runs, headers=RETRY_AFTER)

    async def update(self, run_id: str, update: RunUpdate) -> Run:
        """Record what is wanted now; it is honoured at once, or when the slice in flight has come back."""
        entry = self.entry(run_id)
        async with entry.lock:
            events = events_for(self.run(run_id), update)
            if events:
                await self.commit(entry, events)
            if not entry.busy:
                await self.settle(entry)  # also what an earlier, refused commit has left undone
        self.on_change()
        return entry.run

    async def delete(self, run_id: str) -> None:
        """Forget the run; a slice in flight comes back to nobody."""
        entry = self.entry(run_id)
        async with entry.lock:
            self.entry(run_id)
            events = await self._store.delete(deleted(entry.run))
            del self._entries[run_id]
            self._keys.pop(entry.run.request_key or "", None)
            self.hub.publish(events)

    async def settle(self, entry: Entry) -> None:
        """Bring a run in line with what is wanted of it; its lock is held and no slice of it is in flight."""
        while event := next_change(entry.run):
            if event.type == "status" and Status(event.data["status"]).ended:
                event.data["fingerprint"] = await self._fingerprint(entry.run)
            await self.commit(entry, [event])

    async def fail(self, entry: Entry, reason: Fault, detail: str) -> None:
        """End a run that cannot go on; its lock is held."""
        digest = await self._fingerprint(entry.run)
        await self.commit(entry, [status(entry.run, Status.FAILED, reason, digest, detail)])

    async def commit(
        self,
        entry: Entry,
        events: Sequence[NewEvent],
        checkpoint: Checkpoint | None = None,
        snapshots: Sequence[Snapshot] = (),
    ) -> None:
        """Make events true of a run, with the training state that belongs to them; its lock is held."""
        run: Run | None = entry.run
        for new in events:  # an event that does not fit raises here, and never reaches the disk
            run = apply(run, Event(entry.run.seq, new.run_id, new.type, "", new.data))
        with telemetry.COMMIT.time():
            stored: list[Event] = await self._store.commit(events, checkpoint, snapshots)
        for event in stored:
            folded = apply(entry.run, event)
            assert folded is not None  # noqa: S101 - only delete() writes a deleted event
            entry.run = folded
        self.hub.publish(stored)

    async def checkpoint(self, run: Run) -> bytes | None:
        """The newest training state; None before the first slice."""
        stored = await self._store.checkpoint(run.id)
        if stored is None and run.step > 0:
            raise LookupError(f"the training state of run {run.id} is missing")
        return stored.state if stored else None

    async def make_room(self) -> None:
        """Let go of past epochs of the oldest ended runs that nobody has pinned, as far as needed."""
        runs = [entry.run for entry in self._entries.values()]
        oldest = [run.id for run in runs if run.status.ended and not run.pinned]
        for run_id in await self._store.trim(oldest, self._limits.epoch_bytes):
            log.info("past epochs removed to make room", extra={"run": run_id})

    async def _fingerprint(self, run: Run) -> str | None:
        """Of the parameters as they are now, from the checkpoint or the seed; None if damaged."""
        try:
            return await asyncio.to_thread(fingerprint, run.config.recipe, await self.checkpoint(run))
        except (ValueError, LookupError):
            log.exception("no fingerprint", extra={"run": run.id})
            return None
