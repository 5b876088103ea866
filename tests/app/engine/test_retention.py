"""Which past epochs go first when room is needed: pure."""

import pytest
from chalknet.engine.retention import Kept, to_remove


def kept(
    run_id: str,
    epochs: int,
    size: int = 10,
    ended: bool = False,
    pinned: bool = False,
    best: int | None = None,
) -> Kept:
    return Kept(run_id, ended, pinned, best, dict.fromkeys(range(1, epochs + 1), size))


def left(run: Kept, removed: dict[str, list[int]]) -> list[int]:
    return sorted(run.sizes.keys() - set(removed.get(run.run_id, [])))


def test_nothing_goes_while_there_is_room() -> None:
    assert to_remove([kept("a", 10, ended=True)], 0) == {}


def test_epochs_of_the_oldest_ended_run_go_first_and_no_more_than_needed() -> None:
    runs = [kept("new", 9), kept("old", 4, ended=True), kept("later", 4, ended=True)]
    assert to_remove(runs, 25) == {"old": [1, 2, 3]}
    assert to_remove(runs, 60) == {"old": [1, 2, 3, 4], "later": [1, 2]}


def test_unfinished_runs_are_thinned_evenly_and_the_fullest_first() -> None:
    large, small = kept("large", 17, best=4), kept("small", 5)
    removed = to_remove([small, large], 70)
    assert left(small, removed) == [1, 2, 3, 4, 5]
    assert left(large, removed) == [1, 3, 4, 6, 8, 10, 12, 14, 16, 17]
    removed = to_remove([small, large], 150)
    assert {1, 4, 17} <= set(left(large, removed))
    assert {1, 5} <= set(left(small, removed))


def test_pinned_runs_are_thinned_only_when_nothing_else_is_left() -> None:
    pinned, other = kept("pinned", 9, ended=True, pinned=True, best=6), kept("other", 9)
    removed = to_remove([pinned, other], 70)
    assert left(pinned, removed) == list(range(1, 10))
    assert left(other, removed) == [1, 9]
    assert left(pinned, to_remove([pinned, other], 100)) == [1, 3, 5, 6, 8, 9]


def test_a_pinned_run_keeps_its_first_best_and_last_epoch_whatever_is_asked() -> None:
    pinned, other = kept("pinned", 9, pinned=True, best=6), kept("other", 9)
    removed = to_remove([pinned, other], 10**9)
    assert left(pinned, removed) == [1, 6, 9]
    assert left(other, removed) == []


@pytest.mark.parametrize("excess", range(0, 400, 7))
def test_what_is_asked_for_becomes_free_and_no_epoch_goes_twice(excess: int) -> None:
    runs = [kept("a", 9, ended=True), kept("b", 16, size=5), kept("c", 3, pinned=True), kept("d", 12)]
    removed = to_remove(runs, excess)
    assert all(len(set(epochs)) == len(epochs) for epochs in removed.values())
    free = sum(run.sizes[epoch] for run in runs for epoch in removed.get(run.run_id, []))
    most = sum(sum(run.sizes.values()) for run in runs) - 30 + 10  # of "c" two stay: first and last
    assert min(excess, most) <= free < excess + 10 or not excess
