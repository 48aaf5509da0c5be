"""What this machine can enforce. Asked in the server, before anything is started."""

from __future__ import annotations

import os
import platform
import sys

from jupyter_agent.errors import KernelRefused

from .landlock import abi_version
from .policy import CHOICES, Machine
from .seccomp import can_notify
from .syscalls import Architecture

PRETENDED_LANDLOCK = "JUPYTER_AGENT_LANDLOCK_ABI"
"""For tests: the environment variable with the version of Landlock that this machine is to be taken for. It
can only be lower than the real one: the kernel is not less restricted then, other rules take its place."""


def detect() -> Machine:
    """The machine's abilities.

    Raises:
        KernelRefused: they are not enough for any profile; the message says what is missing.
    """
    architecture = _architecture()
    if not can_notify(architecture):
        raise _refused(
            "this system does not offer seccomp with notifications, which filters and watches system calls"
        )
    abi = abi_version()
    if pretended := os.environ.get(PRETENDED_LANDLOCK):
        abi = min(abi, int(pretended))
    if abi < 1:
        raise _refused("this system does not offer Landlock, which keeps code away from your files")
    return Machine(architecture=architecture, landlock=abi)


def _architecture() -> Architecture:
    if sys.platform == "linux":
        match platform.machine():
            case "x86_64":
                return "x86_64"
            case "aarch64":
                return "aarch64"
    raise _refused(
        f"it needs Linux on x86_64 or aarch64, and this is {platform.system()} on {platform.machine()}"
    )


def _refused(why: str) -> KernelRefused:
    return KernelRefused(f"The restricted kernel was not started: {why}.", CHOICES)
