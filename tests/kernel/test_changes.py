"""What changed between two looks at a namespace: noticed in place too, cheap enough for each execution."""

from __future__ import annotations

import collections
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from matplotlib.figure import Figure
from sklearn.linear_model import LinearRegression

from jupyter_agent.kernel.changes import Changes, changes, fingerprint
from tests.kernel import hostile


def after(code: Callable[[dict[str, Any]], object], **namespace: object) -> Changes:
    before = fingerprint(namespace, {})
    code(namespace)
    return changes(before, fingerprint(namespace, {}))


def table(rows: int = 1_000) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "number": np.arange(rows) * 0.5,
            "other": np.arange(rows) * 1.5,
            "text": ["a", "b"] * (rows // 2),
            "object": pd.Series(["a", 1] * (rows // 2), dtype=object),
            "category": pd.Categorical(["a", "b"] * (rows // 2)),
            "nullable": pd.array([1, None] * (rows // 2), dtype="Int64"),
            "time": pd.date_range("2024", periods=rows, freq="s"),
            "zone": pd.date_range("2024", periods=rows, freq="s", tz="Europe/Berlin"),
        }
    )


def test_names_that_come_and_go() -> None:
    def code(names: dict[str, Any]) -> None:
        del names["old"]
        names["new"] = 1
        names["kept"] += 1

    assert after(code, old=1, kept=2, same=3) == Changes(added=("new",), removed=("old",), changed=("kept",))


class Holder:
    def __init__(self) -> None:
        self.items = [1]


IN_PLACE: dict[str, tuple[Callable[[], Any], Callable[[Any], object]]] = {
    "a cell": (table, lambda x: x.__setitem__("number", x.number.where(x.index != 3, -1))),
    "a cell by position": (lambda: table(10)[["number"]], lambda x: x.iloc.__setitem__((3, 0), -1)),
    "every hundredth row": (
        lambda: table(1_000_000),
        lambda x: x.loc.__setitem__((x.index % 100 == 7, "other"), 0),
    ),
    "text": (lambda: table(50), lambda x: x.loc.__setitem__((3, "text"), "z")),
    "object": (lambda: table(50), lambda x: x.loc.__setitem__((3, "object"), "z")),
    "category": (table, lambda x: x.loc.__setitem__((3, "category"), "a")),
    "nullable": (table, lambda x: x.loc.__setitem__((2, "nullable"), None)),
    "time": (table, lambda x: x.loc.__setitem__((3, "time"), None)),
    "zone": (table, lambda x: x.loc.__setitem__((3, "zone"), None)),
    "a new column": (table, lambda x: x.__setitem__("new", 1)),
    "a column less": (table, lambda x: x.pop("text")),
    "names of columns": (table, lambda x: setattr(x, "columns", list("abcdefgh"))),
    "the index": (table, lambda x: setattr(x, "index", x.index + 1)),
    "attrs": (table, lambda x: x.attrs.__setitem__("unit", "m")),
    "the name of a series": (lambda: pd.Series([1]), lambda x: setattr(x, "name", "n")),
    "a series": (lambda: pd.Series([1, 2]), lambda x: x.__setitem__(1, 5)),
    "an array": (lambda: np.zeros(100), lambda x: x.__setitem__(3, 1)),
    "an array of objects": (lambda: np.array([1, "a"], dtype=object), lambda x: x.__setitem__(1, "b")),
    "a large array": (lambda: np.zeros((1_000_000, 10)), lambda x: x.__setitem__((slice(None), 7), 1)),
    "an array in another order": (
        lambda: np.zeros((3000, 300))[::2, ::3],
        lambda x: x.__iadd__(1),
    ),
    "a list": (lambda: [1, [2, 3]], lambda x: x[1].append(4)),
    "a large list": (lambda: list(range(100_000)), lambda x: x.append(4)),
    "a dictionary": (lambda: {"a": {"b": 1}}, lambda x: x["a"].update(b=2)),
    "a dictionary of tables": (lambda: {"a": table()}, lambda x: x["a"].__setitem__("number", 0)),
    "a set": (lambda: {1, 2}, lambda x: x.add(3)),
    "a deque": (lambda: collections.deque([1]), lambda x: x.append(3)),
    "a defaultdict": (lambda: collections.defaultdict(list), lambda x: x["a"].append(1)),
    "a bytearray": (lambda: bytearray(b"abc"), lambda x: x.__setitem__(0, 1)),
    "an object's list": (Holder, lambda x: x.items.append(2)),
    "an estimator": (LinearRegression, lambda x: x.fit([[1], [2]], [1, 2])),
    "a figure": (lambda: Figure().add_subplot().figure, lambda x: x.axes[0].plot([1, 2])),
    "a frame of polars": (
        lambda: pl.DataFrame({"a": [1]}),
        lambda x: x.insert_column(0, pl.Series("b", [1])),
    ),
}


@pytest.mark.parametrize(("make", "change"), IN_PLACE.values(), ids=IN_PLACE)
def test_a_change_in_place_is_noticed(make: Callable[[], Any], change: Callable[[Any], object]) -> None:
    assert after(lambda names: change(names["x"]), x=make(), y=1) == Changes(changed=("x",))


def reading(x: Any) -> None:
    """What ordinary code does that only looks."""
    repr(x)
    len(x)
    if isinstance(x, pd.DataFrame):
        x.describe()
        x.groupby("category", observed=True)["number"].mean()
        x.sort_values("text").set_index("time").index.is_unique  # noqa: B018 - as in a notebook
        x["text"].str.upper()
        x.merge(x, on="number")
        x.to_numpy()
        x.loc[x["number"] > 3, "text"].unique()


@pytest.mark.parametrize(
    "value",
    [
        table(),
        table(1_000_000).head(100_000),
        table().set_index(["text", "number"]).reset_index(),
        np.zeros((10, 10)),
        np.arange(1_000_000)[::3],
        [1, float("nan"), "a", None, [2.5, {3}], {"a": 1}],
        list(range(1_000_000)),
        {number: str(number) for number in range(100_000)},
        {str(number) for number in range(1_000)},
        "text" * 1_000_000,
        pl.DataFrame({"a": range(1000), "b": ["x"] * 1000}),
        pa.table({"a": range(1000)}),
        pd.date_range("2024", periods=10),
        pd.MultiIndex.from_product([["a"], range(10)]),
        [pd.NA, pd.NaT, np.float64(1), float("inf")],
    ],
    ids=lambda value: type(value).__name__,
)
def test_looking_changes_nothing(value: object) -> None:
    assert after(lambda names: reading(names["x"]), x=value) == Changes()


def test_a_value_assigned_again_is_a_change_only_if_it_is_another_value() -> None:
    def code(names: dict[str, Any]) -> None:
        names.update(same(), true=1, large=np.zeros(10**6))

    def same() -> dict[str, Any]:
        return {"n": 5, "text": "abc", "items": [1, [2.0, float("nan")]], "array": np.arange(5)}

    assert after(code, **same(), true=True, large=np.zeros(10**6)).changed == ("true", "large")


def test_a_large_array_with_one_other_cell_is_noticed_when_assigned_again() -> None:
    def code(names: dict[str, Any]) -> None:
        names["array"] = names["array"].copy()
        names["array"][12_345] = 1

    assert after(code, array=np.zeros(10**6)).changed == ("array",)


def test_what_refers_to_itself() -> None:
    items: list[object] = [1]
    items.append(items)
    holder = Holder()
    holder.self = holder  # type: ignore[attr-defined]
    assert after(lambda names: None, items=items, holder=holder) == Changes()
    assert after(lambda names: items.append(2), items=items) == Changes(changed=("items",))


def test_no_code_of_the_objects_runs() -> None:
    namespace: dict[str, Any] = {
        "everything": hostile.Everything(),
        "inside": [hostile.Everything(), {1: hostile.Everything()}],
        "class": hostile.Lying,
        "lying": hostile.Lying(),
        "items": hostile.BadList([1]),
        "pairs": hostile.BadDict(a=1),
        "text": hostile.BadText("abc"),
        "frame": hostile.bad_frame(),
        "array": hostile.bad_array(),
        "cells": pd.DataFrame({"a": hostile.cells()}, dtype=object),
        "n": 1,
    }
    before = fingerprint(namespace, {})
    list.append(namespace["items"], 2)
    assert changes(before, fingerprint(namespace, {})) == Changes(changed=("items",))


def milliseconds(namespace: dict[str, Any]) -> float:
    taken = []
    for _ in range(7):
        began = time.perf_counter()
        fingerprint(namespace, {})
        taken.append(1_000 * (time.perf_counter() - began))
    return statistics.median(taken)


def test_size_does_not_matter() -> None:
    small = {"frame": table(2_000), "items": list(range(2_000)), "text": "x" * 20_000}
    large = {"frame": table(2_000_000), "items": list(range(10**6)), "text": "x" * 10**8}
    assert milliseconds(large) < 10 * milliseconds(small)


def test_many_large_variables_cost_little_more_than_some() -> None:
    def tables(count: int) -> dict[str, Any]:
        return {f"v{number}": table() for number in range(count)}

    some, many = milliseconds(tables(40)), milliseconds(tables(800))
    assert many < 8 * some, "20 times as many"


def test_of_the_last_of_many_at_least_another_structure_is_noticed() -> None:
    namespace: dict[str, Any] = {f"v{number}": table() for number in range(300)}

    def code(names: dict[str, Any]) -> None:
        names["v290"]["new"] = 1
        names["v295"].loc[:, "number"] = names["v295"]["number"] + 1
        names["v297"] = names["v297"].copy()

    assert {"v290", "v297"} <= set(after(code, **namespace).changed) <= {"v290", "v295", "v297"}
