"""Who is connected, and who follows the teacher: passing facts, in memory, gone with the server."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class Presence:
    """Connections by member, and the members who look around by themselves."""

    def __init__(self) -> None:
        self._connections: Counter[str] = Counter()
        self._alone: set[str] = set()

    @contextmanager
    def here(self, member: str) -> Iterator[None]:
        """A page or a script of somebody's follows the events for as long as this lasts."""
        self._connections[member] += 1
        try:
            yield
        finally:
            self._connections[member] -= 1
            if not self._connections[member]:
                del self._connections[member]
                self._alone.discard(member)

    def connections(self, member: str) -> int:
        return self._connections[member]

    def follows(self, member: str) -> bool:
        """Whether somebody who is connected follows the teacher; at first everybody does."""
        return member in self._connections and member not in self._alone

    def set_following(self, member: str, on: bool) -> None:
        if on:
            self._alone.discard(member)
        else:
            self._alone.add(member)
