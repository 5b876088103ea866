"""A task: its rules hold, its board ranks what counts, and shows names only if the teacher wants."""

from typing import Any

import pytest

from tests.classroom import Server
from tests.people import Person, student

BASE = {"preset": "two-features", "epochs": 2}
TASK: dict[str, Any] = {"text": "As good as you can", "base": BASE, "max_epochs": 2}


def set_task(lead: Person, **changes: Any) -> str:
    answer = lead.http.post("/class/tasks", json={**TASK, **changes})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def board(person: Person, task: str) -> list[dict[str, Any]]:
    return list(person.http.get(f"/class/tasks/{task}/board").raise_for_status().json()["places"])


def finished(person: Person, **settings: Any) -> str:
    run = person.create(**{**BASE, **settings})
    return str(person.until_ended(run["id"])["id"])


@pytest.fixture
def people(lead: Person) -> Any:
    code = lead.room()["code"]
    with student(lead.server, code, "Ada") as ada, student(lead.server, code, "Bob") as bob:
        yield ada, bob


def test_the_board_has_everybody_once_and_mine_is_marked(lead: Person, people: tuple[Person, Person]) -> None:
    ada, bob = people
    early = finished(ada)  # before the task there was nothing to be good at
    task = set_task(lead)
    assert board(ada, task) == []
    runs = {"ada": finished(ada, eta=1.0), "bob": finished(bob, eta=0.001)}
    finished(lead)
    places = board(ada, task)
    assert {place["member"] for place in places} == {ada.me["member"], bob.me["member"]}
    assert {place["run_id"] for place in places} == set(runs.values())
    assert early not in str(places)
    values = [place["value"] for place in places]
    assert values == sorted(values, reverse=True)
    assert [place["member"] for place in places if place["mine"]] == [ada.me["member"]]
    assert [place["mine"] for place in board(lead, task)] == [False, False]


def test_without_names_students_see_their_own_place_only(lead: Person, people: tuple[Person, Person]) -> None:
    ada, bob = people
    task = set_task(lead, named=False)
    runs = {ada.me["member"]: finished(ada), bob.me["member"]: finished(bob)}
    for person, other in ((ada, bob), (bob, ada)):
        places = board(person, task)
        mine = next(place for place in places if place["mine"])
        theirs = next(place for place in places if not place["mine"])
        assert (mine["member"], mine["run_id"]) == (person.me["member"], runs[person.me["member"]])
        assert (theirs["member"], theirs["run_id"]) == (None, None)
        assert other.me["member"] not in str(places)
    assert {place["member"] for place in board(lead, task)} == set(runs)
    lead.http.patch(f"/class/tasks/{task}", json={"named": True}).raise_for_status()
    assert {place["member"] for place in board(ada, task)} == set(runs)


def test_what_breaks_the_rules_is_refused_and_off_the_board(
    lead: Person, people: tuple[Person, Person]
) -> None:
    ada, _ = people
    opening = {"which": "some", "settings": [{"name": "eta"}], "base": BASE}
    task = set_task(lead, opening=opening)
    ada.refused(ada.http.post("/runs", json={**BASE, "epochs": 3}), 403, "against-the-rules")
    ada.refused(ada.http.post("/runs", json={**BASE, "batch_size": 7}), 403, "setting-locked")
    ada.refused(ada.http.post("/runs", json={"dataset": "digits", "epochs": 1}), 403, "against-the-rules")
    run_id = finished(ada, eta=0.5)
    assert [place["run_id"] for place in board(ada, task)] == [run_id]
    ada.refused(ada.http.patch(f"/runs/{run_id}", json={"epochs": 50}), 403, "against-the-rules")
    lead.http.patch(f"/runs/{run_id}", json={"epochs": 3}).raise_for_status()
    lead.until(run_id, lambda event: event.get("epoch") == 3)
    assert board(ada, task) == []


def test_the_board_of_a_task_that_is_over_stands_still(
    lead: Person, people: tuple[Person, Person], school: Server
) -> None:
    ada, bob = people
    task = set_task(lead, measure="train_loss", max_epochs=None)
    run = ada.create(**{**BASE, "epochs": 1000, "batch_size": 1})["id"]
    ada.until(run, lambda event: event["type"] == "epoch")
    ada.want(run, "paused")
    ada.until_status(run, "PAUSED")
    places = board(ada, task)
    assert [place["run_id"] for place in places] == [run]
    lead.http.patch(f"/class/tasks/{task}", json={"ended": True}).raise_for_status()
    ended_at = lead.room()["tasks"][0]["ended_at"]
    assert ended_at

    before = ada.run(run)
    ada.want(run, "running")
    ada.until(run, lambda event: event["type"] == "epoch", after=before["seq"])
    ada.want(run, "stopped")
    finished(bob)
    assert board(ada, task) == places
    assert ada.run(run)["last"]["train_loss"] != places[0]["value"]
    lead.http.patch(f"/class/tasks/{task}", json={"named": False}).raise_for_status()
    assert lead.room()["tasks"][0]["ended_at"] == ended_at
    ada.until_ended(run)
    assert ada.http.delete(f"/runs/{run}").is_success
    assert lead.http.get("/class/report").is_success
    school.kill()
    school.start()
    assert board(ada, task) == places
    lead.http.patch(f"/class/tasks/{task}", json={"ended": False}).raise_for_status()
    assert lead.room()["tasks"][0]["ended_at"] is None
    assert [place["member"] for place in board(lead, task)] == [bob.me["member"]]


def test_a_new_task_ends_the_one_before_and_everybody_is_told(
    lead: Person, people: tuple[Person, Person]
) -> None:
    first = set_task(lead)
    second = set_task(lead, text="Another")
    states = {task["id"]: task["ended"] for task in people[0].room()["tasks"]}
    assert states == {first: True, second: False}
    lead.http.patch(f"/class/tasks/{second}", json={"ended": True}).raise_for_status()
    people[0].until_ended(people[0].create(**{**BASE, "epochs": 3})["id"])  # the rules are over with the task


def test_a_task_with_the_settings_that_a_page_sends(lead: Person, school: Server) -> None:
    config = lead.create(preset="two-features", epochs=1)["config"]
    task = set_task(
        lead, base=config, opening={"which": "some", "settings": [{"name": "eta"}], "base": config}
    )
    assert lead.room()["tasks"][-1]["id"] == task
