"""What a file is, by its content. Its name decides only between kinds of text."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from charset_normalizer import from_bytes

_HEAD = 64 * 1024
"""Bytes looked at."""

_BINARY = "application/octet-stream"

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PAR1", "application/vnd.apache.parquet"),
    (0, b"ARROW1\x00\x00", "application/vnd.apache.arrow.file"),
    (0, b"\x89HDF\r\n\x1a\n", "application/x-hdf5"),
    (0, b"\x93NUMPY", "application/x-npy"),
    (0, b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\x7fELF", "application/x-elf"),
)

_OFFICE: tuple[tuple[str, str], ...] = (
    ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)

_TEXT_BY_SUFFIX = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".tab": "text/tab-separated-values",
    ".json": "application/json",
    ".ipynb": "application/x-ipynb+json",
    ".jsonl": "application/x-ndjson",
    ".ndjson": "application/x-ndjson",
    ".geojson": "application/geo+json",
    ".md": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".xml": "application/xml",
    ".svg": "image/svg+xml",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".py": "text/x-python",
    ".sql": "application/sql",
}


def media_type(path: Path, name: str) -> str:
    """The media type of the content of `path`, which a person called `name`. Blocking."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(b"PK\x03\x04"):
        return _of_zip(path)
    for offset, mark, found in _SIGNATURES:
        if head.startswith(mark, offset) and not (mark.isalnum() and _is_text(head)):
            return found
    if not _is_text(head):
        return _BINARY
    return _TEXT_BY_SUFFIX.get(Path(name).suffix.lower()) or _of_text(head)


def _of_zip(path: Path) -> str:
    try:
        with ZipFile(path) as archive:
            names = archive.namelist()
    except (BadZipFile, OSError, NotImplementedError, ValueError):
        return "application/zip"
    if "[Content_Types].xml" in names:
        for folder, found in _OFFICE:
            if any(name.startswith(folder) for name in names):
                return found
    return "application/zip"


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return True
    if b"\x00" in head:
        return False
    try:
        # The cut may go through the middle of a character.
        head[: max(0, len(head) - 3)].decode()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return True
        return from_bytes(head).best() is not None
    return True


def _of_text(head: bytes) -> str:
    try:
        json.loads(head)
    except (ValueError, RecursionError):
        return "text/plain"
    return "application/json"
