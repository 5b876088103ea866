"""Whose turn it is: plain lists in, plain lists out."""

from app.policy import SLICE_SECONDS, Candidate, Turn, next_turns


def waiting(run_id: str, last_turn: int = 0, left: int = 10_000, rate: float | None = 1000.0) -> Candidate:
    return Candidate(run_id, last_turn, left, rate, work_per_step=1000)


def test_nobody_waits_nobody_gets_a_turn() -> None:
    assert next_turns([], 2) == []


def test_no_free_worker_no_turn() -> None:
    assert next_turns([waiting("a")], 0) == []


def test_who_has_waited_longest_goes_first() -> None:
    turns = next_turns([waiting("a", 7), waiting("b", 3), waiting("c", 5)], 2)
    assert [turn.run_id for turn in turns] == ["b", "c"]


def test_a_new_run_goes_before_those_that_had_a_turn() -> None:
    assert next_turns([waiting("old", 1), waiting("new", 0)], 1)[0].run_id == "new"


def test_thirty_runs_take_turns_evenly() -> None:
    last = {f"run{number}": 0 for number in range(30)}
    served: list[str] = []
    for turn_number in range(1, 301):
        (turn,) = next_turns([waiting(run_id, at) for run_id, at in last.items()], 1)
        last[turn.run_id] = turn_number
        served.append(turn.run_id)
    assert {served.count(run_id) for run_id in last} == {10}


def test_a_slice_lasts_as_long_as_the_measured_rate_says() -> None:
    assert next_turns([waiting("a", rate=5000)], 1) == [Turn("a", round(5000 * SLICE_SECONDS))]


def test_a_slice_ends_with_the_run() -> None:
    assert next_turns([waiting("a", left=3)], 1) == [Turn("a", 3)]


def test_a_slow_network_still_gets_one_step() -> None:
    assert next_turns([waiting("a", rate=0.1)], 1) == [Turn("a", 1)]


def test_the_first_slice_of_a_large_network_is_short() -> None:
    large = Candidate("a", 0, 10_000, None, work_per_step=10**8)
    small = Candidate("b", 0, 10_000, None, work_per_step=10**5)
    big_turn, small_turn = next_turns([large, small], 2)
    assert big_turn.steps < small_turn.steps
