"""What released versions wrote, opened by today's server: tests/shared has a folder's database of each.

In each a run has finished and is pinned, one was stopped, two are paused within an epoch, one was deleted.
"""

import gzip
from collections.abc import Callable
from pathlib import Path

import httpx
import numpy as np
import pytest

import nncore
from tests.classroom import QUICK, Client, Server

SHARED = Path(__file__).parent.parent / "shared"
RELEASED = sorted(SHARED.glob("chalknet-*.db.gz"))


@pytest.mark.parametrize("written", RELEASED, ids=lambda path: path.name)
def test_what_a_released_version_wrote_is_there_and_goes_on(
    new_server: Callable[..., Server], written: Path
) -> None:
    server = new_server()
    (server.folder / "chalknet.db").write_bytes(gzip.decompress(written.read_bytes()))
    server.start()
    assert "loss" not in httpx.get(f"{server.url}/ready").json()
    with Client(server) as client:
        runs = {run["number"]: run for run in client.http.get("/runs").json()["runs"]}
        assert sorted(runs) == [1, 2, 4, 5]
        finished, paused, stopped = runs[1], runs[2], runs[4]
        assert (finished["status"], finished["pinned"], finished["epoch"]) == ("FINISHED", True, 3)
        assert finished["name"] == "Finished under 0.1.0"
        assert (stopped["status"], stopped["status_reason"]) == ("STOPPED", "USER")
        assert (paused["status"], paused["wanted"]) == ("PAUSED", "paused")
        columns = client.http.get(f"/runs/{finished['id']}/metrics").json()["columns"]
        assert columns["epoch"] == [1, 2, 3]
        weights = client.http.get(f"/runs/{finished['id']}/weights").raise_for_status().content
        assert all(np.isfinite(array).all() for array in nncore.load_params(weights).arrays())
        after = client.http.get("/state").json()["seq"]
        client.want(paused["id"], "running")
        client.until(paused["id"], lambda event: event["type"] == "epoch", after=after)
        client.want(paused["id"], "stopped")
        made = client.create(**QUICK)
        assert made["number"] == 6
        client.until_ended(made["id"])
