"""A file on its way in: written piece by piece, then kept or thrown away, never left half."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_agent.errors import StorageError, TooLarge


@contextmanager
def file_errors(folder: Path) -> Iterator[None]:
    """What the file system refuses becomes a `StorageError`."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise StorageError(
                "The disk is full: the file was not kept.", f"Make room on {folder}."
            ) from error
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
        # A connection can break while a thread writes: the file is closed after that, not under it.
        self._lock = asyncio.Lock()
        self._descriptor: int | None = os.open(
            path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600
        )

    async def write(self, data: bytes) -> None:
        """Add a piece.

        Raises:
            TooLarge: the file is over the limit.
            StorageError: the disk is full or failing.
        """
        async with self._lock:
            if self._descriptor is None:
                return
            if self.size + len(data) > self._limit:
                raise too_large(self.name, self._limit)
            with file_errors(self.path.parent):
                await asyncio.to_thread(_write_all, self._descriptor, data)
            self.size += len(data)

    async def close(self) -> None:
        """No more pieces come."""
        async with self._lock:
            if self._descriptor is not None:
                with file_errors(self.path.parent):
                    os.close(self._descriptor)
                self._descriptor = None

    async def discard(self) -> None:
        """Throw away what is here; harmless when the file was kept, or thrown away before."""
        await self.close()
        self.path.unlink(missing_ok=True)


def too_large(name: str, limit: int) -> TooLarge:
    """What to tell a person whose file is over the limit of `limit` bytes."""
    return TooLarge(
        f"{name} is too large: {limit / 1_000_000:,.0f} MB are the most.",
        "Attach a smaller file, or raise JupyterAgent.upload_limit_mb and restart Jupyter.",
    )


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
