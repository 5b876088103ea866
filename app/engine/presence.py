"""Who is connected, and who follows the teacher: passing facts, in memory, gone with the server."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Presence:
    """Connections by member, and the members who look around by themselves."""

    def __init__(self) -> None:
        self._connections: Counter[str] = Counter()
        self._alone: set[str] = set()
        self._ends: dict[asyncio.Event, str] = {}  # what ends a connection, and the session that it shows

    @contextmanager
    def here(self, member: str, token: str) -> Iterator[asyncio.Event]:
        """A page or a script of somebody's follows the events for as long as this lasts.

        The event is set when the session that it shows is worth nothing any more.
        """
        end = asyncio.Event()
        self._connections[member] += 1
        self._ends[end] = token
        try:
            yield end
        finally:
            del self._ends[end]
            self._connections[member] -= 1
            if not self._connections[member]:
                del self._connections[member]
                self._alone.discard(member)

    def review(self, is_in: Callable[[str], bool]) -> None:
        """End the connections of those who are not in any more: somebody was sent out, the class is over."""
        for end, token in self._ends.items():
            if not is_in(token):
                end.set()

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
