"""The client against real servers: one that works, and one that is killed and started again."""

import io
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import cast

import httpx
import pytest
from chalknet import AsyncClient, Client
from chalknet.client import Epoch, NoAnswer, Refused, Run
from chalknet.client.progress import Progress

import nncore
from tests.classroom import LONG, QUICK, Server, free_port
from tests.people import Person, student


def following(run: Run) -> closing[Generator[Epoch]]:
    """Epochs that need not be read to the end."""
    return closing(cast(Generator[Epoch], run.follow()))


@pytest.fixture
def chalk(server: Server) -> Iterator[Client]:
    with Client(server.url) as chalk:
        yield chalk


def test_a_run_from_its_start_to_its_numbers(chalk: Client) -> None:
    run = chalk.start(preset="two-features", epochs=3, eta=2, name="mine")
    assert (run.name, run.settings["eta"], run.settings["preset"]) == ("mine", 2.0, "two-features")
    epochs = list(run.follow())
    assert [one.epoch for one in epochs] == [1, 2, 3]
    assert (run.status, run.epoch) == ("FINISHED", 3)
    columns = run.columns()
    assert columns["test_loss"] == [one.test_loss for one in epochs]
    assert columns["step"] == [one.step for one in epochs]
    assert nncore.fingerprint(run.params()) == run.fingerprint
    first = nncore.initial_state(nncore.Recipe(shape=(2, 5, 2), batch_size=30)).params
    assert nncore.fingerprint(run.params(epoch=0)) == nncore.fingerprint(first)
    assert nncore.fingerprint(run.params(epoch=2)) != run.fingerprint
    assert run.id in [one.id for one in chalk.runs()]
    assert "FINISHED, epoch 3" in repr(chalk.run(run.id))


def test_a_finished_run_is_told_from_its_beginning_and_may_go_on(chalk: Client) -> None:
    run = chalk.start(preset="two-features", epochs=1).wait()
    assert [one.epoch for one in run.follow()] == [1]
    run.change(epochs=3)
    assert [one.epoch for one in run.follow()] == [1, 2, 3]


def test_pause_resume_stop(chalk: Client) -> None:
    run = chalk.start(**LONG)
    assert run.pause().facts["wanted"] == "paused"
    assert run.resume().facts["wanted"] == "running"
    with following(run) as epochs:
        assert next(epochs).epoch == 1
    run.stop()
    assert run.wait().status == "STOPPED"
    run.delete()
    with pytest.raises(Refused) as refusal:
        run.refresh()
    assert refusal.value.status == 404


def test_what_is_wrong_is_said_in_a_sentence_with_a_code(chalk: Client) -> None:
    with pytest.raises(Refused, match="eta") as refusal:
        chalk.start(eta=-1)
    assert (refusal.value.status, refusal.value.errors[0]["field"]) == (422, "eta")
    with Client(f"http://127.0.0.1:{free_port()}") as nobody, pytest.raises(NoAnswer, match="no answer from"):
        nobody.runs()


class LosesTheFirstAnswer(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A connection that breaks after the server has done what it was asked for."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with httpx.HTTPTransport() as transport:
            answer = transport.handle_request(request)
            answer.read()
        self.keys.append(request.headers["idempotency-key"])
        if len(self.keys) == 1:
            raise httpx.ReadError("the Wi-Fi is gone")
        return answer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.handle_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def test_a_start_whose_answer_is_lost_is_asked_for_again_and_starts_one_run(chalk: Client) -> None:
    lossy, before = LosesTheFirstAnswer(), len(chalk.runs())
    with Client() as other:
        other.http = httpx.Client(transport=lossy, base_url=chalk.http.base_url)
        run = other.start(**QUICK)
    assert len(lossy.keys) == 2
    assert len(set(lossy.keys)) == 1
    assert len(chalk.runs()) == before + 1
    assert chalk.start(**QUICK).id != run.id  # the same settings another time are another run


async def test_the_same_lost_answer_is_awaited(chalk: Client) -> None:
    lossy, before = LosesTheFirstAnswer(), len(chalk.runs())
    async with AsyncClient() as other:
        other.http = httpx.AsyncClient(transport=lossy, base_url=chalk.http.base_url)
        await other.start(**QUICK)
    assert len(lossy.keys) == 2
    assert len(chalk.runs()) == before + 1


class AnotherServer(httpx.BaseTransport):
    def __init__(self, text: str) -> None:
        self.text = text

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=self.text, request=request)


@pytest.mark.parametrize("text", ["<html>Welcome</html>", "[1]", "{}", "null"])
def test_another_web_server_is_said_to_be_none_of_ours(text: str) -> None:
    with Client("http://localhost:1") as chalk:
        chalk.http = httpx.Client(transport=AnotherServer(text), base_url=chalk.http.base_url)
        for ask in (chalk.runs, lambda: chalk.run("r"), lambda: chalk.start(eta=3)):
            with pytest.raises(NoAnswer, match="is no Chalknet"):
                ask()


@pytest.mark.parametrize("address", ["http://a:b", "http://\x01"])
def test_what_is_no_address_is_said_to_be_none(address: str) -> None:
    with pytest.raises(NoAnswer, match="is not the address of a server"):
        Client(address)


def test_a_run_that_is_deleted_ends_the_following(chalk: Client) -> None:
    run = chalk.start(**LONG)
    with following(run) as epochs:
        next(epochs)
        run.delete()
        with pytest.raises(Refused, match="deleted"):
            list(epochs)


@pytest.mark.anyio
async def test_the_same_for_programs_that_await(server: Server) -> None:
    async with AsyncClient(server.url) as chalk:
        run = await chalk.start(**QUICK)
        seen = [one.epoch async for one in run.follow()]
        assert seen == [1, 2, 3, 4, 5]
        assert (await run.columns())["epoch"] == seen
        assert nncore.fingerprint(await run.params()) == run.fingerprint
        assert run.id in [one.id for one in await chalk.runs()]
        assert (await (await chalk.start(**LONG)).stop()).facts["wanted"] == "stopped"
        with pytest.raises(Refused):
            await chalk.run("nothing")


def test_a_server_that_was_killed_is_waited_for(new_server: Callable[..., Server]) -> None:
    server = new_server().start()
    with Client(server.url) as chalk:
        run = chalk.start(preset="two-features", epochs=200)
        seen = []
        for epoch in run.follow():
            seen.append(epoch.epoch)
            if epoch.epoch == 3:
                server.kill()
                server.start()
        assert seen == list(range(1, 201))
        assert run.status == "FINISHED"
        assert run.columns()["epoch"] == seen


@pytest.mark.anyio
async def test_a_server_that_was_killed_is_awaited(new_server: Callable[..., Server]) -> None:
    server = new_server().start()
    async with AsyncClient(server.url) as chalk:
        run = await chalk.start(preset="two-features", epochs=200)
        seen = []
        async for epoch in run.follow():
            seen.append(epoch.epoch)
            if epoch.epoch == 3:
                server.kill()
                server.start()
        assert seen == list(range(1, 201))


def test_patience_ends(new_server: Callable[..., Server]) -> None:
    server = new_server().start()
    with Client(server.url, patience=0.2) as chalk, following(chalk.start(**LONG)) as epochs:
        next(epochs)
        server.kill()
        with pytest.raises(NoAnswer):
            list(epochs)


def test_a_token_is_what_its_owner_may(lead: Person, school: Server) -> None:
    with Client(school.url) as stranger, pytest.raises(Refused, match="Join the class"):
        stranger.start(**QUICK)
    with student(school, lead.room()["code"], "Ann") as ann:
        token = ann.http.post("/class/tokens").json()["token"]
        with Client(school.url, token) as chalk, following(chalk.start(**LONG)) as epochs:
            assert chalk.runs()[0].facts["owner"] == ann.me["member"]
            next(epochs)
            lead.http.patch(f"/class/members/{ann.me['member']}", json={"removed": True}).raise_for_status()
            with pytest.raises(Refused, match="oin the class"):
                list(epochs)


def test_columns_become_a_table_where_pandas_is_there(chalk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    run = chalk.start(preset="two-features", epochs=1).wait()
    monkeypatch.setitem(sys.modules, "pandas", None)
    assert run.history() == run.columns()
    table = type(sys)("pandas")
    table.DataFrame = lambda columns: ("table", columns)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pandas", table)
    assert run.history() == ("table", run.columns())


def test_a_bar_is_one_line_that_is_written_over() -> None:
    stream = io.StringIO()
    bar = Progress(4, shown=True, stream=stream)
    bar.update(1, 0.5)
    bar.update(4, 0.9612)
    bar.close()
    first, last = stream.getvalue().rstrip("\n").lstrip("\r").split("\r")
    assert first.startswith("██████░")
    assert first.rstrip().endswith("epoch 1/4  test 50.00 %")
    assert last.startswith("█" * 24)
    assert "96.12 %" in last
    unseen = io.StringIO()  # neither a terminal nor a notebook
    Progress(4, stream=unseen).update(1, 0.5)
    assert unseen.getvalue() == ""


def test_a_worker_process_does_not_load_the_client() -> None:
    code = (
        "import sys, chalknet.engine.worker; print('httpx' in sys.modules, 'chalknet.client' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "False"]
