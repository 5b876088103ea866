"""The lecture's figures, reproduced by the whole product: REST, engine, nncore, all of MNIST."""

import pytest

from tests.classroom import Client

SEEDS = (1, 2)


def accuracies(client: Client, **settings: object) -> list[float]:
    """Test accuracy at the end, for two seeds."""
    made = [client.create(**settings, seed=seed)["id"] for seed in SEEDS]
    return [client.until_ended(run_id)["last"]["test_accuracy"] for run_id in made]


def test_two_features_are_enough_for_0_and_1(client: Client) -> None:
    assert min(accuracies(client, preset="two-features")) >= 0.992


@pytest.mark.long
@pytest.mark.parametrize(
    ("preset", "low", "high"), [("full-digits", 0.943, 0.956), ("scaled-initialization", 0.953, 0.964)]
)
def test_digits_are_read_as_well_as_the_lecture_says(
    client: Client, preset: str, low: float, high: float
) -> None:
    for accuracy in accuracies(client, preset=preset, epochs=20):
        assert low <= accuracy <= high


def test_zeros_learn_nothing_that_tells_hidden_neurons_apart(client: Client) -> None:
    import io

    import numpy as np

    run = client.until_ended(client.create(preset="two-features", initialization="zeros", epochs=3)["id"])
    with np.load(io.BytesIO(client.http.get(f"/runs/{run['id']}/weights").content)) as arrays:
        assert np.ptp(arrays["w0"], axis=0).max() == 0
