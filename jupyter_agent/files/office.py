"""Profiles Excel workbooks: the sheets' names, read from the archive without a spreadsheet library."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from pathlib import Path
from xml.etree import ElementTree

from .values import FileProfile

_LARGEST_PART = 5_000_000
"""Bytes of the list of sheets; a larger one is no workbook that a person made."""

_NO_WORKBOOK = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError),
    *(ElementTree.ParseError, LookupError, ValueError),
)
"""What a damaged archive raises, one of an unknown kind, and a list of sheets that is none."""
_NOT_IN_SHEETS = ("<!DOCTYPE", "<!ENTITY", "\0")
"""What may declare entities, and what would be read in another encoding than it is looked at."""


def profile_excel(path: Path, name: str) -> FileProfile | None:
    """A workbook; None when the archive is something else."""
    try:
        with zipfile.ZipFile(path) as archive:
            listed = archive.getinfo("xl/workbook.xml")
            if listed.file_size > _LARGEST_PART:
                return None
            sheets = _sheets(archive.read(listed))
    except _NO_WORKBOOK:
        return None
    return FileProfile(
        name=name,
        kind="excel",
        description=f"Excel workbook with {'a sheet' if len(sheets) == 1 else f'{len(sheets)} sheets'}",
        load=f"import pandas as pd\n\ndf = pd.read_excel({name!r}, sheet_name={sheets[0]!r})",
        preview="Sheets: " + ", ".join(sheets),
    )


def _sheets(workbook: bytes) -> list[str]:
    text = workbook.decode("utf-8-sig")
    if any(mark in text for mark in _NOT_IN_SHEETS):
        raise ValueError("this is no part of a workbook")
    root = ElementTree.fromstring(text)  # noqa: S314 - no entities, and of bounded size
    names = [sheet.get("name", "") for sheet in root.iter() if sheet.tag.endswith("}sheet")]
    if not names:
        raise ValueError("no sheets")
    return names
