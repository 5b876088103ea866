"""Rules on recorded curves: where a chaotic run goes depends on the processor, what a rule says does not."""

from typing import Any

import pytest
from chalknet.lenses import hints
from chalknet.lenses.hints import Facts
from chalknet.runs.config import RunConfig

from nncore import initial_state

# Two-features, eta 100, batch 10, twelve epochs: the same run where OpenBLAS has two kinds of kernels.
JUMPS = {
    "train_loss": [
        *(0.2720743, 0.0700712, 0.0126235, 0.0075725, 0.5322474, 0.0071177),
        *(0.0091461, 0.0124603, 0.0069257, 0.0066414, 0.0084182, 0.0070006),
    ],
    "test_loss": [
        0.2608,
        0.0564,
        0.0063,
        0.0034,
        0.5366,
        0.0045,
        0.0060,
        0.0079,
        0.0044,
        0.0040,
        0.0062,
        0.0045,
    ],
}
LUCKY = {
    "train_loss": [
        *(0.5323246, 0.4999981, 0.4999964, 0.4676609, 0.4671742, 0.4675097),
        *(0.0241856, 0.0094027, 0.0080453, 0.0069819, 0.0079926, 0.0063039),
    ],
    "test_loss": [
        0.5366,
        0.5000,
        0.5000,
        0.4634,
        0.4629,
        0.4632,
        0.0163,
        0.0048,
        0.0054,
        0.0039,
        0.0040,
        0.0044,
    ],
}


def facts(columns: dict[str, list[float]], **settings: Any) -> Facts:
    config = RunConfig.model_validate({"preset": "two-features", "epochs": 12, **settings})
    return Facts(config, config.eta, False, columns, initial_state(config.recipe).params, [])


def test_a_loss_that_rises_again_and_again_jumps() -> None:
    found = hints.jumping(facts(JUMPS, eta=100.0, batch_size=10))
    assert found is not None
    assert found.values == {"jumps": 4, "epochs": 12, "eta": 100, "batch_size": 10}
    assert found.apply == {"eta": 30}
    assert hints.jumping(facts(LUCKY, eta=100.0, batch_size=10)) is None


@pytest.mark.parametrize("rises", [[1.0, 2.0, 1.0, 0.5], [1.0, 1.1, 1.0, 1.1]], ids=["once", "little"])
def test_a_loss_that_rises_once_or_little_does_not_jump(rises: list[float]) -> None:
    assert hints.jumping(facts({"train_loss": rises, "test_loss": rises})) is None


def test_where_the_loss_jumps_its_best_epoch_means_nothing() -> None:
    learns_by_heart = {
        "train_loss": [1.0, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05],
        "test_loss": [1.0, 0.9, 0.8, 0.9, 0.9, 1.0, 1.0, 1.1, 1.2],
    }
    found = hints.overfitting(facts(learns_by_heart))
    assert found is not None
    assert found.values == {"epoch": 3, "epochs": 9}
    jumping = {**learns_by_heart, "train_loss": [1.0, 0.8, 0.6, 0.9, 0.4, 0.6, 0.2, 0.1, 0.05]}
    assert hints.jumping(facts(jumping)) is not None
    assert hints.overfitting(facts(jumping)) is None
