"""Whose turn it is in a class: the teacher's run first, and nobody locked out by the others."""

from collections.abc import Callable

from tests.classroom import LONG, QUICK, Server
from tests.people import SECRET, student, teacher


def test_no_student_has_a_turn_while_the_teachers_run_learns_on_the_only_worker(
    new_server: Callable[..., Server],
) -> None:
    server = new_server(arguments=["--class"], workers=1, CHALKNET_TEACHER_SECRET=SECRET).start()
    with teacher(server) as lead:
        code = lead.room()["code"]
        with student(server, code, "Ann") as ann, student(server, code, "Ben") as ben:
            for person in (ann, ben):
                run = person.create(**LONG)
                person.until_status(run["id"], "RUNNING")
        demonstration = lead.create(**QUICK)["id"]
        kinds: list[tuple[str, str]] = []
        for event in lead.events():
            if event.get("run_id") == demonstration and event["type"] == "status":
                kinds.append(("teacher", event["status"]))
                if event["status"] == "FINISHED":
                    break
            elif event["type"] in ("epoch", "progress"):
                kinds.append(("teacher" if event["run_id"] == demonstration else "student", event["type"]))
        assert not [who for who, _ in kinds[kinds.index(("teacher", "RUNNING")) :] if who == "student"]


def test_a_class_that_fills_the_server_does_not_lock_out_its_teacher(
    new_server: Callable[..., Server],
) -> None:
    server = new_server(
        arguments=["--class"], CHALKNET_TEACHER_SECRET=SECRET, CHALKNET_MAX_WAITING_RUNS="2"
    ).start()
    with teacher(server) as lead, student(server, lead.room()["code"], "Ann") as ann:
        for _ in range(2):
            ann.create(**LONG)
        refused = ann.http.post("/runs", json=LONG)
        ann.refused(refused, 429, "too-many")
        assert int(refused.headers["retry-after"]) > 0
        lead.create(**QUICK)


def test_those_who_run_a_lot_leave_places_to_those_who_have_none(new_server: Callable[..., Server]) -> None:
    server = new_server(
        arguments=["--class"], CHALKNET_TEACHER_SECRET=SECRET, CHALKNET_MAX_WAITING_RUNS="5"
    ).start()
    with teacher(server) as lead, student(server, lead.room()["code"], "Ann") as ann:
        for _ in range(4):
            ann.create(**LONG)
        assert ann.refused(ann.http.post("/runs", json=LONG), 429, "too-many")["limit"] == 4
        with student(server, lead.room()["code"], "Bob") as bob:
            bob.create(**LONG)
            bob.refused(bob.http.post("/runs", json=LONG), 429, "too-many")
