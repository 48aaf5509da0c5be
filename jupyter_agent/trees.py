"""Looks through, reads and removes folders that generated code has worked in, whatever it left: folders
without any rights, folders in folders a thousand times, links to elsewhere, pipes in a file's place.

Python's own `os.walk` and `shutil.rmtree` call themselves for each folder in a folder, and end with a
RecursionError that their callers do not expect.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

DEEPEST = 1000
"""Characters of a path from the folder on. Nobody works with longer ones, and looking at them takes ages."""
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC


def entries_in(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Everything beneath `folder`, files and folders. Links are not followed. Blocking.

    What cannot be looked into is passed over, and of what lies deeper than `DEEPEST` only the first is there.
    """
    waiting = [str(folder)]
    longest = len(waiting[0]) + DEEPEST
    while waiting:
        try:
            entries = list(os.scandir(waiting.pop()))
        except OSError:
            continue
        for entry in entries:
            yield entry
            if entry.is_dir(follow_symlinks=False) and len(entry.path) < longest:
                waiting.append(entry.path)


@contextlib.contextmanager
def opened_in(folder: Path, name: str) -> Iterator[BinaryIO]:
    """An ordinary file of `folder`, for reading. No link on the way to it is followed. Blocking.

    Args:
        name: from the folder on, with `/`.

    Raises:
        OSError: it is not there, or is no ordinary file of the folder alone.
    """
    *folders, last = name.split("/")
    with contextlib.ExitStack() as stack:
        inside: int | None = None
        for part in (str(folder), *folders):
            inside = os.open(part, _READ | os.O_DIRECTORY, dir_fd=inside)
            stack.callback(os.close, inside)
        # NONBLOCK: a pipe in its place must not keep us waiting.
        file = stack.enter_context(os.fdopen(os.open(last, _READ | os.O_NONBLOCK, dir_fd=inside), "rb"))
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
            raise OSError(errno.EINVAL, "no ordinary file", name)
        yield file


def remove_tree(folder: Path) -> None:
    """Remove `folder`, if it is there, with all that is in it. Links are not followed. Blocking.

    Raises:
        OSError: something in it cannot be removed.
    """
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        if folder.exists():  # somebody else removes it at the same time
            remove_tree(folder)
    except (OSError, RecursionError):
        _remove_flat(folder)


def remove_quietly(folder: Path) -> None:
    """Remove what can be removed of `folder`. Blocking."""
    with contextlib.suppress(OSError):
        remove_tree(folder)


def _remove_flat(folder: Path) -> None:
    """Remove it without ever going deeper: folders in its subfolders are moved up beside these first."""
    top = _opened(str(folder))
    try:
        while entries := list(os.scandir(top)):
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    _empty(top, entry.name)
                    os.rmdir(entry.name, dir_fd=top)
                else:
                    os.unlink(entry.name, dir_fd=top)
    finally:
        os.close(top)
    folder.rmdir()


def _empty(top: int, name: str) -> None:
    subfolder = _opened(name, parent=top)
    try:
        for entry in list(os.scandir(subfolder)):
            if entry.is_dir(follow_symlinks=False):
                os.close(_opened(entry.name, parent=subfolder))
                os.rename(entry.name, secrets.token_hex(16), src_dir_fd=subfolder, dst_dir_fd=top)
            else:
                os.unlink(entry.name, dir_fd=subfolder)
    finally:
        os.close(subfolder)


def _opened(name: str, *, parent: int | None = None) -> int:
    """A folder's descriptor. Code can make folders without any rights; then its owner takes them.

    By descriptor: code that still runs must not get a folder elsewhere opened up by a link.
    """
    found = os.open(name, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
    try:
        path = f"/proc/self/fd/{found}"
        os.chmod(path, 0o700)  # noqa: PTH101 - no path in the usual sense
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    finally:
        os.close(found)
