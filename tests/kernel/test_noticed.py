"""What the kernel notices of joins, conversions and plots, which no variable shows."""

from __future__ import annotations

import gc
import time
import weakref
from typing import Any

import pandas as pd
import pytest

from jupyter_agent.kernel.conversions import Conversions
from jupyter_agent.kernel.partners import alike
from jupyter_agent.kernel.sessions import RestrictedSession
from jupyter_agent.kernel.turned_dates import turned as turned_among
from jupyter_agent.kernel.turned_dates import turning
from jupyter_agent.steps import Conversion, Join, Plot
from tests.kernel.conftest import run

TABLES = """
import pandas as pd
orders = pd.DataFrame({'id': [1, 1, 2, 9], 'n': [5, 6, 7, 8]})
people = pd.DataFrame({'id': [1, 2, 2, 3], 'name': list('abcd')})
"""


@pytest.mark.parametrize(
    ("code", "join"),
    [
        (
            "joined = orders.merge(people, on='id')",
            Join(
                how="inner",
                line=1,
                column=38,
                left=4,
                right=4,
                rows=4,
                left_lost=1,
                right_lost=1,
                left_repeated=1,
                right_repeated=1,
            ),
        ),
        (
            "def joined():\n    keys = people[['id']].drop_duplicates()\n"
            "    return pd.merge(orders, keys, on='id', how='left')\n\njoined()",
            Join(
                how="left",
                line=3,
                column=54,
                left=4,
                right=3,
                rows=4,
                right_lost=1,
                right_repeated=1,
                only_keys=True,
            ),
        ),
        (
            "orders.join(people, rsuffix='_r')",
            Join(how="left", line=1, column=33, left=4, right=4, rows=4),
        ),
        (
            "orders.merge(people[['id']])",
            Join(
                how="inner",
                line=1,
                column=28,
                left=4,
                right=4,
                rows=4,
                left_lost=1,
                right_lost=1,
                left_repeated=1,
                right_repeated=1,
                only_keys=True,
            ),
        ),
        (
            "orders.merge(people.head(0), on='id')",
            Join(how="inner", line=1, column=37, left=4, right=0, rows=0, left_lost=4),
        ),
    ],
)
async def test_a_join_is_told_with_what_became_of_the_rows(
    session: RestrictedSession, code: str, join: Join
) -> None:
    await run(session, TABLES)
    ran = await run(session, code)
    assert ran.execution.joins == (join,)
    assert (await run(session, "1")).execution.joins == (), "only those of one execution"


@pytest.mark.parametrize(
    ("code", "plot"),
    [
        ("plt.plot([1, 2], [3, 4])", Plot(filled=1)),
        ("plt.plot([], [])", Plot(filled=0, without_data=1)),
        ("plt.plot([1, 2], [float('nan')] * 2)", Plot(filled=0, without_data=1)),
        ("plt.scatter([], [])", Plot(filled=0, without_data=1)),
        ("plt.scatter([1], [2])", Plot(filled=1)),
        ("plt.hist([])", Plot(filled=0, without_data=1)),
        ("plt.hist([1, 1, 2])", Plot(filled=1)),
        ("plt.bar([], [])", Plot(filled=0, untouched=1)),
        ("plt.barh(['a'], [2])", Plot(filled=1)),
        ("plt.imshow([[1, 2]])", Plot(filled=1)),
        ("plt.pcolormesh([[1, 2]])", Plot(filled=1)),
        ("plt.fill_between([1, 2], [1, 2])", Plot(filled=1)),
        ("plt.pie([1, 2])", Plot(filled=1)),
        ("plt.boxplot([1, 2, 3])", Plot(filled=1)),
        ("plt.contourf([[1, 2], [3, 4]])", Plot(filled=1)),
        ("plt.hexbin([1, 2, 3], [1, 2, 3])", Plot(filled=1)),
        ("plt.plot([], []); plt.axhline(1); plt.axvspan(0, 1)", Plot(filled=0, without_data=1)),
        ("fig, (a, b) = plt.subplots(1, 2); a.plot([1])", Plot(filled=1, untouched=1)),
        ("fig, (a, b) = plt.subplots(1, 2); a.plot([1]); b.axis('off')", Plot(filled=1)),
        ("plt.text(0.5, 0.5, 'no data')", Plot(filled=1)),
        (
            "import numpy as np; y = np.full(1_000_000, np.nan); y[5::10] = 1; plt.plot(y, '.')",
            Plot(filled=1),
        ),
        ("import numpy as np; plt.imshow(np.zeros((2, 2, 3), np.uint8))", Plot(filled=1)),
        ("fig = plt.figure(); fig.add_subplot(projection='3d').scatter([1], [1], [1])", Plot(filled=1)),
    ],
)
async def test_a_plot_is_told_with_what_it_shows(session: RestrictedSession, code: str, plot: Plot) -> None:
    ran = await run(session, f"import matplotlib.pyplot as plt\n{code}\nplt.show()")
    assert ran.execution.plots == (plot,)


async def test_a_join_in_a_function_is_told_where_it_runs_now(session: RestrictedSession) -> None:
    await run(session, f"{TABLES}\n\ndef joined():\n    return orders.merge(people, on='id')")
    ran = await run(session, "1\n2\njoined()")
    assert [join.line for join in ran.execution.joins] == [3]


@pytest.mark.parametrize(
    ("code", "places"),
    [
        ("orders.merge(people, on='id').merge(people, on='id')", [(1, 29), (1, 52)]),
        ("pd.merge(pd.merge(orders, people, on='id'), people, on='id')", [(1, 42), (1, 60)]),
        ("(\n orders\n .merge(\n  people)\n .merge(people, on='id'))", [(3, 9), (5, 24)]),
        ("'é', [orders.merge(people) for _ in '12']", [(1, 27)] * 2),
    ],
)
async def test_joins_are_told_apart_by_where_they_are_called(
    session: RestrictedSession, code: str, places: list[tuple[int, int]]
) -> None:
    await run(session, TABLES)
    joins = (await run(session, code)).execution.joins
    assert [(join.line, join.column) for join in joins] == places


async def test_many_joins_are_told_up_to_a_number(session: RestrictedSession) -> None:
    ran = await run(session, f"{TABLES}\nfor _ in range(100):\n    orders.merge(people, on='id')")
    assert len(ran.execution.joins) == 20


async def test_what_code_has_tampered_with_is_not_believed(session: RestrictedSession) -> None:
    tampered = """
import sys

NAMES = ['left', 'right', 'rows', 'left_lost', 'right_lost', 'left_repeated', 'right_repeated']
NAMES += ['left_alike', 'right_alike']
JOINS = [{'how': 'left', 'rows': 'x'}, 3, {'how': 1, 'line': -5, **dict.fromkeys(NAMES, 2)}]
TEXTS = ['two\\nlines', 'x' * 5000, None, 'd', 'e']
CONVERSIONS = [{'values': 2}, 'z', {'values': 3, 'lost': 1, 'turned': 2, 'column': 7, 'examples': TEXTS}]
Noticed = sys.modules['jupyter_agent.kernel.noticed'].Noticed
Noticed.told = lambda self: {'joins': JOINS, 'plots': 'y', 'conversions': CONVERSIONS}
"""
    ran = await run(session, tampered)
    kept = Join(
        how="1",
        left=2,
        right=2,
        rows=2,
        left_lost=2,
        right_lost=2,
        left_repeated=2,
        right_repeated=2,
        left_alike=2,
        right_alike=2,
    )
    assert (ran.execution.joins, ran.execution.plots) == ((kept,), ())
    converted = Conversion(
        function="", column="7", values=3, lost=1, turned=2, examples=("two lines", "x" * 60, "")
    )
    assert ran.execution.conversions == (converted,)


@pytest.mark.parametrize(
    ("code", "alike", "types_differ"),
    [
        ("a.merge(b, on='k')", (3, 3), False),
        ("a.merge(b, on='k', how='left')", (3, 3), False),
        ("a.merge(b, on='k', how='outer')", (3, 3), False),
        ("a.set_index('k').join(b.set_index('k'), rsuffix='_r')", (3, 3), False),
        ("a.merge(b.set_index('k'), left_on='k', right_index=True)", (3, 3), False),
        ("a.merge(b, on=['k', 'n'])", (1, 2), False),
        (
            "a.assign(k=a['k'].str.strip().str.lower()).merge(b.assign(k=b['k'].str.lower()), on='k')",
            (0, 0),
            False,
        ),
        ("c.merge(d, on='k')", (2, 2), True),
    ],
)
async def test_partners_that_are_written_otherwise_are_counted(
    session: RestrictedSession, code: str, alike: tuple[int, int], types_differ: bool
) -> None:
    tables = """
import pandas as pd
a = pd.DataFrame({'k': ['Bern', 'bern ', ' OSLO', 'Paris', 'Rome'], 'n': [1, 2, 3, 4, 5]})
b = pd.DataFrame({'k': ['BERN', 'Oslo', 'Rome', 'rome', 'Lima'], 'n': [1, 2, 5, 5, 9]})
c = pd.DataFrame({'k': [1, '2', 3.0, 'x']}, dtype=object)
d = pd.DataFrame({'k': ['1', '2', '3', 'y']}, dtype=object)
"""
    await run(session, tables)
    (join,) = (await run(session, code)).execution.joins
    assert ((join.left_alike, join.right_alike), join.types_differ) == (alike, types_differ)


def test_partners_are_looked_for_in_a_moment() -> None:
    keys = pd.Series([f"Key {number}" for number in range(1_000_000)]).to_numpy(object)
    others = pd.Series([f"key {number}" for number in range(1_000_000)]).to_numpy(object)
    left_out = keys == keys
    started = time.process_time()
    found, _ = alike([keys], left_out, [others])
    assert time.process_time() - started < 0.5
    assert found > 1_000


@pytest.mark.parametrize(
    ("code", "conversion"),
    [
        (
            "x = 1\npd.to_datetime(s, errors='coerce')",
            Conversion(
                function="to_datetime",
                line=2,
                column="day",
                values=4,
                lost=2,
                examples=("June 20, 2024", "23/04/2024"),
            ),
        ),
        (
            "pd.to_numeric(s, errors='coerce')",
            Conversion(
                function="to_numeric",
                line=1,
                column="day",
                values=4,
                lost=4,
                examples=("2024-01-05", "June 20, 2024", "23/04/2024"),
            ),
        ),
        (
            "pd.to_timedelta(['1h', '2 to 3'], errors='coerce')",
            Conversion(function="to_timedelta", line=1, values=2, lost=1, examples=("2 to 3",)),
        ),
        (
            "pd.to_numeric(s.to_numpy(), 'coerce')[:0]",
            Conversion(
                function="to_numeric",
                line=1,
                values=4,
                lost=4,
                examples=("2024-01-05", "June 20, 2024", "23/04/2024"),
            ),
        ),
    ],
)
async def test_what_a_conversion_loses_is_told(
    session: RestrictedSession, code: str, conversion: Conversion
) -> None:
    series = "pd.Series(['2024-01-05', 'June 20, 2024', '23/04/2024', None, '2024-02-01'], name='day')"
    await run(session, f"import pandas as pd\ns = {series}")
    assert (await run(session, code)).execution.conversions == (conversion,)
    assert (await run(session, "1")).execution.conversions == (), "only those of one execution"


@pytest.mark.parametrize(
    "code",
    [
        "pd.to_numeric(pd.Series(['1', '', ' ', 'n/a', '-', 'unknown', 'NULL', '2']), errors='coerce')",
        "pd.to_numeric(pd.Series(['1', '2', 'Total', '3']), errors='coerce')",
        "pd.to_datetime(pd.Series(['2024-01-05', '0000-00-00']), errors='coerce')",
        "pd.to_numeric('x', errors='coerce')",
        "pd.to_numeric(pd.Series([1, 2, None]), errors='coerce')",
        "pd.to_datetime(pd.DataFrame({'year': [1], 'month': [13], 'day': [1]}), errors='coerce')",
        "pd.to_numeric(pd.Series([['a'], ['b']]), errors='coerce')",
        "pd.to_numeric = lambda s, errors: s\npd.to_numeric(pd.Series(['3 kg']), errors='coerce')",
        "pd.isna = None\npd.to_numeric(pd.Series(['3 kg']), errors='coerce')",
        "import pickle\npickle.loads(pickle.dumps(pd.to_numeric)) is pd.to_numeric or 1 / 0",
    ],
)
async def test_nothing_is_told_of_conversions_that_lose_nothing(
    session: RestrictedSession, code: str
) -> None:
    ran = await run(session, f"import pandas as pd\n{code}")
    assert (ran.execution.status, ran.execution.conversions) == ("ok", ())


def converted(*steps: tuple[Any, str | None]) -> list[Any]:
    """What is told of conversions to dates, each of values with a format."""
    noted = Conversions()
    for line, (values, form) in enumerate(steps, 1):
        result = pd.to_datetime(values, format=form, errors="coerce")
        noted.note("to_datetime", line, values, result, coerced=True)
    return noted.told()


def test_what_a_later_conversion_of_the_column_reads_is_not_lost() -> None:
    days = pd.Series(["2024-01-05", "23/04/2024", "June 20, 2024"], name="day")
    first, second, third = (days, "%Y-%m-%d"), (days, "%d/%m/%Y"), (days, "%B %d, %Y")
    assert [(told["lost"], told["line"]) for told in converted(first, second)] == [(1, 2)]
    assert converted(first, second)[0]["examples"] == ["June 20, 2024"]
    assert converted(first, second, third) == []
    overwritten = pd.to_datetime(days, format="%Y-%m-%d", errors="coerce")
    assert [(told["lost"], told["line"]) for told in converted(first, (overwritten, None))] == [(2, 1)]
    other = days.rename("other")
    assert [told["lost"] for told in converted(first, (other, "%d/%m/%Y"))] == [2, 2]


def turned(*steps: tuple[Any, dict[str, Any]]) -> list[tuple[int, int, int]]:
    """What is told of conversions to dates with these arguments: line, turned dates, and losses."""
    noted = Conversions()
    for line, (values, options) in enumerate(steps, 1):
        turns = turning(options.get("dayfirst"), options.get("format"))
        coerced = options.get("errors") == "coerce"
        noted.note(
            "to_datetime", line, values, pd.to_datetime(values, **options), coerced=coerced, turning=turns
        )
    return [(told["line"], told["turned"], told["lost"]) for told in noted.told()]


MIXED_DAYS = pd.Series(["2024-01-05", "23/04/2024", "2024-02-03", "2024-02-20", None], name="day")
EACH = {"format": "mixed", "dayfirst": True}
ISO = {"format": "ISO8601", "errors": "coerce"}
TURNED = pd.to_datetime("2024-01-05", **EACH) == pd.Timestamp(2024, 5, 1)
"""pandas 2 takes the month for the day only where it is given no format."""


@pytest.mark.skipif(not TURNED, reason="this pandas reads each date by itself as it is meant")
def test_dates_that_are_turned_are_told_unless_another_conversion_reads_them() -> None:
    assert turned((MIXED_DAYS, EACH)) == [(1, 2, 0)]
    assert turned((MIXED_DAYS, EACH), (MIXED_DAYS, EACH)) == [(1, 2, 0)]
    assert turned((MIXED_DAYS, ISO), (MIXED_DAYS, EACH)) == []
    assert turned((MIXED_DAYS, EACH), (MIXED_DAYS, ISO)) == []
    assert turned((MIXED_DAYS, {"format": "%d/%m/%Y", "errors": "coerce"}), (MIXED_DAYS, EACH)) == [(2, 2, 0)]
    overwritten = pd.to_datetime(MIXED_DAYS, **EACH)
    assert turned((MIXED_DAYS, EACH), (overwritten, {})) == [(1, 2, 0)]


@pytest.mark.filterwarnings("ignore:Parsing dates in")
def test_dates_that_are_turned_as_the_first_is() -> None:
    days = pd.Series(["2024-01-05", "2024-02-03", "2024-02-20"], name="day")
    assert turned((days[:2], {"dayfirst": True})) == [(1, 2, 0)]
    assert turned((days, {"dayfirst": True, "errors": "coerce"})) == [(1, 0, 1), (1, 2, 0)]
    assert turned((days[::-1], {"dayfirst": True})) == []


def test_a_few_turned_dates_among_many_are_found_whatever_their_pattern() -> None:
    for step in (2, 10, 50):
        days = ["23/04/2024"] * 20_000
        days[::step] = ["2024-01-05"] * (20_000 // step)
        read = {"23/04/2024": pd.Timestamp(2024, 4, 23), "2024-01-05": pd.Timestamp(2024, 5, 1)}
        found = turned_among(pd.Series(days), pd.Series(days).map(read), "each")
        assert found is not None
        assert found.sum() == 20_000 // step


def test_the_values_are_not_kept() -> None:
    noted = Conversions()
    values = pd.Series([f"{number} kg" for number in range(1_000)], name="weight")
    gone = weakref.ref(values)
    noted.note("to_numeric", 1, values, pd.to_numeric(values, errors="coerce"), coerced=True)
    del values
    gc.collect()
    assert gone() is None
    assert [told["lost"] for told in noted.told()] == [1_000]
    assert noted.told() == []


def test_a_conversion_is_looked_at_in_a_moment() -> None:
    texts = [f"{number} kg" for number in range(500_000)]
    values = pd.Series(texts, dtype=object, name="weight")
    result = pd.to_numeric(values, errors="coerce")
    started = time.process_time()
    Conversions().note("to_numeric", 1, values, result, coerced=True)
    assert time.process_time() - started < 1.0
