"""Removes a folder that generated code has worked in, whatever it left there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from jupyter_agent.ids import new_id

_FOLDER = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


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
    except (PermissionError, RecursionError):
        # Code can make folders that not even their owner may look into, and folders in folders without end.
        _empty(folder)
        folder.rmdir()


def _empty(folder: Path) -> None:
    """Everything is moved up to the top before it is looked into: no depth is too deep."""
    folder.chmod(0o700)
    top = os.open(folder, os.O_RDONLY | _FOLDER)
    try:
        while names := _names(top):
            for name in names:
                _remove(name, top)
    finally:
        os.close(top)


def _remove(name: str, top: int) -> None:
    inner = _opened(name, top)
    if inner is None:
        os.unlink(name, dir_fd=top)
        return
    try:
        for deeper in _names(inner):
            deepest = _opened(deeper, inner)
            if deepest is None:
                os.unlink(deeper, dir_fd=inner)
            else:
                os.close(deepest)
                os.rename(deeper, new_id(), src_dir_fd=inner, dst_dir_fd=top)
    finally:
        os.close(inner)
    os.rmdir(name, dir_fd=top)


def _names(folder: int) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]


def _opened(name: str, parent: int) -> int | None:
    """The folder of this name with all rights to it; None when it is something else, a link for example."""
    try:
        found = os.open(name, os.O_PATH | _FOLDER, dir_fd=parent)
    except NotADirectoryError:
        return None
    try:
        # By descriptor: code that still runs must not get a folder elsewhere opened up by a link.
        Path(f"/proc/self/fd/{found}").chmod(0o700)
        return os.open(".", os.O_RDONLY | _FOLDER, dir_fd=found)
    finally:
        os.close(found)
