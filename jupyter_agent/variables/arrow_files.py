"""Arrow tables <-> bytes, in Arrow's file format (which is also called Feather).

Nothing is compressed, so that a file can be mapped into memory, and numbers stay where they lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from .scalars import bytes_of, text_of


def write(table: Any, sink: Any) -> None:
    """Write a table to a path, or to anything of Arrow that can be written to.

    Raises:
        pyarrow.ArrowException: one of its types cannot be written.
        OSError: there is no room.
    """
    options = pa.ipc.IpcWriteOptions(compression=None, unify_dictionaries=True, use_threads=False)
    with pa.ipc.new_file(sink, table.schema, options=options) as writer:
        if table.num_rows:
            writer.write_table(table)
        else:
            # A table without rows would be written without its dictionaries.
            writer.write_batch(pa.record_batch(list(map(_one_piece, table.columns)), schema=table.schema))


def read(content: Any) -> Any:
    """The table in `content`, which stays in use. All that is in it was checked to be what it says.

    Raises:
        pyarrow.ArrowException, OSError: it is not a whole Arrow file.
    """
    # Without threads, which a forked process has lost; there is nothing to unpack anyway.
    with pa.ipc.open_file(pa.py_buffer(content), options=pa.ipc.IpcReadOptions(use_threads=False)) as reader:
        table = reader.read_all()
    table.validate(full=True)
    return table


def pack(arrays: Sequence[Any]) -> str:
    """Arrays as text: what belongs to a table, but has another length than its columns."""
    sink = pa.BufferOutputStream()
    write(pa.table(list(arrays), names=[str(number) for number in range(len(arrays))]), sink)
    return text_of(sink.getvalue().to_pybytes())


def unpack(text: str) -> list[Any]:
    """The arrays of `pack`.

    Raises:
        Exception: it is not such a text.
    """
    columns: list[Any] = read(bytes_of(text)).columns
    return columns


def _one_piece(column: Any) -> Any:
    return column.chunk(0) if column.num_chunks else pa.array([], column.type)
