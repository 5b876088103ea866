"""Room that is held for what must still be written when the disk is full."""

import errno
import os
from pathlib import Path

import pytest
from chalknet.eventlog.reserve import BYTES, Reserve


def test_it_is_held_where_a_file_system_cannot_allocate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(*_: int) -> None:
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr(os, "posix_fallocate", unsupported, raising=False)
    reserve = Reserve(tmp_path)
    assert reserve.hold()
    (file,) = tmp_path.iterdir()
    assert file.stat().st_size == BYTES
    reserve.give_up()
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_gone_is_no_room(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    reserve = Reserve(folder)
    folder.rmdir()
    assert not reserve.hold()
    reserve.give_up()
