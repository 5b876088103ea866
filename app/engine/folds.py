"""Runs as they are, kept beside the log, so that a start need not read all that ever happened to them.

Derived from the log and nothing more: what is missing, or was written by another program, is folded anew.
"""

import asyncio
import hashlib
import logging
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from .. import runs
from ..errors import AppError
from ..eventlog.log import Fold, Log, Take
from ..eventlog.tables import Folded
from ..runs import folded
from ..runs.run import Run
from .ledger import Ledger

log = logging.getLogger("chalknet.ledger")

SECONDS = 30.0  # between two looks at what has changed
EPOCHS = 100  # that an unfinished run is ahead of what was kept of it
TOGETHER = 20  # runs written at once


class Folds:
    """Starts the log with what is kept, and keeps what has changed."""

    def __init__(self, event_log: Log, ledger: Ledger) -> None:
        self._log = event_log
        self._ledger = ledger
        self._made_by = _program()
        self._kept: dict[str, tuple[int, int]] = {}  # of a run: its newest event and its epoch, as kept

    async def start(self, takers: Iterable[Take]) -> None:
        """Start the log; of a run that is kept, the first event and the newest are read."""
        found: dict[str, Fold] = {}
        for one in await self._log.store.folded(self._made_by):
            try:
                run = folded.decode(one.body)
            except ValueError:
                log.exception("a run is folded anew", extra={"run": one.subject})
                continue
            found[one.subject] = Fold(one.seq, partial(self._ledger.restore, run))
            self._kept[run.id] = (run.seq, run.epoch)
        await self._log.start(takers, found)

    async def watch(self) -> None:
        """Keep what has changed now and then, for ever."""
        while True:
            await asyncio.sleep(SECONDS)  # first: a class that comes back has better uses for the disk
            await self.keep()

    async def keep(self) -> None:
        """Keep what has changed now."""
        there = self._ledger.runs()
        self._kept = {run.id: self._kept[run.id] for run in there if run.id in self._kept}
        due = [run for run in there if self._is_due(run)]
        for at in range(0, len(due), TOGETHER):
            some = due[at : at + TOGETHER]
            rows = [Folded(run.id, run.seq, self._made_by, folded.encode(run)) for run in some]
            try:
                await self._log.store.keep_folded(rows)
            except AppError:  # a full disk or a locked database: another time
                return
            self._kept.update((run.id, (run.seq, run.epoch)) for run in some)

    def _is_due(self, run: Run) -> bool:
        seq, epoch = self._kept.get(run.id, (0, 0))
        return run.seq != seq if run.status.ended else run.epoch >= epoch + EPOCHS


def _program() -> str:
    """Names the code that folds: what other code has folded may be something else."""
    digest = hashlib.sha256()
    for file in sorted(Path(runs.__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()
