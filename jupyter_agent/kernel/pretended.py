"""Remembers the modes and times that code gave to files, and shows them when it looks at these files.

Linux cannot confine such changes to a folder, so it only pretends to make them (`rules_calls`), and what is
on the disk stays as it was. Python's own ways to look are covered; other programs, and libraries in C, see
what is on the disk. Nothing here protects anything.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Self

from .audit_events import AuditEvents

_BILLION = 10**9
_MORE = ("st_rdev", "st_blksize", "st_blocks", "st_atime", "st_mtime", "st_ctime", "st_ctime_ns")
_Key = tuple[int, int]

_stat, _lstat, _fstat, _access, _scandir = os.stat, os.lstat, os.fstat, os.access, os.scandir


class Pretended:
    """What was changed, by device and number of the file."""

    def __init__(self, events: AuditEvents) -> None:
        self._events = events
        self._hears_open = False
        self._modes: dict[_Key, int] = {}
        self._times: dict[_Key, tuple[int, int, int]] = {}
        """Of the last access and the last change, and the real one of the last change when it was set."""

    def install(self) -> None:
        """Notice what is changed. As long as nothing is, looking and opening cost what they always do."""
        self._hear("os.chmod", self._mode_is_set)
        self._hear("os.utime", self._times_are_set)
        self._hear("os.chown", lambda path, _user, _group, folder: _look(path, folder))
        self._hear("os.remove", self._forget)
        self._hear("os.rename", lambda _from, path, _folder, folder: self._forget(path, folder))

    def _hear(self, event: str, heard: Callable[..., object]) -> None:
        self._events.hear((event,), lambda _, arguments: heard(*arguments))

    def _mode_is_set(self, path: Any, mode: int, folder: int) -> None:
        if not self._hears_open:
            self._hears_open = True
            self._hear("open", self._keep_read_only)
        self._modes[_key(_look(path, folder))] = stat.S_IMODE(mode)
        self._show()

    def _times_are_set(self, path: Any, times: Any, nanoseconds: Any, folder: int) -> None:
        found = _look(path, folder)
        if times:
            nanoseconds = [int(float(each) * _BILLION) for each in times]
        accessed, changed = nanoseconds or [time.time_ns()] * 2
        self._times[_key(found)] = accessed, changed, found.st_mtime_ns
        self._show()

    def _show(self) -> None:
        """Take the place of the functions that look."""
        if os.stat is self.stat:
            return
        for real, shown in ((_stat, self.stat), (_access, self.access)):
            for supporting in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
                if real in supporting:
                    supporting.add(shown)
        # Kept, so that each is always the same object.
        self.stat, self.access = self.stat, self.access  # type: ignore[method-assign]
        os.stat, os.access = self.stat, self.access
        os.lstat = lambda path, *, dir_fd=None: self._shown(_lstat(path, dir_fd=dir_fd))
        os.fstat = lambda fd: self._shown(_fstat(fd))
        os.scandir = lambda path=None: _Entries(_scandir(path), self._shown)  # type: ignore[assignment]

    def stat(self, path: Any, *, dir_fd: int | None = None, follow_symlinks: bool = True) -> os.stat_result:
        """As `os.stat`."""
        return self._shown(_stat(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks))

    def access(self, path: Any, mode: int, *, dir_fd: int | None = None, **options: bool) -> bool:
        """As `os.access`."""
        try:
            pretended = self._modes.get(_key(_stat(path, dir_fd=dir_fd)))
        except OSError:
            return False
        if pretended is None:
            return _access(path, mode, dir_fd=dir_fd, **options)
        return mode & ~(pretended >> 6) & 7 == 0

    def _shown(self, found: os.stat_result) -> os.stat_result:
        key = _key(found)
        mode = self._modes.get(key)
        accessed, changed, real = self._times.get(key, (0, 0, -1))
        if real != found.st_mtime_ns:  # it has been written since
            accessed, changed = found.st_atime_ns, found.st_mtime_ns
            if mode is None:
                return found
        fields = list(found)
        if mode is not None:
            fields[stat.ST_MODE] = stat.S_IFMT(found.st_mode) | mode
        fields[stat.ST_ATIME], fields[stat.ST_MTIME] = accessed // _BILLION, changed // _BILLION
        more = {name: getattr(found, name) for name in _MORE}
        more |= {"st_atime_ns": accessed, "st_mtime_ns": changed}
        more |= {"st_atime": accessed / _BILLION, "st_mtime": changed / _BILLION}
        return os.stat_result(fields, more)

    def _forget(self, path: Any, folder: int) -> None:
        """Its number may be another file's soon."""
        if not self._modes and not self._times:
            return
        try:
            found = _lstat(path, dir_fd=folder if folder >= 0 else None)
        except OSError:
            return
        if found.st_nlink == 1:
            self._modes.pop(_key(found), None)
            self._times.pop(_key(found), None)

    def _keep_read_only(self, path: Any, _mode: str | None, flags: int) -> None:
        if not self._modes or not flags & (os.O_WRONLY | os.O_RDWR) or isinstance(path, int):
            return
        try:
            mode = self._modes.get(_key(_stat(path)))
        except OSError:
            return
        if mode is not None and not mode & stat.S_IWUSR:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)


class _Entry:
    """As `os.DirEntry`."""

    def __init__(self, entry: os.DirEntry[Any], shown: Callable[[os.stat_result], os.stat_result]) -> None:
        self._entry = entry
        self._shown = shown

    def __getattr__(self, name: str) -> Any:
        return getattr(self._entry, name)

    def __fspath__(self) -> Any:
        return self._entry.path

    def __repr__(self) -> str:
        return repr(self._entry)

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        return self._shown(self._entry.stat(follow_symlinks=follow_symlinks))


class _Entries:
    """As what `os.scandir` gives."""

    def __init__(self, entries: Any, shown: Callable[[os.stat_result], os.stat_result]) -> None:
        self._entries = entries
        self._shown = shown

    def __iter__(self) -> Iterator[_Entry]:
        return self

    def __next__(self) -> _Entry:
        return _Entry(next(self._entries), self._shown)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._entries.close()


def _look(path: Any, folder: int) -> os.stat_result:
    """What the path leads to. Raises what the call itself would, if there is nothing."""
    if isinstance(path, int):
        return _fstat(path)
    return _stat(path, dir_fd=folder if folder >= 0 else None)


def _key(found: os.stat_result) -> _Key:
    return found.st_dev, found.st_ino
