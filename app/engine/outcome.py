"""What a slice that has come back means for its run, as events; and what a network from a file does. Pure."""

from typing import Any

from ..runs.events import (
    EpochEnded,
    EtaChanged,
    Measured,
    Progressed,
    RunEvent,
    StatusChanged,
    WantedChanged,
)
from ..runs.metrics import METRICS, EpochMetrics, PointMetrics
from ..runs.points import early_steps
from ..runs.run import Run, Status
from .worker import SliceResult


def epochs_of(run: Run, carried: float, result: SliceResult) -> tuple[list[EpochEnded], float]:
    """The slice's epochs, its worker time divided among them by their steps, and what is left of it.

    `carried` is the worker time that earlier slices have spent on the first of these epochs.
    """
    second_per_step = result.seconds / max(1, result.step - run.step)
    events, step = [], run.step
    for epoch in result.epochs:
        seconds = carried + (epoch.step - step) * second_per_step
        events.append(EpochEnded(epoch.metrics, epoch.step, round(seconds, 4), epoch.predictions))
        carried, step = 0.0, epoch.step
    return events, carried + (result.step - step) * second_per_step


def early_points(run: Run, result: SliceResult) -> list[Measured]:
    """What was measured within the first epochs: told for good, where everything else within one passes."""
    early = early_steps(run.config.steps_per_epoch)
    return [Measured(point) for point in result.points if point.step in early]


def in_order(points: list[Measured], epochs: list[EpochEnded]) -> list[RunEvent]:
    """Both by the steps at which they were measured."""
    placed: list[tuple[int, RunEvent]] = [(event.point.step, event) for event in points]
    placed += [(event.step, event) for event in epochs]
    return [event for _, event in sorted(placed, key=lambda pair: pair[0])]


def consequences(run: Run, result: SliceResult) -> list[RunEvent]:
    """What else is true after a slice: how far it went inside an epoch, and whether the run has ended."""
    events: list[RunEvent] = []
    steps_per_epoch = run.config.steps_per_epoch
    if result.step % steps_per_epoch:
        now = next((point for point in result.points if point.step == result.step), None)
        events.append(Progressed(result.step // steps_per_epoch, result.step, steps_per_epoch, now))
    if result.diverged_at is not None:
        detail = f"The numbers stopped being finite in step {result.diverged_at}."
        events.append(StatusChanged(Status.FAILED, "DIVERGED", detail, result.fingerprint))
    elif run.reaches_target(epoch.metrics.test_accuracy for epoch in result.epochs):
        events.append(StatusChanged(Status.FINISHED, "TARGET", fingerprint=result.fingerprint))
    elif result.step >= run.steps:
        events.append(StatusChanged(Status.FINISHED, None, fingerprint=result.fingerprint))
    return events


def arrival(step: int, steps_per_epoch: int, told: dict[str, Any]) -> list[RunEvent]:
    """How a run that was trained elsewhere came to stand where it does, with what was measured here."""
    changes = [EtaChanged(one["eta"], one["step"]) for one in told["eta_changes"]]
    events: list[RunEvent] = [StatusChanged(Status.RUNNING, None), *changes]
    if changes:
        events.insert(1, WantedChanged(eta=changes[-1].eta))
    epoch, rest = divmod(step, steps_per_epoch)
    measures = {name: told[name] for name in METRICS if name != "epoch"}
    labels = tuple(told["predictions"])
    if step and not rest:
        events.append(EpochEnded(EpochMetrics(epoch, **measures), step, 0.0, labels))
    else:
        now = PointMetrics(step, None, None, **measures, predictions=labels)
        events.append(Progressed(epoch, step, steps_per_epoch, now))
    return [*events, StatusChanged(Status.FINISHED, "IMPORTED", fingerprint=told["fingerprint"])]
