"""Power cuts: a server's writes are recorded, and replayed as a disk may have them when the power goes.

    python benchmarks/power_cut.py --cuts 100

A server works under strace (Linux): runs learn, and a script creates, renames, stops and deletes some. Every
write and every sync of the files in its data folder is recorded, and with each request how many before it had
been answered. Then for random moments a folder is made: what had been synced is there, of the rest a random
part in no order, one write of it torn in a sector. A server starts on it and must know all that had been
answered by then: no run, name, stop, deletion or epoch is lost, and nothing is said to be damaged.
"""

import argparse
import random
import re
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.classroom import Client, Server

HEADER = "x-acknowledged"
CALLS = "pwrite64,write,ftruncate,fsync,fdatasync,recvfrom"
RUN = {"preset": "two-features", "batch_size": 50, "epochs": 60}
SECTOR = 512
LONGEST = 100_000  # bytes of a write
LINE = re.compile(r"(\d+) +(?:<\.\.\. )?(\w+)(?:\(| resumed>)(.*)")
ESCAPED = re.compile(r"\\x([0-9a-f]{2})")
CALLED = re.compile(r'\d+<([^>]*)>(?:, "([^"]*)")?(?:\.\.\.)?(?:, (\d+))?(?:, (\d+))?')


@dataclass(slots=True)
class Call:
    """One system call of the recording: the lines at which it was entered and had returned."""

    name: str
    path: str
    data: bytes
    numbers: tuple[int, ...]
    entered: int
    returned: int = sys.maxsize


def calls_of(trace: Path) -> list[Call]:
    """All calls in the order in which they were entered."""
    calls: list[Call] = []
    open_calls: dict[str, Call] = {}
    with trace.open(encoding="ascii", errors="replace") as lines:
        for at, line in enumerate(lines):
            if not (found := LINE.match(line)):
                continue
            process, name, rest = found.groups()
            if "resumed>" in line[:60]:
                call = open_calls.pop(process)
                if name == "recvfrom":  # what was received is known when it returns
                    call.data = _bytes(rest.split('"')[1]) if '"' in rest else b""
                call.returned = at
                continue
            if not (told := CALLED.match(rest)):
                continue
            path, text, *numbers = told.groups()
            if '"...' in rest and name == "pwrite64":
                raise ValueError(f"a write of more than {LONGEST} bytes was not recorded whole")
            call = Call(
                name, _bytes(path).decode(), _bytes(text or ""), tuple(int(n) for n in numbers if n), at
            )
            calls.append(call)
            if "<unfinished" in rest:
                open_calls[process] = call
            else:
                call.returned = at
    return calls


def _bytes(text: str) -> bytes:
    return bytes.fromhex("".join(ESCAPED.findall(text))) if "\\x" in text else text.encode()


def disk_at(calls: list[Call], cut: int, base: Path, target: Path, chance: random.Random) -> None:
    """The folder as a disk may have it that lost its power at a line of the recording."""
    shutil.copytree(base, target)
    by_file: dict[str, list[Call]] = defaultdict(list)
    for call in calls:
        if call.entered <= cut and call.name != "recvfrom":
            by_file[Path(call.path).name].append(call)
    for name, its in by_file.items():
        synced = max(
            (call.entered for call in its if "sync" in call.name and call.returned <= cut), default=-1
        )
        writes = [call for call in its if "sync" not in call.name]
        content = bytearray((target / name).read_bytes() if (target / name).exists() else b"")
        for call in writes:
            lost = call.returned >= synced and chance.random() < 0.5
            if lost and (call.name == "ftruncate" or chance.random() < 0.8):
                continue
            if call.name == "ftruncate":
                size = int(call.numbers[0])
                content = content[:size].ljust(size, b"\0")
                continue
            start = call.numbers[1] if call.name == "pwrite64" else 0
            sectors = [*range(SECTOR - start % SECTOR, len(call.data), SECTOR), len(call.data)]
            end = chance.choice([0, *sectors]) if lost else len(call.data)
            content.extend(bytes(max(0, start + end - len(content))))
            content[start : start + end] = call.data[:end]
        (target / name).write_bytes(content)


Fact = tuple[str, str, Any]  # what was answered: of which kind, of which run, and its value


def work(server: Server, seconds: float, chance: random.Random) -> list[Fact]:
    """What was answered, in order; each request says how much of it had been before."""
    facts: list[Fact] = []
    there: list[str] = []
    with Client(server) as client:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            client.http.headers[HEADER] = f"{len(facts)};"
            deed = chance.choice(("create", "rename", "stop", "delete", "look", "look"))
            if deed == "create" or not there:
                there.append(client.create(**RUN)["id"])
                facts.append(("there", there[-1], True))
                continue
            run_id = chance.choice(there)
            if deed == "look":
                facts.append(("epoch", run_id, client.run(run_id)["epoch"]))
            elif deed == "delete" and len(there) > 3:
                client.http.delete(f"/runs/{run_id}").raise_for_status()
                there.remove(run_id)
                facts.append(("there", run_id, False))
            elif deed == "rename":
                name = f"Run {len(facts)}"
                client.http.patch(f"/runs/{run_id}", json={"name": name}).raise_for_status()
                facts.append(("name", run_id, name))
            else:
                answer = client.http.patch(f"/runs/{run_id}", json={"wanted": "stopped"})
                facts.append(("stopped", run_id, True) if answer.is_success else ("epoch", run_id, 0))
    return facts


def lost(server: Server, facts: list[Fact], answered: int) -> list[Fact]:
    """Which of the facts that had been answered a server does not know; the next was perhaps under way."""
    listed = httpx.get(f"{server.url}/api/v1/runs?limit=500").raise_for_status().json()["runs"]
    runs = {run["id"]: run for run in listed}
    perhaps = facts[answered : answered + 1]
    missing: list[Fact] = []
    for run_id in runs:
        curve = httpx.get(f"{server.url}/api/v1/runs/{run_id}/metrics").raise_for_status().json()
        epochs = curve["columns"]["epoch"]
        if epochs != list(range(1, len(epochs) + 1)):
            missing.append(("curve", run_id, epochs))
    for at, (kind, run_id, value) in enumerate(facts[:answered]):
        later = facts[at + 1 : answered] + perhaps
        if any(other[1] == run_id and other[0] in (kind, "there") for other in later if kind != "epoch"):
            continue  # something else holds by now, or may
        if kind == "epoch" and any(other == ("there", run_id, False) for other in later):
            continue
        run = runs.get(run_id)
        if not _knows(run, kind, value):
            missing.append((kind, run_id, value))
    return missing


def _knows(run: dict[str, Any] | None, kind: str, value: Any) -> bool:
    if run is None or kind == "there":
        return (run is not None) == value
    if kind == "name":
        return bool(run["name"] == value)
    return run["epoch"] >= value if kind == "epoch" else run["status"] in ("STOPPED", "FINISHED")


def record(folder: Path, seconds: float, chance: random.Random) -> tuple[list[Call], list[Fact]]:
    """A server's work in `folder / "data"`, of which `folder / "base"` is what it began with."""
    Server(folder / "data").start().stop()
    shutil.copytree(folder / "data", folder / "base")
    trace = folder / "trace"
    strace = (
        "-f",
        "-y",
        "-xx",
        "-s",
        str(LONGEST),
        "--seccomp-bpf",
        "-o",
        str(trace),
        "-e",
        f"trace={CALLS}",
    )
    program = (*strace, sys.executable, "-m", "chalknet")
    server = Server(folder / "data", python=Path("strace"), program=program).start()
    facts = work(server, seconds, chance)
    for child in psutil.Process(server.pid).children():
        child.kill()  # strace ends with it
    assert server.process is not None
    server.process.wait()
    inside = str((folder / "data").resolve())
    mine = [call for call in calls_of(trace) if call.name == "recvfrom" or call.path.startswith(inside)]
    return mine, facts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--cuts", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if shutil.which("strace") is None:
        print("strace is not installed: without it nothing is recorded.")
        return 2
    chance = random.Random(arguments.seed)
    bad = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        calls, facts = record(folder, arguments.seconds, chance)
        acknowledged = [(0, 0)]  # from which line on how many facts had been answered
        for call in calls:
            if found := re.search(HEADER.encode() + rb": (\d+);", call.data):
                acknowledged.append((call.returned, int(found[1])))
        syncs = sum("sync" in call.name for call in calls)
        writes = sum(call.name != "recvfrom" for call in calls) - syncs
        print(f"{writes} writes, {syncs} syncs, {len(facts)} requests answered")
        first = acknowledged[1][0]
        for number in range(arguments.cuts):
            cut = chance.randrange(first, acknowledged[-1][0])
            answered = max(count for line, count in acknowledged if line <= cut)
            target = folder / f"cut {number}"
            disk_at(calls, cut, folder / "base", target, chance)
            server = Server(target, workers=1)
            try:
                server.start()
                said = httpx.get(f"{server.url}/ready").json().get("loss")
                missing = lost(server, facts, answered)
            except (RuntimeError, TimeoutError, httpx.HTTPError) as error:
                said, missing = f"no start: {error}"[-300:], []
            finally:
                server.kill()
            if said or missing:
                bad += 1
                print(f"cut at line {cut}, {answered} answered: lost {missing}; said: {said}")
            shutil.rmtree(target)
    print(f"{arguments.cuts} cuts, {bad} with a loss")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
