"""Measures what an execution uses, all processes together, and says what is too much.

Limits that Linux enforces hold for one process each (`limits.py`). These hold for the kernel as a whole: what
they miss between two looks is bounded by the others.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import stat
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from jupyter_agent.steps import Meter
from jupyter_agent.trees import DEEPEST, entries_in

from .limits import Limits
from .processes import (
    bytes_on_disk,
    members,
    processor_seconds,
    share_bytes,
    unnamed_files,
)
from .publisher import Publisher
from .shared_memory import SharedMemory
from .workers import Workers

_TICK = 0.5
"""Seconds between two looks."""
_SHORT = 0.02
"""Seconds of an execution whose use of the processor is not counted."""
_WORKSPACE_TICKS = 4
"""Folders are slower to look through."""
_ROOM_SECONDS = 0.02
"""Until the memory of a process that was ended is free."""
_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Excess:
    """Why an execution has to end."""

    name: str
    """What the error is called."""
    sentence: str


UNMEASURED = Excess("Unmeasured", "What the code used could not be measured, so it was ended.")


@dataclass(frozen=True, slots=True)
class Budgets:
    """The limits, and the folders whose size counts."""

    limits: Limits
    folders: tuple[Path, ...]
    """Where it may write: the workspace, and what it has for itself."""
    shared: SharedMemory | None = None
    """Where it may use shared memory."""

    def begin(self) -> None:
        """An execution begins."""
        if self.shared is not None:
            self.shared.begin()

    async def measure(
        self, workers: Workers, publisher: Publisher
    ) -> AsyncIterator[tuple[Meter, Excess | None]]:
        """What the execution that just began uses, twice a second, and whether that is too much."""
        began = time.monotonic()
        # Most executions end before there is anything to measure.
        await asyncio.sleep(_SHORT)
        used_before = processor_seconds(members())
        used = 0.0
        size, files = 0, 0
        took = 0.0
        for tick in itertools.count():
            # With hundreds of processes a look takes long: they are to have the processor, too.
            await asyncio.sleep(max(_TICK, took))
            looked = time.monotonic()
            if tick % _WORKSPACE_TICKS == 0:
                size, files = await asyncio.to_thread(self._workspace_size)
            memory = await self._memory(workers)
            processes = members()
            if self.shared is not None:
                memory = await asyncio.to_thread(self.shared.memory, processes, memory)
            # Where code does not want to know how its children end, nobody waits for them: it gets less then.
            used = max(used, processor_seconds(processes) - used_before)
            meter = Meter(
                seconds=round(time.monotonic() - began, 1),
                memory=memory,
                memory_limit=self.limits.memory_mb * _MB,
                snapshots=len(workers.points),
                snapshot_memory=workers.snapshot_bytes(),
                processor=round(used, 2),
                processes=len(processes) - len(workers.frozen),
                workspace=size,
                workspace_files=files,
                output=publisher.characters,
            )
            took = time.monotonic() - looked
            yield meter, self._excess(meter)

    async def _memory(self, workers: Workers) -> int:
        """The memory of all processes, once snapshots have made room where there is too little."""
        limit = self.limits.memory_mb * _MB
        while True:
            # Shares are dear to ask for, and code that starts threads waits for this process meanwhile.
            memory = await asyncio.to_thread(_shares, members())
            if memory <= limit or not workers.make_room(memory - limit):
                return memory
            await asyncio.sleep(_ROOM_SECONDS)

    def _excess(self, meter: Meter) -> Excess | None:
        limits = self.limits
        if meter.memory > meter.memory_limit:
            return _excess("MemoryBudget", f"used more than the {limits.memory_mb:,} MB of memory")
        if limits.processor_seconds and meter.processor > limits.processor_seconds:
            time_limit = f"the {limits.processor_seconds:,} s of processor time"
            return _excess("ProcessorBudget", f"used more than {time_limit}")
        if meter.workspace > limits.workspace_mb * _MB:
            return _excess("WorkspaceBudget", f"wrote more than the {limits.workspace_mb:,} MB of files")
        if meter.workspace_files > limits.workspace_files:
            return _excess("WorkspaceBudget", f"made more than the {limits.workspace_files:,} files")
        return None

    def _workspace_size(self) -> tuple[int, int]:
        """Bytes and number of the files; no further than it takes to know that they are too many."""
        size, files = unnamed_files(members(), self.folders, largest=self.limits.file_size_mb * _MB)
        for folder in self.folders:
            for entry in entries_in(folder):
                try:
                    status = entry.stat(follow_symlinks=False)
                except OSError:
                    continue
                size += bytes_on_disk(status)
                files += 1
                if len(entry.path) >= len(str(folder)) + DEEPEST or _is_closed(status):
                    # What is in it cannot be counted.
                    files += self.limits.workspace_files
                if files > self.limits.workspace_files:
                    return size, files
        return size, files


def _is_closed(entry: os.stat_result) -> bool:
    """Whether it is a folder whose owner, who is the code, may not look into it."""
    return stat.S_ISDIR(entry.st_mode) and entry.st_mode & 0o500 != 0o500


def _shares(processes: list[int]) -> int:
    return sum(map(share_bytes, processes))


def _excess(name: str, what: str) -> Excess:
    return Excess(name, f"The code {what} that it may, so it was ended.")
