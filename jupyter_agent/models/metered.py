"""Counts what models cost: every call of a `MeteredModel` is added to its `Meter`."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator

from jupyter_agent.closing import closing
from jupyter_agent.events import Usage
from jupyter_agent.protocols import ChosenModels, Model, ModelChunk, ModelRequest


class Meter:
    """The sum of what several calls cost, of one or of several models."""

    def __init__(self) -> None:
        self.usage = Usage()
        self.seconds = 0.0
        """From the calls to the ends of their answers."""

    def add(self, usage: Usage, seconds: float) -> None:
        self.usage += usage
        self.seconds += seconds


class MeteredModel:
    """A `Model` that answers as the one it wraps and has each call counted.

    A call that was stopped or failed counts as a call of no tokens: only a finished answer says how many
    it took.
    """

    def __init__(self, model: Model, meter: Meter) -> None:
        self._model = model
        self._meter = meter

    @property
    def name(self) -> str:
        return self._model.name

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelChunk, None]:
        spent = Usage(calls=1)
        started = time.monotonic()
        try:
            async with closing(self._model.stream(request)) as chunks:
                async for chunk in chunks:
                    spent = chunk.usage or spent
                    yield chunk
        finally:
            self._meter.add(spent, time.monotonic() - started)


def metered(chosen: ChosenModels, meter: Meter) -> ChosenModels:
    """The same models, whose calls `meter` counts."""
    return chosen.wrapped(lambda model: MeteredModel(model, meter))
