"""How much a kernel may use, as configured, and what that means for one process of this machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_MB = 1024 * 1024
_ADDRESS_HEADROOM = 3072 * _MB
"""Libraries reserve address space that they never use; only what is written to counts as memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the provisioner's traits say."""

    memory_mb: int = 5120
    file_size_mb: int = 2048
    processes: int = 512
    """Of this kernel, threads included (`tasks`); where processes are allowed, beside what the user has."""
    open_files: int = 768
    """Linux counts the descriptors that a user's programs have sent to each other and not taken yet, and lets
    none send more than it may have open itself: most may 1024, and one message can hold 253."""
    processor_seconds: int = 0
    """Of one execution, all its threads and processes together; 0: as much as it likes."""
    workspace_mb: int = 10_240
    workspace_files: int = 20_000
    output_mb: int = 50
    """Millions of characters that one execution may show."""
    snapshots: int = 5
    """Points to go back to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What there is before any user code runs; the limits come on top."""

    data: int
    """Bytes of this process's writable memory."""
    addresses: int
    """Bytes of this process's address space."""
    tasks: int
    """Processes and threads of this user: Linux counts them all together."""


_FRONT_AND_SNAPSHOTS = 32
"""Tasks that a kernel needs besides those of the code: the front's threads, and one for each snapshot."""
_TIMERS = 1024
"""Linux counts timers and waiting signals of all the user's programs together, and nobody needs many."""


def worker_limits(limits: Limits, usage: Usage, *, count_tasks: bool) -> Mapping[str, int]:
    """The values for `setrlimit`, by the names of the constants without `RLIMIT_`, for the user's code.

    `count_tasks`: Linux is to count them, since the front is not asked.
    """
    memory = limits.memory_mb * _MB
    tasks = {"NPROC": usage.tasks + limits.processes + _FRONT_AND_SNAPSHOTS} if count_tasks else {}
    return (
        front_limits(limits)
        | tasks
        | {
            "DATA": usage.data + memory,
            "AS": usage.addresses + memory + _ADDRESS_HEADROOM,
            "FSIZE": limits.file_size_mb * _MB,
            "SIGPENDING": _TIMERS,
            # Whoever may use the processor ahead of others should not do so here.
            "RTPRIO": 0,
            "NICE": 0,
        }
    )


def front_limits(limits: Limits) -> dict[str, int]:
    """The same for trusted code, whose memory and threads nobody bounds."""
    return {"NOFILE": limits.open_files, "MEMLOCK": 65_536, "MSGQUEUE": 0, "CORE": 0}
