"""Questions that can be read in several ways: the person is asked, once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from jupyter_agent.agents import Toolbox, Turn, answer
from jupyter_agent.events import (
    AnswerGiven,
    AttemptFinished,
    AttemptStarted,
    EventBody,
    Planned,
    QuestionBack,
    StepStarted,
    TextDelta,
)
from jupyter_agent.models.scripted import ScriptedModel

Make = Callable[..., tuple[Toolbox, ScriptedModel]]

ASK = "ASK: Which mean? | per row | per region"
ASKED = QuestionBack(question="Which mean?", choices=("per row", "per region"))
ROWS = "```python\nprint(20)\n```"
RULE = "do not guess"


@pytest.fixture
def asking(turn: Turn) -> Turn:
    return replace(turn, may_ask=True)


async def asked(turn: Turn, toolbox: Toolbox) -> list[EventBody]:
    return [body async for body in answer(turn, toolbox)]


def kinds(bodies: list[EventBody]) -> set[type]:
    return {type(body) for body in bodies}


async def test_it_is_asked_instead_of_guessed(asking: Turn, toolbox: Make) -> None:
    tools, model = toolbox([ASK])
    bodies = await asked(asking, tools)
    assert bodies[-1] == ASKED
    assert not kinds(bodies) & {StepStarted, AnswerGiven}, "nothing was begun"
    assert RULE in model.requests[0].messages[-1].text


async def test_what_is_clear_is_answered(asking: Turn, toolbox: Make) -> None:
    tools, model = toolbox([ROWS, "20."])
    bodies = await asked(asking, tools)
    assert isinstance(bodies[-1], AnswerGiven)
    first, second = (request.messages for request in model.requests)
    assert second[: len(first)] == first, "the prompt goes on growing at its end"


async def test_who_may_not_ask_has_to_answer(turn: Turn, toolbox: Make) -> None:
    tools, model = toolbox([ASK, ROWS, "20 per row."])
    bodies = await asked(turn, tools)
    assert QuestionBack not in kinds(bodies)
    failed = next(body for body in bodies if isinstance(body, AttemptFinished))
    assert failed.status == "rejected"
    assert RULE not in "".join(message.text for message in model.requests[0].messages)
    assert isinstance(bodies[-1], AnswerGiven)


@pytest.mark.parametrize(
    "script",
    [
        ["```python\nraise RuntimeError('no')\n```", ASK, ROWS, "20."],
        [ROWS, "MORE: the median", ASK, ROWS, "20."],
    ],
)
async def test_once_begun_it_is_too_late_to_ask(asking: Turn, toolbox: Make, script: list[str]) -> None:
    tools, _ = toolbox(script)
    bodies = await asked(asking, tools)
    assert QuestionBack not in kinds(bodies)
    assert isinstance(bodies[-1], AnswerGiven)


@pytest.mark.parametrize("line", [ASK, "ASK: mean | f(row) | f(region)", f"```\n{ASK}\n```"])
async def test_a_program_that_stands_behind_the_question_counts(
    asking: Turn, toolbox: Make, line: str
) -> None:
    tools, _ = toolbox([f"{line}\n{ROWS}", "20."])
    bodies = await asked(asking, tools)
    assert QuestionBack not in kinds(bodies)
    assert [body.code for body in bodies if isinstance(body, AttemptStarted)] == ["print(20)"]
    written = [body.text for body in bodies if isinstance(body, TextDelta) and body.target == "code"]
    assert "".join(written).strip() == "print(20)"


async def test_it_counts_where_it_is_too_late_to_ask(asking: Turn, toolbox: Make) -> None:
    tools, _ = toolbox(["```python\nraise RuntimeError('no')\n```", f"{ASK}\n{ROWS}", "20."])
    bodies = await asked(asking, tools)
    assert [body.status for body in bodies if isinstance(body, AttemptFinished)] == ["error", "ok"]


@pytest.mark.parametrize("text", [f"```\n{ASK}\n```", f"{ASK}\n```\n1. per row\n2. per region\n```"])
async def test_a_question_in_a_fence_begins_nothing(asking: Turn, toolbox: Make, text: str) -> None:
    tools, _ = toolbox([text])
    bodies = await asked(asking, tools)
    assert bodies[-1] == ASKED
    assert not kinds(bodies) & {StepStarted, TextDelta}


class TestPlanning:
    @pytest.fixture
    def planning(self, asking: Turn) -> Turn:
        return replace(asking, agent_type="plan_execute")

    @pytest.mark.parametrize("steps", [{}, {"steps": []}])
    async def test_it_is_asked_before_there_is_a_plan(
        self, planning: Turn, toolbox: Make, steps: dict[str, object]
    ) -> None:
        tools, model = toolbox(
            [json.dumps({"ask": "Which mean?", "choices": ["per row", "per region"], **steps})]
        )
        bodies = await asked(planning, tools)
        assert bodies[-1] == ASKED
        assert Planned not in kinds(bodies)
        assert RULE in model.requests[0].messages[-1].text

    @pytest.mark.parametrize(
        "more", [{}, {"ask": "Which?"}, {"ask": "", "choices": ["a", "b"]}, {"ask": 1, "choices": 2}]
    )
    async def test_a_plan_is_a_plan_whatever_stands_beside_it(
        self, planning: Turn, toolbox: Make, more: dict[str, object]
    ) -> None:
        tools, _ = toolbox([json.dumps({"steps": [{"goal": "Mean"}], **more}), ROWS, "20."])
        bodies = await asked(planning, tools)
        assert isinstance(bodies[-1], AnswerGiven)

    async def test_its_steps_do_not_ask(self, planning: Turn, toolbox: Make) -> None:
        tools, _ = toolbox([json.dumps({"steps": [{"goal": "Mean"}]}), ASK, ROWS, "20."])
        bodies = await asked(planning, tools)
        assert QuestionBack not in kinds(bodies)
