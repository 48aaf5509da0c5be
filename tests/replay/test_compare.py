"""Two runs beside each other: which steps are pairs, and what differs."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from jupyter_agent.events import AnswerGiven, ModelChosen, RunStarted, Spent, Usage
from jupyter_agent.replay.compare import aligned, compared
from jupyter_agent.replay.table import as_table
from jupyter_agent.steps import Attempt, DisplayOutput, Failure, Output, StreamOutput
from jupyter_agent.trajectory import TakenAttempt, TakenStep, Trajectory, trajectory
from tests.stored import stored
from tests.test_trajectory import BODIES

EMPTY = trajectory(stored([RunStarted(question="How many?", agent_type="auto")]))
FAILURE = Failure(error_class="key-error", name="KeyError", message="'price'")
SPENT = Spent(usage=Usage(calls=1, prompt_tokens=1000, completion_tokens=5), model_seconds=1.5)


def step(goal: str, *attempts: Attempt, number: int = 1, spent: Spent | None = SPENT) -> TakenStep:
    return TakenStep(
        number=number,
        goal=goal,
        attempts=tuple(TakenAttempt(attempt=attempt) for attempt in attempts),
        succeeded=bool(attempts) and attempts[-1].status == "ok",
        seconds=2.0,
        spent=spent,
    )


def worked(code: str, *outputs: Output, number: int = 1) -> Attempt:
    return Attempt(number=number, code=code, status="ok", outputs=outputs, duration=0.25)


def failed(code: str, number: int = 1) -> Attempt:
    return Attempt(number=number, code=code, status="error", failure=FAILURE, duration=0.5)


def run(*steps: TakenStep, answer: str | None = None) -> Trajectory:
    given = None if answer is None else AnswerGiven(text=answer, spent=SPENT)
    return replace(EMPTY, taken=steps, answer=given)


@pytest.mark.parametrize(
    ("before", "after", "pairs"),
    [
        ("", "", []),
        ("a", "A.", ["a-A."]),
        ("ab", "ab", ["a-a", "b-b"]),
        ("ab", "xb", ["a-x", "b-b"]),
        ("ab", "axyb", ["a-a", "-x", "-y", "b-b"]),
        ("abc", "c", ["a-", "b-", "c-c"]),
        ("ab", "xyz", ["a-x", "b-y", "-z"]),
    ],
)
def test_steps_with_one_goal_are_pairs_and_others_by_their_order(
    before: str, after: str, pairs: list[str]
) -> None:
    goals = [after] if after == "A." else list(after)
    found = aligned([step(goal) for goal in before], [step(goal) for goal in goals])
    assert [f"{left.goal if left else ''}-{right.goal if right else ''}" for left, right in found] == pairs


def test_a_pair_tells_attempts_errors_code_and_costs() -> None:
    shown = StreamOutput(name="stdout", text="3\n")
    before = run(step("Count", failed("a\nb"), worked("a\nb\nc", shown, number=2)))
    after = run(step("Count", worked("a\nx\nc\nd", shown)))
    (pair,) = compared(before, after).steps
    assert pair.before is not None
    assert pair.after is not None
    assert (pair.before.attempts, pair.after.attempts) == (2, 1)
    assert (pair.before.errors, pair.after.errors) == ({"key-error": 1}, {})
    assert (pair.lines_added, pair.lines_removed, pair.same_outputs) == (2, 1, True)
    assert (pair.before.kernel_seconds, pair.before.model_seconds) == (0.75, 1.5)


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ((), (), True),
        ((StreamOutput(name="stdout", text="3\n"),), (StreamOutput(name="stdout", text="4\n"),), False),
        ((DisplayOutput(data={"image/png": "AA"}),), (DisplayOutput(data={"image/png": "AA"}),), True),
        ((DisplayOutput(data={"image/png": "AA"}),), (DisplayOutput(data={"image/png": "BB"}),), False),
    ],
)
def test_outputs_are_the_same_with_their_text_and_plots(
    before: tuple[Output, ...], after: tuple[Output, ...], same: bool
) -> None:
    (pair,) = compared(run(step("a", worked("a", *before))), run(step("a", worked("a", *after)))).steps
    assert pair.same_outputs is same


def test_the_numbers_of_the_answers_are_compared_by_value() -> None:
    found = compared(run(answer="1,000 rows, 45% and 7."), run(answer="1000 rows, 0.45 and 8.")).answers
    assert (found.same, found.in_both) == (False, ("1,000", "45%"))
    assert (found.only_before, found.only_after) == (("7",), ("8",))
    assert compared(run(answer="A  b"), run(answer="A b\n")).answers.same


def test_what_was_not_written_down_is_not_made_up() -> None:
    before, after = run(step("a", worked("a"), spent=None), answer="1"), trajectory(stored(BODIES))
    found = compared(before, after)
    assert (found.before.model_seconds, found.before.status) == (None, "cut-off")
    assert found.before.kernel_seconds == 0.25
    assert (found.after.model_seconds, found.after.status) == (4.5, "completed")
    assert (found.after.model, found.after.agent, found.after.usage.calls) == ("m", "plan_execute", 5)
    table = as_table(found, ("Something differs.",))
    assert ["model", "time", "–", "4.5", "s"] in [line.split() for line in table.splitlines()]
    assert table.endswith("otherwise than the original:\n  Something differs.")
    assert json.loads(json.dumps(asdict(found)))["before"]["errors"] == {}


def test_columns_are_as_wide_as_what_stands_in_them() -> None:
    chosen = ModelChosen(model="a-model-with-a-very-long-name:70b", provider="ollama")
    before = replace(run(step("a", worked("a"))), model=chosen)
    lines = as_table(compared(before, run(step("a", worked("a")))), ()).splitlines()
    column = lines[0].index("replay")
    rows = [line for line in lines if line.startswith(("model  ", "status", "  outcome", "  kernel time"))]
    assert len(rows) >= 4
    assert all(line[column - 2 : column] == "  " and line[column] != " " for line in rows)


def test_the_table_says_which_steps_are_alone_and_how_goals_differ() -> None:
    before = run(step("Load", worked("a")), step("Plot", worked("b"), number=2))
    after = run(step("Read\x1b[2J", worked("a")), answer="1")
    table = as_table(compared(before, after), ())
    assert "Step 1: Load\n  in the replay 1: Read[2J\n" in table
    assert "Step 2: Plot (only in the original)" in table
    assert "Only the replay has an answer." in table
    assert "Neither has an answer." in as_table(compared(before, before), ())
