"""The worker's own entries in /proc, for the libraries that read them.

No rule can grant a process its own folder there and still close the others' once it is a snapshot of another
process: rules name folders, and the folder of a fork has another name. So the front opens the few files that
matter and passes them on, and `open` in the worker finds them under their paths.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import os
import re
from typing import Any

from IPython.core import interactiveshell

NAMES = ("cgroup", "cmdline", "comm", "io", "limits", "maps", "smaps_rollup", "stat", "statm", "status")
"""The order in which the descriptors are passed."""

_PATH = re.compile(r"/proc/(self|thread-self|\d+)/(\w+)")
_open = io.open


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
        builtins.open = io.open = interactiveshell.io_open = self.open  # type: ignore[attr-defined]

    def take(self, descriptors: list[int]) -> None:
        """Use these from now on."""
        for descriptor in self._descriptors.values():
            with contextlib.suppress(OSError):
                os.close(descriptor)
        self._descriptors = dict(zip(NAMES, descriptors, strict=True))

    def open(self, file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        """As the built-in function."""
        descriptor = self._found(file) if mode in ("r", "rb", "rt") else None
        if descriptor is None:
            return _open(file, mode, *arguments, **options)
        own = os.dup(descriptor)
        os.lseek(own, 0, os.SEEK_SET)
        return _open(own, mode, *arguments, **options)

    def _found(self, file: Any) -> int | None:
        name = os.fspath(file) if isinstance(file, os.PathLike) else file
        path = _PATH.fullmatch(name) if isinstance(name, str) else None
        if path is None or (path[1].isdecimal() and int(path[1]) != os.getpid()):
            return None
        return self._descriptors.get(path[2])
