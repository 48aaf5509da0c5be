"""The folder of a checkpoint: what is in it is read without leaving it, and replaced as a whole.

    variables_metadata.json      the catalogue, which names the folder with the data
    data-0123456789abcdef/       the files of the values

The data of a new checkpoint go to a folder of their own. When all of it is on the disk, the new catalogue
takes the place of the old one in one step, and the folder that nobody names any more is removed.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import re
import secrets
import shutil
import stat
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .not_kept import Unreadable

CATALOGUE = "variables_metadata.json"
_DATA = re.compile(r"data-[0-9a-f]{16}")
_FRESH = re.compile(re.escape(CATALOGUE) + r"\.[0-9a-f]{16}")
_FILE = re.compile(r"data-[0-9a-f]{16}/(?!\.)[^/\0]+")
_CATALOGUE_BYTES = 64 * 2**20
_PIECE = 4 * 2**20


@dataclass(frozen=True, slots=True)
class Stored:
    """What a file must be to be read: so many bytes, with this checksum (CRC-32)."""

    bytes: int
    crc32: int


@contextlib.contextmanager
def new_data(folder: Path) -> Iterator[Path]:
    """An empty folder for the data of a new checkpoint, which is removed if the block fails before there is a
    catalogue that names it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    data = folder / f"data-{secrets.token_hex(8)}"
    data.mkdir(mode=0o700)
    try:
        yield data
    except BaseException:
        if not _is_named(folder, data.name):
            shutil.rmtree(data, ignore_errors=True)
        raise


def _is_named(folder: Path, data: str) -> bool:
    try:
        text = read_catalogue(folder)
    except (OSError, Unreadable):
        return True
    return text is not None and data.encode() in text


def measure(path: Path) -> Stored:
    """Size and checksum of a file that was written."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        with mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) as content:
            return Stored(size, zlib.crc32(content))


def replace_catalogue(folder: Path, data: Path, text: str) -> None:
    """Make the checkpoint in `data` the one of the folder, instead of the one before."""
    # All at the end: the disk takes many small files at once.
    for path in (*data.iterdir(), data):
        _sync(path)
    write_catalogue(folder, CATALOGUE, text.encode())


def write_catalogue(folder: Path, name: str, text: bytes) -> None:
    """Give the file that content in one step."""
    # In the same folder: where a process is confined, files may not change theirs.
    fresh = folder / f"{CATALOGUE}.{secrets.token_hex(8)}"
    try:
        with fresh.open("xb") as file:
            file.write(text)
        for path in (fresh, folder):
            _sync(path)
        fresh.replace(folder / name)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    _sync(folder)


def data_names(folder: Path) -> list[str]:
    """The folders with data, whichever catalogue names them."""
    return [path.name for path in folder.iterdir() if _DATA.fullmatch(path.name) and not path.is_symlink()]


def clear(folder: Path, *, but: Collection[str]) -> None:
    """Remove data that no catalogue names, and what writing one has left behind."""
    for name in data_names(folder):
        if name not in but:
            shutil.rmtree(folder / name, ignore_errors=True)
    for path in folder.iterdir():
        if _FRESH.fullmatch(path.name):
            with contextlib.suppress(OSError):
                path.unlink()


def read_catalogue(folder: Path, name: str = CATALOGUE) -> bytes | None:
    """The catalogue's text; None if there is none.

    Raises:
        Unreadable, OSError: what is there is not a file that can be read.
    """
    try:
        with _opened(folder, name) as file:
            size = os.fstat(file).st_size
            if size > _CATALOGUE_BYTES:
                raise Unreadable(f"a catalogue of {size} bytes")
            return bytes(_read(file, size)[0])
    except FileNotFoundError:
        return None


def content(folder: Path, name: str, stored: Stored, *, mapped: bool) -> Any:
    """The content of a file, in memory that may be written to without changing the file.

    `mapped` reads a page when it is used, and does not compare the checksum.

    Raises:
        Unreadable, OSError: it is not there, is no ordinary file of the folder, or was changed.
    """
    if not _FILE.fullmatch(name):
        raise Unreadable(f"{name!r} is no file of a checkpoint")
    with _opened(folder, name) as file:
        if os.fstat(file).st_size != stored.bytes:
            raise Unreadable(f"{name} is not as large as it was")
        if mapped and stored.bytes:
            return mmap.mmap(file, stored.bytes, access=mmap.ACCESS_COPY)
        read, checksum = _read(file, stored.bytes)
    if checksum != stored.crc32:
        raise Unreadable(f"{name} was changed or damaged")
    return read


@contextlib.contextmanager
def _opened(folder: Path, name: str) -> Iterator[int]:
    """A file in the folder or in a folder of it, without following a link anywhere."""
    *folders, last = name.split("/")
    with contextlib.ExitStack() as stack:
        inside = _open(stack, str(folder), os.O_DIRECTORY, None)
        for part in folders:
            inside = _open(stack, part, os.O_DIRECTORY | os.O_NOFOLLOW, inside)
        # NONBLOCK: a pipe in its place must not keep us waiting.
        file = _open(stack, last, os.O_NOFOLLOW | os.O_NONBLOCK, inside)
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
            raise Unreadable(f"{name} is no ordinary file")
        yield file


def _open(stack: contextlib.ExitStack, name: str, flags: int, inside: int | None) -> int:
    file = os.open(name, os.O_RDONLY | os.O_CLOEXEC | flags, dir_fd=inside)
    stack.callback(os.close, file)
    return file


def _read(file: int, size: int) -> tuple[bytearray | mmap.mmap, int]:
    """So many bytes of a file, and their checksum, computed while they are in the processor's cache."""
    # Of its own also after a fork, which a shared map would not be; and not filled with zeros first.
    private = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    content = bytearray(size) if size < _PIECE else mmap.mmap(-1, size, flags=private)
    done = checksum = 0
    with memoryview(content) as view:
        while done < size:
            piece = os.readv(file, [view[done : done + _PIECE]])
            if not piece:
                raise Unreadable("the file ended early")
            checksum = zlib.crc32(view[done : done + piece], checksum)
            done += piece
    return content, checksum


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)
