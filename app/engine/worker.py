"""What a worker process does: one slice of one run, from bytes to bytes. It keeps nothing but the data."""

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nncore

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


@dataclass(frozen=True, slots=True)
class EpochResult:
    """One finished epoch: numbers for the curves, labels for the grid, parameters for later looks."""

    epoch: int
    step: int
    train_loss: float | None
    train_accuracy: float | None
    test_loss: float | None
    test_accuracy: float | None
    predictions: tuple[int, ...]
    params: bytes

    def figures(self) -> dict[str, Any]:
        """Everything but the parameters, as an event carries it."""
        names = ("epoch", "step", "train_loss", "train_accuracy", "test_loss", "test_accuracy")
        return {**{name: getattr(self, name) for name in names}, "predictions": list(self.predictions)}


@dataclass(frozen=True, slots=True)
class SliceResult:
    """What came of a slice; `seconds` is the only part that another execution would change."""

    step: int
    checkpoint: bytes
    fingerprint: str
    epochs: tuple[EpochResult, ...]
    diverged_at: int | None
    seconds: float


def run_slice(order: Slice) -> SliceResult:
    """Train for `order.steps` updates, or until the numbers stop being finite."""
    started = time.perf_counter()
    data = datasets.open_dataset(order.folder, order.dataset)
    state = _state(order.recipe, order.checkpoint)
    plan = nncore.SlicePlan(recipe=order.recipe, eta=order.eta, steps=order.steps)
    state, report = nncore.train_slice(state, plan, data)
    return SliceResult(
        step=state.step,
        checkpoint=nncore.dump_state(state),
        fingerprint=nncore.fingerprint(state.params),
        epochs=tuple(_plain(epoch) for epoch in report.epochs),
        diverged_at=report.diverged_at,
        seconds=time.perf_counter() - started,
    )


def fingerprint(recipe: nncore.Recipe, checkpoint: bytes | None) -> str:
    """SHA-256 of the parameters in a checkpoint, or of the initial ones."""
    return nncore.fingerprint(current_params(recipe, checkpoint))


def current_params(recipe: nncore.Recipe, checkpoint: bytes | None) -> nncore.Params:
    """The parameters in a checkpoint; before there is one, those that the seed gives."""
    return _state(recipe, checkpoint).params


def _state(recipe: nncore.Recipe, checkpoint: bytes | None) -> nncore.TrainState:
    return nncore.initial_state(recipe) if checkpoint is None else nncore.load_state(checkpoint)


def _plain(epoch: nncore.EpochReport) -> EpochResult:
    return EpochResult(
        epoch=epoch.epoch,
        step=epoch.step,
        train_loss=_finite(epoch.train_loss),
        train_accuracy=_finite(epoch.train_accuracy),
        test_loss=_finite(epoch.test_loss),
        test_accuracy=_finite(epoch.test_accuracy),
        predictions=tuple(int(label) for label in epoch.predictions),
        params=nncore.dump_params(epoch.params),
    )


def _finite(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None
