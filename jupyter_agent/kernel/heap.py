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
import sys
from dataclasses import dataclass

_MB = 2**20
_RESERVE = 64 * _MB
"""What is free at the end of the heap, as addresses: memory comes with the first use."""
_KEPT = 256 * _MB
"""What the end of the heap may grow to before its addresses are given back, too."""
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

_lowest = sys.maxsize
"""Where the free end of the heap was when it was reserved."""


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
    global _lowest
    _lowest = C_LIBRARY.sbrk(0) - top(C_LIBRARY).free
    # Larger than what can be left at the end, so that it grows.
    C_LIBRARY.free(C_LIBRARY.malloc(_LARGEST - _MB))
    _give_back(C_LIBRARY)


def release() -> None:
    """Give back what is free. Only while the process has no other thread: it could take some meanwhile."""
    if C_LIBRARY is None:
        return
    C_LIBRARY.malloc_trim(_KEPT)
    _give_back(C_LIBRARY)


def _give_back(library: ctypes.CDLL) -> None:
    """Give back the memory at the end of the heap, and have it come in large pages the next time."""
    free = top(library).free
    end = library.sbrk(0)
    begin = end - free
    if begin < _lowest or _free_by_header(begin) != free:
        # Something else than the library has moved the end, so that what is free lies elsewhere.
        return
    # Looking takes a few bytes itself.
    clean = _up(begin + mmap.PAGESIZE, mmap.PAGESIZE)
    if clean < end:
        library.madvise(clean, end - clean, mmap.MADV_DONTNEED)
    # A little more is no reason to take a large page.
    large = _up(begin + _LARGE_PAGE, _LARGE_PAGE)
    if large < end:
        library.madvise(large, end - large, mmap.MADV_HUGEPAGE)


def _free_by_header(block: int) -> int:
    """The size of a free block, as the library has written it before what it gives out."""
    return ctypes.c_size_t.from_address(block + ctypes.sizeof(ctypes.c_size_t)).value & ~7


def _up(address: int, size: int) -> int:
    return -(-address // size) * size
