"""A server that speaks Ollama's protocol and says what a test tells it to, failures included.

    with FakeOllama() as fake:
        fake.answer = lambda request: "Forty-two."
        fake.answer = lambda request: Reply(text="Forty-two", break_after=1)
        ...  # use the host fake.url; look at fake.requests

It serves `/api/version`, `/api/tags`, `/api/show`, `/api/ps` and `/api/chat` from a thread of its own,
so it works for asynchronous tests, for servers in other processes and for browsers alike. `/api/chat`
always streams, as our adapter asks it to.
"""

from __future__ import annotations

import json
import re
import select
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

TIME = "2026-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer to `/api/chat` and what goes wrong with it. Pieces are words."""

    text: str = ""
    calls: Any = ()
    """Sent as the `tool_calls` of one piece after `text`, whatever they are."""
    thinking: str = ""
    """Sent in pieces before `text`, as models do that think."""
    delay: float = 0.0
    """Seconds before each piece."""
    status: int = 200
    """Anything else is an HTTP error with `text` as its explanation."""
    break_after: int | None = None
    """The connection breaks after this many pieces."""
    garbage_after: int | None = None
    """After this many pieces comes a line that is not JSON."""
    error_after: int | None = None
    """After this many pieces comes Ollama's own error line."""
    hang_after: int | None = None
    """After this many pieces nothing more comes, until the client goes away or the server is closed."""
    finished: bool = True
    """False: the stream ends as it should, but without the piece that says `done`."""
    done_reason: str = "stop"
    prompt_tokens: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeModel:
    """A model that the server says is installed."""

    name: str
    size: int = 5_000_000_000
    context_length: int | None = 40_960
    capabilities: tuple[str, ...] = ("completion", "tools")
    parameter_size: str | None = "8B"


class FakeOllama:
    """The server; it runs inside `with`. Everything on it may be changed while it runs."""

    def __init__(
        self, *models: FakeModel, answer: Callable[[dict[str, Any]], str | Reply] | None = None
    ) -> None:
        self.models: list[FakeModel] = list(models) or [FakeModel(name="qwen3:8b")]
        self.answer: Callable[[dict[str, Any]], str | Reply] = answer or (lambda request: "Hello.")
        self.requests: list[dict[str, Any]] = []
        """The bodies of `/api/chat`, oldest first."""
        self.calls: list[str] = []
        """The path of every request."""
        self.headers: list[dict[str, str]] = []
        """The headers of every request, their names in lower case."""
        self.disconnected = threading.Event()
        """Set when a client left before its answer was complete."""
        self.closing = threading.Event()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Go away at once: open answers break off."""
        self.closing.set()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    # Threads end with `closing`, and are waited for: none outlives its test.
    daemon_threads = False

    def __init__(self, fake: FakeOllama) -> None:
        self.fake = fake
        super().__init__(("127.0.0.1", 0), _RequestHandler)


class _Left(Exception):
    """The client went away, or the server is closing."""


class _RequestHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    @property
    def fake(self) -> FakeOllama:
        return self.server.fake

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self._note()
        match self.path:
            case "/api/version":
                self._json({"version": "0.12.0"})
            case "/api/tags" | "/api/ps":
                self._json({"models": [_listed(model) for model in self.fake.models]})
            case _:
                self._json({"error": "not found"}, 404)

    def do_POST(self) -> None:
        self._note()
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        model = next((model for model in self.fake.models if model.name == body.get("model")), None)
        if self.path == "/api/chat":
            self.fake.requests.append(body)
        if model is None:
            self._json({"error": f"model '{body.get('model')}' not found"}, 404)
        elif self.path == "/api/show":
            self._json(_shown(model))
        elif self.path == "/api/chat":
            self._chat(model, body)
        else:
            self._json({"error": "not found"}, 404)

    def _note(self) -> None:
        self.fake.calls.append(self.path)
        self.fake.headers.append({name.lower(): value for name, value in self.headers.items()})

    def _chat(self, model: FakeModel, body: dict[str, Any]) -> None:
        if body.get("think") is not None and "thinking" not in model.capabilities:
            self._json({"error": f'"{model.name}" does not support thinking'}, 400)
            return
        if body.get("tools") and "tools" not in model.capabilities:
            self._json({"error": f'"{model.name}" does not support tools'}, 400)
            return
        answer = self.fake.answer(body)
        reply = Reply(text=answer) if isinstance(answer, str) else answer
        if reply.status != 200:
            self._json({"error": reply.text}, reply.status)
            return
        try:
            self._stream(model, reply)
        except (_Left, ConnectionError):
            if not self.fake.closing.is_set():
                self.fake.disconnected.set()

    def _stream(self, model: FakeModel, reply: Reply) -> None:
        self._start(200, ("Content-Type", "application/x-ndjson"), ("Transfer-Encoding", "chunked"))
        messages = list(_messages(reply))
        for sent, message in enumerate(messages):
            self._wait(reply.delay)
            if self._fails(reply, sent):
                return
            self._line({"model": model.name, "created_at": TIME, "message": message, "done": False})
        if self._fails(reply, len(messages)):
            return
        if reply.finished:
            self._line(
                {
                    "model": model.name,
                    "created_at": TIME,
                    "message": {"role": "assistant", "content": ""},
                    "done": True,
                    "done_reason": reply.done_reason,
                    "prompt_eval_count": reply.prompt_tokens,
                    "eval_count": len(messages),
                }
            )
        self._chunk(b"")

    def _fails(self, reply: Reply, sent: int) -> bool:
        """Do what `reply` says goes wrong after `sent` pieces; whether that ended the answer."""
        if reply.garbage_after == sent:
            self._chunk(b"<html>502 Bad Gateway</html>\n")
        elif reply.error_after == sent:
            self._line({"error": "llama runner process has terminated"})
        elif reply.hang_after == sent:
            self._wait(None)
        elif reply.break_after == sent:
            self.connection.shutdown(socket.SHUT_RDWR)
            return True
        return False

    def _wait(self, seconds: float | None) -> None:
        """Let time pass, watching the client; it sends nothing more, so what can be read is its end."""
        passed = 0.0
        while not self.fake.closing.is_set():
            pause = 0.02 if seconds is None else min(0.02, seconds - passed)
            if select.select([self.connection], [], [], max(pause, 0.0))[0]:
                raise _Left
            passed += pause
            if seconds is not None and passed >= seconds:
                return
        raise _Left

    def _json(self, value: object, status: int = 200) -> None:
        data = json.dumps(value).encode()
        self._start(status, ("Content-Type", "application/json"), ("Content-Length", str(len(data))))
        self.wfile.write(data)

    def _start(self, status: int, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (*headers, ("Connection", "close")):
            self.send_header(name, value)
        self.end_headers()

    def _line(self, value: object) -> None:
        self._chunk(json.dumps(value).encode() + b"\n")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))


def called(code: object, **others: object) -> dict[str, Any]:
    """A tool call as Ollama sends it."""
    arguments = {"code": code, **others}
    return {"id": "call_1", "function": {"index": 0, "name": "python", "arguments": arguments}}


def _messages(reply: Reply) -> Iterator[dict[str, Any]]:
    for piece in _pieces(reply.thinking):
        yield {"role": "assistant", "content": "", "thinking": piece}
    for piece in _pieces(reply.text):
        yield {"role": "assistant", "content": piece}
    if reply.calls:
        yield {"role": "assistant", "content": "", "tool_calls": reply.calls}


def _pieces(text: str) -> list[str]:
    return re.findall(r"\s*\S+|\s+$", text)


def _listed(model: FakeModel) -> dict[str, Any]:
    return {
        "name": model.name,
        "model": model.name,
        "modified_at": TIME,
        "size": model.size,
        "digest": "0" * 64,
        "details": {
            "format": "gguf",
            "family": "fake",
            "parameter_size": model.parameter_size,
            "quantization_level": "Q4_K_M",
        },
    }


def _shown(model: FakeModel) -> dict[str, Any]:
    info: dict[str, Any] = {"general.architecture": "fake"}
    if model.context_length is not None:
        info["fake.context_length"] = model.context_length
    return {
        "modified_at": TIME,
        "details": _listed(model)["details"],
        "model_info": info,
        "capabilities": list(model.capabilities),
    }
