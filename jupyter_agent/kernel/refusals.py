"""Says in words what the kernel is about to refuse. This protects nothing: without it Linux refuses the same,
with "Operation not permitted" and no reason."""

from __future__ import annotations

import errno

_PROGRAMS = frozenset(
    {
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.spawn",
        "os.system",
        "pty.spawn",
        "subprocess.Popen",
    }
)
_NETWORK = frozenset(
    {"socket.bind", "socket.connect", "socket.getaddrinfo", "socket.gethostbyaddr", "socket.gethostbyname"}
)


def refusal(what: str) -> PermissionError:
    """The exception for something this kernel does not do."""
    return PermissionError(errno.EACCES, f"This kernel is restricted: it may not {what}")


def explain(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook: raises for what would fail anyway."""
    if event in _PROGRAMS:
        if event in ("os.fork", "os.forkpty"):
            raise refusal("start another process")
        raise refusal(f"start another program (`{_words(arguments)[:80]}`)")
    if event in _NETWORK:
        raise refusal("use the network")


def _words(arguments: tuple[object, ...]) -> str:
    """The program and its arguments, in whichever form the caller passed them."""
    command = (
        arguments[1] if len(arguments) > 1 and isinstance(arguments[1], (list, tuple)) else arguments[:1]
    )
    return " ".join(
        word.decode(errors="replace") if isinstance(word, bytes) else str(word) for word in command
    )
