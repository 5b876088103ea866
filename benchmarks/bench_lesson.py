"""A lesson: two hundred join at once, follow, reload, answer, while the teacher leads and runs learn.

    python benchmarks/bench_lesson.py                     # 200 students
    python benchmarks/bench_lesson.py --students 1000 --runs 4 --only-follow
    python benchmarks/bench_lesson.py --laboratory     # as many pages, without a class

Every student has a page (a websocket). A fifth of them reload every five seconds: a snapshot, and what came
after it. Five never read. The teacher changes the view once a second. Everybody answers a question. Prints
the time in which all have joined (target 10 s), p50 and p99 of the delivery of views and epochs (100 ms with
200 students, 250 ms with 1,000 who only follow), of REST (100 ms), lost students, events and answers (none),
and the training's share of what it reaches in the same server with nobody there (the mean of before and
after). The pages and the students' requests run on the same cores as the server.
"""

import argparse
import asyncio
import gzip
import json
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx
import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.bench_class import STEPS_PER_EPOCH, Viewer, percentile, text_frames
from tests.classroom import Server
from tests.people import SECRET, Person, teacher

API = "/api/v1"
RELOAD_SECONDS = 5
STUCK = 5
PING, PONG = 0x89, 0x8A
SETTLE_SECONDS = 2
AT_ONCE = 40  # who press Join in the same moment
RUN = {"preset": "full-digits", "batch_size": 10, "epochs": 1000}
QUESTION = {"kind": "number", "text": "How good after one epoch?", "unit": "%", "least": 0, "most": 100}


class Page(Viewer):
    """A student's page, which may leave or be lost."""

    def __init__(self, port: int, cookie: str, after: int) -> None:
        super().__init__(port, after, f"Cookie: {cookie}\r\n")
        self.lost = False
        self.left = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.opened_at = time.time()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if data[0] == PING:  # they come alone
            payload = data[2 : 2 + data[1]]
            self.transport.write(bytes([PONG, 128 | len(payload), 0, 0, 0, 0]) + payload)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = not self.left

    def leave(self) -> None:
        self.left = True
        self.transport.abort()

    def messages(self) -> Iterator[tuple[float, dict[str, Any]]]:
        return ((at, json.loads(text)) for at, text in text_frames(self.received))


async def snapshot(port: int, cookie: str) -> tuple[int, int]:
    """What a reload asks for first: the number that it reaches, and its compressed bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET {API}/state HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\nAccept-Encoding: gzip\r\n"
        "Connection: close\r\n\r\n".encode()
    )
    answer = await reader.read()
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b" 200 " in head.split(b"\r\n", 1)[0], head
    return int(json.loads(gzip.decompress(body))["seq"]), len(body)


async def follow(port: int, cookies: list[str], after: int, reload: float, orders: Connection) -> None:
    """All students' pages until told to stop; then what they have seen."""
    loop = asyncio.get_running_loop()
    ended: list[Page] = []
    reloads: list[float] = []
    sizes: list[int] = []

    async def open_page(cookie: str, after: int) -> Page:
        _, page = await loop.create_connection(lambda: Page(port, cookie, after), "127.0.0.1", port)
        return page

    pages = [await open_page(cookie, after) for cookie in cookies]
    for page in pages[:STUCK]:
        page.transport.pause_reading()
    await asyncio.sleep(SETTLE_SECONDS)
    for page in pages:
        page.opened_at = time.time()
    orders.send("open")

    async def again(at: int) -> None:
        await asyncio.sleep(random.random())
        start = time.perf_counter()
        pages[at].leave()
        ended.append(pages[at])
        seq, size = await snapshot(port, cookies[at])
        pages[at] = await open_page(cookies[at], seq)
        reloads.append(time.perf_counter() - start)
        sizes.append(size)

    next_reload = time.monotonic() + RELOAD_SECONDS
    while not await asyncio.to_thread(orders.poll, 0.5):
        if reload and time.monotonic() > next_reload:
            next_reload += RELOAD_SECONDS
            chosen = random.sample(range(STUCK, len(pages)), int(len(pages) * reload))
            await asyncio.gather(*map(again, chosen))
    lost = sum(page.lost for page in pages[STUCK:])
    for page in pages:
        page.leave()
    orders.send(summary([*pages[STUCK:], *ended]) | {"lost": lost, "reloads": reloads, "sizes": sizes})


def summary(pages: list[Page]) -> dict[str, Any]:
    """What came after a page had opened: delays of epochs in seconds, views with their arrival; and holes."""
    epochs: list[float] = []
    views: list[tuple[int, float, float]] = []
    holes = 0
    for page in pages:
        seen: dict[str, list[int]] = {}
        for at, message in page.messages():
            if message.get("view"):
                views.append((message["view"]["epoch"], at, page.opened_at))
            if "n" not in message:
                continue  # old news
            for event in message["events"]:
                if event["type"] == "epoch":
                    happened_at = datetime.fromisoformat(event["ts"]).timestamp()
                    if happened_at > page.opened_at:
                        epochs.append(at - happened_at)
                    seen.setdefault(event["run_id"], []).append(event["epoch"])
        holes += sum(one != list(range(one[0], one[-1] + 1)) for one in seen.values())
    return {"epochs": epochs, "views": views, "holes": holes}


def follow_in_a_process(*arguments: Any) -> None:
    asyncio.run(follow(*arguments))


async def join(server: Server, code: str, students: int) -> tuple[list[str], float]:
    """Everybody's cookie, and the seconds from the first to the last."""
    started = time.perf_counter()
    async with httpx.AsyncClient(base_url=server.url + API, timeout=60) as http:

        async def one(number: int) -> str:
            body = {"code": code, "name": f"Student {number}"}
            answer = await http.post("/class/members", json=body, headers={"Cookie": ""})
            answer.raise_for_status()
            return answer.headers["set-cookie"].split(";")[0]

        cookies: list[str] = []
        for at in range(0, students, AT_ONCE):
            cookies += await asyncio.gather(*map(one, range(at, min(at + AT_ONCE, students))))
            http.cookies.clear()
    return cookies, time.perf_counter() - started


class Speed:
    """Epochs per second of all runs since it was made."""

    def __init__(self, lead: Person) -> None:
        self._lead = lead
        self._clock, self._steps = time.perf_counter(), self._count()

    def _count(self) -> int:
        return sum(run["step"] for run in self._lead.http.get("/runs?limit=500").json()["runs"])

    def now(self) -> float:
        steps = self._count() - self._steps
        return steps / STEPS_PER_EPOCH / (time.perf_counter() - self._clock)


def cpu_seconds(pid: int) -> float:
    """Of one process, without its children."""
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def undisturbed(lead: Person, seconds: float) -> float:
    speed = Speed(lead)
    time.sleep(seconds)
    return speed.now()


async def lesson(server: Server, lead: Person, who_answer: list[str], seconds: float) -> dict[str, Any]:
    """The teacher leads, and students answer; when each view was told, how long REST took."""
    told: dict[int, float] = {}
    times: list[float] = []
    question = lead.http.post("/class/questions", json=QUESTION).raise_for_status().json()["id"]
    teachers = lead.cookie
    async with httpx.AsyncClient(base_url=server.url + API, timeout=60) as http:

        async def call(method: str, path: str, cookie: str, **extra: Any) -> None:
            start = time.perf_counter()
            answer = await http.request(method, path, headers={"Cookie": cookie}, **extra)
            times.append(time.perf_counter() - start)
            answer.raise_for_status()

        async def lead_on() -> None:
            for number in range(1, int(seconds)):
                told[number] = time.time()
                await call("PUT", "/class/view", teachers, json={"epoch": number})
                await asyncio.sleep(1)

        async def answer_all() -> None:
            for number, cookie in enumerate(who_answer):
                path = f"/class/questions/{question}/answer"
                await call("PUT", path, cookie, json={"number": number % 101})
                await asyncio.sleep(seconds / 2 / len(who_answer))

        async def look() -> None:
            end = time.monotonic() + seconds - 2
            while time.monotonic() < end:
                await call("GET", "/runs?limit=50", teachers)
                await asyncio.sleep(0.1)

        await asyncio.gather(lead_on(), answer_all(), look())
    body = {"status": "revealed"}
    answers = lead.http.patch(f"/class/questions/{question}", json=body).raise_for_status().json()["answers"]
    return {"told": told, "rest": times, "answers": len(answers)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--reload", type=float, default=0.2, help="share that reloads every 5 s")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--only-follow", action="store_true", help="nobody answers or reloads")
    parser.add_argument("--laboratory", action="store_true", help="nobody joins, leads, answers or reloads")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        access = [] if options.laboratory else ["--class"]
        server = Server(data, arguments=access, CHALKNET_TEACHER_SECRET=SECRET).start()
        try:
            with Person(server) if options.laboratory else teacher(server) as lead:
                measure(server, lead, options)
        finally:
            server.stop(30)


def measure(server: Server, lead: Person, options: argparse.Namespace) -> None:
    cookies, joined = [""] * options.students, 0.0
    if not options.laboratory:
        cookies, joined = asyncio.run(join(server, lead.room()["code"], options.students))
    print(f"{options.students} pages, {options.runs} runs; all have joined in {joined:.1f} s")
    for number in range(options.runs):
        lead.create(**RUN, seed=number)
    time.sleep(3)
    before = undisturbed(lead, options.seconds)
    after = max(run["seq"] for run in lead.http.get("/runs?limit=500").json()["runs"])
    orders, theirs = multiprocessing.get_context("spawn").Pipe()
    reload = 0.0 if options.laboratory or options.only_follow else options.reload
    arguments = (server.port, cookies, after, reload, theirs)
    pages = multiprocessing.get_context("spawn").Process(target=follow_in_a_process, args=arguments)
    pages.start()
    assert orders.recv() == "open"
    time.sleep(2)
    watched = {"server": server.pid, "pages": pages.pid or 0, "requests": os.getpid()}
    spent = {name: -cpu_seconds(pid) for name, pid in watched.items()}
    clock, speed = time.perf_counter(), Speed(lead)
    if options.laboratory:
        time.sleep(options.seconds)
        led: dict[str, Any] = {"told": {}, "rest": [], "answers": len(cookies)}
    else:
        who_answer = [] if options.only_follow else cookies
        led = asyncio.run(lesson(server, lead, who_answer, options.seconds))
    beside, span = speed.now(), time.perf_counter() - clock
    shares = {name: (spent[name] + cpu_seconds(pid)) / span for name, pid in watched.items()}
    orders.send("stop")
    seen = orders.recv()
    pages.join()
    again = undisturbed(lead, options.seconds)
    views = [
        at - led["told"][number]
        for number, at, opened_at in seen["views"]
        if led["told"].get(number, 0) > opened_at
    ]
    figures = {
        "view": views,
        "epoch": seen["epochs"],
        "REST": led["rest"],
        "reload, to the open socket": seen["reloads"],
    }
    for name, values in figures.items():
        p50, p99 = percentile(values, 0.5), percentile(values, 0.99)
        print(f"{name:30} p50 {p50:8.1f} ms   p99 {p99:8.1f} ms   of {len(values)}")
    if seen["sizes"]:
        print(f"{'snapshot':30} at most {max(seen['sizes'])} bytes")
    answers = 0 if options.only_follow else len(cookies) - led["answers"]
    print(f"lost: students {seen['lost']}, epochs {seen['holes']}, answers {answers}")
    share = 2 * beside / (before + again)
    print("cores used: " + ", ".join(f"{share:.2f} by the {name}" for name, share in shares.items()))
    print(f"training: {before:.2f}, {beside:.2f} beside the class, {again:.2f} epochs/s; share {share:.3f}")


if __name__ == "__main__":
    main()
