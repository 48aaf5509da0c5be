"""Sees that a prompt and its answer fit into the model's context: of more a server cuts silently."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace

from jupyter_agent.closing import closing
from jupyter_agent.context import Context
from jupyter_agent.errors import ModelUnavailable
from jupyter_agent.messages import Message, ToolCallPart
from jupyter_agent.prompts import clip_tokens
from jupyter_agent.protocols import ChosenModels, Model, ModelChunk, ModelRequest
from jupyter_agent.tokens import MESSAGE, leveled, tokens_in_message, tokens_of, tokens_of_tools

Warn = Callable[[str], Awaitable[None]]
"""Tells a person."""


class FittedModel:
    """A `Model` that answers as the one it wraps, to prompts that fit.

    Whoever builds prompts has shortened them with care; what is too long nevertheless loses the middle of its
    longest texts. What was shortened is said before the model reads it.

    Raises:
        ModelUnavailable: not even then is there room for an answer.
    """

    def __init__(self, model: Model, context: Context, warn: Warn) -> None:
        self._model = model
        self._context = context
        self._warn = warn

    @property
    def name(self) -> str:
        return self._model.name

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelChunk, None]:
        context = self._context
        messages = squeezed(request.messages, context.room - tokens_of_tools(request.tools))
        if messages != request.messages:
            context.shorten("prompt")
        left = context.limit - tokens_of(messages, request.tools)
        if left <= 0:
            raise ModelUnavailable(
                f"The context of {context.limit:,} tokens is too small for this question.",
                "Choose a model that reads more, or set a larger num_ctx.",
            )
        fitting = replace(request, messages=messages, max_tokens=min(request.max_tokens or left, left))
        for sentences in context.news():
            await self._warn(sentences)
        async with closing(self._model.stream(fitting)) as chunks:
            async for chunk in chunks:
                yield chunk


def squeezed(messages: tuple[Message, ...], room: int) -> tuple[Message, ...]:
    """The messages with the middles of the longest left out, so that together they have `room`."""
    if tokens_of(messages) <= room:
        return messages
    sizes = [0 if message.role == "system" else tokens_in_message(message) for message in messages]
    # The rules stay whole.
    rules = tokens_of(message for message in messages if message.role == "system")
    most = leveled(sizes, room - rules - MESSAGE * len(messages))
    return tuple(
        message if size <= most else _clipped(message, most)
        for message, size in zip(messages, sizes, strict=True)
    )


def _clipped(message: Message, most: int) -> Message:
    if not message.calls:
        return replace(message, parts=Message.user(clip_tokens(message.text, most)).parts)
    shorter, left = message, most
    while (size := tokens_in_message(shorter)) > most and left > 0:
        left = max(0, left - (size - most))
        shorter = replace(message, parts=tuple(_with_less(call, left) for call in message.calls))
    return shorter


def _with_less(call: ToolCallPart, room: int) -> ToolCallPart:
    clipped = {
        name: clip_tokens(value, room) if isinstance(value, str) else value
        for name, value in call.arguments.items()
    }
    return replace(call, arguments=clipped)


def fitted(chosen: ChosenModels, context: Context, warn: Warn) -> ChosenModels:
    """The same models, whose prompts fit."""
    return chosen.wrapped(lambda model: FittedModel(model, context, warn))
