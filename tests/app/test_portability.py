"""A system that is no Unix, as far as one can have it here: no Windows machine has tried this.

Every process of the server starts by hiding what Windows does not have: Unix modules from all code but
Python's own, functions of `os` and `signal` from ours (libraries look at sys.platform, and are right), signal
handlers of the event loop, UTF-8 as the encoding of files, the media type of scripts.
"""

import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.classroom import QUICK, Client, Server

NOT_ON_WINDOWS = """
    import asyncio, builtins, mimetypes, os, signal, sys, types

    MODULES = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "posix", "syslog"}
    FUNCTIONS = {
        "os": "nice uname getuid geteuid getgid getegid getppid chown fork getloadavg getpgid killpg mkfifo "
              "sched_getaffinity sysconf setsid statvfs pread pwrite getpriority setpriority wait3 wait4",
        "signal": "SIGKILL SIGHUP SIGUSR1 SIGUSR2 SIGCHLD SIGALRM SIGQUIT alarm pause pthread_sigmask",
    }
    usual_import = builtins.__import__

    def without(module, names):
        poorer = types.ModuleType(module.__name__)
        vars(poorer).update({k: v for k, v in vars(module).items() if k not in names.split()})
        return poorer

    poorer = {name: without(sys.modules[name], names) for name, names in FUNCTIONS.items()}

    def importing(name, globals=None, locals=None, fromlist=(), level=0):
        asker = globals or {}
        package = (asker.get("__package__") or asker.get("__name__") or "").partition(".")[0]
        if level == 0 and name in MODULES and package not in sys.stdlib_module_names:
            raise ImportError(f"{package} asks for {name}, which Windows does not have", name=name)
        if level == 0 and name in poorer and package in ("chalknet", "nncore"):
            return poorer[name]
        return usual_import(name, globals, locals, fromlist, level)

    def add_signal_handler(self, *arguments):
        raise NotImplementedError

    builtins.__import__ = importing
    asyncio.SelectorEventLoop.add_signal_handler = add_signal_handler
    mimetypes.add_type("text/plain", ".js")  # what some registries say
"""
# Files are read as ASCII unless somebody says how: on Windows they would be read as cp1252, and be wrong.
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.fixture
def new_server_elsewhere(new_server: Callable[..., Server], tmp_path: Path) -> Callable[[], Server]:
    """Make servers on that system; their processes find the module before any other of its name."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(textwrap.dedent(NOT_ON_WINDOWS))
    return lambda: new_server(PYTHONPATH=str(folder), **ASCII)


@pytest.mark.skipif(sys.platform == "win32", reason="this is about what Windows does not have")
def test_a_server_starts_trains_and_stops_on_no_unix(
    new_server_elsewhere: Callable[[], Server],
) -> None:
    elsewhere = new_server_elsewhere()
    with Client(elsewhere.start()) as client:
        for language in ("en", "zh-Hant"):
            page = client.http.get(f"{elsewhere.url}/", headers={"accept-language": language})
            assert f'<html lang="{language}">' in page.text
        script = next(part for part in page.text.split('"') if part.endswith("/main.js"))
        media_type = client.http.get(elsewhere.url + script).headers["content-type"]
        assert media_type.startswith("text/javascript")
        ended = client.until_ended(client.create(**QUICK)["id"])
        assert (ended["status"], ended["epoch"]) == ("FINISHED", 5)
        assert client.http.get(f"/runs/{ended['id']}/confusion").status_code == 200
    assert elsewhere.stop() == 0
    log = elsewhere.log.read_text()
    assert "only soft file lock is available" in log, "the modules were hidden indeed"
    assert "Traceback" not in log


def test_it_is_one_server_to_a_folder_there_too(new_server_elsewhere: Callable[[], Server]) -> None:
    first, second = new_server_elsewhere(), new_server_elsewhere()
    first.start()
    with pytest.raises(RuntimeError, match=f"in use by process {first.pid}"):
        second.start()
    assert first.stop() == 0
