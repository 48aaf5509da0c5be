"""What code keeps in the folder of shared memory: files that are memory, whether anybody maps them or not.

The folder is everybody's, and Linux does not tell who made a file in it. So what changed while code ran
counts as the code's, from then on and until it is gone. Belongs to the front.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Iterable
from pathlib import Path

from .processes import BLOCK, share_in_parts


class SharedMemory:
    """The memory in a folder that counts as the code's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._since = time.time()
        self._known: set[int] = set()

    def begin(self) -> None:
        """Code begins to run."""
        # What the code before has made since the last look is known from here on.
        self._files_bytes()
        self._since = time.time()

    def memory(self, processes: Iterable[int], memory: int) -> int:
        """What these processes use: their shares, which are `memory`, and files not mapped. Blocking."""
        if not self._files_bytes():
            return memory
        parts = [share_in_parts(process) for process in processes]
        mapped = sum(shared for _, shared in parts)
        # Looked at last: what is mapped is not removed before it is counted.
        return sum(apart for apart, _ in parts) + max(mapped, self._files_bytes())

    def _files_bytes(self) -> int:
        found = {}
        with contextlib.suppress(OSError), os.scandir(self._folder) as entries:
            for entry in entries:
                # It may be removed meanwhile.
                with contextlib.suppress(OSError):
                    file = entry.stat(follow_symlinks=False)
                    if self._counts(file):
                        found[file.st_ino] = file.st_blocks * BLOCK
        self._known = set(found)
        return sum(found.values())

    def _counts(self, file: os.stat_result) -> bool:
        changed = file.st_ino in self._known or file.st_ctime >= self._since
        return changed and stat.S_ISREG(file.st_mode) and file.st_uid == os.getuid()
