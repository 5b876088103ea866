"""Whose turn it is, and how long the turn is. Pure: plain values in, plain values out."""

from collections.abc import Iterable
from dataclasses import dataclass

SLICE_SECONDS = 0.2
# Before the first slice of a run nothing is measured: guess low, the first report corrects it.
CAUTIOUS_WORK_PER_SECOND = 10**9


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run that could use a worker now."""

    run_id: str
    last_turn: int  # number of the turn it had last; 0 for none yet
    steps_left: int
    steps_per_second: float | None  # measured in its last slice
    work_per_step: int


@dataclass(frozen=True, slots=True)
class Turn:
    """One slice to submit: this run, this many updates."""

    run_id: str
    steps: int


def next_turns(candidates: Iterable[Candidate], free_slots: int) -> list[Turn]:
    """Who gets the free workers: those who have waited longest, one slice each."""
    waiting = sorted(candidates, key=lambda candidate: candidate.last_turn)
    return [Turn(candidate.run_id, slice_steps(candidate)) for candidate in waiting[:free_slots]]


def slice_steps(candidate: Candidate) -> int:
    """How many updates fit into a slice, at least one, at most what is left."""
    rate = candidate.steps_per_second or CAUTIOUS_WORK_PER_SECOND / candidate.work_per_step
    return min(max(1, round(rate * SLICE_SECONDS)), candidate.steps_left)
