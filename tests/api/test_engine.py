"""The engine under real faults: processes are killed, and every run ends as if nothing had happened."""

import contextlib
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.classroom import LONG, QUICK, Client, Server, attempts

NewServer = Callable[..., Server]
IN_THE_STEP = 60_000_000  # bytes of a worker's own: half as many when it is idle, twice in the step
SMALL = {"preset": "two-features", "epochs": 150}


def is_under_way(event: dict[str, Any]) -> bool:
    return event["type"] in ("progress", "epoch")


def epochs(events: list[dict[str, Any]]) -> list[int]:
    return [event["epoch"] for event in events if event["type"] == "epoch"]


@pytest.fixture(scope="module")
def undisturbed(server: Server) -> dict[str, Any]:
    """How the runs of these tests end when nobody interferes."""
    with Client(server) as client:
        return client.until_ended(client.create(**SMALL)["id"])


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(
    client: Client, undisturbed: dict[str, Any]
) -> None:
    again, other = client.create(**SMALL)["id"], client.create(**SMALL, seed=2)["id"]
    assert client.until_ended(again)["fingerprint"] == undisturbed["fingerprint"]
    assert client.until_ended(other)["fingerprint"] != undisturbed["fingerprint"]


def test_pausing_changes_no_bit(client: Client, undisturbed: dict[str, Any]) -> None:
    run_id = client.create(**SMALL)["id"]
    client.until(run_id, is_under_way)
    client.want(run_id, "paused")
    client.until_status(run_id, "PAUSED", "FINISHED")
    if client.run(run_id)["status"] == "PAUSED":
        client.want(run_id, "running")
    assert client.until_ended(run_id)["fingerprint"] == undisturbed["fingerprint"]


def test_several_runs_advance_together(client: Client) -> None:
    made = [client.create(**LONG)["id"] for _ in range(6)]
    waiting = set(made)
    for event in client.events(*made):
        if is_under_way(event):
            waiting.discard(event["run_id"])
        if not waiting:
            break
    statuses = [client.run(run_id)["status"] for run_id in made]
    assert statuses == ["RUNNING"] * 6
    for run_id in made:
        client.http.delete(f"/runs/{run_id}").raise_for_status()


def test_a_killed_worker_costs_nothing_but_time(new_server: NewServer, undisturbed: dict[str, Any]) -> None:
    server = new_server().start()
    with Client(server) as client:
        made = [client.create(**SMALL)["id"] for _ in range(2)]
        client.until(made[0], is_under_way)
        (first,) = server.workers()
        first.kill()
        for _ in attempts(30):
            second = [worker for worker in server.workers() if worker != first]
            if second:  # not three times: a slice that three workers die of is given up
                second[0].kill()
                break
        for run_id in made:
            run = client.until_ended(run_id)
            assert (run["status"], run["fingerprint"]) == ("FINISHED", undisturbed["fingerprint"])
            assert epochs(client.until_status(run_id, "FINISHED")) == list(range(1, 151))


def test_a_worker_killed_while_idle_is_not_missed(new_server: NewServer) -> None:
    server = new_server(workers=1).start()
    with Client(server) as client:
        assert (
            client.until_ended(client.create(preset="two-features", epochs=2)["id"])["status"] == "FINISHED"
        )
        (worker,) = server.workers()
        worker.kill()
        worker.wait()
        assert (
            client.until_ended(client.create(preset="two-features", epochs=2)["id"])["status"] == "FINISHED"
        )


def test_people_are_obeyed_while_a_killed_worker_cannot_be_replaced(new_server: NewServer) -> None:
    server = new_server(workers=1).start()
    process = psutil.Process(server.pid)
    with Client(server) as client:
        paused, stopped = (client.create(**LONG)["id"] for _ in range(2))
        for run_id in (paused, stopped):
            client.until(run_id, is_under_way)
        client.run(paused)  # the connection of before may have been closed for its silence
        limits = process.rlimit(psutil.RLIMIT_NOFILE)
        free = min(set(range(1000)) - {int(name.name) for name in Path(f"/proc/{server.pid}/fd").iterdir()})
        process.rlimit(psutil.RLIMIT_NOFILE, (free, limits[1]))  # nothing more can be opened
        (worker,) = server.workers()
        worker.kill()
        for _ in attempts(30):
            client.run(paused)  # or the connection is closed for its silence, and no other can be opened
            if "No worker process can be started" in server.log.read_text():
                break
        client.want(paused, "paused")
        client.want(stopped, "stopped")
        for _ in attempts(30):
            if client.run(paused)["status"] == "PAUSED" and client.run(stopped)["status"] == "STOPPED":
                break
        assert (client.run(paused)["status"], client.run(stopped)["status"]) == ("PAUSED", "STOPPED")
        process.rlimit(psutil.RLIMIT_NOFILE, limits)
        assert client.until_ended(client.create(**QUICK)["id"])["status"] == "FINISHED"


def test_a_slice_that_three_workers_die_of_fails_its_run_and_no_other(new_server: NewServer) -> None:
    server = new_server(workers=1).start()
    with Client(server) as client:
        # One step of this network takes long enough for its worker to be found and killed in it, and so much
        # memory that one sees when it has begun, on whatever processor.
        doomed = client.create(shape=[784, 1000, 1000, 10], batch_size=5000, epochs=2)["id"]
        client.until_status(doomed, "RUNNING")
        for _ in attempts(240):
            for worker in server.workers():
                # Of a process that dies while it starts, nobody knows what the slice would have done to it.
                with contextlib.suppress(psutil.NoSuchProcess):
                    if worker.memory_full_info().uss > IN_THE_STEP:
                        worker.kill()
            if client.run(doomed)["status"] == "FAILED":
                break
        run = client.run(doomed)
        assert (run["status"], run["status_reason"]) == ("FAILED", "WORKER_DIED")
        assert run["status_detail"]
        assert (
            client.until_ended(client.create(preset="two-features", epochs=2)["id"])["status"] == "FINISHED"
        )


@pytest.mark.parametrize("seed", range(3))
def test_a_killed_server_goes_on_where_it_was(
    new_server: NewServer, undisturbed: dict[str, Any], seed: int
) -> None:
    server = new_server().start()
    moments = random.Random(seed)
    with Client(server) as client:
        run_id = client.create(**SMALL)["id"]
        told: list[dict[str, Any]] = []
        for event in client.events(run_id):
            told.append(event)
            if is_under_way(event) and moments.random() < 0.3:
                break
            if event.get("status") == "FINISHED":
                break
        if seed % 2:  # both at once
            for worker in server.workers():
                worker.kill()
        server.kill()
        server.start()
        told += (
            client.until_status(run_id, "FINISHED", after=told[-1]["seq"])
            if "fingerprint" not in told[-1]
            else []
        )
        assert epochs(told) == list(range(1, 151))
        assert client.run(run_id)["fingerprint"] == undisturbed["fingerprint"]


def test_a_killed_servers_workers_end_too(new_server: NewServer) -> None:
    server = new_server(workers=2).start()
    workers = server.workers()
    assert len(workers) == 2
    server.kill()
    for worker in workers:
        worker.wait(10)


def test_a_paused_run_is_still_paused_after_a_restart(new_server: NewServer) -> None:
    server = new_server().start()
    with Client(server) as client:
        run_id = client.create(**LONG)["id"]
        client.until(run_id, is_under_way)
        client.want(run_id, "paused")
        client.until_status(run_id, "PAUSED")
        before = client.run(run_id)
        assert server.stop() == 0
        server.start()
        assert client.run(run_id) == before


def test_the_number_of_a_deleted_run_is_not_given_again(new_server: NewServer) -> None:
    server = new_server().start()
    with Client(server) as client:
        first, second = (client.create(**QUICK) for _ in range(2))
        client.http.delete(f"/runs/{second['id']}").raise_for_status()
        assert server.stop() == 0
        server.start()
        assert client.create(**QUICK)["number"] == second["number"] + 1 == first["number"] + 2


def test_a_restarted_server_says_so_in_the_log_of_the_run(new_server: NewServer) -> None:
    server = new_server().start()
    with Client(server) as client:
        run_id = client.create(**LONG)["id"]
        client.until(run_id, is_under_way)
        server.kill()
        server.start()
        events = client.until(run_id, lambda event: event.get("status_reason") == "SERVER_RESTARTED")
        assert events[-1]["status"] == "SCHEDULED"
        client.until(run_id, lambda event: event.get("status") == "RUNNING", after=events[-1]["seq"])


def test_a_second_server_on_the_same_folder_refuses_and_names_the_first(new_server: NewServer) -> None:
    first = new_server().start()
    second = new_server()
    with pytest.raises(RuntimeError, match=f"in use by process {first.pid}"):
        second.start()


def test_wishes_that_cross_leave_every_run_in_a_sane_state(new_server: NewServer) -> None:
    server = new_server().start()
    with Client(server) as client:
        made = [client.create(preset="two-features", epochs=2, seed=seed)["id"] for seed in range(20)]

        def wish(seed: int) -> set[int]:
            wishes = random.Random(seed)
            with Client(server) as own:
                codes = set()
                for _ in range(60):
                    body = wishes.choice(
                        [{"wanted": "paused"}, {"wanted": "running"}, {"advance": "epoch"}, {"rate": None}]
                    )
                    codes.add(own.http.patch(f"/runs/{wishes.choice(made)}", json=body).status_code)
            return codes

        with ThreadPoolExecutor(6) as people:
            assert set().union(*people.map(wish, range(6))) <= {200, 409}
        ends = []
        for run_id in made:
            if client.run(run_id)["status"] != "FINISHED":
                client.http.patch(f"/runs/{run_id}", json={"wanted": "running"})
            ends.append(client.until_ended(run_id))
        assert {run["status"] for run in ends} == {"FINISHED"}
        assert '"level": "ERROR"' not in server.log.read_text()
        assert server.stop() == 0
        server.start()
        assert [client.run(run_id)["fingerprint"] for run_id in made] == [run["fingerprint"] for run in ends]


def test_one_person_cannot_take_all_places(new_server: NewServer) -> None:
    server = new_server(CHALKNET_MAX_RUNS_EACH="2", CHALKNET_MAX_WAITING_RUNS="3").start()
    with Client(server) as client:

        def ask(owner: str) -> int:
            return client.http.post("/runs", json=LONG, headers={"Chalknet-Owner": owner}).status_code

        with ThreadPoolExecutor(8) as hands:
            greedy = list(hands.map(ask, ["greedy"] * 8))
        assert sorted(greedy) == [201] * 2 + [429] * 6
        assert [ask("modest"), ask("late")] == [201, 429]
        answer = client.http.post("/runs", json=LONG, headers={"Chalknet-Owner": "greedy"})
        assert answer.headers["retry-after"]
        assert answer.json()["code"] == "too-many-of-yours"


def test_a_run_that_has_ended_needs_a_place_to_go_on(new_server: NewServer) -> None:
    server = new_server(CHALKNET_MAX_RUNS_EACH="2").start()
    with Client(server) as client:
        ended = [client.create(**QUICK, seed=seed)["id"] for seed in (1, 2)]
        for run_id in ended:
            client.until_ended(run_id)
        client.create(**LONG)
        more = [
            client.http.patch(f"/runs/{run_id}", json={"epochs": 1000, "wanted": "paused"})
            for run_id in ended
        ]
        assert [answer.status_code for answer in more] == [200, 429]
        assert more[1].json()["code"] == "too-many-of-yours"
        assert client.run(ended[1])["status"] == "FINISHED"


def test_ended_runs_have_a_bound_and_make_place_when_deleted(new_server: NewServer) -> None:
    server = new_server(CHALKNET_MAX_KEPT_RUNS_EACH="2", CHALKNET_MAX_KEPT_RUNS="3").start()
    with Client(server) as client:

        def ask(owner: str) -> httpx.Response:
            answer = client.http.post("/runs", json=QUICK, headers={"Chalknet-Owner": owner})
            if answer.status_code == 201:
                client.until_ended(answer.json()["id"])
            return answer

        kept = [ask("greedy").json()["id"] for _ in range(2)]
        more = ask("greedy")
        assert (more.status_code, more.json()["code"]) == (409, "too-many-of-yours-kept")
        assert ask("modest").status_code == 201
        assert ask("late").json()["code"] == "too-many-kept"
        client.http.delete(f"/runs/{kept[0]}").raise_for_status()
        assert ask("late").status_code == 201
        assert client.run(kept[1])["status"] == "FINISHED"


def test_a_finished_run_goes_on_whatever_was_wanted_of_it_before(client: Client) -> None:
    run_id = client.create(preset="two-features", epochs=2)["id"]
    client.http.patch(f"/runs/{run_id}", json={"wanted": "paused"})
    client.until_status(run_id, "PAUSED", "FINISHED")
    while client.run(run_id)["status"] != "FINISHED":
        seq = client.run(run_id)["seq"]
        client.http.patch(f"/runs/{run_id}", json={"advance": "epoch"}).raise_for_status()
        client.until_status(run_id, "PAUSED", "FINISHED", after=seq)
    seq = client.run(run_id)["seq"]
    client.http.patch(f"/runs/{run_id}", json={"epochs": 4}).raise_for_status()
    client.until_status(run_id, "FINISHED", after=seq)
    assert client.run(run_id)["epoch"] == 4
