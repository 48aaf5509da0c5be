"""The parent of the fork server: sees that nothing of its kernels outlives it, however it ended.

A kernel's front ends with the fork server, and its worker with the front; but what the code has started knows
nothing of either. Linux hands such orphans to this process, which does nothing else.
"""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path
from typing import NoReturn

from jupyter_agent.trees import remove_quietly

from .private_folder import remove_abandoned


class _Asked(Exception):
    """Somebody wants all of it to end."""


def watch(fork_server: int, folder: Path) -> NoReturn:
    """Wait for the end of the fork server, a child; then end what is left and remove its folder.

    SIGTERM ends the fork server, too.
    """

    def end(*_: object) -> None:
        raise _Asked

    signal.signal(signal.SIGTERM, end)
    with contextlib.suppress(_Asked):
        remove_abandoned(folder.parent)
        os.waitpid(fork_server, 0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _end_children()
    remove_quietly(folder)
    os._exit(0)


def _end_children() -> None:
    """End all children, and theirs, which become this process's as soon as they have lost their parents."""
    with contextlib.suppress(ChildProcessError):
        while True:
            for child in _children():
                # Its number cannot be another one's before it is collected here.
                os.kill(child, signal.SIGKILL)
            os.waitpid(-1, 0)


def _children() -> list[int]:
    own, children = str(os.getpid()), []
    for name in os.listdir("/proc"):  # noqa: PTH208
        if name.isdecimal():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                # The fields after the name, which may hold anything: state, parent.
                if Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()[1] == own:
                    children.append(int(name))
    return children
