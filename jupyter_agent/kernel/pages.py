"""Takes over, all at once, the memory pages that every execution writes to.

After a fork all memory is shared, and the first write to each page stops the program until Linux has copied
it. An execution of one character writes to a thousand pages, since in Python a look at an object is a write
to its count of references: most of the time that it takes goes there. Which pages these are is learned once,
from a trial in a fork, and holds for all forks, whose memory is laid out alike.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

_PAGE = os.sysconf("SC_PAGE_SIZE")
_POPULATE_WRITE = 23
"""MADV_POPULATE_WRITE, since Linux 5.14: an older one refuses it, and nothing is taken over."""
_ENTRY, _RANGE = struct.Struct("=Q"), struct.Struct("=QQ")
_PRESENT, _FILE, _EXCLUSIVE = 1 << 63, 1 << 61, 1 << 56

Range = tuple[int, int]
"""Address and length in bytes."""

_madvise = ctypes.CDLL(None).madvise
_madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)


def written_by(trial: Callable[[], None]) -> tuple[Range, ...]:
    """The memory that `trial` has written to since it last forked. It runs in a fork, which ends."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        _try(trial, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    os.waitpid(process, 0)
    return tuple(_RANGE.iter_unpack(told[: len(told) // _RANGE.size * _RANGE.size]))


def take(ranges: Sequence[Range]) -> None:
    """Make this process's own copies of the pages now."""
    for address, length in ranges:
        # What is not there in this process need not be copied.
        _madvise(address, length, _POPULATE_WRITE)


def _try(trial: Callable[[], None], pipe: int) -> NoReturn:
    """Runs in the fork, and ends with all that the trial has forked."""
    os.setpgid(0, 0)
    try:
        trial()
        for found in _joined(_exclusive()):
            os.write(pipe, _RANGE.pack(*found))
    except BaseException:  # noqa: BLE001 - kernels are slower then; the server's log says why
        os.write(2, traceback.format_exc().encode())
    finally:
        os.killpg(0, signal.SIGKILL)
        os._exit(1)


def _exclusive() -> Iterator[int]:
    """Addresses of the pages of memory that this process shares with no other one."""
    with Path("/proc/self/pagemap").open("rb", buffering=0) as pagemap:
        for start, end in _writable():
            pagemap.seek(start // _PAGE * _ENTRY.size)
            entries = pagemap.read((end - start) // _PAGE * _ENTRY.size)
            for number, (entry,) in enumerate(_ENTRY.iter_unpack(entries)):
                if entry & _PRESENT and entry & _EXCLUSIVE and not entry & _FILE:
                    yield start + number * _PAGE


def _writable() -> Iterator[Range]:
    """Start and end of the private memory that can be written to."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        span, rights = line.split(maxsplit=2)[:2]
        if rights.startswith("rw") and rights.endswith("p"):
            start, _, end = span.partition("-")
            yield int(start, 16), int(end, 16)


def _joined(addresses: Iterator[int]) -> Iterator[Range]:
    """Ranges of pages that follow one another."""
    start = end = next(addresses, 0)
    for address in addresses:
        end += _PAGE
        if address != end:
            yield start, end - start
            start = end = address
    if start:
        yield start, end + _PAGE - start
