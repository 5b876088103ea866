"""A run's curve as far as everybody is shown it at once: bounded, however long the run. Pure.

While all epochs fit they are all there; then every second of them, every fourth, and so on, and always the
first and the newest. Which ones follows from the newest epoch alone, so every fold of a log keeps the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from struct import Struct
from typing import Any, NamedTuple

from .metrics import EpochMetrics

MOST = 128  # points: more than a curve on a phone has pixels to tell apart
DIGITS = 7
GRIDS = 2  # epochs whose predictions are kept: now, and the one before, to tell what has changed


class Point(NamedTuple):
    """What is known of one epoch; the measures are NaN where they were not finite."""

    epoch: int
    step: int
    seconds: float  # of worker time since the point before
    ts: int  # when it ended, in Unix milliseconds
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float


# Packed, because a thousand runs have a hundred thousand points: 64 bytes each, and nothing to collect.
_PACKED = Struct("<qqdqdddd")


@dataclass(frozen=True, slots=True)
class Curve:
    """At most MOST points in the order of their epochs, and the newest predictions."""

    every: int = 1  # of so many epochs one is kept, from the first on
    packed: bytes = b""
    grids: tuple[bytes, ...] = ()  # labels of the first test samples after the newest epochs; the newest last

    def after(
        self, metrics: EpochMetrics, step: int, seconds: float, ts: str, predictions: tuple[int, ...]
    ) -> "Curve":
        """The curve with one more epoch."""
        points = self.packed
        if points and not self._stays(newest := self._newest()):
            points = points[: -_PACKED.size]
            seconds += newest.seconds
        point = Point(metrics.epoch, step, seconds, milliseconds(ts), *_numbers(metrics))
        grown = Curve(self.every, points + _PACKED.pack(*point), (*self.grids, bytes(predictions))[-GRIDS:])
        while len(grown.packed) > MOST * _PACKED.size:
            grown = grown._thinner()
        return grown

    def points(self) -> Iterator[Point]:
        return map(Point._make, _PACKED.iter_unpack(self.packed))

    def as_json(self) -> dict[str, Any]:
        """Columns, an entry per point, and the newest predictions. Measures have seven digits: a screen shows
        three, and what cannot be seen would be half of what is sent."""
        points = [(*point[:4], *map(rounded, point[4:])) for point in self.points()]
        columns = zip(*points, strict=True) if points else [()] * len(Point._fields)
        history = dict(zip(Point._fields, columns, strict=True))
        return {"history": history, "predictions": [list(grid) for grid in self.grids]}

    def _newest(self) -> Point:
        return Point._make(_PACKED.unpack_from(self.packed, len(self.packed) - _PACKED.size))

    def _stays(self, point: Point) -> bool:
        return (point.epoch - 1) % self.every == 0

    def _thinner(self) -> "Curve":
        """The same of every second point; the seconds of one that goes are added to those of the next."""
        thinner = replace(self, every=2 * self.every)
        *points, newest = self.points()
        packed, seconds = b"", 0.0
        for point in points:
            seconds += point.seconds
            if thinner._stays(point):
                packed += _PACKED.pack(*point._replace(seconds=seconds))
                seconds = 0.0
        packed += _PACKED.pack(*newest._replace(seconds=seconds + newest.seconds))
        return replace(thinner, packed=packed)


def milliseconds(ts: str) -> int:
    """The time of an event in Unix milliseconds.

    >>> milliseconds("2026-11-25T10:00:05.125Z")
    1795600805125
    """
    return round(datetime.fromisoformat(ts).timestamp() * 1000)


def rounded(value: float) -> float | None:
    """As much of a number as a screen can show; None for NaN."""
    return None if value != value else float(f"{value:.{DIGITS}g}")


def _numbers(metrics: EpochMetrics) -> tuple[float, float, float, float]:
    nan = float("nan")
    measures = metrics.train_loss, metrics.train_accuracy, metrics.test_loss, metrics.test_accuracy
    a, b, c, d = (nan if value is None else value for value in measures)
    return a, b, c, d
