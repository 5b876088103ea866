"""What a page begins with: what the log folds to up to one number, as one compressed answer for all who ask.

It holds what is shown and not what has happened, so it grows with the number of runs and not with the lesson.
"""

import asyncio
import json
import time
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from ..classroom.state import Classroom
from ..eventlog.cache import Cache
from ..eventlog.log import Log
from ..runs.run import Run
from ..version import VERSION
from .class_ledger import ClassLedger
from .experiments import Experiments
from .ledger import Ledger

# A class that reloads at once is given the same bytes, and what has happened since follows.
KEPT_SECONDS = 2.0
GZIP = 16 + zlib.MAX_WBITS


class FirstState:
    """The answer, made when it is asked for and kept for a moment."""

    def __init__(self, log: Log, ledger: Ledger, classes: ClassLedger, experiments: Experiments) -> None:
        self._log = log
        self._ledger = ledger
        self._classes = classes
        self._experiments = experiments
        self._answers = Cache(1)
        self._key = (-1, -1)
        self._since = -KEPT_SECONDS

    async def read(self) -> bytes:
        """The JSON, compressed with gzip; never with something that was deleted before it was asked for."""
        hub, now = self._log.hub, time.monotonic()
        if hub.deletions != self._key[0] or now - self._since >= KEPT_SECONDS:
            self._key, self._since = (hub.deletions, hub.newest_shown), now
        body: bytes = await self._answers.get(self._key, self._make)
        return body

    async def _make(self) -> bytes:
        # Whoever commits folds before anything else is awaited: here the folds are as far as the hub.
        head: dict[str, Any] = {"log": self._log.id, "seq": self._log.hub.newest_shown, "version": VERSION}
        head["experiments"] = [experiment.as_json() for experiment in self._experiments.all()[::-1]]
        runs = self._ledger.runs()[::-1]
        return await asyncio.to_thread(_compressed, head, runs, self._classes.find_room())


def _compressed(head: dict[str, Any], runs: Sequence[Run], room: Classroom | None) -> bytes:
    """In small steps: the event loop waits for this thread no longer than one of them takes."""
    facts = {**head, "runs": map(_shown, runs), "class": room and room.as_json()}
    gzip = zlib.compressobj(wbits=GZIP)
    body = [gzip.compress(piece.encode()) for piece in _pieces(facts)]
    return b"".join((*body, gzip.flush()))


def _shown(run: Run) -> dict[str, Any]:
    changes = [change._asdict() for change in run.changes]
    now = run.now and run.now.as_json()
    return {**run.as_json(), "changes": changes, "now": now, **run.points.as_json(), **run.curve.as_json()}


def _pieces(value: Any) -> Iterator[str]:
    """The JSON text of a value, of lists an entry at a time."""
    if isinstance(value, dict):
        yield "{"
        for number, (name, inner) in enumerate(value.items()):
            yield f"{',' if number else ''}{json.dumps(name)}:"
            yield from _pieces(inner)
        yield "}"
    elif isinstance(value, list | map):
        yield "["
        for number, inner in enumerate(value):
            yield f"{',' if number else ''}{_text(inner)}"
        yield "]"
    else:
        yield _text(value)


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)
