"""The lecture's experiments as presets."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Preset:
    """An experiment of the lecture: a question, and the settings that answer it."""

    title: str
    question: str
    config: dict[str, Any]


_DIGITS = {"dataset": "digits", "shape": [784, 30, 10], "eta": 3.0, "batch_size": 10}

PRESETS = {
    "full-digits": Preset(
        "Full digits",
        "Can thirty hidden neurons learn to read handwriting?",
        {**_DIGITS, "initialization": "standard", "epochs": 20},
    ),
    "two-features": Preset(
        "Two features",
        "Are two mean grey values enough to tell a 0 from a 1?",
        {
            "dataset": "two-features",
            "shape": [2, 5, 2],
            "eta": 1.0,
            "batch_size": 30,
            "initialization": "standard",
            "epochs": 20,
        },
    ),
    "overfitting": Preset(
        "Overfitting",
        "Does the network still improve on digits it has never seen?",
        {**_DIGITS, "initialization": "standard", "epochs": 100},
    ),
    "scaled-initialization": Preset(
        "Scaled initialization",
        "What changes when the first weights are divided by the square root of the number of inputs?",
        {**_DIGITS, "initialization": "scaled", "epochs": 50},
    ),
}
