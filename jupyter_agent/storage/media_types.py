"""What a file is, by its content. Its name decides only between kinds of text."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from charset_normalizer import from_bytes

from jupyter_agent.signatures import found_in

_HEAD = 64 * 1024
"""Bytes looked at."""

_BINARY = "application/octet-stream"

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
    text = _is_text(head)
    if found := found_in(head, is_text=text):
        return found.media_type
    if not text:
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
