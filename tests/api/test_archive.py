"""Many runs in one zip: a folder for each, and nobody's but the teacher's in a class."""

import csv
import io
import json
import zipfile

import nncore
from tests.classroom import QUICK, Client, Server
from tests.people import Person, student


def archived(client: Client, **query: object) -> zipfile.ZipFile:
    answer = client.http.get("/archive", params=query).raise_for_status()  # type: ignore[arg-type]
    assert answer.headers["content-disposition"] == 'attachment; filename="chalknet-runs.zip"'
    found = zipfile.ZipFile(io.BytesIO(answer.content))
    assert found.testzip() is None
    return found


def test_what_is_named_is_there_with_settings_curves_and_weights(client: Client) -> None:
    runs = [client.until_ended(client.create(**QUICK, seed=seed)["id"]) for seed in (1, 2)]
    client.create(**QUICK)
    archive = archived(client, run=[run["id"] for run in runs])
    folders = [f"{run['number']:04d}-{run['id']}" for run in runs]
    files = {f"{folder}/{file}" for folder in folders for file in ("run.json", "curves.csv", "weights.npz")}
    assert set(archive.namelist()) == files | {"README.txt", "runs.csv"}
    assert len(list(csv.reader(io.StringIO(archive.read("runs.csv").decode("utf-8-sig"))))) == 3
    for folder, run in zip(folders, runs, strict=True):
        told = json.loads(archive.read(f"{folder}/run.json"))
        assert (told["config"], told["fingerprint"]) == (run["config"], run["fingerprint"])
        params = nncore.load_params(archive.read(f"{folder}/weights.npz"))
        assert nncore.fingerprint(params) == run["fingerprint"]
        curves = client.http.get(f"/runs/{run['id']}/metrics", params={"format": "csv"}).content
        assert archive.read(f"{folder}/curves.csv") == curves
    assert b"Not in it" not in archive.read("README.txt")


def test_all_of_them_and_none_of_them(client: Client) -> None:
    client.until_ended(client.create(**QUICK)["id"])
    known = client.http.get("/runs", params={"limit": 500}).json()["runs"]
    folders = {name.partition("/")[0] for name in archived(client).namelist() if "/" in name}
    assert folders == {f"{run['number']:04d}-{run['id']}" for run in known}
    assert client.http.get("/archive", params={"run": "nothing"}).status_code == 404
    assert client.http.get("/archive", params={"experiment": "nothing"}).status_code == 404


def test_in_a_class_it_is_the_teachers(school: Server, lead: Person) -> None:
    with student(school, lead.room()["code"], "Ann") as ann:
        run = ann.create(**QUICK)
        assert ann.http.get("/archive", params={"run": run["id"]}).status_code == 403
        names = archived(lead).namelist()
        assert f"{run['number']:04d}-{run['id']}/weights.npz" in names
        assert "Ann" in archived(lead).read("runs.csv").decode()
