"""Whose turn it is: computations that are held by the test, in place of processes."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import pytest
from chalknet.errors import TooMany, Unavailable
from chalknet.lenses import inspection
from chalknet.lenses.inspection import Turns

LONG = 10 * inspection.MAX_WORK


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


class House:
    """Turns with processes of ours, and who asks there."""

    def __init__(self, slots: int) -> None:
        self.processes = Processes()
        self.turns = Turns(lambda: self.processes, slots)  # type: ignore[arg-type, return-value]
        self.loaded: list[str] = []

    def ask(self, name: str, asker: str = "somebody", work: int = 0, key: Any = "") -> "asyncio.Task[bytes]":
        async def load() -> tuple[Any, tuple[str]]:
            self.loaded.append(name)
            return bytes, (name,)

        own = (name,) if key == "" else key
        return asyncio.ensure_future(self.turns.answer(own, asker, work, load))

    async def until_begun(self, *names: str) -> None:
        while not set(names) <= self.processes.begun.keys():  # noqa: ASYNC110 - a thread starts them
            await asyncio.sleep(0)

    async def finish(self, *names: str) -> None:
        for name in names:
            await self.until_begun(name)
            self.processes.begun.pop(name).set_result(name.encode())


@pytest.fixture
def house() -> House:
    return House(1)


async def settled() -> None:
    """As far as everything goes by itself, but for what waits for a thread."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_who_asks_at_once_gets_one_computation_and_who_asks_later_none(house: House) -> None:
    asked = [house.ask("a", asker=f"viewer {number}") for number in range(30)]
    await house.until_begun("a")
    asked[0].cancel()
    await house.finish("a")
    assert await asyncio.gather(*asked[1:]) == [b"a"] * 29
    assert await house.ask("a") == b"a"
    assert house.processes.order == ["a"]


async def test_what_nobody_may_share_is_computed_each_time(house: House) -> None:
    for _ in range(2):
        asked = house.ask("a", key=None)
        await house.finish("a")
        assert await asked == b"a"
    assert house.processes.order == ["a", "a"]


async def test_a_failure_is_not_kept(house: House) -> None:
    asked = house.ask("a")
    await house.until_begun("a")
    house.processes.begun.pop("a").set_exception(ValueError("no"))
    with pytest.raises(ValueError, match="no"):
        await asked
    asked = house.ask("a")
    await house.finish("a")
    assert await asked == b"a"


async def test_a_process_that_dies_is_no_answer_and_others_go_on(house: House) -> None:
    asked, next_one = house.ask("a"), house.ask("b")
    await house.until_begun("a")
    house.processes.begun.pop("a").set_exception(BrokenProcessPool())
    with pytest.raises(Unavailable):
        await asked
    await house.finish("b")
    assert await next_one == b"b"


async def test_what_nobody_waits_for_is_dropped_before_anything_is_loaded(house: House) -> None:
    first, dropped, last = house.ask("first"), house.ask("dropped"), house.ask("last")
    await house.until_begun("first")
    dropped.cancel()
    await settled()
    await house.finish("first", "last")
    await asyncio.gather(first, last)
    assert house.loaded == ["first", "last"]


async def test_what_is_under_way_is_kept_though_nobody_waits_for_it_any_more(house: House) -> None:
    asked = house.ask("a")
    await house.until_begun("a")
    asked.cancel()
    await house.finish("a")
    await settled()
    assert await house.ask("a") == b"a"
    assert house.processes.order == ["a"]


async def test_one_question_of_another_passes_the_many_of_one(house: House) -> None:
    many = [house.ask(f"many {number}", asker="script", work=1000) for number in range(30)]
    await house.until_begun("many 0")
    one = house.ask("one", asker="pupil", work=1000)
    await settled()
    await house.finish("many 0", "one")
    assert await one == b"one"
    await house.finish(*(f"many {number}" for number in range(1, 30)))
    await asyncio.gather(*many)
    assert house.processes.order.index("one") <= 2


async def test_dropped_questions_do_not_count_against_who_asked_them(house: House) -> None:
    first = house.ask("first", asker="other")
    await house.until_begun("first")
    for number in range(30):
        asked = house.ask(f"passed {number}", asker="slider", work=10**9)
        await settled()
        asked.cancel()
        await settled()
    others = [house.ask(f"other {number}", asker="other", work=10**9) for number in range(2)]
    last = house.ask("last", asker="slider", work=10**9)
    await house.finish("first", "last", "other 0", "other 1")
    await asyncio.gather(first, last, *others)
    assert house.processes.order.index("last") <= 2


async def test_a_process_is_left_to_what_is_over_soon() -> None:
    house = House(2)
    long = [house.ask(f"long {number}", asker=f"script {number}", work=LONG) for number in range(3)]
    await house.until_begun("long 0")
    soon = house.ask("soon")
    await house.finish("soon")
    assert await soon == b"soon"
    assert house.processes.order == ["long 0", "soon"]
    await house.finish("long 0", "long 1", "long 2")
    await asyncio.gather(*long)


@pytest.mark.parametrize("limit", ["MOST_WAITING", "MOST_WAITING_EACH"])
async def test_a_full_queue_says_when_to_ask_again(
    house: House, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(inspection, limit, 2)
    asked = [house.ask(name, work=LONG) for name in ("begun", "waits", "waits too")]
    await house.until_begun("begun")
    with pytest.raises(TooMany) as caught:
        await house.ask("too many")
    assert caught.value.code == "too-many-looks"
    assert int(caught.value.headers["Retry-After"]) >= 1
    shared = house.ask("waits")  # who asks the same takes no place
    await house.finish("begun", "waits", "waits too")
    await asyncio.gather(shared, *asked)
    assert await house.ask("begun") == b"begun"


async def test_kept_answers_are_bounded_in_bytes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "KEPT_BYTES", 20)
    monkeypatch.setattr(inspection, "LARGEST_KEPT", 10)

    async def ask(name: str) -> Awaitable[bytes] | bytes:
        asked = house.ask(name)
        await settled()
        if not asked.done():
            await house.finish(name)
        return await asked

    a, b, c, large = "a" * 8, "b" * 8, "c" * 8, "d" * 11
    for name in (a, b, a, c, a, b, large, large, a):
        assert await ask(name) == name.encode()
    # b was used longest ago when c came; what is too large is never kept, and displaces nothing.
    assert house.processes.order == [a, b, c, b, large, large]
