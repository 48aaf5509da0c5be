"""`GET agent/api/readable`: what code could read of a folder, asked before a conversation is begun in it."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from jupyter_agent.wire import Readable

from .base import AgentHandler


class ReadableHandler(AgentHandler):
    """Answers as a conversation that is begun there would, and begins none."""

    @authenticated
    @authorized
    async def get(self) -> None:
        granted = await self.folder_grant(self.get_query_argument("folder", None, strip=False))
        self.reply(Readable(folder=granted.name, folder_note=granted.note))
