"""Values shared by all who ask."""

import asyncio

import pytest
from chalknet.eventlog.cache import Cache


async def test_who_asks_at_once_gets_one_computation() -> None:
    cache, calls, ready = Cache(most=2), [], asyncio.Event()

    async def work() -> int:
        calls.append(1)
        await ready.wait()
        return 7

    asked = [asyncio.create_task(cache.get("question", work)) for _ in range(30)]
    await asyncio.sleep(0)
    asked[0].cancel()
    ready.set()
    assert await asyncio.gather(*asked[1:]) == [7] * 29
    assert await cache.get("question", work) == 7
    assert calls == [1]


async def test_a_failure_is_not_kept() -> None:
    cache, outcomes = Cache(most=2), [ValueError("no"), 3]

    async def work() -> int:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    with pytest.raises(ValueError, match="no"):
        await cache.get("question", work)
    await asyncio.sleep(0)
    assert await cache.get("question", work) == 3


async def test_old_values_make_room() -> None:
    cache, calls = Cache(most=2), []

    async def ask(question: int) -> None:
        async def work() -> int:
            calls.append(question)
            return question

        assert await cache.get(question, work) == question

    for question in (1, 2, 3, 3, 1):
        await ask(question)
    assert calls == [1, 2, 3, 1]
