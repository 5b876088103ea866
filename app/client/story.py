"""One run as its events tell it, line by line, over as many connections as it takes (docs/events.md)."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from .calls import NoAnswer, Refused

ENDED = ("FINISHED", "STOPPED", "FAILED")
NOT_IN_THE_CLASS = 1008  # the goodbye that is meant: everything else means "come back"
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0  # seconds between two tries


@dataclass(frozen=True, slots=True)
class Epoch:
    """What was measured after an epoch, on all training and all test samples."""

    epoch: int
    step: int
    train_loss: float | None
    train_accuracy: float | None
    test_loss: float | None
    test_accuracy: float | None
    seconds: float


class Story:
    """Reads the lines of `GET /events?run=...`, each connection's from the first event on.

    A server whose database was put back from a copy gives numbers a second time, so none is relied on: an
    epoch that was told is known by its own number.
    """

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self.epoch = 0  # the last that was told
        self.has_ended = False  # as far as it has been told: a finished run may go on with more epochs
        self._event, self._data = "", ""

    @property
    def query(self) -> dict[str, Any]:
        return {"run": self.run_id, "after": 0}

    def begin(self) -> None:
        """Another connection: half a message of the one before is none."""
        self._event = self._data = ""
        self.has_ended = False

    def take(self, line: str) -> Iterator[Epoch]:
        """Read a line; the epochs that it completes. Refused when there is nothing more to come back for."""
        name, _, value = line.partition(": ")
        if name == "event":
            self._event = value
        elif name == "data":
            self._data = value
        elif line == "" and self._data:
            event, text = self._event, self._data
            self._event = self._data = ""
            try:
                data = json.loads(text)
                if event == "goodbye":
                    self._goodbye(data)
                    return
                yield from self._events(data["events"])
            except (ValueError, TypeError, KeyError):
                raise NoAnswer("what is told is not what a Chalknet tells") from None

    def is_over(self, run: dict[str, Any]) -> bool:
        """Whether everything has been told, held against the run as it is now."""
        return self.has_ended and run["status"] in ENDED and self.epoch >= run["epoch"]

    def _events(self, events: list[dict[str, Any]]) -> Iterator[Epoch]:
        for event in events:
            if event["type"] == "epoch" and event["epoch"] > self.epoch:
                self.epoch = event["epoch"]
                yield Epoch(**{one.name: event[one.name] for one in fields(Epoch)})
            elif event["type"] == "status":
                self.has_ended = event["status"] in ENDED
            elif event["type"] == "deleted":
                raise Refused(404, "run-not-found", "The run was deleted.", [])

    @staticmethod
    def _goodbye(said: dict[str, Any]) -> None:
        if said["code"] == NOT_IN_THE_CLASS:
            raise Refused(403, "not-joined", said["reason"], [])


class Pauses:
    """How long to wait before the next try: longer each time, and never in step with others."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self.reset()

    def reset(self) -> None:
        """Somebody has answered."""
        self._left = self._patience
        self._next = FIRST_PAUSE

    def take(self, error: Exception | None) -> float:
        """Seconds to wait; raises the error when there is no patience left."""
        if self._left <= 0:
            raise error or NoAnswer("the server ends every connection at once")
        pause = self._next * random.uniform(0.5, 1.0)  # noqa: S311 - of no importance to anybody
        self._left -= pause
        self._next = min(LONGEST_PAUSE, 2 * self._next)
        return pause


def try_again(refusal: Refused) -> bool:
    """Whether a refusal is of the moment: no place, or a store that does not answer just now."""
    return refusal.status in (429, 502, 503, 504)
