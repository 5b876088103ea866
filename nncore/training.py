"""Training in slices: everything that trains, in the app, the examples and the tests, calls `train_slice`.

A slice is a pure function of (state, plan, data). Training 100 steps at once, or in any slices that add
up to 100 steps, gives the same numbers to the bit, because the state holds all that matters: the
parameters, the optimizer's memory and the number of updates made so far. The order of the samples in
epoch e is drawn afresh from (seed, "shuffle", e).
"""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Bytes
from nncore.checks import check_integer, check_number, shown
from nncore.datasets import Dataset, Samples
from nncore.evaluation import evaluate
from nncore.fast.kernel import KernelLearner
from nncore.network import Params, check_params, initial_params
from nncore.optimizers import OPTIMIZERS
from nncore.recipe import Recipe
from nncore.rng import generator
from nncore.schedules import Schedule, constant

SHOWN_DIGITS = 100
POINT_SAMPLES = 500  # of each kind that a point within an epoch is measured on


@dataclass(frozen=True)
class TrainState:
    """Where a run stands: parameters, what the optimizer remembers, updates made so far."""

    params: Params
    memory: tuple[Params, ...]
    step: int


@dataclass(frozen=True)
class SlicePlan:
    """Make at most `steps` further updates with the learning rate `eta`; a slice may cross epoch ends.

    `points` are numbers of updates, counted over the whole run, after which to measure within an epoch too;
    0 is before the first. Those that the slice does not come to are passed over. They change no bit of
    the training.
    """

    recipe: Recipe
    eta: float
    steps: int
    points: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        kept = {
            "eta": check_number("eta", self.eta, 0.0, 1e6, open_low=True),
            "steps": check_integer("steps", self.steps, 1, 2**53),
            "points": tuple(check_integer("points", point, 0, 2**53) for point in self.points),
        }
        for name, value in kept.items():
            object.__setattr__(self, name, value)


@dataclass(frozen=True)
class EpochReport:
    """What was measured after an epoch, over all training and all test samples.

    Attributes:
        epoch: number of completed epochs, from 1.
        step: updates made so far.
        train_loss, train_accuracy, test_loss, test_accuracy: see `evaluate`.
        predictions: labels (uint8) of the first hundred test samples.
        params: the parameters at this moment.
    """

    epoch: int
    step: int
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    predictions: Bytes = field(repr=False)
    params: Params = field(repr=False)


@dataclass(frozen=True)
class PointReport:
    """What was measured between two updates, on the first samples of each kind: an evaluation of all takes
    about as long as an epoch of a small network.

    Attributes:
        step: updates made so far.
        sample: the first so many training and test samples were measured; None: all of both.
        batch_loss: mean loss of the newest batch before the update made with it; None before the first.
        train_loss, train_accuracy, test_loss, test_accuracy: see `evaluate`.
        predictions: labels (uint8) of the first hundred test samples.
    """

    step: int
    sample: int | None
    batch_loss: float | None
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    predictions: Bytes = field(repr=False)


@dataclass(frozen=True)
class SliceReport:
    """The epochs that ended in a slice; the step that first gave a number that is not finite, or None; the
    points that were asked for.
    """

    epochs: tuple[EpochReport, ...]
    diverged_at: int | None
    points: tuple[PointReport, ...] = ()


class DivergedError(ArithmeticError):
    """A training that left the range of numbers: a weight, a bias or a loss is infinite or NaN.

    Attributes:
        epoch: in which epoch, from 1.
        step: the update that first gave such a number, counted over the run, from 1.
        eta: the learning rate of that epoch.
    """

    def __init__(self, epoch: int, step: int, eta: float) -> None:
        super().__init__(epoch, step, eta)
        self.epoch, self.step, self.eta = epoch, step, eta

    def __str__(self) -> str:
        return (
            f"training diverged in epoch {self.epoch}, step {self.step}, with eta {self.eta:g}: "
            f"weights or losses are not finite any more; try a smaller eta"
        )


class Learner(Protocol):
    """The part that does the arithmetic. It owns its arrays; `state` hands out copies."""

    def run(self, order: NDArray[np.intp], eta: float) -> None:
        """Make one update per row of batches: `order` lists samples, cut into batches from its beginning."""

    def params(self) -> Params:
        """Return a copy of the parameters."""

    def memory(self) -> tuple[Params, ...]:
        """Return a copy of the optimizer's memory."""


MakeLearner = Callable[[Recipe, Params, tuple[Params, ...], Samples], Learner]


def initial_state(recipe: Recipe) -> TrainState:
    """Return the state before the first update, drawn from the recipe's seed."""
    params = initial_params(recipe)
    memories = OPTIMIZERS[recipe.optimizer].memories
    return TrainState(params, tuple(params.zeros() for _ in range(memories)), 0)


def steps_per_epoch(n_samples: int, batch_size: int) -> int:
    """Return the number of updates in one pass over the samples; the last batch may be smaller.

    >>> steps_per_epoch(60_000, 10), steps_per_epoch(7, 3)
    (6000, 3)
    """
    samples = check_integer("n_samples", n_samples, 1, 2**53)
    return -(-samples // check_integer("batch_size", batch_size, 1, 2**53))


def train_slice(
    state: TrainState, plan: SlicePlan, data: Dataset, learner: MakeLearner = KernelLearner
) -> tuple[TrainState, SliceReport]:
    """Return the state after `plan.steps` more updates, and a report of the epochs that ended on the way.

    Args:
        state: where to begin; left as it is.
        plan: recipe, learning rate and number of updates.
        data: both parts are evaluated after every epoch.
        learner: who does the arithmetic; the two of nncore agree to rounding.

    When an update gives a parameter, or an epoch a loss, that is not finite, training ends there: the
    report names the step, and the returned state is the one before it.

    Raises:
        ValueError: the state or the data do not fit the recipe.
    """
    check_fit(state, plan.recipe, data)
    train = data.train.first(plan.recipe.train_size or len(data.train))
    with np.errstate(all="ignore"):
        final, epochs, points, finite = _advance(state, plan, data, train, learner, plan.steps)
        if finite:
            return final, SliceReport(epochs, None, points)
        # Somewhere in here a number left the range. Do it again, looking after every single update.
        final, epochs, points, _ = _advance(state, plan, data, train, learner, 1)
    return final, SliceReport(epochs, final.step + 1, points)


def fit(
    recipe: Recipe,
    eta: float,
    epochs: int,
    data: Dataset,
    *,
    schedule: Schedule = constant,
    on_epoch: Callable[[EpochReport], object] | None = None,
    raise_on_divergence: bool = True,
) -> Iterator[EpochReport]:
    """Train from the beginning and give a report after each epoch: what a script or a notebook wants.

    >>> from nncore import load_two_features
    >>> recipe = Recipe(shape=(2, 5, 2), batch_size=30)
    >>> [report.epoch for report in fit(recipe, 1.0, 2, load_two_features())]
    [1, 2]

    Args:
        recipe, data: what to train, and with what.
        eta: learning rate.
        epochs: passes over the training samples.
        schedule: eta is multiplied by schedule(epoch), epoch the number of completed ones: nncore.schedules.
        on_epoch: called with each report as it comes. With it all epochs are trained at once; without, an
            epoch is trained when its report is asked for, and leaving the loop ends the training.
        raise_on_divergence: False: numbers that are not finite end the training with a RuntimeWarning.

    Raises:
        ValueError: settings that are out of range or do not fit the data; before anything is trained.
        DivergedError: a number is not finite any more; the reports so far have been given.
    """
    epochs = check_integer("epochs", epochs, 1, 10**9)
    check_fit(initial_state(recipe), recipe, data)
    plan = SlicePlan(recipe, eta, steps_per_epoch(recipe.train_size or len(data.train), recipe.batch_size))
    reports = _epochs(plan, epochs, data, schedule, raise_on_divergence)
    if on_epoch is None:
        return reports
    kept = []
    for report in reports:
        on_epoch(report)
        kept.append(report)
    return iter(kept)


def _epochs(
    plan: SlicePlan, epochs: int, data: Dataset, schedule: Schedule, raise_on_divergence: bool
) -> Iterator[EpochReport]:
    """Train an epoch for each report that is asked for."""
    state = initial_state(plan.recipe)
    for epoch in range(1, epochs + 1):
        factor = check_number(f"schedule({epoch - 1})", schedule(epoch - 1), 0.0, 1e6, open_low=True)
        part = replace(plan, eta=plan.eta * factor)
        state, report = train_slice(state, part, data)
        yield from report.epochs
        if report.diverged_at is not None:
            diverged = DivergedError(epoch, report.diverged_at, part.eta)
            if raise_on_divergence:
                raise diverged
            warnings.warn(str(diverged), RuntimeWarning, stacklevel=3)
            return


def _advance(
    state: TrainState, plan: SlicePlan, data: Dataset, train: Samples, learner: MakeLearner, stride: int
) -> tuple[TrainState, tuple[EpochReport, ...], tuple[PointReport, ...], bool]:
    """Train, looking at the numbers every `stride` updates; stop at the first that are not finite."""
    recipe = plan.recipe
    per_epoch = steps_per_epoch(len(train), recipe.batch_size)
    worker = learner(recipe, state.params, state.memory, train)
    reports: list[EpochReport] = []
    points: list[PointReport] = []
    step, end = state.step, state.step + plan.steps
    order = _order(recipe, step // per_epoch, len(train))
    measured = {
        point for point in plan.points if point % per_epoch or point == 0
    }  # an epoch's end is told anyway
    # It goes on from before the last batch of a point, whose loss is that of the network that first saw it.
    halts = sorted(measured | {point - 1 for point in measured})
    batch_loss: float | None = None
    if step == 0 and 0 in measured:
        points.append(_point_report(0, state.params, recipe, train, data.test, None))
    while step < end:
        epoch, done = divmod(step, per_epoch)
        if done == 0:
            order = _order(recipe, epoch, len(train))
        next_halt = next((halt for halt in halts if halt > step), end)
        count = min(stride, per_epoch - done, end - step, next_halt - step)
        if step + 1 in measured:
            batch = order[done * recipe.batch_size : (done + 1) * recipe.batch_size]
            batch_loss = evaluate(state.params, recipe, train.chosen(batch)).loss
        worker.run(order[done * recipe.batch_size : (done + count) * recipe.batch_size], plan.eta)
        params = worker.params()
        if not _finite(params):
            return state, tuple(reports), tuple(points), False
        if done + count == per_epoch:
            report = _epoch_report(epoch + 1, step + count, params, recipe, train, data.test)
            if not np.isfinite([report.train_loss, report.test_loss]).all():
                return state, tuple(reports), tuple(points), False
            reports.append(report)
        step += count
        if step in measured:
            points.append(_point_report(step, params, recipe, train, data.test, batch_loss))
        state = TrainState(params, worker.memory(), step)
    return state, tuple(reports), tuple(points), True


def _order(recipe: Recipe, epoch: int, n: int) -> NDArray[np.intp]:
    """Return the numbers 0 to n - 1 in the order in which epoch `epoch` (from 0) visits the samples."""
    return generator(recipe.seed, "shuffle", epoch).permutation(n)


def _finite(params: Params) -> bool:
    return all(np.isfinite(a).all() for a in params.arrays())


def _epoch_report(
    epoch: int, step: int, params: Params, recipe: Recipe, train: Samples, test: Samples
) -> EpochReport:
    seen, unseen = evaluate(params, recipe, train), evaluate(params, recipe, test)
    return EpochReport(
        epoch=epoch,
        step=step,
        train_loss=seen.loss,
        train_accuracy=seen.accuracy,
        test_loss=unseen.loss,
        test_accuracy=unseen.accuracy,
        predictions=unseen.predictions[:SHOWN_DIGITS].copy(),
        params=params,
    )


def _point_report(
    step: int, params: Params, recipe: Recipe, train: Samples, test: Samples, batch_loss: float | None
) -> PointReport:
    sample = POINT_SAMPLES if max(len(train), len(test)) > POINT_SAMPLES else None
    seen, unseen = (
        evaluate(params, recipe, part if sample is None else part.first(sample)) for part in (train, test)
    )
    return PointReport(
        step=step,
        sample=sample,
        batch_loss=batch_loss,
        train_loss=seen.loss,
        train_accuracy=seen.accuracy,
        test_loss=unseen.loss,
        test_accuracy=unseen.accuracy,
        predictions=unseen.predictions[:SHOWN_DIGITS].copy(),
    )


def check_fit(state: TrainState, recipe: Recipe, data: Dataset) -> None:
    """Require a state and data that belong to the recipe."""
    ends = (data.features, data.classes)
    if (recipe.shape[0], recipe.shape[-1]) != ends:
        raise ValueError(
            f"shape is {shown(recipe.shape)}; allowed for {data.name}: {ends[0]} inputs and {ends[1]} outputs"
        )
    if recipe.train_size is not None:
        check_integer("train_size", recipe.train_size, 1, len(data.train))
    memories = OPTIMIZERS[recipe.optimizer].memories
    if len(state.memory) != memories:
        raise ValueError(
            f"state.memory has {len(state.memory)} entries; allowed for {recipe.optimizer}: {memories}"
        )
    for name, params in (("params", state.params), *(("memory", m) for m in state.memory)):
        check_params(f"state.{name}", params, recipe)
    check_integer("state.step", state.step, 0, 2**53)
