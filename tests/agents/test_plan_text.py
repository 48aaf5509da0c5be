"""Plans in all the forms that models write them in."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_agent.agents.plan_text import steps_in
from jupyter_agent.steps import PlannedStep

CORPUS = tomllib.loads((Path(__file__).parent / "malformed_plans.toml").read_text("utf-8"))["plan"]


@pytest.mark.parametrize("plan", CORPUS, ids=[plan["name"] for plan in CORPUS])
def test_the_steps_are_found(plan: dict[str, object]) -> None:
    assert [step.goal for step in steps_in(str(plan["text"]))[:6]] == plan["goals"]


def test_all_that_is_said_of_a_step_is_kept() -> None:
    (step,) = steps_in('[{"task": "Sum", "how": ["read", "group"], "Done when": "3\\nrows"}]')
    assert step == PlannedStep(goal="Sum", approach="read, group", criterion="3 rows")


def test_no_step_is_long() -> None:
    text = str([{"goal": f"{number} " + "x" * 10_000} for number in range(50)])
    steps = steps_in(text)
    assert steps
    assert all(len(step.goal) <= 400 for step in steps)


@pytest.mark.parametrize(
    "text",
    ["[" * 50_000, '{"a":' * 20_000, '{"steps": [' * 5_000, "- a\n" * 50_000, "\n" * 50_000, " " * 50_000],
)
def test_what_is_nested_or_long_without_end_is_no_trouble(text: str) -> None:
    assert len(steps_in(text)) <= 100


@given(st.text(alphabet="[]{}:,\"'`goalstep \n1-\ud800", max_size=200))
def test_no_text_is_trouble(text: str) -> None:
    for step in steps_in(text):
        step.goal.encode()
