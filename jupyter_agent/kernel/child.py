"""What a forked process does to become a kernel: leave its parent behind, lock itself down, split, serve.

    setsid, the order's public part, environment → Landlock → fork ┬ worker: limits, Landlock, seccomp → code
                                                                   └ front: seccomp → key → sockets → serve

The order matters, and every step that fails ends the process: it reports why and runs no user code.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Protocol

from jupyter_agent.errors import KernelRefused

from . import confine
from .launch import Channels, Launch, Report, read_channels, read_launch
from .linux import PR_SET_CHILD_SUBREAPER, PR_SET_PDEATHSIG, prctl
from .policy import PROFILES, Policy, Profile, policy
from .reach import Reach
from .supervisor import Supervisor
from .tasks import LinuxView, Tasks

_HIGHEST_DESCRIPTOR = 65_536
_BIND_SECONDS = 10.0
_CONFINED, _READY = b"C", b"R"
"""What the worker says to the front while both start; with the first comes the supervisor's descriptor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedWorker:
    """The worker, as the front gets it."""

    process: int
    end: socket.socket
    """Of the pair; the worker has the other one."""
    supervisor: Supervisor
    """Answers the worker's system calls, before its front serves, too."""
    stdout: int
    stderr: int
    """What libraries print past Python."""
    launch: Launch
    ready: Callable[[], None]
    """To be called when the first execution can begin at once."""


class Application(Protocol):
    """A kernel application that is bound to its sockets."""

    def start(self) -> None:
        """Serve until a shutdown is requested."""


class Work(Protocol):
    """Serves the front at the other end of the pair, and never returns."""

    def __call__(
        self, end: socket.socket, *, profile: Profile, reach: Reach, ready: Callable[[], None]
    ) -> NoReturn: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What a kernel is made of. It comes from the fork server, which alone may import what is heavy."""

    work: Work
    front: Callable[[Channels, StartedWorker], Application]


def become_kernel(parts: Parts, *, order: int, report: int) -> NoReturn:
    """Read the order from one pipe, report on the other, serve until the end. Runs in the forked child."""
    status = 1
    try:
        _become_kernel(parts, order, report)
        status = 0
    except KernelRefused as error:
        _report(report, Report(outcome="refused", message=error.message, hint=error.hint))
    except _WorkerFailed:
        pass  # it has reported why
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    except BaseException:  # noqa: BLE001 - nothing may get back into the fork server's loop
        _report(report, Report(outcome="failed", message=traceback.format_exc(limit=-3)))
    os._exit(status)


class _WorkerFailed(Exception):
    """The worker ended before it was ready."""


def _report(descriptor: int, report: Report) -> None:
    try:
        os.write(descriptor, report.to_json().encode()[:65_536])
    except OSError:
        # Reported before, or nobody reads: the end of the pipe says it as well.
        return


def _become_kernel(parts: Parts, order: int, report: int) -> None:
    parent = os.getppid()
    os.setsid()
    _reset_signals()
    launch = read_launch(order)
    # Both look at what the rules will hide.
    usage = confine.usage()
    if launch.user is not None:
        folders = launch.folders
        confine.leave_root(
            launch.user,
            launch.machine,
            (folders.workspace, folders.home, folders.temporary, *folders.readable, *_packages()),
        )
    _end_with(parent)
    _leave_descriptors(keep=(order, report))
    _enter_environment(launch.environment, launch.folders.workspace)
    rules = policy(
        profile=PROFILES[launch.profile],
        folders=launch.folders,
        limits=launch.limits,
        machine=launch.machine,
        usage=usage,
    )
    confine.confine_files(rules.front, launch.machine)
    gc.enable()
    pair = socket.socketpair()
    stdout, stderr = os.pipe2(os.O_CLOEXEC), os.pipe2(os.O_CLOEXEC)
    front = os.getpid()
    process = os.fork()
    if process == 0:
        os.close(order)
        _be_worker(parts, pair, (stdout, stderr), report, rules, launch, front)
    # The pipes' other ends stay open here: else a worker that closed its own would keep the front busy.
    pair[1].close()
    # From here on the worker's snapshots are this process's children when the worker is gone.
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    confine.confine_calls(rules.front, launch.machine)
    channels = read_channels(order)
    supervisor = _supervisor(_await_confined(pair[0]), launch)

    def ready() -> None:
        _report(report, Report(outcome="ready"))
        os.close(report)

    application = parts.front(
        channels,
        StartedWorker(
            process=process,
            end=pair[0],
            supervisor=supervisor,
            stdout=stdout[0],
            stderr=stderr[0],
            launch=launch,
            ready=ready,
        ),
    )
    _wait_for(Path(f"{channels.path}-{channels.hb_port}"))
    confine.confine_threads(rules.front, launch.machine)
    _await_ready(pair[0], supervisor)
    application.start()


def _be_worker(
    parts: Parts,
    pair: tuple[socket.socket, socket.socket],
    pipes: tuple[tuple[int, int], tuple[int, int]],
    report: int,
    rules: Policy,
    launch: Launch,
    front: int,
) -> NoReturn:
    """Lock this process down further, then work. It never returns."""
    try:
        _end_with(front)
        pair[0].close()
        for standard, (reading, writing) in zip((1, 2), pipes, strict=True):
            os.close(reading)
            os.dup2(writing, standard)
            os.close(writing)
        listener = confine.confine_worker(rules.worker, launch.machine)
        socket.send_fds(pair[1], [_CONFINED], [listener])
        os.close(listener)

        def ready() -> None:
            pair[1].sendall(_READY)
            os.close(report)

        parts.work(pair[1], profile=PROFILES[launch.profile], reach=Reach.of(rules.worker.files), ready=ready)
    except KernelRefused as error:
        _report(report, Report(outcome="refused", message=error.message, hint=error.hint))
    except BaseException:  # noqa: BLE001 - as in `become_kernel`
        _report(report, Report(outcome="failed", message=traceback.format_exc(limit=-3)))
    os._exit(1)


def _await_confined(end: socket.socket) -> int:
    said, descriptors, _, _ = socket.recv_fds(end, 1, 1)
    if said != _CONFINED or len(descriptors) != 1:
        raise _WorkerFailed
    return descriptors[0]


def _supervisor(listener: int, launch: Launch) -> Supervisor:
    limits = launch.limits
    return Supervisor(
        listener,
        front=os.getpid(),
        tasks=Tasks(
            limits.processes, snapshots=limits.snapshots, view=LinuxView(launch.machine.architecture)
        ),
    )


def _await_ready(end: socket.socket, supervisor: Supervisor) -> None:
    """Wait for the worker, whose libraries may start threads, for which it asks."""
    waiting = (end.fileno(), supervisor.fileno())
    while end.fileno() not in select.select(waiting, [], [])[0]:
        supervisor.answer()
    with contextlib.suppress(ConnectionError):
        if end.recv(1) == _READY:
            return
    raise _WorkerFailed


def _end_with(parent: int) -> None:
    """End when the parent ends, also if it just did."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _reset_signals() -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # Nobody has anything to interrupt yet.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def _packages() -> tuple[str, ...]:
    """Folders that must be readable for Python to go on working."""
    return tuple(
        {str(Path(file).parent) for name in ("os", "numpy", "pandas") if (file := sys.modules[name].__file__)}
    )


def _leave_descriptors(*, keep: tuple[int, ...]) -> None:
    """Files that are open stay usable whatever the rules say: none may stay but those of the start."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    lowest = 3
    for descriptor in (*sorted(keep), _HIGHEST_DESCRIPTOR):
        os.closerange(lowest, descriptor)
        lowest = descriptor + 1


def _enter_environment(environment: Mapping[str, str], workspace: str) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.umask(0o077)
    os.chdir(workspace)
    tempfile.tempdir = None
    sys.argv = ["ipykernel"]
    time.tzset()


def _wait_for(path: Path) -> None:
    """The heartbeat binds in a thread of its own."""
    deadline = time.monotonic() + _BIND_SECONDS
    while not path.exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"the heartbeat was not bound within {_BIND_SECONDS:.0f} seconds")
        time.sleep(0.001)
