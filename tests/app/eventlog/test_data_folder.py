"""The data folder: one server at a time, and clear words for whoever may not write there."""

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from chalknet.eventlog.data_folder import FolderInUse, claim

# A user without rights: root may write everywhere, so what runs as root becomes nobody once all is loaded.
CLAIM = """
import os, sys
from pathlib import Path
from chalknet.eventlog.data_folder import FolderForbidden, claim
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    claim(Path(sys.argv[1]))
except FolderForbidden as error:
    print(os.getuid(), os.getgid(), error)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user can reach; pytest's own are for one user."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(name)


def refusal(folder: Path) -> str:
    """What a user without rights is told, after the user and the group."""
    command = [sys.executable, "-c", CLAIM, str(folder)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    user, group, sentence = told.split(" ", 2)
    assert f"It runs as user {user}, group {group}; " in sentence
    assert f"(chown -R {user}:{group} on the folder" in sentence
    return sentence


def owner(path: Path) -> str:
    about = path.stat()
    mode = stat.filemode(about.st_mode)
    return f"{path} belongs to user {about.st_uid}, group {about.st_gid}, with the rights {mode}."


def test_a_folder_is_held_until_it_is_let_go(folder: Path) -> None:
    lock = claim(folder / "data")
    with pytest.raises(FolderInUse, match=rf"data is in use by process {os.getpid()} on \S+\.$"):
        claim(folder / "data")
    lock.release()
    claim(folder / "data").release()


def test_the_lock_goes_with_a_process_that_is_killed(folder: Path) -> None:
    code = "import sys, time; from pathlib import Path; from chalknet.eventlog.data_folder import claim\n"
    code += "lock = claim(Path(sys.argv[1])); print('held', flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(FolderInUse, match=f"process {process.pid} "):
            claim(folder)
        process.kill()
    claim(folder).release()


def test_a_folder_of_somebody_else_is_described(folder: Path) -> None:
    data = folder / "data"
    data.mkdir(mode=0o555)
    assert owner(data) in refusal(data)


def test_a_place_where_no_folder_can_be_made_is_described(folder: Path) -> None:
    folder.chmod(0o555)
    sentence = refusal(folder / "data" / "of" / "chalknet")
    assert owner(folder) in sentence
    assert f"cannot write in {folder / 'data' / 'of' / 'chalknet'}. " in sentence


@pytest.mark.parametrize("name", ["lock", "holder", "chalknet.db", "chalknet.db-wal"])
def test_a_file_that_another_user_left_there_is_described(folder: Path, name: str) -> None:
    (folder / name).touch(mode=0o444)
    folder.chmod(0o777)
    assert owner(folder / name) in refusal(folder)
