"""What the events of a run come to, line by line, without a connection."""

import json
from typing import Any

import pytest
from chalknet.client import Epoch, NoAnswer, Refused
from chalknet.client.story import Pauses, Story

MEASURES = {"train_loss": 0.1, "train_accuracy": 0.9, "test_loss": 0.2, "test_accuracy": 0.8}


def epoch(number: int) -> dict[str, Any]:
    return {
        "type": "epoch",
        "epoch": number,
        "step": 10 * number,
        "seconds": 0.5,
        **MEASURES,
        "predictions": [],
    }


def status(name: str) -> dict[str, Any]:
    return {"type": "status", "status": name}


def told(story: Story, seq: int, *events: dict[str, Any]) -> list[Epoch]:
    lines = [f"id: {seq}", f"data: {json.dumps({'events': events})}", ""]
    return [one for line in lines for one in story.take(line)]


def test_an_epoch_that_comes_again_is_told_once() -> None:
    story = Story("r")
    assert [one.epoch for one in told(story, 5, epoch(1), epoch(2))] == [1, 2]
    # Another connection, to a server whose database was put back: its numbers begin again.
    story.begin()
    assert story.query == {"run": "r", "after": 0}
    assert [one.epoch for one in told(story, 1, epoch(1), epoch(2), epoch(3))] == [3]


def test_a_message_that_was_cut_off_does_not_count() -> None:
    story = Story("r")
    list(story.take(f"data: {json.dumps({'events': [epoch(7)]})}"))
    story.begin()
    assert [one.epoch for one in told(story, 1, epoch(1))] == [1]


def test_comments_and_unknown_types_are_passed_over() -> None:
    story = Story("r")
    assert list(story.take(":")) == []
    assert told(story, 3, {"type": "of another version"}) == []


def test_the_end_of_a_run_that_went_on_is_not_its_first() -> None:
    story = Story("r")
    told(story, 1, epoch(1), status("FINISHED"))
    assert story.is_over({"status": "FINISHED", "epoch": 1})
    assert not story.is_over({"status": "FINISHED", "epoch": 2})
    told(story, 2, status("SCHEDULED"), epoch(2))
    assert not story.is_over({"status": "FINISHED", "epoch": 2})
    told(story, 3, status("FINISHED"))
    assert story.is_over({"status": "FINISHED", "epoch": 2})


def test_a_goodbye_for_good_and_one_for_now() -> None:
    story = Story("r")
    for line in ("event: goodbye", 'data: {"code": 1013, "reason": "too slow"}', ""):
        list(story.take(line))
    list(story.take("event: goodbye"))
    list(story.take('data: {"code": 1008, "reason": "join the class first"}'))
    with pytest.raises(Refused, match="join the class"):
        list(story.take(""))


def test_patience_ends_with_the_last_error_and_begins_anew_with_an_answer() -> None:
    pauses = Pauses(1.0)
    first = pauses.take(ValueError())
    assert 0 < first <= 0.1
    while True:
        try:
            pauses.take(ValueError())
        except ValueError:
            break
    pauses.reset()
    assert pauses.take(None) <= 0.1


@pytest.mark.parametrize("data", ["<html>", "[]", "{}", '{"events": [{"type": "epoch", "epoch": 1}]}'])
def test_what_another_server_tells_is_no_story(data: str) -> None:
    story = Story("r")
    list(story.take(f"data: {data}"))
    with pytest.raises(NoAnswer, match="not what a Chalknet tells"):
        list(story.take(""))
