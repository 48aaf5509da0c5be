"""What this machine can enforce. Asked in the server, before anything is started."""

from __future__ import annotations

import errno
import platform
import sys

from jupyter_agent.errors import KernelRefused

from .landlock import abi_version
from .linux import prctl
from .policy import CHOICES, Machine

_PR_GET_SECCOMP = 21


def detect() -> Machine:
    """The machine's abilities.

    Raises:
        KernelRefused: they are not enough for any profile; the message says what is missing.
    """
    architecture = platform.machine()
    if sys.platform != "linux" or architecture not in ("x86_64", "aarch64"):
        raise _refused(
            f"it needs Linux on x86_64 or aarch64, and this is {platform.system()} on {architecture}"
        )
    try:
        prctl(_PR_GET_SECCOMP)
    except OSError as error:
        if error.errno == errno.EINVAL:
            raise _refused("this system was built without seccomp, which filters system calls") from error
        raise
    abi = abi_version()
    if abi < 1:
        raise _refused("this system does not offer Landlock, which keeps code away from your files")
    return Machine(architecture="x86_64" if architecture == "x86_64" else "aarch64", landlock=abi)


def _refused(why: str) -> KernelRefused:
    return KernelRefused(f"The restricted kernel was not started: {why}.", CHOICES)
