"""Which past epochs go when the parameters that are kept take too much room. Pure.

What nobody will miss goes first:
1. all past epochs of runs that have ended, the oldest run first;
2. of unfinished runs every second one, again and again, of the run that keeps most;
3. of pinned runs the same;
4. what is left of unfinished runs, the oldest run first.
The first, the best and the last epoch are not thinned out, so a pinned run always keeps these three.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """The past epochs of one run."""

    run_id: str
    ended: bool
    pinned: bool
    best: int | None  # the epoch with the highest test accuracy
    sizes: Mapping[int, int]  # bytes of the parameters, by epoch


def to_remove(runs: Iterable[Kept], excess: int) -> dict[str, list[int]]:
    """Epochs by run, so that `excess` bytes become free if there are so many; `runs` are oldest first."""
    removed: dict[str, list[int]] = {}
    for run, epoch in _least_missed_first(list(runs)):
        if excess <= 0:
            break
        removed.setdefault(run.run_id, []).append(epoch)
        excess -= run.sizes[epoch]
    return removed


def _least_missed_first(runs: Sequence[Kept]) -> Iterator[tuple[Kept, int]]:
    pinned = [run for run in runs if run.pinned]
    unfinished = [run for run in runs if not run.pinned and not run.ended]
    for run in runs:
        if run.ended and not run.pinned:
            yield from ((run, epoch) for epoch in sorted(run.sizes))
    thinned = _Thinned(unfinished)
    yield from thinned
    yield from _Thinned(pinned)
    for run in unfinished:
        yield from ((run, epoch) for epoch in thinned.left[run.run_id])


class _Thinned:
    """The epochs of some runs in the order in which they are thinned out; `left` are those that stay."""

    def __init__(self, runs: Sequence[Kept]) -> None:
        self._runs = runs
        self.left = {run.run_id: sorted(run.sizes) for run in runs}

    def __iter__(self) -> Iterator[tuple[Kept, int]]:
        while fullest := max(self._runs, key=self._bytes_to_thin, default=None):
            chosen = self._to_thin(fullest)[::2]
            if not chosen:
                return
            self.left[fullest.run_id] = [
                epoch for epoch in self.left[fullest.run_id] if epoch not in set(chosen)
            ]
            yield from ((fullest, epoch) for epoch in chosen)

    def _to_thin(self, run: Kept) -> list[int]:
        epochs = self.left[run.run_id]
        return [epoch for epoch in epochs[1:-1] if epoch != run.best]

    def _bytes_to_thin(self, run: Kept) -> int:
        return sum(run.sizes[epoch] for epoch in self._to_thin(run))
