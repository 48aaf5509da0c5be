"""Plain values as JSON: the same when they come back, or refused with the reason."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import fractions
import json
import pathlib
import re
import uuid
import zoneinfo
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from jupyter_agent.variables.not_kept import NotKept
from jupyter_agent.variables.plain import Decoder, Encoder
from tests.variables.same import assert_same


def there_and_back(value: object) -> object:
    return Decoder().decode(json.loads(json.dumps(Encoder().encode(value), allow_nan=False)))


TEXT = st.text(st.characters(codec=None, exclude_categories=()))  # with halves of characters
ZONES = st.one_of(
    st.none(),
    st.just(datetime.UTC),
    st.timedeltas(datetime.timedelta(hours=-20), datetime.timedelta(hours=20)).map(datetime.timezone),
    st.just(datetime.timezone(datetime.timedelta(hours=1), "here")),
    st.sampled_from(["Europe/Berlin", "America/New_York", "UTC", "Asia/Kolkata"]).map(zoneinfo.ZoneInfo),
)
UNITS = st.sampled_from(["s", "ms", "us", "ns"])
MOMENTS = st.integers(-(2**62), 2**62)


def timestamp(value: int, unit: str, zone: str | None) -> object:
    moment = pd.Timestamp(np.int64(value // (1 if unit == "ns" else 10**9)).view(f"M8[{unit}]"))
    return moment if zone is None else moment.tz_localize("UTC").tz_convert(zone)


def timedelta(value: int, unit: str) -> object:
    return pd.Timedelta(np.int64(value).view(f"m8[{unit}]"))


def period(number: int, freq: str) -> object:
    return pd.Period(ordinal=number, freq=freq)


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(10**50, 10**3000),
    st.floats(),
    st.complex_numbers(),
    TEXT,
    st.binary(),
    st.dates(),
    st.datetimes(timezones=ZONES, allow_imaginary=True),
    st.times(timezones=st.sampled_from([None, datetime.UTC])),
    st.timedeltas(),
    ZONES,
    st.decimals(allow_nan=False),
    st.fractions(),
    st.uuids(),
    st.builds(range, st.integers(), st.integers(), st.integers().filter(bool)),
    st.builds(pathlib.Path, st.text(st.characters(codec="utf-8", exclude_characters="\0"))),
    st.builds(timestamp, MOMENTS, UNITS, st.sampled_from([None, "UTC", "Europe/Berlin", "+05:30"])),
    st.builds(timedelta, st.integers(-(2**40), 2**40), UNITS),
    st.builds(period, st.integers(-1000, 1000), st.sampled_from("MYDQ")),
    st.sampled_from([pd.NaT, pd.NA, ...]),
    npst.scalar_dtypes().flatmap(npst.from_dtype),
)
ITSELF = SCALARS.filter(lambda value: value is not pd.NA and value == value)
HASHABLE = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.tuples(inner, inner), st.frozensets(ITSELF, max_size=3)),
    max_leaves=4,
)
ARRAYS = npst.arrays(npst.scalar_dtypes(), npst.array_shapes(min_dims=0, min_side=0))
VALUES = st.recursive(
    SCALARS | ARRAYS | st.binary().map(bytearray),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.lists(inner, max_size=4).map(collections.deque),
        st.dictionaries(TEXT, inner, max_size=4),
        st.dictionaries(HASHABLE, inner, max_size=4),
        st.dictionaries(TEXT, inner, max_size=4).map(lambda d: collections.defaultdict(list, d)),
        st.dictionaries(TEXT, inner, max_size=4).map(collections.OrderedDict),
    ),
    max_leaves=20,
)


@given(SCALARS)
def test_single_values(value: object) -> None:
    assert_same(value, there_and_back(value))


@given(VALUES)
def test_values_of_values(value: object) -> None:
    assert_same(value, there_and_back(value))


@given(st.sets(ITSELF, max_size=4))
def test_sets(value: set[object]) -> None:
    assert_same(value, there_and_back(value))


@given(st.lists(st.floats() | st.integers() | TEXT))
def test_long_lists(value: list[object]) -> None:
    assert_same(value * 50, there_and_back(value * 50))


@pytest.mark.parametrize(
    "value",
    [
        {"$": "tuple", "items": []},
        {"a": {"$": 1}},
        ["\ud83d", "\ude00", "\ud83d\ude00"],
        "\ud83d\ude00",
        -0.0,
        [float("nan"), float("inf"), -0.0],
        True,
        2**63,
        [2**63, -(2**63) - 1],
        collections.Counter("abca"),
        collections.deque([1, 2], 5),
        collections.defaultdict(None, a=1),
        slice(1, None, "a"),
        pd.Interval(0, 1, closed="left"),
        pd.Interval(pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-02")),
        datetime.datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")),
        decimal.Decimal("-sNaN123"),
        decimal.Decimal("1.500"),
        fractions.Fraction(-1, 3),
        np.str_(""),
        np.datetime64("NaT", "D"),
        np.longdouble(1) / 3,
        uuid.UUID(int=5),
        {1: "a", "1": "b", None: "c", (1, 2): "d"},
    ],
    ids=repr,
)
def test_values_that_are_easily_confused(value: object) -> None:
    assert_same(value, there_and_back(value))


class Colour(enum.IntEnum):
    RED = 1


class Pair(NamedTuple):
    left: int


class Money(float):
    pass


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (Colour.RED, "would come back as a int"),
        (Pair(1), "would come back as a tuple"),
        (Money(1), "would come back as a float"),
        (collections.UserDict(), "has no exact form without pickle"),
        (object(), "a object has no exact form without pickle"),
        (len, "a function is code, not data"),
        (lambda: 1, "a function is code, not data"),
        (Money, "a class is code, not data"),
        (json, "a module is imported, not kept"),
        ((n for n in [1]), "cannot be written down before it is used up"),
        ({}.keys(), "cannot be written down before it is used up"),
        (collections.defaultdict(lambda: 1), "a defaultdict with a function of its own"),
        (np.array([object()]), "an array of Python objects has no form without pickle"),
        (np.ma.masked_array([1]), "a numpy.ma.MaskedArray would come back as an array"),
        (datetime.datetime(2024, 1, 1, tzinfo=type("Zone", (datetime.tzinfo,), {})()), "has no name"),
        (re.compile("a"), "has no exact form without pickle"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_refused_and_why(value: object, reason: str) -> None:
    for inside in (value, [value], {"a": (value,)}):
        with pytest.raises(NotKept, match=re.escape(reason)):
            Encoder().encode(inside)


def test_a_list_in_two_places_is_refused() -> None:
    row = [0]
    with pytest.raises(NotKept, match="one list in several places"):
        Encoder().encode([row] * 3)
    fixed = (1, "a")
    assert_same([fixed, fixed], there_and_back([fixed, fixed]))


def test_what_holds_itself_is_refused() -> None:
    items: list[Any] = []
    items.append({"a": (items,)})
    with pytest.raises(NotKept, match="holds itself"):
        Encoder().encode(items)


def test_deep_nesting_is_refused() -> None:
    value: list[Any] = []
    for _ in range(10_000):
        value = [value]
    with pytest.raises(NotKept, match="more than 100 levels"):
        Encoder().encode(value)


@pytest.mark.parametrize(
    "content",
    [
        {"$": "unknown"},
        {"$": "tuple"},
        {"$": "tuple", "items": 5},
        {"$": 7},
        {"$": "set", "items": [[1]]},
        {"$": "int", "hex": "zz"},
        {"$": "fraction", "numerator": "0x" + "f" * 200_000, "denominator": "0x1"},
        {"$": "numpy", "dtype": "O", "bytes": "AAAAAAAAAAA="},
        {"$": "numpy", "dtype": "<f8", "bytes": "AAA="},
        {"$": "array", "bytes": "AAAA"},
        {"$": "zone", "zone": {"zone": "../../etc/passwd"}},
        {"$": "zone", "zone": {"zone": "No/Such"}},
        {"$": "defaultdict", "factory": "eval", "items": []},
        {"$": "variable", "name": "x"},
        {"$": "datetime", "text": "never", "fold": 0, "zone": None},
        {"$": "path", "bytes": "%%%"},
    ],
    ids=json.dumps,
)
def test_what_nobody_has_written_is_refused(content: object) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        Decoder().decode(content)
