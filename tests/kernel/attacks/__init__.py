"""All attacks, by subject. KERNEL.md's list of what a kernel has to survive, and more of the same kinds."""

from __future__ import annotations

from .attack import Attack
from .files import FILES
from .network import NETWORK
from .privileges import PRIVILEGES
from .processes import PROCESSES
from .programs import PROGRAMS

ATTACKS: tuple[Attack, ...] = (*FILES, *PROCESSES, *PROGRAMS, *NETWORK, *PRIVILEGES)

__all__ = ["ATTACKS", "Attack"]
