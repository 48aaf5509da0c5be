"""What Linux tells the front about the processes of its kernel.

All of them are in the front's own process group, which none of them can leave: that is how a process number
that the worker tells is known to be one of them.
"""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

BLOCK = 512
"""What Linux counts a file's space in."""
_MOST_PASSES = 1_000
"""Code whose processes do nothing but start the next one and end is met in one of a few dozens."""
_TICKS = os.sysconf("SC_CLK_TCK")

_SURVIVES_A_FORK = frozenset({"jemalloc_bg_thd"})
"""Threads whose library stops and starts them around a fork. OpenBLAS does so, too, under Python's name."""
_PYTHON = "python"
_LOST_IN_A_FORK = ("libgomp", "libiomp", "libomp")
"""Libraries that hang in a fork once their threads exist, which bear Python's name."""


class Foreign(Exception):
    """A process that is not one of this kernel's, or not any more."""


@dataclass(frozen=True, slots=True)
class Process:
    """One of the kernel's processes. `handle` is a pidfd: it never means another one."""

    id: int
    handle: int

    @classmethod
    def of(cls, process: int) -> Process:
        """The process with this number.

        Raises:
            Foreign: it is not one of this kernel's.
        """
        try:
            handle = os.pidfd_open(process)
        except (OSError, OverflowError) as error:
            raise Foreign(process) from error
        if process == os.getpid() or group_of(process) != os.getpgrp():
            os.close(handle)
            raise Foreign(process)
        return cls(process, handle)

    def signal(self, number: int) -> None:
        """Send a signal; nothing if it has ended."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, number)

    def release(self) -> None:
        """Let go of it."""
        os.close(self.handle)

    def close(self) -> None:
        """End it, and let go of it."""
        self.signal(signal.SIGKILL)
        self.release()
        # It is a child of the front or of another process, which collects it then.
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.id, os.WNOHANG)


def stat_fields(process: int) -> list[bytes]:
    """What follows the name, which may hold any bytes: state, parent, group…; nothing if it is not there."""
    try:
        return Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def group_of(process: int) -> int | None:
    """The process group; None if there is no such process."""
    # One call instead of a file: `members` asks for every process of the machine, before each execution.
    try:
        return os.getpgid(process)
    except ProcessLookupError:
        return None


def process_of(thread: int) -> int | None:
    """The process that a thread belongs to; None if there is no such thread."""
    try:
        lines = Path(f"/proc/{thread}/status").read_text(errors="replace").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith("Tgid:")), None)


def threads_of(process: int) -> int:
    """How many threads it has; 0 if there is no such process."""
    try:
        # Of the links to a folder two are its own, the others its subfolders'.
        return os.stat(f"/proc/{process}/task").st_nlink - 2  # noqa: PTH116 - for hundreds of them
    except (FileNotFoundError, ProcessLookupError):
        return 0


def members() -> list[int]:
    """All processes of this kernel but the front."""
    group, front = os.getpgrp(), os.getpid()
    numbers = (int(name) for name in os.listdir("/proc") if name.isdecimal())  # noqa: PTH208
    return [number for number in numbers if number != front and group_of(number) == group]


def end_members(*, but: Collection[int]) -> None:
    """End all processes of this kernel but these and the front, though they may start others meanwhile."""
    ended: set[int] = set()
    for _ in range(_MOST_PASSES):
        found = [process for process in members() if process not in but and process not in ended]
        if not found:
            return
        for process in found:
            signal_member(process, signal.SIGKILL)
        ended.update(found)
        collect_ended()


def signal_member(process: int, number: int) -> None:
    """Send a signal to one of this kernel's processes; nothing if it has ended."""
    try:
        named = Process.of(process)
    except Foreign:
        return
    named.signal(number)
    named.release()


def collect_ended() -> None:
    """Let the system forget the front's children that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def processor_seconds(processes: Iterable[int]) -> float:
    """What these processes have used of the processor so far, and what has ended and was waited for.

    The time of what ends goes over to what waits for it, in the end to this process: the sum stays.
    """
    ticks = sum(sum(map(int, stat_fields(process)[11:15])) for process in processes)
    ended = os.times()
    return ticks / _TICKS + ended.children_user + ended.children_system


def processor_nanoseconds(processes: Iterable[int]) -> int:
    """The same for all of them, exactly: whether it is what it was tells whether any of them has run."""
    used = 0
    for process in processes:
        with contextlib.suppress(OSError):
            # How the system numbers the clock of another process's time on the processor.
            used += time.clock_gettime_ns(~process << 3 | 2)
    return used


def share_bytes(process: int) -> int:
    """Its proportional share of memory: shared pages count in parts, so that shares can be added up."""
    return next((int(line.split()[1]) * 1024 for line in _rollup(process) if line.startswith("Pss:")), 0)


def share_in_parts(process: int) -> tuple[int, int]:
    """Its share without, and within, files of shared memory; both of the same moment."""
    sizes = {"Pss:": 0, "Pss_Shmem:": 0}
    for name, size, *_ in map(str.split, _rollup(process)):
        if name in sizes:
            sizes[name] = int(size) * 1024
    return sizes["Pss:"] - sizes["Pss_Shmem:"], sizes["Pss_Shmem:"]


def own_bytes(process: int) -> int:
    """What would be free without it: the memory that it shares with no other process."""
    return sum(
        int(line.split()[1]) * 1024 for line in _rollup(process) if line.startswith(("Private_", "Swap:"))
    )


def _rollup(process: int) -> list[str]:
    try:
        return Path(f"/proc/{process}/smaps_rollup").read_text(errors="replace").splitlines()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return []


def bytes_on_disk(file: os.stat_result) -> int:
    """What a file takes: its size, or the space that is kept for it beyond its end."""
    return max(file.st_size, file.st_blocks * BLOCK)


def unnamed_files(processes: Iterable[int], folders: Iterable[Path], *, largest: int) -> tuple[int, int]:
    """Bytes and number of the files that only these processes hold: no folder shows them.

    Linux does not tell how large a file is that is mapped and not open. Of these only what was in `folders`
    counts, as large as a file may be, which is `largest`: libraries that were replaced are mapped, too.
    """
    opened: dict[tuple[int, int], int] = {}
    mapped: set[int] = set()
    beginnings = tuple(os.fsencode(folder) + b"/" for folder in folders)
    for process in processes:
        opened |= _unnamed_open(process)
        mapped |= _unnamed_mapped(process, beginnings)
    # The same file's device is not the same number everywhere.
    only_mapped = mapped - {number for _, number in opened}
    return sum(opened.values()) + len(only_mapped) * largest, len(opened) + len(only_mapped)


def _unnamed_open(process: int) -> dict[tuple[int, int], int]:
    found = {}
    with contextlib.suppress(OSError), os.scandir(f"/proc/{process}/fd") as descriptors:
        for descriptor in descriptors:
            # It may have been closed meanwhile.
            with contextlib.suppress(OSError):
                file = descriptor.stat()
                if stat.S_ISREG(file.st_mode) and file.st_nlink == 0:
                    found[file.st_dev, file.st_ino] = bytes_on_disk(file)
    return found


def _unnamed_mapped(process: int, beginnings: tuple[bytes, ...]) -> set[int]:
    found = set()
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/maps").read_bytes().splitlines():
            if line.endswith(b" (deleted)"):
                # Addresses, rights, offset, device, number, path.
                *_, number, path = line.split(maxsplit=5)
                if path.startswith(beginnings):
                    found.add(int(number))
    return found


def fork_hazards(process: int) -> tuple[str, ...]:
    """Threads of `process` that would be missed in a fork of it, by their libraries' names."""
    names = []
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for thread in os.listdir(f"/proc/{process}/task"):  # noqa: PTH208
            if int(thread) != process:
                comm = Path(f"/proc/{process}/task/{thread}/comm").read_text(errors="replace")
                names.append(comm.strip())
    hazards = {name for name in names if name not in _SURVIVES_A_FORK and not name.startswith(_PYTHON)}
    if names:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            maps = Path(f"/proc/{process}/maps").read_text(errors="replace")
            hazards |= {library for library in _LOST_IN_A_FORK if library in maps}
    return tuple(sorted(hazards))
