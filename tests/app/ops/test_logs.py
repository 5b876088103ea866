"""Logs: what a line looks like, for a program and for a person."""

import json
import logging
import re
from collections.abc import Iterator

import pytest
from chalknet.ops import logs

log = logging.getLogger("chalknet.test")


@pytest.fixture(autouse=True)
def handlers_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_program_gets_an_object_per_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.install()  # what the tests have for a standard error is no terminal
    log.info("a run\nforged", extra={"run": "abc"})
    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert (told["level"], told["message"], told["run"]) == ("INFO", "a run\nforged", "abc")


def test_a_person_gets_time_message_and_what_it_is_about(capsys: pytest.CaptureFixture[str]) -> None:
    logs.install("plain")
    log.info("a run began", extra={"run": "abc"})
    log.warning("a worker died")
    first, second = capsys.readouterr().err.splitlines()
    assert re.fullmatch(r"\d\d:\d\d:\d\d a run began run=abc", first)
    assert re.fullmatch(r"\d\d:\d\d:\d\d WARNING a worker died", second)


def test_nobody_forges_a_plain_line_or_paints_on_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    logs.install("plain")
    log.info("a name: %s", "x\n12:00:00 forged \x1b[31m\u202e課")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(r"a name: x\n12:00:00 forged \x1b[31m\u202e課")


def test_a_traceback_keeps_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    logs.install("plain")
    try:
        raise ValueError("wrong")
    except ValueError:
        log.exception("it went wrong")
    head, *traceback = capsys.readouterr().err.splitlines()
    assert head.endswith("ERROR it went wrong")
    assert traceback[0] == "    Traceback (most recent call last):"
    assert traceback[-1] == "    ValueError: wrong"


def test_one_place_cannot_fill_the_disk(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(logs.time, "monotonic", lambda: clock[0])
    logs.install("plain")
    for number in range(1000):
        log.warning("refused %s", number)
    log.warning("another place")
    assert len(capsys.readouterr().err.splitlines()) == logs.LINES + 1
    clock[0] = logs.WINDOW_SECONDS
    log.warning("a minute later")
    first, second = capsys.readouterr().err.splitlines()
    assert f"{1000 - logs.LINES} more lines like those from {__file__}" in first
    assert second.endswith("a minute later")


def test_what_was_left_out_is_said_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    logs.install("plain")
    for number in range(logs.LINES + 5):
        log.warning("refused %s", number)
    logging.getLogger().handlers[0].close()
    assert "5 more lines like those" in capsys.readouterr().err.splitlines()[-1]
