"""What a lens is: a question, an answer and the computation between them, declared in a file of its own.

A computation runs in a process that knows neither the server nor the log: it gets what the server has read
from the store, and returns its answer's fields or bytes.
"""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import numpy as np
from pydantic import BaseModel, Field

import nncore

from ..engine import datasets
from ..engine.worker import initial_params, params_of
from ..errors import Conflict, Invalid, NotFound
from ..runs import data
from ..runs.config import RunConfig
from ..runs.run import Run

if TYPE_CHECKING:
    from .inspection import Inspection

# Weights times samples that one computation may cost: below half a second on one core.
MAX_WORK = 2 * 10**9
BINARY = "application/octet-stream"

Number = Annotated[int, Field(ge=0, le=10_000, description="Which test sample, from 0.")]
# A number that is infinite or not a number, as a network that has diverged has them, is null in the answer.
Real = float | None


class AtEpoch(BaseModel):
    """What is asked about a run's network; a lens with parameters of its own adds them in a subclass."""

    epoch: int | None = Field(None, ge=0, le=10_000, description="0 is before the first step; left out: now.")


@dataclass(frozen=True, slots=True)
class Subject:
    """What most computations look at: a network at an epoch, and the test samples of its data."""

    params: nncore.Params
    recipe: nncore.Recipe
    test: nncore.Samples
    epoch: int | None  # as asked for: None is now
    completed: int  # epochs, when it was asked


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What the networks of some epochs say about the whole test sample: a class for every sample."""

    test: nncore.Samples
    classes: int
    predictions: dict[int | None, Any]  # by epoch, each (samples,) uint8


class Stored(Protocol):
    """What travels to the process that computes, and becomes there what the computation looks at."""

    def open(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class StoredNetwork:
    """A network as the store has it. `params` are those of an epoch's end, `state` a training state."""

    folder: Path
    config: RunConfig
    epoch: int | None
    completed: int
    params: bytes | None = None
    state: bytes | None = None  # both None: the first weights follow from the seed

    def open(self) -> Subject:
        params = self.network_params()
        try:
            recipe = self.config.recipe
        except ValueError as error:  # choices of another version
            text = f"This version cannot compute with the run's settings: {error}."
            raise Conflict(text, code="settings-refused") from None
        test = datasets.open_dataset(self.folder, self.config.dataset).test
        return Subject(params, recipe, test, self.epoch, self.completed)

    @property
    def steps(self) -> int:
        """Updates that have been made."""
        if self.params is not None:
            return (self.epoch or 0) * self.config.steps_per_epoch
        return 0 if self.state is None else nncore.load_state(self.state).step

    def network_params(self) -> nncore.Params:
        """Weights and biases, which need neither the data nor a choice that this version may not have."""
        if self.params is not None:
            return nncore.load_params(self.params)
        if self.state is not None:
            return params_of(self.state)
        try:
            return initial_params(self.config.recipe)
        except ValueError as error:  # settings of another version
            text = f"This version cannot draw the run's first weights: {error}."
            raise NotFound(text, code="epoch-not-found", field="epoch") from None


@dataclass(frozen=True, slots=True)
class StoredPredictions:
    """The answers of `evaluation.LENS`, by epoch."""

    folder: Path
    dataset: str
    predictions: dict[int | None, bytes]

    def open(self) -> Evaluated:
        found = {epoch: np.frombuffer(body, np.uint8) for epoch, body in self.predictions.items()}
        opened = datasets.open_dataset(self.folder, self.dataset)
        return Evaluated(opened.test, opened.classes, found)


async def stored_network(inspection: "Inspection", run: Run, question: Any) -> Stored:
    """The network of the epoch that is asked for."""
    return await inspection.network(run, question.epoch)


def at_epoch(run: Run, question: Any) -> Hashable:
    """A past epoch's answer never changes; that of now is the same until the next committed step.

    A run goes on while a question waits: what is kept for a step is of that step or of a later one.
    """
    return ("step", run.step) if question.epoch is None else ("epoch", question.epoch)


def anything(config: RunConfig, question: Any) -> None:
    """No question is refused."""


def one_pass(config: RunConfig, question: Any) -> int:
    """The work of one sample, forward or back."""
    return weights(config.shape)


def whole_test(config: RunConfig, question: Any) -> int:
    """The work of the whole test sample."""
    return weights(config.shape) * test_size(config)


def test_size(config: RunConfig) -> int:
    """How many the run's data has; NotFound for data of another version."""
    facts = data.find(config.dataset)
    if facts is None:
        raise NotFound(f"There is no dataset {config.dataset[:40]!r}.", code="dataset-not-found")
    return facts.test


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """One way to look at a run, answered under `/api/v1/runs/{run_id}/<path>`.

    Attributes:
        path: of its address, below the run's.
        query: its parameters with their bounds, which the address carries.
        answer: the model of its JSON; None when `compute` returns bytes.
        compute: pure, a function of the module: what `read` opens to (a Subject, or Evaluated) and the
            question give the answer's fields, or bytes. Its docstring is the route's description.
        work: weights times samples that it costs about, from the settings of the run: for whose turn it is.
        check: refuses with Invalid what the settings of the run make impossible, before anything is read.
        read: gets from the store what `compute` looks at, once it is this question's turn.
        evaluated: for a lens of predictions: the epochs, of those that are kept, whose networks are asked
            about the whole test sample; `compute` gets Evaluated instead of what `read` gives.
        depends_on: what the answer depends on beside the question; the same gives the same for ever. None:
            computed anew each time.
        media_type: of the answer.
        suffix: of the file that the answer is downloaded as, if it is for that.
    """

    path: str
    query: type[BaseModel]
    answer: type[BaseModel] | None
    compute: Callable[[Any, Any], Any]
    work: Callable[[RunConfig, Any], int] = one_pass
    check: Callable[[RunConfig, Any], None] = anything
    read: Callable[["Inspection", Run, Any], Awaitable[Stored]] = stored_network
    evaluated: Callable[[Run, Any, Sequence[int]], Sequence[int | None]] | None = None
    depends_on: Callable[[Run, Any], Hashable] | None = at_epoch
    media_type: str = "application/json"
    suffix: str | None = None


def weights(shape: Sequence[int]) -> int:
    """How many a network has, biases left out."""
    return sum(inputs * outputs for inputs, outputs in pairwise(shape))


def affordable(shape: Sequence[int], samples: int, most: int, work: int = MAX_WORK) -> int:
    """How many times so many samples may pass through a network: at least once, at most `most` times."""
    return max(1, min(most, work // max(1, weights(shape) * samples)))


def known_number(config: RunConfig, question: Any) -> None:
    """Refuse the number of a test sample that is not there."""
    count = test_size(config)
    if question.number >= count:
        raise Invalid(f"There are {count} test samples.", field="number", limit=count - 1)


def look(
    compute: Callable[[Any, Any], Any], answer: type[BaseModel] | None, stored: Stored, question: Any
) -> bytes:
    """Compute an answer, and encode it where it was computed, because that takes as long.

    What NumPy says about the numbers of a network that has diverged is no news.
    """
    with np.errstate(all="ignore"):
        found = compute(stored.open(), question)
    return found if answer is None else answer.model_validate(found).model_dump_json().encode()


def warm_up() -> None:
    """What a process imports before the first question needs it."""
    from . import registry  # noqa: F401
