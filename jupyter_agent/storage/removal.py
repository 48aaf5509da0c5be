"""Removes a folder that generated code has worked in, whatever it left there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


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
    except PermissionError:
        # Code can make folders without any rights, and then not even their owner can look into them.
        _open_up(folder)
        shutil.rmtree(folder)


def _open_up(folder: Path) -> None:
    folder.chmod(0o700)
    for _, names, _, parent in os.fwalk(folder):
        for name in names:
            # By descriptor: code that still runs must not get a folder elsewhere opened up by a link.
            try:
                descriptor = os.open(name, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
            except NotADirectoryError:
                continue
            try:
                Path(f"/proc/self/fd/{descriptor}").chmod(0o700)
            finally:
                os.close(descriptor)
