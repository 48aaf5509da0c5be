"""Puts a policy into force for the calling process. Each step raises if Linux did not accept it: the process
must then end without running anything else."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import resource
import struct
from collections.abc import Iterator
from pathlib import Path

from jupyter_agent.errors import KernelRefused

from . import landlock, seccomp
from .limits import Usage
from .linux import PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, PR_SET_DUMPABLE, prctl, syscall
from .policy import CHOICES, Machine, Rules
from .processes import threads_of
from .syscalls import number

_PAGE = resource.getpagesize()


def usage() -> Usage:
    """What this process and this user hold now."""
    pages = Path("/proc/self/statm").read_text().split()
    return Usage(data=int(pages[5]) * _PAGE, addresses=int(pages[0]) * _PAGE, tasks=_tasks_of(os.getuid()))


def _tasks_of(user: int) -> int:
    tasks = 0
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal():
            # A process may end while it is looked at.
            with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
                if entry.stat().st_uid == user:
                    tasks += threads_of(int(entry.name))
    return tasks


def leave_root(user: int, machine: Machine, folders: tuple[str, ...]) -> None:
    """Become an ordinary user, for good.

    Raises:
        KernelRefused: that user cannot read Python, or cannot use the folders.
    """
    try:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    except OSError as error:
        raise KernelRefused(
            "The restricted kernel was not started: the server runs as root, the kernel must not, and "
            f"changing to the unprivileged user {user} failed: {error}.",
            "Start JupyterLab as an ordinary user.",
        ) from error
    for folder in folders:
        if not os.access(folder, os.R_OK | os.X_OK):
            raise KernelRefused(
                "The restricted kernel was not started: the server runs as root, the kernel must not, and "
                f"the unprivileged user {user} cannot use {folder}.",
                "Start JupyterLab as an ordinary user, or let everybody read and enter that folder.",
            )
    # Another user id made this process's own /proc entry root's.
    prctl(PR_SET_DUMPABLE, 1)
    drop_capabilities(machine)


def drop_capabilities(machine: Machine) -> None:
    """Give up every privilege that goes beyond those of the user."""
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    version_3 = 0x20080522
    header = struct.pack("=Ii", version_3, 0)
    capset = number("capset", machine.architecture)
    assert capset is not None
    syscall(capset, _buffer(header), _buffer(bytes(24)))


def _buffer(content: bytes) -> ctypes.Array[ctypes.c_char]:
    return ctypes.create_string_buffer(content, len(content))


def limit(rules: Rules) -> None:
    """Bound what this process may use."""
    for name, value in rules.resources.items():
        kind = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(kind)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (bound, bound))


def confine_files(rules: Rules, machine: Machine) -> None:
    """Give up privileges, set limits, and leave only those files that the rules grant.

    Called with the front's rules before the worker is forked, so that they hold for both.

    Raises:
        KernelRefused: Linux did not accept a rule.
    """
    with _refusing():
        # The system is to end this process first when memory runs out. Afterwards nobody may write there.
        Path("/proc/self/oom_score_adj").write_text("1000")
        drop_capabilities(machine)
        limit(rules)
        landlock.enforce(rules.files, abi=machine.landlock)


def confine_calls(rules: Rules, machine: Machine) -> None:
    """The front's system calls, before it binds its sockets.

    Raises:
        KernelRefused: Linux did not accept a rule.
    """
    with _refusing():
        seccomp.install(rules.calls, machine.architecture)


def confine_threads(rules: Rules, machine: Machine) -> None:
    """The front's system calls in all its threads, between binding the sockets and the first user code.

    Raises:
        KernelRefused: Linux did not accept a rule.
    """
    assert rules.serving is not None
    with _refusing():
        seccomp.install(rules.serving, machine.architecture, all_threads=True)


def confine_worker(rules: Rules, machine: Machine) -> int:
    """Everything for the worker: a process with one thread that was forked under the front's file rules.

    Returns:
        The descriptor by which the front is asked about system calls: pass it on and close it.

    Raises:
        KernelRefused: Linux did not accept a rule.
    """
    with _refusing():
        limit(rules)
        landlock.enforce(rules.files, abi=machine.landlock)
        return seccomp.install_with_listener(rules.calls, machine.architecture)


@contextlib.contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = (
            "another program supervises the system calls here already, as some containers do"
            if error.errno == errno.EBUSY
            else str(error)
        )
        raise KernelRefused(f"The restricted kernel was not started: {why}.", CHOICES) from error
