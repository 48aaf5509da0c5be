"""Keeps DuckDB from failing because it cannot read how much memory its control group has.

Whatever its settings are, its library opens `/proc/self/cgroup`, and gives up altogether where that is
refused. No rule can grant it (see `own_proc`), so the path in the loaded library is replaced by `/dev/null`.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_MODULE = "_duckdb"
_PATH, _INSTEAD = b"/proc/self/cgroup\0", b"/dev/null\0"
_LOADED, _EXECUTABLE, _WRITABLE, _READABLE = 1, 1, 2, 4


class _Header(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("offset", ctypes.c_uint64),
        ("address", ctypes.c_uint64),
        ("physical", ctypes.c_uint64),
        ("file_size", ctypes.c_uint64),
        ("size", ctypes.c_uint64),
        ("align", ctypes.c_uint64),
    )


class _Library(ctypes.Structure):
    _fields_ = (
        ("base", ctypes.c_uint64),
        ("name", ctypes.c_char_p),
        ("headers", ctypes.POINTER(_Header)),
        ("number", ctypes.c_uint16),
    )


class AfterImport:
    """On `sys.meta_path`: replaces the path as soon as the library is loaded."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name != _MODULE:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            return spec
        load = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            load(module)
            _replace_path()

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def _replace_path() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    page = os.sysconf("SC_PAGE_SIZE")
    for start, size, flags in list(_constant_parts(libc)):
        protection = (1 if flags & _READABLE else 0) | (4 if flags & _EXECUTABLE else 0)
        content = memoryview((ctypes.c_char * size).from_address(start))
        for found in re.finditer(re.escape(_PATH), content):
            at = start + found.start()
            first, length = ctypes.c_void_p(at // page * page), ctypes.c_size_t(2 * page)
            if libc.mprotect(first, length, 3) == 0:
                ctypes.memmove(at, _INSTEAD, len(_INSTEAD))
                libc.mprotect(first, length, protection)


def _constant_parts(libc: Any) -> Iterator[tuple[int, int, int]]:
    """Where the library's constants lie: address, size, flags."""
    parts: list[tuple[int, int, int]] = []

    def each(library: Any, _size: int, _data: object) -> int:
        if _MODULE.encode() in (library.contents.name or b""):
            for header in library.contents.headers[: library.contents.number]:
                if header.type == _LOADED and not header.flags & _WRITABLE:
                    parts.append((library.contents.base + header.address, header.size, header.flags))
        return 0

    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Library), ctypes.c_size_t, ctypes.c_void_p)
    libc.dl_iterate_phdr(callback(each), None)
    return iter(parts)
