"""Asks a model a second time if its server fails before the first word: most such failures pass."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from jupyter_agent.closing import closing
from jupyter_agent.errors import ModelInterrupted
from jupyter_agent.protocols import ChosenModels, Model, ModelChunk, ModelRequest

PAUSE_SECONDS = 1.0


class RetriedModel:
    """A `Model` that answers as the one it wraps, if need be at the second time of asking.

    What was begun is not asked for again: it may have been shown.

    Args:
        pause: seconds before it is asked again.
    """

    def __init__(self, model: Model, *, pause: float = PAUSE_SECONDS) -> None:
        self._model = model
        self._pause = pause

    @property
    def name(self) -> str:
        return self._model.name

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelChunk, None]:
        begun = False
        try:
            async with closing(self._model.stream(request)) as chunks:
                async for chunk in chunks:
                    begun = begun or chunk.says_something
                    yield chunk
            return
        except ModelInterrupted:
            if begun:
                raise
        await asyncio.sleep(self._pause)
        async with closing(self._model.stream(request)) as chunks:
            async for chunk in chunks:
                yield chunk


def retried(chosen: ChosenModels) -> ChosenModels:
    """The same models, asked again if that may help."""
    return chosen.wrapped(RetriedModel)
