"""Summaries of variables: useful to whoever writes the next code, and bounded whatever the objects are."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import itertools
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import time
import types
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from matplotlib.figure import Figure
from sklearn.linear_model import LinearRegression

from jupyter_agent.kernel.namespace import Budget, Looked, look, looking
from tests.kernel import hostile

GENEROUS = Budget(seconds=10, characters=100_000)


def looked(budget: Budget = GENEROUS, **variables: object) -> Mapping[str, Looked]:
    return {item["name"]: item for item in look(variables, {}, budget=budget)}


def summary(value: object) -> str:
    return looked(value=value)["value"]["summary"]


def lengths(value: object) -> list[int] | None:
    return looked(value=value)["value"]["shape"]


def milliseconds(of: Callable[[], object]) -> float:
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        of()
        taken.append(1_000 * (time.perf_counter() - began))
    return statistics.median(taken)


def test_a_frame() -> None:
    frame = pd.DataFrame({"region": ["North", "South", "North", "East"], "price": [10.5, 20, None, 1]})
    sales = looked(sales=frame)["sales"]
    assert sales["type"] == "pandas.DataFrame"
    assert sales["shape"] == [4, 2]
    assert sales["size"] is not None
    assert 4 * 8 < sales["size"] < 1_000
    assert sales["summary"] == (
        "region (str): North, South, North\nprice (float64, 25% missing): 10.5, 20.0, nan"
    )


def test_an_empty_frame_says_so() -> None:
    assert summary(pd.DataFrame({"region": [], "price": []}, dtype=object)) == (
        "EMPTY\nregion (object)\nprice (object)"
    )
    empty: object
    for empty in (
        pd.DataFrame(),
        pd.Series([], dtype="float64"),
        pl.DataFrame(),
        np.zeros((3, 0)),
        [],
        {},
        "",
    ):
        assert summary(empty).startswith("EMPTY")


def test_a_wide_frame_and_an_index_that_means_something() -> None:
    frame = pd.DataFrame(np.zeros((2, 100)), index=pd.Index(["a", "b"], name="key"))
    assert summary(frame).endswith("… and 60 more columns")
    assert summary(frame).startswith("index key: Index [a, b]\n0 (float64): 0.0, 0.0\n")


def test_a_summary_that_is_cut_says_how_many_columns_are_left() -> None:
    frame = pd.DataFrame({f"a rather long name of a column, number {n}": ["x" * 50] for n in range(35)})
    told = summary(frame)
    assert len(told) <= 2_000
    shown = told.count("(str)")
    assert told.endswith(f"… and {35 - shown} more columns")


def test_frames_with_names_twice_and_with_levels() -> None:
    assert summary(pd.DataFrame([[1, 2]], columns=["a", "a"])) == "a (int64): 1\na (int64): 2"
    levels = pd.DataFrame({"k": ["x", "x"], "v": [1, 2]}).groupby("k").agg({"v": ["mean", "max"]})
    assert summary(levels) == "index k: Index [x]\n('v', 'mean') (float64): 1.5\n('v', 'max') (int64): 2"


def test_missing_values_of_every_kind() -> None:
    frame = pd.DataFrame(
        {
            "number": [1.0, None],
            "text": ["a", None],
            "object": pd.Series([1, None], dtype=object),
            "nullable": pd.array([1, None], dtype="Int64"),
            "arrow": pd.array([1, None], dtype="int64[pyarrow]"),
            "category": pd.Categorical(["a", None]),
            "time": [pd.Timestamp("2024-01-01"), None],
            "zone": [pd.Timestamp("2024-01-01", tz="UTC"), None],
            "full": [1, 2],
        }
    )
    told = summary(frame).splitlines()
    assert ["50% missing" in line for line in told] == [True] * 8 + [False]


def test_the_missing_part_of_a_large_column_is_estimated() -> None:
    values = np.zeros(1_000_000)
    values[::4] = np.nan
    assert "float64, about 2" in summary(pd.Series(values))
    values[:] = 0
    values[:1] = np.nan
    assert "missing" not in summary(pd.Series(values))


def test_all_missing_is_no_estimate_of_nearly_all() -> None:
    values = np.full(300, np.nan)
    assert "float64, all missing" in summary(pd.Series(values))
    values[0] = 1
    assert "float64, 99% missing" in summary(pd.Series(values))
    assert "all of a sample missing" in summary(pd.Series(np.full(10_000, np.nan)))
    assert "Int64, all missing" in summary(pl.DataFrame({"n": pl.Series([None, None], dtype=pl.Int64)}))


@pytest.mark.parametrize(
    ("value", "shape", "told"),
    [
        (pd.Series([1, 2], name="price"), [2], "price (int64): 1, 2"),
        (np.arange(6).reshape(2, 3), [2, 3], "(int64): 0, 1, 2, 3, 4, 5"),
        (np.array([1, "a", None], dtype=object), [3], "(object, 33% missing): 1, a, None"),
        (np.float64(1.5), None, "1.5"),
        (list(range(1000)), [1000], "[0, 1, 2, 3, 4, 5, …]"),
        ((1,), [1], "(1,)"),
        ({"a": 1}, [1], "{'a': 1}"),
        ({1, 2}, [2], "{1, 2}"),
        (collections.deque([1]), [1], "deque(1)"),
        (range(10), [10], "range(0, 10)"),
        (0.5, None, "0.5"),
        (10**5000, None, "<int of 16610 bits>"),
        (None, None, "None"),
        (b"ab", [2], "b'ab'"),
        (decimal.Decimal("1.50"), None, "1.50"),
        (fractions.Fraction(1, 3), None, "1/3"),
        (datetime.date(2024, 1, 2), None, "2024-01-02"),
        (pd.Timestamp("2024-01-02"), None, "2024-01-02 00:00:00"),
        (pathlib.Path("a/b"), None, "a/b"),
        (ValueError("no", 3), None, "ValueError('no', 3)"),
        (pd.date_range("2024", periods=2), [2], "(datetime64[us]) 2024-01-01 00:00:00, 2024-01-02 00:00:00"),
        (pd.MultiIndex.from_tuples([("a", 1)], names=["x", "y"]), [1], "x, y ('a', 1)"),
        (pl.Series("n", [1, None]), [2], "(Int64, 50% missing): 1, None"),
        (
            pl.DataFrame({"n": [1, None], "t": ["x", "y"]}),
            [2, 2],
            "n (Int64, 50% missing): 1, None\nt (String): x, y",
        ),
        (pa.table({"n": [1, None]}), [2, 1], "n (int64, 50% missing): 1, None"),
        (pa.array([[1], None]), [2], "(list<item: int64>, 50% missing): [1], None"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values(value: object, shape: list[int] | None, told: str) -> None:
    item = looked(value=value)["value"]
    assert (item["shape"], item["summary"]) == (shape, told)


def test_containers_of_tables_tell_their_shapes() -> None:
    frames = {"a": pd.DataFrame({"x": [1, 2]}), "b": [np.zeros((3, 4))]}
    assert summary(frames) == "{'a': <pandas.DataFrame 2 x 1>, 'b': [<numpy.ndarray 3 x 4>]}"


def test_text_is_cut() -> None:
    assert lengths("a" * 1000) == [1000]
    assert summary("a" * 1000) == f"'{'a' * 200}'…"


class Colour(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Order:
    price: float
    items: list[int]


class Slotted:
    __slots__ = ("left", "right")

    def __init__(self) -> None:
        self.left = 1


def test_objects_of_other_classes_are_shown_as_they_say_or_by_their_attributes() -> None:
    assert summary(Order(1.5, [1, 2])) == "Order(price=1.5, items=[1, 2])".replace(
        "Order", Order.__qualname__
    )
    assert summary(Colour.RED) == "<Colour.RED: 1>"
    assert summary(Slotted()) == "left=1"
    assert summary([Slotted(), Colour.RED]).endswith("Slotted(left=1), test_namespace.Colour.RED]")
    assert summary(object()) == ""


def test_classes_have_the_names_that_code_knows() -> None:
    values = looked(model=LinearRegression(), table=pa.table({}), fast=pl.DataFrame(), figure=Figure())
    assert {name: value["type"] for name, value in values.items()} == {
        "model": "sklearn.linear_model.LinearRegression",
        "table": "pyarrow.Table",
        "fast": "polars.DataFrame",
        "figure": "matplotlib.figure.Figure",
    }


def test_functions_and_classes() -> None:
    def share(part: float, *, of: float = 1) -> float:
        """A part of the whole.

        More about it.
        """
        return part / of

    class Region:
        name = "North"

        def total(self) -> int:
            return 1

    assert summary(share) == "share(part, of)\nA part of the whole."
    assert summary(Region) == "class with name, total"


def test_figures_and_axes() -> None:
    figure = Figure()
    axes = figure.add_subplot()
    axes.plot([1, 2])
    axes.set(title="Sales", xlabel="month")
    assert summary(figure) == "figure with 1 axes\naxes with 1 artists, title: Sales, x: month"
    assert summary(axes) == "axes with 1 artists, title: Sales, x: month"


def test_estimators_tell_whether_and_on_what_they_were_fitted() -> None:
    assert summary(LinearRegression()) == "LinearRegression()\nnot fitted"
    frame = pd.DataFrame({"a": [1.0, 2, 3], "b": [0.0, 1, 0]})
    told = summary(LinearRegression(fit_intercept=False).fit(frame, [1, 2, 3]))
    assert told.startswith("LinearRegression(fit_intercept=False)\nfitted on 2 features (a, b)\n")
    assert "coef_ = <numpy.ndarray 2>" in told


def test_what_is_not_the_user_s_is_left_out() -> None:
    namespace = {"math": math, "_private": 1, "exit": exit, "quit": 5, 7: 1}
    told = look(namespace, {"exit": exit, "quit": quit})  # type: ignore[arg-type]
    assert [item["name"] for item in told] == ["quit"], "one that was given another value is theirs"


def test_the_most_useful_comes_first() -> None:
    namespace = {"old": 1, "table": pd.DataFrame({"a": [1]}), "mid": 2, "new": 3}
    assert [item["name"] for item in look(namespace, {})] == ["table", "new", "mid", "old"]
    told = look(namespace, {}, recent=["old", "gone"])
    assert [item["name"] for item in told] == ["table", "old", "new", "mid"]


def failure(code: str, namespace: dict[str, object]) -> types.TracebackType | None:
    try:
        exec(compile(code, "<cell>", "exec"), namespace)
    except Exception as error:  # noqa: BLE001 - whichever it is
        return error.__traceback__
    pytest.fail("it was to fail")


def test_the_locals_of_the_function_that_failed() -> None:
    namespace: dict[str, object] = {"rows": 3}
    code = "def f(part):\n    half = part / 2\n    return half / 0\ndef g():\n    return f(rows)\ng()"
    told = look(namespace, {}, traceback=failure(code, namespace), budget=GENEROUS)
    assert [(item["name"], item["summary"]) for item in told[:2]] == [
        ("part (in f)", "3"),
        ("half (in f)", "1.5"),
    ]
    assert "rows" in [item["name"] for item in told]


def test_locals_that_are_a_mapping_of_somebody_s_own_are_not_asked() -> None:
    namespace: dict[str, object] = {"Bad": hostile.BadDict}
    code = "import operator\nexec('1 / 0', globals(), Bad())"
    assert look(namespace, {}, traceback=failure(code, namespace), budget=GENEROUS)


def test_objects_that_do_not_behave() -> None:
    began = time.monotonic()
    values = looked(
        endless=[hostile.Endless()] * 3,
        catching=hostile.Catching(),
        never=hostile.NeverGivingUp(),
        huge=hostile.Huge(),
        quitting=hostile.Quitting(),
        lying=hostile.Lying(),
        lying_class=hostile.Lying,
        everything=hostile.Everything(),
        items=hostile.BadList([1, 2]),
        pairs=hostile.BadDict(a=1),
        text=hostile.BadText("abc"),
        frame=hostile.bad_frame(),
        array=hostile.bad_array(),
        cells=pd.DataFrame({"a": hostile.cells()}, dtype=object),
        series=pd.Series(hostile.cells(), dtype=object, name=hostile.Endless()),
        ours=1,
    )
    assert time.monotonic() - began < 5
    assert "takes too long" not in values["endless"]["summary"], "what is inside a list is not asked"
    assert values["catching"]["summary"] in ("caught", "(takes too long to show)")
    assert values["never"]["summary"] in ("at last", "(takes too long to show)")
    assert len(values["huge"]["summary"]) <= 2_000
    assert values["quitting"]["summary"] == "(cannot be shown: SystemExit)"
    assert values["lying"]["type"].endswith("Lying")
    assert values["everything"]["summary"] == "kept=42"
    assert values["items"]["summary"] == "[1, 2]"
    assert values["pairs"]["summary"] == "{'a': 1}"
    assert values["text"]["summary"] == "'abc'"
    assert (values["frame"]["shape"], values["frame"]["summary"]) == ([2, 1], "a (int64): 1, 2")
    assert (values["array"]["shape"], values["array"]["summary"]) == ([3], "(int64): 0, 1, 2")
    assert values["cells"]["shape"] == [2, 1]
    assert values["series"]["shape"] == [2]
    assert values["ours"]["summary"] == "1"


def test_what_is_known_without_asking_comes_before_asking() -> None:
    quiet, asked = looking({"order": Order(1.5, []), "bad": hostile.Endless(), "n": 1}, {})
    assert {item["name"]: item["summary"] for item in quiet} == {
        "order": "price=1.5, items=[]",
        "bad": "",
        "n": "1",
    }
    assert {item["name"]: item["summary"] for item in asked}["bad"] == "(takes too long to show)"


def test_a_table_is_told_of_though_the_machine_did_something_else_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monotonic, asked = time.monotonic, itertools.count()
    monkeypatch.setattr(time, "monotonic", lambda: monotonic() + (0.06 if next(asked) else 0.0))
    (table,) = look({"df": pd.DataFrame({"a": [1, 2]})}, {})
    assert "a (int64)" in table["summary"]


@pytest.mark.parametrize(
    "namespace",
    [
        {f"v{number}": hostile.Endless() for number in range(1_000)},
        {f"v{number}": hostile.NeverGivingUp() for number in range(1_000)},
        {f"v{number}": hostile.Everything() for number in range(1_000)},
        {f"v{number}": number for number in range(1_000)},
        {f"v{number}": pd.DataFrame(np.zeros((10, 50))) for number in range(1_000)},
        {f"v{number}": {"ключ": "\u2028\ud800" * 5_000} for number in range(1_000)},
        {"ü" * 100_000 + str(number): type("Ü" * 100_000, (), {})() for number in range(1_000)},
        {"one": "x" * 100_000_000, "two": [[[["x" * 1_000] * 1_000] * 1_000] * 1_000] * 1_000},
        {
            "wide": pd.DataFrame(np.zeros((2, 100_000))),
            "blocks": pd.DataFrame({n: [n] for n in range(2_000)}),
        },
        {"cell": pd.Series(["x" * 50_000_000] * 3), "bytes": np.zeros(2, dtype="S50000000")},
    ],
    ids=[
        "endless",
        "stubborn",
        "everything",
        "numbers",
        "frames",
        "characters",
        "names",
        "large",
        "wide",
        "cells",
    ],
)
def test_it_stays_within_its_budget(namespace: dict[str, object]) -> None:
    told = look(namespace, {})
    assert milliseconds(lambda: look(namespace, {})) < 250, "5 times the 50 ms: machines are loaded"
    assert len(json.dumps(told)) <= 8_000
    names = [item["name"] for item in told]
    if len(namespace) > len(told):
        assert names[-1] == f"… and {len(namespace) - len(told) + 1} more"
    json.dumps(told, ensure_ascii=False).encode()


def test_ten_million_rows_cost_as_much_as_a_thousand() -> None:
    def frame(rows: int) -> pd.DataFrame:
        numbers = {f"f{n}": np.zeros(rows) for n in range(9)}
        texts = pd.Series(["text", "other"] * (rows // 2), dtype=object)
        times = pd.Series(np.arange(rows), dtype="datetime64[s]")
        return pd.DataFrame(
            {
                **numbers,
                "category": texts.astype("category"),
                "object": texts,
                "text": texts.astype(str),
                "t": times,
            }
        )

    many = {f"v{number}": number for number in range(1_000)}
    large, small = {"frame": frame(10_000_000), **many}, {"frame": frame(1_000), **many}
    told = look(large, {}, budget=GENEROUS)
    assert told[0]["shape"] == [10_000_000, 13]
    assert told[0]["summary"].count("\n") == 12
    ours = milliseconds(lambda: look(large, {}, budget=GENEROUS))
    assert ours < 10 * milliseconds(lambda: look(small, {}, budget=GENEROUS))
    assert look(large, {}, budget=Budget(seconds=0))[0]["shape"] == [10_000_000, 13], "even without time"


def test_polars_is_looked_at_in_a_forked_process() -> None:
    frame = pl.DataFrame({"n": range(100_000), "t": ["x"] * 100_000})
    frame.group_by("t").agg(pl.col("n").sum())  # its threads run now, but not in the child
    child = os.fork()
    if not child:
        told = looked(frame=frame, series=frame["n"])
        right = told["frame"]["summary"] == "n (Int64): 0, 1, 2\nt (String): x, x, x"
        os._exit(0 if right else 1)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            assert status == 0
            return
        time.sleep(0.01)
    os.kill(child, 9)
    os.waitpid(child, 0)
    pytest.fail("it hangs")


def test_a_library_that_is_not_loaded_is_not_loaded_for_it() -> None:
    code = (
        "import sys; from jupyter_agent.kernel import changes, namespace\n"
        "namespace.look({'a': 1, 'b': [object()]}, {}); changes.fingerprint({'a': 1, 'b': [object()]}, {})\n"
        "print(*{'numpy', 'pandas', 'pyarrow', 'polars', 'matplotlib'} & set(sys.modules))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == ""
