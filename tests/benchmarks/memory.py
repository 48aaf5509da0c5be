"""Memory of many idle kernels: what each takes alone, and all of them with the fork server.

A kernel is its front, its worker and, until it has been idle for a while, the worker's snapshot. Memory is
counted as proportional shares (PSS of /proc/*/smaps_rollup: what is private, and a fair part of what is
shared), so that the shares of all processes add up to what is really used. MB are millions of bytes. Each
kernel has numpy, pandas and matplotlib, has shown a table and has been idle for a while: shortly after an
execution a restricted one keeps more, for the next. Of plain kernels, which share next to nothing, a few are
enough.
"""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

from .kernels import LIBRARIES, Kernel, fork_server, kernelspecs, running
from .tables import Rows, add, say, table
from .targets import Figures, Size

_PLAIN = 3
_MB = 1_000_000
_WORK = f"{LIBRARIES}\npandas.DataFrame({{'a': range(10), 'b': 'text'}})"


def measure(size: Size) -> Figures:
    rows: Rows = {}
    with kernelspecs(), contextlib.ExitStack() as alive:
        kernels = [_worked(alive, "plain") for _ in range(min(_PLAIN, size.kernels))]
        kernels += [_worked(alive, "restricted") for _ in range(size.kernels)]
        time.sleep(size.idle_seconds)
        for kernel in kernels:
            processes = kernel.processes()
            found = {
                ("an idle kernel", "MB"): share(processes),
                ("  private to one of its processes", "MB"): private(processes),
                ("  its processes", ""): len(processes),
            }
            add(rows, kernel.kind, found)
        server = fork_server()
        # The spare kernel that waits for the next start belongs to it, too.
        own = [server, *(child for child in server.children() if child.pid not in _ids(kernels))]
        many = [process for kernel in kernels[-size.kernels :] for process in kernel.processes()]
        total = share([*own, *many])
        table(rows)
        say(f"the fork server and its spare kernel: {share(own):.0f} MB")
        say(f"{size.kernels} restricted kernels with the fork server: {total:.0f} MB")
    return {
        "memory_each": statistics.median(rows["an idle kernel", "MB"]["restricted"]),
        "memory_all": total,
    }


def share(processes: Iterable[psutil.Process]) -> float:
    """The processes' proportional shares together, in MB."""
    return sum(_rolled_up(process, "Pss:", "SwapPss:") for process in processes)


def private(processes: Iterable[psutil.Process]) -> float:
    """What each of the processes shares with no other, in MB."""
    return sum(_rolled_up(process, "Private_Clean:", "Private_Dirty:", "Swap:") for process in processes)


def _rolled_up(process: psutil.Process, *names: str) -> float:
    try:
        text = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0  # a spare one that ended meanwhile
    lines = (line.split() for line in text.splitlines()[1:])
    return sum(int(line[1]) for line in lines if line[0] in names) * 1024 / _MB


def _worked(alive: contextlib.ExitStack, kind: str) -> Kernel:
    kernel = alive.enter_context(running(kind))
    kernel.do(_WORK)
    kernel.do("1")
    return kernel


def _ids(kernels: Iterable[Kernel]) -> set[int]:
    return {process.pid for kernel in kernels for process in kernel.processes()}
