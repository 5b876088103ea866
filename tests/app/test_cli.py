"""The command: what a terminal shows, and one clear line for each thing that keeps it from starting."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from chalknet import settings
from chalknet.version import requirements
from pydantic import ValidationError

ROOT = Path(__file__).parent.parent.parent
SERVE = [sys.executable, "-m", "chalknet", "serve", "--port", "0", "--workers", "1"]


def refused(*arguments: str, **environment: str) -> str:
    """What the command says when it does not start: one line, and exit code 1."""
    told = subprocess.run(
        [*SERVE, *arguments], env={**os.environ, **environment}, capture_output=True, text=True, timeout=120
    )
    assert told.returncode == 1, told.stderr
    (line,) = told.stderr.splitlines()
    return line


def test_a_port_in_use_is_one_line_and_touches_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        line = refused("--port", port, "--data-dir", str(tmp_path / "data"))
    assert line.startswith(f"chalknet: Port {port} of 127.0.0.1 is in use.")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("url", ["foo", "chalknet.school.example:8000", "http://a.example,ftp://b.example"])
def test_a_public_url_that_is_none_is_one_line(url: str) -> None:
    wrong = url.rpartition(",")[2]
    assert f"--public-urls: '{wrong}' is not an address" in refused("--public-urls", url)
    assert f"'{wrong}'" in refused(CHALKNET_PUBLIC_URLS=url)


def test_a_data_folder_that_is_a_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    assert "File exists" in refused("--data-dir", str(tmp_path / "data"))


@pytest.mark.parametrize("form", ["auto", "json"])
def test_a_terminal_shows_plain_lines_and_the_address(tmp_path: Path, prepared: Path, form: str) -> None:
    (tmp_path / "datasets").symlink_to(prepared)
    terminal, end = os.openpty()
    command = [*SERVE, "--data-dir", str(tmp_path), "--log-format", form]
    with subprocess.Popen(command, stderr=end) as process, open(terminal, encoding="utf-8") as lines:
        os.close(end)
        try:
            line = next(line for line in lines if "serving on" in line)
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            assert found, line
            assert line.startswith("{") == (form == "json")
            with socket.create_connection(("127.0.0.1", int(found[1])), timeout=10):
                pass
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
        finally:
            process.kill()


def test_make_reads_no_variable_that_shells_export() -> None:
    told = subprocess.run(
        ["make", "--dry-run", "run"],
        cwd=ROOT,
        env={**os.environ, "HOST": "foreign", "PORT": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    (serve,) = (line for line in told.stdout.splitlines() if " serve" in line)
    assert "foreign" not in serve
    assert "--port" not in serve


def test_what_a_cluster_needs_is_named_as_pip_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "find_spec", lambda name: None)
    needed = requirements("cluster")
    assert {re.split("[<>=]", one)[0] for one in needed} == {"distributed"}
    with pytest.raises(ValidationError) as refusal:
        settings.Settings(cluster="tcp://127.0.0.1:8786")
    assert all(f"'{one}'" in str(refusal.value) for one in needed)
    assert "chalknet[" not in str(refusal.value)
