"""What an attack is, and what is to stop it: values only. The attacks themselves stand in the other files."""

from __future__ import annotations

import platform
import re
from dataclasses import dataclass
from typing import Literal, get_args

from jupyter_agent.kernel.syscalls import Architecture, number

ARCHITECTURE: Architecture = "aarch64" if platform.machine() == "aarch64" else "x86_64"
ProfileName = Literal["strict", "parallel"]
PROFILE_NAMES: tuple[ProfileName, ...] = get_args(ProfileName)


@dataclass(frozen=True)
class By:
    """Who stops an attack, and how that shows: a pattern for the error that the code gets."""

    wall: Literal["landlock", "seccomp", "supervisor", "limits", "not there"]
    shows: str
    older: tuple[int, By] | None = None
    """Where Landlock's version is lower than that, somebody else does."""

    def on(self, landlock: int) -> By:
        """Who stops it where Landlock has that version."""
        return self.older[1] if self.older is not None and landlock < self.older[0] else self


def _errno(*codes: int) -> str:
    return rf"Error: \[Errno ({'|'.join(str(code) for code in codes)})\]"


LANDLOCK = By("landlock", _errno(13))
MOVING = By("landlock", _errno(13, 18))
"""Between folders: also EXDEV, so that programs copy instead."""
SECCOMP = By("seccomp", _errno(1))
SUPERVISOR = By("supervisor", _errno(1))
NETWORK = By("supervisor", _errno(13))
SIGNAL = By("landlock", _errno(1), older=(6, SUPERVISOR))
TOO_MANY = By("supervisor", "RuntimeError: can't start new thread")
TOO_MANY_FOR_LINUX = By("limits", rf"RuntimeError: can't start new thread|{_errno(11)}")
"""Where the supervisor is not asked."""
WORDS = By("supervisor", "This kernel is restricted: it may not")
"""What the supervisor would refuse is refused in words first, if Python knows that it is coming."""
LANDLOCK_OR_SECCOMP = By("landlock", _errno(13), older=(3, By("seccomp", _errno(1, 13, 38))))
"""Emptying a file."""
ABSENT = By("not there", _errno(38))
PRETENDED = By("seccomp", "^$")
"""Nothing is refused, and nothing happens."""


@dataclass(frozen=True, kw_only=True)
class Attack:
    """Code that raises unless it gets what it wants. Names in braces are the victims' (`victims`)."""

    name: str
    code: str
    by: By
    parallel: By | Literal["allowed"] | None = None
    """Who stops it instead in that profile; or that it is what the profile is for."""
    only: ProfileName | None = None
    """The one profile in which it is an attack."""
    plain: bool = True
    """It can be tried in a plain kernel, and succeeds there."""
    effect: bool = False
    """Whether it succeeded shows on the victims only, not in what the code gets."""

    def stopped_by(self, profile: ProfileName, landlock: int) -> By | Literal["allowed"]:
        """What this kernel is to do about it."""
        by = self.parallel if profile == "parallel" and self.parallel is not None else self.by
        return by if by == "allowed" else by.on(landlock)


PRELUDE = """
import ctypes, os
libc = ctypes.PyDLL(None, use_errno=True)  # keeps Python's lock, which a fork would lose
def syscall(number, *words):
    result = libc.syscall(number, *(ctypes.c_long(w) if isinstance(w, int) else w for w in words))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
"""


def raw(code: str) -> str:
    """Code that makes system calls by their names: `socket!(2, 1, 0)`, past all of Python's library."""
    return PRELUDE + re.sub(r"\b([a-z0-9_]+)!\(", lambda match: f"syscall({_number(match[1])}, ", code)


def _number(name: str) -> int:
    found = number(name, ARCHITECTURE)
    # Such a call fails with ENOSYS; attacks with it are only listed where there is one.
    return -1 if found is None else found


def there_is(call: str) -> bool:
    """Whether this processor has the system call."""
    return number(call, ARCHITECTURE) is not None
