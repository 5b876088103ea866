"""What a worker process does: one slice of one run, from bytes to bytes. It keeps nothing but the data."""

import math
import time
from dataclasses import dataclass
from pathlib import Path

import nncore

from ..errors import NotFound
from ..runs.metrics import EpochMetrics, PointMetrics
from . import datasets


@dataclass(frozen=True, slots=True)
class Slice:
    """The unit of work: everything that decides the result, and where the data lies."""

    dataset: str
    folder: Path
    recipe: nncore.Recipe
    eta: float
    steps: int
    checkpoint: bytes | None  # None: draw the initial weights from the seed
    points: tuple[int, ...] = ()  # steps of the run after which to measure, within epochs too


@dataclass(frozen=True, slots=True)
class EpochResult:
    """One finished epoch: numbers for the curves, labels for the grid, parameters for later looks."""

    metrics: EpochMetrics
    step: int
    predictions: tuple[int, ...]
    params: bytes


@dataclass(frozen=True, slots=True)
class SliceResult:
    """What came of a slice; `seconds` is the only part that another execution would change."""

    step: int
    checkpoint: bytes
    fingerprint: str
    epochs: tuple[EpochResult, ...]
    diverged_at: int | None
    seconds: float
    points: tuple[PointMetrics, ...] = ()


def run_slice(work: Slice) -> SliceResult:
    """Train for `work.steps` updates, or until the numbers stop being finite."""
    started = time.perf_counter()
    try:
        data = datasets.open_dataset(work.folder, work.dataset)
    except NotFound as error:  # to the scheduler that would be a run that has been deleted
        raise RuntimeError(error.detail) from None
    state = (
        nncore.initial_state(work.recipe) if work.checkpoint is None else nncore.load_state(work.checkpoint)
    )
    plan = nncore.SlicePlan(recipe=work.recipe, eta=work.eta, steps=work.steps, points=work.points)
    state, report = nncore.train_slice(state, plan, data)
    return SliceResult(
        step=state.step,
        checkpoint=nncore.dump_state(state),
        fingerprint=nncore.fingerprint(state.params),
        epochs=tuple(_plain(epoch) for epoch in report.epochs),
        diverged_at=report.diverged_at,
        seconds=time.perf_counter() - started,
        points=tuple(map(_point, report.points)),
    )


def params_of(checkpoint: bytes) -> nncore.Params:
    """The parameters in a checkpoint."""
    return nncore.load_state(checkpoint).params


def initial_params(recipe: nncore.Recipe) -> nncore.Params:
    """Those that the seed gives, before the first slice."""
    return nncore.initial_state(recipe).params


def _plain(epoch: nncore.EpochReport) -> EpochResult:
    return EpochResult(
        metrics=EpochMetrics(
            epoch=epoch.epoch,
            train_loss=_finite(epoch.train_loss),
            train_accuracy=_finite(epoch.train_accuracy),
            test_loss=_finite(epoch.test_loss),
            test_accuracy=_finite(epoch.test_accuracy),
        ),
        step=epoch.step,
        predictions=tuple(int(label) for label in epoch.predictions),
        params=nncore.dump_params(epoch.params),
    )


def _point(point: nncore.PointReport) -> PointMetrics:
    return PointMetrics(
        step=point.step,
        sample=point.sample,
        batch_loss=None if point.batch_loss is None else _finite(point.batch_loss),
        train_loss=_finite(point.train_loss),
        train_accuracy=_finite(point.train_accuracy),
        test_loss=_finite(point.test_loss),
        test_accuracy=_finite(point.test_accuracy),
        predictions=tuple(int(label) for label in point.predictions),
    )


def _finite(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None
