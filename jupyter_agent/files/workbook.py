"""Reads the beginning of a workbook's sheets with openpyxl, and never more of them than a few megabytes.

pandas reads workbooks with the same library, so that the values here are those that a program will see.
"""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any, NamedTuple
from xml.etree import ElementTree

_MOST_ROWS = 5_000
"""Of a sheet."""
_MOST_CELLS = 60_000
"""Of a sheet, empty ones included: about a second of a processor's time."""
_MOST_CELLS_IN_ALL = 120_000
"""Of all sheets: each has an equal part of what the ones before it left."""
_MOST_SHEETS = 20
MOST_COLUMNS = 1_000
"""Of a sheet."""
_MOST_BYTES = 60_000_000
"""Unpacked, of all sheets and the texts that they share: what a small archive may hold is unbounded."""
_PART_BYTES = 5_000_000
"""Unpacked, of a part that is read in one piece, such as the formats."""
_MOST_PARTS = 10_000

DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError),
    *(ElementTree.ParseError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError),
)
"""What a damaged archive raises, one of an unknown kind, and parts that are none of a workbook."""


class Merged(NamedTuple):
    """Cells below each other that are one; the value stands in the first. Counted from 0."""

    column: int
    """The first one, if there are several: the others are empty."""
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet's values from its first row on, as pandas gets them."""

    name: str
    hidden: bool
    rows: list[tuple[object, ...]]
    """Without empty rows at the end; empty cells are None."""
    whole: bool
    """These are all rows."""
    share: float
    """The part of the sheet that was read, from 0 to 1."""
    formulas: bool
    """There are some, with or without their results."""
    merged: tuple[Merged, ...]
    """Cells that are one with those below them, as far as the sheet was read to its end."""


def read_sheets(path: Path) -> Iterator[Sheet]:
    """The sheets one after another; of a large workbook, the beginnings of the first ones.

    Raises:
        One of DAMAGED: it is no workbook, or a part of it is damaged or far too large.
    """
    # Half a second: not for a server that starts.
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.styles.stylesheet import apply_stylesheet

    with path.open("rb") as file, _Archive(file) as archive:
        reader = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
        reader.archive = archive
        reader.read_manifest()
        reader.read_workbook()
        apply_stylesheet(archive, reader.wb)
        texts = _Texts(archive, reader.package)
        listed = [
            (sheet, part.target)
            for sheet, part in reader.parser.find_sheets()
            if part.target in archive.NameToInfo and "chartsheet" not in part.Type
        ][:_MOST_SHEETS]
        left = _MOST_CELLS_IN_ALL
        for number, (sheet, part) in enumerate(listed):
            cells = min(_MOST_CELLS, left // (len(listed) - number))
            read = _beginning(sheet, archive.open(part), reader.wb, texts, cells)
            left -= min(left, sum(map(len, read.rows)))
            yield read


def sheet_names(path: Path) -> tuple[str, ...]:
    """The names of all sheets, without reading one; none where there is no list of them.

    Raises:
        One of DAMAGED: it is no workbook.
    """
    with zipfile.ZipFile(path) as archive:
        listed = archive.getinfo("xl/workbook.xml")
        if listed.file_size > _PART_BYTES:
            raise ValueError("a larger list is none that a person made")
        text = archive.read(listed).decode("utf-8-sig")
    if any(mark in text for mark in ("<!DOCTYPE", "<!ENTITY", "\0")):
        raise ValueError("this may declare entities, or is read in another encoding than it is looked at")
    root = ElementTree.fromstring(text)  # noqa: S314 - no entities, and of bounded size
    return tuple(sheet.get("name", "") for sheet in root.iter() if sheet.tag.endswith("}sheet"))


def _beginning(listed: Any, part: _Part, book: Any, texts: _Texts, most_cells: int) -> Sheet:
    from openpyxl.worksheet._reader import WorkSheetParser

    parser = WorkSheetParser(
        part,
        texts,
        data_only=True,
        epoch=book.epoch,
        date_formats=book._date_formats,
        timedelta_formats=book._timedelta_formats,
    )
    rows: list[tuple[object, ...]] = []
    cells = 0
    whole = True
    try:
        for number, row in parser.parse():
            if number > _MOST_ROWS or cells > most_cells:
                whole = False
                break
            rows += [()] * (number - 1 - len(rows))
            rows.append(_values(row))
            cells += len(rows[-1])
    except ElementTree.ParseError:
        if not part.cut:
            raise
        whole = False
    part.close()
    while rows and not rows[-1]:
        rows.pop()
    return Sheet(
        name=listed.name,
        hidden=listed.state != "visible",
        rows=rows,
        whole=whole,
        share=1.0 if whole else part.share,
        formulas=part.formulas,
        merged=tuple(_merged(parser, len(rows))) if whole else (),
    )


def _merged(parser: Any, rows: int) -> Iterator[Merged]:
    """The cells that are one with others below them and begin within so many rows."""
    for cells in parser.merged_cells.mergeCell if parser.merged_cells else ():
        if cells.min_row < cells.max_row and cells.min_row <= rows:
            yield Merged(cells.min_col - 1, cells.min_row - 1, cells.max_row - 1)


def _values(row: list[dict[str, Any]]) -> tuple[object, ...]:
    """A row without the empty cells at its end; what could not be computed is as good as empty."""
    filled = {
        cell["column"]: cell["value"]
        for cell in row
        if cell["value"] not in (None, "") and cell["data_type"] != "e" and cell["column"] <= MOST_COLUMNS
    }
    return tuple(map(filled.get, range(1, max(filled, default=0) + 1)))


class _Archive(zipfile.ZipFile):
    """An archive that unpacks so many bytes and no more."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file)
        self.left = _MOST_BYTES
        if len(self.filelist) > _MOST_PARTS:
            raise zipfile.BadZipFile("too many parts")

    def read(self, name: str | zipfile.ZipInfo, pwd: bytes | None = None) -> bytes:
        part = name if isinstance(name, zipfile.ZipInfo) else self.getinfo(name)
        if part.file_size > _PART_BYTES:
            raise zipfile.BadZipFile(f"{part.filename} is too large")
        with super().open(part) as file:
            return file.read()

    def open(self, name: Any, *arguments: Any, **options: Any) -> Any:
        part = name if isinstance(name, zipfile.ZipInfo) else self.getinfo(name)
        return _Part(self, super().open(part), part.file_size)


class _Part:
    """A part of an archive, unpacked while it is read."""

    def __init__(self, archive: _Archive, file: IO[bytes], size: int) -> None:
        self._archive = archive
        self._file = file
        self._size = size
        self._read = 0
        self.formulas = False

    @property
    def cut(self) -> bool:
        """It ended early."""
        return not self._archive.left and self._read < self._size

    @property
    def share(self) -> float:
        """The part of it that was read, from 0 to 1."""
        return self._read / self._size if self._size else 1.0

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(self._archive.left if size < 0 else min(size, self._archive.left))
        self._read += len(content)
        self._archive.left -= len(content)
        self.formulas = self.formulas or b"<f>" in content or b"<f " in content
        return content

    def close(self) -> None:
        self._file.close()


class _Texts:
    """The texts that the sheets share, read as far as they are asked for."""

    def __init__(self, archive: _Archive, package: Any) -> None:
        from openpyxl.xml.constants import SHARED_STRINGS

        listed = package.find(SHARED_STRINGS)
        self._texts: list[str] = []
        self._coming = _texts(archive.open(listed.PartName[1:])) if listed else iter(())

    def __getitem__(self, index: int) -> str:
        if index >= len(self._texts):
            self._texts += islice(self._coming, index + 1 - len(self._texts))
        return self._texts[index] if index < len(self._texts) else "…"


def _texts(part: _Part) -> Iterator[str]:
    from openpyxl.cell.text import Text
    from openpyxl.xml.constants import SHEET_MAIN_NS
    from openpyxl.xml.functions import iterparse

    events = iterparse(part, events=("start", "end"))
    try:
        _, root = next(events)
        for event, node in events:
            if event == "end" and node.tag == f"{{{SHEET_MAIN_NS}}}si":
                yield Text.from_tree(node).content.replace("x005F_", "")
                root.clear()
    except ElementTree.ParseError:
        if not part.cut:
            raise
    finally:
        part.close()
