"""Tool calls as servers and models write them: untrusted JSON in, calls out.

Ollama sends arguments as an object. Proxies in front of other servers also send them as text that holds JSON,
or anything else, and models that miss the form of a call write its JSON into their answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from jupyter_agent.characters import encodable
from jupyter_agent.messages import ToolCallPart

CODE = "code"
"""The argument that text is taken for which is no JSON."""
_CALL = re.compile(r'\{\s*"(?:name|arguments|parameters)"\s*:')
_DECODER = json.JSONDecoder(strict=False)
"""Models also write ends of lines into strings as they are."""
_MOST_CALLS = 5


def tidied(calls: object) -> list[dict[str, Any]]:
    """The `tool_calls` of a message, each with a name and arguments; what cannot be a call is left out."""
    entries = calls if isinstance(calls, list) else []
    functions = [entry.get("function") for entry in entries if isinstance(entry, Mapping)]
    return [
        {"function": {"name": _name(function), "arguments": _arguments(function)}}
        for function in functions
        if isinstance(function, Mapping)
    ]


def call(name: str, arguments: Mapping[str, Any]) -> ToolCallPart:
    """A call without halves of characters."""
    return ToolCallPart(name=encodable(name), arguments=sendable(arguments))


def sendable(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments without halves of characters."""
    value: dict[str, Any] = json.loads(encodable(json.dumps(dict(arguments), ensure_ascii=False)))
    return value


def calls_in(text: str) -> tuple[ToolCallPart, ...]:
    """The calls whose JSON a model has written into its answer."""
    found: list[ToolCallPart] = []
    position = 0
    while len(found) < _MOST_CALLS and (begun := _CALL.search(text, position)):
        position = begun.end()
        try:
            function, end = _DECODER.raw_decode(text, begun.start())
        except (ValueError, RecursionError):
            continue
        if "name" in function and ("arguments" in function or "parameters" in function):
            found.append(call(_name(function), _arguments(function)))
            position = end
    return tuple(found)


def _name(function: Mapping[str, Any]) -> str:
    return str(function.get("name") or "")


def _arguments(function: Mapping[str, Any]) -> dict[str, Any]:
    value = function.get("arguments", function.get("parameters"))
    if isinstance(value, str):
        try:
            read = json.loads(value, strict=False)
        except (ValueError, RecursionError):
            read = value
        value = {CODE: read} if isinstance(read, str) else read
    return dict(value) if isinstance(value, Mapping) else {}
