"""Says in words what the kernel is about to refuse. This protects nothing: without it Linux refuses the same,
with "Operation not permitted" and no reason.

It also knows what it kept from being tried, which the front's supervisor therefore never sees, and tells it.
"""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Callable, Iterator
from typing import Literal

from .policy import Profile

RefusalKind = Literal["network", "program", "process"]
Tell = Callable[[RefusalKind, str], None]

_PROCESSES = frozenset({"os.fork", "os.forkpty"})
_PROGRAMS = frozenset({"os.exec", "os.posix_spawn", "os.spawn", "os.system", "pty.spawn", "subprocess.Popen"})
_NETWORK = frozenset(
    {"socket.bind", "socket.connect", "socket.getaddrinfo", "socket.gethostbyaddr", "socket.gethostbyname"}
)
EVENTS = _PROCESSES | _PROGRAMS | _NETWORK
"""The audit events that announce them."""

_snapshots = 0


def refusal(what: str) -> PermissionError:
    """The exception for something this kernel does not do."""
    return PermissionError(errno.EACCES, f"This kernel is restricted: it may not {what}")


def refused(event: str, arguments: tuple[object, ...], profile: Profile) -> tuple[RefusalKind, str] | None:
    """What an audit event is about to do in vain, or None if it may go on."""
    if event in _PROCESSES and not profile.may_fork and not _snapshots:
        return "process", "start another process"
    if event in _PROGRAMS and not profile.may_execute:
        return "program", f"start another program (`{_words(arguments)[:80]}`)"
    if event in _NETWORK:
        return "network", "use the network"
    return None


def explain(profile: Profile, tell: Tell) -> Callable[[str, tuple[object, ...]], None]:
    """What hears `EVENTS` and raises for what would fail anyway, after it told somebody what that was."""

    def heard(event: str, arguments: tuple[object, ...]) -> None:
        found = refused(event, arguments, profile)
        if found is not None:
            tell(*found)
            raise refusal(found[1])

    return heard


@contextlib.contextmanager
def snapshot() -> Iterator[None]:
    """For the fork that the front expects: it is not the code's."""
    global _snapshots
    _snapshots += 1
    try:
        yield
    finally:
        _snapshots -= 1


def _words(arguments: tuple[object, ...]) -> str:
    """The program and its arguments, in whichever form the caller passed them."""
    command = (
        arguments[1] if len(arguments) > 1 and isinstance(arguments[1], (list, tuple)) else arguments[:1]
    )
    return " ".join(
        word.decode(errors="replace") if isinstance(word, bytes) else str(word) for word in command
    )
