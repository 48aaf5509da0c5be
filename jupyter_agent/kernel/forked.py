"""Lets a fork of the worker tell something, and ends it: whatever the user's objects do there, the worker
goes on as it was. It tells one JSON value a line, each time that it knows better; the last one counts.
"""

from __future__ import annotations

import json
import os
import signal
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from . import refusals
from .linux import readable

_RECEIVED_BYTES = 256 * 1024

Telling = Callable[[], Iterator[object]]


def told(telling: Telling, seconds: float) -> Any:
    """The last value that a fork tells within `seconds`; None if it tells nothing.

    Raises:
        OSError: no fork can be made.
    """
    reading, writing = os.pipe()
    try:
        process = fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        raise
    if process == 0:
        _tell(writing, telling)
    os.close(writing)
    try:
        return _hear(reading, time.monotonic() + seconds)
    finally:
        os.close(reading)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


def fork() -> int:
    """As `os.fork`, for forks that the front expects."""
    with refusals.snapshot(), warnings.catch_warnings():
        # The front has looked for threads that matter.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _tell(pipe: int, telling: Telling) -> NoReturn:
    """Runs in the forked process."""
    try:
        for value in telling():
            line = memoryview(json.dumps(value).encode() + b"\n")
            while line:
                line = line[os.write(pipe, line) :]
    finally:
        os._exit(0)


def _hear(pipe: int, deadline: float) -> Any:
    text = b""
    while (left := deadline - time.monotonic()) > 0 and readable(pipe, left):
        piece = os.read(pipe, _RECEIVED_BYTES)
        if not piece:
            break
        text += piece
    lines = text.split(b"\n")[:-1]
    return json.loads(lines[-1]) if lines else None
