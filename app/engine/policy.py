"""Whose turn it is, how long it is, and which epochs are kept. Pure: plain values in and out."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SHORTEST_SLICE, LONGEST_SLICE = 0.1, 0.3  # seconds
# With many runs slices get shorter, so that each has its turn in time; 0.6 leaves room for evaluation.
LONGEST_WAIT = 5.0 * 0.6
# A state travels to a worker and back and is written to disk, so larger ones get longer slices.
STATE_BYTES_PER_SECOND = 10_000_000
# Before the first slice of a run nothing is measured: guess low, the first report corrects it.
CAUTIOUS_WORK_PER_SECOND = 10**9
# A worker's death makes the next slice shorter: chance hits it less often, and a third death proves more.
SHORTER = 4
KEPT_EPOCHS = 200
KEPT_BYTES = 100_000_000  # of one run, at first; `retention` takes from all when room is needed


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run that could use a worker now."""

    run_id: str
    line: str  # in whose name it waits: its owner's, or its experiment's
    order: int  # lower goes first among those of its line: its last turn, or its place in the experiment
    steps_left: int  # to the next stop: its end, a pause after a step, or what slow motion allows
    steps_per_second: float | None  # measured in its last slice
    work_per_step: int
    state_bytes: int
    deaths: int = 0  # of workers, since the last slice that came back


@dataclass(frozen=True, slots=True)
class Turn:
    """One slice to submit: this run, this many updates."""

    run_id: str
    steps: int


def queue(
    candidates: Iterable[Candidate], line_turns: Mapping[str, int], first: str | None = None
) -> list[Candidate]:
    """All who wait, next first: lines in turn, and of each line its runs in their order.

    `line_turns` is the number of the last turn that any run of a line had. The runs of `first`, who leads
    a class, go before all others.
    """
    by_line: dict[str, list[Candidate]] = {}
    for candidate in sorted(candidates, key=lambda candidate: candidate.order):
        by_line.setdefault(candidate.line, []).append(candidate)
    leading = by_line.pop(first, []) if first is not None else []
    lines = sorted(by_line, key=lambda line: line_turns.get(line, 0))
    longest = max(map(len, by_line.values()), default=0)
    return leading + [
        by_line[line][place] for place in range(longest) for line in lines if place < len(by_line[line])
    ]


@dataclass(frozen=True, slots=True)
class Slots:
    """How many slices can be worked on at a time, and how many of them nobody works on."""

    all: int
    free: int
    leading: int = 0  # taken by the runs of whoever goes first

    @property
    def open_to_leader(self) -> int:
        """Free ones that the leader's runs may have: of two or more, one is always left for the others."""
        return min(self.free, max(1, self.all - 1) - self.leading)


def next_turns(
    candidates: Iterable[Candidate],
    line_turns: Mapping[str, int],
    slots: Slots,
    sharing: int,
    first: str | None = None,
) -> list[Turn]:
    """Who gets the free workers, when `sharing` runs live on all of them."""
    seconds = slice_seconds(sharing, slots.all)
    waiting = queue(candidates, line_turns, first)
    leading = [candidate for candidate in waiting if candidate.line == first]
    others = waiting[len(leading) :]
    taken = leading[: max(0, slots.open_to_leader)]
    if not others:  # nobody else wants what was left for the others
        taken = leading[: slots.free]
    turns = (taken + others)[: slots.free]
    return [Turn(candidate.run_id, slice_steps(candidate, seconds)) for candidate in turns]


def slice_seconds(sharing: int, slots: int) -> float:
    """How long a slice should last when so many runs share the workers."""
    return min(max(SHORTEST_SLICE, LONGEST_WAIT * slots / max(1, sharing)), LONGEST_SLICE)


def slice_steps(candidate: Candidate, seconds: float) -> int:
    """How many updates fit into a slice, at least one, at most what is left."""
    seconds += candidate.state_bytes / STATE_BYTES_PER_SECOND
    seconds /= SHORTER**candidate.deaths
    rate = candidate.steps_per_second or CAUTIOUS_WORK_PER_SECOND / candidate.work_per_step
    return min(max(1, round(rate * seconds)), candidate.steps_left)


def keeps_epoch(epoch: int, epochs: int, state_bytes: int) -> bool:
    """Whether the parameters of an epoch are kept: all, or of a long or large run evenly chosen ones."""
    most = max(1, min(KEPT_EPOCHS, KEPT_BYTES // state_bytes))
    return epoch == epochs or epoch % math.ceil(epochs / most) == 0
