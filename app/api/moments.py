"""A run's network at an epoch: what most lenses ask for, named once."""

import asyncio
from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import Depends, Query, Response

import nncore

from ..errors import Invalid
from ..lenses import computation
from ..lenses.inspection import Inspection
from ..runs.run import Run
from .choices import IMMUTABLE
from .deps import InspectionDep, RunDep

T = TypeVar("T")

Epoch = Annotated[
    int | None, Query(ge=0, le=10_000, description="0 is before the first step; left out: now.")
]


class Moment:
    """A run's network at an epoch, and the samples it is looked at with."""

    def __init__(self, run: Run, epoch: int | None, params: nncore.Params, inspection: Inspection) -> None:
        self.epoch = epoch
        self.params = params
        self._run_id = run.id
        self._answers = inspection.answers
        self.recipe = run.config.recipe
        self.test = inspection.samples(run.config.dataset, "test")

    async def once(self, question: tuple[object, ...], work: Callable[[], T]) -> T:
        """What `work` returns, in a thread; of a past epoch it is computed for the first who asks."""
        if self.epoch is None:
            return await asyncio.to_thread(work)
        key = (self._run_id, self.epoch, *question)
        answer: T = await self._answers.get(key, lambda: asyncio.to_thread(work))
        return answer

    async def verdict(self) -> tuple[nncore.Evaluation, list[list[int]]]:
        """What the network says about the whole test sample."""
        return await self.once(
            ("confusion",), lambda: computation.confusion(self.params, self.recipe, self.test)
        )

    @property
    def headers(self) -> dict[str, str]:
        """A past epoch may be kept for ever; what is now is not now for long."""
        return {"Cache-Control": "no-store"} if self.epoch is None else IMMUTABLE

    def check(self, number: int) -> None:
        if number >= len(self.test):
            raise Invalid(
                f"There are {len(self.test)} test samples.", field="number", limit=len(self.test) - 1
            )


async def _moment(run: RunDep, inspection: InspectionDep, response: Response, epoch: Epoch = None) -> Moment:
    moment = Moment(run, epoch, await inspection.params(run, epoch), inspection)
    response.headers.update(moment.headers)
    return moment


MomentDep = Annotated[Moment, Depends(_moment)]
