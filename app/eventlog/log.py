"""The log as those who fold it see it: read once from the start, then written to and followed.

There is one log, and any number of folds of it: each kind of thing (runs, for one) takes from it what can
have happened to such things, and writes to it under their ids.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from ..errors import AppError
from ..ops import telemetry
from .event import E, Event, Recorded, Unknown
from .hub import Hub
from .store import Store
from .tables import Checkpoint, Snapshot

log = logging.getLogger("chalknet.events")

Take = Callable[[Recorded[Event | Unknown]], None]


class Fold(NamedTuple):
    """A thing as its events up to one have made it: whoever folds such things takes that, called `take`."""

    seq: int
    take: Callable[[], None]


class Log:
    """What is committed here is on disk first, and then on its way to all viewers, in the same order."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.hub: Hub

    @property
    def id(self) -> str:
        """Whose numbers these are."""
        return self.store.log_id

    @property
    def loss(self) -> str | None:
        """What was found missing at this start, in words."""
        return self.store.loss

    async def start(self, takers: Iterable[Take], folds: Mapping[str, Fold] = MappingProxyType({})) -> None:
        """Hand every stored event to all takers, in order; viewers can follow afterwards.

        Of a thing in `folds` they get the first event, then what it was folded to, and what came after that.
        """
        takers = tuple(takers)
        waiting = dict(folds)
        newest = last_shown = max((fold.seq for fold in folds.values()), default=0)
        async for page in self.store.unfolded(folds.keys()):
            for recorded in page:
                for take in takers:
                    take(recorded)
                if fold := waiting.pop(recorded.subject, None):
                    fold.take()
                newest = max(newest, recorded.seq)
                if not recorded.event.secret:
                    last_shown = max(last_shown, recorded.seq)
        self.hub = Hub(self.store, newest, last_shown)

    async def commit(
        self,
        subject: str,
        events: Sequence[E],
        checkpoint: Checkpoint | None = None,
        snapshots: Sequence[Snapshot] = (),
        *,
        frees: bool = False,
    ) -> list[Recorded[E]]:
        """All of it or nothing. The caller folds what is returned before it awaits anything else.

        What `frees` room may use the reserve.
        """
        with telemetry.COMMIT.time():
            stored = await self.store.commit(subject, events, checkpoint, snapshots, frees=frees)
        self.hub.publish(stored)
        return stored

    async def delete(self, subject: str, last: Event) -> None:
        """Forget all of a subject but this last event."""
        self.hub.publish_deletion(await self.store.delete(subject, last))

    async def wipe(self) -> None:
        """Take what was deleted from the disk now. If that cannot be, it goes when the log is closed."""
        try:
            done = await self.store.empty_recent()
        except AppError as error:
            log.warning("%s", error.detail)
            done = False
        if not done:
            log.warning("what was deleted is still in chalknet.db-wal, until the server stops")
