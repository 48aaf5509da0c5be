"""Whole answers, for callers that have no use for the pieces."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jupyter_agent.closing import closing
from jupyter_agent.errors import ModelAnswerInvalid
from jupyter_agent.events import Usage
from jupyter_agent.messages import ToolCallPart
from jupyter_agent.protocols import Model, ModelRequest

from .mended import json_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A whole answer."""

    text: str
    """For a model that called a tool instead of saying anything: the arguments, as JSON."""
    usage: Usage
    cut: bool
    """It ended because it reached `max_tokens` or the context's end."""


async def complete(model: Model, request: ModelRequest) -> Completion:
    """The whole answer of `model`.

    Raises:
        ModelError: as `Model.stream`.
    """
    text: list[str] = []
    calls: list[ToolCallPart] = []
    usage = Usage(calls=1)
    cut = False
    async with closing(model.stream(request)) as chunks:
        async for chunk in chunks:
            text.append(chunk.text)
            calls += chunk.calls
            usage = chunk.usage or usage
            cut = cut or chunk.cut
    return Completion(text="".join(text) or _arguments(calls), usage=usage, cut=cut)


async def complete_json(model: Model, request: ModelRequest) -> dict[str, Any]:
    """The answer of `model` as a JSON object, as `json_in` reads it.

    Raises:
        ModelAnswerInvalid: it is not a JSON object; the message shows how the answer starts.
        ModelError: as `Model.stream`.
    """
    answer = await complete(model, request)
    found = json_in(answer.text)
    if found is None:
        raise _not_an_object(model, answer)
    return found


def _arguments(calls: Sequence[ToolCallPart]) -> str:
    """Those of the first call: with some templates Ollama takes any JSON that names a tool for a call."""
    return json.dumps(dict(calls[0].arguments), ensure_ascii=False) if calls else ""


def _not_an_object(model: Model, answer: Completion) -> ModelAnswerInvalid:
    start = answer.text.strip()[:120]
    return ModelAnswerInvalid(
        f"{model.name} was to answer with a JSON object and answered {start!r}"
        + (", which was cut off." if answer.cut else "."),
        "Ask again, or choose a larger model.",
    )
