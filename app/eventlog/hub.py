"""Fan-out: every commit is encoded once and kept for a while; each viewer walks along at its own pace.

A viewer is nothing but a number, the last `seq` it was given. While the recent messages reach back that
far it reads them here; further back it reads pages of the log, which are kept too: a class that reloads its
page at the same moment asks for the same ones. There is no queue per viewer, so none
can overflow; what a viewer holds is the one message that is being sent to it.
"""

import asyncio
import json
import time
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..errors import TooMany
from .cache import Cache
from .event import Event, Recorded, Unknown
from .store import Store

KEPT = 512  # messages: half a minute of a busy class, about 300 KB
PAGE = 100  # events of a message with old news: about 40 KB, which a viewer that never reads keeps in memory
FAR_BEHIND = PAGE  # messages: who has missed more is better served by pages
KEPT_PAGES = 200
TELL_SECONDS = 0.1  # between two tellings of passing facts: the newest is enough
SEATS = 2000
SEATS_PER_ADDRESS = 1500  # a school behind one address fits, and still nobody takes all the seats


@dataclass(slots=True)
class Message:
    """One commit, encoded; `stale` once it is old news: newer events replace it, or its subject is gone."""

    events: Sequence[Recorded[Event | Unknown]]
    text: str | None  # None: nobody is told
    stale: bool = False

    @property
    def subject(self) -> str:
        return self.events[0].subject

    @property
    def last_seq(self) -> int:
        return self.events[-1].seq

    def replaces(self, old: "Message") -> bool:
        """Whether the log has forgotten all of an older message of the same subject because of this one."""
        replaced = {name for recorded in self.events for name in recorded.event.replaces}
        return all(recorded.event.type in replaced for recorded in old.events)


class Hub:
    """The one place that hands events to viewers; fed in the order of commits."""

    def __init__(self, store: Store, last_seq: int, last_shown: int | None = None) -> None:
        self._store = store
        self._newest_shown = last_seq if last_shown is None else last_shown
        self._passing: dict[str, Any] = {}
        self._passing_n = 0
        self._passing_text = ""
        self._told_at = 0.0
        self._telling: asyncio.TimerHandle | None = None
        self._recent: deque[Message] = deque(maxlen=KEPT)
        self._floor = self._newest_seq = last_seq  # every event after the floor is in a message
        self._newest: dict[str, Message] = {}
        self._n = 0
        self._news = asyncio.Event()
        self._pages = Cache(KEPT_PAGES)
        self._seats: Counter[str] = Counter()
        self.deletions = 0  # so far: what was made before the last of them may tell what is forgotten

    @property
    def newest_shown(self) -> int:
        """The number of the last event that viewers are told."""
        return self._newest_shown

    @contextmanager
    def seat(self, address: str, *, reserved: bool = False) -> Iterator[None]:
        """A viewer's place for as long as it follows; TooMany when all are taken, unless one is reserved."""
        taken = (self._seats.total(), SEATS), (self._seats[address], SEATS_PER_ADDRESS)
        for count, limit in taken:
            if count >= limit and not reserved:
                raise TooMany(f"{count} viewers follow already.", limit=limit, headers={"Retry-After": "10"})
        self._seats[address] += 1
        try:
            yield
        finally:
            self._seats[address] -= 1
            if not self._seats[address]:
                del self._seats[address]

    def publish(self, events: Sequence[Recorded[Event | Unknown]]) -> None:
        """Tell all viewers what has just been committed: the events of one subject, in order."""
        message = self._encoded(events)
        before = self._newest.get(message.subject)
        if before is not None and message.replaces(before):
            before.stale = True
        self._append(message)

    def publish_deletion(self, events: Sequence[Recorded[Event | Unknown]]) -> None:
        """The same of the event that is all that is left of a subject: its others are told to nobody."""
        message = self._encoded(events)
        self._pages = Cache(KEPT_PAGES)
        self.deletions += 1
        for old in self._recent:
            old.stale = old.stale or old.subject == message.subject
        self._append(message)

    def tell(self, name: str, facts: Any, seconds: float | None = None) -> None:
        """Tell all viewers what passes: it has no number, is not stored, and only the newest counts.

        At least `seconds` after the telling before, by default TELL_SECONDS.
        """
        self._passing[name] = facts
        loop = asyncio.get_running_loop()
        at = max(loop.time(), self._told_at + (TELL_SECONDS if seconds is None else seconds))
        if self._telling is not None:
            if self._telling.when() <= at:
                return
            self._telling.cancel()
        self._telling = loop.call_at(at, self._tell)

    def forget(self, name: str) -> None:
        """Tell whoever comes from now on nothing of that any more."""
        if self._passing.pop(name, None) is not None and self._telling is None:
            self._tell()

    def _tell(self) -> None:
        self._telling, self._told_at = None, asyncio.get_running_loop().time()
        self._passing_n += 1
        self._passing_text = encode_passing(self._passing)
        self._wake()

    def _encoded(self, events: Sequence[Recorded[Event | Unknown]]) -> Message:
        text = encode(events, self._n + 1)
        if text is not None:
            self._n += 1
            self._newest_shown = max(one.seq for one in events if not one.event.secret)
        return Message(events, text)

    def _append(self, message: Message) -> None:
        self._newest[message.subject] = message
        if len(self._recent) == KEPT:
            gone = self._recent[0]
            self._floor = gone.last_seq
            if self._newest.get(gone.subject) is gone:
                del self._newest[gone.subject]
        self._recent.append(message)
        self._newest_seq = message.last_seq
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def follow(self, after: int, subjects: Sequence[str] | None = None) -> AsyncIterator[str]:
        """Messages with all events after a number: first the old ones, then for ever the new."""
        async for _, text in self.walk(after, subjects):
            yield text

    async def walk(self, after: int, subjects: Sequence[str] | None = None) -> AsyncIterator[tuple[int, str]]:
        """The same, each with the number that its reader has come to."""
        wanted = None if subjects is None else frozenset(subjects)
        passing = 0
        while True:
            news = self._news  # taken before reading, or a commit in between would be slept through
            if passing != self._passing_n:
                passing = self._passing_n
                yield after, self._passing_text
                continue
            place = bisect_right(self._recent, after, key=_last_seq)
            if after < self._floor or len(self._recent) - place > FAR_BEHIND:
                after, text = await self._pages.get((after, wanted), partial(self._page, after, subjects))
                if text is not None:
                    yield after, text
                continue
            if place == len(self._recent):
                await news.wait()
                continue
            message = self._recent[place]
            fresh = [event for event in message.events if event.seq > after]
            after = message.last_seq
            if message.text and not message.stale and (wanted is None or message.subject in wanted):
                # A page from the store may have ended in the middle of a commit.
                text = message.text if len(fresh) == len(message.events) else encode(fresh)
                if text is not None:
                    yield after, text

    async def _page(self, after: int, subjects: Sequence[str] | None) -> tuple[int, str | None]:
        """How far a page of the log reaches, and its text if there is anything in it. True for ever.

        More may follow by the time it is read; then the viewer goes on from its last number.
        """
        newest = self._newest_seq
        events = await self._store.events(after, subjects, limit=PAGE)
        return (events[-1].seq, encode(events)) if events else (max(after, newest), None)


def _last_seq(message: Message) -> int:
    return message.last_seq


def encode_hello(log_id: str, version: str, newest: int) -> str:
    """The first message for those who ask: whose numbers these are, the newest, the program."""
    facts = {"log": log_id, "newest": newest, "version": version}
    return json.dumps({"events": [], **facts})


def encode_passing(facts: dict[str, Any]) -> str:
    """A message without events: what passes and is not stored."""
    return json.dumps({"events": [], **facts}, separators=(",", ":"), allow_nan=False)


def encode(events: Sequence[Recorded[Event | Unknown]], n: int | None = None) -> str | None:
    """The text that viewers get (docs/events.md), if there is anything that they are told.

    News has a number and a time, old news has not.
    """
    shown = [recorded.as_json() for recorded in events if not recorded.event.secret]
    if not shown:
        return None
    stamp = {} if n is None else {"n": n, "t": time.time()}
    return json.dumps({**stamp, "events": shown}, separators=(",", ":"), allow_nan=False)
