"""The data folder: made if need be, and held by one server at a time.

The lock is the operating system's and goes with the process, however it ends. Who holds it stands in a file
beside it: on Windows nobody can read what is locked.
"""

import contextlib
import errno
import os
import platform
import stat
import tempfile
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

LOCK, HOLDER, DATABASE = "lock", "holder", "chalknet.db"
OWNER_ONLY = 0o600


class FolderInUse(Exception):
    """Another server owns the data folder; the message names it."""


class FolderForbidden(Exception):
    """This user cannot write in the data folder; the message says who needs which right."""


def claim(folder: Path) -> BaseFileLock:
    """Hold the folder until the lock is released.

    Raises:
        FolderInUse: another server holds it.
        FolderForbidden: it, or a file of ours in it, cannot be written.
        OSError: anything else, a full disk for instance.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        lock = FileLock(folder / LOCK, timeout=0, mode=OWNER_ONLY, thread_local=False)
        lock.acquire()
    except Timeout:
        raise FolderInUse(f"{folder} is in use by {_holder(folder)}.") from None
    except OSError as error:
        raise _in_words(folder, error) from error
    try:
        # Names and fingerprints of sessions are in it; SQLite gives its other files the rights of this one.
        os.close(os.open(folder / DATABASE, os.O_CREAT | os.O_RDWR, OWNER_ONLY))
        for path in folder.glob(f"{DATABASE}*"):  # as another user may have left them
            path.open("r+b").close()
            with contextlib.suppress(PermissionError):  # it is that user's, who has let us write in it
                path.chmod(OWNER_ONLY)
        _say_who(folder / HOLDER)
    except OSError as error:
        lock.release()
        raise _in_words(folder, error) from error
    return lock


def _say_who(path: Path) -> None:
    try:
        path.write_text(f"process {os.getpid()} on {platform.node()}\n", encoding="utf-8")
    except OSError as error:
        if error.errno != errno.ENOSPC:  # who has a full disk wants to delete, not to know this
            raise


def _holder(folder: Path) -> str:
    try:
        return (folder / HOLDER).read_text(encoding="utf-8", errors="replace").strip()[:200]
    except OSError:
        return "another process"


def _in_words(folder: Path, error: OSError) -> Exception:
    if not isinstance(error, PermissionError):
        return error
    place = Path(error.filename or folder)
    while not _is_there(place) and place != place.parent:
        place = place.parent
    return FolderForbidden(f"The server cannot write in {folder}. {_rights(place)}")


def _is_there(path: Path) -> bool:
    try:
        path.stat()
    except OSError:
        return False
    return True


def _rights(place: Path) -> str:
    """Whom a file or folder belongs to, and who would need it."""
    if not hasattr(os, "getuid"):
        return f"Give this user the right to change {place}, or choose another folder with --data-dir."
    about = place.stat()
    user = f"{os.getuid()}:{os.getgid()}"
    return (
        f"It runs as user {os.getuid()}, group {os.getgid()}; {place} belongs to user {about.st_uid}, "
        f"group {about.st_gid}, with the rights {stat.filemode(about.st_mode)}. Let that user write there "
        f"(chown -R {user} on the folder; for a container, on the host's), or choose another with --data-dir."
    )
