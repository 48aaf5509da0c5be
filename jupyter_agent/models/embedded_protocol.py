"""Ollama's protocol over the embedded model: the addresses, and what they answer.

`embedded_server` runs this in a process of its own. Every request has to carry the token: loopback is
open to everybody on the machine, and to every page in a browser.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from tornado import web
from tornado.iostream import StreamClosedError

from .chat_request import BadRequest, ChatRequest, ShowRequest, parse
from .launch import Launch
from .runtime import Finish, GenerationRefused, Piece, Runtime
from .weights import Weights, weights_file

PROTOCOL_VERSION = "0.12.0"
"""The version of Ollama whose answers these resemble."""

R = TypeVar("R", ChatRequest, ShowRequest)


class Service:
    """The one model that is served, and what the protocol says about it."""

    def __init__(self, launch: Launch) -> None:
        self.token = launch.token
        self.weights = weights_file(Path(launch.path), name=launch.name)
        self.num_ctx = min(launch.num_ctx, self.weights.head.context_length or launch.num_ctx)
        self.runtime = Runtime(launch.path, num_ctx=self.num_ctx, threads=launch.threads)

    def listed(self) -> dict[str, Any]:
        """The entry in `/api/tags` and `/api/ps`."""
        weights = self.weights
        return {
            "name": weights.name,
            "model": weights.name,
            "modified_at": _time(weights.path.stat().st_mtime),
            "size": weights.size,
            "digest": "",
            "details": _details(weights),
        }

    def shown(self) -> dict[str, Any]:
        """The answer of `/api/show`. The context's length is what this server can take."""
        architecture = self.weights.head.architecture or "unknown"
        return {
            "modelfile": "",
            "parameters": "",
            "template": "",
            "details": _details(self.weights),
            "model_info": {
                "general.architecture": architecture,
                f"{architecture}.context_length": self.num_ctx,
            },
            "capabilities": ["completion"],
            "modified_at": _time(self.weights.path.stat().st_mtime),
        }


class Refused(web.HTTPError):
    """An answer other than 200, and why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status)
        self.message = message


class _RequestHandler(web.RequestHandler):
    """What all requests share: the token, and errors in Ollama's shape."""

    service: Service

    def initialize(self, service: Service) -> None:
        self.service = service

    def prepare(self) -> None:
        given = self.request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self.service.token}".encode()):
            raise Refused(401, "unauthorized")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = kwargs.get("exc_info", (None, None, None))[1]
        self.finish({"error": error.message if isinstance(error, Refused) else self._reason})

    def parsed(self, shape: type[R]) -> R:
        """The body as `shape`, about the model that is served; the answer is 400 or 404 where that fails."""
        try:
            request = parse(self.request.body, shape)
        except BadRequest as error:
            raise Refused(400, str(error)) from error
        if request.model != self.service.weights.name:
            raise Refused(404, f"model '{request.model}' not found")
        return request


class NotFoundHandler(_RequestHandler):
    """Every address that is not served."""

    def prepare(self) -> None:
        super().prepare()
        raise Refused(404, "not found")


class VersionHandler(_RequestHandler):
    """`GET /api/version`."""

    def get(self) -> None:
        self.finish({"version": PROTOCOL_VERSION})


class TagsHandler(_RequestHandler):
    """`GET /api/tags`: the installed models."""

    def get(self) -> None:
        self.finish({"models": [self.service.listed()]})


class RunningHandler(_RequestHandler):
    """`GET /api/ps`: the models in memory."""

    def get(self) -> None:
        running = self.service.listed() | {"size_vram": 0, "context_length": self.service.num_ctx}
        self.finish({"models": [running]})


class ShowHandler(_RequestHandler):
    """`POST /api/show`: what a model can do."""

    def post(self) -> None:
        self.parsed(ShowRequest)
        self.finish(self.service.shown())


class ChatHandler(_RequestHandler):
    """`POST /api/chat`: an answer, in pieces unless `stream` is false."""

    _answering: asyncio.Task[None] | None = None

    async def post(self) -> None:
        request = self.parsed(ChatRequest)
        if request.think:
            raise Refused(400, f'"{request.model}" does not support thinking')
        if request.tools:
            raise Refused(400, f"{request.model} does not support tools")
        # A task of its own: a client that leaves cancels the answer, not this coroutine of Tornado's.
        self._answering = asyncio.create_task(self._answer(request))
        await asyncio.wait({self._answering})
        if not self._answering.cancelled():
            self._answering.result()

    def on_connection_close(self) -> None:
        if self._answering is not None:
            self._answering.cancel()

    async def _answer(self, request: ChatRequest) -> None:
        try:
            async with aclosing(self._pieces(request)) as pieces:
                if request.stream:
                    await self._stream(pieces)
                else:
                    await self._collect(pieces)
        except GenerationRefused as error:
            if self._headers_written:
                self._line({"error": str(error)})
                await self.finish()
            else:
                self.set_status(error.status)
                await self.finish({"error": str(error)})
        except StreamClosedError:
            pass  # the client left while a piece was on its way

    async def _pieces(self, request: ChatRequest) -> AsyncGenerator[Piece | Finish, None]:
        if not request.messages:  # how Ollama is asked to load a model
            yield Finish(reason="stop", prompt_tokens=0, completion_tokens=0, prompt_ms=0, completion_ms=0)
            return
        async with aclosing(self.service.runtime.generate(request.query())) as pieces:
            async for piece in pieces:
                yield piece

    async def _stream(self, pieces: AsyncGenerator[Piece | Finish, None]) -> None:
        self.set_header("Content-Type", "application/x-ndjson")
        async for piece in pieces:
            self._line(self._part(piece))
            await self.flush()
        await self.finish()

    async def _collect(self, pieces: AsyncGenerator[Piece | Finish, None]) -> None:
        text: list[str] = []
        async for piece in pieces:
            if isinstance(piece, Piece):
                text.append(piece.text)
            else:
                await self.finish(self._part(piece, "".join(text)))

    def _line(self, value: Mapping[str, Any]) -> None:
        self.write(json.dumps(value) + "\n")

    def _part(self, piece: Piece | Finish, text: str = "") -> dict[str, Any]:
        part = {
            "model": self.service.weights.name,
            "created_at": _time(),
            "message": {"role": "assistant", "content": piece.text if isinstance(piece, Piece) else text},
            "done": False,
        }
        if isinstance(piece, Finish):
            return part | _counts(piece)
        # Ollama has this number in the last piece only.
        return part | {"prompt_eval_count": piece.read} if piece.read is not None else part


def _counts(finish: Finish) -> dict[str, Any]:
    prompt, completion = int(finish.prompt_ms * 1e6), int(finish.completion_ms * 1e6)
    return {
        "done": True,
        "done_reason": finish.reason,
        "total_duration": prompt + completion,
        "load_duration": 0,
        "prompt_eval_count": finish.prompt_tokens,
        "prompt_eval_duration": prompt,
        "eval_count": finish.completion_tokens,
        "eval_duration": completion,
    }


def _details(weights: Weights) -> dict[str, Any]:
    return {
        "format": "gguf",
        "family": weights.head.architecture,
        "families": [weights.head.architecture],
        "parameter_size": weights.head.parameters,
    }


def _time(seconds: float | None = None) -> str:
    time = datetime.now(UTC) if seconds is None else datetime.fromtimestamp(seconds, UTC)
    return time.isoformat().replace("+00:00", "Z")


def application(service: Service) -> web.Application:
    """The protocol's addresses."""
    handlers: list[tuple[str, type[_RequestHandler]]] = [
        ("/api/version", VersionHandler),
        ("/api/tags", TagsHandler),
        ("/api/ps", RunningHandler),
        ("/api/show", ShowHandler),
        ("/api/chat", ChatHandler),
    ]
    return web.Application(
        [(path, handler, {"service": service}) for path, handler in handlers],
        default_handler_class=NotFoundHandler,
        default_handler_args={"service": service},
        log_function=lambda handler: None,
    )
