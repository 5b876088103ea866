"""EpochMetrics: how good a network was, in the one form that workers, events, runs and the API share.

Nothing is imported that a worker process would not need.
"""

from dataclasses import dataclass, field, fields
from typing import Any

_LOSS = "Sum of squared differences over 2n, or a cross-entropy; null if not finite."
_ACCURACY = "Share of samples whose largest output is the label's."


@dataclass(frozen=True, slots=True)
class EpochMetrics:
    """How good the network was after an epoch, on all training and all test samples."""

    epoch: int
    train_loss: float | None = field(metadata={"description": _LOSS})
    train_accuracy: float | None = field(metadata={"description": _ACCURACY})
    test_loss: float | None = field(metadata={"description": _LOSS})
    test_accuracy: float | None = field(metadata={"description": _ACCURACY})

    def as_json(self) -> dict[str, int | float | None]:
        return {name: getattr(self, name) for name in METRICS}

    def is_better_than(self, best: "EpochMetrics | None") -> bool:
        """By test accuracy; an equal one is not better, and one that is not finite never is."""
        if self.test_accuracy is None:
            return False
        return best is None or best.test_accuracy is None or self.test_accuracy > best.test_accuracy


@dataclass(frozen=True, slots=True)
class PointMetrics:
    """How good the network was between two updates, on the first samples of each kind or on all."""

    step: int = field(metadata={"description": "Updates so far; 0 is before the first."})
    sample: int | None = field(
        metadata={"description": "The first so many training and test samples were measured; null: all."}
    )
    batch_loss: float | None = field(
        metadata={"description": "Of the newest batch, before the update with it; null if there is none."}
    )
    train_loss: float | None = field(metadata={"description": _LOSS})
    train_accuracy: float | None = field(metadata={"description": _ACCURACY})
    test_loss: float | None = field(metadata={"description": _LOSS})
    test_accuracy: float | None = field(metadata={"description": _ACCURACY})
    predictions: tuple[int, ...] = field(metadata={"description": "Labels of the first test samples."})

    def as_json(self) -> dict[str, Any]:
        return {
            **{name: getattr(self, name) for name in POINT_METRICS},
            "predictions": list(self.predictions),
        }


METRICS = tuple(field.name for field in fields(EpochMetrics))
POINT_METRICS = tuple(field.name for field in fields(PointMetrics) if field.name != "predictions")
