"""Describes the tables of sheets, and writes the `read_excel` that fits; tables that are alike become one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .blocks import Block
from .cells import MISSING, Cells, describe
from .footers import note_on_sum
from .gaps import filled_down, named_once, note_on
from .head import ROWS
from .naming import as_path
from .several import Table, listed
from .typed import described_columns, is_missing, texts_are_dates, typed_column, written
from .values import Column
from .workbook import MOST_COLUMNS

_LONGEST_TITLE = 100


def read_excel(file: str, options: Sequence[tuple[str, str]]) -> str:
    """The call with these arguments, as code."""
    return f"pd.read_excel({as_path(file)!r}{''.join(f', {option}={value}' for option, value in options)})"


def alike(blocks: Sequence[Block]) -> list[list[Block]]:
    """The blocks of different sheets in groups of those that can be read as one table, the largest first."""
    groups: dict[object, list[Block]] = {}
    for block in blocks:
        own = block.sheet.name if block.header is None else (frozenset(block.names), block.sheet.hidden)
        groups.setdefault((own, block.options), []).append(block)
    parts = [part for group in groups.values() for part in _without_sums(group)]
    return sorted(parts, key=lambda part: (part[0].sheet.hidden, -sum(block.rows for block in part)))


def _without_sums(group: list[Block]) -> list[list[Block]]:
    """A sheet with as many rows as all others is likely to hold them all: it stands alone."""
    largest = max(group, key=lambda block: block.rows)
    others = [block for block in group if block is not largest]
    if len(others) > 1 and largest.rows == sum(block.rows for block in others):
        return [[largest], others]
    return [group]


def table_of(group: Sequence[Block], file: str, *, named: bool) -> Table:
    """The table of like blocks; `named`: the file has more sheets than one."""
    first = group[0]
    found = [_found(name, group) for name in first.names]
    options = (*first.options, *_options(found, first.raw_names))
    after = max((block.renaming for block in group), key=len)
    if any(len(block.values) < len(block.body) for block in group):
        after += '.dropna(how="all")'
    if filled := [one.column.name for one in found if one.merged == "filled"]:
        after += f".pipe(lambda table: table.assign(**table[{filled!r}].ffill()))"
    columns = tuple(one.column for one in found)
    sheets = [block.sheet.name for block in group]
    if len(group) == 1:
        load = read_excel(file, ((("sheet_name", repr(sheets[0])),) if named else ()) + options) + after
    else:
        label = "sheet" if "sheet" not in first.names else "name of the sheet"
        read = read_excel(file, (("sheet_name", repr(sheets)), *options))
        load = f"pd.concat({read}, names=[{label!r}]){after}.droplevel(1).reset_index()"
        columns = (typed_column(label, [block.sheet.name for block in group for _ in block.values]), *columns)
    return Table(
        name=sheets[0],
        load=load,
        columns=columns,
        rows=sum(block.rows for block in group),
        rows_exact=all(block.sheet.whole for block in group),
        head=tuple(
            tuple("" if cell is None else written(cell) for cell in row) for row in first.values[:ROWS]
        ),
        notes=tuple(_notes(found, group)),
        remark="hidden" if first.sheet.hidden else "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    column: Column
    is_code: bool = False
    placeholders: frozenset[str] = frozenset()
    texts_are_dates: bool = False
    flags: bool = False
    """Truth values, of which some are missing."""
    merged: Literal["", "filled", "unfilled"] = ""
    """Whether it has merged cells, and is read with their value in each of them."""


def _found(name: str, group: Sequence[Block]) -> _Found:
    """The column of like blocks; merged cells are filled where that is to fill each gap from above."""
    found = _column(name, _cells(name, group))
    known, meant = (
        [None if _lacking(value) or value in found.placeholders else value for value in values]
        for values in (_cells(name, group), _cells(name, group, merged=True))
    )
    if known == meant:
        return found
    if filled_down(known) != meant:
        return replace(found, merged="unfilled")
    return replace(found, column=_column(name, meant).column, merged="filled")


def _cells(name: str, group: Sequence[Block], *, merged: bool = False) -> list[object]:
    return [cell for block in group for cell in block.cells(block.names.index(name), merged=merged)]


def _notes(found: Sequence[_Found], group: Sequence[Block]) -> Iterator[str]:
    """What to know of cells that are empty because another one's value is meant for them, too."""
    if filled := [one.column.name for one in found if one.merged == "filled"]:
        yield f"Merged cells are read with their value in each row that they span: {listed(filled)}."
    for one in found:
        if one.merged == "unfilled":
            yield (
                f"The column {one.column.name} has merged cells, whose value stands in the first row that"
                " they span, and other cells that are empty: fill the merged ones only."
            )
    columns = (_cells(one.column.name, group) if not one.merged else () for one in found)
    for one in found[: named_once(columns)]:
        yield note_on(one.column.name)


def _column(name: str, values: Sequence[object]) -> _Found:
    """The column as pandas makes it of these cells; it turns texts that are numbers into numbers."""
    present = [value for value in values if not _lacking(value)]
    missing = len(values) - len(present)
    texts = [value for value in present if isinstance(value, str)]
    cells = Cells([written(value) for value in present])
    if not texts:
        flags = cells.type == "boolean" and missing > 0
        return _Found(column=replace(typed_column(name, present), missing=missing), flags=flags)
    if texts_are_dates(present):
        return _Found(column=replace(describe(name, cells), missing=missing), texts_are_dates=True)
    numeric = cells.type in ("integer", "number") and not (cells.decimal_comma or cells.thousands)
    if (numeric or cells.is_code) and {str, *map(type, present)} <= {str, int, float}:
        column = replace(describe(name, cells), missing=missing + cells.missing)
        return _Found(column=column, is_code=cells.is_code, placeholders=cells.placeholders)
    if cells.type == "boolean" and texts == present:
        return _Found(column=replace(describe(name, cells), missing=missing))
    return _Found(column=replace(typed_column(name, present), missing=missing))


def _lacking(value: object) -> bool:
    return is_missing(value) or (isinstance(value, str) and value in MISSING)


def _options(columns: Sequence[_Found], names: Sequence[object]) -> Iterator[tuple[str, str]]:
    """Arguments for what is in the columns; `names`: theirs when the sheet has just been read."""
    called = [
        (name, found) for name, found in zip(names, columns, strict=True) if isinstance(name, str | int)
    ]
    if placeholders := sorted({mark for found in columns for mark in found.placeholders}):
        yield "na_values", repr(placeholders)
    types = {name: "str" for name, found in called if found.is_code}
    types |= {name: "boolean" for name, found in called if found.flags}
    if types:
        yield "dtype", repr(types)
    if dates := [name for name, found in called if found.texts_are_dates]:
        yield "parse_dates", repr(dates)


def warnings_of(group: Sequence[Block], columns: Sequence[Column]) -> Iterator[str]:
    """What to know of a table before trusting it."""
    first = group[0]
    if first.header is None:
        yield "The first row holds values, not names: the columns were named column_1, column_2 and so on."
    if first.start:
        above = "; ".join(str(cell).strip() for row in first.above for cell in row if cell is not None)
        said = f": {above[:_LONGEST_TITLE]!r}" if above else ""
        yield f"The table begins after {first.start} other rows, which are skipped{said}."
    if first.below:
        yield f"The last {first.below} rows are a note, which is skipped."
    ends = [block.values[-1] for block in group if block.sheet.whole and len(block.values) > 1]
    yield from dict.fromkeys(filter(None, map(note_on_sum, ends)))
    formulas = any(block.sheet.formulas for block in group)
    for column in columns:
        if column.type == "empty" and column.missing:
            unknown = ": it may have formulas whose results are not in the file" if formulas else ""
            yield f"The column {column.name} is empty{unknown}."
    if len(columns) >= MOST_COLUMNS:
        yield described_columns(len(columns))
    if not all(block.sheet.whole for block in group):
        yield "The sheet is large: columns are described from its beginning only."
