"""What a teacher keeps of a lesson: a page that needs nothing else, and tables for a spreadsheet."""

import csv
import io
import re
from contextlib import ExitStack
from html.parser import HTMLParser

import pytest

from tests.classroom import QUICK, Server
from tests.people import Person, student

HOSTILE = [
    "<b>Ann</b>",
    "=cmd|' /C calc'!A0",
    '"><script>alert(1)</script>',
    "+1 & co",
    "@sum",
    "{{ 7 * 7 }}",
]


class Page(HTMLParser):
    """The elements of a page, what they refer to, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.references: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "srcset", "action", "xlink:href", "data") or name.startswith("on"):
                self.references.append(f"{tag} {name} {value}")

    def handle_data(self, data: str) -> None:
        self.words += data


def page(lead: Person) -> Page:
    answer = lead.http.get("/class/report?format=html").raise_for_status()
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-disposition"].startswith("attachment")
    return Page(answer.text)


def table(lead: Person, name: str) -> list[dict[str, str]]:
    answer = lead.http.get(f"/class/report?format=csv&table={name}").raise_for_status()
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def asked(lead: Person, **spec: object) -> str:
    return str(lead.http.post("/class/questions", json=spec).raise_for_status().json()["id"])


def answered(person: Person, question: str, **answer: object) -> None:
    person.http.put(f"/class/questions/{question}/answer", json=answer).raise_for_status()


def reveal(lead: Person, question: str, *, named: bool = False) -> None:
    change = {"status": "revealed", "named": named}
    lead.http.patch(f"/class/questions/{question}", json=change).raise_for_status()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_only_a_name(school: Server, lead: Person, name: str) -> None:
    with student(school, lead.room()["code"], name) as person:
        run = person.create(**QUICK, name=name)
        person.until_ended(run["id"])
        question = asked(lead, kind="choice", text=name, options=[name, "other"])
        answered(person, question, option=0)
        reveal(lead, question, named=True)
    report = page(lead)
    assert not {"script", "b", "link", "img", "iframe", "object", "form"} & set(report.elements)
    assert report.references == []
    assert (
        report.words.count(name) == 6
    )  # the question, its option, the run, its student, the answer, its student
    (row,) = table(lead, "runs")
    safe = f"'{name}" if name[0] in "=+-@" else name
    assert (row["name"], row["student"]) == (safe, safe)
    (answer,) = table(lead, "answers")
    assert (answer["text"], answer["student"], answer["answer"]) == (safe, safe, safe)
    for cell in [*row.values(), *answer.values()]:
        assert cell[:1] not in ("=", "+", "@", "\t", "\r", "\n"), cell


def test_what_was_not_revealed_is_in_no_report(school: Server, lead: Person) -> None:
    with student(school, lead.room()["code"], "Ann") as ann:
        number = asked(lead, kind="number", text="How good?", unit="%")
        answered(ann, number, number=87.654)
        choice = asked(lead, kind="choice", text="Which?", options=["this", "that"])
        answered(ann, choice, option=1)
    reveal(lead, choice)
    report = page(lead)
    assert "1 answered; the answers were not revealed." in re.sub(r"\s+", " ", report.words)
    assert "87.654" not in report.words
    (row,) = table(lead, "answers")
    assert (row["text"], row["student"], row["answer"]) == ("Which?", "", "that")  # revealed without names
    reveal(lead, number, named=True)
    assert [(row["student"], row["answer"]) for row in table(lead, "answers")] == [
        ("Ann", "87.654"),
        ("", "that"),
    ]


def test_a_number_is_told_as_it_was_given_and_by_whom_if_names_were_revealed(
    school: Server, lead: Person
) -> None:
    question = asked(lead, kind="number", text="How good?", unit="%")
    with ExitStack() as people:
        for name, number in (("Ann", 90), ("Ben", 85.25), ("Cem", 90)):
            person = people.enter_context(student(school, lead.room()["code"], name))
            answered(person, question, number=number)
    reveal(lead, question)
    words = page(lead).words
    assert re.search(r"85\.25\s*1\s*90\s*2\b", words)
    assert "Ben" not in words
    reveal(lead, question, named=True)
    assert "Ann: 90.0 · Ben: 85.25 · Cem: 90.0" in " ".join(page(lead).words.split())


def test_the_report_has_every_run_with_its_settings_and_curves(school: Server, lead: Person) -> None:
    with student(school, lead.room()["code"], "Ann") as ann:
        run = ann.until_ended(ann.create(**QUICK, eta=0.5, name="slow", activation="tanh")["id"])
        waiting = lead.create(**QUICK, seed=12345)
        lead.until_ended(waiting["id"])
    text = lead.http.get("/class/report").raise_for_status().text
    words = re.sub(r"\s+", " ", Page(text).words)
    assert "eta 0.5" in words
    assert "activation tanh" in words
    assert "seed 12345" in words
    assert f"best test accuracy {run['best']['test_accuracy']:.4f}" in words
    curves = [points.split() for points in re.findall(r'points="([^"]*)"', text)]
    assert [len(points) for points in curves] == [run["epoch"]] * 4
    rows = table(lead, "runs")
    assert [row["student"] for row in rows] == ["Ann", "teacher"]
    assert float(rows[0]["best_test_accuracy"]) == run["best"]["test_accuracy"]
    assert rows[0]["eta"] == "0.5"


def test_the_board_is_in_the_report(school: Server, lead: Person) -> None:
    base = {"dataset": "two-features", "shape": [2, 2], "epochs": 3}
    lead.http.post("/class/tasks", json={"text": "The best!", "base": base}).raise_for_status()
    with student(school, lead.room()["code"], "Ann") as ann:
        run = ann.until_ended(ann.create(**base)["id"])
    report = page(lead)
    assert "The best!" in report.words
    (place,) = table(lead, "boards")
    assert (place["task"] != "", place["place"], place["student"]) == (True, "1", "Ann")
    assert float(place["value"]) == run["best"]["test_accuracy"]


def test_rules_are_told_in_words_and_hidden_names_stay_hidden(school: Server, lead: Person) -> None:
    base = {"dataset": "two-features", "shape": [2, 2], "epochs": 3}
    opening = {"which": "some", "base": base, "settings": [{"name": "batch_size", "least": 1, "most": 30}]}
    task = {"text": "The best!", "base": base, "max_epochs": 5, "named": False, "opening": opening}
    lead.http.post("/class/tasks", json=task).raise_for_status()
    with student(school, lead.room()["code"], "Ann") as ann:
        run = ann.until_ended(ann.create(**base)["id"])
    words = re.sub(r"\s+", " ", page(lead).words)
    assert "At most 5 epochs. Open: batch size from 1 up to 30. The names were not shown." in words
    assert f"{run['best']['test_accuracy']:.4f}" in words
    assert "test accuracy" in words
    assert "FINISHED" not in words
    assert words.count("Ann") == 1  # at her run, where everybody sees it
    (place,) = table(lead, "boards")
    assert (place["place"], place["student"], place["run"]) == ("1", "", "")


def test_an_empty_class_has_a_report_too(lead: Person) -> None:
    assert "0 students, 0 runs" in re.sub(r"\s+", " ", page(lead).words)
    assert [table(lead, name) for name in ("runs", "answers", "boards")] == [[], [], []]
