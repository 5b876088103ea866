"""Turns for those who try a secret: a right code gets through while somebody guesses."""

import asyncio

import pytest
from chalknet.errors import TooMany
from chalknet.http.attempts import Attempts

FAST = 1e6  # turns a second: the order is what matters here


async def test_an_honest_visitor_waits_for_one_turn_of_each_other_address() -> None:
    attempts, order = Attempts(FAST), []

    async def attempt(address: str) -> None:
        await attempts.turn(address)
        order.append(address)

    guesses = [asyncio.create_task(attempt("guesser")) for _ in range(200)]
    others = [asyncio.create_task(attempt(f"other {n}")) for n in range(5)]
    await asyncio.sleep(0)
    honest = asyncio.create_task(attempt("honest"))
    await asyncio.gather(*guesses, *others, honest)
    assert order.index("honest") <= 7
    assert order.count("guesser") == 200


async def test_a_line_has_an_end() -> None:
    attempts = Attempts(per_second=0.001, waiting_each=3)
    await attempts.turn("guesser")  # the next turn is a quarter of an hour away
    waiting = [asyncio.create_task(attempts.turn("guesser")) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(TooMany) as caught:
        await attempts.turn("guesser")
    assert caught.value.code == "too-many-attempts"
    assert "Retry-After" in caught.value.headers
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_who_has_gone_takes_no_turn_from_others() -> None:
    attempts = Attempts(FAST)
    gone = [asyncio.create_task(attempts.turn("gone")) for _ in range(20)]
    await asyncio.sleep(0)
    for task in gone:
        task.cancel()
    await asyncio.wait_for(attempts.turn("here"), 5)


async def test_turns_go_on_after_a_rest() -> None:
    attempts = Attempts(FAST)
    for _ in range(3):
        await attempts.turn("a")
        await asyncio.sleep(0.01)
