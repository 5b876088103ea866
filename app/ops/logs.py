"""Logs: a JSON object per line for machines, a plain line for people at a terminal.

Control characters are escaped in both, so that nobody can forge a line, or paint on a terminal.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal

_USUAL = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}


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


def install(form: Literal["auto", "plain", "json"] = "auto") -> None:
    """Send all logs of this process to standard error, from INFO on."""
    plain = form == "plain" or (form == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlainLines() if plain else JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def _extra(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _USUAL}


def _visible(text: str) -> str:
    """The text with everything escaped that does not print as itself."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text
    )
