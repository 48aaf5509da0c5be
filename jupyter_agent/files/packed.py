"""Profiles archives: a single table in one is described as a table, of other files the names are told."""

from __future__ import annotations

import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

from .delimited import ENDINGS, profile_delimited
from .several import listed
from .text import SAMPLE_BYTES
from .values import FileProfile

_DAMAGED = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What an archive raises that is cut, damaged, packed in an unknown way, or locked with a password."""
_SIZE_BYTES = 4
"""At the end of a gzip archive, which say how large its content is."""


def profile_packed(path: Path, name: str, meaning: str) -> FileProfile | None:
    """An archive in which a program finds something; None for one that is damaged or of another kind."""
    try:
        if meaning == "gzip archive":
            inner = Path(name).stem if name.lower().endswith(".gz") else ""
            with gzip.open(path) as content:
                return _table(content, _size(path), name, meaning) if _is_table(inner) else None
        if meaning == "ZIP archive":
            with zipfile.ZipFile(path) as archive:
                return _in_zip(archive, name, meaning)
    except _DAMAGED:
        return None
    return None


def _in_zip(archive: zipfile.ZipFile, name: str, meaning: str) -> FileProfile:
    members = archive.infolist()
    if len(members) == 1 and _is_table(members[0].filename) and name.lower().endswith(".zip"):
        with archive.open(members[0]) as content:
            return _table(content, members[0].file_size, name, meaning)
    names = [member.filename for member in members if not member.is_dir()]
    return FileProfile(
        name=name,
        kind="binary",
        description=meaning,
        load=f"import zipfile\n\narchive = zipfile.ZipFile({name!r})",
        preview=f"Files in it: {listed(names)}",
    )


def _is_table(name: str) -> bool:
    return name.lower().endswith(ENDINGS)


def _table(content: IO[bytes] | gzip.GzipFile, size: int, name: str, meaning: str) -> FileProfile:
    """The table, described from its beginning; pandas unpacks it by the archive's name."""
    with _beginning(content) as path:
        profile = profile_delimited(path, name)
        read = path.stat().st_size
    rows = profile.rows
    if rows is not None and not profile.rows_exact:
        rows = max(rows, round(rows * size / read))
    return replace(profile, description=f"{profile.description} in a {meaning}", rows=rows)


@contextmanager
def _beginning(content: IO[bytes] | gzip.GzipFile) -> Iterator[Path]:
    """A file with as much of the content as is looked at, and one byte more if there is one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "beginning"
        path.write_bytes(content.read(SAMPLE_BYTES + 1))
        yield path


def _size(path: Path) -> int:
    """How large the content of a gzip archive is, if it is below 4 GB."""
    with path.open("rb") as file:
        file.seek(-_SIZE_BYTES, 2)
        return int.from_bytes(file.read(), "little")
