"""Print docs/bounds.md: every bound of the server, its value from the code, and what happens at it.

python scripts/bounds.py > docs/bounds.md
"""

from collections.abc import Callable
from typing import NamedTuple

from chalknet.api import actors, following, qr, runs
from chalknet.classroom import questions
from chalknet.engine import class_ledger, experiments, own_data, own_files, policy, scheduler
from chalknet.eventlog import hub, rescue, reserve, store
from chalknet.experiments import spec
from chalknet.http import attempts, body, downloads, server
from chalknet.lenses import answer_queue
from chalknet.ops import logs
from chalknet.runs import config, curve, fold, points
from chalknet.settings import Settings


class Bound(NamedTuple):
    """A line of the table."""

    what: str
    value: float
    show: Callable[[float], str]
    where: str  # the setting, or the constant in the code
    then: str


def count(number: float) -> str:
    return f"{number:,.0f}" if number < 10**9 else f"{number:.0e}".replace("e+0", "e").replace("e+", "e")


def size(number: float) -> str:
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("KB", 1000)):
        if number >= factor:
            return f"{number / factor:.3g} {unit}"
    return f"{number:.0f} bytes"


def seconds(number: float) -> str:
    return f"{number:g} s"


def setting(name: str) -> tuple[float, str]:
    return float(Settings.model_fields[name].default), f"`--{name.replace('_', '-')}`"


def of_setting(what: str, name: str, show: Callable[[float], str], then: str) -> Bound:
    value, where = setting(name)
    return Bound(what, value, show, where, then)


def constant(what: str, module: object, name: str, show: Callable[[float], str], then: str) -> Bound:
    place = module.__name__.removeprefix("chalknet.").replace(".", "/")  # type: ignore[attr-defined]
    return Bound(what, getattr(module, name), show, f"`app/{place}.py: {name}`", then)


TABLE: dict[str, list[Bound]] = {
    "Runs": [
        of_setting(
            "unfinished runs of all",
            "max_waiting_runs",
            count,
            "429 `too-many`; one place in five is for those who have none; the teacher's own still begin",
        ),
        of_setting("unfinished runs of one", "max_runs_each", count, "429 `too-many-of-yours`"),
        of_setting("ended runs of all", "max_kept_runs", count, "409 `too-many-kept`: delete some"),
        of_setting("ended runs of one", "max_kept_runs_each", count, "409 `too-many-of-yours-kept`"),
        of_setting(
            "bytes of training states and past epochs",
            "max_epoch_bytes",
            size,
            "past epochs go, the least missed first; a run whose state does not fit: 507 `no-room-for-run`; "
            "pins over half of it: 409 `pins-full`",
        ),
        constant("layers of a network", config, "MAX_LAYERS", count, "422, the field and the limit"),
        constant("neurons of a layer", config, "MAX_NEURONS", count, "422, the field and the limit"),
        constant("work of a run", config, "MAX_WORK", count, "422 `work-budget`"),
        constant("work of one step", config, "MAX_WORK_PER_STEP", count, "422 `work-per-step`"),
        constant("past epochs kept of a run", policy, "KEPT_EPOCHS", count, "evenly chosen ones are kept"),
        constant(
            "points of a curve in a page's first state",
            curve,
            "MOST",
            count,
            "evenly chosen; all are in `metrics`",
        ),
        constant("points within epochs of a run", points, "MOST", count, "no more are measured"),
        constant("changes of eta that a run shows", fold, "CHANGES", count, "the oldest are not shown"),
        constant("epochs of digits at once", runs, "MAX_GRIDS", count, "422"),
        constant(
            "worker deaths in one slice", scheduler, "DEATHS_ALLOWED", count, "the run fails: WORKER_DIED"
        ),
    ],
    "An experiment": [
        constant("runs", spec, "MOST_RUNS", count, "422 `too-many-runs`"),
        constant("work of all its runs", spec, "MOST_WORK", count, "422 `work-budget`"),
        constant("unfinished ones of one", experiments, "UNFINISHED_EACH", count, "429 `too-many-of-yours`"),
        constant("unfinished ones of all", experiments, "UNFINISHED", count, "429 `too-many`"),
    ],
    "Data that people bring": [
        constant("bytes of a file", own_files, "MAX_BYTES", size, "413 `too-large`"),
        constant("samples times inputs", own_files, "MAX_NUMBERS", count, "422 `data-refused`"),
        constant("samples", own_files, "MAX_SAMPLES", count, "422 `data-refused`; so are fewer than 10"),
        constant("inputs", own_files, "MAX_FEATURES", count, "422 `data-refused`"),
        constant("classes", own_files, "MAX_CLASSES", count, "422 `data-refused`"),
        constant("characters of a line", own_files, "MAX_LINE", count, "422 `data-refused`"),
        constant("bytes of an array's header", own_files, "MAX_HEADER", size, "422 `data-refused`"),
        constant("arrays in an npz", own_files, "MAX_MEMBERS", count, "422 `data-refused`"),
        constant("for reading a file", own_data, "SECONDS", seconds, "422 `too-slow-to-read`"),
        constant("files on their way at a time", own_data, "AT_A_TIME", count, "429 `uploads-busy`"),
        constant("data sets", own_data, "MOST", count, "409 `too-many-data-sets`"),
        constant("bytes of all", own_data, "MOST_BYTES", size, "507 `no-room-for-data`"),
    ],
    "A class": [
        constant("students", class_ledger, "MEMBERS", count, "429 `class-full`"),
        constant("questions", class_ledger, "QUESTIONS", count, "429 `too-many-questions`"),
        constant("tasks", class_ledger, "TASKS", count, "429 `too-many-tasks`"),
        constant(
            "sessions and tokens of one person",
            class_ledger,
            "DEVICES_EACH",
            count,
            "the oldest is signed out",
        ),
        constant(
            "answers to one question by one person, a minute",
            class_ledger,
            "ANSWERS_A_MINUTE",
            count,
            "429 `too-often`",
        ),
        constant(
            "return codes and tokens of one person, a minute",
            class_ledger,
            "SECRETS_A_MINUTE",
            count,
            "429 `too-often`",
        ),
        constant(
            "runs made or changed by one person, a minute",
            class_ledger,
            "RUN_CHANGES_A_MINUTE",
            count,
            "429 `too-often`",
        ),
        constant(
            "joins from one address, a minute", class_ledger, "JOINS_A_MINUTE", count, "429 `too-often`"
        ),
        constant("points of a drawn curve", questions, "CURVE_POINTS", count, "422"),
        constant(
            "attempts at codes and secrets that wait, of one address",
            attempts,
            "WAITING_EACH",
            count,
            "429 `too-many-attempts`",
        ),
        constant("the same, of all", attempts, "WAITING", count, "429 `too-many-attempts`"),
        constant(
            "letters of an owner's name without a class", actors, "NAME_LENGTH", count, "the rest is cut"
        ),
    ],
    "Viewers and lookers": [
        constant("viewers", hub, "SEATS", count, "429 `too-many`; the teacher still has a seat"),
        constant("viewers of one address", hub, "SEATS_PER_ADDRESS", count, "429 `too-many`"),
        constant("viewers of one student", following, "CONNECTIONS_EACH", count, "429 `too-many`"),
        constant(
            "for one message to be taken by a viewer",
            following,
            "SEND_SECONDS",
            seconds,
            "let go; comes back with its last number",
        ),
        constant("looks that wait", answer_queue, "MOST_WAITING", count, "429 `too-many-looks`"),
        constant("looks of one that wait", answer_queue, "MOST_WAITING_EACH", count, "429 `too-many-looks`"),
        constant("bytes of kept looks", answer_queue, "KEPT_BYTES", size, "the oldest are forgotten"),
        constant(
            "bytes of large answers on their way", downloads, "MOST_BYTES", size, "429 `too-many-downloads`"
        ),
        constant("QR codes kept", qr, "KEPT", count, "the oldest is forgotten"),
        constant("bytes of an address in a QR code", qr, "MOST_BYTES", size, "422"),
        constant(
            "commits kept for viewers", hub, "KEPT", count, "who is further behind reads pages of the log"
        ),
        constant("pages of the log kept", hub, "KEPT_PAGES", count, "the oldest is forgotten"),
    ],
    "Requests": [
        constant("a body", body, "MAX_BYTES", size, "413 `too-large`; who goes on sending is cut off"),
        constant("for a body to arrive", body, "MAX_SECONDS", seconds, "408"),
        constant("depth of JSON", body, "MAX_DEPTH", count, "400"),
        constant("a header", server, "HEADER_BYTES", size, "400 `not-http`"),
        constant("for a header to arrive", server, "RECEIVE_SECONDS", seconds, "408 `too-slow`"),
        constant(
            "for a reader that takes nothing", server, "STALL_SECONDS", seconds, "the connection is cut"
        ),
        constant(
            "read from one connection at once", server, "READ_BYTES", size, "the others have their turn"
        ),
        constant("a websocket's message to the server", server, "MESSAGE_BYTES", size, "closed, 1009"),
        constant("said by a viewer", server, "SAID_BYTES", size, "closed, 1008"),
    ],
    "Disk and log": [
        constant(
            "reserve for deletions",
            reserve,
            "BYTES",
            size,
            "disk full: 507 `disk-full`; deleting and stopping work",
        ),
        constant(
            "wait for a locked database",
            store,
            "BUSY_SECONDS",
            seconds,
            "503 `store-unavailable`, for all in line",
        ),
        constant("commits in one transaction", store, "MOST_TOGETHER", count, "the others are in the next"),
        constant(
            "look at the database at the start",
            rescue,
            "CHECK_SECONDS",
            seconds,
            "the rest goes on unseen; the log says so",
        ),
        constant(
            "log lines a minute, of one place in the program",
            logs,
            "LINES",
            count,
            "left out, and counted in one line",
        ),
    ],
}

HEAD = """# Bounds

Made by `python scripts/bounds.py > docs/bounds.md`; `tests/test_promises.py` holds it up to date. Numbers
with a setting are its default. A status with a code is a refusal (`application/problem+json`); 429 and 503
say when to try again in `Retry-After`. Nothing else happens at a bound: the server goes on.
"""


def main() -> None:
    print(HEAD, end="")
    for title, bounds in TABLE.items():
        print(f"\n## {title}\n\n| what | at most | where | at it |\n|---|---|---|---|")
        for bound in bounds:
            print(f"| {bound.what} | {bound.show(bound.value)} | {bound.where} | {bound.then} |")


if __name__ == "__main__":
    main()
