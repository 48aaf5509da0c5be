"""The server's end of the fork server: one per process, started with the first kernel, replaced if it ends.

It belongs to no event loop, since the kernels of one process may be started from several: a thread reads what
the fork server says and settles futures that any loop can wait for.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import signal
import site
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_agent.errors import KernelError
from jupyter_agent.trees import remove_quietly

from .private_folder import make_folder

_MESSAGE_BYTES = 65_536
_START_SECONDS = 120.0
_FORK_SECONDS = 30.0
_PASSED_ON = ("PATH", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH")

_HINT = "Look at the server's log, and check that `python -c 'import ipykernel, pandas, matplotlib'` works."


@dataclass(frozen=True, slots=True)
class ForkedProcess:
    """A process that the fork server made. `handle` is a pidfd: it never means another process."""

    id: int
    handle: int
    ended: Future[int]
    """Its exit status; negative: the signal that ended it."""

    def signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, number)

    def close(self) -> None:
        os.close(self.handle)


@dataclass(slots=True)
class _Pending:
    forks: dict[int, Future[ForkedProcess]] = field(default_factory=dict)
    ends: dict[int, Future[int]] = field(default_factory=dict)


class Zygote:
    """A running fork server."""

    def __init__(self) -> None:
        self.folder, lock = make_folder()
        """Holds what belongs to its kernels; goes when the fork server ends."""
        self._requests = itertools.count(1)
        self._ready: Future[int] = Future()
        self._pending = _Pending()
        self._retired = False
        self.packages = installed_packages()
        """What it has imported may be older than what is installed later."""
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._gone = False
        with theirs, os.fdopen(lock):
            # The fork server's parent, which sees that nothing outlives it.
            self._warden = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "jupyter_agent.kernel.forkserver",
                    str(theirs.fileno()),
                    str(self.folder),
                ],
                # It holds the lock for as long as it lives, and this process does not.
                pass_fds=[theirs.fileno(), lock],
                env=_environment(self.folder),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        threading.Thread(target=self._listen, name="jupyter-agent-zygote", daemon=True).start()

    @property
    def alive(self) -> bool:
        return not self._gone and self._warden.poll() is None

    @property
    def process_id(self) -> int:
        """The process that the kernels are forked from; known once it is ready."""
        return self._ready.result(timeout=0)

    async def ready(self) -> None:
        """Wait until everything is imported.

        Raises:
            KernelError: it could not be.
        """
        try:
            await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(self._ready)), _START_SECONDS)
        except TimeoutError as error:
            self._warden.terminate()
            raise KernelError(
                f"The restricted kernels' fork server was not ready within {_START_SECONDS:.0f} seconds.",
                _HINT,
            ) from error

    async def fork(self, *, order: int, report: int) -> ForkedProcess:
        """Make a process that reads its order from one pipe and reports on the other.

        Raises:
            KernelError: the fork server ended, has no room for another process, or does not answer.
        """
        request = next(self._requests)
        answer = self._pending.forks[request] = Future()
        try:
            socket.send_fds(self._control, [json.dumps({"fork": request}).encode()], [order, report])
            return await asyncio.wait_for(asyncio.wrap_future(answer), _FORK_SECONDS)
        except OSError as error:
            # TimeoutError is one too.
            self._warden.terminate()
            raise KernelError("The restricted kernels' fork server does not answer.", "Try again.") from error

    def retire(self) -> None:
        """Make no more kernels; end with the last that there is."""
        self._retired = True
        self._end_if_retired()

    def close(self) -> None:
        """End the fork server and with it all its kernels."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        self._warden.wait()

    def _listen(self) -> None:
        while True:
            try:
                message, descriptors, _, _ = socket.recv_fds(self._control, _MESSAGE_BYTES, 1)
            except OSError:
                break
            if not message:
                break
            self._hear(json.loads(message), descriptors)
        self._gone = True
        self._warden.wait()
        self._control.close()
        remove_quietly(self.folder)
        self._settle_all()

    def _hear(self, message: dict[str, Any], descriptors: list[int]) -> None:
        match message:
            case {"ready": process}:
                self._ready.set_result(process)
            case {"failed": why}:
                self._ready.set_exception(
                    KernelError(f"The restricted kernels' fork server could not start: {why}", _HINT)
                )
            case {"forked": request, "process": process}:
                ended: Future[int] = Future()
                self._pending.ends[process] = ended
                forked = ForkedProcess(process, descriptors[0], ended)
                answer = self._pending.forks.pop(request)
                if answer.set_running_or_notify_cancel():
                    answer.set_result(forked)
                else:
                    forked.signal(signal.SIGKILL)
                    forked.close()
            case {"refused": request, "why": why}:
                answer = self._pending.forks.pop(request)
                if answer.set_running_or_notify_cancel():
                    answer.set_exception(
                        KernelError(
                            f"The restricted kernel could not be started: {why}.",
                            "End programs or kernels that you do not need, and try again.",
                        )
                    )
                self._end_if_retired()
            case {"ended": process, "status": status}:
                # Of the processes that a kernel left behind nobody asks.
                if (end := self._pending.ends.pop(process, None)) is not None:
                    end.set_result(status)
                self._end_if_retired()

    def _end_if_retired(self) -> None:
        if self._retired and not self._pending.ends and not self._pending.forks:
            with contextlib.suppress(OSError):
                self._control.shutdown(socket.SHUT_RDWR)

    def _settle_all(self) -> None:
        """The fork server ended: its kernels were killed with it, and nothing that is asked for will come."""
        gone = KernelError("The restricted kernels' fork server ended.", "Try again: it is started anew.")
        if not self._ready.done():
            self._ready.set_exception(gone)
        for answer in self._pending.forks.values():
            if answer.set_running_or_notify_cancel():
                answer.set_exception(gone)
        for ended in self._pending.ends.values():
            ended.set_result(-signal.SIGKILL)


_lock = threading.Lock()
_current: Zygote | None = None


async def zygote() -> Zygote:
    """The process's fork server, started if there is none.

    Raises:
        KernelError: it could not be started.
    """
    running = await asyncio.to_thread(_running)
    await running.ready()
    return running


def _running() -> Zygote:
    global _current
    with _lock:
        if _current is not None and _current.alive and _current.packages != installed_packages():
            _current.retire()
            _current = None
        if _current is None or not _current.alive:
            _current = Zygote()
        return _current


def installed_packages() -> tuple[tuple[str, int], ...]:
    """The folders that packages are installed in, and when anything was installed in or removed from them."""
    folders = (Path(entry) for entry in sys.path if Path(entry).name in ("site-packages", "dist-packages"))
    return tuple((str(folder), folder.stat().st_mtime_ns) for folder in folders if folder.is_dir())


def passed_on() -> dict[str, str]:
    """What kernels get of the server's environment. Nothing else: it holds secrets."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}


def _environment(folder: Path) -> Mapping[str, str]:
    environment = passed_on()
    if site.ENABLE_USER_SITE:
        environment["PYTHONUSERBASE"] = site.getuserbase()
    return environment | {
        "HOME": str(folder),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": str(_font_cache(folder)),
        "PYTHONDONTWRITEBYTECODE": "1",
        # A kernel's front has five threads, each of which would take memory of its own.
        "MALLOC_ARENA_MAX": "1",
        # One thread until the fork: see `work.Work._start_libraries` for the way back.
        "OPENBLAS_NUM_THREADS": "1",
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
        # Else pyarrow takes a gigabyte of memory in advance, which would count as used.
        "MIMALLOC_ARENA_EAGER_COMMIT": "0",
    }


def _font_cache(fallback: Path) -> Path:
    """Where matplotlib keeps its list of fonts, which takes seconds to make."""
    folder = (
        Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jupyterlab-agent" / "matplotlib"
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return fallback
    return folder
