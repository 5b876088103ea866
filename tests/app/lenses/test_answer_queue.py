"""A queue whose computations are held by the test, in place of processes."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import pytest
from chalknet.errors import TooMany, Unavailable
from chalknet.lenses import answer_queue
from chalknet.lenses.answer_queue import AnswerQueue

LONG = 10 * answer_queue.MAX_WORK


class Processes:
    """Keeps what is submitted, by name, until the test says what comes of it."""

    def __init__(self) -> None:
        self.begun: dict[str, Future[bytes]] = {}
        self.order: list[str] = []

    def submit(self, function: Callable[..., bytes], name: str) -> Future[bytes]:
        self.order.append(name)
        self.begun[name] = Future()
        return self.begun[name]

    def shutdown(self, wait: bool, cancel_futures: bool) -> None: ...


class HeldQueue:
    """The queue, and how to ask it and to say what is done."""

    def __init__(self, slots: int) -> None:
        self.processes = Processes()
        self.queue = AnswerQueue(lambda: self.processes, slots)  # type: ignore[arg-type, return-value]
        self.loaded: list[str] = []

    def ask(self, name: str, owner: str = "somebody", work: int = 0, key: Any = "") -> "asyncio.Task[bytes]":
        async def load() -> tuple[Any, tuple[str]]:
            self.loaded.append(name)
            return bytes, (name,)

        own = (name,) if key == "" else key
        return asyncio.ensure_future(self.queue.answer(own, owner, work, load))

    async def until_begun(self, *names: str) -> None:
        while not set(names) <= self.processes.begun.keys():  # noqa: ASYNC110 - a thread starts them
            await asyncio.sleep(0)

    async def finish(self, *names: str) -> None:
        for name in names:
            await self.until_begun(name)
            self.processes.begun.pop(name).set_result(name.encode())


@pytest.fixture
def held() -> HeldQueue:
    return HeldQueue(1)


async def settled() -> None:
    """As far as everything goes by itself, but for what waits for a thread."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_who_asks_at_once_gets_one_computation_and_who_asks_later_none(held: HeldQueue) -> None:
    asked = [held.ask("a", owner=f"viewer {number}") for number in range(30)]
    await held.until_begun("a")
    asked[0].cancel()
    await held.finish("a")
    assert await asyncio.gather(*asked[1:]) == [b"a"] * 29
    assert await held.ask("a") == b"a"
    assert held.processes.order == ["a"]


async def test_what_nobody_may_share_is_computed_each_time(held: HeldQueue) -> None:
    for _ in range(2):
        asked = held.ask("a", key=None)
        await held.finish("a")
        assert await asked == b"a"
    assert held.processes.order == ["a", "a"]


async def test_a_failure_is_not_kept(held: HeldQueue) -> None:
    asked = held.ask("a")
    await held.until_begun("a")
    held.processes.begun.pop("a").set_exception(ValueError("no"))
    with pytest.raises(ValueError, match="no"):
        await asked
    asked = held.ask("a")
    await held.finish("a")
    assert await asked == b"a"


async def test_a_process_that_dies_is_no_answer_and_others_go_on(held: HeldQueue) -> None:
    asked, next_one = held.ask("a"), held.ask("b")
    await held.until_begun("a")
    held.processes.begun.pop("a").set_exception(BrokenProcessPool())
    with pytest.raises(Unavailable):
        await asked
    await held.finish("b")
    assert await next_one == b"b"


async def test_what_nobody_waits_for_is_dropped_before_anything_is_loaded(held: HeldQueue) -> None:
    first, dropped, last = held.ask("first"), held.ask("dropped"), held.ask("last")
    await held.until_begun("first")
    dropped.cancel()
    await settled()
    await held.finish("first", "last")
    await asyncio.gather(first, last)
    assert held.loaded == ["first", "last"]


async def test_what_is_under_way_is_kept_though_nobody_waits_for_it_any_more(held: HeldQueue) -> None:
    asked = held.ask("a")
    await held.until_begun("a")
    asked.cancel()
    await held.finish("a")
    await settled()
    assert await held.ask("a") == b"a"
    assert held.processes.order == ["a"]


async def test_one_question_of_another_passes_the_many_of_one(held: HeldQueue) -> None:
    many = [held.ask(f"many {number}", owner="script", work=1000) for number in range(30)]
    await held.until_begun("many 0")
    one = held.ask("one", owner="pupil", work=1000)
    await settled()
    await held.finish("many 0", "one")
    assert await one == b"one"
    await held.finish(*(f"many {number}" for number in range(1, 30)))
    await asyncio.gather(*many)
    assert held.processes.order.index("one") <= 2


async def test_dropped_questions_do_not_count_against_who_asked_them(held: HeldQueue) -> None:
    first = held.ask("first", owner="other")
    await held.until_begun("first")
    for number in range(30):
        asked = held.ask(f"passed {number}", owner="slider", work=10**9)
        await settled()
        asked.cancel()
        await settled()
    others = [held.ask(f"other {number}", owner="other", work=10**9) for number in range(2)]
    last = held.ask("last", owner="slider", work=10**9)
    await held.finish("first", "last", "other 0", "other 1")
    await asyncio.gather(first, last, *others)
    assert held.processes.order.index("last") <= 2


async def test_a_process_is_left_to_what_is_over_soon() -> None:
    held = HeldQueue(2)
    long = [held.ask(f"long {number}", owner=f"script {number}", work=LONG) for number in range(3)]
    await held.until_begun("long 0")
    soon = held.ask("soon")
    await held.finish("soon")
    assert await soon == b"soon"
    assert held.processes.order == ["long 0", "soon"]
    await held.finish("long 0", "long 1", "long 2")
    await asyncio.gather(*long)


@pytest.mark.parametrize("limit", ["MOST_WAITING", "MOST_WAITING_EACH"])
async def test_a_full_queue_says_when_to_ask_again(
    held: HeldQueue, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(answer_queue, limit, 2)
    asked = [held.ask(name, work=LONG) for name in ("begun", "waits", "waits too")]
    await held.until_begun("begun")
    with pytest.raises(TooMany) as caught:
        await held.ask("too many")
    assert caught.value.code == "too-many-looks"
    assert int(caught.value.headers["Retry-After"]) >= 1
    shared = held.ask("waits")  # who asks the same takes no place
    await held.finish("begun", "waits", "waits too")
    await asyncio.gather(shared, *asked)
    assert await held.ask("begun") == b"begun"


async def test_kept_answers_are_bounded_in_bytes(held: HeldQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_queue, "KEPT_BYTES", 20)
    monkeypatch.setattr(answer_queue, "LARGEST_KEPT", 10)

    async def ask(name: str) -> Awaitable[bytes] | bytes:
        asked = held.ask(name)
        await settled()
        if not asked.done():
            await held.finish(name)
        return await asked

    a, b, c, large = "a" * 8, "b" * 8, "c" * 8, "d" * 11
    for name in (a, b, a, c, a, b, large, large, a):
        assert await ask(name) == name.encode()
    # b was used longest ago when c came; what is too large is never kept, and displaces nothing.
    assert held.processes.order == [a, b, c, b, large, large]
