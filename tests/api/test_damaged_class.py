"""A class in whose log something makes no sense: it goes on without that."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing

from tests.classroom import Server
from tests.people import SECRET, student, teacher


def test_what_makes_no_sense_is_left_out_with_a_line(new_server: Callable[..., Server]) -> None:
    server = new_server(arguments=["--class"], CHALKNET_TEACHER_SECRET=SECRET).start()
    with teacher(server) as lead:
        room = lead.room()
        with student(server, room["code"], "Ada"):
            server.kill()
    events = [
        ("member-renamed", {"member": "nobody", "name": "Bob"}),
        ("member-removed", {"member": "nobody", "removed": True}),
        ("task-changed", {"task": "none", "named": True, "ended": True}),
        ("question-closed", {"question": "none"}),
        ("door", {"open": False}),
    ]
    with closing(sqlite3.connect(server.folder / "chalknet.db")) as db, db:
        for kind, body in events:
            db.execute(
                "INSERT INTO events (run_id, type, ts, body) VALUES (?, ?, '', ?)",
                (room["id"], kind, json.dumps(body)),
            )
    server.start()
    assert server.log.read_text().count("an event was left out") == 4
    with teacher(server) as lead:
        after = lead.room()
    assert [member["name"] for member in after["members"]] == ["Ada"]
    assert (after["code"], after["door_open"]) == (room["code"], False)
