"""What is shown of a program that shows nothing itself."""

from __future__ import annotations

import pytest

from jupyter_agent.kernel.last_value import last_assigned
from jupyter_agent.kernel.sessions import RestrictedSession
from tests.kernel.conftest import run


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("total = 1 + 2", "3"),
        ("total = 1\ntotal += 4", "5"),
        ("total: int = 7  # the end", "7"),
        ("%matplotlib inline\ntotal = 8", "8"),
        ("import warnings\nwarnings.warn('Look out')\ntotal = 9", "9"),
        ("import pandas as pd\ntable = pd.DataFrame({'a': [1]})", "   a\n0  1"),
    ],
)
async def test_the_last_value_is_shown_where_nothing_is(
    session: RestrictedSession, code: str, shown: str
) -> None:
    ran = await run(session, code)
    assert [output.data["text/plain"] for output in ran.displays] == [shown]
    assert ran.result == shown
    assert ran.execution.status == "ok"


@pytest.mark.parametrize(
    "code",
    [
        "print(1)\ntotal = 3",
        "print(1, end='')\ntotal = 3",
        "total = None",
        "total = bytearray(b'1') * 1_000_000",
        "_ = 3",
        "a, b = 1, 2",
        "total = 3\nfor _ in range(2): pass",
        "class Broken:\n    x = 3",
    ],
)
async def test_nothing_else_is_shown(session: RestrictedSession, code: str) -> None:
    assert (await run(session, code)).displays == []


async def test_a_plot_is_shown_alone(session: RestrictedSession) -> None:
    ran = await run(session, "import matplotlib.pyplot as plt\nlines = plt.plot([1, 2])")
    assert ["image/png" in output.data for output in ran.displays] == [True]


async def test_a_failure_shows_no_value(session: RestrictedSession) -> None:
    ran = await run(session, "total = 3\ntotal = 1 / 0")
    assert (ran.displays, ran.execution.status) == ([], "error")


async def test_a_value_that_cannot_be_shown_fails_as_on_a_last_line(session: RestrictedSession) -> None:
    shy = "class Shy:\n    def __repr__(self): raise ValueError('no')\nshy = Shy()"
    named, assigned = await run(session, f"{shy}\nshy"), await run(session, shy)
    assert (assigned.execution.status, assigned.error.name) == (named.execution.status, named.error.name)


def test_other_last_lines_assign_nothing() -> None:
    programs = ("", "x", "x.y = 1", "x[0] = 1", "x: int", "def f(): pass")
    assert {last_assigned(code) for code in programs} == {None}
