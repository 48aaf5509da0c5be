"""The folder in which a fork server's kernels have what passes with them, and removing those that were left.

Whoever uses such a folder holds a lock on a file in it. Linux lets go of that with the last process that
holds it, however that ended: then any process of the same user may remove the folder.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from jupyter_agent.errors import KernelError
from jupyter_agent.trees import remove_quietly

_PREFIX = "jupyter-agent-"
LOCK = "fork-server.lock"
"""No other program's folder of a similar name has such a file."""
_LONGEST_PARENT = 60
"""Linux takes 107 bytes for the path of a socket, which stands two folders deeper."""


def make_folder() -> tuple[Path, int]:
    """A new folder with a short path, and the descriptor that holds its lock.

    Raises:
        KernelError: there is no place for it.
    """
    for parent in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 - mkdtemp makes it private
        if len(parent) <= _LONGEST_PARENT:
            return _made_in(parent)
    raise KernelError(
        "No folder for temporary files can be used.", "Set TMPDIR to a folder with a short path."
    )


def remove_abandoned(parent: Path) -> None:
    """Remove what processes of this user that were killed have left in `parent`. Blocking.

    Other users' folders, links, and what is not a folder of this kind stay, whatever they are called.
    """
    for folder in _folders_in(parent):
        with contextlib.suppress(OSError), _opened_lock(folder) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove_quietly(folder)


def _made_in(parent: str) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent)).resolve()
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Whoever tidied up may have been faster, and then this one waited for the end of that.
        if folder.exists():
            if os.geteuid() == 0:
                # The kernels run as another user, who has to get through to their own folders.
                folder.chmod(0o711)
            return folder, lock
        os.close(lock)


def _folders_in(parent: Path) -> list[Path]:
    with contextlib.suppress(OSError), os.scandir(parent) as entries:
        return [
            Path(entry.path)
            for entry in entries
            if entry.name.startswith(_PREFIX)
            and entry.is_dir(follow_symlinks=False)
            and entry.stat(follow_symlinks=False).st_uid == os.getuid()
        ]
    return []


@contextlib.contextmanager
def _opened_lock(folder: Path) -> Iterator[int]:
    """Raises OSError where there is none that this user made."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        lock = os.open(LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=opened)
    finally:
        os.close(opened)
    try:
        status = os.fstat(lock)
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.getuid():
            raise PermissionError(folder)
        yield lock
    finally:
        os.close(lock)
