"""Profiles archives: tables and JSON in one are described as they are outside, other files are named."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from .delimited import ENDINGS, profile_delimited
from .json_text import WHOLE_BYTES, profile_json
from .naming import as_path, renamed, variables
from .several import MOST_TABLES, columns_among, listed, rows_of
from .text import SAMPLE_BYTES
from .values import FileProfile

JSON_ENDINGS = (".json", ".jsonl", ".ndjson", ".geojson")
_DAMAGED = (
    *(zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, lzma.LZMAError, EOFError, OSError),
    *(NotImplementedError, RuntimeError),
)
"""What an archive raises that is cut, damaged, packed in an unknown way, or locked with a password."""
_SIZE_BYTES = 4
"""At the end of a gzip archive, which say how large its content is."""
_OF_NO_USE = "__MACOSX/"
"""Where macOS keeps what it knows of files."""
_PANDAS = "import pandas as pd\n\n"


@dataclass(frozen=True, slots=True)
class _Packer:
    """A program that packs single files."""

    ending: str
    module: str
    """That of Python which reads them."""
    open: Any


_PACKERS = {
    "gzip archive": _Packer(".gz", "gzip", gzip.open),
    "bzip2 archive": _Packer(".bz2", "bz2", bz2.open),
    "xz archive": _Packer(".xz", "lzma", lzma.open),
}


def profile_packed(path: Path, name: str, meaning: str) -> FileProfile | None:
    """An archive in which a program finds something; None for one that is damaged or of another kind."""
    try:
        if packer := _PACKERS.get(meaning):
            return _packed_alone(path, name, meaning, packer)
        if meaning == "ZIP archive":
            with zipfile.ZipFile(path) as archive:
                return _in_zip(archive, name, meaning)
    except _DAMAGED:
        return None
    return None


def _packed_alone(path: Path, name: str, meaning: str, packer: _Packer) -> FileProfile | None:
    inner = Path(name).stem
    if not name.lower().endswith(packer.ending) or not inner.lower().endswith((*ENDINGS, *JSON_ENDINGS)):
        return None
    with path.open("rb") as packed, packer.open(packed) as content:
        # pandas unpacks by the archive's name.
        found, read = _described(content, name, is_json=inner.lower().endswith(JSON_ENDINGS))
        size = _gzip_size(path) if packer.ending == ".gz" else read * path.stat().st_size // packed.tell()
    if found is None:
        return None
    opened = f"import {packer.module}\n{found.load}".replace(
        f" open({name!r}", f" {packer.module}.open({name!r}, 'rt'", 1
    )
    load = opened if found.kind == "json" else found.load
    return _placed(replace(found, load=load), meaning, size / read)


def _in_zip(archive: zipfile.ZipFile, name: str, meaning: str) -> FileProfile:
    """What is described of the files in it: all tables, or else a single JSON."""
    files = [member for member in archive.infolist() if not member.is_dir() and member.file_size]
    files = [member for member in files if not member.filename.startswith(_OF_NO_USE)]
    tables = [member for member in files if member.filename.lower().endswith(ENDINGS)]
    documents = [member for member in files if member.filename.lower().endswith(JSON_ENDINGS)]
    chosen = sorted(tables, key=lambda member: -member.file_size)[:MOST_TABLES]
    if not chosen and len(documents) == 1:
        chosen = documents
    found: list[FileProfile] = []
    with suppress(*_DAMAGED, UnicodeError):
        for member in chosen:
            profile = _member(
                archive, member, name, most=SAMPLE_BYTES // len(chosen), alone=len(archive.infolist()) == 1
            )
            found += [profile] if profile else []
    told = {profile.name for profile in found}
    others = [member.filename for member in files if member.filename not in told]
    if found:
        return _together(found, others, name, meaning)
    return FileProfile(
        name=name,
        kind="binary",
        description=meaning,
        load=f"import zipfile\n\narchive = zipfile.ZipFile({name!r})",
        preview=f"Files in it: {listed(others)}",
    )


def _member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, *, most: int, alone: bool
) -> FileProfile | None:
    """The profile of one of the files, whose code reads it from the archive; None where it holds no table."""
    inner = member.filename
    with archive.open(member) as content:
        found, length = _described(content, inner, is_json=inner.lower().endswith(JSON_ENDINGS), most=most)
    read = f"read_csv({as_path(inner)!r}"
    if found is None or not found.load:
        return None
    if found.kind == "json":
        opened = f"zipfile.Path({name!r}, {inner!r}).open('r'"
        load = f"import zipfile\n{found.load}".replace(f"open({inner!r}", opened, 1)
    elif alone and name.lower().endswith(".zip"):
        load = found.load.replace(read, f"read_csv({as_path(name)!r}", 1)
    else:
        opened = f"zipfile.ZipFile({name!r}).open({inner!r})"
        load = f"import zipfile\n{found.load}".replace(read, f"read_csv({opened}", 1)
    return _scaled(replace(found, load=load), member.file_size / length)


def _together(found: Sequence[FileProfile], others: Sequence[str], name: str, meaning: str) -> FileProfile:
    """The profile of an archive that holds these files."""
    first = found[0]
    more = (f"Other files in the archive: {listed(others)}.",) if others else ()
    if len(found) == 1:
        return _placed(replace(first, name=name, warnings=(*first.warnings, *more)), meaning)
    names = ["df", *variables([Path(profile.name).stem for profile in found[1:]])]
    called = [renamed(profile, {"df": variable}) for profile, variable in zip(found, names, strict=True)]
    return FileProfile(
        name=name,
        kind="table",
        description=f"{meaning} with {len(found)} tables",
        load=f"import zipfile\n{_PANDAS}" + "\n".join(map(_counted, called)),
        columns=columns_among(names, [profile.columns for profile in found]),
        rows_exact=first.rows_exact,
        warnings=(
            *(f"{profile.name!r}: {warning}" for profile in found for warning in profile.warnings),
            *more,
        ),
    )


def _counted(profile: FileProfile) -> str:
    """The lines that load one of several tables, with its number of rows."""
    first, *others = profile.load.split(_PANDAS, 1)[1].splitlines()
    rows = rows_of(profile.rows or 0, exact=profile.rows_exact)
    return "\n".join([f"{first}  # {rows}", *others])


def _described(
    content: IO[bytes], name: str, *, is_json: bool, most: int = SAMPLE_BYTES
) -> tuple[FileProfile | None, int]:
    """The profile of the beginning of a content, and how many bytes that is; none where it is not JSON."""
    with _beginning(content, WHOLE_BYTES if is_json else most) as path:
        found = profile_json(path, name) if is_json else profile_delimited(path, name, most)
        return (None if found.kind == "text" else found), max(1, path.stat().st_size)


def _scaled(profile: FileProfile, times: float) -> FileProfile:
    """The same with the number of rows of a content that is so many times larger."""
    if profile.rows is None or profile.rows_exact:
        return profile
    return replace(profile, rows=max(profile.rows, round(profile.rows * times)))


def _placed(profile: FileProfile, meaning: str, times: float = 1) -> FileProfile:
    article = "an" if meaning.startswith("x") else "a"
    return replace(_scaled(profile, times), description=f"{profile.description} in {article} {meaning}")


@contextmanager
def _beginning(content: IO[bytes], most: int) -> Iterator[Path]:
    """A file with as much of the content as is looked at, and one byte more if there is one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "beginning"
        path.write_bytes(content.read(most + 1))
        yield path


def _gzip_size(path: Path) -> int:
    """How large the content of a gzip archive is, if it is below 4 GB."""
    with path.open("rb") as file:
        file.seek(-_SIZE_BYTES, 2)
        return int.from_bytes(file.read(), "little")
