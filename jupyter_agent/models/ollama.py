"""Models behind Ollama's protocol: Ollama itself, and our own small server over the embedded model.

Two habits of Ollama shape this file. A request without `num_ctx` is silently cut to the server's
default, so it is always sent, as large as the model's window says. And `think` and `tools` are refused by
models that cannot, so each model is asked once what it can. Some cannot but think: they are to do it briefly,
and what they may write is more by so much.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import Any, cast

import httpx
import ollama

from jupyter_agent.addresses import is_loopback, ollama_url
from jupyter_agent.characters import encodable
from jupyter_agent.context import LONGEST_ANSWER
from jupyter_agent.errors import ModelError, ModelInterrupted, ModelNotFound, ModelUnavailable
from jupyter_agent.events import Usage
from jupyter_agent.messages import Message, Tool
from jupyter_agent.protocols import ModelChunk, ModelDescription, ModelRequest, Waiting
from jupyter_agent.tokens import tokens_of

from .context_window import ContextWindow
from .ollama_client import TolerantClient
from .tool_calls import call, sendable

CONNECT_SECONDS = 2.0
PROBE_SECONDS = 10.0
"""For questions that a healthy server answers at once: what is installed, what a model can do."""

_ALWAYS_THINKS = "gpt-oss"
"""In the names of models that know how much to think, but not how not to."""
_THINKING_TOKENS = 1_500
"""That these are given besides their answer."""
_PARAMETERS = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([KMBT])\s*", re.IGNORECASE)
_UNITS = {"K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}

READING = Waiting(text="The model is reading")
"""Said by the embedded server, which reports how much of a prompt it has read."""


class OllamaServer:
    """A server that speaks Ollama's protocol, and what is known of its models.

    Args:
        host: as `OLLAMA_HOST`: `http://127.0.0.1:11434`, `localhost`, `0.0.0.0:11434`.
        model_timeout: seconds without a new piece of an answer before the server counts as gone.
        headers: sent with every request.
        provider: what its models' descriptions say.
        called: its name in messages, at the start of a sentence.
        remedy: what a person can do when it fails.

    Raises:
        ModelUnavailable: `host` is not an address.
    """

    def __init__(
        self,
        host: str,
        *,
        model_timeout: float,
        headers: Mapping[str, str] | None = None,
        provider: str = "ollama",
        called: str = "",
        remedy: str = "Check that Ollama is running, then ask again.",
    ) -> None:
        try:
            self.url = ollama_url(host)
        except ValueError as error:
            raise ModelUnavailable(
                str(error),
                "Set OLLAMA_HOST or c.JupyterAgent.ollama_host to something like http://127.0.0.1:11434.",
            ) from error
        self.provider = provider
        self._called = called or f"Ollama at {self.url}"
        self._remedy = remedy
        self._model_timeout = model_timeout
        self._descriptions: dict[tuple[str, str], ModelDescription] = {}
        self.client = TolerantClient(
            host=self.url,
            headers=headers,
            timeout=httpx.Timeout(model_timeout, connect=CONNECT_SECONDS),
            trust_env=not is_loopback(self.url),  # no proxy leads to this machine
        )

    async def installed(self) -> tuple[ModelDescription, ...]:
        """The models that can answer messages, those for embeddings left out.

        Raises:
            ModelUnavailable: nothing that speaks the protocol answers within a few seconds.
        """
        with self.explained():
            async with asyncio.timeout(PROBE_SECONDS):
                listed = (await self.client.list()).models
                described = [await self._describe(entry) for entry in listed]
        return tuple(description for description in described if _can_chat(description))

    async def close(self) -> None:
        """Close the connections."""
        await self.client.close()  # type: ignore[no-untyped-call]

    @contextmanager
    def explained(self, model: str = "") -> Iterator[None]:
        """Turn what goes wrong between here and the server into sentences for a person.

        The client lets everything through that a stranger's JSON can provoke: bytes that are not JSON, JSON
        of another shape (as several exception types), Ollama's own errors, and broken connections.
        """
        try:
            yield
        except ollama.ResponseError as error:
            raise self._refusal(error, model) from error
        except (httpx.ConnectError, httpx.ConnectTimeout, ConnectionError) as error:
            raise ModelUnavailable(f"{self._called} does not answer.", self._remedy) from error
        except httpx.TimeoutException as error:
            raise ModelUnavailable(
                f"{self._called} sent nothing for {self._model_timeout:g} seconds.",
                "It may be overloaded, or the model too large for this machine: try a smaller one.",
            ) from error
        except TimeoutError as error:
            raise ModelUnavailable(
                f"{self._called} did not say which models it has within {PROBE_SECONDS:g} seconds.",
                self._remedy,
            ) from error
        except httpx.HTTPError as error:
            raise ModelInterrupted(
                f"{self._called} broke the connection in mid-answer.", self._remedy
            ) from error
        except (ValueError, TypeError, AttributeError) as error:
            raise ModelUnavailable(
                f"{self._called} sent something that is not Ollama's protocol.",
                "Check that the address is Ollama's own and that no proxy stands in between.",
            ) from error

    def ended_early(self) -> ModelInterrupted:
        """The error for an answer whose last piece never came."""
        return ModelInterrupted(f"{self._called} ended the answer before it was complete.", self._remedy)

    def _refusal(self, error: ollama.ResponseError, model: str) -> ModelError:
        if error.status_code == 404 and model:
            return ModelNotFound(
                f"{self._called} has no model {model}.",
                f"Install it with `ollama pull {model}`, or choose another.",
            )
        if error.status_code in (401, 403):
            return ModelUnavailable(
                f"{self._called} refused access.", "Check its address and the key in OLLAMA_API_KEY."
            )
        if error.status_code == 400:
            return ModelUnavailable(
                f"{self._called} refused the request: {_sentence(error.error)}",
                "If it is too long, ask in a new conversation, or with fewer files.",
            )
        return ModelInterrupted(f"{self._called} failed: {_sentence(error.error)}", self._remedy)

    async def _describe(self, entry: ollama.ListResponse.Model) -> ModelDescription:
        name = entry.model or ""
        key = (name, entry.digest or "")
        if key not in self._descriptions:
            try:
                shown = await self.client.show(name)
            except ollama.ResponseError:
                # One model with a broken file must not hide the others; it explains itself when it is used.
                return ModelDescription(name=name, provider=self.provider, size=entry.size or 0)
            self._descriptions[key] = ModelDescription(
                name=name,
                provider=self.provider,
                size=entry.size or 0,
                context_length=_context_length(shown.modelinfo or {}),
                capabilities=tuple(shown.capabilities or ()),
                parameters=_parameters(shown.details.parameter_size if shown.details else None),
            )
        return self._descriptions[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class OllamaModel:
    """A `Model` of an `OllamaServer`."""

    server: OllamaServer
    name: str
    window: ContextWindow
    """The context to answer in; a prompt beyond it is cut by the server."""
    temperature: float | None = None
    """For requests that do not say; absent: the model's own default."""
    thinks: bool = False
    """The model would think aloud before it answers unless it is told not to."""

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelChunk, None]:
        estimated = tokens_of(request.messages, request.tools)
        with self.server.explained(self.name):
            async with aclosing(await self._ask(request, estimated)) as parts:
                async for part in parts:
                    if part.done:
                        self.window.learn(estimated, part.prompt_eval_count or 0)
                    yield _chunk(part)
                    if part.done:
                        return
        raise self.server.ended_early()

    async def _ask(self, request: ModelRequest, estimated: int) -> AsyncGenerator[ollama.ChatResponse, None]:
        answer = await self.server.client.chat(
            model=self.name,
            messages=list(_messages(request.messages)),
            tools=[_tool(tool) for tool in request.tools] or None,
            stream=True,
            think=("low" if self._always_thinks else False) if self.thinks else None,
            format=None if request.schema is None else dict(request.schema),
            options=self._options(request, estimated),
        )
        # The client declares an iterator; what it returns is a generator, whose closing ends the connection.
        return cast("AsyncGenerator[ollama.ChatResponse, None]", answer)

    @property
    def _always_thinks(self) -> bool:
        return self.thinks and _ALWAYS_THINKS in self.name

    def _options(self, request: ModelRequest, estimated: int) -> dict[str, Any]:
        temperature = self.temperature if request.temperature is None else request.temperature
        thought = _THINKING_TOKENS if self._always_thinks else 0
        needed = estimated + thought + (request.max_tokens or LONGEST_ANSWER) + request.room
        options: dict[str, Any] = {"num_ctx": self.window.size_for(needed)}
        if temperature is not None:
            options["temperature"] = temperature
        if request.max_tokens is not None:
            options["num_predict"] = thought + request.max_tokens
        if request.stop:
            options["stop"] = list(request.stop)
        return options


def _messages(messages: Iterable[Message]) -> Iterator[dict[str, Any]]:
    """As `/api/chat` wants them."""
    tool = ""
    for message in messages:
        if message.calls:
            tool = message.calls[-1].name
            calls = [
                {"function": {"name": called.name, "arguments": sendable(called.arguments)}}
                for called in message.calls
            ]
            yield {"role": message.role, "tool_calls": calls}
        elif message.role == "tool":
            yield {"role": message.role, "tool_name": tool, "content": encodable(message.text)}
        else:
            yield {"role": message.role, "content": encodable(message.text)}


def _tool(tool: Tool) -> dict[str, Any]:
    return {
        "type": "function",
        "function": {
            "name": tool.name,
            "description": tool.description,
            "parameters": dict(tool.parameters),
        },
    }


def _chunk(part: ollama.ChatResponse) -> ModelChunk:
    # `part.message.thinking` is left out on purpose: it is not the answer.
    text = encodable(part.message.content or "")
    functions = [called.function for called in part.message.tool_calls or ()]
    calls = tuple(call(function.name, function.arguments) for function in functions)
    if not part.done:
        return ModelChunk(
            text=text, calls=calls, waiting=READING if part.prompt_eval_count is not None else None
        )
    usage = Usage(
        calls=1,
        prompt_tokens=part.prompt_eval_count or 0,
        completion_tokens=part.eval_count or 0,
    )
    return ModelChunk(text=text, calls=calls, usage=usage, cut=part.done_reason == "length")


def _can_chat(description: ModelDescription) -> bool:
    """Servers from before capabilities were reported leave them empty: then the model may try."""
    return not description.capabilities or "completion" in description.capabilities


def _context_length(info: Mapping[str, Any]) -> int | None:
    length = info.get(f"{info.get('general.architecture')}.context_length")
    return length if isinstance(length, int) and length > 0 else None


def _parameters(size: str | None) -> int | None:
    """`8B` or `35.7M` as a number; other servers leave it out, or write something else."""
    found = _PARAMETERS.fullmatch(size or "")
    return round(float(found[1]) * _UNITS[found[2].upper()]) if found else None


def _sentence(text: str) -> str:
    line = " ".join(text.split())[:300] or "it did not say why"
    return line if line.endswith((".", "!", "?")) else f"{line}."
