"""One loop, two renderings: models that call tools, models that write text, and models that mix them up."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from jupyter_agent.agents import Toolbox, Turn, answer
from jupyter_agent.agents.unanswered import UNANSWERED
from jupyter_agent.coder import MISSING
from jupyter_agent.errors import ModelAnswerInvalid, OutOfBudget
from jupyter_agent.events import (
    AgentChosen,
    AttemptFinished,
    AttemptStarted,
    EventBody,
    OutputReceived,
    QuestionBack,
    StepFinished,
    StepStarted,
    TextDelta,
)
from jupyter_agent.messages import ToolCallPart
from jupyter_agent.models.scripted import ScriptedAnswer, ScriptedModel
from jupyter_agent.prompts import python_tool
from jupyter_agent.protocols import IN_TEXT, ModelRequest, Rendering
from tests.agents.conftest import given
from tests.turns import program

Make = Callable[..., tuple[Toolbox, ScriptedModel]]
Write = Callable[[str], str | ScriptedAnswer]

LARGE, SMALL = Rendering(native=True, examples=False), Rendering(native=True)
LOAD = "import pandas as pd\ndf = pd.read_csv('sales.csv')\n"
MEANS = LOAD + "print(df.groupby('region')['price'].mean())"
BROKEN = LOAD + "print(df['cost'].mean())"
COUNT = "print(len(df))"
ANSWER = "The mean price is **15.0** in North and **30.0** in South."
FINE = '{"ok": true, "problem": ""}'
PLAN = json.dumps(
    {
        "steps": [
            {"goal": "Mean price", "approach": "groupby", "criterion": "two regions"},
            {"goal": "Rows", "approach": "len", "criterion": "one number"},
        ]
    }
)


def calling(code: str, text: str = "", name: str = "python", **others: str) -> ScriptedAnswer:
    return ScriptedAnswer(text=text, calls=(ToolCallPart(name=name, arguments={"code": code, **others}),))


async def asked(turn: Turn, toolbox: Toolbox) -> list[EventBody]:
    return [body async for body in answer(turn, toolbox)]


def said(bodies: list[EventBody]) -> str:
    return "".join(body.text for body in bodies if isinstance(body, TextDelta) and body.target == "answer")


def goals(bodies: list[EventBody]) -> list[str]:
    return [body.goal for body in bodies if isinstance(body, StepStarted)]


def programs(bodies: list[EventBody]) -> list[str]:
    return [body.code for body in bodies if isinstance(body, AttemptStarted)]


def course(bodies: list[EventBody]) -> list[object]:
    """What happened, without what depends on the kernel's past and on how an answer comes in pieces."""
    happened: list[object] = []
    for body in bodies:
        match body:
            case TextDelta():
                pass
            case OutputReceived():
                happened.append((body.step, body.attempt, body.output.kind))
            case AttemptFinished():
                failed = body.failure and body.failure.name
                happened.append((body.step, body.attempt, body.status, failed))
            case StepFinished():
                happened.append((body.step, body.succeeded))
            case _:
                happened.append(body)
    return happened


def shown_code(bodies: list[EventBody]) -> list[str]:
    """The code of each attempt as it was shown while it was written, every version of it."""
    shown: dict[tuple[int | None, int | None], str] = {}
    for body in bodies:
        if isinstance(body, TextDelta) and body.target == "code":
            place = (body.step, body.attempt)
            shown[place] = shown.get(place, "") + body.text
    return [code.replace("\n", "") for code in shown.values()]


RENDERINGS = [
    pytest.param(IN_TEXT, program, id="text"),
    pytest.param(LARGE, calling, id="native"),
    pytest.param(SMALL, calling, id="native-small"),
    pytest.param(LARGE, program, id="native-that-writes-text"),
]


OBJECTION = '{"ok": false, "problem": "It counts all."}'


def script(mode: str, write: Write) -> Callable[[ModelRequest], str | ScriptedAnswer]:
    """What the model says, by what it is asked: the programs and the reviews in their order."""
    programs = iter((BROKEN, BROKEN, COUNT, MEANS, "print(len(df), 'rows')"))
    reviews = iter((FINE, OBJECTION, FINE))
    answers = iter(("MORE: the rows", ANSWER) if mode == "react" else (ANSWER,))

    def say(request: ModelRequest) -> str | ScriptedAnswer:
        asked_for = (request.schema or {}).get("properties", {})
        if "mode" in asked_for:
            return json.dumps({"mode": mode})
        if "ok" in asked_for:
            return next(reviews)
        if "keep" in asked_for:
            return '{"keep": true}'
        if "steps" in asked_for:
            return PLAN
        # Answers are asked for at temperature 0; programs never are.
        return write(next(programs)) if request.temperature else next(answers)

    return say


@pytest.mark.parametrize("mode", ["react", "plan_execute"])
@pytest.mark.parametrize(("rendering", "write"), RENDERINGS)
async def test_the_same_programs_make_the_same_steps_and_answer(
    mode: str, rendering: Rendering, write: Write, turn: Turn, toolbox: Make
) -> None:
    turn = replace(turn, agent_type="auto")
    expected = await asked(turn, toolbox(script(mode, program), review_rounds=1)[0])
    tools, model = toolbox(script(mode, write), rendering, review_rounds=1)
    bodies = await asked(turn, tools)
    assert len(programs(bodies)) == 4, "one of five was rejected by its review"
    assert given(bodies) == said(bodies) == ANSWER
    assert course(bodies) == course(expected)
    assert shown_code(bodies) == shown_code(expected)
    router, *calls = model.requests
    assert router.tools == ()
    offered = (python_tool(),) if rendering.native else ()
    assert all(request.tools == offered for request in calls)
    roles = {message.role for request in calls for message in request.messages}
    assert ("tool" in roles) == rendering.native


async def test_a_conversation_with_tools_has_its_own_shape(turn: Turn, toolbox: Make) -> None:
    tools, model = toolbox([calling(MEANS), ANSWER], LARGE)
    await asked(turn, tools)
    rules, question, call, result = model.requests[-1].messages
    assert [message.role for message in (rules, question, call, result)] == [
        "system",
        "user",
        "assistant",
        "tool",
    ]
    assert call.calls == (ToolCallPart(name="python", arguments={"code": MEANS}),)
    assert "North    15.0" in result.text
    shown = "".join(message.text for request in model.requests for message in request.messages)
    assert "```" not in shown
    assert "MORE:" not in shown


async def test_a_small_model_is_shown_worked_examples_as_calls(turn: Turn, toolbox: Make) -> None:
    tools, model = toolbox([calling(MEANS), ANSWER], SMALL)
    await asked(turn, tools)
    roles = [message.role for message in model.requests[0].messages]
    assert roles == ["system", *["user", "assistant", "tool", "assistant"] * 7, "user"]


WISHES = [
    pytest.param(calling(COUNT, goal="count the rows"), "count the rows", id="a goal"),
    pytest.param(calling(COUNT), MISSING, id="no goal"),
    pytest.param(calling(COUNT, text="I have to count the rows first."), MISSING, id="narration"),
    pytest.param(
        ScriptedAnswer(text=json.dumps({"name": "python", "arguments": {"code": COUNT}})), MISSING, id="JSON"
    ),
    pytest.param(
        ScriptedAnswer(text="MORE: count", calls=calling(COUNT).calls), "count", id="both ways to ask"
    ),
]


async def test_a_call_written_behind_an_answer_is_taken_out_of_it(turn: Turn, toolbox: Make) -> None:
    narrated = f"North has 15.0. {'Let me look closer at this. ' * 10}"
    called = json.dumps({"name": "python", "arguments": {"code": COUNT}})
    wish = f"{narrated}\n<tool_call>\n{called}\n</tool_call>"
    tools, _ = toolbox(
        [calling(MEANS), wish, f"{narrated}<tool_call>{called}</tool_call>"], LARGE, max_steps=2
    )
    bodies = await asked(turn, tools)
    assert programs(bodies) == [MEANS, COUNT]
    assert given(bodies) == narrated.strip()


@pytest.mark.parametrize(("wish", "goal"), WISHES)
async def test_a_call_instead_of_an_answer_is_the_next_program(
    wish: ScriptedAnswer, goal: str, turn: Turn, toolbox: Make
) -> None:
    tools, model = toolbox([calling(MEANS), wish, ANSWER], LARGE)
    bodies = await asked(turn, tools)
    assert goals(bodies) == [turn.question, goal]
    assert programs(bodies) == [MEANS, COUNT]
    assert given(bodies) == said(bodies) == ANSWER
    assert len(model.requests) == 3, "no call is wasted"


async def test_a_program_that_was_called_for_is_reviewed_and_repaired_like_any(
    turn: Turn, toolbox: Make
) -> None:
    script = [calling(MEANS), calling(BROKEN, goal="cost"), calling(COUNT), FINE, ANSWER]
    tools, model = toolbox(script, LARGE, review_rounds=1)
    bodies = await asked(turn, tools)
    assert programs(bodies) == [MEANS, BROKEN, COUNT]
    assert given(bodies) == ANSWER
    assert "KeyError" in model.requests[2].messages[-1].text


async def test_a_plan_gets_the_program_that_was_called_for_as_a_step(turn: Turn, toolbox: Make) -> None:
    script = [
        PLAN,
        calling(MEANS),
        '{"keep": false, "reason": "enough", "steps": []}',
        calling(COUNT),
        ANSWER,
    ]
    tools, model = toolbox(script, LARGE)
    bodies = await asked(replace(turn, agent_type="plan_execute"), tools)
    assert goals(bodies) == ["Mean price", MISSING]
    assert programs(bodies) == [MEANS, COUNT]
    assert len(model.requests) == 5


async def test_a_program_that_is_there_already_does_not_run_again(turn: Turn, toolbox: Make) -> None:
    tools, model = toolbox([calling(MEANS), calling(MEANS, goal="again"), ANSWER], LARGE)
    bodies = await asked(turn, tools)
    assert programs(bodies) == [MEANS]
    assert given(bodies) == ANSWER
    assert "no other program" in model.requests[-1].messages[-1].text


@pytest.mark.parametrize(
    "wish",
    [
        calling("", name="finish"),
        calling(COUNT, name="search_web"),
        calling(""),
        ScriptedAnswer(calls=(ToolCallPart(name="", arguments={}),)),
    ],
)
async def test_an_unknown_action_means_to_finish(wish: ScriptedAnswer, turn: Turn, toolbox: Make) -> None:
    tools, model = toolbox([calling(MEANS), wish, ANSWER], LARGE)
    bodies = await asked(turn, tools)
    assert programs(bodies) == [MEANS]
    assert given(bodies) == said(bodies) == ANSWER
    assert "no other program" in model.requests[-1].messages[-1].text


@pytest.mark.parametrize("name", ["final_answer", "python"])
async def test_a_call_beside_the_last_answer_is_a_slip(name: str, turn: Turn, toolbox: Make) -> None:
    tools, _ = toolbox([calling(MEANS), calling(COUNT, text=ANSWER, name=name)], LARGE, max_steps=1)
    assert given(await asked(turn, tools)) == ANSWER


@pytest.mark.parametrize("name", ["search_web", "python"])
async def test_words_about_a_call_are_no_answer(name: str, turn: Turn, toolbox: Make) -> None:
    looking = calling("" if name == "python" else COUNT, text="Let me look that up on the web.", name=name)
    tools, model = toolbox([calling(MEANS), looking, ANSWER], LARGE)
    bodies = await asked(turn, tools)
    assert given(bodies) == said(bodies) == ANSWER
    assert "no other program" in model.requests[-1].messages[-1].text
    tools, _ = toolbox([calling(MEANS), looking, looking], LARGE)
    bodies = []
    with suppress(ModelAnswerInvalid):
        async for body in answer(turn, tools):
            bodies.append(body)
        pytest.fail("it is said that there is no answer")
    assert given(bodies).startswith(f"{UNANSWERED}\n\n    region")


async def test_half_a_call_behind_an_answer_is_taken_out_of_it(turn: Turn, toolbox: Make) -> None:
    half = '<tool_call>\n{"name": "python", "arguments": {"code": "pri'
    tools, model = toolbox([calling(MEANS), f"{ANSWER}\n{half}"], LARGE)
    bodies = await asked(turn, tools)
    assert given(bodies) == ANSWER
    assert len(model.requests) == 2
    tools, model = toolbox([calling(MEANS), f"I count them.\n{half}", ANSWER], LARGE)
    assert given(await asked(turn, tools)) == ANSWER
    assert len(model.requests) == 3


async def test_a_call_of_nothing_beside_an_answer_is_a_slip(turn: Turn, toolbox: Make) -> None:
    tools, model = toolbox([calling(MEANS), calling("", text=ANSWER)], LARGE)
    assert given(await asked(turn, tools)) == ANSWER
    assert len(model.requests) == 2


async def test_a_model_that_only_calls_tools_ends_with_its_steps(turn: Turn, toolbox: Make) -> None:
    numbers = iter(range(100))
    tools, _ = toolbox(lambda _: calling(f"print({next(numbers)})"), LARGE, max_steps=2)
    with pytest.raises(OutOfBudget, match="2 steps"):
        await asked(turn, tools)


async def test_a_long_narration_before_a_call_stands_apart(turn: Turn, toolbox: Make) -> None:
    thinking = "First of all I look at the data once more. " * 10
    tools, _ = toolbox([calling(MEANS), calling(COUNT, text=thinking), ANSWER], LARGE)
    bodies = await asked(turn, tools)
    assert given(bodies) == ANSWER
    assert said(bodies) == f"{thinking}\n\n{ANSWER}"


async def test_an_answer_is_shown_as_it_is_written(turn: Turn, toolbox: Make) -> None:
    long = "The means are in the table above. " * 20
    tools, _ = toolbox([calling(MEANS), long], LARGE)
    bodies = await asked(turn, tools)
    assert said(bodies) == long
    assert len([body for body in bodies if isinstance(body, TextDelta) and body.target == "answer"]) > 50


NO_PROGRAM: list[Mapping[str, Any]] = [{}, {"code": ""}, {"code": None}, {"note": "the mean"}]


@pytest.mark.parametrize("arguments", NO_PROGRAM)
async def test_a_call_without_a_program_is_told_so(
    arguments: Mapping[str, Any], turn: Turn, toolbox: Make
) -> None:
    empty = ScriptedAnswer(calls=(ToolCallPart(name="python", arguments=arguments),))
    tools, model = toolbox([empty, calling(MEANS), ANSWER], LARGE)
    bodies = await asked(turn, tools)
    assert [b.status for b in bodies if isinstance(b, AttemptFinished)] == ["rejected", "ok"]
    assert model.requests[1].messages[-1].role == "tool"
    assert given(bodies) == ANSWER


@pytest.mark.parametrize(
    "written",
    [
        calling(f"```python\n{MEANS}\n```"),
        calling(MEANS, name="execute_code"),
        calling(MEANS, text="I group by region:"),
        calling(MEANS, text=program("print(1)")),
        ScriptedAnswer(calls=calling(MEANS).calls + calling("print(").calls),
        ScriptedAnswer(calls=(ToolCallPart(name="python", arguments={"script": MEANS}),)),
        f"<tool_call>\n{json.dumps({'name': 'python', 'arguments': {'code': MEANS}})}\n</tool_call>",
        f"I group by region:\n{program(MEANS)}",
        MEANS,
        program(MEANS) + '\nIt is as if {"name": "python", "arguments": {"code": "print(1)"}} was called.',
    ],
)
async def test_a_program_is_found_wherever_it_stands(
    written: str | ScriptedAnswer, turn: Turn, toolbox: Make
) -> None:
    tools, _ = toolbox([written, ANSWER], LARGE)
    bodies = await asked(turn, tools)
    assert programs(bodies) == [MEANS]
    assert given(bodies) == ANSWER


async def test_a_call_is_whole_where_an_answer_was_cut_off(turn: Turn, toolbox: Make) -> None:
    tools, _ = toolbox([replace(calling(MEANS), cut=True), ANSWER], LARGE)
    assert given(await asked(turn, tools)) == ANSWER


async def test_a_question_back_is_text_for_both(turn: Turn, toolbox: Make) -> None:
    asking = "ASK: Which mean? | by region | overall"
    for script, question in (([asking], True), ([calling(MEANS, text=asking), ANSWER], False)):
        tools, _ = toolbox(script, LARGE)
        bodies = await asked(replace(turn, may_ask=True), tools)
        assert isinstance(bodies[-1], QuestionBack) == question


async def test_a_plan_that_a_server_takes_for_a_call_is_a_plan(turn: Turn, toolbox: Make) -> None:
    """With some templates Ollama takes any JSON for a call in which the tool's name occurs."""
    taken = ScriptedAnswer(calls=(ToolCallPart(name="python", arguments=json.loads(PLAN)),))
    keep = ScriptedAnswer(calls=(ToolCallPart(name="python", arguments={"keep": True}),))
    fine = ScriptedAnswer(calls=(ToolCallPart(name="python", arguments=json.loads(FINE)),))
    script = [taken, calling(BROKEN), calling(MEANS), fine, keep, calling(COUNT), ANSWER]
    tools, _ = toolbox(script, LARGE, review_rounds=1)
    bodies = await asked(replace(turn, agent_type="plan_execute"), tools)
    assert goals(bodies) == ["Mean price", "Rows"]
    assert given(bodies) == ANSWER


async def test_a_steered_run_does_not_use_a_program_from_before(turn: Turn, toolbox: Make) -> None:
    told: list[str] = []

    async def heard() -> tuple[str, ...]:
        return tuple(told)

    def answers(request: Any) -> str | ScriptedAnswer:
        number = len(model.requests)
        if number == 2:
            told.append("Only North.")
        return {1: calling(MEANS), 2: calling(COUNT), 3: calling("print('North')")}.get(number, ANSWER)

    tools, model = toolbox(answers, LARGE)
    bodies = await asked(turn, replace(tools, said=heard))
    assert programs(bodies) == [MEANS, "print('North')"]
    assert "Only North." in model.requests[2].messages[-1].text


async def test_the_router_is_not_offered_tools(turn: Turn, toolbox: Make) -> None:
    tools, model = toolbox(['{"mode": "chat"}', "Hello."], LARGE)
    bodies = await asked(replace(turn, agent_type="auto"), tools)
    assert AgentChosen(agent_type="chat", chosen_by="model") in bodies
    assert [request.tools for request in model.requests] == [(), ()]
