"""A zip that is made while it is sent: no more of it is in memory than the file that goes out."""

import zipfile
from io import RawIOBase
from typing import Any


class ZipStream:
    """Members in, bytes out: send what each call returns, and at last what `close` does."""

    def __init__(self) -> None:
        self._out = _Pieces()
        # Weights hardly get smaller; to press them would take the time of others.
        self._zip = zipfile.ZipFile(self._out, "w", zipfile.ZIP_STORED)

    def add(self, name: str, content: bytes | str) -> bytes:
        """One more file."""
        self._zip.writestr(zipfile.ZipInfo(name), content)
        return self._out.take()

    def close(self) -> bytes:
        """The list of what is in it."""
        self._zip.close()
        return self._out.take()


class _Pieces(RawIOBase):
    """A file that cannot go back, as zipfile knows how to write."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken
