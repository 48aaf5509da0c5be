"""Whole answers and what they cost."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing

import pytest

from jupyter_agent.errors import ModelAnswerInvalid, ModelUnavailable
from jupyter_agent.events import Usage
from jupyter_agent.messages import Message, ToolCallPart
from jupyter_agent.models.complete import complete, complete_json
from jupyter_agent.models.metered import Meter, MeteredModel
from jupyter_agent.models.scripted import ScriptedAnswer, ScriptedModel
from jupyter_agent.protocols import ModelRequest

QUESTION = ModelRequest(messages=(Message.user("which one"),))


async def test_a_completion_is_the_whole_answer() -> None:
    completion = await complete(ScriptedModel([ScriptedAnswer(text="the second one", cut=True)]), QUESTION)
    assert completion.text == "the second one"
    assert completion.usage == Usage(calls=1, prompt_tokens=2, completion_tokens=3)
    assert completion.cut


async def test_arguments_of_a_call_stand_for_an_answer_that_says_nothing() -> None:
    """With some templates Ollama takes any JSON for a call in which the tool's name occurs."""
    call = ToolCallPart(name="python", arguments={"mode": "react"})
    model = ScriptedModel([ScriptedAnswer(calls=(call,)), ScriptedAnswer(text='{"ok": true}', calls=(call,))])
    assert await complete_json(model, QUESTION) == {"mode": "react"}
    assert await complete_json(model, QUESTION) == {"ok": True}


@pytest.mark.parametrize(
    "text",
    [
        '{"mode": "react"}',
        ' \n{"mode": "react"}\n',
        '```json\n{"mode": "react"}\n```',
        'Here it is:\n```\n{"mode": "react"}\n```\nDone.',
        '```json\n{"mode": "react"}',
        'Sure! {"mode": "react"} fits best.',
        'Verdict: {"mode": "react"}. Or {"mode": "chat"}?',
        "{'mode': 'react',}",
        "{mode: react}",
    ],
)
async def test_json_is_read_however_a_model_wraps_it(text: str) -> None:
    assert await complete_json(ScriptedModel([text]), QUESTION) == {"mode": "react"}


@pytest.mark.parametrize("text", ["", "react", '{"mode": ', '["react"]', "null", "{}} {", "[" * 9_000 + "{}"])
async def test_what_is_no_json_object_is_refused_and_shown(text: str) -> None:
    with pytest.raises(ModelAnswerInvalid) as refusal:
        await complete_json(ScriptedModel([text]), QUESTION)
    assert text.strip()[:100] in str(refusal.value)


async def test_a_fence_inside_the_object_is_part_of_it() -> None:
    code = "```python\nprint(1)\n```"
    answer = await complete_json(ScriptedModel([json.dumps({"code": code})]), QUESTION)
    assert answer == {"code": code}


async def test_every_call_is_counted() -> None:
    meter = Meter()
    general = MeteredModel(ScriptedModel(["one two", "three"]), meter)
    coder = MeteredModel(ScriptedModel(["four"]), meter)
    for model in (general, general, coder):
        await complete(model, QUESTION)
    assert meter.usage == Usage(calls=3, prompt_tokens=6, completion_tokens=4)
    assert general.name == "scripted"


async def test_a_failed_call_is_counted_too() -> None:
    meter = Meter()
    broken = ScriptedAnswer(text="a b", error=ModelUnavailable("It stopped."), pieces_before_error=1)
    with pytest.raises(ModelUnavailable):
        await complete(MeteredModel(ScriptedModel([broken]), meter), QUESTION)
    assert meter.usage == Usage(calls=1)


async def test_a_closed_call_is_counted_too() -> None:
    meter = Meter()
    async with aclosing(MeteredModel(ScriptedModel(["a b"]), meter).stream(QUESTION)) as chunks:
        await anext(chunks)
    assert meter.usage == Usage(calls=1)


async def test_a_cancelled_call_is_counted_too() -> None:
    meter = Meter()
    model = MeteredModel(ScriptedModel(["never"], delay=3600), meter)
    task = asyncio.create_task(complete(model, QUESTION))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert meter.usage == Usage(calls=1)
