"""Experiments as their committed events have made them: each makes its runs, once.

What was acknowledged is one event; all runs follow from it. A server that is killed in between makes those
that are missing at its next start, and deletes those whose experiment is gone.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable
from contextlib import suppress

from ..errors import AppError, Conflict, NotFound, TooMany
from ..eventlog.event import Event, Recorded, Unknown
from ..eventlog.log import Log
from ..experiments.events import ExperimentDeleted, ExperimentStarted
from ..experiments.spec import ExperimentSpec
from ..experiments.state import Experiment, apply, is_of_experiment, started
from ..runs.run import Run, Wanted
from .ledger import Ledger

log = logging.getLogger("chalknet.experiments")

UNFINISHED = 20  # experiments of all
UNFINISHED_EACH = 2
RETRY_AFTER = {"Retry-After": "60"}


class Experiments:
    """Experiments by id."""

    def __init__(self, log: Log, ledger: Ledger) -> None:
        self._log = log
        self._ledger = ledger
        self._experiments: dict[str, Experiment] = {}
        self._last_number = 0
        # One at a time: what is being made must not be deleted, nor a second one take the same room.
        self._lock = asyncio.Lock()

    def take(self, recorded: Recorded[Event | Unknown]) -> None:
        """Take in a stored event."""
        if not is_of_experiment(recorded):
            return
        self._last_number = max(self._last_number, recorded.event.number)
        experiment = apply(recorded)
        if experiment is None:
            self._experiments.pop(recorded.subject, None)
        else:
            self._experiments[recorded.subject] = experiment

    async def resume(self) -> None:
        """After the log was read: make what is missing, delete what belongs to nobody."""
        for run in self._ledger.runs():
            if run.experiment and run.experiment not in self._experiments:
                with suppress(AppError):
                    await self._ledger.delete(run.id)
        for experiment in self.all():
            try:
                await self._make_runs(experiment)
            # A full disk, or settings that this version refuses: the server starts without the rest.
            except (AppError, ValueError) as error:
                log.warning("%s", error, extra={"experiment": experiment.id})

    def all(self) -> list[Experiment]:
        """All of them, newest first."""
        return list(reversed(self._experiments.values()))

    def find(self, experiment_id: str) -> Experiment:
        """The experiment with this id; NotFound when there is none (any more)."""
        try:
            return self._experiments[experiment_id]
        except KeyError:
            text = f"There is no experiment {experiment_id[:40]!r}."
            raise NotFound(text, code="experiment-not-found") from None

    def runs_of(self, experiment_id: str) -> list[Run]:
        """Its runs, by their places."""
        own = (run for run in self._ledger.runs() if run.experiment == experiment_id)
        return sorted(own, key=lambda run: run.place or 0)

    async def create(
        self, spec: ExperimentSpec, owner: str, request_key: str | None
    ) -> tuple[Experiment, bool]:
        """A new experiment with all its runs; or, for a key already used, the one it made.

        Raises:
            TooMany: too many are unfinished.
            Conflict: its runs would be more than are kept.
        """
        async with self._lock:
            if (known := self._made_before(spec, request_key)) is not None:
                return known, False
            self._check_unfinished(owner)
            self._ledger.check_kept(owner, spec.runs)
            self._ledger.check_room(spec.configs)
            with self._ledger.place(owner):
                number = self._last_number + 1
                event: ExperimentStarted = started(spec, number, owner, request_key)
                (recorded,) = await self._log.commit(f"experiment-{secrets.token_hex(6)}", [event])
                self.take(recorded)
                experiment = self._experiments[recorded.subject]
                try:
                    await self._make_runs(experiment)
                except AppError:  # the disk is full: half of an experiment is of no use to anybody
                    await self._delete(experiment)
                    raise
            return experiment, True

    async def change(self, experiment_id: str, wanted: Wanted) -> Experiment:
        """Pause, go on with, or stop all of its runs that have not ended."""
        async with self._lock:
            experiment = self.find(experiment_id)
            await self._ledger.update_all(wanted, experiment_id)
        return experiment

    async def delete(self, experiment_id: str) -> None:
        """Forget it and all of its runs."""
        async with self._lock:
            await self._delete(self.find(experiment_id))

    async def delete_all(self, of: Callable[[str], bool]) -> None:
        """Forget those of some owners."""
        async with self._lock:
            for experiment in self.all():
                if of(experiment.owner):
                    await self._delete(experiment)

    async def _delete(self, experiment: Experiment) -> None:
        # The event first: a server that is killed now deletes the runs when it starts.
        await self._log.delete(experiment.id, ExperimentDeleted(experiment.number))
        del self._experiments[experiment.id]
        for run in self.runs_of(experiment.id):
            with suppress(NotFound):
                await self._ledger.delete(run.id)

    async def _make_runs(self, experiment: Experiment) -> None:
        """All that are not there yet."""
        there = {run.place for run in self.runs_of(experiment.id)}
        if len(there) == experiment.spec.runs:
            return
        for place, config in enumerate(experiment.spec.configs):
            if place in there:
                continue
            name = f"{experiment.name} · {place + 1}"[:80]
            await self._ledger.create_part(config, name, experiment.owner, experiment.id, place)

    def _made_before(self, spec: ExperimentSpec, request_key: str | None) -> Experiment | None:
        for experiment in self._experiments.values():
            if request_key is not None and experiment.request_key == request_key:
                same = started(spec, experiment.number, experiment.owner, request_key)
                if started(experiment.spec, experiment.number, experiment.owner, request_key) != same:
                    text = "This Idempotency-Key was used for another experiment."
                    raise Conflict(text, code="key-reused")
                return experiment
        return None

    def _check_unfinished(self, owner: str) -> None:
        unfinished = {run.experiment: run.owner for run in self._ledger.runs() if not run.status.ended}
        unfinished.pop(None, None)
        own = sum(one == owner for one in unfinished.values())
        if own >= UNFINISHED_EACH:
            text = f"You have {own} unfinished experiments, the most for one. Stop one, or wait for it."
            raise TooMany(text, code="too-many-of-yours", limit=UNFINISHED_EACH, headers=RETRY_AFTER)
        if len(unfinished) >= UNFINISHED:
            text = f"{len(unfinished)} experiments are unfinished, the most this server keeps going."
            raise TooMany(text, limit=UNFINISHED, headers=RETRY_AFTER)
