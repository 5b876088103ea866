"""Who is who: joining, coming back, being sent out; and what others learn of it."""

import asyncio
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest
from chalknet.api.following import CONNECTIONS_EACH
from chalknet.engine.class_ledger import RUN_CHANGES_A_MINUTE, SECRETS_A_MINUTE
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.classroom import QUICK, Client, Server
from tests.people import SECRET, Person, student, visitor


@pytest.fixture
def code(lead: Person) -> str:
    return str(lead.room()["code"])


def test_a_server_of_ones_own_is_a_laboratory(client: Client) -> None:
    me = client.http.get("/class/me").json()
    assert (me["role"], me["mode"]) == ("everybody", "laboratory")
    assert client.http.get("/class").json()["code"] == "no-class"


def test_the_free_for_all_says_so(new_server: Callable[..., Server]) -> None:
    server = new_server(arguments=["--open"]).start()
    with Client(server) as client:
        assert client.http.get("/class/me").json()["mode"] == "open"
        run = client.create(preset="two-features", epochs=1)
    with Client(server) as other:
        assert other.http.delete(f"/runs/{run['id']}").status_code == 204


def test_a_code_and_a_name_make_a_student(school: Server, lead: Person, code: str) -> None:
    assert lead.me["role"] == "teacher"
    with student(school, f" {code[:3].lower()}-{code[3:]} ", "Ada") as ada:
        assert (ada.me["role"], ada.me["name"]) == ("student", "Ada")
        assert len(ada.me["return_code"]) >= 10
        assert ada.http.get("/class/me").json()["member"] == ada.me["member"]
        assert [member["name"] for member in ada.room()["members"]] == ["Ada"]


def test_a_session_is_out_of_reach_of_scripts_and_other_sites(school: Server, code: str) -> None:
    answer = httpx.post(f"{school.url}/api/v1/class/members", json={"code": code, "name": "Ada"})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie


def test_joining_twice_is_being_there_once(school: Server, code: str) -> None:
    with student(school, code, "Ada") as ada:
        again = ada.http.post("/class/members", json={"code": code, "name": "Somebody else"})
        assert again.status_code == 200
        assert again.json()["member"] == ada.me["member"]
        assert again.json()["return_code"] is None
        assert len(ada.room()["members"]) == 1


def test_a_return_code_brings_back_the_same_person_with_the_same_runs(school: Server, code: str) -> None:
    with student(school, code, "Ada") as ada:
        run = ada.create(preset="two-features", epochs=1)
        with visitor(school) as phone:
            back = phone.http.post("/class/returns", json={"return_code": ada.me["return_code"].lower()})
            assert back.json()["member"] == ada.me["member"]
            assert phone.http.delete(f"/runs/{run['id']}").status_code == 204
            # Another code makes the first worthless, and nobody is signed out by it.
            new = phone.http.post("/class/return-code").json()["return_code"]
        with visitor(school) as thief:
            answer = thief.http.post("/class/returns", json={"return_code": ada.me["return_code"]})
            thief.refused(answer, 403, "wrong-code")
            assert thief.http.post("/class/returns", json={"return_code": new}).status_code == 200
        assert ada.http.get("/class/me").json()["role"] == "student"


@pytest.mark.parametrize("name", ["Ada", "ada", " Ada ", "A d a", "Ａｄａ", "ADA"])
def test_names_are_unique_to_the_eye(school: Server, code: str, name: str) -> None:
    with student(school, code, "Ada"), visitor(school) as other:
        answer = other.http.post("/class/members", json={"code": code, "name": name})
        assert other.refused(answer, 409, "name-taken")["errors"][0]["field"] == "name"


@pytest.mark.parametrize("name", ["", " ", "x" * 41, "a\u202eb", "a\nb", "\ud800", 5, None, "Teacher"])
def test_a_name_that_cannot_be_read_is_refused(school: Server, code: str, name: object) -> None:
    with visitor(school) as other:
        body = json.dumps({"code": code, "name": name})
        answer = other.http.post("/class/members", content=body, headers={"content-type": "application/json"})
        assert answer.status_code in (400, 409, 422), answer.text


def test_wrong_codes_and_secrets_let_nobody_in(school: Server, lead: Person, code: str) -> None:
    with visitor(school) as other:
        wrong = "A" * 6 if code != "A" * 6 else "B" * 6
        other.refused(
            other.http.post("/class/members", json={"code": wrong, "name": "Eve"}), 403, "wrong-code"
        )
        other.refused(other.http.post("/class/lead", json={"secret": SECRET[:-1]}), 403, "wrong-secret")
        other.refused(
            other.http.post("/class/returns", json={"return_code": "ABCDEFGHJKMN"}), 403, "wrong-code"
        )
        assert other.http.get("/class/me").json()["role"] == "visitor"
    assert lead.room()["members"] == []


async def test_what_nobody_finds_by_trying_passes_at_once_while_somebody_tries(
    school: Server, lead: Person, code: str
) -> None:
    with student(school, code, "Ada") as ada:
        returning = {"return_code": ada.me["return_code"]}
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=f"{school.url}/api/v1", timeout=60, limits=limits) as http:

        async def ask(path: str, body: dict[str, str]) -> int:
            return (await http.post(path, json=body)).status_code

        wrong = [asyncio.create_task(ask("/class/lead", {"secret": f"guess {n}"})) for n in range(300)]
        while not any(task.done() and task.result() == 429 for task in wrong):  # the line is full
            await asyncio.wait([task for task in wrong if not task.done()], return_when="FIRST_COMPLETED")
        assert await ask("/class/lead", {"secret": SECRET}) == 200
        assert await ask("/class/returns", returning) == 200
        assert not all(task.done() for task in wrong)
        for task in wrong:
            task.cancel()
        answers = await asyncio.gather(*wrong, return_exceptions=True)
        assert {answer for answer in answers if isinstance(answer, int)} <= {403, 429}


def test_the_teacher_sends_out_and_lets_in_again(school: Server, lead: Person, code: str) -> None:
    with student(school, code, "Ada") as ada:
        path = f"/class/members/{ada.me['member']}"
        lead.http.patch(path, json={"removed": True}).raise_for_status()
        ada.refused(ada.http.get("/runs"), 403, "not-joined")
        answer = ada.http.post("/class/returns", json={"return_code": ada.me["return_code"]})
        ada.refused(answer, 403, "sent-out")
        lead.http.patch(path, json={"removed": False}).raise_for_status()
        assert ada.http.get("/class/me").json()["role"] == "student"


def test_who_was_sent_out_does_not_come_back_under_another_name(
    school: Server, lead: Person, code: str
) -> None:
    with student(school, code, "Ada") as ada:
        lead.http.patch(f"/class/members/{ada.me['member']}", json={"removed": True}).raise_for_status()
        again = {"code": code, "name": "Somebody else"}
        ada.refused(ada.http.post("/class/members", json=again), 403, "sent-out")
        assert len(lead.room()["members"]) == 1
        lead.http.patch(f"/class/members/{ada.me['member']}", json={"removed": False}).raise_for_status()
        assert ada.http.post("/class/members", json=again).json()["member"] == ada.me["member"]
        lead.http.delete("/class").raise_for_status()
        again["code"] = lead.room()["code"]  # another class knows nobody
        assert ada.http.post("/class/members", json=again).status_code == 201


def test_a_new_code_lets_nobody_in_with_the_old_one_and_nobody_out(
    school: Server, lead: Person, code: str
) -> None:
    with student(school, code, "Ada") as ada:
        ada.refused(ada.http.post("/class/code"), 403, "teacher-only")
        new = lead.http.post("/class/code").raise_for_status().json()["code"]
        assert new != code
        with visitor(school) as late:
            join = {"code": code, "name": "Bob"}
            late.refused(late.http.post("/class/members", json=join), 403, "wrong-code")
        with student(school, new, "Bob") as bob:
            assert [member["name"] for member in bob.room()["members"]] == ["Ada", "Bob"]
        assert ada.room()["code"] == new
        school.kill()
        school.start()
        assert ada.room()["code"] == new


def test_the_teacher_changes_a_name(school: Server, lead: Person, code: str) -> None:
    with student(school, code, "Rude word") as ada, student(school, code, "Bob"):
        path = f"/class/members/{ada.me['member']}"
        lead.http.patch(path, json={"name": "Ada"}).raise_for_status()
        assert ada.http.get("/class/me").json()["name"] == "Ada"
        lead.refused(lead.http.patch(path, json={"name": "bob"}), 409, "name-taken")


def test_a_closed_room_lets_in_those_who_belong_to_it(school: Server, lead: Person, code: str) -> None:
    with student(school, code, "Ada") as ada:
        lead.http.patch("/class", json={"door_open": False}).raise_for_status()
        with visitor(school) as late:
            late.refused(
                late.http.post("/class/members", json={"code": code, "name": "Eve"}), 403, "room-closed"
            )
            assert (
                late.http.post("/class/returns", json={"return_code": ada.me["return_code"]}).status_code
                == 200
            )


def test_a_script_acts_for_its_owner_by_a_token(school: Server, lead: Person, code: str) -> None:
    with student(school, code, "Ada") as ada:
        token = ada.http.post("/class/tokens").json()["token"]
    with visitor(school) as script:
        script.http.headers["authorization"] = f"Bearer {token}"
        assert script.create(preset="two-features", epochs=1)["owner"] == ada.me["member"]
        script.http.headers["authorization"] = f"Bearer {token}x"
        script.refused(script.http.get("/runs"), 403, "not-joined")
    led = lead.http.post("/class/tokens").json()["token"]
    assert httpx.get(f"{school.url}/api/v1/class/me", headers={"authorization": f"Bearer {led}"}).json()[
        "role"
    ] == ("teacher")


def test_the_free_owner_name_is_worth_nothing_in_a_class(school: Server) -> None:
    with visitor(school) as script:
        script.http.headers["chalknet-owner"] = "teacher"
        script.refused(script.http.get("/runs"), 403, "not-joined")


def test_signing_out_ends_a_session(school: Server, code: str) -> None:
    with student(school, code, "Ada") as ada:
        kept = dict(ada.http.cookies)
        assert ada.http.delete("/class/session").status_code == 204
        answer = httpx.get(f"{school.url}/api/v1/runs", cookies=kept)
        assert answer.status_code == 403


def test_a_killed_server_knows_everybody_again(school: Server, lead: Person, code: str) -> None:
    with student(school, code, "Ada") as ada:
        school.kill()
        school.start()
        assert ada.http.get("/class/me").json()["name"] == "Ada"
        assert lead.room()["code"] == code
        assert lead.http.get("/class/me").json()["role"] == "teacher"


def test_no_secret_is_in_the_stream_the_log_or_the_data(school: Server, lead: Person, code: str) -> None:
    with student(school, code, "Ada") as ada:
        token = ada.http.post("/class/tokens").json()["token"]
        session = ada.http.cookies["chalknet_session"]
        told = str(_everything_told(ada))
        school.stop()
        written = b"".join(path.read_bytes() for path in school.folder.glob("*") if path.is_file())
        written += school.log.read_bytes() + school.said.read_bytes()
        school.start()
        for secret in (token, session, ada.me["return_code"], SECRET):
            assert secret not in told
            assert secret.encode() not in written


def _everything_told(person: Person) -> list[object]:
    """What the stream has told so far, up to a run that is made last."""
    run = person.create(preset="two-features", epochs=1)
    seen = []
    for event in person.events():
        seen.append(event)
        if event.get("run_id") == run["id"]:
            return seen
    return seen


def test_a_new_class_knows_nobody(school: Server, lead: Person, code: str) -> None:
    with student(school, code, "Ada") as ada:
        run = ada.create(preset="two-features", epochs=1)
        room = lead.http.delete("/class").raise_for_status().json()
        assert room["members"] == []
        assert room["code"] != code
        ada.refused(ada.http.get("/runs"), 403, "not-joined")
        assert lead.run(run["id"])["id"] == run["id"]  # runs are kept unless asked otherwise
        files = list(school.folder.glob("chalknet.db*"))
        assert {file.name for file in files} == {"chalknet.db", "chalknet.db-wal", "chalknet.db-shm"}
        assert all(b"Ada" not in file.read_bytes() for file in files)
        assert all(file.stat().st_mode & 0o777 == 0o600 for file in files)
        lead.http.delete("/class?runs=delete").raise_for_status()
        assert lead.http.get(f"/runs/{run['id']}").status_code == 404


def test_no_run_outlives_a_class_that_ends_with_its_runs(school: Server, lead: Person, code: str) -> None:
    with student(school, code, "Ada") as ada, ThreadPoolExecutor(4) as pool:
        begun = threading.Barrier(5)

        def start_runs() -> list[int]:
            codes = [ada.http.post("/runs", json={**QUICK, "epochs": 1}).status_code]
            begun.wait(30)
            while codes[-1] in (201, 429):
                codes.append(ada.http.post("/runs", json={**QUICK, "epochs": 1}).status_code)
            return codes

        starting = [pool.submit(start_runs) for _ in range(4)]
        begun.wait(30)
        lead.http.delete("/class?runs=delete").raise_for_status()
        assert {one.result(60)[-1] for one in starting} == {403}
    assert lead.http.get("/runs").json()["runs"] == []


def test_who_is_sent_out_is_not_told_anything_more(lead: Person, school: Server) -> None:
    code = lead.room()["code"]
    with (
        student(school, code, "Ada") as ada,
        student(school, code, "Bob") as bob,
        ada.socket() as hers,
        bob.socket() as his,
        lead.socket() as theirs,
    ):
        desk = lead.http.get("/class/members").json()["members"]
        assert [member["connected"] for member in desk] == [1, 1]
        lead.http.patch(f"/class/members/{ada.me['member']}", json={"removed": True})
        assert closed(hers) == 1008
        bob.http.delete("/class/session").raise_for_status()
        assert closed(his) == 1008
        lead.http.delete("/class").raise_for_status()
        seen = ""
        while "class-ended" not in seen:
            seen = str(theirs.recv(timeout=10))  # whoever leads goes on


def closed(socket: ClientConnection, told: list[str] | None = None) -> int | None:
    """The code with which the server ends the connection; `told` gets what it has told before."""
    seen = [] if told is None else told
    try:
        while True:
            seen.append(str(socket.recv(timeout=10)))
    except ConnectionClosed as end:
        return end.rcvd.code if end.rcvd else None


def test_an_old_class_learns_nothing_of_the_next(school: Server, lead: Person, code: str) -> None:
    with student(school, code, "Ada") as ada, ada.socket() as viewer:
        lead.http.put("/class/view", json={"lens": "weights"}).raise_for_status()
        new_code = lead.http.delete("/class").raise_for_status().json()["code"]
        told: list[str] = []
        assert closed(viewer, told) == 1008
        assert not any(new_code in text for text in told)
    with student(school, new_code, "Bob") as bob, bob.socket() as viewer:
        assert "weights" not in viewer.recv(timeout=30)


def test_one_student_does_not_take_all_seats(school: Server, code: str) -> None:
    with student(school, code, "Ada") as ada, ExitStack() as open_sockets:
        for _ in range(CONNECTIONS_EACH):
            open_sockets.enter_context(ada.socket())
        with pytest.raises(InvalidStatus) as refused, ada.socket():
            pass
        assert refused.value.response.status_code == 429
        with student(school, code, "Bob") as bob, bob.socket():
            pass


def test_codes_and_tokens_are_not_made_without_end(school: Server, lead: Person, code: str) -> None:
    with student(school, code, "Ada") as ada, student(school, code, "Bob") as bob:
        paths = ["/class/tokens", "/class/return-code"] * (SECRETS_A_MINUTE // 2)
        assert [ada.http.post(path).status_code for path in paths] == [201] * SECRETS_A_MINUTE
        refused = ada.http.post("/class/tokens")
        ada.refused(refused, 429, "too-often")
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert ada.http.post("/class/return-code").status_code == 429
        assert bob.http.post("/class/tokens").status_code == 201


def test_somebody_comes_back_so_often_and_no_more(school: Server, lead: Person, code: str) -> None:
    with student(school, code, "Ada") as ada, visitor(school) as other:
        mine = {"return_code": ada.me["return_code"]}
        answers = [other.http.post("/class/returns", json=mine) for _ in range(SECRETS_A_MINUTE + 1)]
        assert [answer.status_code for answer in answers] == [200] * SECRETS_A_MINUTE + [429]


def test_runs_are_not_changed_without_end(school: Server, lead: Person, code: str) -> None:
    with student(school, code, "Ada") as ada:
        run = ada.create(**QUICK)["id"]
        for number in range(RUN_CHANGES_A_MINUTE - 1):
            ada.http.patch(f"/runs/{run}", json={"name": f"name {number}"}).raise_for_status()
        ada.refused(ada.http.patch(f"/runs/{run}", json={"name": "last"}), 429, "too-often")
        ada.refused(ada.http.post("/runs", json=QUICK), 429, "too-often")
        lead.http.patch(f"/runs/{run}", json={"name": "the teacher's"}).raise_for_status()


def test_a_refused_websocket_is_no_error_in_the_log(school: Server, lead: Person) -> None:
    before = len(school.log.read_text())
    with visitor(school) as stranger, pytest.raises(InvalidStatus) as not_joined, stranger.socket():
        pass
    with pytest.raises(InvalidStatus) as unknown, lead.socket("no-such-run"):
        pass
    with (
        pytest.raises(InvalidStatus) as foreign,
        connect(f"ws://127.0.0.1:{school.port}/api/v1/ws", origin=Origin("http://evil.example")),
    ):
        pass
    refused = [one.value.response.status_code for one in (not_joined, unknown, foreign)]
    assert refused == [403, 404, 403]
    with lead.socket() as viewer:  # and one that is not refused has come after them
        viewer.recv(timeout=30)
    assert school.log.read_text()[before:] == ""
