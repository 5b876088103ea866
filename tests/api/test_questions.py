"""What nobody may know before it is revealed, tried by asking for it in every way there is."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import httpx
import pytest
from chalknet.engine.class_ledger import ANSWERS_A_MINUTE

from tests.classroom import Server
from tests.people import SECRET, Person, student, teacher, visitor

NUMBER = {"kind": "number", "text": "How good will it be?", "unit": "%", "least": 0, "most": 100}
CHOICE = {"kind": "choice", "text": "Which is best?", "options": ["small", "medium", "large"], "correct": 1}
CURVE = {"kind": "curve", "text": "Draw it", "metric": "test_accuracy", "epochs": 3}
# Answers that are found nowhere else by chance.
ANSWERS = {
    "number": ({"number": 61.5483}, "61.5483"),
    "choice": ({"option": 2}, '"option":2'),
    "curve": ({"curve": [0.1234, 0.5678, 0.8765, 0.9432]}, "0.5678"),
}


class Lesson(NamedTuple):
    """A class of two, one of whom answers, with somebody outside."""

    lead: Person
    ada: Person
    bob: Person
    outside: Person

    def everybody(self) -> tuple[Person, ...]:
        return self


@pytest.fixture
def lesson(lead: Person) -> Iterator[Lesson]:
    code = lead.room()["code"]
    people = Lesson(
        lead, student(lead.server, code, "Ada"), student(lead.server, code, "Bob"), visitor(lead.server)
    )
    yield people
    for person in people[1:]:
        person.http.close()


def ask(lead: Person, **question: Any) -> str:
    answer = lead.http.post("/class/questions", json=question)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def answer(person: Person, question: str, given: dict[str, Any]) -> httpx.Response:
    return person.http.put(f"/class/questions/{question}/answer", json=given)


def change(lead: Person, question: str, **changes: Any) -> dict[str, Any]:
    return dict(lead.http.patch(f"/class/questions/{question}", json=changes).raise_for_status().json())


def events(person: Person, until: int) -> list[dict[str, Any]]:
    """Everything a page is told from the beginning up to a number, as it comes over the websocket."""
    seen: list[dict[str, Any]] = []
    with person.socket() as socket:
        while not seen or seen[-1]["seq"] < until:
            seen += json.loads(socket.recv(timeout=30))["events"]
    return seen


def newest(person: Person) -> int:
    """The number of the last event that viewers are told."""
    return int(person.http.get("/state").json()["seq"])


def plain(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def told(lesson: Lesson, question: str) -> dict[str, str]:
    """All that can be had of a class, as one text for each person and way."""
    until = newest(lesson.lead)
    found: dict[str, str] = {}
    for name, person in zip(lesson._fields, lesson, strict=True):
        for path in ("/class", "/class/me", "/class/members", f"/class/questions/{question}/answer", "/runs"):
            got = person.http.get(path)
            found[f"{name} {path}"] = plain(got.json())
        for method, path in (("GET", f"/class/questions/{question}"), ("GET", "/class/questions")):
            found[f"{name} {path}"] = person.http.request(method, path).text
        for query in (
            "format=html",
            *(f"format=csv&table={table}" for table in ("runs", "answers", "boards")),
        ):
            found[f"{name} report {query}"] = person.http.get(f"/class/report?{query}").text
        page = httpx.get(f"{person.server.url}/", cookies=dict(person.http.cookies))
        found[f"{name} page"] = page.text
        if person is not lesson.outside:
            found[f"{name} events"] = plain(events(person, until))
    found["metrics"] = httpx.get(f"{lesson.lead.server.url}/metrics").text
    return found


# The only place where an answer may be before it is revealed: where who gave it asks for it.
def own(name: str, question: str) -> str:
    return f"{name} /class/questions/{question}/answer"


@pytest.mark.parametrize("question", [NUMBER, CHOICE, CURVE], ids=lambda question: question["kind"])
def test_nobody_can_get_an_answer_before_it_is_revealed(lesson: Lesson, question: dict[str, Any]) -> None:
    given, needle = ANSWERS[question["kind"]]
    asked = ask(lesson.lead, **question)
    changed = answer(lesson.ada, asked, given)
    assert changed.json()["answers"] is None
    for status in ("open", "closed"):
        if status == "closed":
            change(lesson.lead, asked, status="closed")
        ways = told(lesson, asked)
        assert {way for way, text in ways.items() if needle in text} == {own("ada", asked)}
        assert {way for way, text in ways.items() if '"correct":1' in text} == set()
        assert {way for way, text in ways.items() if "(right)" in text} == set()
    mine = lesson.ada.http.get(f"/class/questions/{asked}/answer").json()
    assert mine == {"answer": given}
    assert lesson.bob.http.get(f"/class/questions/{asked}/answer").json() == {"answer": None}
    refused = lesson.lead.http.get(f"/class/questions/{asked}/answer")
    lesson.lead.refused(refused, 403, "students-only")


def test_refusals_and_answers_to_the_teacher_tell_no_right_option(lesson: Lesson) -> None:
    created = lesson.lead.http.post("/class/questions", json=CHOICE).json()
    assert created["spec"]["correct"] is None
    asked = created["id"]
    for given in ({"option": 1}, {"option": 0}):
        assert answer(lesson.ada, asked, given).json()["spec"]["correct"] is None
    wrong = answer(lesson.ada, asked, {"option": 5})
    assert "medium" not in wrong.text
    assert change(lesson.lead, asked, status="closed")["spec"]["correct"] is None


def revealed(lesson: Lesson, question: dict[str, Any], *, named: bool) -> tuple[str, list[dict[str, Any]]]:
    asked = ask(lesson.lead, **question)
    given, _ = ANSWERS[question["kind"]]
    for person in (lesson.ada, lesson.bob):
        answer(person, asked, given).raise_for_status()
    return asked, list(change(lesson.lead, asked, status="revealed", named=named)["answers"])


@pytest.mark.parametrize("question", [NUMBER, CHOICE, CURVE], ids=lambda question: question["kind"])
def test_without_names_nobody_learns_who_gave_which_answer(lesson: Lesson, question: dict[str, Any]) -> None:
    asked, answers = revealed(lesson, question, named=False)
    given, _ = ANSWERS[question["kind"]]
    assert answers == [given, given]
    ids = [lesson.ada.me["member"], lesson.bob.me["member"]]
    for person in (lesson.lead, lesson.ada, lesson.bob):
        shown = next(one for one in person.room()["questions"] if one["id"] == asked)
        assert shown["answers"] == [given, given]
        assert not re.search("|".join(ids), plain(shown))
        about = [event for event in events(person, newest(lesson.lead)) if event.get("question") == asked]
        assert [event["type"] for event in about] == ["asked", "revealed"]
        assert not re.search("|".join([*ids, "Ada", "Bob"]), plain(about))
    table = lesson.lead.http.get("/class/report?format=csv&table=answers").text
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [row["student"] for row in rows] == ["", ""]


def test_the_order_of_answers_without_names_does_not_tell_who_came_first(lesson: Lesson) -> None:
    orders = []
    for first, second in ((lesson.ada, lesson.bob), (lesson.bob, lesson.ada)):
        asked = ask(lesson.lead, **NUMBER)
        answer(first, asked, {"number": 70 if first is lesson.ada else 30})
        answer(second, asked, {"number": 70 if second is lesson.ada else 30})
        orders.append(change(lesson.lead, asked, status="revealed")["answers"])
    assert orders[0] == orders[1]


def test_with_names_everybody_learns_them_and_that_cannot_be_taken_back(lesson: Lesson) -> None:
    asked, answers = revealed(lesson, CHOICE, named=True)
    assert {one["member"] for one in answers} == {lesson.ada.me["member"], lesson.bob.me["member"]}
    assert change(lesson.lead, asked, status="revealed", named=False)["named"] is True
    assert lesson.bob.room()["questions"][0]["spec"]["correct"] == 1


def test_names_may_come_after_the_answers(lesson: Lesson) -> None:
    asked, answers = revealed(lesson, NUMBER, named=False)
    assert all("member" not in one for one in answers)
    assert all(
        "member" in one for one in change(lesson.lead, asked, status="revealed", named=True)["answers"]
    )


def test_who_comes_late_and_who_comes_back_is_told_the_same(lesson: Lesson) -> None:
    asked, _ = revealed(lesson, NUMBER, named=False)
    until = newest(lesson.lead)
    before = events(lesson.bob, until)
    with student(lesson.lead.server, lesson.lead.room()["code"], "Late") as late:
        assert events(late, until)[: len(before)] == before
        assert late.room()["questions"] == lesson.bob.room()["questions"]
        late.refused(answer(late, asked, {"number": 1}), 409, "question-closed")


def test_how_many_have_answered_is_told_without_an_event_for_each(lesson: Lesson) -> None:
    asked = ask(lesson.lead, **NUMBER)
    with lesson.bob.socket(after=newest(lesson.lead)) as socket:
        for person in (lesson.ada, lesson.bob):
            answer(person, asked, {"number": 40}).raise_for_status()
        counts: dict[str, int] = {}
        while counts.get(asked) != 2:
            message = json.loads(socket.recv(timeout=30))
            assert message["events"] == []
            counts = message.get("answers", counts)


def test_an_answer_is_changed_and_counted_once_until_the_question_is_closed(lesson: Lesson) -> None:
    asked = ask(lesson.lead, **NUMBER)
    for number in (10, 20, 20):
        assert answer(lesson.ada, asked, {"number": number}).json()["count"] == 1
    assert answer(lesson.bob, asked, {"number": 30}).json()["count"] == 2
    change(lesson.lead, asked, status="closed")
    lesson.ada.refused(answer(lesson.ada, asked, {"number": 99}), 409, "question-closed")
    assert change(lesson.lead, asked, status="revealed")["answers"] == [{"number": 20.0}, {"number": 30.0}]
    lesson.ada.refused(answer(lesson.ada, asked, {"number": 99}), 409, "question-closed")


def test_an_answer_is_not_changed_without_end(lesson: Lesson) -> None:
    question, other = ask(lesson.lead, **NUMBER), ask(lesson.lead, **NUMBER)
    ada, bob = lesson.ada, lesson.bob
    for number in range(ANSWERS_A_MINUTE):
        assert answer(ada, question, {"number": number}).is_success
    assert answer(ada, question, {"number": number}).is_success  # the same again changes nothing
    refused = answer(ada, question, {"number": 0.5})
    ada.refused(refused, 429, "too-often")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert answer(ada, other, {"number": 0.5}).is_success
    assert answer(bob, question, {"number": 0.5}).is_success


def test_nobody_answers_for_another(lesson: Lesson) -> None:
    asked = ask(lesson.lead, **NUMBER)
    for body in ({"number": 1, "member": lesson.bob.me["member"]}, {"number": 1, "answers": 40}):
        assert answer(lesson.ada, asked, body).status_code == 422
    lesson.lead.refused(answer(lesson.lead, asked, {"number": 1}), 403, "students-only")
    lesson.outside.refused(answer(lesson.outside, asked, {"number": 1}), 403, "not-joined")
    lesson.lead.http.patch(f"/class/members/{lesson.ada.me['member']}", json={"removed": True})
    lesson.ada.refused(answer(lesson.ada, asked, {"number": 1}), 403, "not-joined")
    assert lesson.lead.room()["questions"][0]["count"] == 0


def test_a_question_is_taken_back_with_its_answers(lesson: Lesson) -> None:
    asked = ask(lesson.lead, **NUMBER)
    answer(lesson.ada, asked, {"number": 10})
    lesson.lead.http.delete(f"/class/questions/{asked}").raise_for_status()
    assert lesson.lead.room()["questions"] == []
    lesson.ada.refused(answer(lesson.ada, asked, {"number": 10}), 404, "question-not-found")


def test_the_run_that_tells_is_one_that_there_is_and_may_be_named_late(lesson: Lesson) -> None:
    lesson.lead.refused(
        lesson.lead.http.post("/class/questions", json={**CURVE, "run_id": "x"}), 404, "run-not-found"
    )
    asked = ask(lesson.lead, **CURVE)
    refused = lesson.lead.http.patch(f"/class/questions/{asked}", json={"status": "revealed", "run_id": "x"})
    lesson.lead.refused(refused, 404, "run-not-found")
    assert lesson.lead.room()["questions"][0]["status"] == "open"
    change(lesson.lead, asked, status="revealed")
    run = lesson.lead.create(preset="two-features", epochs=1)
    assert change(lesson.lead, asked, status="revealed", run_id=run["id"])["spec"]["run_id"] == run["id"]
    last = [event for event in events(lesson.bob, newest(lesson.lead)) if event["type"] == "revealed"][-1]
    assert last["run_id"] == run["id"]
    lesson.lead.until_ended(run["id"])


def test_extreme_answers_do_not_break_the_report(lesson: Lesson) -> None:
    asked = ask(lesson.lead, kind="number", text="How many?")
    assert answer(lesson.ada, asked, {"number": 1e300}).status_code == 422
    answer(lesson.ada, asked, {"number": 1e12}).raise_for_status()
    answer(lesson.bob, asked, {"number": -1e12}).raise_for_status()
    change(lesson.lead, asked, status="revealed")
    lesson.lead.http.get("/class/report").raise_for_status()


def test_a_killed_server_forgets_nothing(new_server: Callable[..., Server]) -> None:
    server = new_server(arguments=["--class"], CHALKNET_TEACHER_SECRET=SECRET).start()
    with teacher(server) as lead, student(server, lead.room()["code"], "Ada") as ada:
        shown, hidden = ask(lead, **NUMBER), ask(lead, **CHOICE)
        answer(ada, shown, {"number": 61}).raise_for_status()
        change(lead, shown, status="revealed", named=True)
        answer(ada, hidden, {"option": 2}).raise_for_status()
        before = ada.room()
        server.kill()
        server.start()
        assert ada.room() == before
        assert ada.http.get(f"/class/questions/{hidden}/answer").json() == {"answer": {"option": 2}}
        answer(ada, hidden, {"option": 1}).raise_for_status()
        assert change(lead, hidden, status="revealed")["answers"] == [{"option": 1}]
