"""Whole answers, for callers that have no use for the pieces."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import json_repair

from jupyter_agent.closing import closing
from jupyter_agent.errors import ModelAnswerInvalid
from jupyter_agent.events import Usage
from jupyter_agent.messages import ToolCallPart
from jupyter_agent.protocols import Model, ModelRequest

_LONGEST = 20_000
"""Characters of an object that is mended."""
FENCE = re.compile(r"```[\w-]*\n(.*?)(?:```|\Z)", re.DOTALL)


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


def json_in(text: str) -> dict[str, Any] | None:
    """The JSON object in a text, as models write it: in a fence, with words around it, or a little wrong.

    None: there is none, or it breaks off.
    """
    fenced = FENCE.search(text)
    begin, end = text.find("{"), text.rfind("}") + 1
    # The whole first: a fence may also stand inside a string of the object.
    readings: Iterable[Callable[[], object]] = (
        lambda: json.loads(text),
        lambda: json.loads(fenced[1] if fenced else ""),
        lambda: json.JSONDecoder().raw_decode(text, max(begin, 0))[0],
        lambda: json_repair.loads(text[begin:end][:_LONGEST]) if 0 <= begin < end else None,
    )
    for read in readings:
        with suppress(ValueError, RecursionError):
            value = read()
            if isinstance(value, dict) and value:
                return value
    return None


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
