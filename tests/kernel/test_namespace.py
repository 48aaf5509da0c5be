"""Summaries of variables: useful to whoever writes the next code, and bounded whatever the objects are."""

from __future__ import annotations

import math
import time
import types
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from jupyter_agent.kernel.namespace import look


def looked(**variables: object) -> Mapping[str, tuple[str, list[int] | None, str]]:
    shell = types.SimpleNamespace(user_ns=variables, user_ns_hidden={})
    return {item["name"]: (item["type"], item["shape"], item["summary"]) for item in look(shell)}


def test_a_frame() -> None:
    frame = pd.DataFrame({"region": ["North", "South", "North", "East"], "price": [10.5, 20, None, 1]})
    kind, shape, summary = looked(sales=frame)["sales"]
    assert kind == "pandas.DataFrame"
    assert shape == [4, 2]
    assert summary == "region (str): North, South, North\nprice (float64): 10.5, 20.0, nan"


def test_an_empty_frame_says_so() -> None:
    frame = pd.DataFrame({"region": [], "price": []}, dtype=object)
    assert looked(sales=frame)["sales"] == (
        "pandas.DataFrame",
        [0, 2],
        "EMPTY\nregion (object)\nprice (object)",
    )
    assert looked(nothing=pd.DataFrame())["nothing"][2].startswith("EMPTY")


def test_a_wide_frame_and_an_index_that_means_something() -> None:
    frame = pd.DataFrame(np.zeros((2, 100)), index=["a", "b"])
    summary = looked(wide=frame)["wide"][2]
    assert "… and 60 more columns" in summary
    assert summary.endswith("index: Index ['a', 'b']")


def test_frames_with_names_twice_and_with_levels() -> None:
    twice = pd.DataFrame([[1, 2]], columns=["a", "a"])
    assert looked(twice=twice)["twice"][2] == "a (int64): 1\na (int64): 2"
    levels = pd.DataFrame({"k": ["x", "x"], "v": [1, 2]}).groupby("k").agg({"v": ["mean", "max"]})
    assert looked(levels=levels)["levels"][2].startswith("('v', 'mean') (float64): 1.5")


def test_other_values() -> None:
    values = looked(
        prices=pd.Series([1, 2], name="price"),
        none=pd.Series([], dtype="float64"),
        grid=np.arange(6).reshape(2, 3),
        text="a" * 1000,
        numbers=list(range(1000)),
        lookup={"a": 1},
        ratio=0.5,
        missing=None,
        dates=pd.date_range("2024", periods=2),
    )
    assert values["prices"] == ("pandas.Series", [2], "int64 price: 0: 1, 1: 2")
    assert values["none"] == ("pandas.Series", [0], "float64: EMPTY")
    assert values["grid"] == ("numpy.ndarray", [2, 3], "int64: 0, 1, 2, 3, 4, 5")
    assert values["text"][:2] == ("str", [1000])
    assert len(values["text"][2]) < 250
    assert values["numbers"] == ("list", [1000], "[0, 1, 2, 3, 4, 5, ...]")
    assert values["lookup"] == ("dict", [1], "{'a': 1}")
    assert values["ratio"] == ("float", None, "0.5")
    assert values["missing"] == ("NoneType", None, "None")
    assert values["dates"][2] == "datetime64[us]: 2024-01-01 00:00:00, 2024-01-02 00:00:00"


def test_functions_and_classes() -> None:
    def share(part: float, *, of: float = 1) -> float:
        return part / of

    class Region:
        name = "North"

        def total(self) -> int:
            return 1

    values = looked(share=share, Region=Region)
    assert values["share"] == ("function", None, "share(part, of)")
    assert values["Region"][2] == "class with name, total"


def test_what_is_not_the_user_s_is_left_out() -> None:
    shell = types.SimpleNamespace(
        user_ns={"math": math, "_private": 1, "exit": exit, "quit": 5},
        user_ns_hidden={"exit": exit, "quit": quit},
    )
    assert [item["name"] for item in look(shell)] == ["quit"], "one that was given another value is theirs"


class Endless:
    def __repr__(self) -> str:
        while True:
            time.sleep(0.001)


class Catching:
    def __repr__(self) -> str:
        try:
            while True:
                time.sleep(0.001)
        except BaseException:  # noqa: BLE001 - that is the point
            return "caught"


class Huge:
    def __repr__(self) -> str:
        return "x" * 10_000_000


class Broken:
    def __repr__(self) -> str:
        raise SystemExit

    @property
    def shape(self) -> None:
        raise RuntimeError


class Liar(type):
    def __getattribute__(cls, name: str) -> object:
        raise RuntimeError(name)


class Lying(metaclass=Liar):
    pass


class BrokenFrame(pd.DataFrame):  # type: ignore[misc]  # pandas has no types
    @property
    def shape(self) -> tuple[int, int]:
        raise KeyError("no")


@pytest.mark.filterwarnings("ignore:.*doesn't allow columns:UserWarning")
def test_objects_that_do_not_behave() -> None:
    began = time.monotonic()
    values = looked(
        endless=[Endless()] * 3,
        catching=Catching(),
        huge=Huge(),
        broken=Broken(),
        lying=Lying(),
        frame=BrokenFrame({"a": [1]}),
        ours=1,
    )
    assert values["endless"][2] == "(takes too long to show)"
    assert values["catching"][2] in ("caught", "(takes too long to show)")
    assert len(values["huge"][2]) <= 2_000
    assert values["broken"][2] == "(cannot be shown: SystemExit)"
    assert values["lying"][0].endswith("Lying")
    assert values["frame"][2] == "(cannot be shown: KeyError)"
    assert values["ours"][2] == "1"
    assert time.monotonic() - began < 5


def test_many_slow_objects_are_not_all_looked_at() -> None:
    values = looked(**{f"v{number}": Endless() for number in range(100)})
    assert len(values) == 100
    assert values["v99"][2] == "(not looked at: too many variables)"


def test_size_does_not_matter() -> None:
    def seconds(rows: int) -> float:
        frame = pd.DataFrame({"n": np.zeros(rows), "s": pd.Series(["text"] * rows, dtype=object)})
        took = []
        for _ in range(5):
            began = time.perf_counter()
            looked(frame=frame)
            took.append(time.perf_counter() - began)
        return min(took)

    assert seconds(2_000_000) < 20 * seconds(20)
