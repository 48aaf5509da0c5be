"""llama.cpp inside the embedded server's process: one generation at a time, each of which can be stopped.

Only `embedded_server` imports this; Jupyter's own process never loads the runtime.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import AsyncGenerator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal

import xllamacpp

BATCH = 128
"""Tokens of a prompt that are read at once; between batches a generation can be stopped."""

PROMPT_CACHE_MB = 512
"""For the prompts of other roles: whoever comes back finds a long prefix already read."""

SIGN_OF_LIFE_SECONDS = 5.0
"""How often a request that waits for its turn hears that it is not forgotten."""


class GenerationRefused(Exception):
    """The runtime did not take the request, or gave up on it; `status` is the HTTP status to answer with."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """More text, or none: a sign of life while the prompt is being read."""

    text: str
    read: int | None = None
    """Tokens of the prompt that were read so far, while it is being read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """The end of an answer."""

    reason: Literal["stop", "length"]
    prompt_tokens: int
    completion_tokens: int
    prompt_ms: float
    completion_ms: float


class Runtime:
    """A loaded model. Making one takes seconds and more than a gigabyte.

    Raises:
        RuntimeError: the file cannot be loaded.
    """

    def __init__(self, path: str, *, num_ctx: int, threads: int) -> None:
        self._server = xllamacpp.Server(_parameters(path, num_ctx, threads))
        # One thread: whoever asks while it is busy waits in its queue.
        self._generations = ThreadPoolExecutor(max_workers=1, thread_name_prefix="generation")

    async def generate(self, query: Mapping[str, Any]) -> AsyncGenerator[Piece | Finish, None]:
        """The answer to `query` (a chat completion of OpenAI's shape); a `Finish` comes last.

        Closing the generator stops the generation.

        Raises:
            GenerationRefused: the prompt is too long, the schema is not one, ...
        """
        generation = _Generation({**query, "stream": True, "return_progress": True})
        self._generations.submit(generation.run, self._server)
        try:
            while (chunk := await generation.next_chunk()) is not None:
                if isinstance(chunk, GenerationRefused):
                    raise chunk
                yield _read(chunk)
        finally:
            generation.left.set()


class _Generation:
    """A generation on its way from the thread that makes it to the coroutine that reads it."""

    def __init__(self, query: Mapping[str, Any]) -> None:
        self.left = threading.Event()
        """Nobody reads any more."""
        self._begun = threading.Event()
        self._chunks: asyncio.Queue[dict[str, Any] | GenerationRefused | None] = asyncio.Queue()
        self._query = query
        self._loop = asyncio.get_running_loop()

    async def next_chunk(self) -> dict[str, Any] | GenerationRefused | None:
        """What the runtime made next, None at the end; an empty chunk now and then while others are first."""
        if not self._begun.is_set():
            try:
                async with asyncio.timeout(SIGN_OF_LIFE_SECONDS):
                    return await self._chunks.get()
            except TimeoutError:
                return {}
        return await self._chunks.get()

    def run(self, server: xllamacpp.Server) -> None:
        """In the runtime's thread."""
        self._begun.set()
        if self.left.is_set():
            return
        try:
            server.handle_chat_completions(self._query, self._receive)
        except (ValueError, RuntimeError) as error:  # a schema that is none, a template that fails
            self._put(GenerationRefused(400, str(error)))
        self._put(None)

    def _receive(self, received: dict[str, Any] | list[dict[str, Any]]) -> bool:
        """Called by the runtime for each piece and after each batch of the prompt; True makes it stop."""
        for chunk in received if isinstance(received, list) else [received]:
            self._put(_refusal(chunk["error"]) if "error" in chunk else chunk)
        return self.left.is_set()

    def _put(self, chunk: dict[str, Any] | GenerationRefused | None) -> None:
        self._loop.call_soon_threadsafe(self._chunks.put_nowait, chunk)


def _parameters(path: str, num_ctx: int, threads: int) -> xllamacpp.CommonParams:
    parameters = xllamacpp.CommonParams()
    parameters.model.path = path
    parameters.n_ctx = num_ctx
    parameters.n_parallel = 1
    parameters.n_batch = parameters.n_ubatch = BATCH
    parameters.cpuparams.n_threads = threads
    parameters.cpuparams_batch.n_threads = threads
    parameters.n_gpu_layers = 0
    parameters.cache_ram_mib = PROMPT_CACHE_MB
    # Weights repacked for this processor would be no faster on the whole, and need 600 MB more.
    parameters.no_extra_bufts = True
    parameters.warmup = False
    parameters.verbosity = -1
    parameters.ui = False
    # The runtime opens a port of its own, which cannot be turned off: with a key that nobody has, it is shut.
    parameters.api_keys = [secrets.token_urlsafe(32)]
    return parameters


def _read(chunk: Mapping[str, Any]) -> Piece | Finish:
    for choice in chunk.get("choices", ()):
        if choice.get("finish_reason"):
            timings = chunk.get("timings", {})
            return Finish(
                reason="length" if choice["finish_reason"] == "length" else "stop",
                prompt_tokens=timings.get("prompt_n", 0) + timings.get("cache_n", 0),
                completion_tokens=timings.get("predicted_n", 0),
                prompt_ms=timings.get("prompt_ms", 0.0),
                completion_ms=timings.get("predicted_ms", 0.0),
            )
        text = choice.get("delta", {}).get("content") or ""
        # None in some pieces, absent in others.
        reading = chunk.get("prompt_progress") or {}
        return Piece(text=text, read=reading.get("processed"))
    return Piece(text="")


def _refusal(error: Mapping[str, Any]) -> GenerationRefused:
    code = error.get("code")
    return GenerationRefused(code if isinstance(code, int) else 500, str(error.get("message") or error))
