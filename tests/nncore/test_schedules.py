"""Learning-rate schedules, and training with them."""

import numpy as np
import pytest

from nncore import Recipe, SlicePlan, fingerprint, fit, initial_state, steps_per_epoch, train_slice
from nncore.schedules import constant, cosine, exponential, inverse, step_decay, warm_up

SCHEDULES = {
    "constant": constant,
    "step decay": step_decay(2, 0.1),
    "exponential": exponential(0.7),
    "inverse": inverse(0.5),
    "cosine": cosine(4),
    "cosine with a floor": cosine(2, floor=0.1),
    "warm-up": warm_up(2, cosine(3)),
    "one's own": lambda epoch: [1, np.float32(0.5), 2, 0.25][epoch],
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_it_is_training_by_hand_slice_by_slice(blobs, name):
    schedule = SCHEDULES[name]
    recipe = Recipe(shape=(4, 6, 3), batch_size=5, optimizer="momentum")
    state, by_hand = initial_state(recipe), []
    for epoch in range(4):
        plan = SlicePlan(recipe, 0.3 * float(schedule(epoch)), steps_per_epoch(53, 5))
        state, _ = train_slice(state, plan, blobs)
        by_hand.append(fingerprint(state.params))
    assert [fingerprint(r.params) for r in fit(recipe, 0.3, 4, blobs, schedule=schedule)] == by_hand


def test_the_usual_eta_is_the_constant_schedule(blobs):
    recipe = Recipe(shape=(4, 6, 3), batch_size=5)
    (plain,), (scheduled,) = fit(recipe, 0.3, 1, blobs), fit(recipe, 0.3, 1, blobs, schedule=constant)
    assert fingerprint(plain.params) == fingerprint(scheduled.params)


def test_their_factors():
    assert [step_decay(3, 0.1)(epoch) for epoch in (0, 2, 3, 5, 6)] == pytest.approx([1, 1, 0.1, 0.1, 0.01])
    assert [exponential(0.5)(epoch) for epoch in range(3)] == [1.0, 0.5, 0.25]
    assert cosine(10)(0) == 1.0
    assert cosine(10)(5) == pytest.approx(0.5)
    assert cosine(10, floor=0.2)(10) == cosine(10, floor=0.2)(99) == pytest.approx(0.2)
    assert [warm_up(2)(epoch) for epoch in range(3)] == [0.5, 1.0, 1.0]


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("every", lambda: step_decay(0)),
        ("factor", lambda: exponential(0.0)),
        ("factor", lambda: step_decay(1, 1.5)),
        ("decay", lambda: inverse(-1.0)),
        ("epochs", lambda: cosine(0)),
        ("floor", lambda: cosine(5, floor=2.0)),
        ("epochs", lambda: warm_up(-1)),
    ],
)
def test_wrong_arguments_are_refused(name, make):
    with pytest.raises(ValueError, match=f"^{name} is .*; allowed: "):
        make()


@pytest.mark.parametrize("factor", [0.0, -1.0, float("nan"), None])
def test_a_factor_that_is_none_is_named_with_its_epoch(blobs, factor):
    reports = fit(
        Recipe(shape=(4, 3), batch_size=5), 0.3, 3, blobs, schedule=lambda epoch: (1.0, factor)[epoch]
    )
    assert next(reports).epoch == 1
    with pytest.raises(ValueError, match=r"^schedule\(1\) is .*; allowed: finite numbers above 0"):
        next(reports)
