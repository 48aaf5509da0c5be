"""What a model thinks aloud is no part of its answer, however it comes in pieces."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from jupyter_agent.events import Usage
from jupyter_agent.messages import Message
from jupyter_agent.models.complete import complete
from jupyter_agent.models.scripted import ScriptedAnswer, ScriptedModel
from jupyter_agent.models.spoken import SpokenModel
from jupyter_agent.protocols import ModelChunk, ModelRequest

REQUEST = ModelRequest(messages=(Message.user("Well?"),))


class InPieces:
    """A `Model` that sends its answer character by character."""

    name = "pieces"

    def __init__(self, text: str) -> None:
        self._text = text

    async def stream(self, request: ModelRequest) -> AsyncIterator[ModelChunk]:
        for character in self._text:
            yield ModelChunk(text=character)
        yield ModelChunk(text="", usage=Usage(calls=1))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("<think>First this.</think>\n\nIt is **42**.", "It is **42**."),
        ("\n<THINKING>a < b\nMORE: no</thinking>MORE: the mean", "MORE: the mean"),
        ("<think></think>42", "42"),
        ("<think>never ends", ""),
        ("It is <think>42</think>.", "It is <think>42</think>."),
        ("<thin", "<thin"),
        ("<th>a</th>", "<th>a</th>"),
        ("", ""),
        ("  ", "  "),
        ("< 5", "< 5"),
    ],
)
async def test_the_thinking_is_left_out(written: str, said: str) -> None:
    assert (await complete(SpokenModel(InPieces(written)), REQUEST)).text == said
    whole = ScriptedModel([ScriptedAnswer(text=written)])
    assert (await complete(SpokenModel(whole), REQUEST)).text == said


async def test_what_else_is_told_gets_through() -> None:
    cut = ScriptedModel([ScriptedAnswer(text="<think>on and on", cut=True)])
    answer = await complete(SpokenModel(cut), REQUEST)
    assert (answer.text, answer.cut, answer.usage.completion_tokens) == ("", True, 3)


async def test_thoughts_are_a_sign_of_life_without_words() -> None:
    pieces = [chunk async for chunk in SpokenModel(InPieces("<think>ab</think>c")).stream(REQUEST)]
    assert [piece.text for piece in pieces if not piece.is_thought] == ["c", ""]
    assert len(pieces) == len("<think>ab</think>c") + 1
