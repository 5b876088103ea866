"""Data that people bring, through the front door: seen, kept, learned from, forgotten; and hostile files."""

import asyncio
import io
import json
import socket
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil
import pytest
from numpy.lib import format as npy

from tests.classroom import Client, Server
from tests.conftest import running

BYTES = {"content-type": "application/octet-stream"}
FLOWERS = "length,width,kind\n" + "".join(
    f"{k % 7 + 5 * (k % 2)}.5,{k % 5},{'rose' if k % 2 else 'iris'}\n" for k in range(60)
)


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Server]:
    """One that has read a folder of files, one of which is bad."""
    given = tmp_path_factory.mktemp("given")
    (given / "Shop flowers.csv").write_text(FLOWERS.replace("rose", "daisy"))
    (given / "bad.csv").write_text("1,2,3\n")
    folder = tmp_path_factory.mktemp("own")
    with running(folder, prepared, arguments=["--datasets", str(given)], workers=1) as server:
        yield server


@pytest.fixture
def api(own_server: Server) -> Iterator[Client]:
    with Client(own_server) as client:
        yield client


def bring(api: Client, body: bytes | str, path: str = "/datasets", **options: Any) -> httpx.Response:
    content = body.encode() if isinstance(body, str) else body
    return api.http.post(path, content=content, params=options, headers=BYTES)


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def own_files(server: Server) -> list[Path]:
    return sorted((server.folder / "own-data").rglob("*"))


def test_a_csv_becomes_a_trained_network(api: Client) -> None:
    seen = bring(api, FLOWERS, "/dataset-reports", title="Flowers").json()
    assert (seen["kind"], seen["features"], seen["columns"]) == ("plane", 2, ["length", "width"])
    assert dict(zip(seen["class_names"], seen["counts"], strict=True)) == {"iris": 30, "rose": 30}
    assert seen["first_rows"][0] == ["0.5", "0", "iris"]
    assert seen["name"] not in {data["name"] for data in api.http.get("/datasets").json()["datasets"]}

    kept = bring(api, FLOWERS, title="Flowers").json()
    assert kept["name"] == seen["name"]
    assert bring(api, FLOWERS, title="Flowers").json()["name"] == kept["name"]
    run = api.create(dataset=kept["name"], epochs=20, eta=3, batch_size=5)
    assert run["config"]["shape"] == [2, 8, 2]
    ended = api.until_ended(run["id"])
    assert ended["status"] == "FINISHED"
    assert ended["last"]["test_accuracy"] > 0.6, ended["last"]
    look = api.http.get(f"/runs/{run['id']}/predictions?first=0&count=15").raise_for_status().json()
    assert len(look["predictions"]) == 15
    api.http.get(f"/runs/{run['id']}/confusion").raise_for_status()
    assert api.http.get(f"/datasets/{kept['name']}/images").json()["code"] == "no-pictures"

    refused = api.http.delete(f"/datasets/{kept['name']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "data-in-use")
    api.http.delete(f"/runs/{run['id']}").raise_for_status()
    assert api.http.delete(f"/datasets/{kept['name']}").status_code == 204
    assert api.http.get(f"/datasets/{kept['name']}").status_code == 404
    again = api.http.post("/runs", json={"dataset": kept["name"]})
    assert again.json()["errors"][0]["code"] == "no-such-data"


def test_pictures_of_any_size(api: Client) -> None:
    rng = np.random.default_rng(1)
    pictures = rng.integers(0, 100, (40, 5, 6), np.uint8)
    labels = np.arange(40) % 2
    pictures[labels == 1] += 100
    kept = bring(api, npz(images=pictures, labels=labels), title="Grey").json()
    assert (kept["kind"], kept["picture"], kept["features"]) == ("pictures", [5, 6], 30)
    shown = api.http.get(f"/datasets/{kept['name']}/images?count=3").raise_for_status()
    assert len(shown.content) == 3 * 30
    ended = api.until_ended(api.create(dataset=kept["name"], epochs=2)["id"])
    assert ended["status"] == "FINISHED"


def test_the_given_folder_is_there_and_so_is_all_after_a_restart(api: Client, own_server: Server) -> None:
    names = {data["title"]: data["name"] for data in api.http.get("/datasets").json()["datasets"]}
    assert "Shop flowers" in names
    assert "bad" not in names
    assert "bad.csv was not taken" in own_server.log.read_text()
    run = api.create(dataset=names["Shop flowers"], epochs=1000, batch_size=1)
    seen = api.until(run["id"], lambda event: event["type"] == "epoch")
    assert own_server.stop() == 0
    own_server.start()
    api.until(run["id"], lambda event: event["type"] == "epoch", after=seen[-1]["seq"])
    api.want(run["id"], "stopped")
    assert api.until_ended(run["id"])["status"] == "STOPPED"


def array(header: bytes, content: bytes = b"") -> bytes:
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + content


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return file.getvalue()


def header(shape: str, descr: str = "'<f8'") -> bytes:
    return f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()


def plain(value: Any) -> bytes:
    file = io.BytesIO()
    npy.write_array(file, np.asarray(value), allow_pickle=True)
    return file.getvalue()


class Bomb:
    """What a pickle would run."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return Path.touch, ("/tmp/unpickled",)


LABELS = plain(np.arange(20) % 2)
NUMBERS = plain(np.random.default_rng(1).normal(size=(20, 3)))
NAN_AT_THE_END = np.ones((20, 3))
NAN_AT_THE_END[-1, -1] = np.nan
WHOLE = npz(X=np.random.default_rng(1).normal(size=(200, 9)), y=np.arange(200) % 3)
ROWS = "".join(f"{k},{k * k},{k % 2}\n" for k in range(30))

HOSTILE: dict[str, tuple[bytes, str]] = {
    "header bomb": (zipped(X__npy=array(b"(" * 60_000), y__npy=LABELS), "header-too-long"),
    "4 GB header": (
        zipped(X__npy=b"\x93NUMPY\x02\x00\xff\xff\xff\xff" + b"(" * 1000, y__npy=LABELS),
        "header-too-long",
    ),
    "code for a header": (zipped(X__npy=array(b"{'descr': __import__('os')}"), y__npy=LABELS), "header"),
    "lying size": (zipped(X__npy=array(header("(20, 3)"), b"\0" * 8), y__npy=LABELS), "size"),
    "huge size": (zipped(X__npy=array(header("(1000000, 100000)")), y__npy=LABELS), "too-many-numbers"),
    "no samples, many zeros": (
        zipped(X__npy=array(header("(999999999, 0)")), y__npy=LABELS),
        "too-many-numbers",
    ),
    "objects with a pickle": (zipped(X__npy=plain(np.array([Bomb()] * 20)), y__npy=LABELS), "objects"),
    "65 dimensions": (zipped(X__npy=array(header(str((1,) * 65))), y__npy=LABELS), "dimensions"),
    "NaN at the end": (npz(X=NAN_AT_THE_END, y=np.arange(20) % 2), "not-a-number"),
    "infinity": (npz(X=-np.inf * NAN_AT_THE_END, y=np.arange(20) % 2), "not-a-number"),
    "zip in a zip": (zipped(inner__zip=zipped(X__npy=NUMBERS), y__npy=LABELS), "not-an-array"),
    "zip bomb": (zipped(X__npy=b"\0" * 300_000_000, y__npy=LABELS), "not-an-array"),
    "bomb in an array": (zipped(X__npy=array(header("(20, 3)"), b"\0" * 300_000_000), y__npy=LABELS), "size"),
    "many members": (zipped(**{f"a{k}__npy": b"" for k in range(2000)}), "too-many-arrays"),
    "path": (zipped(**{"../../X__npy": NUMBERS, "y__npy": LABELS}), "not-an-array"),
    "cut npz": (WHOLE[: len(WHOLE) // 2], "damaged"),
    "flipped npz": (WHOLE[:500] + bytes(100) + WHOLE[600:], "damaged"),
    "no arrays": (npz(a=np.arange(3)), "no-arrays"),
    "other lengths": (npz(X=np.eye(20), y=np.arange(19)), "row-length"),
    "million columns": (b",".join([b"1"] * 1_000_000) + b"\n", "line-too-long"),
    "five thousand columns": (b",".join([b"1"] * 5000) + b"\n", "too-many-columns"),
    "endless line": (b"1" * 15_000_000, "line-too-long"),
    "utf-16": (ROWS.encode("utf-16"), "not-utf8"),
    "latin-1": (("größe,b,c\n" + ROWS).encode("latin-1"), "not-utf8"),
    "zero bytes": (ROWS.encode() + b"\0", "not-text"),
    "quote that never closes": (('1,"2,0\n' + ROWS * 300).encode(), "not-csv"),
    "no numbers": ((ROWS + "1,many,0\n2,nan,1\n").encode(), "not-a-number"),
    "rows of other lengths": ((ROWS + "1,2\n").encode(), "row-length"),
    "too many rows": (b"1,2,3\n" * 71_000, "too-many-rows"),
    "one class": (b"".join(b"%d,1,a\n" % k for k in range(20)), "one-class"),
    "a class for each": (b"".join(b"%d,1,%d\n" % (k % 3, k) for k in range(80)), "too-many-classes"),
    "constant columns": (b"".join(b"1,2,%d\n" % (k % 2) for k in range(20)), "constant"),
    "few rows": (b"1,2,a\n2,1,b\n", "too-few-rows"),
    "one column": (b"1\n2\n" * 20, "one-column"),
    "empty": (b"", "empty"),
    "blank": (b"\n" * 1000, "empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not-utf8"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_soon_and_leaves_nothing(
    api: Client, own_server: Server, name: str
) -> None:
    body, code = HOSTILE[name]
    before = own_files(own_server)
    answer = bring(api, body)
    assert answer.status_code == 422, answer.text[:300]
    problem = answer.json()
    assert (problem["code"], problem["errors"][0]["code"]) == ("data-refused", code), problem
    assert own_files(own_server) == before
    assert not Path("/tmp/unpickled").exists()


def test_other_doors_are_closed_too(api: Client, own_server: Server) -> None:
    before = own_files(own_server)
    assert bring(api, b"1" * 16_000_001).status_code == 413
    assert api.http.post("/datasets", json={}).status_code == 415
    assert bring(api, ROWS, label="absent").json()["errors"][0]["code"] == "no-such-column"
    assert api.http.delete("/datasets/digits").json()["code"] == "ready-made"
    with socket.create_connection(("127.0.0.1", own_server.port)) as cut:
        head = (
            "POST /api/v1/datasets HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/octet-stream\r\n"
        )
        cut.sendall((head + "content-length: 100000\r\n\r\n1,2,3\n").encode())
    assert bring(api, FLOWERS, "/dataset-reports").status_code == 200
    assert own_files(own_server) == before


async def test_thirty_at_once_are_answered_and_the_server_stays_small(own_server: Server) -> None:
    before = own_files(own_server)
    process = psutil.Process(own_server.pid)
    memory = process.memory_info().rss
    body = b"1" * 4_000_000
    async with httpx.AsyncClient(base_url=f"{own_server.url}/api/v1", timeout=60, verify=False) as http:

        async def one() -> int:
            try:
                return (await http.post("/datasets", content=body, headers=BYTES)).status_code
            except httpx.TransportError:  # refused while it was still being sent
                return 429

        answers = await asyncio.gather(*(one() for _ in range(30)))
        assert (await http.get("/datasets")).status_code == 200
    assert set(answers) <= {422, 429}
    assert 422 in answers
    assert own_files(own_server) == before
    assert process.memory_info().rss - memory < 64_000_000, json.dumps(answers)
