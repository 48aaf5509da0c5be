"""A client of the REST interface and the WebSocket, for tests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from tornado.httpclient import HTTPResponse
from tornado.websocket import WebSocketClientConnection

from jupyter_agent.events import Event
from jupyter_agent.wire import from_json

Fetch = Callable[..., Awaitable[HTTPResponse]]
"""What pytest-jupyter's `jp_fetch` is."""

ANONYMOUS = {"Authorization": "token wrong", "Cookie": "_xsrf=known", "X-XSRFToken": "known"}
"""Nothing is wrong with these requests but that nobody knows who sends them."""


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    body: Any
    response: HTTPResponse

    @property
    def problem(self) -> str:
        assert set(self.body) == {"title", "detail", "status"}, self.body
        assert self.body["status"] == self.status
        assert "Traceback" not in self.response.body.decode()
        return f"{self.body['title']} {self.body['detail']}".strip()


class Api:
    """The REST interface, as a client sees it."""

    def __init__(self, fetch: Fetch, headers: dict[str, str]) -> None:
        self._fetch = fetch
        self._headers = headers

    def as_(self, **headers: str) -> Api:
        """Another client, with its own headers."""
        return Api(self._fetch, {name.replace("_", "-"): value for name, value in headers.items()})

    async def __call__(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
        **params: str,
    ) -> Reply:
        data = raw if raw is not None else json.dumps(body).encode() if body is not None else None
        all_headers = {"Content-Type": "application/json", **self._headers, **(headers or {})}
        response = await self._fetch(
            "agent/api",
            *path.split("/"),
            method=method,
            body=data,
            headers=all_headers,
            params=params,
            raise_error=False,
            allow_nonstandard_methods=True,
        )
        text = response.body.decode() if response.body else ""
        return Reply(response.code, json.loads(text) if text else None, response)

    async def upload(
        self,
        *files: tuple[str, bytes],
        fields: dict[str, str] | None = None,
        last: bool = False,
        **params: str,
    ) -> Reply:
        """A form as a browser sends it; `last` puts the fields after the files."""
        return await self("POST", "upload", raw=form(files, fields or {}, last=last), headers=FORM, **params)


FORM = {"Content-Type": "multipart/form-data; boundary=----frontier"}


def form(files: tuple[tuple[str, bytes], ...], fields: dict[str, str], *, last: bool = False) -> bytes:
    file_parts = [
        f'------frontier\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n".encode()
        + content
        + b"\r\n"
        for name, content in files
    ]
    field_parts = [
        f'------frontier\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    parts = file_parts + field_parts if last else field_parts + file_parts
    return b"".join(parts) + b"------frontier--\r\n"


@asynccontextmanager
async def listening(
    jp_ws_fetch: Fetch, conversation: str, after: str = "0", **headers: str
) -> AsyncIterator[WebSocketClientConnection]:
    """A client that reads a conversation's events."""
    socket: Any = await jp_ws_fetch(
        f"agent/api/conversations/{conversation}/events",
        params={"after": after},
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )
    try:
        yield socket
    finally:
        socket.close()


async def next_event(socket: WebSocketClientConnection) -> Event:
    text = await asyncio.wait_for(read_message(socket), 30)
    assert text is not None, f"closed: {socket.close_code} {socket.close_reason}"
    return from_json(text, Event)


async def events_until(socket: WebSocketClientConnection, kind: str) -> list[Event]:
    events = [await next_event(socket)]
    while events[-1].body.kind != kind:
        events.append(await next_event(socket))
    return events


async def read_message(socket: WebSocketClientConnection) -> str | bytes | None:
    message: str | bytes | None = await socket.read_message()
    return message
