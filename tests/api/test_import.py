"""A run from a file: looked at like any other, and no file does harm."""

import http.client
import io
import json
import zipfile
from collections.abc import Callable
from contextlib import closing
from typing import Any

import httpx
import numpy as np
import pytest

import nncore
from tests.classroom import Client, Server
from tests.people import Person, student

NPZ = {"content-type": "application/x-npz"}
SMALL = {"preset": "two-features", "epochs": 3, "eta": 2.0}
SETTINGS = {"dataset": "two-features", "shape": [2, 5, 2], "batch_size": 30}  # of a file made here


def send(client: Client, blob: bytes, **query: Any) -> httpx.Response:
    return client.http.post("/imports", content=blob, headers=NPZ, params=query)


def taken(client: Client, **settings: Any) -> tuple[dict[str, Any], bytes]:
    """A run, and its weights as they are taken home."""
    run = client.until_ended(client.create(**SMALL, **settings)["id"])
    return run, client.http.get(f"/runs/{run['id']}/weights").content


def test_it_comes_back_with_its_settings_and_its_figures(client: Client) -> None:
    run, blob = taken(client)
    answer = send(client, blob, name="homework")
    assert answer.status_code == 201
    back = answer.json()
    assert answer.headers["location"].endswith(back["id"])
    assert (back["status"], back["status_reason"], back["name"]) == ("FINISHED", "IMPORTED", "homework")
    assert back["config"] == {**run["config"], "preset": None}
    for field in ("epoch", "step", "epochs", "last", "fingerprint", "eta"):
        assert back[field] == run[field]
    for path in ("layers", "confusion", "sample?index=3", "params", "predictions?first=1&count=9"):
        mine, other = (client.http.get(f"/runs/{one['id']}/{path}") for one in (back, run))
        assert mine.content == other.content, path
    grids = client.http.get(f"/runs/{back['id']}/grids").json()
    assert (grids["first"], len(grids["predictions"])) == (3, 1)
    client.http.patch(f"/runs/{back['id']}", json={"epochs": 5}).raise_for_status()
    client.until(back["id"], lambda event: event["type"] == "epoch" and event["epoch"] == 5)


def test_a_run_that_was_changed_and_stopped_within_an_epoch(client: Client) -> None:
    run_id = client.create(preset="two-features", epochs=1000, batch_size=1)["id"]
    client.until(run_id, lambda event: event["type"] == "epoch")
    client.http.patch(f"/runs/{run_id}", json={"eta": 0.5}).raise_for_status()
    client.until(run_id, lambda event: event["type"] == "eta")
    client.want(run_id, "stopped")
    run = client.until_ended(run_id)
    back = send(client, client.http.get(f"/runs/{run_id}/weights").content).json()
    assert (back["step"], back["eta"], back["fingerprint"]) == (run["step"], 0.5, run["fingerprint"])


def test_it_is_there_after_a_restart(new_server: Callable[..., Server]) -> None:
    server = new_server().start()
    with Client(server) as client:
        _, blob = taken(client)
        back = send(client, blob).json()
        server.kill()
        server.start()
        assert client.run(back["id"]) == back
        assert client.http.get(f"/runs/{back['id']}/layers").is_success


def test_the_same_request_twice_makes_one_run(client: Client) -> None:
    _, blob = taken(client)
    headers = {**NPZ, "idempotency-key": "once"}
    first, second = (client.http.post("/imports", content=blob, headers=headers) for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    assert second.headers["idempotency-replayed"] == "true"


def test_who_may_start_a_run_may_do_it(school: Server, lead: Person) -> None:
    code = lead.http.get("/class").json()["code"]
    state = nncore.initial_state(nncore.Recipe(shape=(2, 5, 2), batch_size=30))
    blob = nncore.dump_state(state, {"settings": SETTINGS})
    anybody = httpx.post(f"{school.url}/api/v1/imports", content=blob, headers=NPZ)
    assert (anybody.status_code, anybody.json()["code"]) == (403, "not-joined")
    with student(school, code, "Ada") as ada:
        answer = ada.http.post("/imports", content=blob, headers=NPZ)
        assert answer.status_code == 201, answer.text
        assert ada.http.delete(f"/runs/{answer.json()['id']}").status_code == 204


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def npy(array: Any, **options: Any) -> bytes:
    out = io.BytesIO()
    np.save(out, array, **options)
    return out.getvalue()


def network(**changes: bytes) -> dict[str, bytes]:
    """The members of a good file, some of them changed."""
    recipe = nncore.Recipe(shape=(2, 5, 2), batch_size=30)
    blob = nncore.dump_state(nncore.initial_state(recipe), {"settings": SETTINGS})
    with zipfile.ZipFile(io.BytesIO(blob)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return {**members, **{name.replace("__", "."): content for name, content in changes.items()}}


def header(text: str) -> bytes:
    padded = text.encode().ljust(118) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(padded).to_bytes(2, "little") + padded


HUGE = header("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 99999999999), }")
DEEP = header("{'descr': '<f4', 'fortran_order': False, 'shape': (" + "1, " * 30 + "), }")
HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "no zip": b"PK\x03\x04" + bytes(1000),
    "cut": zipped(network())[:-30],
    "no settings": zipped(network(about__json=b"{}")),
    "settings that are a list": zipped(network(about__json=b'{"settings": []}')),
    "json without end": zipped(network(about__json=b"[" * 100_000)),
    "settings of another network": zipped(
        network(about__json=json.dumps({"settings": {"preset": "full-digits"}}).encode())
    ),
    "a setting that is none": zipped(network(about__json=b'{"settings": {"eta": "Infinity"}}')),
    "lying size": zipped(network(w0__npy=HUGE)),
    "many dimensions": zipped(network(w0__npy=DEEP)),
    "a pickle": zipped(network(w0__npy=npy(np.array([{"a": 1}], object), allow_pickle=True))),
    "NaN at the end": zipped(network(b1__npy=npy(np.array([0, np.nan], np.float32)))),
    "doubles": zipped(network(w0__npy=npy(np.zeros((5, 2))))),
    "a bomb": zipped({"w0.npy": bytes(10_000_000)}, zipfile.ZIP_DEFLATED),
    "a zip in a zip": zipped({"w0.npy": zipped(network())}),
    "a path": zipped({"../../w0.npy": b""}),
    "a step without end": zipped(network(step__npy=npy(np.int64(2**62)))),
    "changes of no number": zipped(
        network(
            about__json=json.dumps({"settings": SETTINGS, "eta_changes": [{"eta": "x", "step": 1}]}).encode()
        )
    ),
    "changes of no kind": zipped(
        network(about__json=json.dumps({"settings": SETTINGS, "eta_changes": 3}).encode())
    ),
}


@pytest.mark.parametrize("blob", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused(client: Client, blob: bytes) -> None:
    answer = send(client, blob)
    assert answer.status_code == 422, answer.text
    assert len(answer.content) < 2000


def test_a_good_one_of_the_same_making_is_not(client: Client) -> None:
    assert send(client, zipped(network())).status_code == 201


def test_what_is_too_large_or_of_another_kind_is_refused(client: Client) -> None:
    # Refused for what it says of itself, before anything is sent.
    with closing(http.client.HTTPConnection("127.0.0.1", client.server.port, timeout=30)) as connection:
        connection.putrequest("POST", "/api/v1/imports")
        for name, value in {**NPZ, "content-length": str(2**40)}.items():
            connection.putheader(name, value)
        connection.endheaders()
        told = connection.getresponse()
        assert (told.status, json.load(told)["limit"]) == (413, 48 * 2**20)
    answer = client.http.post("/imports", json={})
    assert answer.status_code == 415
    answer = client.http.post("/runs", content=b"{}", headers=NPZ)
    assert answer.status_code == 415
