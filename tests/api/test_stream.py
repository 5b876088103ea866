"""Server-sent events: what the websocket tells, where there is none."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import httpx
import pytest
from chalknet.api.following import CONNECTIONS_EACH

from tests.classroom import QUICK, Client, Server, attempts
from tests.people import Person, student, visitor


class Told(NamedTuple):
    """What an EventSource makes of a block of lines."""

    kind: str  # message, unless it says otherwise
    id: int | None
    data: dict[str, Any]


@contextmanager
def stream(client: Client, query: str = "", **headers: str) -> Iterator[Iterator[Told]]:
    """The answer to a request for events, block by block; it ends when the server hangs up."""
    with client.http.stream("GET", f"/events?{query}", headers=headers) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert "no-transform" in answer.headers["cache-control"]
        yield blocks(answer)


def blocks(answer: httpx.Response) -> Iterator[Told]:
    fields: dict[str, str] = {}
    for line in answer.iter_lines():
        name, _, value = line.partition(": ")
        if line == "":
            if "data" in fields:
                number = int(fields["id"]) if "id" in fields else None
                yield Told(fields.get("event", "message"), number, json.loads(fields["data"]))
            fields = {}
        elif not line.startswith(":"):
            fields[name] = value


def until_finished(told: Iterator[Told]) -> list[Told]:
    seen = []
    for one in told:
        seen.append(one)
        if any(event.get("status") == "FINISHED" for event in one.data["events"]):
            return seen
    raise AssertionError("the server hung up")


def test_it_tells_what_the_websocket_tells_and_each_message_says_how_far_it_goes(client: Client) -> None:
    run_id = client.create(**QUICK)["id"]
    with stream(client, f"run={run_id}") as told:
        seen = until_finished(told)
    events = [event for one in seen for event in one.data["events"]]
    late = client.until_status(run_id, "FINISHED")
    numbers = {event["seq"] for event in late}
    assert [event for event in events if event["seq"] in numbers] == late
    assert all(one.id is not None and one.id >= one.data["events"][-1]["seq"] for one in seen)


def test_who_comes_back_goes_on_from_the_last_number(client: Client) -> None:
    run_id = client.create(**QUICK)["id"]
    events = client.until_status(run_id, "FINISHED")
    after = events[2]["seq"]
    for query, headers in (
        (f"run={run_id}&after={after}", {}),
        (f"run={run_id}&after=0", {"last-event-id": str(after)}),  # as an EventSource comes back by itself
    ):
        with stream(client, query, **headers) as told:
            seen = [event["seq"] for one in until_finished(told) for event in one.data["events"]]
        assert seen == [event["seq"] for event in events[3:]]


def test_hello_comes_first(client: Client) -> None:
    with stream(client, f"hello=true&after={2**50}") as told:
        hello = next(told)
    assert hello.kind == "message"
    assert hello.data["events"] == []
    assert hello.data["log"]


@pytest.mark.parametrize(
    ("query", "status"),
    [("run=no-such-run", 404), ("after=-1", 422), ("after=x", 422), (f"after={10**30}", 422)],
)
def test_what_cannot_be_followed_is_refused_with_a_problem(client: Client, query: str, status: int) -> None:
    answer = client.http.get(f"/events?{query}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def connections(lead: Person, member: str) -> int:
    members = lead.http.get("/class/members").raise_for_status().json()["members"]
    return int(next(one["connected"] for one in members if one["id"] == member))


def test_in_a_class_who_streams_is_there_and_who_has_gone_is_not(school: Server, lead: Person) -> None:
    with student(school, lead.room()["code"], "Ada") as ada:
        with stream(ada, "hello=true") as told:
            assert next(told).data["log"]
            assert connections(lead, ada.me["member"]) == 1
        assert any(connections(lead, ada.me["member"]) == 0 for _ in attempts(10))


def test_who_is_not_in_the_class_is_told_nothing(school: Server, lead: Person) -> None:
    with visitor(school) as somebody:
        somebody.refused(somebody.http.get("/events"), 403, "not-joined")
        somebody.refused(somebody.http.get("/state"), 403, "not-joined")


def test_who_is_sent_out_or_signs_out_is_told_so_and_let_go(school: Server, lead: Person) -> None:
    code = lead.room()["code"]
    with (
        student(school, code, "Ada") as ada,
        student(school, code, "Bob") as bob,
        stream(ada, "hello=true") as hers,
        stream(bob, "hello=true") as his,
    ):
        assert next(hers).data["log"]
        assert next(his).data["log"]
        lead.http.patch(f"/class/members/{ada.me['member']}", json={"removed": True}).raise_for_status()
        assert goodbye(hers) == {"code": 1008, "reason": "join the class first"}
        bob.http.delete("/class/session").raise_for_status()
        assert goodbye(his) == {"code": 1008, "reason": "join the class first"}


def test_an_old_class_learns_nothing_of_the_next(school: Server, lead: Person) -> None:
    with student(school, lead.room()["code"], "Ada") as ada, stream(ada) as told:
        new_code = lead.http.delete("/class").raise_for_status().json()["code"]
        *before, last = told
    assert last.data["code"] == 1008
    assert new_code not in json.dumps([one.data for one in before])


def goodbye(told: Iterator[Told]) -> dict[str, Any]:
    *_, last = told
    assert last.kind == "goodbye"
    return last.data


def test_the_server_ends_although_somebody_reads(new_server: Callable[..., Server]) -> None:
    server = new_server().start()
    with Client(server) as client, stream(client, "hello=true") as told:
        assert next(told).data["log"]
        assert server.stop() == 0
        with pytest.raises(httpx.RemoteProtocolError):  # cut off, as by a server that has vanished
            list(told)
    assert "ERROR" not in server.log.read_text()


def test_a_student_has_so_many_connections_of_both_kinds(school: Server, lead: Person) -> None:
    with student(school, lead.room()["code"], "Ada") as ada, ExitStack() as opened:
        opened.enter_context(ada.socket())
        streams = [opened.enter_context(stream(ada, "hello=true")) for _ in range(CONNECTIONS_EACH - 1)]
        assert all(next(told).data["log"] for told in streams)
        ada.refused(ada.http.get("/events"), 429, "too-many")
