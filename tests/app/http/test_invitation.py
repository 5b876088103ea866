"""What the server says at its start: addresses that lead in, on standard output, and in no log."""

import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from chalknet.http.invitation import addresses_of, class_invitation, free_invitation, own_addresses

from tests.classroom import Server


def test_the_secret_stands_in_the_fragment() -> None:
    text = class_invitation(["http://192.0.2.7:8000"], "ABCDEF", "s3cret")
    assert "http://192.0.2.7:8000/#teacher=s3cret" in text
    assert "http://192.0.2.7:8000/#join=ABCDEF" in text


def test_a_secret_of_the_operator_is_not_said() -> None:
    assert "CHALKNET_TEACHER_SECRET" in class_invitation(["http://a"], "ABCDEF", None)


def test_an_open_server_says_what_that_means() -> None:
    assert "delete everything" in free_invitation(["http://a"], is_open=True)
    assert "delete" not in free_invitation(["http://a"], is_open=False)


@pytest.mark.parametrize(
    ("host", "public", "expected"),
    [
        ("127.0.0.1", (), ["http://127.0.0.1:8123"]),
        ("::1", (), ["http://[::1]:8123"]),
        ("0.0.0.0", ("https://school.example",), ["https://school.example"]),
    ],
)
def test_addresses_are_those_that_people_type(
    host: str, public: tuple[str, ...], expected: list[str]
) -> None:
    assert addresses_of(host, 8123, public_urls=public) == expected


def test_a_server_for_all_names_addresses_of_this_machine() -> None:
    for address in own_addresses():
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family) as here:
            here.bind((address, 0))  # refused for an address of somebody else


def test_the_secret_is_on_standard_output_and_not_in_the_log(
    new_server: Callable[..., Server], tmp_path: Path
) -> None:
    new_server()  # lays the data into the folder
    command = [
        sys.executable,
        "-m",
        "chalknet",
        "serve",
        "--class",
        "--port",
        "0",
        "--data-dir",
        str(tmp_path / "data"),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        lines = [process.stdout.readline() for _ in range(5)]
        process.terminate()
        log = process.stderr.read()
    secret = lines[2].strip().partition("/#teacher=")[2]
    assert len(secret) > 40
    assert secret not in log
    assert "/#join=" in lines[4]
    assert ":0/" not in lines[2]
