"""Room on the disk that is held back for deletions: a full disk has a way out.

The file `reserve` is given up when the disk is full, so that what deletes or stops can be written. While it
cannot be held, nothing else is written.
"""

import contextlib
import errno
import os
import shutil
import time
from pathlib import Path

from .data_folder import OWNER_ONLY

RESERVE = "reserve"
BYTES = 16_000_000  # at most, and at most half of what is free
LEAST = 256_000  # a deletion takes less
AGAIN_SECONDS = 1.0  # between two looks for room
PIECE = 64_000


class Reserve:
    """The reserve of one data folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / RESERVE
        self._folder = folder
        self._looked = float("-inf")  # at the monotonic clock
        if shutil.disk_usage(folder).free < LEAST:
            self.give_up()  # even to open a database takes some
        self._held = self._path.exists() and self._path.stat().st_size >= LEAST

    def hold(self) -> bool:
        """Whether it is held; made again, if there is room by now."""
        now = time.monotonic()
        if not self._held and now - self._looked >= AGAIN_SECONDS:
            self._looked = now
            self._held = self._make()
        return self._held

    def give_up(self) -> None:
        """What is to be written now may have the room."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)
        self._held = False
        self._looked = float("-inf")

    def _make(self) -> bool:
        try:
            free = shutil.disk_usage(self._folder).free
            size = min(BYTES, max(free // 2, LEAST))
            with open(
                os.open(self._path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, OWNER_ONLY), "wb", 0
            ) as file:
                if not _allocated(file.fileno(), size):
                    for _ in range(0, size, PIECE):
                        file.write(bytes(PIECE))
        except OSError:
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)
            return False
        return True


def _allocated(descriptor: int, size: int) -> bool:
    """Whether a file was given its room; False where that cannot be asked for. OSError: there is none."""
    if not hasattr(os, "posix_fallocate"):
        return False
    try:
        os.posix_fallocate(descriptor, 0, size)
    except OSError as error:
        if error.errno in (errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS):  # some network file systems
            return False
        raise
    return True
