"""Tells what a model waits for before it writes: a person should not look at a word that stands still."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Awaitable, Callable

from jupyter_agent.closing import closing
from jupyter_agent.protocols import ChosenModels, Model, ModelChunk, ModelRequest, Waiting

Announce = Callable[[Waiting | None], Awaitable[None]]
"""Hears what a call waits for, and None when it does so no longer."""

PATIENCE_SECONDS = 1.0
"""What takes no longer is not worth a word."""
AGAIN_SECONDS = 2.0


class AnnouncedModel:
    """A `Model` that answers as the one it wraps, and announces what an answer waits for.

    Args:
        patience: seconds before the first announcement.
        again: seconds between two reports of the progress of the same thing.
    """

    def __init__(
        self,
        model: Model,
        announce: Announce,
        *,
        patience: float = PATIENCE_SECONDS,
        again: float = AGAIN_SECONDS,
    ) -> None:
        self._model = model
        self._announce = announce
        self._patience = patience
        self._again = again

    @property
    def name(self) -> str:
        return self._model.name

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelChunk, None]:
        said: Waiting | None = None
        again = time.monotonic() + self._patience
        async with closing(self._model.stream(request)) as chunks:
            async for chunk in chunks:
                waiting, now = chunk.waiting, time.monotonic()
                if waiting is None:
                    if said is not None and chunk.says_something:
                        said = None
                        await self._announce(None)
                    yield chunk
                elif waiting != said and (now >= again or (said is not None and waiting.text != said.text)):
                    said, again = waiting, now + self._again
                    await self._announce(waiting)


def announced(chosen: ChosenModels, announce: Announce) -> ChosenModels:
    """The same models, which announce what they wait for."""
    return chosen.wrapped(lambda model: AnnouncedModel(model, announce))
