"""Worker processes that die: whose fault it is depends on when."""

import contextlib
import os
import resource
import signal
import time
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children
from pathlib import Path

import pytest
from chalknet.engine import executors
from chalknet.engine.executors import ProcessSlots
from chalknet.errors import Unavailable


@pytest.fixture
def slots() -> Iterator[ProcessSlots]:
    with ProcessSlots(1) as executor:
        yield executor


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_killed_in_its_slice_breaks_that_slice_only(slots: ProcessSlots) -> None:
    with pytest.raises(BrokenProcessPool):
        slots.submit(die).result(60)
    assert slots.submit(os.getpid).result(60) != os.getpid()


def test_a_process_killed_before_it_was_ready_says_nothing_against_its_slice(slots: ProcessSlots) -> None:
    slots.submit(os.getpid).result(60)
    with pytest.raises(BrokenProcessPool):
        slots.submit(die).result(60)
    dying = active_children()  # perhaps: it need not be gone yet
    future = slots.submit(time.monotonic)  # in a process that has only been started
    (starting,) = (child for child in active_children() if child not in dying)
    starting.kill()
    with pytest.raises(Unavailable, match="before it was ready"):
        future.result(60)
    assert slots.submit(sum, [1, 2]).result(60) == 3


@contextlib.contextmanager
def no_file_left() -> Iterator[None]:
    """This process can open nothing more, so no process can be started: EMFILE, as EAGAIN elsewhere."""
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_process_that_cannot_be_replaced_is_missed_until_it_can(
    slots: ProcessSlots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "RETRY_SECONDS", 3600)
    slots.submit(os.getpid).result(60)
    with no_file_left():
        with pytest.raises(BrokenProcessPool):
            slots.submit(die).result(60)
        with pytest.raises(Unavailable, match=r"can be started .*Too many open files"):
            slots.submit(os.getpid)
        assert slots.slots == 0, "nobody can work"
    assert slots.submit(os.getpid).result(60) != os.getpid()
    assert slots.slots == 1


def test_what_cannot_be_started_at_first_is_started_later() -> None:
    ProcessSlots(1).shutdown()  # what multiprocessing keeps for all is there now
    with no_file_left():
        executor = ProcessSlots(1)
    with executor:
        assert executor.submit(sum, [1, 2]).result(60) == 3


def test_errors_of_the_work_itself_are_passed_on(slots: ProcessSlots) -> None:
    with pytest.raises(ZeroDivisionError):
        slots.submit(divmod, 1, 0).result(60)


def test_more_work_than_processes_is_refused(slots: ProcessSlots, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    waiting = slots.submit(gate.read_text)  # until somebody writes
    with pytest.raises(Unavailable, match="busy"):
        slots.submit(os.getpid)
    gate.write_text("go on")
    assert waiting.result(60) == "go on"


def test_whoever_ends_its_own_processes_ends_no_others(slots: ProcessSlots, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    waiting = slots.submit(gate.read_text)
    with ProcessSlots(1) as others:
        others.submit(os.getpid).result(60)
        others.shutdown(wait=False, cancel_futures=True)
    gate.write_text("go on")
    assert waiting.result(60) == "go on"
