"""The scripted model keeps the promises that real models make."""

from __future__ import annotations

import pytest

from jupyter_agent.errors import ModelUnavailable
from jupyter_agent.messages import Message
from jupyter_agent.models.scripted import ScriptedAnswer, ScriptedModel, ScriptedModels
from jupyter_agent.protocols import Model, ModelChunk, ModelRequest, Models

QUESTION = ModelRequest(messages=(Message.user("what is six times seven"),))


async def read(model: Model, request: ModelRequest = QUESTION) -> list[ModelChunk]:
    return [chunk async for chunk in model.stream(request)]


@pytest.mark.parametrize("text", ["", "one", " two words \n", "a\n\n  b\tc", "```python\nprint(1)\n```"])
async def test_the_pieces_add_up_to_the_answer(text: str) -> None:
    chunks = await read(ScriptedModel([text]))
    assert "".join(chunk.text for chunk in chunks) == text


async def test_the_last_piece_carries_the_usage() -> None:
    *pieces, last = await read(ScriptedModel(["forty two"]))
    assert [piece.text for piece in pieces] == ["forty", " two"]
    assert all(piece.usage is None for piece in pieces)
    assert last.usage is not None
    assert (last.usage.calls, last.usage.prompt_tokens, last.usage.completion_tokens) == (1, 5, 2)


async def test_answers_come_in_their_order_and_requests_are_kept() -> None:
    model = ScriptedModel(["first", "second"])
    assert (await read(model))[0].text == "first"
    assert (await read(model))[0].text == "second"
    assert model.requests == [QUESTION, QUESTION]
    with pytest.raises(ModelUnavailable, match="six times seven"):
        await read(model)


async def test_a_function_answers_the_request() -> None:
    model = ScriptedModel(lambda request: request.messages[-1].text.upper())
    assert "".join(chunk.text for chunk in await read(model)) == "WHAT IS SIX TIMES SEVEN"


async def test_an_answer_can_break_in_its_middle() -> None:
    broken = ScriptedAnswer(text="a b c", error=ModelUnavailable("It stopped."), pieces_before_error=2)
    chunks = ScriptedModel([broken]).stream(QUESTION)
    assert [(await anext(chunks)).text, (await anext(chunks)).text] == ["a", " b"]
    with pytest.raises(ModelUnavailable, match="It stopped"):
        await anext(chunks)


async def test_an_answer_can_be_cut() -> None:
    assert (await read(ScriptedModel([ScriptedAnswer(text="a b", cut=True)])))[-1].cut


async def test_roles_share_a_model_unless_told_otherwise() -> None:
    general, coder = ScriptedModel(["g"]), ScriptedModel(["c"], name="scripted-coder")
    models: Models = ScriptedModels(general, coder=coder)
    chosen = await models.choose()
    assert (chosen.general, chosen.classifier, chosen.coder) == (general, general, coder)
    assert [description.name for description in (await models.offer()).models] == ["scripted"]
    await models.close()
