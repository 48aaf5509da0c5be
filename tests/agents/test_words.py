"""Words where a program was asked for: an answer where nothing can be read, else one more attempt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from jupyter_agent.agents import Toolbox, Turn, answer
from jupyter_agent.errors import OutOfBudget
from jupyter_agent.events import (
    AnswerGiven,
    AttemptFinished,
    AttemptStarted,
    EventBody,
    Notice,
    StepFinished,
    StepStarted,
)
from jupyter_agent.messages import ToolCallPart
from jupyter_agent.models.scripted import ScriptedAnswer, ScriptedModel
from jupyter_agent.protocols import IN_TEXT, Rendering
from tests.agents.conftest import given
from tests.coder.plain_kernel import PlainKernel

Make = Callable[..., tuple[Toolbox, ScriptedModel]]

NATIVE = Rendering(native=True, examples=False)
WORDS = "A median is the value in the middle: half of the others are smaller."
COUNT = "```python\nprint(len(open('sales.csv').readlines()) - 1)\n```"
MANY = "```python\nn = 3\nprint(n)\n```"


async def asked(turn: Turn, toolbox: Toolbox) -> list[EventBody]:
    return [body async for body in answer(turn, toolbox)]


def notices(bodies: list[EventBody]) -> list[str]:
    return [body.text for body in bodies if isinstance(body, Notice)]


def failures(bodies: list[EventBody]) -> list[str]:
    ended = [body.failure for body in bodies if isinstance(body, AttemptFinished)]
    return [failure.name if failure else "ok" for failure in ended]


@pytest.mark.parametrize("rendering", [IN_TEXT, NATIVE])
async def test_where_there_is_nothing_to_read_they_are_the_answer(
    rendering: Rendering, turn: Turn, toolbox: Make
) -> None:
    tools, model = toolbox([f"<think>Easy.</think>{WORDS}"], rendering)
    bodies = await asked(replace(turn, question="What is a median?", profiles=()), tools)
    assert given(bodies) == WORDS
    assert len(model.requests) == 1
    assert not notices(bodies)
    assert not [body for body in bodies if isinstance(body, StepStarted)]


async def test_numbers_in_them_are_doubted_like_any(turn: Turn, toolbox: Make) -> None:
    tools, _ = toolbox(["It is 123.4 by my own reckoning."])
    bodies = await asked(replace(turn, profiles=()), tools)
    assert notices(bodies) == ["No output shows 123.4."]
    last = bodies[-1]
    assert isinstance(last, AnswerGiven)
    assert [one.derivation for one in last.evidence] == ["unsupported"]


@pytest.mark.parametrize("rendering", [IN_TEXT, NATIVE])
async def test_where_there_is_a_file_a_program_is_asked_for_once_more(
    rendering: Rendering, turn: Turn, toolbox: Make
) -> None:
    tools, model = toolbox(["I would count the rows.", COUNT, "There are 3."], rendering)
    bodies = await asked(turn, tools)
    assert failures(bodies) == ["NoCode", "ok"]
    assert [body.said for body in bodies if isinstance(body, AttemptStarted)] == [
        "I would count the rows.",
        "",
    ]
    *_, words, failure = model.requests[1].messages
    assert (words.role, words.text, words.calls) == ("assistant", "I would count the rows.", ())
    assert (failure.role, "holds no Python program" in failure.text) == ("user", True)
    assert given(bodies) == "There are 3."


async def test_variables_are_something_to_compute_from(
    turn: Turn, toolbox: Make, kernel: PlainKernel
) -> None:
    tools, _ = toolbox([MANY, "It is 3."])
    await asked(replace(turn, profiles=()), tools)
    tools, _ = toolbox(["It is n.", MANY, "It is 3."])
    bodies = await asked(replace(turn, profiles=()), tools)
    assert failures(bodies) == ["NoCode", "ok"]


async def test_what_a_model_insists_on_is_shown_and_the_run_fails(turn: Turn, toolbox: Make) -> None:
    tools, model = toolbox(lambda _: "The file says nothing about that.")
    bodies: list[EventBody] = []

    async def read() -> None:
        async for body in answer(turn, tools):
            bodies.append(body)

    with pytest.raises(OutOfBudget, match="wrote no program in 3 attempts") as told:
        await read()
    assert told.value.hint
    assert failures(bodies) == ["NoCode"] * 3
    assert [body.succeeded for body in bodies if isinstance(body, StepFinished)] == [False]
    assert given(bodies) == "The file says nothing about that."
    assert len(model.requests) == 3
    anew = model.requests[2].messages[-1].text
    assert "Reply 1: The file says nothing about that." in anew
    assert "```python\n\n```" not in anew


async def test_attempts_that_are_used_up_before_end_as_ever(turn: Turn, toolbox: Make) -> None:
    tools, _ = toolbox(lambda _: "I would rather not.", max_attempts=2)
    with pytest.raises(OutOfBudget, match="No program worked in 2 attempts"):
        await asked(turn, tools)


async def test_what_was_computed_counts_more_than_words(turn: Turn, toolbox: Make) -> None:
    script = [COUNT, "MORE: the mean", *["No idea."] * 5, "There are 3 rows; the mean could not be computed."]
    tools, model = toolbox(script)
    bodies = await asked(turn, tools)
    assert failures(bodies) == ["ok", *["NoCode"] * 5]
    assert given(bodies).startswith("There are 3 rows")
    assert "Answer from what was computed" in model.requests[-1].messages[-1].text


async def test_a_tool_that_there_is_not_is_named(turn: Turn, toolbox: Make) -> None:
    search = ScriptedAnswer(calls=(ToolCallPart(name="search_web", arguments={"query": "mean price"}),))
    tools, model = toolbox([search, COUNT, "There are 3."], NATIVE)
    bodies = await asked(turn, tools)
    assert failures(bodies) == ["NoSuchTool", "ok"]
    assert "There is no tool `search_web`." in model.requests[1].messages[-1].text


async def test_a_tool_that_there_is_not_is_no_answer(turn: Turn, toolbox: Make) -> None:
    search = ScriptedAnswer(
        text="Let me search.", calls=(ToolCallPart(name="search_web", arguments={"query": "mean"}),)
    )
    tools, _ = toolbox([search, MANY, "It is 3."], NATIVE)
    assert given(await asked(replace(turn, profiles=()), tools)) == "It is 3."
