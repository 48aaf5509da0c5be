"""Arrays of numpy <-> `.npy`, numpy's own format, never with pickle."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from jupyter_agent.classes import type_name

from .not_kept import NotKept, Unreadable

_HEADER_CHARACTERS = 100_000


def check(array: Any) -> None:
    """Raises NotKept if the format does not keep all of an array."""
    if type(array) is not np.ndarray:
        raise NotKept(f"a {type_name(array)} would come back as an array", "numpy.asarray(value)")
    dtype = array.dtype
    if dtype.hasobject or dtype.kind == "T":
        raise NotKept("an array of Python objects has no form without pickle", "value.tolist()")
    described: Any = np.lib.format.dtype_to_descr(dtype) if dtype.metadata is None else ""
    if len(repr(described)) > _HEADER_CHARACTERS // 2:
        raise NotKept("it has too many fields")
    if not described or np.lib.format.descr_to_dtype(described) != dtype:
        raise NotKept(f"its type {dtype} has parts that the format leaves out")


def write(array: Any, sink: Any) -> None:
    """Write an array that was checked to a file."""
    np.lib.format.write_array(sink, array, allow_pickle=False)


def to_bytes(array: Any) -> bytes:
    """The content of the file that `write` writes."""
    sink = io.BytesIO()
    write(array, sink)
    return sink.getvalue()


def read(content: Any) -> Any:
    """The array in `content`, which stays in use and may be written to.

    Raises:
        Unreadable, ValueError: it is not a whole file of this format, or holds objects.
    """
    source = io.BytesIO(memoryview(content)[: _HEADER_CHARACTERS + 20])
    version = np.lib.format.read_magic(source)
    if version == (3, 0):
        # Names of fields in other alphabets; numpy has no function for this header alone.
        whole = io.BytesIO(content)
        return np.lib.format.read_array(whole, allow_pickle=False, max_header_size=_HEADER_CHARACTERS)
    read_header: Any = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }[version]
    shape, in_columns, dtype = read_header(source, max_header_size=_HEADER_CHARACTERS)
    count = 1
    for length in shape:
        count *= length
    start = source.tell()
    if dtype.hasobject or min(shape, default=0) < 0 or start + count * dtype.itemsize != len(content):
        raise Unreadable("the array is not as large as it says")
    flat = np.frombuffer(content, dtype, count, start) if dtype.itemsize and count else np.empty(count, dtype)
    return flat.reshape(shape, order="F" if in_columns else "C")
