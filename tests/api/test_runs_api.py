"""REST, as a script meets it: a real server, real runs."""

import csv
import io
import json
import os
import subprocess
from contextlib import closing
from datetime import datetime
from typing import Any

import httpx
import numpy as np
import pytest

import nncore
from tests.classroom import LONG, QUICK, Client, Server


def problem(answer: httpx.Response, status: int, code: str | None = None) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = dict(answer.json())
    assert body["status"] == status
    if code is not None:
        assert body["code"] == code
    return body


def test_a_new_run_is_there_with_all_that_was_filled_in(client: Client) -> None:
    answer = client.http.post("/runs", json={"preset": "two-features", "seed": 5})
    run = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/runs/{run['id']}"
    assert run["config"] == {
        "preset": "two-features",
        "dataset": "two-features",
        "shape": [2, 5, 2],
        "eta": 1.0,
        "batch_size": 30,
        "initialization": "standard",
        "epochs": 20,
        "seed": 5,
        "activation": "sigmoid",
        "loss": "quadratic",
        "optimizer": "sgd",
        "momentum": 0.9,
        "l2": 0.0,
        "train_size": None,
        "target_accuracy": None,
    }
    assert (run["parameters"], run["steps_per_epoch"]) == (27, 423)
    assert client.http.get(answer.headers["location"].removeprefix("/api/v1")).json()["id"] == run["id"]


def test_the_readmes_command_starts_a_run(server: Server, client: Client) -> None:
    command = [
        "curl",
        "-s",
        "-X",
        "POST",
        f"{server.url}/api/v1/runs",
        "-H",
        "content-type: application/json",
    ]
    done = subprocess.run([*command, "-d", '{"preset":"full-digits"}'], capture_output=True, check=True)
    run = json.loads(done.stdout)
    assert run["config"]["shape"] == [784, 30, 10]
    client.want(run["id"], "stopped")


def test_a_run_that_finished_says_everything(client: Client) -> None:
    run = client.until_ended(client.create(**QUICK)["id"])
    assert (run["status"], run["status_reason"], run["epoch"], run["step"]) == ("FINISHED", None, 5, 5 * 423)
    assert set(run["last"]) == {"epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy"}
    assert run["last"]["epoch"] == 5
    assert run["best"]["test_accuracy"] >= run["last"]["test_accuracy"]
    assert len(run["fingerprint"]) == 64
    assert run["created_at"] <= run["started_at"] <= run["ended_at"]


def test_the_series_is_the_same_as_columns_as_csv_and_as_events(client: Client) -> None:
    run_id = client.create(**QUICK)["id"]
    events = client.until_status(run_id, "FINISHED")
    epochs = [event for event in events if event["type"] == "epoch"]
    columns = client.http.get(f"/runs/{run_id}/metrics").json()["columns"]
    names = ["epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy", "step", "seconds"]
    ends = [round(datetime.fromisoformat(event["ts"]).timestamp() * 1000) for event in epochs]
    assert columns == {**{name: [event[name] for event in epochs] for name in names}, "ts": ends}
    answer = client.http.get(f"/runs/{run_id}/metrics", params={"format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [float(row["test_loss"]) for row in rows] == columns["test_loss"]


def test_early_points_and_pressed_batches_are_what_nncore_gives(client: Client) -> None:
    run_id = client.create(preset="full-digits", epochs=20, seed=4)["id"]
    client.want(run_id, "paused")  # wherever it is by then, it goes on for single batches
    told = client.until(run_id, lambda event: event.get("status") == "PAUSED")
    run = client.run(run_id)
    for _ in range(2):
        assert client.http.patch(f"/runs/{run_id}", json={"advance": "batch"}).status_code == 200
        step = client.http.get(f"/runs/{run_id}").json()["until"]
        after = told[-1]["seq"]
        told += client.until(run_id, lambda event, step=step: event.get("step") == step, after=after)
        told += client.until_status(run_id, "PAUSED", after=told[-1]["seq"])
    pressed = [event["now"] for event in told if event["type"] == "progress" and "now" in event]
    assert [point["step"] for point in pressed] == [run["step"] + 1, run["step"] + 2]
    points = [event for event in told if event["type"] == "measured"]
    assert [point["step"] for point in points][:4] == [0, 1, 2, 5][: len(points)]
    assert len(points) >= 1
    data = nncore.load_digits()
    recipe = nncore.Recipe(shape=(784, 30, 10), batch_size=10, seed=4)
    state = nncore.initial_state(recipe)
    for point in sorted([*points, *pressed], key=lambda point: point["step"]):
        if point["step"] > state.step:
            plan = nncore.SlicePlan(recipe, 3.0, point["step"] - state.step)
            state, _ = nncore.train_slice(state, plan, data)
        unseen = nncore.evaluate(state.params, recipe, data.test.first(500))
        seen = nncore.evaluate(state.params, recipe, data.train.first(500))
        assert point["sample"] == 500
        assert point["test_loss"] == pytest.approx(unseen.loss, rel=1e-6)
        assert point["train_loss"] == pytest.approx(seen.loss, rel=1e-6)
        assert point["test_accuracy"] == pytest.approx(unseen.accuracy, abs=0.002)
        assert point["predictions"] == unseen.predictions[:100].tolist()
    assert points[0]["test_accuracy"] < 0.3
    columns = client.http.get(f"/runs/{run_id}/metrics").json()["points"]
    assert columns["step"] == [point["step"] for point in points]
    assert columns["test_loss"] == [point["test_loss"] for point in points]
    answer = client.http.get(f"/runs/{run_id}/metrics", params={"format": "csv", "points": True})
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [int(row["step"]) for row in rows] == columns["step"]
    shown = next(one for one in client.http.get("/state").json()["runs"] if one["id"] == run_id)
    assert shown["points"]["step"] == columns["step"]
    assert shown["now"]["step"] == run["step"] + 2
    client.want(run_id, "stopped")


def test_the_digits_of_past_epochs_are_those_that_the_events_told(client: Client) -> None:
    run_id = client.create(**QUICK)["id"]
    events = client.until_status(run_id, "FINISHED")
    told = [event["predictions"] for event in events if event["type"] == "epoch"]
    answer = client.http.get(f"/runs/{run_id}/grids", params={"first": 2, "count": 3})
    assert answer.json() == {"first": 2, "predictions": told[1:4]}
    assert "immutable" in answer.headers["cache-control"]
    unfinished = client.http.get(f"/runs/{run_id}/grids", params={"first": 4})
    assert unfinished.json() == {"first": 4, "predictions": told[3:]}
    assert "immutable" not in unfinished.headers.get("cache-control", "")
    assert client.http.get(f"/runs/{run_id}/grids", params={"count": 1000}).status_code == 422


def test_metrics_before_the_first_epoch_are_empty_columns(client: Client) -> None:
    run_id = client.create(**QUICK)["id"]
    assert set(client.http.get(f"/runs/{run_id}/metrics").json()["columns"]) >= {"epoch", "test_loss"}


def test_the_weights_are_those_of_the_fingerprint(client: Client) -> None:
    run = client.until_ended(client.create(**QUICK)["id"])
    blob = client.http.get(f"/runs/{run['id']}/weights").content
    assert nncore.fingerprint(nncore.load_params(blob)) == run["fingerprint"]
    with np.load(io.BytesIO(blob)) as arrays:
        assert {name: arrays[name].shape for name in ("w0", "b0", "w1", "b1")} == {
            "w0": (5, 2),
            "b0": (5,),
            "w1": (2, 5),
            "b1": (2,),
        }


def test_predictions_agree_with_the_weights_and_with_the_event(client: Client, prepared: Any) -> None:
    run_id = client.create(**QUICK)["id"]
    events = client.until_status(run_id, "FINISHED")
    last = [event for event in events if event["type"] == "epoch"][-1]
    told = client.http.get(f"/runs/{run_id}/predictions").json()
    assert told["predictions"] == last["predictions"]
    blob = client.http.get(f"/runs/{run_id}/weights").content
    params, about = nncore.load_params(blob), nncore.load_about(blob)
    assert (about["run"], about["fingerprint"]) == (run_id, nncore.fingerprint(params))
    assert about["settings"] == client.run(run_id)["config"]
    assert (about["epoch"], about["step"], about["eta_changes"]) == (5, 5 * 423, [])
    data = nncore.open_dataset(prepared / "two-features")
    recipe = nncore.Recipe(shape=(2, 5, 2), batch_size=30)
    outputs = nncore.outputs(params, recipe, data.test.rows(slice(0, 100), np.dtype("float32")))
    np.testing.assert_allclose(told["outputs"], outputs, atol=1e-6)
    assert told["labels"] == data.test.labels[:100].tolist()


def test_predictions_of_a_past_epoch_are_those_of_its_event(client: Client) -> None:
    run_id = client.create(**QUICK)["id"]
    events = client.until_status(run_id, "FINISHED")
    for event in [event for event in events if event["type"] == "epoch"]:
        told = client.http.get(f"/runs/{run_id}/predictions", params={"epoch": event["epoch"]}).json()
        assert told["predictions"] == event["predictions"]


def test_before_the_first_step_the_network_is_the_one_of_the_seed(client: Client) -> None:
    run = client.until_ended(client.create(**QUICK, seed=9)["id"])
    blob = client.http.get(f"/runs/{run['id']}/weights", params={"epoch": 0}).content
    recipe = nncore.Recipe(shape=(2, 5, 2), batch_size=30, seed=9)
    assert nncore.fingerprint(nncore.load_params(blob)) == nncore.fingerprint(
        nncore.initial_state(recipe).params
    )


def test_an_epoch_that_is_not_there_is_a_404(client: Client) -> None:
    run = client.until_ended(client.create(**QUICK)["id"])
    for what in ("weights", "predictions"):
        answer = client.http.get(f"/runs/{run['id']}/{what}", params={"epoch": 6})
        assert problem(answer, 404, "epoch-not-found")["errors"][0]["field"] == "epoch"


def test_pause_keeps_the_step_and_resume_goes_on_from_it(client: Client) -> None:
    run_id = client.create(**LONG)["id"]
    client.until(run_id, lambda event: event["type"] in ("epoch", "progress"))
    client.want(run_id, "paused")
    events = client.until_status(run_id, "PAUSED")
    step = client.run(run_id)["step"]
    assert step > 0
    assert client.run(run_id)["wanted"] == "paused"
    client.want(run_id, "running")
    after = client.until(run_id, lambda event: "step" in event, after=events[-1]["seq"])
    assert [event["type"] for event in after][:2] == ["wanted", "status"]
    assert after[-1]["step"] > step
    client.want(run_id, "stopped")
    run = client.until_ended(run_id)
    assert (run["status"], run["status_reason"]) == ("STOPPED", "USER")


def test_stop_keeps_the_partial_result(client: Client) -> None:
    run_id = client.create(**LONG)["id"]
    client.until(run_id, lambda event: event["type"] == "epoch")
    client.want(run_id, "stopped")
    run = client.until_ended(run_id)
    blob = client.http.get(f"/runs/{run_id}/weights").content
    assert nncore.fingerprint(nncore.load_params(blob)) == run["fingerprint"]
    assert run["last"]["epoch"] >= 1


def test_a_paused_run_can_be_stopped_and_has_a_fingerprint(client: Client) -> None:
    run_id = client.create(**LONG)["id"]
    client.want(run_id, "paused")
    client.until_status(run_id, "PAUSED")
    client.want(run_id, "stopped")
    run = client.until_ended(run_id)
    blob = client.http.get(f"/runs/{run_id}/weights").content
    assert nncore.fingerprint(nncore.load_params(blob)) == run["fingerprint"]


def test_an_ended_run_cannot_be_resumed_but_stopping_it_again_is_no_error(client: Client) -> None:
    run = client.until_ended(client.create(**QUICK)["id"])
    for wanted in ("running", "paused"):
        problem(client.http.patch(f"/runs/{run['id']}", json={"wanted": wanted}), 409)
    assert client.want(run["id"], "stopped")["status"] == "FINISHED"


def test_rename(client: Client) -> None:
    run_id = client.create(**QUICK, name="  Mei's first  ")["id"]
    assert client.run(run_id)["name"] == "Mei's first"
    client.http.patch(f"/runs/{run_id}", json={"name": "數字 <b>1</b>"}).raise_for_status()
    assert client.run(run_id)["name"] == "數字 <b>1</b>"


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\u0000b", "a\nb", "\u202eabc", 5, True])
def test_names_that_could_deceive_are_refused(client: Client, name: object) -> None:
    answer = client.http.post("/runs", json={**QUICK, "name": name})
    assert problem(answer, 422)["errors"][0]["field"] == "name"


def test_delete_takes_everything_and_tells_the_viewers(client: Client) -> None:
    run_id = client.create(**LONG)["id"]
    last = client.until(run_id, lambda event: event["type"] in ("epoch", "progress"))[-1]["seq"]
    assert client.http.delete(f"/runs/{run_id}").status_code == 204
    problem(client.http.get(f"/runs/{run_id}"), 404, "run-not-found")
    problem(client.http.delete(f"/runs/{run_id}"), 404, "run-not-found")
    with closing(client.events(after=last)) as events:
        of_run = (event for event in events if event["run_id"] == run_id)
        assert next(of_run)["type"] == "deleted"


def test_the_list_is_newest_first_and_comes_in_pages(client: Client) -> None:
    made = [client.create(**QUICK)["id"] for _ in range(5)]
    seen: list[str] = []
    token: str | None = None
    while len(seen) < 5:
        query = {"limit": 2} | ({"page_token": token} if token else {})
        page = client.http.get("/runs", params=query).raise_for_status().json()
        seen += [run["id"] for run in page["runs"]]
        token = page["next_page_token"]
    assert seen[:5] == made[::-1]


def test_a_made_up_page_token_is_refused(client: Client) -> None:
    problem(client.http.get("/runs", params={"page_token": "nonsense"}), 400)


def test_the_same_idempotency_key_makes_one_run(client: Client) -> None:
    key = {"Idempotency-Key": os.urandom(8).hex()}
    first = client.http.post("/runs", json=QUICK, headers=key)
    second = client.http.post("/runs", json=QUICK, headers=key)
    assert first.json()["id"] == second.json()["id"]
    assert second.status_code == 201
    problem(client.http.post("/runs", json={**QUICK, "seed": 77}, headers=key), 409, "key-reused")


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"eta": 0}, "eta"),
        ({"eta": "3"}, "eta"),
        ({"eta": True}, "eta"),
        ({"batch_size": 0}, "batch_size"),
        ({"epochs": 10**9}, "epochs"),
        ({"shape": [784, 10**9, 10]}, "shape"),
        ({"shape": [784]}, "shape"),
        ({"shape": [784, 1000, 1000, 1000, 10], "epochs": 1000}, "epochs"),
        ({"shape": [784, "30", 10]}, "shape"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**64}, "seed"),
        ({"dataset": "cifar"}, "dataset"),
        ({"preset": "nonsense"}, "preset"),
        ({"initialization": "magic"}, "initialization"),
        ({"learning_rate": 3.0}, "learning_rate"),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_is_made(client: Client, settings: Any, field: str) -> None:
    before = client.http.get("/runs", params={"limit": 1}).json()
    body = problem(client.http.post("/runs", json=settings), 422)
    assert [error["field"].split(".")[0] for error in body["errors"]] == [field]
    assert body["errors"][0]["code"]
    assert body["errors"][0]["message"]
    after = client.http.get("/runs", params={"limit": 1}).json()
    assert [run["id"] for run in before["runs"]] == [run["id"] for run in after["runs"]]


@pytest.mark.parametrize(
    "body", ["", "[]", "3", "null", '"x"', "{", '{"eta": NaN}', '{"eta": 1, "eta": 2}', '{"name": "\\ud800"}']
)
def test_a_body_that_is_not_an_object_of_settings_is_a_client_error(client: Client, body: str) -> None:
    answer = client.http.post("/runs", content=body, headers={"content-type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("body", [{"wanted": "flying"}, {"wanted": 1}, {"status": "PAUSED"}, {"x": 1}])
def test_a_change_that_does_not_exist_is_refused(client: Client, body: Any) -> None:
    run_id = client.create(**QUICK)["id"]
    problem(client.http.patch(f"/runs/{run_id}", json=body), 422)


def test_presets_are_the_lectures_and_complete(client: Client) -> None:
    presets = client.http.get("/presets").json()["presets"]
    assert [preset["name"] for preset in presets] == [
        "full-digits",
        "two-features",
        "overfitting",
        "scaled-initialization",
    ]
    for preset in presets:
        assert preset["question"].endswith("?")
        assert preset["config"]["preset"] == preset["name"]


def test_images_and_labels_of_a_dataset(client: Client, prepared: Any) -> None:
    data = nncore.open_dataset(prepared / "digits")
    answer = client.http.get("/datasets/digits/images", params={"first": 5, "count": 3})
    assert answer.content == data.test.images[5:8].tobytes()
    assert "immutable" in answer.headers["cache-control"]
    labels = client.http.get("/datasets/digits/labels", params={"first": 5, "count": 3}).json()
    assert labels == {"first": 5, "labels": data.test.labels[5:8].tolist()}
    train = client.http.get("/datasets/two-features/images", params={"split": "train", "count": 1}).content
    assert train == nncore.open_dataset(prepared / "two-features").train.images[:1].tobytes()
    problem(client.http.get("/datasets/cats/images"), 404, "dataset-not-found")
    problem(client.http.get("/datasets/digits/images", params={"count": 10**9}), 422)


def test_health_ready_and_version(server: Server) -> None:
    assert httpx.get(f"{server.url}/health").json() == {"status": "ok"}
    assert httpx.get(f"{server.url}/ready").json() == {"status": "ready"}
    told = httpx.get(f"{server.url}/version").json()
    assert set(told) == {"chalknet", "python", "numpy", "scipy", "kernels"}
    assert told["kernels"].endswith(f"SciPy {told['scipy']}")


def test_a_page_of_this_server_as_a_qr_code(server: Server, client: Client) -> None:
    first = client.http.get("/qr", params={"path": "/?preset=full-digits"})
    assert first.headers["content-type"] == "image/svg+xml"
    assert first.text.startswith("<?xml")
    assert "<path" in first.text
    other = client.http.get("/qr", params={"path": "/?preset=two-features"})
    assert other.content != first.content
    for foreign in ("//elsewhere.example/", "http://elsewhere.example/", "x" * 2000):
        problem(client.http.get("/qr", params={"path": foreign}), 422)
    long = client.http.get("/qr", params={"path": "/?" + "é" * 990})  # of few letters and many bytes
    assert problem(long, 422)["code"] == "address-too-long"


def test_metrics_are_prometheus_text(server: Server, client: Client) -> None:
    client.until_ended(client.create(**QUICK)["id"])
    answer = httpx.get(f"{server.url}/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    samples = dict(line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#"))
    assert float(samples['chalknet_runs{status="FINISHED"}']) >= 1
    for name in ("slice", "epoch", "queue_wait", "commit", "event_loop_lag"):
        assert float(samples[f"chalknet_{name}_seconds_count"]) > 0
    assert "chalknet_sockets" in samples
    assert "chalknet_drops_total" in samples


def test_logs_are_one_object_a_line_and_hold_no_secrets(server: Server, client: Client) -> None:
    secret = "key-that-must-not-be-logged"
    headers = {"Idempotency-Key": secret, "Cookie": f"chalknet_owner={secret}"}
    client.http.post("/runs", json=QUICK, headers=headers).raise_for_status()
    client.http.get("/runs", params={"limit": 0, "token": secret})
    text = server.log.read_text()
    assert secret not in text
    for line in text.splitlines():
        assert {"ts", "level", "logger", "message"} <= json.loads(line).keys()
