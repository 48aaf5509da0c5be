"""What makes ordinary programs run in the worker although it is restricted. None of it protects anything.

- Calls that Linux only pretends to do (`chmod`, `chown`, `utime`) still fail for files that are not there.
- The user's own entry in /etc/passwd is known without reading it.
- Without processes, multiprocessing's locks are threads' locks.
- DuckDB does without its control group.
- A process's own descriptors can be listed, though its folder in /proc is out of reach.
"""

from __future__ import annotations

import fcntl
import grp
import importlib
import multiprocessing.heap
import multiprocessing.resource_tracker
import os
import pwd
import resource
import sys
from typing import Any

from . import duckdb_path, locks
from .policy import Profile

_PRETENDED = ("os.chmod", "os.chown", "os.utime")


def install(profile: Profile) -> None:
    """Adapt this process, before any user code runs."""
    sys.addaudithook(_look_first)
    _know_the_user()
    if not profile.may_fork:
        _lock_without_processes()
    if not profile.sees_processes:
        sys.meta_path.insert(0, duckdb_path.AfterImport())
        _list_own_descriptors()


def _look_first(event: str, arguments: tuple[Any, ...]) -> None:
    """Raises what the call itself would, if the file is not there."""
    if event in _PRETENDED and isinstance(arguments[0], str | bytes):
        folder = arguments[-1] if isinstance(arguments[-1], int) and arguments[-1] >= 0 else None
        os.stat(arguments[0], dir_fd=folder)


def _know_the_user() -> None:
    by_uid, by_gid = pwd.getpwuid, grp.getgrgid

    def getpwuid(uid: int, /) -> pwd.struct_passwd:
        if uid != os.getuid():
            return by_uid(uid)
        return pwd.struct_passwd(
            (os.environ["USER"], "x", uid, os.getgid(), "", os.environ["HOME"], "/bin/sh")
        )

    def getgrgid(gid: int, /) -> grp.struct_group:
        if gid != os.getgid():
            return by_gid(gid)
        return grp.struct_group((os.environ["USER"], "x", gid, []))

    pwd.getpwuid = getpwuid
    grp.getgrgid = getgrgid  # type: ignore[assignment]  # by position only, as it is called


def _do_nothing(*_: object) -> None:
    """In the place of what one process does not need."""


def _open_temporary(path: str, flags: int, mode: int = 0o600) -> int:
    return os.open(_temporary(path), flags | os.O_CLOEXEC, mode)


def _unlink_temporary(path: str) -> None:
    os.unlink(_temporary(path))  # noqa: PTH108 - as the function that it stands for


def _temporary(path: str) -> str:
    """Where a piece of shared memory is a file: the folder for temporary files, whose size counts."""
    return f"{os.environ['TMPDIR']}/{path.lstrip('/')}"


def _list_own_descriptors() -> None:
    listdir = os.listdir

    def listing(path: Any = None) -> Any:
        if path not in ("/proc/self/fd", f"/proc/{os.getpid()}/fd"):
            return listdir(path)
        highest = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        return [str(descriptor) for descriptor in range(highest) if _is_open(descriptor)]

    os.listdir = listing


def _is_open(descriptor: int) -> bool:
    try:
        fcntl.fcntl(descriptor, fcntl.F_GETFD)
    except OSError:
        return False
    return True


def _lock_without_processes() -> None:
    system: Any = importlib.import_module("_multiprocessing")
    system.SemLock = locks.SemLock
    # Else joblib would believe that it may start processes.
    os.environ["JOBLIB_MULTIPROCESSING"] = "0"
    # What would tidy up after processes is a process itself.
    tracker: Any = multiprocessing.resource_tracker
    tracker.register = tracker.unregister = _do_nothing
    shared: Any = importlib.import_module("_posixshmem")
    shared.shm_open = _open_temporary
    shared.shm_unlink = _unlink_temporary
    # Shared values and arrays: in the private folder for temporary files, not in shared memory.
    multiprocessing.heap.Arena._dir_candidates = []  # type: ignore[attr-defined]
