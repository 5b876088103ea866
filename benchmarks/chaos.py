"""Processes die at random for minutes, and everybody writes down what they are told.

    python benchmarks/chaos.py --minutes 5

Rounds of eight runs train while workers and the server are killed (SIGKILL) at random moments. Two viewers of
all runs, one viewer of each run and a script that asks over REST come back whenever they are cut off, and the
viewers cut themselves off now and then. At the end nothing may be missing, doubled, out of order or different
from what an undisturbed server told, and every run's last weights must be the same to the bit.
"""

import argparse
import itertools
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import psutil
from websockets.exceptions import ConnectionClosed, InvalidHandshake

sys.path.insert(0, str(Path(__file__).parent.parent))


from tests.classroom import ENDED, Client, Server

RUNS: list[dict[str, Any]] = [
    {"preset": "two-features", "epochs": 40, "batch_size": 5, "seed": seed} for seed in range(1, 5)
] + [{"preset": "full-digits", "epochs": 4, "seed": seed} for seed in range(1, 5)]
COLUMNS = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")
CUT_OFF = (ConnectionClosed, InvalidHandshake, OSError, httpx.HTTPError)
OWN_CUTS = 0.02  # of the messages that a viewer reads are its last before it reconnects
PAUSE_SECONDS = (0.2, 4.0)  # between two kills
SERVER_SHARE = 0.3  # of the kills
SILENCE_SECONDS = 20.0  # then a viewer connects anew

Curve = dict[int, tuple[float, ...]]  # epoch -> what was measured at its end


class Viewer(threading.Thread):
    """Follows some runs until all have ended, and writes down their epochs in the order of their coming."""

    def __init__(
        self, server: Server, expected: dict[str, Curve], followed: list[str], chance: random.Random
    ):
        super().__init__(daemon=True)
        self.server, self.expected, self.followed, self.chance = server, expected, followed, chance
        self.last_seq = 0
        self.told: dict[str, list[int]] = {run_id: [] for run_id in expected}
        self.open = set(expected)
        self.faults: Counter[str] = Counter()
        self.events = self.reconnects = 0

    def run(self) -> None:
        with Client(self.server) as client:
            while self.open:
                try:
                    self.read(client)
                except CUT_OFF:
                    time.sleep(0.05)
                self.reconnects += 1
        for run_id, curve in self.expected.items():
            told = self.told[run_id]
            counts = Counter(told)
            self.faults["lost"] += len(curve.keys() - counts.keys())
            self.faults["doubled"] += sum(count - 1 for count in counts.values())
            self.faults["out of order"] += sum(a > b for a, b in itertools.pairwise(told))

    def read(self, client: Client) -> None:
        stream = client.events(*self.followed, after=self.last_seq, timeout=SILENCE_SECONDS)
        with closing(stream) as events:
            for event in events:
                self.note(event)
                if not self.open or self.chance.random() < OWN_CUTS:
                    return

    def note(self, event: dict[str, Any]) -> None:
        self.events += 1
        self.faults["out of order"] += event["seq"] <= self.last_seq
        self.last_seq = event["seq"]
        run_id = event["run_id"]
        if run_id not in self.expected:
            return
        if event["type"] == "epoch":
            self.told[run_id].append(event["epoch"])
            values = tuple(event[column] for column in COLUMNS)
            self.faults["different"] += values != self.expected[run_id].get(event["epoch"])
        if event.get("status") in ENDED:
            self.open.discard(run_id)


class Asker(threading.Thread):
    """Asks for states and curves over REST: what was once told must never be taken back."""

    def __init__(self, server: Server, expected: dict[str, Curve]):
        super().__init__(daemon=True)
        self.server, self.expected = server, expected
        self.steps = dict.fromkeys(expected, 0)
        self.epochs = dict.fromkeys(expected, 0)
        self.open = set(expected)
        self.faults: Counter[str] = Counter()
        self.answers = 0

    def run(self) -> None:
        with Client(self.server) as client:
            while self.open:
                for run_id in sorted(self.open):
                    try:
                        self.ask(client, run_id)
                    except CUT_OFF:
                        time.sleep(0.05)

    def ask(self, client: Client, run_id: str) -> None:
        run = client.run(run_id)
        curve = curve_of(client, run_id)
        self.answers += 2
        self.faults["lost"] += run["step"] < self.steps[run_id]
        self.faults["lost"] += len(curve) < self.epochs[run_id]
        self.faults["different"] += not curve.items() <= self.expected[run_id].items()
        self.steps[run_id], self.epochs[run_id] = run["step"], len(curve)
        if run["status"] in ENDED:
            self.open.discard(run_id)


class Killer(threading.Thread):
    """Kills for some time, or until it is told to stop; the server is started again at once."""

    def __init__(self, server: Server, chance: random.Random, seconds: float) -> None:
        super().__init__(daemon=True)
        self.server, self.chance = server, chance
        self.end = time.monotonic() + seconds
        self.stopping = threading.Event()
        self.kills: Counter[str] = Counter()

    def run(self) -> None:
        while not self.stopping.wait(self.chance.uniform(*PAUSE_SECONDS)) and time.monotonic() < self.end:
            if self.chance.random() < SERVER_SHARE:
                self.server.kill()
                self.kills["server"] += 1
                self.server.start()
            elif workers := self.server.workers():
                try:
                    self.chance.choice(workers).kill()
                    self.kills["worker"] += 1
                except psutil.NoSuchProcess:
                    continue


def create_all(server: Server, round_name: str) -> list[str]:
    """Eight runs; each request is repeated with its key until it is answered."""
    made: list[str] = []
    with Client(server) as client:
        for number, settings in enumerate(RUNS):
            while len(made) == number:
                try:
                    key = {"Idempotency-Key": f"{round_name} {number}"}
                    answer = client.http.post("/runs", json=settings, headers=key)
                    made.append(answer.raise_for_status().json()["id"])
                except CUT_OFF:
                    time.sleep(0.05)
    return made


def curve_of(client: Client, run_id: str) -> Curve:
    columns = client.http.get(f"/runs/{run_id}/metrics").raise_for_status().json()["columns"]
    rows = zip(*(columns[name] for name in COLUMNS), strict=True)
    return dict(zip(columns["epoch"], rows, strict=True))


def undisturbed(folder: Path) -> tuple[list[Curve], list[str]]:
    """What the eight runs tell, and the fingerprints they end with, when nobody is killed."""
    server = Server(folder).start()
    with Client(server) as client:
        made = create_all(server, "undisturbed")
        fingerprints = [client.until_ended(run_id)["fingerprint"] for run_id in made]
        curves = [curve_of(client, run_id) for run_id in made]
    server.stop(30)
    return curves, fingerprints


def one_round(
    server: Server, name: str, curves: list[Curve], fingerprints: list[str], chance: random.Random
) -> tuple[Counter[str], Counter[str]]:
    """Eight runs from creation to end; faults, and figures to report."""
    made = create_all(server, name)
    expected = dict(zip(made, curves, strict=True))
    viewers = [Viewer(server, expected, [], random.Random(chance.random())) for _ in range(2)]
    viewers += [
        Viewer(server, {run_id: curve}, [run_id], random.Random(chance.random()))
        for run_id, curve in expected.items()
    ]
    asker = Asker(server, expected)
    for witness in (*viewers, asker):
        witness.start()
    for witness in (*viewers, asker):
        witness.join()
    faults = sum((witness.faults for witness in (*viewers, asker)), Counter[str]())
    figures = Counter(
        events=sum(viewer.events for viewer in viewers),
        reconnects=sum(viewer.reconnects for viewer in viewers),
        answers=asker.answers,
    )
    runs = ended_runs(server, made)
    figures["runs"] = len(runs)
    figures["equal"] = sum(
        run["fingerprint"] == fingerprint for run, fingerprint in zip(runs, fingerprints, strict=True)
    )
    for run in runs:
        if run["status"] != "FINISHED":
            print(f"  {run['name']}: {run['status']}, {run['status_reason']}, {run['status_detail']}")
    return faults, figures


def ended_runs(server: Server, made: list[str]) -> list[dict[str, Any]]:
    while True:
        try:
            with Client(server) as client:
                return [client.run(run_id) for run_id in made]
        except CUT_OFF:
            time.sleep(0.05)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1, help="of the moments at which processes are killed")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    faults, figures = Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        curves, fingerprints = undisturbed(Path(folder) / "undisturbed")
        server = Server(Path(folder) / "chaos").start()
        killer = Killer(server, chance, arguments.minutes * 60)
        killer.start()
        rounds = 0
        try:
            while killer.is_alive():
                rounds += 1
                more_faults, more = one_round(server, f"round {rounds}", curves, fingerprints, chance)
                faults += more_faults
                figures += more
            with Client(server) as client:
                there = len(client.http.get("/runs", params={"limit": 500}).json()["runs"])
        finally:
            killer.stopping.set()
            killer.join()
            server.stop(30)
    faults["doubled"] += there - figures["runs"]
    print(f"{rounds} rounds of {len(RUNS)} runs; killed: {json.dumps(killer.kills)}")
    print(
        f"{figures['events']} events told, {figures['reconnects']} reconnects, {figures['answers']} answers"
    )
    for name in ("lost", "doubled", "out of order", "different"):
        print(f"{name:20}{faults[name]:6}")
    print(f"{'equal fingerprints':20}{figures['equal']:6} of {figures['runs']}")
    return int(any(faults.values()) or figures["equal"] != figures["runs"])


if __name__ == "__main__":
    sys.exit(main())
