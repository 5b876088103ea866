"""The table of rights: complete by construction, and true of every route for everybody."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest
from chalknet.api.rights import RIGHTS, Right, operation_of
from chalknet.main import API, API_ROUTERS, PAGE_ROUTERS
from websockets.exceptions import InvalidStatus

from tests.classroom import Server
from tests.people import Person, student, teacher, visitor


class Operation(NamedTuple):
    name: str
    method: str
    path: str


def operations() -> Iterator[Operation]:
    """Every route with each of its methods; WS for a websocket."""
    for prefix, routers in ((API, API_ROUTERS), ("", PAGE_ROUTERS)):
        for router in routers:
            for route in router.routes:
                name = operation_of(route.endpoint)
                for method in sorted(getattr(route, "methods", None) or {"WS"}):
                    yield Operation(name, method, prefix + route.path)


OPERATIONS = list(operations())


def test_every_route_has_a_line_and_every_line_a_route() -> None:
    assert {operation.name for operation in OPERATIONS} == RIGHTS.keys()


SMALL = {"settings": {"preset": "two-features", "epochs": 1, "batch_size": 1000}}


class School(NamedTuple):
    """A class with everybody in it who can want something of another."""

    server: Server
    people: dict[str, Person]
    runs: dict[str, str]  # by the role of its owner
    experiments: dict[str, str]  # the same
    question: str
    task: str


@pytest.fixture(scope="module")
def everybody(school: Server) -> Iterator[School]:
    server, lead = school, teacher(school)
    code = lead.room()["code"]
    people = {"teacher": lead, "student": student(server, code, "Ada"), "other": student(server, code, "Bob")}
    people["visitor"] = visitor(server)
    runs = {
        name: people[name].create(preset="two-features", epochs=1)["id"]
        for name in ("teacher", "student", "other")
    }
    experiments = {
        name: people[name].http.post("/experiments", json=SMALL).raise_for_status().json()["id"]
        for name in runs
    }
    question = lead.http.post("/class/questions", json={"kind": "number", "text": "How good?"}).json()["id"]
    task = {"text": "Do it", "base": {"preset": "two-features"}}
    task_id = lead.http.post("/class/tasks", json=task).json()["id"]
    for run_id in runs.values():
        lead.until_ended(run_id)
    yield School(server, people, runs, experiments, question, task_id)
    for person in people.values():
        person.http.close()


# Who asks, and whose run it is about.
CASES = [("teacher", "other"), ("student", "student"), ("student", "other"), ("visitor", "other")]
MAY: dict[Right, set[tuple[str, str]]] = {
    Right.ANYBODY: set(CASES),
    Right.MEMBER: {("teacher", "other"), ("student", "student"), ("student", "other")},
    Right.STUDENT: {("student", "student"), ("student", "other")},
    Right.OWNER: {("teacher", "other"), ("student", "student")},
    Right.TEACHER: {("teacher", "other")},
}
REFUSALS = {"not-joined", "teacher-only", "students-only", "not-your-run"}
# What would end the class under the feet of the other cases; tests of their own try them.
FATAL = {
    "classroom.end_class",
    "experiments.delete_experiment",
    "membership.sign_out",
    "runs.delete_run",
}


def address(everybody: School, path: str, whose: str) -> str:
    values = {
        "run_id": everybody.runs[whose],
        "experiment_id": everybody.experiments[whose],
        "name": "digits",
        "question_id": everybody.question,
        "task_id": everybody.task,
        "member_id": everybody.people["other"].me["member"],
    }
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: values.get(found[1], "x"), path)


def ask(person: Person, method: str, url: str) -> httpx.Response:
    """With a body that no route takes: whoever may is told what is wrong with it, and nothing happens."""
    body: dict[str, Any] = {} if method in ("GET", "HEAD", "DELETE") else {"json": {"no such field": 1}}
    with person.http.stream(method, person.server.url + url, **body) as answer:
        if not answer.headers.get("content-type", "").startswith("text/event-stream"):  # which has no end
            answer.read()
        return answer


@pytest.mark.parametrize(
    ("operation", "who", "whose"),
    [
        pytest.param(operation, *case, id=f"{operation.method} {operation.path}, {case[0]} of {case[1]}")
        for operation in OPERATIONS
        for case in CASES
        if operation.name not in FATAL or case not in MAY[RIGHTS[operation.name]]
    ],
)
def test_a_route_answers_those_who_may_and_nobody_else(
    everybody: School, operation: Operation, who: str, whose: str
) -> None:
    may = (who, whose) in MAY[RIGHTS[operation.name]]
    person, url = everybody.people[who], address(everybody, operation.path, whose)
    if operation.method == "WS":
        assert follows(person, whose, everybody) is may
        return
    answer = ask(person, operation.method, url)
    if may:
        assert answer.status_code != 403
    else:
        assert answer.status_code == 403, answer.text
        if operation.method != "HEAD":
            assert answer.json()["code"] in REFUSALS


def follows(person: Person, whose: str, everybody: School) -> bool:
    try:
        with person.socket(everybody.runs[whose]):
            return True
    except InvalidStatus as refusal:
        return refusal.response.status_code != 403


def test_a_refusal_changes_nothing(everybody: School) -> None:
    ada, run_id = everybody.people["student"], everybody.runs["other"]
    before = ada.run(run_id)
    for body in ({"wanted": "stopped"}, {"name": "mine"}, {"eta": 0.1}, {"epochs": 50}, {"pinned": True}):
        ada.refused(ada.http.patch(f"/runs/{run_id}", json=body), 403, "not-your-run")
    ada.refused(ada.http.delete(f"/runs/{run_id}"), 403, "not-your-run")
    ada.refused(ada.http.delete("/class"), 403, "teacher-only")
    assert ada.run(run_id) == before


def test_the_api_says_who_may_what(everybody: School) -> None:
    paths = httpx.get(f"{everybody.server.url}/openapi.json", timeout=60).json()["paths"]
    for operation in OPERATIONS:
        if operation.path.startswith(API) and operation.method not in ("WS", "HEAD"):
            entry = paths[operation.path][operation.method.lower()]
            assert entry["x-who-may"] == RIGHTS[operation.name].value


def test_what_is_open_is_held_against_a_run_as_it_is_now(lead: Person, school: Server) -> None:
    base = {"preset": "two-features", "epochs": 2}
    with student(school, lead.room()["code"], "Ann") as ann:
        outside = ann.create(**base, eta=2)["id"]
        inside = ann.create(**base, eta=9)["id"]
        for run_id, eta in ((outside, 9.0), (inside, 2.0)):
            ann.http.patch(f"/runs/{run_id}", json={"epochs": 3, "eta": eta, "wanted": "paused"})
        opening = {
            "which": "some",
            "settings": [{"name": "eta", "most": 4}, {"name": "epochs"}],
            "base": {**base, "dataset": "two-features", "shape": [2, 5, 2]},
        }
        lead.http.patch("/class", json={"opening": opening}).raise_for_status()
        answer = ann.http.patch(f"/runs/{outside}", json={"epochs": 9})
        ann.refused(answer, 403, "setting-at-most")
        ann.http.patch(f"/runs/{inside}", json={"epochs": 9}).raise_for_status()
