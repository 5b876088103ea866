"""The epochs that a question about all epochs looks at."""

import pytest
from chalknet.lenses.stubborn import spread


@pytest.mark.parametrize("count", [0, 1, 2, 19, 20, 21, 39, 40, 41, 199, 200])
@pytest.mark.parametrize("most", [1, 2, 20])
def test_never_more_than_asked_for_and_always_the_newest(count: int, most: int) -> None:
    epochs = list(range(1, count + 1))
    chosen = spread(epochs, most)
    assert len(chosen) <= most
    assert chosen == sorted(set(chosen))
    assert chosen[-1:] == epochs[-1:]
    assert count > most or chosen == epochs


def test_as_a_run_goes_on_few_are_looked_at_for_the_first_time() -> None:
    seen: set[int] = set()
    for count in range(1, 201):
        chosen = set(spread(list(range(1, count + 1)), 20))
        assert len(chosen - seen) <= 1
        seen |= chosen
