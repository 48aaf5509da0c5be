"""`POST agent/api/upload`: files for a conversation, taken in as they arrive.

A form with the files in fields called `file`, and optionally `conversation_id`, before or after them; it
may stand in the query instead. Without it a new conversation is begun, in the `folder` that is named
likewise.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import cast

from jupyter_server.auth.decorator import authorized
from tornado.http1connection import HTTP1Connection
from tornado.iostream import StreamClosedError
from tornado.web import authenticated, stream_request_body

from jupyter_agent.errors import AgentError
from jupyter_agent.ids import ConversationId
from jupyter_agent.server.problems import problem_of
from jupyter_agent.server.services import ServerContext
from jupyter_agent.server.upload_form import UploadForm
from jupyter_agent.settings import Settings
from jupyter_agent.storage.incoming import too_large
from jupyter_agent.wire import UploadReply, to_json

from .base import AgentHandler

_FORM_OVERHEAD = 1_000_000
"""Bytes of a form that are not the files'."""

_PATIENCE = 10.0
"""Seconds for which a refused upload is still read.

A browser looks for an answer only when it has sent everything or the connection breaks, and some lose the
answer when it breaks. Most uploads are over in this time; the rest is cut off."""


def limit_of(settings: Settings) -> int:
    """The most that a file may have, in bytes."""
    return settings.upload_limit_mb * 1_000_000


@stream_request_body
class UploadHandler(AgentHandler):
    """Tornado calls `prepare` before the body, `data_received` for each piece of it, then `post`."""

    def initialize(self, context: ServerContext) -> None:
        super().initialize(context)
        self._limit = limit_of(context.settings)
        self._form: UploadForm | None = None
        self._received = 0
        self._refused_until: float | None = None

    async def prepare(self, **options: bool) -> None:
        """Who may not upload, or uploads too much, is told before the body is read."""
        await super().prepare(**options)
        if self.request.method != "POST":
            return
        await self.require("write")
        length = self.request.headers.get("Content-Length", "")
        declared = int(length) if length.isdecimal() else 0
        # Jupyter's own limit would end the connection without a word.
        connection = cast("HTTP1Connection", self.request.connection)
        connection.set_max_body_size(max(declared, self._limit + 2 * _FORM_OVERHEAD))
        workspaces = (await self.services()).workspaces
        self._form = UploadForm(
            self.request.headers.get("Content-Type", ""),
            lambda name: workspaces.receive(self.owner, name, limit=self._limit),
        )
        await self._count(declared)

    async def data_received(self, chunk: bytes) -> None:
        if self._refused_until is not None:
            if asyncio.get_running_loop().time() > self._refused_until and not self._finished:
                self.finish()
            return
        self._received += len(chunk)
        await self._count(self._received)
        if self._form is not None and self._refused_until is None:
            try:
                await self._form.feed(chunk)
            except AgentError as error:
                await self._refuse(error)

    @authenticated
    @authorized
    async def post(self) -> None:
        if self._refused_until is not None or self._form is None:
            return  # answered already
        files = await self._form.files()
        named = self._form.conversation_id or self.get_query_argument("conversation_id", None)
        folder = self._form.folder
        if folder is None:
            folder = self.get_query_argument("folder", None, strip=False)
        services = await self.services()
        async with self.in_conversation(ConversationId(named) if named else None, folder) as conversation_id:
            attachments = await services.workspaces.attach(
                services.store, self.owner, conversation_id, *files
            )
        self.reply(UploadReply(conversation_id=conversation_id, attachments=attachments))

    def on_finish(self) -> None:
        """Whatever was not attached is thrown away, however the request ended."""
        self._discard()
        super().on_finish()

    def on_connection_close(self) -> None:
        self._discard()
        super().on_connection_close()

    async def _count(self, size: int) -> None:
        if size > self._limit + _FORM_OVERHEAD:
            await self._refuse(too_large("The upload", self._limit))

    async def _refuse(self, error: AgentError) -> None:
        """Answer at once, and let the client finish what it is saying."""
        self._discard()
        self._refused_until = asyncio.get_running_loop().time() + _PATIENCE
        self.log_exception(type(error), error, None)
        problem = problem_of(error, 500)
        text = to_json(problem).encode()
        self.set_status(problem.status)
        self.set_header("Content-Type", "application/json")
        self.set_header("Content-Length", len(text))
        self.set_header("Connection", "close")
        self.write(text)
        with suppress(StreamClosedError):
            await self.flush()

    def _discard(self) -> None:
        if self._form is not None:
            self._form.discard()
