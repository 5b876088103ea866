"""Runs written straight into a store, as if trained: for what must hold with many, or with long ones."""

import asyncio
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from chalknet.classroom.events import CLASS_EVENTS
from chalknet.eventlog.store import Store
from chalknet.runs.config import RunConfig
from chalknet.runs.events import RUN_EVENTS, Created, EpochEnded, RunEvent, StatusChanged
from chalknet.runs.metrics import EpochMetrics
from chalknet.runs.run import Status

CONFIG = RunConfig.model_validate({"preset": "full-digits", "epochs": 1000})


def store_runs(folder: Path, lengths: Sequence[int]) -> None:
    """Write finished runs with so many epochs each."""
    folder.mkdir(exist_ok=True)
    with ThreadPoolExecutor(1) as elsewhere:  # in this one a browser may have an event loop
        elsewhere.submit(asyncio.run, _store(folder, lengths)).result()


async def _store(folder: Path, lengths: Sequence[int]) -> None:
    store = Store(folder, (*RUN_EVENTS, *CLASS_EVENTS))
    try:
        for number, epochs in enumerate(lengths, 1):
            await store.commit(f"{number:012x}", events_of(number, epochs))
    finally:
        store.close()


def events_of(number: int, epochs: int) -> list[RunEvent]:
    """The life of a run, with as many decimals as a real one: of 60,000 samples, and 10,000 for the test."""
    chance = random.Random(number)
    config = CONFIG.model_copy(update={"seed": number, "epochs": epochs})
    truth = [chance.randrange(10) for _ in range(100)]
    events: list[RunEvent] = [
        Created(f"Run {number}", number, config, f"browser {number:08x}", None, None),
        StatusChanged(Status.RUNNING, None),
    ]
    for epoch in range(1, epochs + 1):
        loss = 0.5 / epoch + 0.02 * chance.random()
        metrics = EpochMetrics(
            epoch,
            loss,
            chance.randint(50_000, 60_000) / 60_000,
            loss + 0.01 * chance.random(),
            chance.randint(8_000, 9_700) / 10_000,
        )
        taken_for = tuple(label if chance.random() < 0.94 else chance.randrange(10) for label in truth)
        seconds = round(1 + chance.random(), 4)
        events.append(EpochEnded(metrics, config.steps_per_epoch * epoch, seconds, taken_for))
    return [*events, StatusChanged(Status.FINISHED, None, fingerprint=f"{chance.getrandbits(256):064x}")]
