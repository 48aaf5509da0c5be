"""What makes ordinary programs run in the worker although it is restricted. None of it protects anything.

- What Linux only pretends to do (`chmod`, `chown`, `utime`) shows when it is looked at (`pretended`).
- The user's own entry in /etc/passwd is known without reading it.
- Without processes, multiprocessing's locks are threads' locks.
- DuckDB does without its control group.
- SQLite finds the folder for temporary files.
- A process's own descriptors and threads can be listed, though /proc is out of reach (`own_proc`).
"""

from __future__ import annotations

import contextlib
import grp
import importlib
import multiprocessing.heap
import multiprocessing.resource_tracker
import os
import pwd
import sqlite3
import sys
from typing import Any

from . import duckdb_path, locks
from .audit_events import AuditEvents
from .own_proc import OwnProc
from .policy import Profile
from .pretended import Pretended


def install(profile: Profile, own_proc: OwnProc, events: AuditEvents) -> None:
    """Adapt this process, before any user code runs."""
    Pretended(events).install()
    _know_the_user()
    _spill_into_own_folder()
    if not profile.may_fork:
        _lock_without_processes()
    if not profile.sees_processes:
        sys.meta_path.insert(0, duckdb_path.AfterImport())
        own_proc.install_listing()


def _know_the_user() -> None:
    """The user and the group of this process, whatever the files say that cannot be read."""
    name = os.environ["USER"]
    user = pwd.struct_passwd((name, "x", os.getuid(), os.getgid(), "", os.environ["HOME"], "/bin/sh"))
    group = grp.struct_group((name, "x", os.getgid(), []))
    by_uid, by_name, users = pwd.getpwuid, pwd.getpwnam, pwd.getpwall
    by_gid, by_group_name, groups = grp.getgrgid, grp.getgrnam, grp.getgrall
    pwd.getpwuid = lambda uid, /: user if uid == user.pw_uid else by_uid(uid)
    pwd.getpwnam = lambda name, /: user if name == user.pw_name else by_name(name)
    pwd.getpwall = lambda: [user, *users()]
    grp.getgrgid = lambda id: group if id == group.gr_gid else by_gid(id)
    grp.getgrnam = lambda name: group if name == group.gr_name else by_group_name(name)
    grp.getgrall = lambda: [group, *groups()]


def _spill_into_own_folder() -> None:
    """Where SQLite puts what does not fit into memory: it looked for a folder before there was this one."""
    folder = os.environ["TMPDIR"].replace("'", "''")
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"PRAGMA temp_store_directory = '{folder}'")


def _do_nothing(*_: object) -> None:
    """In the place of what one process does not need."""


def _open_temporary(path: str, flags: int, mode: int = 0o600) -> int:
    return os.open(_temporary(path), flags | os.O_CLOEXEC, mode)


def _unlink_temporary(path: str) -> None:
    os.unlink(_temporary(path))  # noqa: PTH108 - as the function that it stands for


def _temporary(path: str) -> str:
    """Where a piece of shared memory is a file: the folder for temporary files, whose size counts."""
    return f"{os.environ['TMPDIR']}/{path.lstrip('/')}"


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
