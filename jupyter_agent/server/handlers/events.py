"""`agent/api/conversations/id/events`: a WebSocket that shows what happens, from any point on.

    ?after=N    the events with sequence numbers above N come first, then each new one as it happens

The server only sends; a client that wants something uses the other routes. When it closes the socket, the
reason is a sentence for a person.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress

from jupyter_server.auth.decorator import ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.web import HTTPError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from jupyter_agent.errors import AgentError, InputRefused, NotFound, StorageError
from jupyter_agent.ids import ConversationId
from jupyter_agent.server.auth import AUTH_RESOURCE, AgentTokenAccepted, owner_of
from jupyter_agent.server.services import ServerContext
from jupyter_agent.wire import to_json

GOING_AWAY = 1001
"""The server stops."""
BROKEN = 1011
"""The server cannot go on; trying again later may help."""
REFUSED = 4400
NOT_FOUND = 4404
"""There is no such conversation, or not any more."""

_LONGEST_REASON = 123
"""Bytes that the protocol allows."""


class EventsHandler(AgentTokenAccepted, WebSocketMixin, WebSocketHandler, JupyterHandler):
    """One client that looks on."""

    auth_resource = AUTH_RESOURCE

    def initialize(self, context: ServerContext) -> None:
        self.context = context
        self.agent_token = context.token
        self._sending: asyncio.Task[None] | None = None

    def set_default_headers(self) -> None:
        """A socket has no use for them."""

    @property
    def max_message_size(self) -> int:
        """Bytes that a client may send at once. It has nothing to say."""
        return 4096

    @ws_authenticated
    async def get(self, conversation_id: ConversationId) -> None:
        await self.require("execute")
        try:
            self._owner = owner_of(self)
            if self.by_agent_token:
                await self._require_open(conversation_id)
        except InputRefused as error:
            raise HTTPError(403, error.message) from error
        except StorageError as error:
            raise HTTPError(503, error.message) from error
        await super().get(conversation_id=conversation_id)

    async def _require_open(self, conversation_id: ConversationId) -> None:
        services = await self.context.services.get()
        with suppress(NotFound):  # which is told when the socket is open
            await self.require_open(services.store, self._owner, conversation_id)

    def open(self, conversation_id: ConversationId) -> None:
        super().open(conversation_id=conversation_id)
        # A task: Tornado reads nothing, not even a close, before this method returns.
        self._sending = asyncio.create_task(self._send(conversation_id), name="send events")
        self._sending.add_done_callback(self._sent)

    def on_message(self, message: str | bytes) -> None:
        """Whatever it is, it is not for us."""

    def on_close(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
        super().on_close()

    async def _send(self, conversation_id: ConversationId) -> None:
        try:
            await self._send_events(conversation_id)
        except WebSocketClosedError:
            return
        except NotFound as error:
            self._end(NOT_FOUND, error)
        except InputRefused as error:
            self._end(REFUSED, error)
        except AgentError as error:
            self._end(BROKEN, error)
        else:
            self.close(GOING_AWAY, "The server is stopping.")

    def _sent(self, sending: asyncio.Task[None]) -> None:
        if not sending.cancelled() and (error := sending.exception()) is not None:
            self.log.error("%s: no more events can be sent", self.request.path, exc_info=error)
            self.close(BROKEN, "The server made an error of its own. Its log has the details.")

    async def _send_events(self, conversation_id: ConversationId) -> None:
        after = _sequence(self.get_query_argument("after", "0"))
        services = await self.context.services.get()
        async with aclosing(services.journal.follow(self._owner, conversation_id, after)) as events:
            async for event in events:
                # Waits until the client has taken it: one that is slow costs no memory here.
                await self.write_message(to_json(event))
        if not services.journal.closed:
            raise NotFound("This conversation was deleted.")

    def _end(self, code: int, error: AgentError) -> None:
        self.close(code, _reason(error))


def _reason(error: AgentError) -> str:
    """What happened and what to do, or as much of it as there is room for."""
    for sentence in (str(error), error.message):
        if len(sentence.encode()) <= _LONGEST_REASON:
            return sentence
    cut = error.message.encode()[: _LONGEST_REASON - len("…".encode())]
    return cut.decode(errors="ignore") + "…"


def _sequence(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 16:
        return int(text)
    raise InputRefused("`after` is not a sequence number.", "Use a whole number from 0 on.")
