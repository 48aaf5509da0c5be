"""Writes the `read_csv` that reads a table as its profile says, and a line for each column that it cannot."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from .cells import Cells
from .dates import Dates
from .layout import Layout, tidied
from .naming import as_path
from .notation import NUMERIC
from .text import Sample

_NAMED_COLUMNS = 60
"""Headerless columns are named one by one in the load code up to this many."""
_ONE_PIECE = 200_000
"""Characters; pandas reads a longer table in pieces, and gives each column a type in each of them."""


class _Code(str):
    """An option's value that is written as it stands."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


LongRows = Literal["", "skipped", "cut"]
"""What becomes of rows with more cells than the others, if there are some."""


def load_code(
    name: str,
    sample: Sample,
    layout: Layout,
    columns: Mapping[str, Cells],
    long_rows: LongRows,
    rows: int | None = None,
) -> str:
    """Python that makes `df`, whose columns have the types that the cells say.

    `rows`: how many there are, where other lines follow. `skipfooter` would need another parser.
    """
    cells = list(columns.values())
    signs = _signs(cells)
    options = {
        **_division(sample, layout, list(columns)),
        **signs,
        "na_values": _placeholders(columns),
        "dtype": dict(_types(columns, sample, signs)),
        "parse_dates": [column for column, cell in columns.items() if _is_parsed(cell, sample)],
        "encoding_errors": "ignore" if sample.broken else "",
        "on_bad_lines": "skip" if long_rows == "skipped" else "",
        "nrows": "" if rows is None else rows,
        "usecols": _Code(f"range({layout.width})") if long_rows == "cut" else "",
    }
    arguments = "".join(
        f", {option}={value!r}" for option, value in options.items() if value not in ("", [], {})
    )
    lines = ["import pandas as pd", "", f"df = pd.read_csv({as_path(name)!r}{arguments})"]
    names = tidied(list(columns))
    if names != list(columns):
        lines.append("df.columns = df.columns.str.strip()")
    lines += _conversions(zip(names, cells, strict=True), sample, signs)
    return "\n".join(lines)


def _division(sample: Sample, layout: Layout, names: Sequence[str]) -> dict[str, object]:
    """How the text is divided; what is not given is not called for."""
    options: dict[str, object] = {}
    if layout.delimiter != ",":
        options["sep"] = layout.delimiter
    if sample.encoding not in ("utf-8", "utf-8-sig"):
        options["encoding"] = sample.encoding
    if layout.skipped:
        options["skiprows"] = layout.skipped
    if layout.header is None and layout.width:
        options["header"] = None
        counted = _Code(f"[f'column_{{n}}' for n in range(1, {layout.width + 1})]")
        options["names"] = names if layout.width <= _NAMED_COLUMNS else counted
    if layout.spaced:
        options["skipinitialspace"] = True
    if not layout.quoted:
        options["quoting"] = int(csv.QUOTE_NONE)
    return options


def _signs(cells: Sequence[Cells]) -> dict[str, object]:
    """The signs of decimals and thousands; none when columns contradict: each is converted then."""
    commas = any(cell.decimal_comma for cell in cells)
    grouped = any(cell.thousands == "," for cell in cells)
    if commas and not grouped and not any(cell.notation.decimal == "." for cell in cells):
        return {"decimal": ",", "thousands": "." if any(cell.thousands for cell in cells) else ""}
    return {"thousands": ","} if grouped and not commas else {}


def _types(
    columns: Mapping[str, Cells], sample: Sample, signs: Mapping[str, object]
) -> Iterator[tuple[str, str]]:
    """The types that pandas would not find."""
    pieces = not sample.whole or len(sample.text) > _ONE_PIECE
    for column, cell in columns.items():
        if cell.is_code or _is_misread(cell, signs) or (pieces and cell.mixed):
            yield column, "str"
        elif cell.type == "boolean" and cell.missing:
            yield column, "boolean"


def _needs_signs(cell: Cells) -> bool:
    return cell.decimal_comma or bool(cell.thousands)


def _is_misread(cell: Cells, signs: Mapping[str, object]) -> bool:
    """Whether pandas would make numbers of a column, or of a part of it, that are wrong."""
    if _needs_signs(cell):
        return not signs
    no_numbers = cell.type in ("text", "date")
    return no_numbers and bool(signs.get("thousands")) and all(map(NUMERIC.fullmatch, cell.counts))


def _placeholders(columns: Mapping[str, Cells]) -> list[str] | dict[str, list[str]]:
    """The marks for missing values, by column if they mean something in another one."""
    marks = {column: sorted(cell.placeholders) for column, cell in columns.items() if cell.placeholders}
    every = {mark for own in marks.values() for mark in own}
    if any(not every.isdisjoint(cell.counts) for cell in columns.values()):
        return marks
    return sorted(every)


def _is_parsed(cell: Cells, sample: Sample) -> bool:
    """Whether `parse_dates` reads a column: its dates have one form, and no other offset can come later."""
    return cell.dates is not None and cell.dates.alike and (sample.whole or not cell.dates.zoned)


def _conversions(
    columns: Iterable[tuple[str, Cells]], sample: Sample, signs: Mapping[str, object]
) -> Iterator[str]:
    """A line for each column that `read_csv` leaves as text, though it is none."""
    for name, cell in columns:
        read = f"df[{name!r}]"
        if _needs_signs(cell) and not signs:
            plain = f"{read}.str.replace({cell.thousands!r}, '')" if cell.thousands else read
            if cell.decimal_comma:
                plain += ".str.replace(',', '.')"
            yield f"{read} = pd.to_numeric({plain})"
        elif cell.dates and not _is_parsed(cell, sample):
            if cell.dates.blanks:
                yield f"{read} = {read}.str.strip()"
            yield f"{read} = {_parsed(read, cell.dates, sample)}"


def _parsed(read: str, dates: Dates, sample: Sample) -> str:
    """The expression that makes dates of texts; of several forms, each is read by itself."""
    if len(dates.forms) == 1:
        utc = ", utc=True" if dates.several_offsets or (dates.zoned and not sample.whole) else ""
        return f"pd.to_datetime({read}, format={dates.formats[0]!r}{utc})"
    first, *others = [f"pd.to_datetime({read}, format={form!r}, errors='coerce')" for form in dates.formats]
    return first + "".join(f".fillna({other})" for other in others)
