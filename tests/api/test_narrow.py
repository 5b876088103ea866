"""Where a machine gives little, each limit set for real: clear refusals, and a server that goes on."""

import contextlib
import socket
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import WebSocketException

from tests.classroom import LONG, QUICK, Client, Server, attempts

FILES = 256  # `ulimit -n 256`
LIMITED = f"""
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, ({FILES}, {FILES}))
from chalknet.cli import main
if __name__ == "__main__":
    main()
"""


def score(pid: int) -> int:
    """How early the system ends a process when memory has run out."""
    return int(Path(f"/proc/{pid}/oom_score_adj").read_text())


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone can be told who goes first")
def test_where_memory_runs_out_workers_go_before_the_server(server: Server) -> None:
    with Client(server) as client:
        client.until_ended(client.create(**QUICK)["id"])
    assert {score(process.pid) for process in server.workers()} == {1000}
    assert score(server.pid) < 1000


def test_no_file_descriptors_left(new_server: Callable[..., Server]) -> None:
    server = new_server(program=("-c", LIMITED)).start()
    with Client(server) as client, ExitStack() as crowd:
        run_id = client.create(**LONG)["id"]
        viewers = 0
        with contextlib.suppress(WebSocketException, OSError):
            while viewers < 2 * FILES:
                crowd.enter_context(client.socket())
                viewers += 1
        assert 100 < viewers < FILES
        for _ in range(2 * FILES):  # who does not even say anything
            with contextlib.suppress(OSError):
                crowd.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=2))
        # Who is in is answered, and training goes on: files are set apart for both.
        before = client.run(run_id)["step"]
        for _ in attempts(60):
            if client.run(run_id)["step"] > before:
                break
        assert client.run(run_id)["step"] > before
        client.want(run_id, "stopped")
    for _ in attempts(30):
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{server.url}/ready").status_code == 200:
                break
    with Client(server) as client:
        client.until_ended(client.create(**QUICK)["id"])
    assert server.stop() == 0
    assert len(server.log.read_text().splitlines()) < 200  # not one for each that did not get in
