"""The curve that is shown at once: bounded whatever the history, and the same for everybody who folds it."""

import math
from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import pairwise

import pytest
from chalknet.runs.curve import MOST, Curve, Point
from chalknet.runs.metrics import EpochMetrics
from hypothesis import given, settings
from hypothesis import strategies as st

BEGIN = datetime(2026, 11, 25, 10, tzinfo=UTC)
measures = st.one_of(st.none(), st.floats(0, 1e6))


def with_epoch(curve: Curve, epoch: int, seconds: float = 0.25, loss: float | None = 0.5) -> Curve:
    ts = (BEGIN + timedelta(seconds=epoch)).isoformat()
    metrics = EpochMetrics(epoch, loss, 0.9, loss, 0.8)
    return curve.after(metrics, 423 * epoch, seconds, ts, (epoch % 10,))


def curve_of(epochs: int) -> Curve:
    return reduce(with_epoch, range(1, epochs + 1), Curve())


@given(history=st.lists(st.tuples(st.floats(0, 100), measures), min_size=1, max_size=700))
@settings(max_examples=25)
def test_of_any_history_the_first_the_newest_the_order_and_the_time_stay_and_the_size_is_bounded(
    history: list[tuple[float, float | None]],
) -> None:
    curve = Curve()
    for epoch, (seconds, loss) in enumerate(history, 1):
        curve = with_epoch(curve, epoch, seconds, loss)
        assert len(list(curve.points())) <= MOST
    points = list(curve.points())
    epochs = [point.epoch for point in points]
    assert epochs[0] == 1
    assert epochs[-1] == len(history)
    assert epochs == sorted(set(epochs))
    if len(history) > 1:
        steps = {later - earlier for earlier, later in pairwise(epochs[:-1])}
        assert len(steps) <= 1, "evenly, but for the newest"
    if len(history) <= MOST:
        assert epochs == list(range(1, len(history) + 1)), "nothing goes before it has to"
    else:
        assert len(points) > MOST // 2 - 1
    assert math.isclose(sum(point.seconds for point in points), sum(one[0] for one in history), abs_tol=1e-6)
    for point in points:
        loss = history[point.epoch - 1][1]
        assert math.isnan(point.train_loss) if loss is None else point.train_loss == loss
        assert point.step == 423 * point.epoch


@pytest.mark.parametrize("epochs", [1, 127, 128, 129, 130, 257, 1000])
def test_which_epochs_stay_follows_from_the_newest_alone(epochs: int) -> None:
    every = 1
    while len({*range(1, epochs + 1, every), epochs}) > MOST:
        every *= 2
    kept = sorted({*range(1, epochs + 1, every), epochs})
    assert [point.epoch for point in curve_of(epochs).points()] == kept


def test_a_run_of_ten_thousand_epochs_takes_no_more_than_one_of_two_hundred() -> None:
    short, long = curve_of(200), curve_of(10_000)
    assert len(long.packed) <= MOST * 64
    assert len(str(long.as_json())) < 2 * len(str(short.as_json()))


def test_what_is_told_has_holes_seven_digits_and_the_newest_two_grids() -> None:
    curve = with_epoch(with_epoch(curve_of(3), 4, loss=None), 5, loss=1 / 3)
    told = curve.as_json()
    assert told["history"]["train_loss"] == (0.5, 0.5, 0.5, None, 0.3333333)
    assert told["history"]["ts"][1] - told["history"]["ts"][0] == 1000
    assert told["predictions"] == [[4], [5]]
    assert set(Curve().as_json()["history"]) == set(Point._fields)
