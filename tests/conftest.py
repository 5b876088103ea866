"""What tests ask for: real servers, and a browser that reaches nothing but this machine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from chalknet.engine import datasets

from tests.browser import LAUNCH_FLAGS, chromium_path
from tests.classroom import ENDED, Client, Server
from tests.people import SECRET, Person, teacher

# What a test needs follows from the fixtures it asks for, so nobody has to remember a marker.
NEEDS = {
    "browser": "browser",
    "new_cluster": "cluster",
    "new_server": "own_server",
    "school": "own_server",
    "wheel": "installs",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test with what it needs; browser tests last.

    Playwright keeps an event loop running, and no other test of the same process can start its own.
    """
    for item in items:
        for fixture in NEEDS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(NEEDS[fixture])
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asynchronous tests run on the event loop that the server runs on."""
    return "asyncio"


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """How pytest-playwright starts the browser."""
    return {"executable_path": chromium_path(), "args": LAUNCH_FLAGS, "headless": True}


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data as a server prepares it, once for all servers of the tests."""
    folder = tmp_path_factory.mktemp("datasets")
    datasets.prepare(folder)
    return folder


@contextmanager
def running(folder: Path, prepared: Path, **settings: Any) -> Iterator[Server]:
    """A server until the block ends, as it should."""
    data = folder / "data"
    data.mkdir()
    (data / "datasets").symlink_to(prepared)
    server = Server(data, **settings).start()
    yield server
    assert server.stop() == 0


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Server]:
    """Behind `server`, by a name that no file of tests gives to a server of its own."""
    with running(tmp_path_factory.mktemp("server"), prepared) as server:
        yield server


@pytest.fixture(scope="session")
def server(shared_server: Server) -> Server:
    """A server that tests share; each looks only at the runs that it made itself."""
    return shared_server


@pytest.fixture(autouse=True)
def nothing_goes_on(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test leaves training is deleted: it would take time and the page's Start from the next."""
    is_shared = "shared_server" in request.fixturenames
    shared: Server | None = request.getfixturevalue("shared_server") if is_shared else None
    yield
    if shared:
        delete_runs(shared, lambda run: run["status"] not in ENDED)


@pytest.fixture
def empty_server(server: Server) -> Server:
    """The server that tests share, without runs, for who looks at all that there are."""
    delete_runs(server)
    return server


def delete_runs(server: Server, which: Callable[[dict[str, Any]], bool] = lambda _run: True) -> None:
    """Delete all runs that are wanted away, those of an experiment with it."""
    with Client(server) as client:
        runs = client.http.get("/runs", params={"limit": 200}).raise_for_status().json()["runs"]
        wanted = list(filter(which, runs))
        experiments = {run["experiment"] for run in wanted if run["experiment"]}
        addresses = [f"/experiments/{experiment}" for experiment in experiments]
        addresses += [f"/runs/{run['id']}" for run in wanted if not run["experiment"]]
        for address in addresses:
            deleted = client.http.delete(address)
            # A page of the test before may still be deleting what could have been undone there.
            if deleted.status_code != HTTPStatus.NOT_FOUND:
                deleted.raise_for_status()


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    with Client(server) as client:
        yield client


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Server]:
    """A server with a class, for the tests of one file; each begins a class of its own."""
    with running(
        tmp_path_factory.mktemp("school"), prepared, arguments=["--class"], CHALKNET_TEACHER_SECRET=SECRET
    ) as server:
        yield server


@pytest.fixture
def lead(school: Server) -> Iterator[Person]:
    """The teacher of a class that has just begun."""
    with teacher(school) as person:
        person.http.delete("/class?runs=delete").raise_for_status()
        yield person


@pytest.fixture
def new_server(tmp_path: Path, prepared: Path) -> Iterator[Callable[..., Server]]:
    """Make servers that a test may break; all share one data folder unless told otherwise."""
    made: list[Server] = []

    def make(folder: Path = tmp_path / "data", workers: int = 1, **settings: object) -> Server:
        folder.mkdir(exist_ok=True)
        if not (folder / "datasets").exists():
            (folder / "datasets").symlink_to(prepared)
        made.append(Server(folder, workers, **settings))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for server in made:
        if server.process is not None and server.process.poll() is None:
            server.kill()
