"""The `ollama` client, made to read what it refuses a whole answer for: a malformed tool call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ollama
from pydantic import model_validator

from .tool_calls import tidied


class TolerantClient(ollama.AsyncClient):
    """A client that reads tool calls of any shape."""

    async def _request(self, cls: Any, *args: Any, **options: Any) -> Any:
        shape = _Response if cls is ollama.ChatResponse else cls
        return await super()._request(shape, *args, **options)


class _Response(ollama.ChatResponse):
    @model_validator(mode="before")
    @classmethod
    def _with_tidied_calls(cls, part: Any) -> Any:
        message = part.get("message") if isinstance(part, Mapping) else None
        if not isinstance(message, Mapping) or message.get("tool_calls") is None:
            return part
        return {**part, "message": {**message, "tool_calls": tidied(message["tool_calls"])}}
