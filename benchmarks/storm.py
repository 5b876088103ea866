"""A bad lesson: sixty pages follow their class, while thirty runs diverge and everybody who can does harm.

    python benchmarks/storm.py --minutes 10

First a calm minute: sixty students' pages, six runs that learn, somebody who asks over REST. Then the storm,
from another process: thirty runs that diverge and are begun again, readers that are stuck or slow, handshakes
that are never finished, files that are bombs, rubbish or too large, looks by the dozen at the largest
network, guessed secrets; the clock goes back ten years, and half-way the server is killed and started again.
Then it is calm again. Nothing may be lost or doubled, every page must be told something within 15 s of the
kill, the server's memory may be 64 MB above what it was; what the calm wait for is printed (target: p99 at
most twice that of the calm minute), and what the storm was answered.
"""

import argparse
import asyncio
import io
import itertools
import multiprocessing
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.bench_lesson import API, Page, join
from benchmarks.vitals import CUT_OFF, HEAD, Follower, Vitals, Waits, ask_calmly
from tests.classroom import ENDED, Server
from tests.people import SECRET, Person, teacher

PAGES, RUNS, BAD_RUNS = 60, 6, 30
GOOD = {"preset": "full-digits", "epochs": 1000}
BAD = {
    "preset": "two-features",
    "activation": "relu",
    "eta": 1000.0,
    "loss": "cross-entropy",
    "l2": 0.1,
    "epochs": 20,
}
LARGE = {"preset": "full-digits", "shape": [784, 1000, 1000, 10], "epochs": 1, "batch_size": 1000}
STUCK, SLOW, HALF_OPEN, LOOKERS = 20, 10, 100, 24
CALM_SECONDS = 60
LIVE_SECONDS = 15
MOST_MB = 64

Work = Callable[[], Awaitable[None]]


class Storm:
    """All that does harm, until its process ends."""

    def __init__(self, port: int, lead: str, students: list[str], large: str) -> None:
        self.port, self.lead, self.students, self.large = port, lead, students, large
        self.answers: Counter[str] = Counter()
        self.chance = random.Random(1)
        limits = httpx.Limits(max_connections=None)
        self.http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}{API}", limits=limits, timeout=60)

    async def call(self, method: str, path: str, cookie: str, **extra: Any) -> httpx.Response:
        answer = await self.http.request(method, path, headers={"Cookie": cookie}, **extra)
        self.http.cookies.clear()
        self.answers["2xx" if answer.is_success else f"{answer.status_code} {answer.json()['code']}"] += 1
        return answer

    async def diverging(self, student: str) -> None:
        """A run that diverges, and is begun again."""
        run = (await self.call("POST", "/runs", student, json=BAD)).json()
        for _ in range(30):
            await asyncio.sleep(1)
            if (await self.call("GET", f"/runs/{run['id']}", student)).json()["status"] in ENDED:
                break
        await self.call("DELETE", f"/runs/{run['id']}", student)

    async def unread(self, student: str, reads: bool) -> None:
        """A page that reads nothing, or a little each second."""
        loop = asyncio.get_running_loop()
        _, page = await loop.create_connection(lambda: Page(self.port, student, 0), "127.0.0.1", self.port)
        page.transport.pause_reading()
        for _ in range(60):
            await asyncio.sleep(1)
            if reads:
                page.transport.resume_reading()
                await asyncio.sleep(0)
                page.transport.pause_reading()
                page.received.clear()
        page.leave()
        self.answers["stuck or slow pages"] += 1

    async def half_open(self) -> None:
        """A handshake that is begun, goes on byte by byte, and is never finished."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(
            f"GET {API}/ws HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nUpgrade: websocket\r\nX: ".encode()
        )
        while not reader.at_eof():
            writer.write(b"x")
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await reader.read(1000)
        self.answers["half-open handshakes cut"] += 1
        writer.close()

    async def upload(self, files: list[bytes]) -> None:
        """A file that is none, by who may and who may not."""
        for path, cookie in itertools.product(
            ("/dataset-reports?title=x", "/datasets?title=x", "/imports"),
            (self.lead, self.chance.choice(self.students)),
        ):
            headers = {"content-type": "application/octet-stream", "cookie": cookie}
            with suppress(*CUT_OFF):  # what is too large is cut off
                answer = await self.http.post(path, content=self.chance.choice(files), headers=headers)
                self.answers[
                    "2xx" if answer.is_success else f"{answer.status_code} {answer.json()['code']}"
                ] += 1
        await asyncio.sleep(0.5)

    async def look(self) -> None:
        """At what costs most."""
        path = self.chance.choice(("gradient-price", "gradient-check", "layers?bins=500", "weights"))
        await self.call("GET", f"/runs/{self.large}/{path}", self.chance.choice(self.students))

    async def guess(self) -> None:
        await self.call("POST", "/class/lead", "", json={"secret": f"guess {self.chance.random()}"})
        await asyncio.sleep(0.2)

    async def again(self, work: Work) -> None:
        while True:
            with suppress(*CUT_OFF, KeyError):
                await work()
            await asyncio.sleep(0.1)

    async def all(self, seconds: float) -> None:
        files = hostile_files()
        students = itertools.cycle(self.students)
        works: list[Work] = [partial(self.diverging, next(students)) for _ in range(BAD_RUNS)]
        works += [partial(self.unread, next(students), False) for _ in range(STUCK)]
        works += [partial(self.unread, next(students), True) for _ in range(SLOW)]
        works += [self.half_open] * HALF_OPEN + [self.look] * LOOKERS + [self.guess] * 5
        works += [partial(self.upload, files)] * 3
        tasks = [asyncio.create_task(self.again(work)) for work in works]
        await asyncio.sleep(seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def hostile_files() -> list[bytes]:
    """A bomb, rubbish, too many columns, and more than is taken."""
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("X.npy", bytes(200_000_000))
    return [
        bomb.getvalue(),
        random.Random(1).randbytes(100_000),
        b"1," * 500_000 + b"\n",
        b"1,2,a\n" * 2_000_000,
        bytes(20_000_000),
    ]


def storm(port: int, lead: str, students: list[str], large: str, seconds: float, results: Any) -> None:
    """A process of its own: what it does to itself is nobody's wait."""
    made = Storm(port, lead, students, large)
    asyncio.run(made.all(seconds))
    results.send(dict(made.answers))


async def lesson(server: Server, lead: Person, students: list[str], seconds: float) -> bool:
    """Calm, storm, calm; whether everything that was promised held."""
    cookie = lead.cookie
    for seed in range(RUNS):
        lead.create(**GOOD, seed=seed)
    large = lead.create(**LARGE)["id"]
    lead.until_ended(large)
    waits = Waits()
    pages = [Follower(server, student, waits=None if at else waits) for at, student in enumerate(students)]
    tasks = [asyncio.create_task(page.follow()) for page in pages]
    tasks.append(asyncio.create_task(ask_calmly(server, cookie, waits)))
    print(HEAD)

    async def tell(what: str, seconds: float) -> Vitals:
        await asyncio.sleep(5)
        waits.row()  # what was before belongs to what was before
        await asyncio.sleep(seconds)
        vitals = Vitals.of(server)
        print(vitals.row(what, waits), flush=True)
        return vitals

    before = await tell("calm", CALM_SECONDS)
    results, theirs = multiprocessing.get_context("spawn").Pipe()
    harm = multiprocessing.get_context("spawn").Process(
        target=storm, args=(server.port, cookie, students, large, seconds, theirs)
    )
    harm.start()
    await tell("storm", seconds / 2 - 10)
    server.kill()
    await asyncio.to_thread(server.start)
    started = time.monotonic()
    live = 0.0
    while any(page.told_at < started for page in pages) and live < 60:
        await asyncio.sleep(0.1)
        live = time.monotonic() - started
    print(f"killed and started again: all {PAGES} pages are live after {live:.1f} s")
    await tell("storm, restarted", seconds / 2 - 20)
    answers = await asyncio.to_thread(results.recv)
    harm.join()
    after = await tell("calm again", CALM_SECONDS)
    await asyncio.to_thread(lead.http.patch, "/class/runs", json={"wanted": "stopped"})
    lost, doubled = await held(server, cookie, pages)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for name, count in sorted(answers.items(), key=lambda item: -item[1]):
        print(f"{count:8} {name}")
    grown = after.server_mb - before.server_mb
    print(f"epochs lost {lost}, doubled or out of order {doubled}; memory {grown:+.1f} MB")
    return not lost and not doubled and live <= LIVE_SECONDS and grown <= MOST_MB


async def held(server: Server, cookie: str, pages: list[Follower]) -> tuple[int, int]:
    """How many epochs of the runs that are there some page was not told, or not once and in order."""
    lost = doubled = 0
    async with httpx.AsyncClient(base_url=f"{server.url}{API}", headers={"Cookie": cookie}) as http:
        for _ in range(60):
            await asyncio.sleep(0.5)
            runs = (await http.get("/runs?limit=500")).raise_for_status().json()["runs"]
            newest = max(run["seq"] for run in runs)
            has_ended = all(run["status"] in ENDED for run in runs)
            if has_ended and all(page.seq >= newest for page in pages):
                break
        for run in runs:
            metrics = await http.get(f"/runs/{run['id']}/metrics")
            epochs = metrics.raise_for_status().json()["columns"]["epoch"]
            for page in pages:
                told = page.epochs.get(run["id"], [])
                lost += len(set(epochs) - set(told))
                doubled += told != sorted(set(told))
    return lost, doubled


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=10)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        faults = {"CHALKNET_FAULTS": "clock-back=500", "CHALKNET_TEACHER_SECRET": SECRET}
        server = Server(data, arguments=["--class"], **faults).start()
        try:
            with teacher(server) as lead:
                students, _ = asyncio.run(join(server, str(lead.room()["code"]), PAGES))
                is_well = asyncio.run(lesson(server, lead, students, arguments.minutes * 60))
            code = server.stop(30)
        finally:
            if psutil.pid_exists(server.pid):
                server.kill()
    print(f"ended with {code}")
    return int(not is_well or code != 0)


if __name__ == "__main__":
    sys.exit(main())
