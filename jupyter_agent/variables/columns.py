"""Arrays of pandas <-> Arrow arrays, exactly, with a description of what Arrow does not know.

Numbers, moments and text are handed over without a copy where pandas and Arrow keep them alike, and come back
as arrays that can be written to. What other programs know stays what it is: a column of numbers is one of
numbers in any reader of Arrow files. Object columns are kept if all of it is text, bytes or single values of
Python; what Arrow has no exact type for is written as JSON, cell by cell (`plain`).
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from . import arrow_files, plain, zones
from .not_kept import NotKept, Unreadable

_MISSING_MOMENT = np.iinfo("int64").min
_GAPS: Mapping[str, object] = {"None": None, "nan": float("nan"), "NA": pd.NA}
_OBJECTS: Mapping[int, Any] = {
    id(str): pa.large_string(),
    id(bytes): pa.large_binary(),
    id(bool): pa.bool_(),
    id(int): pa.int64(),
    id(float): pa.float64(),
    id(datetime.date): pa.date32(),
}
_MASKED = frozenset(
    {"boolean", "Float32", "Float64", *(f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64))}
)
_MASKED_ARRAYS = (pd.arrays.IntegerArray, pd.arrays.FloatingArray, pd.arrays.BooleanArray)
_UNITS = ("s", "ms", "us", "ns")


class ToArrow:
    """Writes the columns of one table. One for all, so that a list in two cells is noticed."""

    def __init__(self) -> None:
        self._plain = plain.Encoder()

    def __call__(self, values: Any) -> tuple[Any, dict[str, Any]]:
        """An array of Arrow and the description of the array of pandas that it was.

        Raises:
            NotKept: Arrow and JSON have no exact form for it.
        """
        try:
            return self._written(values)
        except (pa.ArrowException, UnicodeEncodeError, OverflowError) as error:
            raise NotKept(f"Arrow does not take it ({str(error).splitlines()[0]})") from error

    def _written(self, values: Any) -> tuple[Any, dict[str, Any]]:
        dtype = values.dtype
        match type(values):
            case pd.arrays.NumpyExtensionArray:
                return self._numpy(values.to_numpy())
            case np.ndarray:
                return self._numpy(values)
            case pd.arrays.DatetimeArray:
                moments = np.asarray(values.asi8).view(f"M8[{values.unit}]")
                zone = {} if values.tz is None else {"zone": zones.encode(values.tz)}
                kind = pa.timestamp(values.unit, tz="UTC" if zone else None)
                return pa.array(moments, kind, from_pandas=True), {
                    "is": "datetime",
                    "unit": values.unit,
                    **zone,
                }
            case pd.arrays.TimedeltaArray:
                spans = np.asarray(values.asi8).view(f"m8[{values.unit}]")
                return pa.array(spans, pa.duration(values.unit), from_pandas=True), {
                    "is": "timedelta",
                    "unit": values.unit,
                }
            case pd.arrays.PeriodArray:
                if pd.PeriodDtype(values.freqstr) != dtype:
                    raise NotKept(f"periods of {values.freqstr} cannot be written down")
                return pa.array(values.asi8), {"is": "period", "freq": values.freqstr}
            case pd.arrays.IntervalArray:
                return self._interval(values)
            case pd.Categorical:
                return self._category(values)
            case pd.arrays.SparseArray:
                raise NotKept("sparse columns have no form in Arrow", "value.sparse.to_dense()")
        if isinstance(dtype, pd.StringDtype):
            array = values._pa_array if dtype.storage == "pyarrow" else self._texts(values)
            missing = "nan" if isinstance(dtype.na_value, float) else "NA"
            return array, {"is": "string", "storage": dtype.storage, "missing": missing}
        if type(dtype) is pd.ArrowDtype:
            if holds_extension(dtype.pyarrow_dtype):
                raise NotKept(f"{dtype} is an extension of Arrow that not everyone knows")
            return values._pa_array, {"is": "arrow"}
        if dtype.name in _MASKED and isinstance(values, _MASKED_ARRAYS):
            return values.__arrow_array__(), {"is": "masked", "dtype": dtype.name}
        raise NotKept(f"columns of the type {dtype} of another library have no form in Arrow")

    def _numpy(self, values: Any) -> tuple[Any, dict[str, Any]]:
        dtype = values.dtype
        if dtype.kind == "O":
            return self._objects(values)
        if dtype.kind in "Mm":
            return self._written(pd.array(values))
        if dtype.kind in "biuf" and dtype.isnative and dtype.itemsize <= 8:
            return pa.array(values), {"is": "numpy", "dtype": dtype.str}
        # Complex numbers and other orders of bytes: as they are in memory.
        data = pa.py_buffer(np.ascontiguousarray(values).tobytes())
        array = pa.Array.from_buffers(pa.binary(dtype.itemsize), len(values), [None, data])
        return array, {"is": "numpy", "dtype": dtype.str}

    def _interval(self, values: Any) -> tuple[Any, dict[str, Any]]:
        left, sides = self._written(values.left.array)
        right, _ = self._written(values.right.array)
        array = pa.StructArray.from_arrays([_single(left), _single(right)], ["left", "right"])
        return array, {"is": "interval", "closed": values.closed, "sides": sides}

    def _category(self, values: Any) -> tuple[Any, dict[str, Any]]:
        array, categories = self.labels(values.categories)
        codes = pa.array(values.codes, mask=values.codes < 0)
        described = {"is": "category", "ordered": bool(values.ordered), "categories": categories}
        return pa.DictionaryArray.from_arrays(codes, array), described

    def labels(self, index: Any) -> tuple[Any, dict[str, Any]]:
        """As `index`, for what becomes the dictionary of another array: it has no dictionary itself.

        Raises:
            NotKept: they have no exact form.
        """
        array, described = self.index(index)
        if described["is"] == "category":
            described = {**described, "is": "codes", "packed": arrow_files.pack([array.dictionary])}
            return array.indices.fill_null(-1), described
        if _holds_dictionary(array.type):
            raise NotKept(f"labels of the type {array.type} have no form in Arrow")
        return array, described

    def index(self, index: Any) -> tuple[Any, dict[str, Any]]:
        """The labels of an index of one level, as one array; its name and frequency are in the description.

        Raises:
            NotKept: they have no exact form.
        """
        if type(index) is pd.RangeIndex:
            array: Any = pa.array(np.arange(index.start, index.stop, index.step, dtype="int64"))
            described = {"is": "range", "start": index.start, "stop": index.stop, "step": index.step}
        else:
            array, described = self(index.array)
        described = {**described, "name": plain.Encoder().encode(index.name)}
        freq = getattr(index, "freq", None)
        if freq is not None and described["is"] != "period":
            if pd.tseries.frequencies.to_offset(freq.freqstr) != freq:
                raise NotKept(f"the frequency {freq!r} cannot be written down", "index._with_freq(None)")
            described["every"] = freq.freqstr
        return _single(array), described

    def _texts(self, values: Any) -> Any:
        return pa.array(values.to_numpy(dtype=object), pa.large_string(), from_pandas=True)

    def _objects(self, values: Any) -> tuple[Any, dict[str, Any]]:
        """An object column: of one type of Arrow, if all values but the missing ones are of one class."""
        kinds = {id(kind): kind for kind in map(type, values)}  # a class may have a hash of its own
        gaps = {name: id(type(gap)) for name, gap in _GAPS.items() if id(type(gap)) in kinds}
        if any(value == value for value in values if type(value) is float):
            del gaps["nan"]
        others = [kind for key, kind in kinds.items() if key not in gaps.values()] or [str]
        if len(gaps) <= 1 and len(others) == 1 and id(others[0]) in _OBJECTS:
            lost = np.fromiter((type(value) is not others[0] for value in values), bool, len(values))
            try:
                array = pa.array(values, _OBJECTS[id(others[0])], mask=lost, from_pandas=False)
                return array, {"is": "object", "gap": next(iter(gaps), None)}
            except (pa.ArrowInvalid, UnicodeEncodeError, OverflowError):
                pass  # a number too large, half a character: one by one, then
        cells = [json.dumps(self._plain.encode(value)) for value in values]
        return pa.array(cells, pa.large_string()), {"is": "cells"}


class FromArrow:
    """Reads the columns of one table, whose numbers lie in `content`, which may be written to."""

    def __init__(self, content: Any) -> None:
        self._content = np.frombuffer(content, "u1")
        self._plain = plain.Decoder()

    def __call__(self, array: Any, described: Mapping[str, Any]) -> Any:
        """The array of pandas, or of numpy, that `ToArrow` wrote.

        Raises:
            Exception: array and description do not belong together.
        """
        match described["is"]:
            case "numpy":
                return self._numbers(array, np.dtype(described["dtype"]))
            case "datetime":
                moments = self._moments(array, f"M8[{_unit(described)}]")
                naive = pd.array(moments, copy=False)
                if "zone" not in described:
                    return naive
                return naive.tz_localize("UTC").tz_convert(zones.decode(described["zone"]))
            case "timedelta":
                return pd.array(self._moments(array, f"m8[{_unit(described)}]"), copy=False)
            case "period":
                ordinals = self._numbers(array, np.dtype("i8"))
                return pd.arrays.PeriodArray(ordinals, dtype=pd.PeriodDtype(described["freq"]))
            case "interval":
                left, right = _single(array).flatten()
                sides = [self(_chunked(side), described["sides"]) for side in (left, right)]
                return pd.arrays.IntervalArray.from_arrays(*sides, closed=described["closed"])
            case "category":
                pieces = _single(array)
                return self._category(pieces.indices.fill_null(-1), pieces.dictionary, described)
            case "codes":
                (labels,) = arrow_files.unpack(described["packed"])
                return self._category(_single(array), labels, described)
            case "string":
                # Older versions of pandas know only texts with NA, and not the argument.
                gap = {"na_value": float("nan")} if described["missing"] == "nan" else {}
                return pd.StringDtype(described["storage"], **gap).__from_arrow__(array)
            case "arrow":
                return pd.arrays.ArrowExtensionArray(array)
            case "masked":
                if described["dtype"] not in _MASKED:
                    raise Unreadable(f"there is no type {described['dtype']}")
                return pd.api.types.pandas_dtype(described["dtype"]).__from_arrow__(array)
            case "object":
                return _objects(array.to_pylist(), _GAPS[described["gap"] or "None"])
            case "cells":
                return _objects([self._plain.decode(json.loads(cell)) for cell in array.to_pylist()], None)
            case unknown:
                raise Unreadable(f"there are no columns of the kind {unknown!r}")

    def index(self, array: Any, described: Mapping[str, Any]) -> Any:
        """The index whose labels `ToArrow.labels` wrote."""
        name = self._plain.decode(described["name"])
        if described["is"] == "range":
            return pd.RangeIndex(described["start"], described["stop"], described["step"], name=name)
        values = self(array, described)
        index = pd.Index(values, dtype=values.dtype, name=name, copy=False)
        if "every" in described:
            index.freq = described["every"]
        return index

    def _category(self, codes: Any, labels: Any, described: Mapping[str, Any]) -> Any:
        categories = self.index(_chunked(labels), described["categories"])
        dtype = pd.CategoricalDtype(categories, ordered=bool(described["ordered"]))
        return pd.Categorical.from_codes(np.array(codes), dtype=dtype)

    def _numbers(self, array: Any, dtype: Any) -> Any:
        """Numbers that may be written to: where they lie, or copied."""
        if dtype.hasobject or array.null_count:
            raise Unreadable("numbers with gaps")
        if dtype.kind == "b":
            return np.array(array.to_numpy(zero_copy_only=False) if len(array) else [], dtype=bool)
        pieces = [self._in_place(piece, dtype) for piece in array.chunks]
        return pieces[0] if len(pieces) == 1 else np.concatenate([np.empty(0, dtype), *pieces])

    def _in_place(self, piece: Any, dtype: Any) -> Any:
        width = dtype.itemsize
        if piece.type.bit_width != 8 * width:
            raise Unreadable(f"{dtype} where {piece.type} was written")
        buffer = piece.buffers()[1]
        if not len(piece):
            return np.empty(0, dtype)
        start = buffer.address - self._content.__array_interface__["data"][0] + piece.offset * width
        size = len(piece) * width
        if start < 0 or start + size > len(self._content):
            # It was compressed, by another program, or made from what lies here.
            return np.frombuffer(buffer, dtype, len(piece), piece.offset * width).copy()
        return self._content[start : start + size].view(dtype)

    def _moments(self, array: Any, dtype: str) -> Any:
        whole = pa.chunked_array([piece.view(pa.int64()) for piece in array.chunks], pa.int64())
        if whole.null_count:
            whole = whole.fill_null(_MISSING_MOMENT)
        return self._numbers(whole, np.dtype("i8")).view(dtype)


def _objects(values: list[Any], gap: object) -> Any:
    column = np.empty(len(values), dtype=object)
    for position, value in enumerate(values):
        column[position] = gap if value is None else value
    return column


def _unit(described: Mapping[str, Any]) -> str:
    if described["unit"] not in _UNITS:
        raise Unreadable(f"{described['unit']} is no unit of time")
    return str(described["unit"])


def _single(array: Any) -> Any:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _chunked(array: Any) -> Any:
    return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])


def _holds_dictionary(kind: Any) -> bool:
    return pa.types.is_dictionary(kind) or any(
        _holds_dictionary(kind.field(i).type) for i in range(kind.num_fields)
    )


def holds_extension(kind: Any) -> bool:
    """Whether a type of Arrow, or one inside of it, means something only to who has registered it."""
    inner = [kind.field(i).type for i in range(kind.num_fields)]
    if pa.types.is_dictionary(kind):
        inner.append(kind.value_type)
    return isinstance(kind, pa.BaseExtensionType) or any(map(holds_extension, inner))
