"""So often a minute, and not more: with a clock that the test moves."""

import pytest
from chalknet.engine.pace import Pace
from chalknet.errors import TooMany


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_what_is_done_too_often_waits_until_the_oldest_is_a_minute_old() -> None:
    clock = Clock()
    pace = Pace(2, clock)
    pace.step("ada")
    clock.now += 20.5
    pace.step("ada")
    with pytest.raises(TooMany) as refused:
        pace.step("ada")
    assert (refused.value.code, refused.value.limit) == ("too-often", 2)
    assert refused.value.headers["Retry-After"] == "40"
    pace.step("bob")
    clock.now += 40
    pace.step("ada")
    with pytest.raises(TooMany):
        pace.step("ada")


def test_what_is_over_is_forgotten() -> None:
    clock = Clock()
    pace = Pace(2, clock)
    for number in range(1000):
        pace.step(number)
        clock.now += 1
    assert len(pace._times) <= 121
