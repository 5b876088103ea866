"""Fan-out: every commit is encoded once and kept for a while; each viewer walks along at its own pace.

A viewer is nothing but a number, the last `seq` it was given. While the recent commits reach back that
far it reads them here; further back it reads pages of the log, which are kept too: a class that reloads its
page at the same moment asks for the same ones. There is no queue per viewer, so none
can overflow; what a viewer holds is the one message that is being sent to it.

To send a message costs as much as to train some steps, two hundred times. So viewers are woken together, soon
after something has happened and later when it can wait, and each is given all that has happened since in one
message, which those who keep up share.
"""

import asyncio
import json
import time
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import AsyncIterator, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from ..errors import TooMany
from .cache import Cache
from .event import Event, Recorded, Unknown
from .store import Store

KEPT = 512  # commits: half a minute of a busy class, about 300 KB
PAGE = 100  # events of a message with old news: about 40 KB, which a viewer that never reads keeps in memory
FAR_BEHIND = PAGE  # commits: who has missed more is better served by pages
KEPT_PAGES = 200
WAKE_SECONDS = 0.05  # between two wakings, so that what happens together is told together
PATIENT_SECONDS = 0.25  # the same for what can wait: how far a run is within its epoch
TELL_SECONDS = 0.1  # between two tellings of passing facts: the newest is enough
SEATS = 2000
SEATS_PER_ADDRESS = 1500  # a school behind one address fits, and still nobody takes all the seats


@dataclass(slots=True)
class _Commit:
    """One commit, encoded; `stale` once it is old news: newer events replace it, or its subject is gone."""

    events: Sequence[Recorded[Event | Unknown]]
    n: int
    at: float  # the server's clock
    text: str  # what is told of the events, between the brackets; empty: nothing
    stale: bool = False

    @property
    def subject(self) -> str:
        return self.events[0].subject

    @property
    def last_seq(self) -> int:
        return self.events[-1].seq

    @property
    def can_wait(self) -> bool:
        return all(recorded.event.can_wait for recorded in self.events)

    def replaces(self, old: "_Commit") -> bool:
        """Whether the log has forgotten all of an older commit of the same subject because of this one."""
        replaced = {name for recorded in self.events for name in recorded.event.replaces}
        return all(recorded.event.type in replaced for recorded in old.events)

    def text_after(self, seq: int) -> str:
        """What is told to who has the events up to `seq`: a page of the log may end inside a commit."""
        if seq < self.events[0].seq:
            return self.text
        return _between_brackets([recorded for recorded in self.events if recorded.seq > seq])


class Hub:
    """The one place that hands events to viewers; fed in the order of commits."""

    def __init__(self, store: Store, last_seq: int, last_shown: int | None = None) -> None:
        self._store = store
        self._newest_shown = last_seq if last_shown is None else last_shown
        self._passing: dict[str, Any] = {}
        self._changed: set[str] = set()  # of them, since they were told
        self._passing_n = 0
        self._passing_news = self._passing_all = ""
        self._told_at = self._woken_at = -1.0  # by the loop's clock
        self._waking: asyncio.TimerHandle | None = None
        self._recent: deque[_Commit] = deque(maxlen=KEPT)
        self._floor = self._newest_seq = last_seq  # every event after the floor is in a commit that is kept
        self._newest: dict[str, _Commit] = {}
        self._n = 0
        self._news = asyncio.Event()
        self._messages: dict[Hashable, str | None] = {}  # since the last waking
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
        commit = self._encoded(events)
        before = self._newest.get(commit.subject)
        if before is not None and commit.replaces(before):
            before.stale = True
        self._append(commit)
        if commit.text:
            self._wake_at(self._woken_at + (PATIENT_SECONDS if commit.can_wait else WAKE_SECONDS))

    def publish_deletion(self, events: Sequence[Recorded[Event | Unknown]]) -> None:
        """The same of the event that is all that is left of a subject: its others are told to nobody."""
        commit = self._encoded(events)
        self._pages = Cache(KEPT_PAGES)
        self.deletions += 1
        for old in self._recent:
            old.stale = old.stale or old.subject == commit.subject
        self._append(commit)
        self._wake()

    def tell(self, name: str, facts: Any, seconds: float | None = None) -> None:
        """Tell all viewers what passes: it has no number, is not stored, and only the newest counts.

        At least `seconds` after the telling before, by default TELL_SECONDS.
        """
        self._passing[name] = facts
        self._changed.add(name)
        self._wake_at(self._told_at + (TELL_SECONDS if seconds is None else seconds))

    def forget(self, name: str) -> None:
        """Tell whoever comes from now on nothing of that any more."""
        if self._passing.pop(name, None) is not None:
            self._changed.discard(name)
            self._passing_all = _members(self._passing)
            self._messages = {}

    def _wake_at(self, when: float) -> None:
        """Wake the viewers then, or now if that is past, or when they are woken anyway if that is before."""
        loop = asyncio.get_running_loop()
        when = max(when, loop.time())
        if self._waking is not None:
            if self._waking.when() <= when:
                return
            self._waking.cancel()
        self._waking = loop.call_at(when, self._wake)

    def _wake(self) -> None:
        """Let all viewers read what has happened and what passes."""
        if self._waking is not None:
            self._waking.cancel()
            self._waking = None
        self._woken_at = asyncio.get_running_loop().time()
        if self._changed and self._woken_at >= self._told_at + TELL_SECONDS:
            self._told_at = self._woken_at
            self._passing_n += 1
            self._passing_news = _members({name: self._passing[name] for name in self._changed})
            self._passing_all = _members(self._passing)
            self._changed.clear()
        elif self._changed:
            self._wake_at(self._told_at + TELL_SECONDS)
        self._messages = {}
        self._news.set()
        self._news = asyncio.Event()

    def _encoded(self, events: Sequence[Recorded[Event | Unknown]]) -> _Commit:
        text = _between_brackets(events)
        if text:
            self._n += 1
            self._newest_shown = max(one.seq for one in events if not one.event.secret)
        return _Commit(events, self._n, time.time(), text)

    def _append(self, commit: _Commit) -> None:
        self._newest[commit.subject] = commit
        if len(self._recent) == KEPT:
            gone = self._recent[0]
            self._floor = gone.last_seq
            if self._newest.get(gone.subject) is gone:
                del self._newest[gone.subject]
        self._recent.append(commit)
        self._newest_seq = commit.last_seq
        self._messages = {}

    async def follow(self, after: int, subjects: Sequence[str] | None = None) -> AsyncIterator[str]:
        """Messages with all events after a number: first the old ones, then for ever the new."""
        async for _, text in self.walk(after, subjects):
            yield text

    async def walk(self, after: int, subjects: Sequence[str] | None = None) -> AsyncIterator[tuple[int, str]]:
        """The same, each with the number that its reader has come to."""
        wanted = None if subjects is None else frozenset(subjects)
        told = 0  # of the tellings of what passes
        while True:
            news = self._news  # taken before reading, or a commit in between would be slept through
            place = bisect_right(self._recent, after, key=_last_seq)
            if after < self._floor or len(self._recent) - place > FAR_BEHIND:
                after, text = await self._pages.get((after, wanted), partial(self._page, after, subjects))
            elif place < len(self._recent) or told < self._passing_n:
                text = self._message(place, after, wanted, told)
                after, told = max(after, self._newest_seq), self._passing_n
            else:
                await news.wait()
                continue
            if text is not None:
                yield after, text

    def _message(self, place: int, after: int, wanted: frozenset[str] | None, told: int) -> str | None:
        """All commits from a place on, and what of the passing facts is new to who was told so many times.

        Those who keep up ask for the same one.
        """
        key = (after, wanted, told)
        if key not in self._messages:
            missed = self._passing_n - told
            passing = "" if not missed else self._passing_news if told and missed == 1 else self._passing_all
            commits = [
                (commit, text)
                for commit in islice(self._recent, place, None)
                if not commit.stale and (wanted is None or commit.subject in wanted)
                if (text := commit.text_after(after))
            ]
            self._messages[key] = _joined(commits, passing) if commits or passing else None
        return self._messages[key]

    async def _page(self, after: int, subjects: Sequence[str] | None) -> tuple[int, str | None]:
        """How far a page of the log reaches, and its text if there is anything in it. True for ever.

        More may follow by the time it is read; then the viewer goes on from its last number.
        """
        newest = self._newest_seq
        events = await self._store.events(after, subjects, limit=PAGE)
        if not events:
            return max(after, newest), None
        text = _between_brackets(events)
        return events[-1].seq, f'{{"events":[{text}]}}' if text else None


def _last_seq(commit: _Commit) -> int:
    return commit.last_seq


def encode_hello(log_id: str, version: str, newest: int) -> str:
    """The first message for those who ask: whose numbers these are, the newest, the program."""
    facts = {"log": log_id, "newest": newest, "version": version}
    return json.dumps({"events": [], **facts})


def _joined(commits: Sequence[tuple[_Commit, str]], passing: str) -> str:
    """One message (docs/events.md): news has a number and a time, old news and what passes have not."""
    events = ",".join(text for _, text in commits)
    stamp = f'"n":{commits[-1][0].n},"t":{json.dumps(commits[-1][0].at)},' if commits else ""
    return f'{{{stamp}"events":[{events}]{passing}}}'


def _between_brackets(events: Sequence[Recorded[Event | Unknown]]) -> str:
    """What viewers are told of events, as the entries of a JSON list."""
    shown = [recorded.as_json() for recorded in events if not recorded.event.secret]
    return _compact(shown)[1:-1]


def _members(facts: dict[str, Any]) -> str:
    """Further members of a JSON object."""
    return "".join(f",{json.dumps(name)}:{_compact(value)}" for name, value in facts.items())


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)
