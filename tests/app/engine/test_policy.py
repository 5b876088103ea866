"""Whose turn it is: plain lists in, plain lists out."""

from collections import Counter

import pytest
from chalknet.engine.policy import (
    KEPT_BYTES,
    KEPT_EPOCHS,
    LONGEST_SLICE,
    SHORTEST_SLICE,
    Candidate,
    Slots,
    Turn,
    keeps_epoch,
    next_turns,
    queue,
    slice_seconds,
)


def waiting(
    run_id: str, last_turn: int = 0, owner: str = "", left: int = 10_000, rate: float | None = 1000.0
) -> Candidate:
    return Candidate(run_id, owner, last_turn, left, rate, work_per_step=1000, state_bytes=0)


def turns(*candidates: Candidate, free: int = 1) -> list[Turn]:
    return next_turns(candidates, {}, Slots(2, free), sharing=1)


def test_nobody_waits_nobody_gets_a_turn() -> None:
    assert turns(free=2) == []


def test_no_free_worker_no_turn() -> None:
    assert turns(waiting("a"), free=0) == []


def test_who_has_waited_longest_goes_first() -> None:
    chosen = turns(waiting("a", 7), waiting("b", 3), waiting("c", 5), free=2)
    assert [turn.run_id for turn in chosen] == ["b", "c"]


def test_a_new_run_goes_before_those_that_had_a_turn() -> None:
    assert turns(waiting("old", 1), waiting("new", 0))[0].run_id == "new"


def serve(owners: dict[str, str], count: int) -> Counter[str]:
    """How many turns each run gets of `count`, with one worker."""
    last = dict.fromkeys(owners, 0)
    owner_turns: Counter[str] = Counter()
    served: Counter[str] = Counter()
    for number in range(1, count + 1):
        candidates = [waiting(run_id, at, owners[run_id]) for run_id, at in last.items()]
        (turn,) = next_turns(candidates, owner_turns, Slots(1, 1), sharing=len(last))
        last[turn.run_id] = owner_turns[owners[turn.run_id]] = number
        served[turn.run_id] += 1
    return served


def test_thirty_runs_take_turns_evenly() -> None:
    served = serve({f"run{number}": f"owner{number}" for number in range(30)}, 300)
    assert set(served.values()) == {10}


def test_somebody_with_ten_runs_gets_no_more_than_somebody_with_one() -> None:
    served = serve({"single": "modest", **{f"run{number}": "greedy" for number in range(10)}}, 200)
    assert served["single"] == 100
    assert {count for run_id, count in served.items() if run_id != "single"} == {10}


def test_the_order_of_the_queue_is_the_order_of_the_turns() -> None:
    line = queue([waiting("a1", 5, "a"), waiting("a2", 1, "a"), waiting("b1", 4, "b")], {"a": 5, "b": 4})
    assert [candidate.run_id for candidate in line] == ["b1", "a2", "a1"]


def lesson(*candidates: Candidate, slots: Slots, turns: dict[str, int] | None = None) -> list[str]:
    """Whose runs get the free workers of a class."""
    return [turn.run_id for turn in next_turns(candidates, turns or {}, slots, sharing=1, first="teacher")]


def test_the_teachers_run_goes_before_all_others_whatever_it_has_had() -> None:
    class_ = [waiting("a", 1, "ann"), waiting("b", 0, "ben"), waiting("t", 99, "teacher")]
    line = queue(class_, {"teacher": 99, "ann": 1}, "teacher")
    assert [candidate.run_id for candidate in line] == ["t", "b", "a"]
    assert lesson(*class_, slots=Slots(all=1, free=1), turns={"teacher": 99}) == ["t"]


def test_of_several_workers_one_is_left_for_the_class() -> None:
    runs = [waiting(f"t{number}", owner="teacher") for number in range(4)]
    class_ = [*runs, waiting("a", owner="ann"), waiting("b", owner="ben")]
    assert lesson(*class_, slots=Slots(all=4, free=4)) == ["t0", "t1", "t2", "a"]
    assert lesson(*class_, slots=Slots(all=4, free=1, leading=3)) == ["a"]
    assert lesson(*class_, slots=Slots(all=4, free=2, leading=2)) == ["t0", "a"]


def test_a_worker_that_nobody_else_wants_is_the_teachers() -> None:
    runs = [waiting(f"t{number}", owner="teacher") for number in range(4)]
    assert lesson(*runs, slots=Slots(all=2, free=2)) == ["t0", "t1"]
    assert lesson(*runs, slots=Slots(all=2, free=1, leading=1)) == ["t0"]


def test_without_one_who_leads_nobody_goes_first() -> None:
    line = queue([waiting("t", 9, "teacher"), waiting("a", 1, "ann")], {"teacher": 9, "ann": 1})
    assert [candidate.run_id for candidate in line] == ["a", "t"]


def test_a_slice_lasts_as_long_as_the_measured_rate_says() -> None:
    assert turns(waiting("a", rate=5000)) == [Turn("a", round(5000 * LONGEST_SLICE))]


def test_a_slice_ends_with_the_run() -> None:
    assert turns(waiting("a", left=3)) == [Turn("a", 3)]


def test_a_slow_network_still_gets_one_step() -> None:
    assert turns(waiting("a", rate=0.1)) == [Turn("a", 1)]


def test_the_first_slice_of_a_large_network_is_short() -> None:
    large = Candidate("a", "", 0, 10_000, None, work_per_step=10**8, state_bytes=0)
    small = Candidate("b", "", 0, 10_000, None, work_per_step=10**5, state_bytes=0)
    big_turn, small_turn = turns(large, small, free=2)
    assert big_turn.steps < small_turn.steps


def test_a_state_that_is_slow_to_carry_gets_a_longer_slice() -> None:
    heavy = Candidate("a", "", 0, 10_000, 1000.0, work_per_step=1000, state_bytes=8_000_000)
    assert turns(heavy)[0].steps == round(1000 * (LONGEST_SLICE + 0.8))


def test_after_a_worker_died_in_it_a_slice_is_shorter() -> None:
    unlucky = Candidate("a", "", 0, 10_000, 1000.0, work_per_step=1000, state_bytes=0, deaths=2)
    assert turns(unlucky)[0].steps == round(1000 * LONGEST_SLICE / 16)


def test_with_thirty_runs_on_two_workers_nobody_waits_five_seconds() -> None:
    assert slice_seconds(30, 2) * 30 / 2 <= 5 * 0.6 + 1e-9
    assert slice_seconds(60, 4) * 60 / 4 == pytest.approx(5 * 0.6)  # no shorter than it must be
    assert slice_seconds(1, 2) == LONGEST_SLICE
    assert slice_seconds(1000, 2) == SHORTEST_SLICE


def test_all_epochs_of_a_short_run_are_kept_and_two_hundred_of_a_long_one() -> None:
    assert all(keeps_epoch(epoch, 200, 1) for epoch in range(1, 201))
    kept = [epoch for epoch in range(1, 1001) if keeps_epoch(epoch, 1000, 95_440)]
    assert len(kept) == 200
    assert kept[-1] == 1000
    assert keeps_epoch(301, 301, 1)


def test_of_a_large_network_fewer_epochs_are_kept_but_always_the_last() -> None:
    kept = [epoch for epoch in range(1, 101) if keeps_epoch(epoch, 100, KEPT_BYTES // 4)]
    assert kept == [25, 50, 75, 100]
    assert [epoch for epoch in range(1, 8) if keeps_epoch(epoch, 7, 10 * KEPT_BYTES)] == [7]


@pytest.mark.parametrize("epochs", [201, 250, 399, 400, 401, 999])
def test_of_a_long_run_no_more_epochs_are_kept_than_of_a_short_one(epochs: int) -> None:
    kept = [epoch for epoch in range(1, epochs + 1) if keeps_epoch(epoch, epochs, 1)]
    assert KEPT_EPOCHS / 3 < len(kept) <= KEPT_EPOCHS + 1  # and the last
