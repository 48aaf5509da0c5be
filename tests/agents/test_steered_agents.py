"""What a person says while a question is worked on."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from jupyter_agent.agents import Toolbox, Turn, answer
from jupyter_agent.agents.plan_execute import SAID
from jupyter_agent.errors import OutOfBudget
from jupyter_agent.events import AnswerGiven, EventBody, Planned, StepFinished, StepStarted
from jupyter_agent.models.scripted import ScriptedModel

Make = Callable[..., tuple[Toolbox, ScriptedModel]]

ALL = "```python\nprint(60)\n```"
NORTH = "```python\nprint(30)\n```"
FAILS = "```python\nraise RuntimeError('no')\n```"
REMARK = "Only the North, please."
TOLD = f"The person said meanwhile: {REMARK}"


def heard_from(times: list[tuple[str, ...]]) -> Callable[[], Awaitable[tuple[str, ...]]]:
    """What was said by each time that an agent listens; nothing more after the last one."""

    async def said() -> tuple[str, ...]:
        return times.pop(0) if len(times) > 1 else times[0]

    return said


async def asked(turn: Turn, toolbox: Toolbox, *times: tuple[str, ...]) -> list[EventBody]:
    return [body async for body in answer(turn, replace(toolbox, said=heard_from(list(times))))]


def last_prompt(model: ScriptedModel, number: int) -> str:
    return model.requests[number].messages[-1].text


class TestReact:
    async def test_the_question_is_worked_on_again_with_what_was_said(
        self, turn: Turn, toolbox: Make
    ) -> None:
        tools, model = toolbox([ALL, NORTH, "30."])
        bodies = await asked(turn, tools, (), (REMARK,))

        assert TOLD not in last_prompt(model, 0)
        assert TOLD in last_prompt(model, 1)
        steps = [body for body in bodies if isinstance(body, StepStarted)]
        assert [(step.step, step.said) for step in steps] == [(1, ()), (2, (REMARK,))]
        answers = [body.text for body in bodies if isinstance(body, AnswerGiven)]
        assert answers == ["30."]
        # It is in the conversation once, where it was said: the prompts go on growing at their end.
        assert "".join(message.text for message in model.requests[2].messages).count(TOLD) == 1

    async def test_what_was_said_first_stays_where_it_was_said(self, turn: Turn, toolbox: Make) -> None:
        tools, model = toolbox([ALL, NORTH, NORTH, "30."])
        await asked(turn, tools, (), (REMARK,), (REMARK,), (REMARK, "And in euros."))

        second, third = model.requests[1].messages, model.requests[2].messages
        assert third[: len(second)] == second
        assert "And in euros." in third[-1].text
        assert REMARK not in third[-1].text

    async def test_without_a_step_left_the_answer_hears_it(self, turn: Turn, toolbox: Make) -> None:
        tools, model = toolbox([ALL, "60 in all; the North alone was not computed."], max_steps=1)
        await asked(turn, tools, (), (REMARK,))
        assert TOLD in last_prompt(model, 1)

    async def test_it_gives_a_first_step_that_failed_another_try(self, turn: Turn, toolbox: Make) -> None:
        tools, model = toolbox([FAILS, NORTH, "30."], max_attempts=1)
        bodies = await asked(turn, tools, (), (REMARK,))
        assert [body.succeeded for body in bodies if isinstance(body, StepFinished)] == [False, True]
        assert TOLD in last_prompt(model, 1)

    async def test_what_a_failed_step_was_told_is_told_again(self, turn: Turn, toolbox: Make) -> None:
        tools, model = toolbox([ALL, FAILS, "60 in all; the North alone failed."], max_attempts=1)
        await asked(turn, tools, (), (REMARK,))
        assert TOLD in last_prompt(model, 2)

    async def test_nothing_said_and_nothing_worked_ends_the_run(self, turn: Turn, toolbox: Make) -> None:
        tools, _ = toolbox([FAILS, NORTH], max_attempts=1)
        with pytest.raises(OutOfBudget):
            await asked(turn, tools, ())


PLAN = json.dumps({"steps": [{"goal": "Sum"}, {"goal": "Mean"}]})
KEEP = json.dumps({"keep": True})


async def test_what_is_said_before_a_step_begins_is_heard_by_that_step(turn: Turn, toolbox: Make) -> None:
    """While the router chooses, say, or while the model wants one more result."""
    tools, model = toolbox([ALL, "MORE: the mean", NORTH, "30."])
    bodies = await asked(turn, tools, (), (), (REMARK,))
    assert TOLD in last_prompt(model, 2)
    assert [body.said for body in bodies if isinstance(body, StepStarted)] == [(), (REMARK,)]


class TestPlan:
    @pytest.fixture
    def planning(self, turn: Turn) -> Turn:
        return replace(turn, agent_type="plan_execute")

    async def test_the_plan_and_the_next_step_hear_it(self, planning: Turn, toolbox: Make) -> None:
        tools, model = toolbox([PLAN, ALL, KEEP, NORTH, "30."])
        bodies = await asked(planning, tools, (), (REMARK,))
        assert TOLD in last_prompt(model, 2), "when the plan is looked at"
        assert TOLD in last_prompt(model, 3), "when the next program is written"
        assert TOLD not in last_prompt(model, 4), "it was taken into account by then"
        assert [body.said for body in bodies if isinstance(body, StepStarted)] == [(), (REMARK,)]

    async def test_what_is_said_while_it_is_made_is_heard_by_its_first_step(
        self, planning: Turn, toolbox: Make
    ) -> None:
        tools, model = toolbox([PLAN, ALL, KEEP, ALL, KEEP, "60."])
        bodies = await asked(planning, tools, (REMARK,))
        assert [body.said for body in bodies if isinstance(body, StepStarted)] == [(REMARK,), ()]
        assert TOLD in last_prompt(model, 1)

    async def test_after_the_last_step_there_is_one_more(self, planning: Turn, toolbox: Make) -> None:
        tools, model = toolbox([PLAN, ALL, KEEP, ALL, KEEP, NORTH, "30."])
        bodies = await asked(planning, tools, (), (), (), (REMARK,))
        plans = [body for body in bodies if isinstance(body, Planned)]
        assert [step.goal for step in plans[-1].steps] == ["Sum", "Mean", REMARK]
        assert [plan.reason for plan in plans if plan.reason] == [SAID]
        assert TOLD in last_prompt(model, 5)

    async def test_it_gives_a_plan_whose_first_steps_failed_another_try(
        self, planning: Turn, toolbox: Make
    ) -> None:
        three = json.dumps({"steps": [{"goal": "Sum"}, {"goal": "Mean"}, {"goal": "North"}]})
        tools, model = toolbox([three, FAILS, FAILS, NORTH, "30."], max_attempts=1)
        await asked(planning, tools, (), (), (), (REMARK,))
        assert TOLD in last_prompt(model, 3)

    async def test_a_step_more_that_fails_is_not_tried_for_ever(self, planning: Turn, toolbox: Make) -> None:
        script = [PLAN, ALL, KEEP, ALL, KEEP, FAILS, "60."]
        tools, model = toolbox(script, max_attempts=1)
        await asked(planning, tools, (), (), (), (REMARK,))
        assert len(model.requests) == len(script)
