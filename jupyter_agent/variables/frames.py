"""Frames, series and indexes of pandas <-> one Arrow table each.

The columns of the table are those of the frame, then the levels of its index. The rest, how to make the same
frame of them again, is JSON in the table's metadata: kinds and names of the columns, the index, `attrs`.
Every Arrow reader can read such a file; `from_table` makes the same frame of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from . import arrow_files, plain
from .columns import FromArrow, ToArrow
from .not_kept import NotKept, Unreadable

KEY = b"jupyter-agent"
_INDEXES = (
    pd.Index,
    pd.RangeIndex,
    pd.DatetimeIndex,
    pd.TimedeltaIndex,
    pd.PeriodIndex,
    pd.IntervalIndex,
    pd.CategoricalIndex,
    pd.MultiIndex,
)


def to_table(value: Any) -> Any:
    """The Arrow table of a frame, a series or an index of pandas; without a copy of its numbers and texts.

    Raises:
        NotKept: something in it has no exact form in Arrow; the reason names the column.
    """
    to_arrow = ToArrow()
    labelled: list[tuple[str, Any]] = []
    if isinstance(value, pd.Index):
        arrays, index = _index(value, to_arrow)
        described: dict[str, Any] = {"what": "index", "index": index}
    else:
        frame = value if isinstance(value, pd.DataFrame) else value.to_frame(name="values")
        values = []
        for position, label in enumerate(value.columns if frame is value else [value.name]):
            try:
                array, column = to_arrow(frame.iloc[:, position].array)
            except NotKept as error:
                called = repr(label) if type(label) in (str, int) else f"number {position}"
                raise NotKept(f"column {called}: {error.reason}", error.instead) from error
            values.append(column)
            labelled.append((label if type(label) is str else f"column {position}", array))
        try:
            arrays, index = _index(value.index, to_arrow)
        except NotKept as error:
            raise NotKept(f"its index: {error.reason}", error.instead) from error
        described = {"values": values, "index": index, "rows": len(value)}
        described |= (
            _axis(value.columns) if frame is value else {"what": "series", "name": _plain(value.name)}
        )
        described |= {
            "attrs": _plain(value.attrs),
            "duplicates": value.flags.allows_duplicate_labels,
        }
    names = [_printable(label) for label, _ in labelled]
    names += [f"__index_level_{level}__" for level in range(len(arrays))]
    table = pa.table([*(array for _, array in labelled), *arrays], names=names)
    return table.replace_schema_metadata({KEY: json.dumps(described)})


def from_table(table: Any, content: Any) -> Any:
    """What `to_table` was given. `content` is the memory that the table lies in, which may be written to.

    Raises:
        Exception: it is not a table of `to_table`.
    """
    described = json.loads((table.schema.metadata or {})[KEY])
    from_arrow = FromArrow(content)
    if described["what"] == "index":
        return _read_index(table.columns, described["index"], from_arrow)
    width = len(described["values"])
    rows = int(described["rows"])
    if table.num_columns and table.num_rows != rows:
        raise Unreadable(f"{table.num_rows} rows where {rows} were written")
    index = _read_index(table.columns[width:], described["index"], from_arrow)
    columns = [
        from_arrow(array, column)
        for array, column in zip(table.columns[:width], described["values"], strict=True)
    ]
    if len(index) != rows:
        raise Unreadable(f"an index of {len(index)} for {rows} rows")
    if described["what"] == "series":
        (values,) = columns
        name = plain.Decoder().decode(described["name"])
        value = pd.Series(values, index=index, dtype=values.dtype, name=name, copy=False)
    elif described["what"] == "frame":
        series = {
            position: pd.Series(values, index=index, dtype=values.dtype, copy=False)
            for position, values in enumerate(columns)
        }
        value = pd.DataFrame(series, index=index, copy=False)
        value.columns = _read_axis(described, from_arrow)
    else:
        raise Unreadable(f"there is nothing named {described['what']!r}")
    value.attrs = plain.Decoder().decode(described["attrs"])
    return value if described["duplicates"] else value.set_flags(allows_duplicate_labels=False)


def _index(index: Any, to_arrow: ToArrow) -> tuple[list[Any], dict[str, Any]]:
    """The arrays of an index, one for each level, and its description; none for a range."""
    if type(index) not in _INDEXES:
        raise NotKept(f"an index of the class {type(index).__name__}", "pandas.Index(index)")
    if type(index) is not pd.MultiIndex:
        array, described = to_arrow.index(index)
        return [] if described["is"] == "range" else [array], described
    arrays, levels = [], []
    for level, codes in zip(index.levels, index.codes, strict=True):
        labels, described = to_arrow.labels(level)
        levels.append(described)
        codes = np.asarray(codes)
        arrays.append(pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), labels))
    return arrays, {"levels": levels, "names": _plain(list(index.names)), "sorted": index.sortorder}


def _read_index(arrays: Sequence[Any], described: Mapping[str, Any], from_arrow: FromArrow) -> Any:
    if "levels" not in described:
        (array,) = arrays or [pa.chunked_array([], pa.int64())]
        return from_arrow.index(array, described)
    levels, codes = [], []
    for array, level in zip(arrays, described["levels"], strict=True):
        whole = array.combine_chunks()
        levels.append(from_arrow.index(pa.chunked_array([whole.dictionary]), level))
        if len(levels[-1]) != len(whole.dictionary):
            raise Unreadable("a level has other labels than were written")
        codes.append(whole.indices.fill_null(-1).to_numpy())
    return pd.MultiIndex(
        levels,
        codes,
        names=plain.Decoder().decode(described["names"]),
        sortorder=described["sorted"],
        verify_integrity=False,  # Arrow has checked that no code is beyond the labels
    )


def _axis(columns: Any) -> dict[str, Any]:
    """The names of the columns, which are an index of their own, packed as text."""
    try:
        arrays, described = _index(columns, ToArrow())
    except NotKept as error:
        raise NotKept(f"the names of its columns: {error.reason}", error.instead) from error
    return {"what": "frame", "columns": described, "names": arrow_files.pack(arrays)}


def _read_axis(described: Mapping[str, Any], from_arrow: FromArrow) -> Any:
    return _read_index(arrow_files.unpack(described["names"]), described["columns"], from_arrow)


def _plain(value: object) -> Any:
    return plain.Encoder().encode(value)


def _printable(label: str) -> str:
    """A name that Arrow takes, for other readers: the true ones are in the description."""
    return label.encode("utf-8", "replace").decode()
