"""Frames, series and indexes of pandas through a file: the same in every dtype, index and name."""

from __future__ import annotations

import datetime
import decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_agent.variables import arrow_files, frames
from jupyter_agent.variables.not_kept import NotKept
from tests.variables.same import assert_same
from tests.variables.test_plain import SCALARS, TEXT


def there_and_back(value: Any) -> Any:
    sink = pa.BufferOutputStream()
    arrow_files.write(frames.to_table(value), sink)
    content = bytearray(sink.getvalue())
    return frames.from_table(arrow_files.read(content), content)


INTEGERS = st.integers(-(2**31), 2**31 - 1)
WORDS = st.text(st.characters(codec="utf-8"), max_size=5)
LARGE = st.integers(-(2**55), 2**55)


def array(dtype: Any, items: st.SearchStrategy[Any], *, gaps: object = ...) -> Any:
    """A strategy of arrays of pandas, by their length; with `gaps`, some of the items are that."""
    filled = items if gaps is ... else st.one_of(st.just(gaps), items)

    def of(rows: int) -> st.SearchStrategy[Any]:
        lists = st.lists(filled, min_size=rows, max_size=rows)
        return lists.map(lambda values: pd.array(_objects(values), dtype=dtype))

    return of


def _objects(values: list[Any]) -> Any:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def numbers(dtype: str, items: st.SearchStrategy[Any]) -> Any:
    return lambda rows: st.lists(items, min_size=rows, max_size=rows).map(lambda v: np.array(v, dtype=dtype))


def objects(items: st.SearchStrategy[Any]) -> Any:
    return lambda rows: st.lists(items, min_size=rows, max_size=rows).map(_objects)


def categories(rows: int) -> st.SearchStrategy[Any]:
    labels: st.SearchStrategy[Any] = st.one_of(
        st.lists(WORDS, unique=True, max_size=4).map(lambda v: pd.Index(v, dtype="str", name="kind")),
        st.lists(WORDS, unique=True, max_size=4).map(lambda v: pd.Index(v, dtype=object)),
        st.lists(INTEGERS, unique=True, max_size=4).map(lambda v: pd.Index(v, dtype="int64")),
        st.just(pd.RangeIndex(3)),
        st.just(pd.date_range("2024", periods=3, tz="Europe/Berlin")),
        st.just(pd.interval_range(0, 3, closed="left")),
        st.just(pd.period_range("2024", periods=3, freq="M")),
    )

    def of(index: Any) -> st.SearchStrategy[Any]:
        codes = st.lists(st.integers(-1, len(index) - 1), min_size=rows, max_size=rows)
        dtype = st.booleans().map(lambda ordered: pd.CategoricalDtype(index, ordered))
        return st.builds(lambda c, d: pd.Categorical.from_codes(c, dtype=d), codes, dtype)

    return labels.flatmap(of)


def intervals(rows: int) -> st.SearchStrategy[Any]:
    pairs = st.lists(st.tuples(LARGE, LARGE).map(sorted), min_size=rows, max_size=rows)
    ends = st.sampled_from(["left", "right", "both", "neither"])
    return st.builds(
        lambda p, c: pd.arrays.IntervalArray.from_tuples(list(map(tuple, p)), closed=c), pairs, ends
    )


def periods(rows: int) -> st.SearchStrategy[Any]:
    ordinals = numbers("int64", st.integers(-500, 500) | st.just(np.iinfo("int64").min))(rows)
    freqs = st.sampled_from(["M", "D", "Q-NOV", "W-SUN", "h", "min", "3D"])
    return st.builds(lambda o, f: pd.arrays.PeriodArray(o, dtype=pd.PeriodDtype(f)), ordinals, freqs)


def moments(unit: str, zone: str | None) -> Any:
    def of(values: Any) -> Any:
        index = pd.DatetimeIndex(values.view(f"M8[{unit}]"))
        return (index if zone is None else index.tz_localize("UTC").tz_convert(zone)).array

    items = st.integers(-(2**33), 2**33) | st.just(np.iinfo("int64").min)
    return lambda rows: numbers("int64", items)(rows).map(of)


def spans(unit: str) -> Any:
    return lambda rows: numbers("int64", LARGE)(rows).map(lambda v: pd.array(v.view(f"m8[{unit}]")))


ARRAYS = [
    numbers("bool", st.booleans()),
    *(numbers(f"{sign}{bits}", st.integers(0, 127)) for sign in ("int", "uint") for bits in (8, 16, 32, 64)),
    numbers("float64", st.floats()),
    numbers("float32", st.floats(width=32)),
    numbers("float16", st.floats(width=16)),
    numbers("complex128", st.complex_numbers()),
    *(array(f"{sign}Int{bits}", st.integers(0, 127), gaps=pd.NA) for sign in ("", "U") for bits in (8, 64)),
    array("Float64", st.floats(allow_nan=False), gaps=pd.NA),
    array("boolean", st.booleans(), gaps=pd.NA),
    array("str", WORDS, gaps=np.nan),
    array("string[python]", WORDS, gaps=pd.NA),
    array("string[pyarrow]", WORDS, gaps=pd.NA),
    array(pd.StringDtype("python", na_value=np.nan), WORDS, gaps=np.nan),
    array("int64[pyarrow]", LARGE, gaps=None),
    array("string[pyarrow]", WORDS, gaps=None),
    array(pd.ArrowDtype(pa.list_(pa.int32())), st.lists(INTEGERS, max_size=2), gaps=None),
    array(pd.ArrowDtype(pa.decimal128(10, 2)), st.decimals(-100, 100, places=2), gaps=None),
    array(pd.ArrowDtype(pa.date32()), st.dates(), gaps=None),
    array(pd.ArrowDtype(pa.binary()), st.binary(), gaps=None),
    categories,
    intervals,
    periods,
    *(
        moments(unit, zone)
        for unit in ("s", "ms", "us", "ns")
        for zone in (None, "UTC", "Europe/Berlin", "+05:30")
    ),
    *(spans(unit) for unit in ("s", "ms", "us", "ns")),
    objects(st.one_of(st.none(), WORDS)),
    objects(st.one_of(st.just(np.nan), WORDS)),
    objects(st.one_of(st.none(), st.booleans())),
    objects(st.one_of(st.none(), st.binary())),
    objects(st.one_of(st.none(), LARGE)),
    objects(st.one_of(st.none(), st.dates())),
    objects(SCALARS),
    objects(st.lists(st.integers(), max_size=2)),
]
COLUMNS = st.sampled_from(ARRAYS)
LABELS = st.one_of(
    TEXT, st.integers(), st.none(), st.floats(allow_nan=False), st.tuples(TEXT, st.integers()), st.dates()
)


def indexes(rows: int) -> st.SearchStrategy[Any]:
    names = st.one_of(st.none(), LABELS)
    plain = COLUMNS.flatmap(lambda of: of(rows)).filter(_can_be_an_index)
    return st.one_of(
        st.builds(pd.RangeIndex, st.just(0), st.just(rows), name=names),
        st.builds(
            lambda start, step: pd.RangeIndex(start, start + step * rows, step), INTEGERS, st.integers(1, 9)
        ),
        st.builds(lambda values, name: pd.Index(values, dtype=values.dtype, name=name), plain, names),
        st.builds(
            lambda f: pd.date_range("2024", periods=rows, freq=f), st.sampled_from(["D", "h", "MS", "3W-MON"])
        ),
        st.builds(lambda f: pd.timedelta_range("1D", periods=rows, freq=f), st.sampled_from(["D", "90s"])),
        st.lists(plain, min_size=1, max_size=3).flatmap(
            lambda levels: st.lists(names, min_size=len(levels), max_size=len(levels)).map(
                lambda given: pd.MultiIndex.from_arrays(
                    [pd.Index(v, dtype=v.dtype) for v in levels], names=given
                )
            )
        ),
    )


def _can_be_an_index(values: Any) -> bool:
    """Some are not supported by pandas, some cannot be hashed, as levels must be."""
    if values.dtype in ("float16", "complex128") or str(values.dtype).startswith("list"):
        return False
    try:
        pd.MultiIndex.from_arrays([pd.Index(values, dtype=values.dtype)])
    except (
        TypeError,
        ValueError,
        NotImplementedError,
        decimal.InvalidOperation,
        pd.errors.OutOfBoundsDatetime,
    ):
        return False
    return True


@st.composite
def tables(draw: Any) -> pd.DataFrame:
    rows = draw(st.integers(0, 5))
    arrays = [draw(of(rows)) for of in draw(st.lists(COLUMNS, max_size=5))]
    index = draw(indexes(rows))
    columns = draw(st.one_of(st.just(pd.RangeIndex(len(arrays))), indexes(len(arrays))))
    series = {n: pd.Series(values, index=index, dtype=values.dtype) for n, values in enumerate(arrays)}
    table = pd.DataFrame(series, index=index)
    table.columns = columns
    table.attrs = draw(st.dictionaries(TEXT, st.integers() | TEXT, max_size=2))
    return table


@given(tables())
def test_frames(table: pd.DataFrame) -> None:
    assert_same(table, there_and_back(table))


@given(
    st.integers(0, 5).flatmap(lambda rows: st.tuples(COLUMNS.flatmap(lambda of: of(rows)), indexes(rows))),
    LABELS,
)
def test_series(parts: tuple[Any, Any], name: object) -> None:
    values, index = parts
    series = pd.Series(values, index=index, dtype=values.dtype, name=name)
    assert_same(series, there_and_back(series))


@given(st.integers(0, 5).flatmap(indexes))
def test_indexes(index: pd.Index) -> None:
    assert_same(index, there_and_back(index))


@pytest.mark.parametrize("of", ARRAYS)
@given(data=st.data())
def test_every_type_of_column(of: Any, data: st.DataObject) -> None:
    values = data.draw(of(data.draw(st.integers(0, 4))))
    series = pd.Series(values, dtype=values.dtype)
    again = there_and_back(series)
    assert_same(series, again)
    if len(again) and series.dtype != object:
        again.array[:1] = again.array[-1:]  # it can be written to


def table(rows: int = 4) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "number": np.arange(rows) / 3,
            "text": list("abcd") * (rows // 4),
            "when": pd.date_range("2024", periods=rows),
        }
    )


SHAPES = {
    "a named index": table().set_index("text"),
    "levels": table().set_index(["text", "when"]),
    "grouped": table().groupby("text").agg({"number": ["mean", "max"]}),
    "pivoted": table().pivot_table(index="text", columns="when", values="number"),
    "names twice": table().set_axis(["a", "a", "b"], axis=1),
    "names twice and levels": table().set_axis(pd.MultiIndex.from_tuples([("a", 1)] * 3), axis=1),
    "numbers as names": table().set_axis([3, 1, 2], axis=1),
    "moments as names": table().set_axis(pd.date_range("2024", periods=3, freq="MS"), axis=1),
    "categories as names": table().set_axis(pd.CategoricalIndex(["x", "y", "z"]), axis=1),
    "mixed names": table().set_axis([1, "a", None], axis=1),
    "a frequency": table().set_index("when").asfreq("D"),
    "no rows": table().iloc[:0],
    "no columns": table().iloc[:, :0],
    "nothing": pd.DataFrame(),
    "no rows, categories": table().astype({"text": "category"}).iloc[:0],
    "no rows, levels": table().set_index(["text", "when"]).iloc[:0],
    "backwards": table()[::-1],
    "every second": table()[::2],
    "turned": table().T,
    "unused levels": table().set_index(["text", "when"]).iloc[1:2],
    "gaps in levels": pd.DataFrame({"v": [1, 2]}, index=pd.MultiIndex.from_tuples([("a", None), (None, 1)])),
    "one block by rows": pd.DataFrame(np.arange(12.0).reshape(4, 3)),
    "one block by columns": pd.DataFrame(np.asfortranarray(np.arange(12.0).reshape(4, 3))),
    "sorted levels": table().set_index(["text", "when"]).sort_index(),
    "other order of bytes": pd.DataFrame({"a": np.arange(3, dtype=">i4")}),
    "no duplicates allowed": table().set_flags(allows_duplicate_labels=False),
    "bins": table().assign(bin=pd.cut(table().number, 2)),
    "arrays in cells": pd.DataFrame({"a": [np.arange(3), np.zeros((2, 2))]}),
    "dictionaries in cells": pd.DataFrame({"a": [{"b": 1}, {2: (3,)}]}),
    "exact numbers": pd.DataFrame({"a": [decimal.Decimal("1.0"), decimal.Decimal("1.00"), None]}),
    "times": pd.DataFrame({"a": [datetime.time(1, 2), datetime.datetime(2024, 1, 1), None]}, dtype=object),
}


@pytest.mark.parametrize("frame", SHAPES.values(), ids=SHAPES)
def test_shapes_of_frames(frame: pd.DataFrame) -> None:
    assert_same(frame, there_and_back(frame))


def test_attrs_and_levels_that_are_not_used_come_back() -> None:
    frame = table().astype({"text": pd.CategoricalDtype(list("zabcd"), ordered=True)})
    frame.attrs = {"unit": {"number": ("m", 2)}, 3: datetime.date(2024, 1, 1)}
    assert_same(frame, there_and_back(frame))


def test_what_comes_back_can_be_written_to() -> None:
    frame = there_and_back(table())
    frame.loc[0, "number"] = 5
    frame.iloc[1, 2] = pd.NaT
    frame["number"] *= 2
    frame["text"] = frame["text"].str.upper()
    assert frame["number"].tolist()[0] == 10


def test_numbers_are_not_copied_when_they_are_read() -> None:
    sink = pa.BufferOutputStream()
    arrow_files.write(frames.to_table(table(400)), sink)
    content = bytearray(sink.getvalue())
    frame = frames.from_table(arrow_files.read(content), content)
    for column in ("number", "when"):
        assert np.shares_memory(frame[column].to_numpy(), np.frombuffer(content, "u1"))


def test_other_programs_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "table.feather"
    arrow_files.write(frames.to_table(table()), str(path))
    read = pd.read_feather(path)
    assert read["number"].tolist() == table()["number"].tolist()
    assert read["when"].tolist() == table()["when"].tolist()
    assert read["text"].tolist() == table()["text"].tolist()


class Special(pd.DataFrame):  # type: ignore[misc]  # pandas has no types
    pass


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (pd.DataFrame({"a": pd.arrays.SparseArray([0, 1])}), "column 'a': sparse columns"),
        (pd.DataFrame({"a": [object()]}), "column 'a': a object has no exact form"),
        (pd.DataFrame({"a": [1]}, index=[object()]), "its index: a object has no exact form"),
        (pd.DataFrame([[1]], columns=[object()]), "the names of its columns: a object"),
        (pd.DataFrame({"a": [[1]] * 2}).map(lambda _, row=[1]: row), "one list in several places"),
        (pd.DataFrame({"a": pd.array(["\ud800"], dtype="string[python]")}), "Arrow does not take it"),
        (table().pipe(lambda t: t.set_index(t.when.dt.tz_localize("dateutil/Europe/Berlin"))), "has no name"),
    ],
    ids=["sparse", "object", "index", "names", "shared", "half a character", "zone"],
)
def test_what_is_refused_and_why(frame: pd.DataFrame, reason: str) -> None:
    with pytest.raises(NotKept, match=reason):
        frames.to_table(frame)
