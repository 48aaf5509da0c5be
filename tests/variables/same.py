"""Whether two values are the same in everything that code can see: classes, types, order, bits."""

from __future__ import annotations

import collections
import decimal
import math
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from pandas.testing import assert_frame_equal, assert_index_equal, assert_series_equal
from polars.testing import assert_frame_equal as assert_polars_equal

STRICT: Mapping[str, Any] = {"check_exact": True, "check_freq": True, "check_flags": True}


def assert_same(left: Any, right: Any) -> None:
    """Raises AssertionError where they differ."""
    assert type(left) is type(right), (type(left), type(right))
    match left:
        case pd.DataFrame():
            assert_frame_equal(left, right, **STRICT, check_index_type=True, check_column_type=True)
            assert_same_index(left.index, right.index)
            assert_same_index(left.columns, right.columns)
            assert_same(left.attrs, right.attrs)
            assert list(map(type, left.dtypes)) == list(map(type, right.dtypes))
            for position in np.flatnonzero([dtype.kind == "O" for dtype in left.dtypes]):
                assert_same(left.iloc[:, position].tolist(), right.iloc[:, position].tolist())
        case pd.Series():
            assert_series_equal(left, right, **STRICT, check_index_type=True)
            assert_same_index(left.index, right.index)
            assert_same(left.name, right.name)
            assert_same(left.attrs, right.attrs)
            assert left.dtype == right.dtype
        case pd.Index():
            assert_same_index(left, right)
        case np.ndarray():
            assert (left.shape, left.dtype, left.flags.f_contiguous) == (
                right.shape,
                right.dtype,
                right.flags.f_contiguous,
            )
            assert left.tobytes() == right.tobytes()
            assert right.flags.writeable
        case np.generic():
            assert left.dtype == right.dtype
            assert left.tobytes() == right.tobytes()
        case pl.DataFrame():
            assert_polars_equal(left, right, check_exact=True)
        case pl.Series():
            assert_polars_equal(left.to_frame(), right.to_frame(), check_exact=True)
        case pa.Table() | pa.RecordBatch():
            assert left.schema.equals(right.schema, check_metadata=True)
            assert left.to_pylist() == right.to_pylist() or left.equals(right)
        case pa.Array() | pa.ChunkedArray():
            assert left.type == right.type
            assert left.equals(right) or repr(left.to_pylist()) == repr(right.to_pylist())
        case float():
            assert struct.pack("d", left) == struct.pack("d", right) or (
                math.isnan(left) and math.isnan(right)
            )
        case complex():
            assert_same([left.real, left.imag], [right.real, right.imag])
        case dict():
            assert_same(list(left), list(right))
            assert_same(list(left.values()), list(right.values()))
            if isinstance(left, collections.defaultdict):
                assert left.default_factory is right.default_factory
        case list() | tuple() | collections.deque():
            assert len(left) == len(right)
            for one, other in zip(left, right, strict=True):
                assert_same(one, other)
        case set() | frozenset():
            assert_same(sorted(left, key=repr), sorted(right, key=repr))
        case pd.Timestamp():
            assert (left.value, left.unit, str(left.tz)) == (right.value, right.unit, str(right.tz))
        case decimal.Decimal():
            assert repr(left) == repr(right)
        case _:
            assert left is right or left == right or repr(left) == repr(right), (left, right)
            for name in ("tzinfo", "fold", "unit", "freq", "closed"):
                assert getattr(left, name, None) == getattr(right, name, None)


def assert_same_index(left: Any, right: Any) -> None:
    assert_index_equal(left, right, exact=True, check_exact=True)
    assert type(left) is type(right)
    assert_same(list(left.names), list(right.names))
    if isinstance(left, pd.MultiIndex):
        assert left.sortorder == right.sortorder
        for one, other in zip(left.levels, right.levels, strict=True):
            assert_same_index(one, other)
    else:
        assert left.dtype == right.dtype
        assert getattr(left, "freq", None) == getattr(right, "freq", None)
