"""How far a training is, in one line that is written over: on a terminal, and in a notebook."""

import sys
from typing import TextIO

WIDTH = 24
FULL, EMPTY = "█", "░"


class Progress:
    """A bar on stderr. `shown` None: where somebody sees it, a terminal or a notebook."""

    def __init__(self, epochs: int, shown: bool | None = None, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._epochs = epochs
        self._length = 0
        self._shown = _is_seen(self._stream) if shown is None else shown

    def update(self, epoch: int, test_accuracy: float | None, epochs: int | None = None) -> None:
        """An epoch is over; how many there are may have changed."""
        self._epochs = max(epochs or self._epochs, epoch)
        if not self._shown:
            return
        done = WIDTH * epoch // max(1, self._epochs)
        accuracy = "" if test_accuracy is None else f"  test {100 * test_accuracy:.2f} %"
        line = f"{FULL * done}{EMPTY * (WIDTH - done)} epoch {epoch}/{self._epochs}{accuracy}"
        self._stream.write("\r" + line.ljust(self._length))
        self._stream.flush()
        self._length = len(line)

    def close(self) -> None:
        """End the line, if there is one."""
        if self._length:
            self._stream.write("\n")
            self._stream.flush()
            self._length = 0


def _is_seen(stream: TextIO) -> bool:
    return stream.isatty() or "ipykernel" in sys.modules
