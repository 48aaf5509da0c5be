"""Models that say what they were told to: how to test agents, tools and servers without a model.

    model = ScriptedModel(["A plan.", "```python\nprint(6 * 7)\n```", ScriptedAnswer(text="Cut o", cut=True)])
    model = ScriptedModel(lambda request: "react" if request.schema else "42")
    models = ScriptedModels(model)

Answers arrive in pieces of one word, as a real model's do. Every request is kept in `requests`, so a
test can look at what its code asked.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass

from jupyter_agent.context import NUM_CTX
from jupyter_agent.errors import ModelUnavailable
from jupyter_agent.events import Usage
from jupyter_agent.messages import ToolCallPart
from jupyter_agent.protocols import (
    IN_TEXT,
    ChosenModels,
    Model,
    ModelChunk,
    ModelDescription,
    ModelOffer,
    ModelRequest,
    Rendering,
    Waiting,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedAnswer:
    """An answer that does more than say `text`."""

    text: str = ""
    calls: tuple[ToolCallPart, ...] = ()
    """Tools that it wants to be used, all at once, after `text`."""
    cut: bool = False
    """It ends as if it had reached `max_tokens`."""
    error: Exception | None = None
    """Raised in the middle of the answer, after `pieces_before_error` pieces."""
    pieces_before_error: int = 0
    delay: float | None = None
    """Seconds before each piece of this answer, instead of the model's `delay`."""
    waits: tuple[Waiting, ...] = ()
    """What it waits for before its first piece, as long for each as before a piece."""


Script = Iterable[str | ScriptedAnswer] | Callable[[ModelRequest], str | ScriptedAnswer]
"""The answers in their order, or a function that answers a request."""


class ScriptedModel:
    """A `Model` that answers from a script; a word counts as a token."""

    def __init__(self, script: Script, *, name: str = "scripted", delay: float = 0.0) -> None:
        self._answer = script if callable(script) else _in_order(script)
        self._name = name
        self._delay = delay
        self.requests: list[ModelRequest] = []
        """What was asked, oldest first."""

    @property
    def name(self) -> str:
        return self._name

    async def stream(self, request: ModelRequest) -> AsyncIterator[ModelChunk]:
        self.requests.append(request)
        scripted = self._answer(request)
        answer = ScriptedAnswer(text=scripted) if isinstance(scripted, str) else scripted
        delay = self._delay if answer.delay is None else answer.delay
        for waiting in answer.waits:
            await asyncio.sleep(delay)
            yield ModelChunk(text="", waiting=waiting)
        pieces = _pieces(answer.text)
        for piece in pieces if answer.error is None else pieces[: answer.pieces_before_error]:
            # Even without a delay other tasks get their turn, as they would while a model thinks.
            await asyncio.sleep(delay)
            yield ModelChunk(text=piece)
        if answer.error is not None:
            raise answer.error
        if answer.calls:
            yield ModelChunk(calls=answer.calls)
        asked = sum(len(_pieces(message.text)) for message in request.messages)
        usage = Usage(calls=1, prompt_tokens=asked, completion_tokens=len(pieces))
        yield ModelChunk(text="", usage=usage, cut=answer.cut)


class ScriptedModels:
    """`Models` that offers one scripted model for every role, or another one for some."""

    def __init__(
        self,
        general: Model,
        *,
        classifier: Model | None = None,
        coder: Model | None = None,
        notice: str = "",
        advice: str = "",
        context: int = NUM_CTX,
        rendering: Rendering = IN_TEXT,
    ) -> None:
        self._chosen = ChosenModels(
            general=general,
            classifier=classifier or general,
            coder=coder or general,
            provider="scripted",
            notice=notice,
            advice=advice,
            context=context,
            rendering=rendering,
        )

    async def choose(self, name: str | None = None) -> ChosenModels:
        return self._chosen

    async def offer(self) -> ModelOffer:
        name, provider = self._chosen.general.name, self._chosen.provider
        description = ModelDescription(name=name, provider=provider)
        return ModelOffer(
            model=name,
            provider=provider,
            notice=self._chosen.notice,
            advice=self._chosen.advice,
            models=(description,),
        )

    async def close(self) -> None:
        pass


def _in_order(answers: Iterable[str | ScriptedAnswer]) -> Callable[[ModelRequest], str | ScriptedAnswer]:
    remaining: Iterator[str | ScriptedAnswer] = iter(tuple(answers))

    def answer(request: ModelRequest) -> str | ScriptedAnswer:
        for scripted in remaining:
            return scripted
        raise ModelUnavailable(
            "The scripted model was asked once more than it has answers.",
            f"Add an answer for the request that ends with: {request.messages[-1].text[-80:]!r}.",
        )

    return answer


def _pieces(text: str) -> list[str]:
    return re.findall(r"\s*\S+|\s+$", text)
