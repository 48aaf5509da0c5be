"""`GET agent/api/models`: what would answer the next question, what else could, and in which ways."""

from __future__ import annotations

from dataclasses import replace

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from .base import AgentHandler


class ModelsHandler(AgentHandler):
    """Having no model is not an error here, but an answer that says how to get one."""

    @authenticated
    @authorized
    async def get(self) -> None:
        services = await self.services()
        offer = await services.models.offer()
        self.reply(replace(offer, agent_types=services.settings.agent_types))
