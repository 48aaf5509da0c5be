"""`POST /api/chat` as the embedded server understands it: Ollama's shape in, llama.cpp's out."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

T = TypeVar("T")


class BadRequest(Exception):
    """The body is not JSON, or not of this shape; the message names the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMessage:
    """One message of the prompt."""

    role: Literal["system", "user", "assistant"]
    content: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatOptions:
    """Ollama's `options`; those that are not here, `num_ctx` among them, are not this server's to choose."""

    temperature: Annotated[float, Field(ge=0)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    top_k: int | None = None
    min_p: Annotated[float, Field(ge=0, le=1)] | None = None
    seed: int | None = None
    num_predict: int | None = None
    stop: str | tuple[str, ...] | None = None
    repeat_penalty: float | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """The body of `POST /api/chat`."""

    model: str
    messages: tuple[ChatMessage, ...] = ()
    stream: bool = True
    format: Literal["", "json"] | dict[str, Any] | None = None
    options: ChatOptions | None = None
    think: bool | str | None = None
    tools: tuple[Any, ...] | None = None

    def query(self) -> dict[str, Any]:
        """The same as a chat completion of OpenAI's shape, which is what llama.cpp answers."""
        query: dict[str, Any] = {
            "messages": [{"role": message.role, "content": message.content} for message in self.messages]
        }
        options = self.options or ChatOptions()
        for ours, theirs in RENAMED.items():
            value = getattr(options, ours)
            if value is not None:
                query[theirs] = value
        if isinstance(self.format, dict):
            schema = {"name": "answer", "strict": True, "schema": self.format}
            query["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif self.format == "json":
            query["response_format"] = {"type": "json_object"}
        return query


RENAMED = {field.name: field.name for field in fields(ChatOptions)} | {"num_predict": "max_tokens"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowRequest:
    """The body of `POST /api/show`."""

    model: str


def parse(body: bytes, shape: type[T]) -> T:
    """The request in `body`; fields that are not in `shape` are ignored, as Ollama does.

    Raises:
        BadRequest: it is not JSON, or not of this shape.
    """
    try:
        return TypeAdapter(shape).validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadRequest(f"{place}: {first['msg']}" if place else first["msg"]) from error
