"""What the kernel notices of `map`, `apply` and `str.extract`: values that they lost."""

from __future__ import annotations

import gc
import time
import weakref
from typing import Any

import pandas as pd
import pytest

from jupyter_agent.kernel.readings import Readings
from jupyter_agent.kernel.sessions import RestrictedSession
from jupyter_agent.steps import Conversion
from tests.kernel.conftest import run

SERIES = """
import pandas as pd
currency = pd.Series(['USD', 'EUR', 'usd', None, '-', 'EUR'], name='currency')
length = pd.Series(['90 min', '2 h', '75 min', '88 min', 'n/a', 'short'], name='length')
"""
BY_CURRENCY = Conversion(function="map", line=2, column="currency", values=5, lost=3, examples=("EUR", "usd"))


@pytest.mark.parametrize(
    ("code", "conversion"),
    [
        ("rates = {'USD': 0.9}\ncurrency.map(rates).sum()", BY_CURRENCY),
        ("rates = {'USD': 'dollar'}\ncurrency.map(rates.get)", BY_CURRENCY),
        (
            "pd.Series([1, 2, 3, 3]).map({1: 'a'})",
            Conversion(function="map", line=1, values=4, lost=3, examples=("2", "3")),
        ),
        (
            "length.apply(lambda text: int(text[:2]) if text[2:] == ' min' else None)",
            Conversion(function="apply", line=1, column="length", values=6, lost=1, examples=("2 h",)),
        ),
        (
            "length.str.extract(r'(\\d+) (min)')[[0]].astype(float)",
            Conversion(function="extract", line=1, column="length", values=6, lost=1, examples=("2 h",)),
        ),
    ],
)
async def test_what_is_lost_is_told(session: RestrictedSession, code: str, conversion: Conversion) -> None:
    await run(session, SERIES)
    assert (await run(session, code)).execution.conversions == (conversion,)
    assert (await run(session, "1")).execution.conversions == (), "only those of one execution"


@pytest.mark.parametrize(
    "code",
    [
        "currency.map({'USD': 1, 'EUR': 2, 'usd': None})",
        "from collections import defaultdict\ncurrency.map(defaultdict(int))",
        "currency.map(pd.Series({'USD': 1}))",
        "currency.map({'USD': 1}.keys().__contains__)",
        "currency.dropna().map(lambda text: text[1:] if text < 'F' else None)",
        "pd.Series([1.0, 2.0]).apply(lambda number: None if number > 1 else number)",
        "pd.Series([[1], []]).apply(lambda items: items[0] if items else None)",
        "length.str.extract(r'(\\d+) ([a-z])').notna()",
        "length.apply(lambda text: pd.Series([text, None]))",
        "length.str.extract(r'(\\d+) h')",
        "pd.Series(['a', 'b'], dtype='category').map({'a': 1, 'b': 2})",
        "pd.Series(dtype=str).str.extract('(a)')",
    ],
)
async def test_nothing_is_told_of_what_loses_nothing(session: RestrictedSession, code: str) -> None:
    ran = await run(session, f"{SERIES}\n{code}")
    assert (ran.execution.status, ran.execution.conversions) == ("ok", ())


def told(*readings: tuple[Any, str]) -> list[Any]:
    """What is told of columns that patterns were extracted from."""
    lines = iter(range(1, 99))
    noted = Readings(lambda: next(lines))
    for values, pattern in readings:
        noted.extracted(values, values.str.extract(pattern))
    return noted.told()


def test_what_another_reading_of_the_column_reads_is_not_lost() -> None:
    lengths = pd.Series(["90 min", "80 min", "70 min", "2 h", "1 day"], name="length")
    minutes, hours, days = (lengths, r"(\d+) min"), (lengths, r"(\d+) h"), (lengths, r"(\d+) day")
    assert [(found["lost"], found["line"]) for found in told(minutes)] == [(2, 1)]
    assert [(found["lost"], found["line"]) for found in told(minutes, hours)] == [(1, 2)]
    assert [found["examples"] for found in told(hours, minutes)] == [["1 day"]]
    assert told(minutes, hours, days) == told(hours, days, minutes) == []
    assert told((lengths, r"(\d+)"), minutes) == []
    assert [found["lost"] for found in told(minutes, (lengths.rename("other"), r"(\d+) h"))] == [2]


def test_a_few_are_told_of_many() -> None:
    values = pd.Series(["a", "b"], name="letter")
    noted = Readings(lambda: 1)
    for _ in range(100):
        noted.mapped(values, {"a": 1}, values.map({"a": 1}))
    assert len(noted.told()) == 20
    assert noted.told() == []


def test_the_values_are_not_kept() -> None:
    noted = Readings(lambda: 1)
    values = pd.Series([f"{number} kg" for number in range(1_000)], name="weight")
    gone = weakref.ref(values)
    noted.mapped(values, {"1 kg": 1}, values.map({"1 kg": 1}))
    del values
    gc.collect()
    assert gone() is None
    assert [found["lost"] for found in noted.told()] == [999]


def test_a_reading_is_looked_at_in_a_moment() -> None:
    values = pd.Series([f"{number} kg" for number in range(500_000)], name="weight")
    result = values.map({"1 kg": 1})
    started = time.process_time()
    Readings(lambda: 1).mapped(values, {"1 kg": 1}, result)
    assert time.process_time() - started < 1.0
