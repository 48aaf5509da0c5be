"""The worker's own entries in /proc, for the libraries that read them.

No rule can grant a process its own folder there and still close the others' once it is a snapshot of another
process: rules name folders, and the folder of a fork has another name. So the front opens the few files that
matter and passes them on, and `open` and `os.listdir` in the worker find them under their paths. The rest is
told from what a process may ask about itself. Nothing here protects anything.
"""

from __future__ import annotations

import builtins
import contextlib
import fcntl
import io
import os
import re
import resource
import time
from collections.abc import Callable
from typing import Any

from IPython.core import interactiveshell

FILES = (
    *("cgroup", "cmdline", "comm", "environ", "io", "limits", "maps", "oom_score", "oom_score_adj"),
    *("schedstat", "smaps", "smaps_rollup", "stat", "statm", "status"),
)
_THREADS = "task"
NAMES = (*FILES, _THREADS)
"""The order in which the descriptors are passed: files, and a folder that can be listed but not entered."""

_PATH = re.compile(r"/proc/(?:self|thread-self|(\d+))/(\w+(?:/\w+(?:/stat)?)?)")
_NO_SOCKETS = re.compile(r"/proc/net/(tcp|udp|raw|unix)6?|net/(tcp|udp|raw|unix)6?")
_THREAD_STAT = re.compile(r"task/(\d+)/stat")
_FDINFO = re.compile(r"fdinfo/(\d+)")
_USER_TIME, _SYSTEM_TIME = 11, 12
"""Fields of `stat` after the name."""
_TICKS = os.sysconf("SC_CLK_TCK")
_READING = frozenset({"r", "rb", "rt"})
_open, _listdir = io.open, os.listdir


def opened_of(process: int) -> list[int]:
    """The descriptors of the files of `process`, to be passed on. Runs in the front.

    Raises:
        OSError: there is no such process any more.
    """
    descriptors: list[int] = []
    try:
        for name in NAMES:
            descriptors.append(os.open(f"/proc/{process}/{name}", os.O_RDONLY | os.O_CLOEXEC))
    except OSError:
        for descriptor in descriptors:
            os.close(descriptor)
        raise
    return descriptors


class OwnProc:
    """Runs in the worker: finds the passed files under their paths."""

    def __init__(self) -> None:
        self._descriptors: dict[str, int] = {}

    def install(self) -> None:
        """Take the place of `open`."""
        # IPython keeps one of its own for the user's code.
        builtins.open = io.open = interactiveshell.io_open = self._opening()  # type: ignore[attr-defined]

    def install_listing(self) -> None:
        """Take the place of `os.listdir`, where all of /proc is out of reach."""
        os.listdir = self.listdir

    def take(self, descriptors: list[int]) -> None:
        """Use these from now on."""
        for descriptor in self._descriptors.values():
            with contextlib.suppress(OSError):
                os.close(descriptor)
        self._descriptors = dict(zip(NAMES, descriptors, strict=True))

    def _opening(self) -> Callable[..., Any]:
        """As the built-in function, than which it must hardly be slower."""

        def open(
            file: Any,
            mode: str = "r",
            buffering: int = -1,
            encoding: str | None = None,
            errors: str | None = None,
            newline: str | None = None,
            closefd: bool = True,
            opener: Any = None,
        ) -> Any:
            if (type(file) is not str or file[:6] == "/proc/") and mode in _READING:
                found = self._found(file, mode)
                if isinstance(found, io.IOBase):
                    return found
                if found is not None:
                    file = found
            return _open(file, mode, buffering, encoding, errors, newline, closefd, opener)

        open.__module__, open.__qualname__, open.__doc__ = "io", "open", _open.__doc__
        return open

    def _found(self, file: Any, mode: str) -> int | io.IOBase | None:
        """What stands for a file in /proc: a descriptor of it, or its content; None for other files."""
        name = _own(file)
        if name in FILES and name in self._descriptors:
            return self._descriptor(name)
        told = None if name is None else self._told(name)
        if told is None:
            return None
        return io.BytesIO(told.encode()) if mode == "rb" else io.StringIO(told)

    def _descriptor(self, name: str) -> int:
        descriptor = os.dup(self._descriptors[name])
        os.lseek(descriptor, 0, os.SEEK_SET)
        return descriptor

    def listdir(self, path: Any = None) -> Any:
        """As `os.listdir`; of the processes in /proc there is only this one."""
        name = "" if path in ("/proc", b"/proc") else _own(path)
        if name == "":
            listed = [str(os.getpid())]
        elif name == "fd":
            highest = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
            listed = [str(descriptor) for descriptor in range(highest) if _is_open(descriptor)]
        elif name == _THREADS and name in self._descriptors:
            listed = _listdir(self._descriptors[name])
        else:
            return _listdir(path)
        return [os.fsencode(entry) for entry in listed] if isinstance(path, bytes) else listed

    def _told(self, name: str) -> str | None:
        """The content of what is not passed, as far as it can be known."""
        if _NO_SOCKETS.fullmatch(name):
            return "no sockets of the network\n"
        try:
            if found := _FDINFO.fullmatch(name):
                return _fdinfo(int(found[1]))
            if "stat" in self._descriptors and (found := _THREAD_STAT.fullmatch(name)):
                return self._thread_stat(int(found[1]))
        except OSError:
            return None
        return None

    def _thread_stat(self, thread: int) -> str:
        """As the process's, with the thread's own time, which counts as the user's."""
        with _open(self._descriptor("stat")) as file:
            command, _, rest = file.read().partition(" ")[2].rpartition(") ")
        fields = rest.split(" ")
        # How the system numbers the clock of one thread of this process.
        fields[_USER_TIME] = str(int(time.clock_gettime(~thread << 3 | 6) * _TICKS))
        fields[_SYSTEM_TIME] = "0"
        return f"{thread} {command}) {' '.join(fields)}"


def _own(path: Any) -> str | None:
    """What of this process the path names; None if it names something else."""
    name = os.fspath(path) if isinstance(path, os.PathLike) else path
    text = os.fsdecode(name) if isinstance(name, bytes) else name
    if not isinstance(text, str) or not text.startswith("/proc/"):
        return None
    if _NO_SOCKETS.fullmatch(text):
        return text
    found = _PATH.fullmatch(text)
    if found is None or (found[1] is not None and int(found[1]) != os.getpid()):
        return None
    return found[2]


def _fdinfo(descriptor: int) -> str:
    flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
    position = 0
    with contextlib.suppress(OSError):
        position = os.lseek(descriptor, 0, os.SEEK_CUR)
    return f"pos:\t{position}\nflags:\t0{flags:o}\n"


def _is_open(descriptor: int) -> bool:
    try:
        fcntl.fcntl(descriptor, fcntl.F_GETFD)
    except OSError:
        return False
    return True
