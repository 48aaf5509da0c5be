"""What a model says aloud: its answer, without the thinking that some write before it as text."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from dataclasses import replace

from jupyter_agent.closing import closing
from jupyter_agent.protocols import ChosenModels, Model, ModelChunk, ModelRequest

_TAGS = ("<think>", "<thinking>")
_OPENED = re.compile("|".join(_TAGS), re.IGNORECASE)
_LONGEST_TAG = 16
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
        thoughts: _Thoughts | None = _Thoughts()
        async with closing(self._model.stream(request)) as chunks:
            async for chunk in chunks:
                if thoughts is None:
                    yield chunk
                    continue
                aloud = thoughts.after(chunk.text, ended=chunk.usage is not None)
                if aloud:
                    thoughts = None
                # Without text it is a sign of life.
                yield replace(chunk, text=aloud)


class _Thoughts:
    """The beginning of an answer, as far as it is thought or may be."""

    def __init__(self) -> None:
        self._text = ""
        """What was written; of thoughts, only the end, where a tag may be under way."""
        self._opened = False

    def after(self, text: str, *, ended: bool) -> str:
        """What is said aloud once `text` was written, too; nothing while that is not certain."""
        self._text += text
        if not self._opened:
            begun = self._text.lstrip()
            self._opened = _OPENED.match(begun) is not None
            if not self._opened:
                undecided = any(tag.startswith(begun.lower()) for tag in _TAGS)
                return "" if undecided and not ended else self._text
        if closed := _CLOSED.search(self._text):
            return self._text[closed.end() :]
        self._text = self._text[-_LONGEST_TAG:]
        return ""


def spoken(chosen: ChosenModels) -> ChosenModels:
    """The same models, without what they think."""
    return chosen.wrapped(SpokenModel)
