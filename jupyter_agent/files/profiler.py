"""Chooses the profiler that fits a file's content, and never fails for what the content is."""

from __future__ import annotations

import asyncio
from pathlib import Path

from .delimited import ENDINGS, profile_delimited
from .json_text import profile_json
from .office import profile_excel, profile_other_workbook
from .packed import JSON_ENDINGS, profile_packed
from .parquet import profile_feather, profile_parquet
from .signatures import meaning_of
from .sqlite import profile_sqlite
from .text import profile_text
from .values import FileKind, FileProfile

_HEAD_BYTES = 8_192
_CLAIM_A_TABLE = (*ENDINGS, *JSON_ENDINGS, ".txt", ".xlsx", ".xlsm", ".xls", ".parquet")
"""Endings of names; a file that is called otherwise and holds no text is what it is, and code can read it."""
_TABLE_TYPES = ("text/csv", "text/tab-separated-values")
_JSON_TYPES = ("application/json", "application/x-ndjson", "application/jsonl")
_BINARY = {
    "Parquet table": profile_parquet,
    "Feather table": profile_feather,
    "SQLite database": profile_sqlite,
}
"""By what the first bytes mean."""


async def profile(path: Path, name: str, media_type: str) -> FileProfile:
    """What the file at `path` holds, which code will find under `name`.

    `media_type` and the name's ending only choose among forms of text; bytes decide the rest. A file
    that is missing, empty or not what it claims to be gets a profile that says so.
    """
    return await asyncio.to_thread(_profile, path, name, media_type)


def _profile(path: Path, name: str, media_type: str) -> FileProfile:
    try:
        return _by_content(path, name, media_type)
    except UnicodeError:
        return _unreadable(name, "binary", "unknown binary format")
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        return FileProfile(
            name=name,
            kind="missing",
            description="a file that cannot be read",
            warnings=(f"The file {name} cannot be read: {reason}. Upload it again.",),
        )


def _by_content(path: Path, name: str, media_type: str) -> FileProfile:
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head.strip():
        return FileProfile(
            name=name,
            kind="empty",
            description="an empty file",
            warnings=(f"The file {name} is empty: there is nothing to analyse in it.",),
        )
    meaning = meaning_of(head)
    if meaning is None:
        return _text(path, name, media_type)
    if profiler := _BINARY.get(meaning):
        return profiler(path, name)
    if meaning == "ZIP archive" and (workbook := profile_excel(path, name)):
        return workbook
    if other := profile_other_workbook(name, meaning):
        return other
    if Path(name).suffix.lower() not in _CLAIM_A_TABLE and (packed := profile_packed(path, name, meaning)):
        return packed
    return _unreadable(name, "image" if meaning.endswith("image") else "binary", meaning)


def _text(path: Path, name: str, media_type: str) -> FileProfile:
    ending = Path(name).suffix.lower()
    if ending in ENDINGS or (media_type in _TABLE_TYPES and ending not in JSON_ENDINGS):
        return profile_delimited(path, name)
    if ending in JSON_ENDINGS or media_type in _JSON_TYPES:
        return profile_json(path, name)
    return profile_text(path, name)


def _unreadable(name: str, kind: FileKind, meaning: str) -> FileProfile:
    """Something that no reader of tables or text can use, with a warning if its name says that one can."""
    warning = f"The file {name} cannot be read as a table. It holds no text, but this: {meaning}."
    claims = Path(name).suffix.lower() in _CLAIM_A_TABLE
    return FileProfile(
        name=name,
        kind=kind,
        description=meaning,
        warnings=(warning,) if claims else (),
    )
