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
from .processes import stat_fields


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
    own = str(os.getpid()).encode()
    numbers = (int(name) for name in os.listdir("/proc") if name.isdecimal())  # noqa: PTH208
    return [number for number in numbers if stat_fields(number)[1:2] == [own]]
