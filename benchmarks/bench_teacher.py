"""A demonstration by the teacher, alone and beside a class at work.

    python benchmarks/bench_teacher.py

The lecture's network (784-30-10, batches of 10) learns for as many epochs as take about six seconds on this
machine with nobody else; then the same beside a hundred runs of students, which all want to learn. Prints how
long the teacher waits for the end of the run, from the request to the event that says FINISHED (target: alone
about six seconds, beside the class at most nine).
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.classroom import Server
from tests.people import SECRET, Person, student, teacher

LECTURE = {"preset": "full-digits", "batch_size": 10}
PROBE_EPOCHS = 2


def seconds_to_finish(lead: Person, epochs: int) -> float:
    """From the request to the news that the run has finished."""
    start = time.perf_counter()
    run = lead.create(**LECTURE, epochs=epochs)
    ended = lead.until_ended(run["id"])
    seconds = time.perf_counter() - start
    assert ended["status"] == "FINISHED", ended
    return seconds


def epochs_for(lead: Person, seconds: float) -> int:
    """How many epochs take about so long; the first run warms the workers."""
    seconds_to_finish(lead, PROBE_EPOCHS)
    each = seconds_to_finish(lead, PROBE_EPOCHS) / PROBE_EPOCHS
    return max(1, round(seconds / each))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--students", type=int, default=34)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=6.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        server = Server(data, arguments=["--class"], CHALKNET_TEACHER_SECRET=SECRET).start()
        try:
            measure(server, options.students, options.runs, options.seconds)
        finally:
            server.stop()


def measure(server: Server, students: int, runs: int, seconds: float) -> None:
    with teacher(server) as lead:
        epochs = epochs_for(lead, seconds)
        alone = seconds_to_finish(lead, epochs)
        print(f"alone: {alone:.1f} s for {epochs} epochs")
        code = lead.room()["code"]
        people = [student(server, code, f"Student {number}") for number in range(students)]
        for number in range(runs):
            people[number % students].create(**LECTURE, epochs=1000, seed=number)
        beside = seconds_to_finish(lead, epochs)
        print(
            f"beside {runs} runs of {students} students: {beside:.1f} s, {beside / alone:.2f} times as long"
        )
        for person in people:
            person.http.close()


if __name__ == "__main__":
    main()
