"""Profiles workbooks: which sheets hold tables, what is in them, and the lines that load them."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from pathlib import Path

from .blocks import Block, note_in
from .head import head_of
from .several import MOST_TABLES, Table, columns_of, listed, load_lines
from .sheets import alike, read_excel, table_of, warnings_of
from .values import FileProfile
from .workbook import DAMAGED, Sheet, read_sheets, sheet_names

_OTHER_WORKBOOKS = {
    ".ods": ("OpenDocument workbook", "odf", "odfpy"),
    ".xls": ("old Excel workbook", "xlrd", "xlrd"),
    ".xlsb": ("binary Excel workbook", "pyxlsb", "pyxlsb"),
}
"""By their ending: what they are, the module with which pandas reads them, and the package that has it."""
_LONGEST_NOTE = 300


def profile_excel(path: Path, name: str) -> FileProfile | None:
    """A workbook; None when the archive is something else."""
    try:
        names = sheet_names(path)
    except DAMAGED:
        return None
    if not names:
        return None
    try:
        sheets = list(read_sheets(path))
    except DAMAGED:
        return _unread(name, names, "The workbook is damaged or far too large: its sheets could not be read.")
    return _Workbook(name, names, sheets).profile()


def profile_other_workbook(name: str, meaning: str) -> FileProfile | None:
    """A workbook of another format, which pandas reads if it has the library; None when it is none."""
    known = _OTHER_WORKBOOKS.get(Path(name).suffix.lower())
    if known is None or meaning not in ("ZIP archive", "old Office document"):
        return None
    description, module, package = known
    if importlib.util.find_spec(module):
        return FileProfile(
            name=name,
            kind="excel",
            description=description,
            load=f"import pandas as pd\n\nsheets = pd.read_excel({name!r}, sheet_name=None)  # by name",
        )
    return FileProfile(
        name=name,
        kind="binary",
        description=description,
        warnings=(f"The file {name} needs the package {package}, which is not installed: save it as .xlsx.",),
    )


def _unread(name: str, names: Sequence[str], warning: str) -> FileProfile:
    return FileProfile(
        name=name,
        kind="excel",
        description=_description(names),
        load=f"import pandas as pd\n\ndf = {read_excel(name, (('sheet_name', repr(names[0])),))}",
        preview=f"Sheets: {listed(names)}",
        warnings=(warning,),
    )


def _description(names: Sequence[str]) -> str:
    return f"Excel workbook with {'a sheet' if len(names) == 1 else f'{len(names)} sheets'}"


class _Workbook:
    """The tables of a workbook, put in order."""

    def __init__(self, file: str, names: Sequence[str], sheets: Sequence[Sheet]) -> None:
        self._file = file
        self._names = names
        self._notes = {sheet.name: note for sheet in sheets if (note := note_in(sheet))}
        blocks = {sheet.name: block for sheet in sheets if (block := Block.of(sheet))}
        if blocks.keys() <= self._notes.keys():
            self._notes = {}
        tables = [block for name, block in blocks.items() if name not in self._notes]
        self._groups = alike(tables)

    def profile(self) -> FileProfile:
        if not self._groups:
            return _unread(self._file, self._names, "All sheets are empty.")
        shown = self._groups[:MOST_TABLES]
        tables = [table_of(group, self._file, named=len(self._names) > 1) for group in shown]
        single = len(tables) == 1
        warnings = tuple(self._warnings(shown, tables))
        return FileProfile(
            name=self._file,
            kind="excel",
            description=_description(self._names),
            load=f"import pandas as pd\n\n{load_lines(tables)}",
            columns=columns_of(tables),
            rows=tables[0].rows if single else None,
            rows_exact=tables[0].rows_exact,
            head=head_of(tables[0].head, tables[0].columns, noted=bool(warnings)),
            warnings=warnings,
        )

    def _warnings(self, groups: Sequence[Sequence[Block]], tables: Sequence[Table]) -> Iterator[str]:
        if any(len(group) > 1 for group in groups):
            yield "Sheets with the same columns are read as one table."
        said: dict[str, list[str]] = {}
        for group, table in zip(groups, tables, strict=True):
            for warning in (*warnings_of(group, table.columns), *table.notes):
                said.setdefault(warning, []).append(table.name)
        for warning, where in said.items():
            yield warning if len(tables) == 1 else f"{listed(where)}: {warning}"
        for name, note in self._notes.items():
            yield f"The sheet {name!r} says: {note[:_LONGEST_NOTE]!r}"
        told = {block.sheet.name for group in groups for block in group} | self._notes.keys()
        if others := [name for name in self._names if name not in told]:
            yield f"Other sheets: {listed(others)}."
