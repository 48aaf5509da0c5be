"""However a model misbehaves, a run ends within its budget: with what it has, or with a reason."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jupyter_agent.agents import Toolbox, Turn, answer
from jupyter_agent.agents.concluding import PARTIAL
from jupyter_agent.agents.unanswered import NOTHING_WORKED, UNANSWERED
from jupyter_agent.budget import Budget
from jupyter_agent.errors import AgentError, BudgetSpent, KernelRefused, ModelUnavailable, OutOfBudget
from jupyter_agent.events import (
    AgentChosen,
    AnswerGiven,
    AttemptStarted,
    EventBody,
    Notice,
    Planned,
    StepFinished,
    StepStarted,
)
from jupyter_agent.messages import AgentType
from jupyter_agent.models.budgeted import budgeted
from jupyter_agent.models.scripted import Script, ScriptedAnswer, ScriptedModel
from jupyter_agent.protocols import ModelRequest
from jupyter_agent.steps import Block, Execution, Meter, Output
from tests.coder.plain_kernel import PlainKernel

Make = Callable[..., tuple[Toolbox, ScriptedModel]]
GOOD = "```python\nimport pandas as pd\n\ndf = pd.read_csv('sales.csv')\nprint(df['price'].sum())\n```"
BROKEN = "```python\nprint(undefined_name)\n```"
ANSWER = "The sum is **60**."
PLAN = '{"steps": [{"goal": "the sum"}, {"goal": "the mean"}, {"goal": "a plot"}]}'
ONE_STEP = '{"steps": [{"goal": "the sum"}]}'
SECOND = 1 / 60
ENDLESS = ScriptedAnswer(text="and so on " * 100_000)


class Told:
    """What a run said, and how it ended."""

    def __init__(self) -> None:
        self.bodies: list[EventBody] = []
        self.error: AgentError | None = None

    @property
    def answer(self) -> str | None:
        return next((body.text for body in self.bodies if isinstance(body, AnswerGiven)), None)

    @property
    def notices(self) -> str:
        return "\n".join(body.text for body in self.bodies if isinstance(body, Notice))


async def carried_out(
    turn: Turn, toolbox: Make, script: Script, budget: Budget, mode: AgentType = "react", **settings: int
) -> tuple[Told, ScriptedModel]:
    tools, model = toolbox(script, **settings)
    tools = replace(tools, models=budgeted(tools.models, budget), budget=budget)
    told = Told()
    try:
        async for body in answer(replace(turn, agent_type=mode), tools):
            told.bodies.append(body)
    except AgentError as error:
        told.error = error
    return told, model


def kind_of(request: ModelRequest) -> str:
    """What a request of an agent that computes is for."""
    text = request.messages[-1].text
    if request.temperature:  # answers are asked for at 0
        return "program"
    return "last" if "no other program can run" in text else "answer"


async def test_nonsense_ends_with_the_attempts(turn: Turn, toolbox: Make) -> None:
    told, model = await carried_out(turn, toolbox, lambda _: "Bananas!", Budget(minutes=5), max_attempts=3)
    assert isinstance(told.error, OutOfBudget)
    assert "wrote no program in 3 attempts" in told.error.message
    assert told.error.hint
    assert told.answer == "Bananas!", "whatever it is, it is shown"
    assert len(model.requests) == 3


async def test_the_same_broken_code_ends_with_the_attempts(turn: Turn, toolbox: Make) -> None:
    told, model = await carried_out(turn, toolbox, lambda _: BROKEN, Budget(minutes=5), max_attempts=4)
    assert isinstance(told.error, OutOfBudget)
    assert "NameError" in told.error.message
    assert len(model.requests) == 4


async def test_the_same_broken_code_ends_with_the_tokens(turn: Turn, toolbox: Make) -> None:
    told, model = await carried_out(turn, toolbox, lambda _: BROKEN, Budget(tokens=6_000), max_attempts=20)
    assert isinstance(told.error, BudgetSpent)
    assert "6,000 tokens" in told.error.message
    assert "max_run_tokens" in told.error.hint
    assert 1 <= len(model.requests) < 6
    assert isinstance(told.bodies[-1], StepFinished), "nothing stays open"


async def test_one_that_never_finishes_ends_with_the_steps(turn: Turn, toolbox: Make) -> None:
    def more(request: ModelRequest) -> str:
        return GOOD if kind_of(request) == "program" else f"MORE: part {len(request.messages)}"

    told, _ = await carried_out(turn, toolbox, more, Budget(minutes=5), max_steps=2)
    assert isinstance(told.error, OutOfBudget)
    assert "2 steps" in told.error.message


async def test_one_that_never_finishes_answers_when_the_tokens_are_used_up(turn: Turn, toolbox: Make) -> None:
    def more(request: ModelRequest) -> str:
        match kind_of(request):
            case "program":
                return GOOD
            case "answer":
                return f"MORE: part {len(request.messages)}"
        return ANSWER

    told, _ = await carried_out(turn, toolbox, more, Budget(tokens=20_000), max_steps=50)
    assert told.error is None
    assert told.answer == ANSWER
    assert "20,000 tokens" in told.notices
    assert PARTIAL in told.notices


async def test_half_a_json_is_forgiven_by_all_who_ask_for_json(turn: Turn, toolbox: Make) -> None:
    halves = ['{"mode": "pl', "", GOOD, '{"ok": tr', ANSWER]
    told, _ = await carried_out(turn, toolbox, halves, Budget(minutes=5), mode="auto", review_rounds=1)
    assert told.error is None
    assert told.answer == ANSWER
    assert [body.agent_type for body in told.bodies if isinstance(body, AgentChosen)] == ["react"]
    plan = ['{"steps": [{"goal": "the sum", "appr', GOOD, ANSWER]
    told, _ = await carried_out(turn, toolbox, plan, Budget(minutes=5), mode="plan_execute")
    assert told.answer == ANSWER


async def test_a_slow_one_ends_with_the_time_and_answers_from_what_there_is(
    turn: Turn, toolbox: Make
) -> None:
    def slow(request: ModelRequest) -> str | ScriptedAnswer:
        match kind_of(request):
            case "program" if "Question: part two" in request.messages[-1].text:
                return ScriptedAnswer(text="```python\n" + "x = 1\n" * 10_000, delay=0.05)
            case "program":
                return GOOD
            case "answer":
                return "MORE: part two"
        return ANSWER

    began = time.monotonic()
    told, _ = await carried_out(turn, toolbox, slow, Budget(minutes=12 * SECOND))
    assert time.monotonic() - began < 12
    assert told.error is None
    assert told.answer == ANSWER
    assert "max_run_minutes" in told.notices
    assert len([body for body in told.bodies if isinstance(body, StepStarted)]) == 2


async def test_a_slow_one_that_computed_nothing_ends_with_a_reason(turn: Turn, toolbox: Make) -> None:
    slow = ScriptedAnswer(text=GOOD, delay=30)
    told, _ = await carried_out(turn, toolbox, [slow], Budget(minutes=SECOND))
    assert isinstance(told.error, BudgetSpent)
    assert "max_run_minutes" in told.error.hint
    assert told.answer is None


async def test_a_program_that_takes_too_long_may_be_allowed_more_time(turn: Turn, toolbox: Make) -> None:
    sleeping = "```python\nimport time\ntime.sleep(60)\nprint(2)\n```"
    told, _ = await carried_out(turn, toolbox, [sleeping], Budget(), max_attempts=1, timeout=1)
    assert isinstance(told.error, OutOfBudget)
    assert "JupyterAgent.timeout" in told.error.hint


@pytest.mark.parametrize(("minutes", "said"), [(1, "1 minute,"), (2, "2 minutes,"), (0.5, "0.5 minutes,")])
def test_minutes_are_counted_in_words(minutes: float, said: str) -> None:
    now = [0.0]
    budget = Budget(minutes=minutes, clock=lambda: now[0])
    now[0] = 1_000.0
    assert budget.exceeded().message == f"A question may take {said} and that is used up."


async def test_slow_code_ends_with_the_time(turn: Turn, toolbox: Make) -> None:
    endless = "```python\nimport time\nfor _ in range(10**6):\n    time.sleep(0.05)\n```"
    began = time.monotonic()
    told, model = await carried_out(turn, toolbox, lambda _: endless, Budget(minutes=4 * SECOND))
    assert time.monotonic() - began < 30
    assert isinstance(told.error, BudgetSpent)
    assert len([body for body in told.bodies if isinstance(body, AttemptStarted)]) == len(model.requests)


async def test_an_endless_program_is_cut_and_said_to_be(turn: Turn, toolbox: Make) -> None:
    told, _ = await carried_out(turn, toolbox, [ENDLESS], Budget(tokens=10_000))
    assert isinstance(told.error, BudgetSpent)
    assert "10,000 tokens" in told.error.message


@pytest.mark.parametrize("mode", ["chat", "react"])
async def test_an_endless_answer_is_cut_and_kept(mode: AgentType, turn: Turn, toolbox: Make) -> None:
    script: list[str | ScriptedAnswer] = [ENDLESS] if mode == "chat" else [GOOD, ENDLESS]
    told, _ = await carried_out(turn, toolbox, script, Budget(tokens=15_000), mode=mode)
    assert told.error is None
    assert told.answer is not None
    assert told.answer.startswith("and so on")
    assert "cut off" in told.notices


async def test_one_that_dies_ends_the_run_with_its_reason(turn: Turn, toolbox: Make) -> None:
    dies = ScriptedAnswer(text=ANSWER, error=ModelUnavailable("The model is gone."), pieces_before_error=1)
    told, _ = await carried_out(turn, toolbox, [GOOD, dies], Budget(minutes=5))
    assert str(told.error) == "The model is gone."


GONE = ScriptedAnswer(text=GOOD, error=ModelUnavailable("The model is gone."), pieces_before_error=1)


@pytest.mark.parametrize(
    ("mode", "script"),
    [
        ("react", [GOOD, "MORE: the mean", GONE]),
        ("plan_execute", [PLAN, GOOD, '{"keep": true}', GONE]),
        ("plan_execute", [PLAN, GOOD, '{"keep": false, "steps": []}', "MORE: the mean", GONE]),
    ],
)
async def test_what_was_computed_before_it_dies_is_given(
    mode: AgentType, script: Script, turn: Turn, toolbox: Make
) -> None:
    told, _ = await carried_out(turn, toolbox, script, Budget(minutes=5), mode=mode)
    assert str(told.error) == "The model is gone."
    assert told.answer == f"{UNANSWERED}\n\n    60"


@pytest.mark.parametrize(("mode", "plan"), [("react", []), ("plan_execute", [ONE_STEP])])
async def test_what_programs_that_failed_had_printed_is_given(
    mode: AgentType, plan: list[str], turn: Turn, toolbox: Make
) -> None:
    halves = [f"```python\nprint({number})\nprint(undefined_name)\n```" for number in (1, 2)]
    script = [*plan, *halves, BROKEN]
    told, _ = await carried_out(turn, toolbox, script, Budget(minutes=5), mode=mode, max_attempts=3)
    assert isinstance(told.error, OutOfBudget)
    assert told.answer == f"{NOTHING_WORKED}\n\n    2"


async def test_where_nothing_was_printed_there_is_nothing_to_give(turn: Turn, toolbox: Make) -> None:
    told, _ = await carried_out(turn, toolbox, [BROKEN], Budget(minutes=5), max_attempts=1)
    assert isinstance(told.error, OutOfBudget)
    assert told.answer is None


async def test_a_kernel_that_is_refused_after_a_step_takes_no_result_away(
    turn: Turn, toolbox: Make, tmp_path: Path
) -> None:
    class Refusing(PlainKernel):
        async def execute(
            self, code: str, *, timeout: float, label: str = ""
        ) -> AsyncIterator[Output | Block | Meter | Execution]:
            if "2" in code:
                raise KernelRefused("There is no kernel.")
            async for output in super().execute(code, timeout=timeout, label=label):
                yield output

    def refusing(*arguments: Any) -> tuple[Toolbox, ScriptedModel]:
        tools, model = toolbox(*arguments)
        return replace(tools, kernel=kernel), model

    kernel = Refusing(tmp_path)
    script = [GOOD, "MORE: the mean", "```python\nprint(2)\n```"]
    told, _ = await carried_out(turn, refusing, script, Budget(minutes=5))
    await kernel.close()
    assert isinstance(told.error, KernelRefused)
    assert told.answer == f"{UNANSWERED}\n\n    60"


async def test_a_plan_is_given_up_and_answered_from_its_first_step(turn: Turn, toolbox: Make) -> None:
    def planning(request: ModelRequest) -> str | ScriptedAnswer:
        text = request.messages[-1].text
        if "Make a plan first" in text:
            return PLAN
        if "Does the plan still fit" in text:
            return '{"keep": true}'
        if kind_of(request) == "last":
            return ANSWER
        return ENDLESS if "the mean" in text.split("</output>")[-1] else GOOD

    told, _ = await carried_out(turn, toolbox, planning, Budget(tokens=40_000), mode="plan_execute")
    assert told.error is None
    assert told.answer == ANSWER
    plan = [body for body in told.bodies if isinstance(body, Planned)][-1]
    assert [step.status for step in plan.steps] == ["done", "failed", "left-out"]
    assert plan.reason
