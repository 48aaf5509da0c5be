"""What a forked process does to become a kernel: leave its parent behind, lock itself down, then serve.

The order matters, and every step that fails ends the process: it reports why and runs no user code.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn, Protocol

from jupyter_agent.errors import KernelRefused

from . import confine
from .launch import Channels, Launch, Report
from .linux import PR_SET_PDEATHSIG, prctl
from .policy import PROFILES, policy

_HIGHEST_DESCRIPTOR = 65_536
_BIND_SECONDS = 10.0


class Application(Protocol):
    """A kernel application that is bound to its sockets."""

    def start(self) -> None:
        """Serve until a shutdown is requested."""


Start = Callable[[Channels], Application]
"""Binds an application. It comes from the fork server, which alone may import what is heavy."""


def become_kernel(start: Start, *, order: int, report: int) -> NoReturn:
    """Read the order from one pipe, report on the other, serve until the end. Runs in the forked child."""
    status = 1
    try:
        _become_kernel(start, order, report)
        status = 0
    except KernelRefused as error:
        _report(report, Report(outcome="refused", message=error.message, hint=error.hint))
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    except BaseException:  # noqa: BLE001 - nothing may get back into the fork server's loop
        _report(report, Report(outcome="failed", message=traceback.format_exc(limit=-3)))
    os._exit(status)


def _report(descriptor: int, report: Report) -> None:
    try:
        os.write(descriptor, report.to_json().encode()[:65_536])
    except OSError:
        # Reported before, or nobody reads: the end of the pipe says it as well.
        return


def _become_kernel(start: Start, order: int, report: int) -> None:
    parent = os.getppid()
    os.setsid()
    _reset_signals()
    with os.fdopen(order, "rb") as pipe:
        launch = Launch.from_json(pipe.read())
    # Both look at what the rules will hide.
    usage = confine.usage()
    if launch.user is not None:
        folders = launch.folders
        confine.leave_root(
            launch.user,
            launch.machine,
            (folders.workspace, folders.home, folders.temporary, *folders.readable, *_packages()),
        )
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    _leave_descriptors(keep=report)
    _enter_environment(launch.environment, launch.folders.workspace)
    rules = policy(
        profile=PROFILES[launch.profile],
        folders=launch.folders,
        limits=launch.limits,
        machine=launch.machine,
        usage=usage,
        process=os.getpid(),
    )
    confine.confine(rules, launch.machine)
    _start_libraries()
    application = start(launch.channels)
    _wait_for(Path(f"{launch.channels.path}-{launch.channels.hb_port}"))
    confine.confine_threads(rules, launch.machine)
    _report(report, Report(outcome="ready"))
    os.close(report)
    application.start()


def _reset_signals() -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def _packages() -> tuple[str, ...]:
    """Folders that must be readable for Python to go on working."""
    return tuple(
        {str(Path(file).parent) for name in ("os", "numpy", "pandas") if (file := sys.modules[name].__file__)}
    )


def _leave_descriptors(*, keep: int) -> None:
    """Files that are open stay usable whatever the rules say: none may stay but the report."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.closerange(3, keep)
    os.closerange(keep + 1, _HIGHEST_DESCRIPTOR)


def _enter_environment(environment: Mapping[str, str], workspace: str) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.umask(0o077)
    os.chdir(workspace)
    tempfile.tempdir = None
    sys.argv = ["ipykernel"]
    time.tzset()


def _start_libraries() -> None:
    """Undo what made the fork server fit for forking, and what all its children would share."""
    gc.enable()
    numpy = importlib.import_module("numpy")
    numpy.random.seed()
    processors = len(os.sched_getaffinity(0))
    importlib.import_module("threadpoolctl").threadpool_limits(processors)
    if pyarrow := sys.modules.get("pyarrow"):
        pyarrow.set_cpu_count(processors)


def _wait_for(path: Path) -> None:
    """The heartbeat binds in a thread of its own."""
    deadline = time.monotonic() + _BIND_SECONDS
    while not path.exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"the heartbeat was not bound within {_BIND_SECONDS:.0f} seconds")
        time.sleep(0.001)
