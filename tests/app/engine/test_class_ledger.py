"""Who may join, and how often."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from chalknet.classroom.events import CLASS_EVENTS
from chalknet.engine.class_ledger import JOINS_A_MINUTE, ClassLedger
from chalknet.errors import Conflict, TooMany
from chalknet.eventlog.log import Log
from chalknet.eventlog.store import Store


@pytest.fixture
async def classes(tmp_path: Path) -> AsyncIterator[ClassLedger]:
    """A class that has just begun."""
    store = Store(tmp_path, CLASS_EVENTS)
    log = Log(store)
    classes = ClassLedger(log, "class")
    await log.start([classes.take])
    await classes.start()
    yield classes
    store.close()


async def test_one_address_cannot_fill_the_room(classes: ClassLedger) -> None:
    code = classes.room.code
    for number in range(JOINS_A_MINUTE):
        await classes.join(code, f"ghost {number}", "10.0.0.66")
    with pytest.raises(TooMany) as refused:
        await classes.join(code, "one more", "10.0.0.66")
    assert refused.value.code == "too-often"
    await classes.join(code, "Ada", "10.0.0.7")
    assert len(classes.room.members) == JOINS_A_MINUTE + 1


@pytest.mark.parametrize("name", ["Teacher", "the teacher", "老師", "老师", "Ｔeacher"])
async def test_nobody_is_called_like_who_leads(classes: ClassLedger, name: str) -> None:
    with pytest.raises(Conflict) as refused:
        await classes.join(classes.room.code, name, "10.0.0.7")
    assert refused.value.code == "name-taken"
