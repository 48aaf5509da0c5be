"""What a model says aloud: its answer, without the thinking that some write before it as text."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from dataclasses import replace

from jupyter_agent.closing import closing
from jupyter_agent.protocols import ChosenModels, Model, ModelChunk, ModelRequest

_TAGS = ("<think>", "<thinking>")
_OPENED = re.compile("|".join(_TAGS), re.IGNORECASE)
_CLOSED = re.compile(r"</think(?:ing)?>\s*", re.IGNORECASE)


class SpokenModel:
    """A `Model` that answers as the one it wraps, from the end of its thinking on.

    A model that is cut off while it thinks has said nothing.
    """

    def __init__(self, model: Model) -> None:
        self._model = model

    @property
    def name(self) -> str:
        return self._model.name

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelChunk, None]:
        written, speaks = "", False
        async with closing(self._model.stream(request)) as chunks:
            async for chunk in chunks:
                if speaks:
                    yield chunk
                    continue
                written += chunk.text
                aloud = _aloud(written, ended=chunk.usage is not None)
                speaks = bool(aloud)
                if aloud or chunk != ModelChunk(text=chunk.text):
                    yield replace(chunk, text=aloud)


def _aloud(text: str, *, ended: bool) -> str:
    """What of a beginning is said aloud; nothing while that is not certain."""
    begun = text.lstrip()
    if _OPENED.match(begun):
        closed = _CLOSED.search(begun)
        return begun[closed.end() :] if closed else ""
    undecided = any(tag.startswith(begun.lower()) for tag in _TAGS)
    return "" if undecided and not ended else text


def spoken(chosen: ChosenModels) -> ChosenModels:
    """The same models, without what they think."""
    return chosen.wrapped(SpokenModel)
