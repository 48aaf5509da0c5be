"""What the kernel notices of joins and plots, which no variable shows."""

from __future__ import annotations

import pytest

from jupyter_agent.kernel.sessions import RestrictedSession
from jupyter_agent.steps import Join, Plot
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
            Join(how="left", line=3, left=4, right=3, rows=4, right_lost=1, right_repeated=1, only_keys=True),
        ),
        (
            "orders.join(people, rsuffix='_r')",
            Join(how="left", line=1, left=4, right=4, rows=4),
        ),
        (
            "orders.merge(people.head(0), on='id')",
            Join(how="inner", line=1, left=4, right=0, rows=0, left_lost=4),
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


async def test_many_joins_are_told_up_to_a_number(session: RestrictedSession) -> None:
    ran = await run(session, f"{TABLES}\nfor _ in range(100):\n    orders.merge(people, on='id')")
    assert len(ran.execution.joins) == 20


async def test_what_code_has_tampered_with_is_not_believed(session: RestrictedSession) -> None:
    tampered = """
import sys

NAMES = ['left', 'right', 'rows', 'left_lost', 'right_lost', 'left_repeated', 'right_repeated']
JOINS = [{'how': 'left', 'rows': 'x'}, 3, {'how': 1, 'line': -5, **dict.fromkeys(NAMES, 2)}]
Noticed = sys.modules['jupyter_agent.kernel.noticed'].Noticed
Noticed.told = lambda self: {'joins': JOINS, 'plots': 'y'}
"""
    ran = await run(session, tampered)
    kept = Join(
        how="1", left=2, right=2, rows=2, left_lost=2, right_lost=2, left_repeated=2, right_repeated=2
    )
    assert (ran.execution.joins, ran.execution.plots) == ((kept,), ())
