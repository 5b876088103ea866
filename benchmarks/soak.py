"""A class that never ends: two hundred pages, runs, newcomers, looks and questions, for hours.

    python benchmarks/soak.py --hours 2

Every page is a websocket of a student who has joined; each second one of them is reloaded. Eight runs of the
teacher learn all the time, the oldest of the ended are deleted. Guests join, start a run, look inside, are
sent out and let in again. Lenses are opened twice a second, and each two minutes a question is asked,
answered and revealed. Once a minute a row is printed: memory, descriptors, disk, and what a calm person waits
for. At the end how much the server's own memory grew over the second half: below 8 MB an hour.
"""

import argparse
import asyncio
import itertools
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.bench_class import first_frame
from benchmarks.bench_lesson import PING, PONG, QUESTION, Page, join, snapshot
from benchmarks.vitals import CUT_OFF, HEAD, Follower, Vitals, Waits, ask_calmly
from tests.classroom import ENDED, QUICK, Server
from tests.people import SECRET, Person, teacher

RUNS: list[dict[str, Any]] = [
    {"preset": "full-digits", "epochs": 8},
    {"preset": "two-features", "epochs": 60},
    {"preset": "full-digits", "epochs": 8, "shape": [784, 100, 10]},
    {"preset": "two-features", "epochs": 60, "batch_size": 5},
]
UNDER_WAY, KEPT = 8, 30
GUESTS = 40
LENSES = ("layers", "confusion", "stubborn", "weights", "epochs")
QUESTION_SECONDS = 120
MOST_MB_AN_HOUR = 8.0


class SilentPage(Page):
    """Reads all, keeps nothing, and answers pings wherever they come."""

    def __init__(self, port: int, cookie: str, after: int) -> None:
        super().__init__(port, cookie, after)
        self._buffer = b""
        self._headed = False

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._headed:
            _, end, rest = self._buffer.partition(b"\r\n\r\n")
            self._headed = bool(end)
            self._buffer = rest if end else self._buffer
        while self._headed and (frame := first_frame(self._buffer)) is not None:
            opcode, payload, self._buffer = frame
            if opcode == PING & 15:
                self.transport.write(bytes([PONG, 128 | len(payload), 0, 0, 0, 0]) + payload)


class Soak:
    """Everybody in the class, until it is cancelled."""

    def __init__(self, server: Server, lead: Person, students: list[str]) -> None:
        self.server = server
        self.students = students
        self.code = str(lead.room()["code"])
        self.cookie = lead.cookie
        self.waits = Waits()
        self.answers: Counter[str] = Counter()
        self.lost_pages = 0
        self._chance = random.Random(1)
        self._http = httpx.AsyncClient(base_url=f"{server.url}/api/v1", timeout=60)

    async def call(self, method: str, path: str, cookie: str, **extra: Any) -> httpx.Response:
        answer = await self._http.request(method, path, headers={"Cookie": cookie}, **extra)
        self._http.cookies.clear()  # each request brings its own person's
        self.answers["answered" if answer.is_success else str(answer.json()["code"])] += 1
        if answer.is_server_error and answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
            self.answers["mistakes"] += 1
            print(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer

    async def pages(self) -> None:
        """All students' pages; one of them is reloaded each second."""
        loop = asyncio.get_running_loop()

        async def opened(cookie: str, after: int) -> SilentPage:
            port = self.server.port
            _, page = await loop.create_connection(lambda: SilentPage(port, cookie, after), "127.0.0.1", port)
            return page

        seq, _ = await snapshot(self.server.port, self.cookie)
        pages = [await opened(cookie, seq) for cookie in self.students]
        for turn in itertools.cycle(range(len(pages))):
            await asyncio.sleep(1)
            self.lost_pages += sum(page.lost for page in pages)
            for lost in [at for at, page in enumerate(pages) if page.lost] or [turn]:
                pages[lost].leave()
                seq, _ = await snapshot(self.server.port, self.students[lost])
                pages[lost] = await opened(self.students[lost], seq)

    async def runs(self) -> None:
        """Eight learn, thirty are kept."""
        for number in itertools.count():
            listed = (await self.call("GET", "/runs?limit=500", self.cookie)).json()["runs"]
            mine = [run for run in listed if run["owner"] == "teacher"]
            ended = [run for run in mine if run["status"] in ENDED]
            for run in sorted(ended, key=lambda run: int(run["number"]))[:-KEPT]:
                await self.call("DELETE", f"/runs/{run['id']}", self.cookie)
            if len(mine) - len(ended) < UNDER_WAY:
                settings = RUNS[number % len(RUNS)] | {"seed": number % 1000}
                await self.call("POST", "/runs", self.cookie, json=settings)
            else:
                await asyncio.sleep(1)

    async def guests(self) -> None:
        """Who joins, tries something, is sent out, and is let in again the next time."""
        known: dict[str, tuple[str, str]] = {}  # name -> number of the member, code to return with
        for number in itertools.count():
            name = f"Guest {number % GUESTS}"
            if name in known:
                member, returning = known[name]
                await self.call("PATCH", f"/class/members/{member}", self.cookie, json={"removed": False})
                joined = await self.call("POST", "/class/returns", "", json={"return_code": returning})
            else:
                body = {"code": self.code, "name": name}
                joined = await self.call("POST", "/class/members", "", json=body)
                known[name] = (joined.json()["member"], joined.json()["return_code"])
            cookie = joined.headers["set-cookie"].split(";")[0]
            run = (await self.call("POST", "/runs", cookie, json=QUICK)).json()
            page = asyncio.create_task(Follower(self.server, cookie).follow())
            await asyncio.sleep(4)
            await self.call("GET", f"/runs/{run['id']}/layers", cookie)
            page.cancel()
            member = known[name][0]
            await self.call("PATCH", f"/class/members/{member}", self.cookie, json={"removed": True})
            await self.call("DELETE", f"/runs/{run['id']}", self.cookie)

    async def looks(self) -> None:
        """Somebody opens a lens of some run."""
        while True:
            listed = (await self.call("GET", "/runs?limit=20", self.cookie)).json()["runs"]
            for _ in range(10):
                run = self._chance.choice(listed) if listed else None
                if run is not None and run["epoch"]:
                    student = self._chance.choice(self.students)
                    await self.call("GET", f"/runs/{run['id']}/{self._chance.choice(LENSES)}", student)
                await asyncio.sleep(0.5)

    async def questions(self) -> None:
        """Asked, answered by fifty, revealed, taken back."""
        while True:
            asked = (await self.call("POST", "/class/questions", self.cookie, json=QUESTION)).json()["id"]
            for number, student in enumerate(self.students[:50]):
                path = f"/class/questions/{asked}/answer"
                await self.call("PUT", path, student, json={"number": number})
                await asyncio.sleep(0.2)
            path = f"/class/questions/{asked}"
            revealed = await self.call("PATCH", path, self.cookie, json={"status": "revealed"})
            self.answers["answers lost"] += min(50, len(self.students)) - len(revealed.json()["answers"])
            await asyncio.sleep(QUESTION_SECONDS)
            await self.call("DELETE", path, self.cookie)

    async def again(self, work: Callable[[], Awaitable[None]]) -> None:
        """What is cut off begins anew, and is counted."""
        while True:
            with suppress(*CUT_OFF):
                await work()
            self.answers["cut off"] += 1
            await asyncio.sleep(1)


async def soak(server: Server, lead: Person, students: list[str], seconds: float) -> bool:
    """Whether nothing has grown."""
    everybody = Soak(server, lead, students)
    witness = Follower(server, everybody.cookie, waits=everybody.waits)
    work = [everybody.pages, everybody.runs, everybody.guests, everybody.looks, everybody.questions]
    tasks = [asyncio.create_task(everybody.again(one)) for one in work]
    tasks.append(asyncio.create_task(ask_calmly(server, everybody.cookie, everybody.waits)))
    tasks.append(asyncio.create_task(witness.follow()))
    print(HEAD)
    started = time.monotonic()
    rows: list[tuple[float, Vitals]] = []
    while time.monotonic() - started < seconds:
        await asyncio.sleep(60)
        witness.epochs.clear()
        vitals, minutes = Vitals.of(server), (time.monotonic() - started) / 60
        rows.append((minutes / 60, vitals))
        print(vitals.row(f"{minutes:8.1f} minutes", everybody.waits), flush=True)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    second_half = rows[len(rows) // 2 :]
    memory = slope([(hours, vitals.server_mb) for hours, vitals in second_half])
    files = second_half[-1][1].descriptors - second_half[0][1].descriptors
    print(f"server: {memory:+.1f} MB an hour over the second half; {files:+d} descriptors")
    print(f"answers: {dict(everybody.answers)}; pages lost: {everybody.lost_pages}")
    return (
        memory < MOST_MB_AN_HOUR
        and not everybody.answers["answers lost"]
        and not everybody.answers["mistakes"]
    )


def slope(points: list[tuple[float, float]]) -> float:
    """Least squares: how much the second grows for one of the first."""
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--hours", type=float, default=8)
    parser.add_argument("--students", type=int, default=200)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        server = Server(data, arguments=["--class"], CHALKNET_TEACHER_SECRET=SECRET).start()
        try:
            with teacher(server) as lead:
                students, _ = asyncio.run(join(server, str(lead.room()["code"]), arguments.students))
                is_well = asyncio.run(soak(server, lead, students, arguments.hours * 3600))
        finally:
            code = server.stop(30)
    print(f"ended with {code}")
    return int(not is_well or code != 0)


if __name__ == "__main__":
    sys.exit(main())
