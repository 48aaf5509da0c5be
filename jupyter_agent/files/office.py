"""Profiles Excel workbooks: the sheets' names, read from the archive without a spreadsheet library."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree

from .values import FileProfile

_LARGEST_PART = 5_000_000
"""Bytes of the list of sheets; a larger one is no workbook that a person made."""


def profile_excel(path: Path, name: str) -> FileProfile | None:
    """A workbook; None when the archive is something else."""
    try:
        with zipfile.ZipFile(path) as archive:
            listed = archive.getinfo("xl/workbook.xml")
            if listed.file_size > _LARGEST_PART:
                return None
            sheets = _sheets(archive.read(listed))
    except (KeyError, zipfile.BadZipFile, ElementTree.ParseError, NotImplementedError, RuntimeError):
        return None
    return FileProfile(
        name=name,
        kind="excel",
        description=f"Excel workbook with {'a sheet' if len(sheets) == 1 else f'{len(sheets)} sheets'}",
        load=f"import pandas as pd\n\ndf = pd.read_excel({name!r}, sheet_name={sheets[0]!r})",
        preview="Sheets: " + ", ".join(sheets),
    )


def _sheets(workbook: bytes) -> list[str]:
    if b"<!DOCTYPE" in workbook or b"<!ENTITY" in workbook:
        raise KeyError("an entity declaration is no part of a workbook")
    root = ElementTree.fromstring(workbook)  # noqa: S314 - no entities, and of bounded size
    names = [sheet.get("name", "") for sheet in root.iter() if sheet.tag.endswith("}sheet")]
    if not names:
        raise KeyError("no sheets")
    return names
