"""How many threads and processes a kernel has, and whether one more may start.

Linux has a limit for all tasks of a user together (RLIMIT_NPROC): one kernel would use up another's. This one
is a kernel's own, since the supervisor is asked for each task before it starts. Not where code may start
processes: there Linux counts (`rules_calls.for_worker` says why).

Looking costs a millisecond, so it is done only when as many have started as fitted in at the last look. What
was let in and may not be there yet counts, too: a call that proceeds takes a while, and the next one may be
decided meanwhile. In doubt a task counts twice, never not at all.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from .processes import collect_ended, group_of, members, threads_of
from .syscalls import Architecture, number

STARTING = ("fork", "vfork", "clone")
"""The calls that start a task."""
_BESIDE_THE_POINTS = 2
"""The fork for the next execution, and one that looks at variables or keeps them."""


class View(Protocol):
    """The kernel's tasks as Linux shows them."""

    def count(self) -> int:
        """All of them but the front's."""

    def is_starting(self, thread: int) -> bool:
        """Whether the call with which that thread starts a task may still be under way."""


class Tasks:
    """Lets tasks in as long as there is room."""

    def __init__(self, most: int, *, snapshots: int, view: View) -> None:
        """`most` is for the code; the snapshots that a kernel may have come on top."""
        self.most = most
        self._all = most + snapshots + _BESIDE_THE_POINTS
        self._view = view
        self._room = 0
        """What fits in for certain, whatever has ended since the last look."""
        self._callers: set[int] = set()
        """Threads that were let start a task, perhaps have not yet."""

    def has_room(self, caller: int) -> bool:
        """Whether that thread may start a task."""
        # It calls again, so it is done with what it was let start before.
        self._callers.discard(caller)
        if self._room <= 0:
            self._look()
        return self._room > 0

    def let_in(self, caller: int) -> None:
        """That thread starts a task now."""
        self._room -= 1
        self._callers.add(caller)

    def _look(self) -> None:
        # In this order: what is not under way any more will be seen.
        self._callers = {caller for caller in self._callers if self._view.is_starting(caller)}
        self._room = self._all - len(self._callers) - self._view.count()


class LinuxView:
    """`View` from the front, which is in the kernel's process group and may read /proc."""

    def __init__(self, architecture: Architecture) -> None:
        self._numbers = {str(number(call, architecture)) for call in STARTING}

    def count(self) -> int:
        # What has ended and was left to the front would count for ever.
        collect_ended()
        return sum(map(threads_of, members()))

    def is_starting(self, thread: int) -> bool:
        try:
            call = Path(f"/proc/{thread}/syscall").read_text().split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return False
        except PermissionError:
            # Some systems tell nobody, and the number may be somebody else's by now.
            return group_of(thread) == os.getpgrp()
        return call == "running" or call in self._numbers
