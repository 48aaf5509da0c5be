"""Fills the gaps in the fork server's memory, so that what its kernels make goes to memory of their own.

Python and the C library put a new object where an old one has gone, and such gaps lie all over the heap. In
a fork each of them costs the whole page around it, which Linux copies at the first write: a megabyte and a
half of gaps is four megabytes in every kernel. Only CPython and the GNU C library tell of their gaps;
elsewhere these stay.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile

from . import heap

_CLASS = re.compile(rb"^ *\d+ +(?P<size>\d+) +\d+ +\d+ +(?P<free>\d+) *$", re.MULTILINE)
"""Of a size of Python's small objects: bytes of each, and how many gaps of it there are."""
_BYTES_OBJECT = sys.getsizeof(b"")
_BLOCKS = (65_536, 16_384, 4_096, 2_048, 1_024, 768, 512, 256, 128, 64, 24)
"""Sizes in bytes with which the C library's gaps are filled, the largest first."""

_filling: list[object] = []


def fill() -> None:
    """Fill them, for good."""
    # Filling makes objects of its own: what is left the first time is filled the second.
    for _ in range(2):
        for size, free in _python_gaps():
            _filling.append([_object(size, number) for number in range(free)])
    _fill_c_library()


def _python_gaps() -> list[tuple[int, int]]:
    """Size in bytes and number of the gaps among small objects."""
    if not hasattr(sys, "_debugmallocstats"):
        return []
    with tempfile.TemporaryFile() as file:
        stderr = os.dup(2)
        os.dup2(file.fileno(), 2)
        try:
            sys._debugmallocstats()
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
        file.seek(0)
        return [(int(found["size"]), int(found["free"])) for found in _CLASS.finditer(file.read())]


def _object(size: int, number: int) -> object:
    """A new object of this size, a multiple of 16 bytes."""
    if size <= sys.getsizeof(object()):
        return object()
    return bytes(size - _BYTES_OBJECT) if size > _BYTES_OBJECT else (1 << 40) + number


def _fill_c_library() -> None:
    library = heap.C_LIBRARY
    if library is None:
        return
    for size in _BLOCKS:
        while True:
            before = heap.top(library)
            block = library.malloc(size)
            if heap.top(library) != before:
                # No gap was as large any more.
                library.free(block)
                break
