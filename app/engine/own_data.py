"""Data that people bring: read in a process of its own, kept as a folder named by its content, forgotten.

A folder appears whole, by a rename, or not at all; what an interrupted server left is removed at the start.
"""

import asyncio
import json
import logging
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from ..errors import Conflict, Invalid, NoRoom, TooLarge, TooMany, Unavailable
from ..runs import data
from ..runs.data import DataFacts
from . import datasets
from .ledger import Ledger
from .own_files import MAX_BYTES

log = logging.getLogger("chalknet.data")

MOST = 20  # data sets of all
MOST_BYTES = 256_000_000  # of all together
AT_A_TIME = 2  # files that are being received or read
SECONDS = 10.0  # for reading one
UNFINISHED = ".new-"


class OwnData:
    """The data sets that were brought, in a folder beside the prepared ones."""

    def __init__(self, prepared: Path, ledger: Ledger, given: Path | None) -> None:
        self._folder = datasets.own_folder(prepared)
        self._ledger = ledger
        self._given = given
        self._places = AT_A_TIME
        self._keeping = asyncio.Lock()

    async def start(self) -> None:
        """Know what was kept, and read the folder that was given."""
        await asyncio.to_thread(self._take_stock)
        for path in sorted(self._given.iterdir()) if self._given else ():
            if path.suffix.lower() in (".csv", ".npz"):
                try:
                    if path.stat().st_size > MAX_BYTES:
                        raise TooLarge(f"It has more than {MAX_BYTES:,} bytes.")
                    await self.keep(path.read_bytes(), {"title": path.stem[:60]})
                except (Conflict, Invalid, TooLarge, NoRoom, OSError) as error:
                    log.warning("%s was not taken: %s", path.name, getattr(error, "detail", error))

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """One of the few places for a file on its way; TooMany if all are taken."""
        if self._places == 0:
            text = "Others are bringing data just now. Try again in a few seconds."
            raise TooMany(text, code="uploads-busy", limit=AT_A_TIME, headers={"Retry-After": "3"})
        self._places -= 1
        try:
            yield
        finally:
            self._places += 1

    async def report(self, body: bytes, options: dict[str, Any]) -> dict[str, Any]:
        """What a file would be as a data set; nothing is kept. Raises Invalid, with all that is wrong."""
        return await asyncio.to_thread(_read, body, {**options, "folder": None})

    async def keep(self, body: bytes, options: dict[str, Any]) -> DataFacts:
        """The data set of a file's content, from now on there for all; the same content twice is one.

        Raises:
            Invalid: something is wrong with it.
            Conflict: there are too many.
            NoRoom: the disk is full, or they would take too much of it.
        """
        async with self._keeping:
            return await asyncio.to_thread(self._keep, body, options)

    async def delete(self, facts: DataFacts) -> None:
        """Forget it; Conflict while runs use it."""
        users = [run for run in self._ledger.runs() if run.config.dataset == facts.name]
        if users:
            text = f"{len(users)} runs have learned from it, such as {users[0].name}. Delete them first."
            raise Conflict(text, code="data-in-use", limit=len(users))
        data.forget(facts.name)
        async with self._keeping:
            gone = self._folder / f"{UNFINISHED}{facts.name}"
            await asyncio.to_thread((self._folder / facts.name).rename, gone)
            await asyncio.to_thread(shutil.rmtree, gone, ignore_errors=True)

    def _take_stock(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in self._folder.iterdir():
            if path.name.startswith(UNFINISHED):
                shutil.rmtree(path, ignore_errors=True)
                continue
            try:
                datasets.own_facts(path)
            except (OSError, ValueError, TypeError) as error:
                log.warning("the data set in %s cannot be read: %s", path, error)

    def _keep(self, body: bytes, options: dict[str, Any]) -> DataFacts:
        try:
            new = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=self._folder))
        except OSError as error:
            raise NoRoom(f"The data cannot be written: {error.strerror}.") from None
        try:
            name = _read(body, {**options, "folder": str(new)})["name"]
            if data.find(name) is None:
                self._check_room()
                new.rename(self._folder / name)
            return datasets.own_facts(self._folder / name)
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def _check_room(self) -> None:
        kept = [path for path in self._folder.iterdir() if not path.name.startswith(UNFINISHED)]
        if len(kept) >= MOST:
            text = f"{MOST} data sets are kept, the most there may be. Delete one first."
            raise Conflict(text, code="too-many-data-sets", limit=MOST)
        if sum(file.stat().st_size for file in self._folder.rglob("*") if file.is_file()) > MOST_BYTES:
            text = f"All data sets together may take {MOST_BYTES:,} bytes. Delete one first."
            raise NoRoom(text, code="no-room-for-data", limit=MOST_BYTES)


def _read(body: bytes, options: dict[str, Any]) -> dict[str, Any]:
    """What the process says of a file."""
    asked = {"label": None, "test": 0.25, "seed": 1, "scale": True, **options}
    program = [sys.executable, "-m", f"{__package__}.own_process"]
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            program,
            input=json.dumps(asked).encode() + b"\n" + body,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Invalid(f"Reading it takes more than {SECONDS:g} seconds.", code="too-slow-to-read") from None
    except OSError as error:
        raise Unavailable(f"The file cannot be read now: {error.strerror}.", code="cannot-read") from None
    if not done.stdout:
        log.warning("a file was not read: %s", done.stderr.decode(errors="replace")[-300:])
        raise Invalid("Reading it takes more time or memory than a data set may.", code="too-much-to-read")
    answer: dict[str, Any] = json.loads(done.stdout)
    if "disk" in answer:
        raise NoRoom(f"The data cannot be written: {answer['disk'][:100]}.")
    if "problems" in answer:
        errors = [
            {"field": where, "code": code, "message": text, "limit": None, "given": None}
            for where, code, text in answer["problems"]
        ]
        text = "; ".join(f"{where}: {text}" for where, _, text in answer["problems"])
        raise Invalid(text, code="data-refused", errors=errors)
    report: dict[str, Any] = answer["report"]
    return report
