"""One log, and everything that folds it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalknet.engine.ledger import Ledger, Limits
from chalknet.eventlog.event import Event, Recorded
from chalknet.eventlog.log import Log
from chalknet.eventlog.store import Store
from chalknet.runs.config import RunConfig
from chalknet.runs.events import RUN_EVENTS

CONFIG = RunConfig.model_validate({"preset": "two-features"})


@dataclass(frozen=True, slots=True)
class Said(Event):
    """Of a kind of thing that is no run."""

    type = "said"
    subject_name = "speaker_id"

    words: str


class Speakers:
    """What each speaker has said: another fold of the same log."""

    def __init__(self) -> None:
        self.words: dict[str, list[str]] = {}

    def take(self, recorded: Recorded[Any]) -> None:
        if isinstance(recorded.event, Said):
            self.words.setdefault(recorded.subject, []).append(recorded.event.words)


async def test_another_kind_of_thing_shares_numbers_store_and_viewers_with_runs(tmp_path: Path) -> None:
    for restart in range(2):
        store = Store(tmp_path, (*RUN_EVENTS, Said))
        log = Log(store)
        ledger, speakers = Ledger(log, Limits(9, 9, 9, 9, 10**9)), Speakers()
        await log.start([ledger.take, speakers.take])
        if not restart:
            await log.commit("ada", [Said("Hello.")])
            run, _ = await ledger.create(CONFIG, "First")
            for recorded in await log.commit("ada", [Said("Again.")]):
                speakers.take(recorded)
            viewer = log.hub.follow(0)
            told = json.loads(await anext(viewer))["events"]
            assert [event["seq"] for event in told] == [1, 2, 3]
            assert told[0]["speaker_id"] == told[2]["speaker_id"] == "ada"
            await viewer.aclose()
        store.close()
    assert [run.as_json() for run in ledger.runs()] == [run.as_json()]
    assert speakers.words == {"ada": ["Hello.", "Again."]}
