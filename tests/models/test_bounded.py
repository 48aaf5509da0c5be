"""An answer ends where it should, also if its server does not know of `max_tokens`."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from jupyter_agent.events import Usage
from jupyter_agent.messages import Message, ToolCallPart
from jupyter_agent.models.bounded import MOST_THOUGHTS, BoundedModel
from jupyter_agent.models.complete import complete
from jupyter_agent.models.scripted import ScriptedAnswer, ScriptedModel
from jupyter_agent.protocols import ModelChunk, ModelRequest, Waiting
from jupyter_agent.tokens import tokens_in

REQUEST = ModelRequest(messages=(Message.user("Well?"),), max_tokens=100)


class Sending:
    """A `Model` that sends a piece so many times, and ends only if it is read to its end."""

    name = "sending"

    def __init__(self, piece: ModelChunk, times: int) -> None:
        self._piece, self._times = piece, times
        self.sent = 0
        self.closed = False

    async def stream(self, request: ModelRequest) -> AsyncIterator[ModelChunk]:
        try:
            for _ in range(self._times):
                self.sent += 1
                yield self._piece
            yield ModelChunk(text="", usage=Usage(calls=1))
        finally:
            self.closed = True


@pytest.mark.parametrize("max_tokens", [100, None])
async def test_an_endless_answer_is_cut_and_its_connection_ended(max_tokens: int | None) -> None:
    model = Sending(ModelChunk(text="and so on "), 100_000)
    answer = await complete(
        BoundedModel(model), ModelRequest(messages=REQUEST.messages, max_tokens=max_tokens)
    )
    assert answer.cut
    assert (max_tokens or 2_048) < tokens_in(answer.text) < 4 * (max_tokens or 2_048)
    assert model.closed


@pytest.mark.parametrize(
    ("piece", "most"),
    [
        (ModelChunk(), MOST_THOUGHTS + 1),
        (ModelChunk(calls=(ToolCallPart(name="python", arguments={"code": "print(1)"}),)), 60),
    ],
    ids=["thoughts", "calls"],
)
async def test_what_is_no_text_ends_too(piece: ModelChunk, most: int) -> None:
    model = Sending(piece, 100_000)
    assert (await complete(BoundedModel(model), REQUEST)).cut
    assert model.sent <= most


async def test_waiting_is_no_part_of_an_answer() -> None:
    model = Sending(ModelChunk(waiting=Waiting(text="Preparing the model")), 20_000)
    assert not (await complete(BoundedModel(model), REQUEST)).cut
    assert model.sent == 20_000


@pytest.mark.parametrize("cut", [False, True])
async def test_an_answer_that_ends_in_time_is_passed_on_as_it_is(cut: bool) -> None:
    said = ScriptedAnswer(text="one two three " * 40, cut=cut)
    chunks = [chunk async for chunk in ScriptedModel([said]).stream(REQUEST)]
    assert [chunk async for chunk in BoundedModel(ScriptedModel([said])).stream(REQUEST)] == chunks
