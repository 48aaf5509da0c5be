"""Ends an answer that goes on beyond what was asked for: not every server heeds `max_tokens`."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from jupyter_agent.closing import closing
from jupyter_agent.context import LONGEST_ANSWER
from jupyter_agent.protocols import ChosenModels, Model, ModelChunk, ModelRequest
from jupyter_agent.tokens import tokens_in, tokens_of_calls

_TIMES, _MORE = 2, 64
"""An answer may be so much longer than was asked for: tokens are estimated."""
MOST_THOUGHTS = 8_192
"""Pieces that say nothing: what a model thinks before it answers."""


class BoundedModel:
    """A `Model` that answers as the one it wraps, but not for ever: as if it had reached `max_tokens`."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @property
    def name(self) -> str:
        return self._model.name

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelChunk, None]:
        most = _TIMES * (request.max_tokens or LONGEST_ANSWER) + _MORE
        said = thought = 0
        async with closing(self._model.stream(request)) as chunks:
            async for chunk in chunks:
                yield chunk
                if chunk.says_something:
                    said += max(1, tokens_in(chunk.text) + tokens_of_calls(chunk.calls))
                elif chunk.is_thought:
                    thought += 1
                if chunk.usage is None and (said > most or thought > MOST_THOUGHTS):
                    break
            else:
                return
        yield ModelChunk(cut=True)


def bounded(chosen: ChosenModels) -> ChosenModels:
    """The same models, each answer with an end."""
    return chosen.wrapped(BoundedModel)
