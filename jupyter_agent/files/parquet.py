"""Profiles Parquet and Feather files: the schema, the number of rows, and what the first rows hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .naming import as_path
from .typed import MOST_ROWS, described_from, rows_within, typed_column
from .values import Column, FileProfile

_MOST_BYTES = 300_000_000
"""Unpacked, of the rows that are stored together; examples are not taken from larger ones."""


def profile_parquet(path: Path, name: str) -> FileProfile:
    """A Parquet table, or a file that begins like one and was cut."""
    return _profile(path, name, "Parquet table", "read_parquet", b"PAR1", _read_parquet)


def profile_feather(path: Path, name: str) -> FileProfile:
    """A Feather table, or a file that begins like one and was cut."""
    return _profile(path, name, "Feather table", "read_feather", b"ARROW1", _read_feather)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beginning:
    """A table's schema and its first rows."""

    schema: Any
    rows: int
    first: Any | None
    """None where they are too large to be looked at."""
    missing: dict[str, int]
    """In all rows, of the columns for which the file says it."""


def _profile(path: Path, name: str, description: str, function: str, end: bytes, read: Any) -> FileProfile:
    import pyarrow as pa  # not for a server that starts

    plain = FileProfile(
        name=name,
        kind="parquet",
        description=description,
        load=f"import pandas as pd\n\ndf = pd.{function}({as_path(name)!r})",
    )
    with path.open("rb") as file:
        file.seek(-len(end), 2)
        if file.read() != end:
            cut = "The file is cut off: its end, which a reader needs, is missing."
            return replace(plain, load="", warnings=(cut,))
    try:
        found: _Beginning = read(path)
    except (pa.ArrowException, OSError, ValueError, ArithmeticError, LookupError) as error:
        return replace(plain, load="", warnings=(_unread(error),))
    if len(set(found.schema.names)) < len(found.schema.names):
        return replace(plain, load="", warnings=("Columns with the same name: pandas cannot read the file.",))
    try:
        columns = _columns(found)
    except (pa.ArrowException, OSError, ValueError, ArithmeticError, LookupError) as error:
        return replace(plain, warnings=(_unread(error),))
    return replace(
        plain,
        load=plain.load + "".join(_after(found.schema, columns)),
        columns=columns,
        rows=found.rows,
        warnings=()
        if found.first is None or found.first.num_rows == found.rows
        else (described_from(found.first.num_rows),),
    )


def _unread(error: Exception) -> str:
    return f"The file cannot be read: {(str(error).splitlines() or [''])[0]:.200}"


def _read_parquet(path: Path) -> _Beginning:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, memory_map=True, pre_buffer=False) as file:
        footer, schema = file.metadata, file.schema_arrow
        first = schema.empty_table() if footer.num_row_groups == 0 else None
        if first is None and footer.row_group(0).total_byte_size <= _MOST_BYTES:
            count = rows_within(MOST_ROWS, len(schema))
            batches = file.iter_batches(batch_size=count, row_groups=[0], use_threads=False)
            first = pa.Table.from_batches(
                [batch for batch, _ in zip(batches, range(1), strict=False)], schema
            )
        return _Beginning(schema=schema, rows=footer.num_rows, first=first, missing=_nulls(footer))


def _nulls(footer: Any) -> dict[str, int]:
    """Missing values of the columns that are not nested, as far as all parts of the file say it."""
    found: dict[str, int] = {}
    if footer.num_row_groups * footer.num_columns > MOST_ROWS:
        return found
    for place in range(footer.num_columns):
        parts = [footer.row_group(group).column(place) for group in range(footer.num_row_groups)]
        known = [
            part.statistics.null_count
            for part in parts
            if part.is_stats_set and part.statistics.has_null_count
        ]
        if parts and len(known) == len(parts):
            found[parts[0].path_in_schema] = sum(known)
    return found


def _read_feather(path: Path) -> _Beginning:
    import pyarrow as pa

    with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as file:
        count = file.num_record_batches
        first = file.schema.empty_table() if count == 0 else None
        rows = 0
        if count and path.stat().st_size / count <= _MOST_BYTES / 4:
            beginning, last = file.get_batch(0), file.get_batch(count - 1)
            # All but the last are of one length, as pandas, polars and Arrow itself write them.
            rows = beginning.num_rows * (count - 1) + last.num_rows
            kept = beginning.slice(0, rows_within(MOST_ROWS, len(file.schema)))
            first = pa.Table.from_batches([kept])
        return _Beginning(schema=file.schema, rows=rows, first=first, missing={})


def _columns(found: _Beginning) -> tuple[Column, ...]:
    indices, unnamed = _indices(found.schema)
    names = [name for name in found.schema.names if name not in (*indices, *unnamed)]
    return tuple(_column(name, found) for name in (*indices, *names))


def _column(name: str, found: _Beginning) -> Column:
    if found.first is None:
        return Column(
            name=name,
            type="text",
            missing=found.missing.get(name, 0),
            examples=(str(found.schema.field(name).type),),
        )
    column = typed_column(name, _values(found.first.column(name)))
    return replace(column, missing=max(column.missing, found.missing.get(name, 0)))


def _values(column: Any) -> list[object]:
    """The values as Python has them; nanoseconds, for which pyarrow takes pandas, are left out."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_timestamp(kind):
        column = column.cast(pa.timestamp("us", kind.tz), safe=False)
    elif pa.types.is_duration(kind):
        column = column.cast(pa.duration("us"), safe=False)
    elif pa.types.is_time64(kind):
        column = column.cast(pa.time64("us"), safe=False)
    elif pa.types.is_nested(kind) and "[ns" in str(kind):
        return [str(kind) if valid else None for valid in column.is_valid().to_pylist()]
    values: list[object] = column.to_pylist()
    return values


def _indices(schema: Any) -> tuple[list[str], list[str]]:
    """The columns that pandas makes an index of: those with a name, and those without."""
    stored = [
        index for index in (schema.pandas_metadata or {}).get("index_columns", ()) if isinstance(index, str)
    ]
    named = [index for index in stored if not index.startswith("__index_level_")]
    return named, [index for index in stored if index not in named]


def _after(schema: Any, columns: Sequence[Column]) -> Iterator[str]:
    """What makes of the table that pandas reads one whose types are those of the profile."""
    import pyarrow as pa

    if _indices(schema)[0]:
        yield ".reset_index()"
    kinds = [index.get("pandas_type") for index in (schema.pandas_metadata or {}).get("column_indexes", ())]
    if any(kind not in ("unicode", "string", "empty", "mixed") for kind in kinds):
        yield ".rename(columns=str)"
    types = {}
    for column in columns:
        kind = schema.field(column.name).type
        if pa.types.is_date(kind):
            types[column.name] = "datetime64[s]"
        elif pa.types.is_decimal(kind):
            types[column.name] = "float"
        elif pa.types.is_boolean(kind) and column.missing:
            types[column.name] = "boolean"
    if types:
        yield f".astype({types!r})"
