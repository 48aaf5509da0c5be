"""The C library's heap in the fork server and the workers: in large pages, and given back before each fork.

Memory that a program has freed stays with its process. A snapshot would share it, so that the next program
had to wait for a copy of each page of what is nothing any more; with threads on several processors, each of
these copies interrupts the others. So the worker gives it back before it splits off a snapshot, and takes it
anew in pages of 2 MB, which is faster than a plain process that still has it in pages of 4 kB.

Only the GNU C library tells where its heap ends; elsewhere nothing of this is done.
"""

from __future__ import annotations

import ctypes
import mmap
from dataclasses import dataclass

_MB = 2**20
_RESERVE = 64 * _MB
"""What the heap grows by, at least."""
_KEPT = 256 * _MB
"""What may be free at its end while a program runs: more is given back at once."""
_LARGEST = 32 * _MB
"""Blocks from this size on lie outside of the heap: the largest size that the library accepts here."""
_LARGE_PAGE = 2 * _MB
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3
_NAMES = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"


class _Statistics(ctypes.Structure):
    """`struct mallinfo2`, of which `keepcost` is what is left above all blocks."""

    _fields_ = [(name, ctypes.c_size_t) for name in _NAMES.split()]


@dataclass(frozen=True, slots=True)
class Top:
    """What the heap has above all blocks: addresses, in bytes."""

    heap: int
    """All that the heap has taken from the system."""
    free: int


def _library() -> ctypes.CDLL | None:
    library = ctypes.CDLL(None)
    if not hasattr(library, "mallinfo2"):
        return None
    library.mallinfo2.restype = _Statistics
    library.malloc.argtypes, library.malloc.restype = (ctypes.c_size_t,), ctypes.c_void_p
    library.free.argtypes = (ctypes.c_void_p,)
    library.malloc_trim.argtypes = (ctypes.c_size_t,)
    library.sbrk.argtypes, library.sbrk.restype = (ctypes.c_ssize_t,), ctypes.c_void_p
    library.madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    return library


C_LIBRARY = _library()
"""With the types of the functions that are used here and in `gaps`; None if it is another one."""


def top(library: ctypes.CDLL) -> Top:
    """How it is now."""
    statistics = library.mallinfo2()
    return Top(heap=statistics.arena, free=statistics.keepcost)


def reserve() -> None:
    """Have what the heap grows by lie in large pages, in this process and its forks."""
    if C_LIBRARY is None:
        return
    # The last is what the library comes to by itself otherwise, with the first such block that is freed.
    C_LIBRARY.mallopt(_TOP_PAD, _RESERVE)
    C_LIBRARY.mallopt(_TRIM_THRESHOLD, _KEPT)
    C_LIBRARY.mallopt(_MMAP_THRESHOLD, _LARGEST)
    _grow(C_LIBRARY)


def release() -> None:
    """Give back what is free, and have what comes next lie in large pages again."""
    if C_LIBRARY is None:
        return
    C_LIBRARY.malloc_trim(0)
    _grow(C_LIBRARY)


def _grow(library: ctypes.CDLL) -> None:
    """Make room at the end of the heap: addresses, for which memory comes with the first use."""
    # Larger than what can be left there.
    library.free(library.malloc(_LARGEST - _MB))
    end = library.sbrk(0)
    # A little more is no reason to take a large page.
    begin = -(-(end - top(library).free + _LARGE_PAGE) // _LARGE_PAGE) * _LARGE_PAGE
    if begin < end:
        # Advice only: whatever lies there meanwhile stays as it is.
        library.madvise(begin, end - begin, mmap.MADV_HUGEPAGE)
