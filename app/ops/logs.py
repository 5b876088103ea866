"""Logs: a JSON object per line for machines, a plain line for people at a terminal.

Control characters are escaped in both, so that nobody can forge a line, or paint on a terminal. No place in
the program fills a disk: it has so many lines a minute, and then one that says how many were left out.
"""

import json
import logging
import sys
import time
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TextIO

_USUAL = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}

LINES = 60  # in a window, from one place in the program
WINDOW_SECONDS = 60.0


class JsonLines(logging.Formatter):
    """Time, level, logger, message, whatever was passed as `extra`, and a traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= _extra(record)
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


class PlainLines(logging.Formatter):
    """The time of day, the level if it is a warning or worse, the message, and what was passed as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        words = [datetime.fromtimestamp(record.created).strftime("%H:%M:%S")]  # the clock on the wall
        if record.levelno >= logging.WARNING:
            words.append(record.levelname)
        words += [record.getMessage(), *(f"{name}={value}" for name, value in _extra(record).items())]
        lines = [" ".join(words)]
        if record.exc_info:
            lines += [f"    {line}" for line in self.formatException(record.exc_info).splitlines()]
        return "\n".join(map(_visible, lines))


@dataclass(slots=True)
class _Window:
    """What one place has said since a moment."""

    began: float
    lines: int = 0
    left_out: int = 0


class BoundedLines(logging.StreamHandler[TextIO]):
    """Writes to standard error; of each place at most LINES in a window, and how many more there were."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)
        self._windows: dict[tuple[str, int], _Window] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Called with the handler's lock held."""
        now = time.monotonic()
        for (path, line), window in list(self._windows.items()):
            if now - window.began >= WINDOW_SECONDS:
                del self._windows[path, line]
                if window.left_out:
                    self._write(_left_out(path, line, window.left_out))
        window = self._windows.setdefault((record.pathname, record.lineno), _Window(now))
        if window.lines < LINES:
            window.lines += 1
            self._write(record)
        else:
            window.left_out += 1

    def close(self) -> None:
        """The program ends: what was left out until now is said."""
        with self.lock or nullcontext():
            for (path, line), window in self._windows.items():
                if window.left_out:
                    self._write(_left_out(path, line, window.left_out))
            self._windows.clear()
        super().close()

    def _write(self, record: logging.LogRecord) -> None:
        super().emit(record)


def _left_out(path: str, line: int, count: int) -> logging.LogRecord:
    text = f"{count} more lines like those from {path}:{line} were left out"
    return logging.LogRecord("chalknet.logs", logging.WARNING, path, line, text, None, None)


def install(form: Literal["auto", "plain", "json"] = "auto") -> None:
    """Send all logs of this process to standard error, from INFO on."""
    plain = form == "plain" or (form == "auto" and sys.stderr.isatty())
    handler = BoundedLines()
    handler.setFormatter(PlainLines() if plain else JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def _extra(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _USUAL}


def _visible(text: str) -> str:
    """The text with everything escaped that does not print as itself."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text
    )
