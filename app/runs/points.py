"""What was measured within a run's first epochs: the early points of its curve. Bounded, and pure.

Which steps have one follows from the number of updates in an epoch alone, so that a run that was done again,
in other slices or on another server, has the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct
from typing import Any, NamedTuple

from .curve import rounded
from .metrics import POINT_METRICS, PointMetrics

EARLY_EPOCHS = 2
MOST = 32  # of a run; the rule gives 17 where an epoch has 60,000 updates, and fewer elsewhere
ALL = 0  # in place of the size of a sample


class EarlyPoint(NamedTuple):
    """What is kept of one; NaN where there is no finite number."""

    step: int
    sample: int
    batch_loss: float
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float


_PACKED = Struct("<qqddddd")


@dataclass(frozen=True, slots=True)
class Points:
    """The early points in the order of their steps, and the predictions at the newest."""

    packed: bytes = b""
    grid: bytes = b""

    def after(self, point: PointMetrics) -> "Points":
        """With one more."""
        if len(self.packed) >= MOST * _PACKED.size:
            return self
        numbers = (getattr(point, name) for name in EarlyPoint._fields[2:])
        row = (float("nan") if number is None else number for number in numbers)
        packed = self.packed + _PACKED.pack(point.step, point.sample or ALL, *row)
        return Points(packed, bytes(point.predictions))

    def after_epoch(self) -> "Points":
        """The predictions of an epoch are newer."""
        return Points(self.packed) if self.grid else self

    def rows(self) -> Iterator[EarlyPoint]:
        return map(EarlyPoint._make, _PACKED.iter_unpack(self.packed))

    def as_json(self) -> dict[str, Any]:
        """Columns, an entry per point, measures with seven digits, and the newest predictions or none."""
        rows = [(row.step, row.sample or None, *map(rounded, row[2:])) for row in self.rows()]
        columns = zip(*rows, strict=True) if rows else [()] * len(POINT_METRICS)
        return {"points": dict(zip(POINT_METRICS, columns, strict=True)), "judged": list(self.grid)}


def early_steps(steps_per_epoch: int) -> tuple[int, ...]:
    """The numbers of updates after which a run is measured: 0, 1, 2, 5, 10, 20, 50, ... in its first epochs.

    The ends of epochs are told anyway.

    >>> early_steps(30)
    (0, 1, 2, 5, 10, 20, 50)
    """
    series = (
        digit * 10**power for power in range(len(str(EARLY_EPOCHS * steps_per_epoch))) for digit in (1, 2, 5)
    )
    last = EARLY_EPOCHS * steps_per_epoch
    return (0, *(step for step in series if step < last and step % steps_per_epoch))


def measured_steps(step: int, steps: int, steps_per_epoch: int, *, followed: bool) -> tuple[int, ...]:
    """Those of a slice from one step on; `followed`: its end too, because somebody sees every one.

    >>> measured_steps(0, 3, 30, followed=True)
    (0, 1, 2, 3)
    >>> measured_steps(5, 100, 30, followed=False)
    (10, 20, 50)
    """
    first = 0 if step == 0 else step + 1
    early = (early for early in early_steps(steps_per_epoch) if first <= early <= step + steps)
    return tuple(sorted({*early, *((step + steps,) if followed else ())}))
