"""The boards of the class's tasks, computed once for all who look.

Every page asks when a run has got on, and a board takes more than a millisecond. What it says depends on
the events alone, so it is the same until there is another one.
"""

from ..classroom.tasks import Place
from ..eventlog.log import Log
from .class_ledger import ClassLedger
from .ledger import Ledger


class Boards:
    """Places by task, each with the number of the event after which they are right."""

    def __init__(self, log: Log, classes: ClassLedger, ledger: Ledger) -> None:
        self._log = log
        self._classes = classes
        self._ledger = ledger
        self._seq = -1
        self._places: dict[str, list[Place]] = {}

    def places(self, task_id: str) -> list[Place]:
        """Everybody's place; NotFound when there is no such task."""
        task = self._classes.task(task_id)
        newest = self._log.hub.newest_shown
        if newest != self._seq:
            self._seq, self._places = newest, {}
        if task_id not in self._places:
            runs = reversed(self._ledger.runs())
            self._places[task_id] = task.board(runs, self._classes.room.present)
        return self._places[task_id]
