"""How a process ended, in words for a person."""

from __future__ import annotations

import signal


def reason(status: int | None) -> str:
    """What to say after `it ended`, from its exit status: negative for a signal, None if unknown."""
    if status is None:
        return ""
    if status >= 0:
        return f": the code ended it, with exit status {status}"
    match -status:
        case signal.SIGKILL:
            return ": it was killed, most likely because memory ran out"
        case signal.SIGSEGV | signal.SIGBUS | signal.SIGABRT | signal.SIGILL | signal.SIGFPE:
            return f": it crashed ({signal.Signals(-status).name})"
        case number:
            return f": it was ended by signal {number}"
