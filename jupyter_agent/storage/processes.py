"""Which process carries a run out, and whether that very process is gone.

A process number alone is not enough: numbers are used again. With the moment it started (counted from
the machine's start) and the machine's start itself, it names one process and no other.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessIdentity:
    """One process on one machine, for all time."""

    host: str
    pid: int
    started: str
    """The machine's start and the process's, as the kernel tells them."""


@cache
def this_process() -> ProcessIdentity:
    """The process that asks."""
    pid = os.getpid()
    return ProcessIdentity(host=socket.gethostname(), pid=pid, started=_started(pid) or "")


def is_gone(process: ProcessIdentity) -> bool:
    """Whether it surely does not run any more; of another machine's processes nothing is known."""
    if process.host != socket.gethostname():
        return False
    return _started(process.pid) != process.started


def _started(pid: int) -> str | None:
    """None when there is no such process, or when it has ended and only waits to be collected."""
    try:
        # The name stands in parentheses and may hold any bytes; what follows the last one is regular.
        fields = (_PROC / str(pid) / "stat").read_bytes().rpartition(b")")[2].decode().split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, ticks = fields[0], fields[19]
    if state in "ZX":
        return None
    boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    return f"{boot}/{ticks}"
