"""A file on its way in: written piece by piece, then kept or thrown away, never left half."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from jupyter_agent.errors import StorageError, TooLarge
from jupyter_agent.private import private

_BUFFER = 1024 * 1024


@contextmanager
def file_errors(folder: Path) -> Iterator[None]:
    """What the file system refuses becomes a `StorageError`."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            message = "The disk is full: the file was not kept."
            raise StorageError(message, f"Make room on {folder}.") from error
        raise StorageError(
            f"The folder {folder} cannot be used: {error.strerror or error}.",
            "Make it writable, or name another folder with JupyterAgent.data_dir.",
        ) from error


class IncomingFile:
    """Not a part of any conversation yet. `Workspaces.receive` makes it, `Workspaces.attach` takes it."""

    def __init__(self, path: Path, name: str, limit: int) -> None:
        """`limit` in bytes. `path` must not exist yet."""
        self.path = path
        self.name = name
        self.size = 0
        self._limit = limit
        self._file = open(path, "xb", buffering=_BUFFER, opener=private)  # noqa: SIM115

    async def write(self, data: bytes) -> None:
        """Add a piece; once the file is closed, for nothing.

        Raises:
            TooLarge: the file is over the limit.
            StorageError: the disk is full or failing.
        """
        if self.size + len(data) > self._limit:
            raise too_large(self.name, self._limit)
        self.size += len(data)
        with file_errors(self.path.parent):
            await asyncio.to_thread(self._write, data)

    async def close(self) -> None:
        """No more pieces come.

        Raises:
            StorageError: the disk is full or failing.
        """
        with file_errors(self.path.parent):
            await asyncio.to_thread(self._file.close)

    def discard(self) -> None:
        """Throw away what is here, at any time; harmless when the file was kept or thrown away before."""
        self.path.unlink(missing_ok=True)
        with suppress(OSError):  # the rest of a file that nobody wants does not fit on the disk
            self._file.close()

    def _write(self, data: bytes) -> None:
        # A connection that breaks discards the file while a thread is on its way here.
        with suppress(ValueError):
            self._file.write(data)


def too_large(name: str, limit: int) -> TooLarge:
    """What to tell a person whose file is over the limit of `limit` bytes."""
    return TooLarge(
        f"{name} is too large: {limit / 1_000_000:,.0f} MB are the most.",
        "Attach a smaller file, or raise JupyterAgent.upload_limit_mb and restart Jupyter.",
    )
