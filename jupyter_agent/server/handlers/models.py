"""`GET agent/api/models`: what would answer the next question, and what else could."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from jupyter_agent.errors import ModelError
from jupyter_agent.wire import ModelsReply

from .base import AgentHandler


class ModelsHandler(AgentHandler):
    """Having no model is not an error here, but an answer that says how to get one."""

    @authenticated
    @authorized
    async def get(self) -> None:
        services = await self.services()
        models = await services.models.available()
        try:
            chosen = await services.models.choose()
        except ModelError as error:
            self.reply(ModelsReply(model="", provider="", notice=str(error), models=models))
            return
        self.reply(
            ModelsReply(
                model=chosen.general.name, provider=chosen.provider, notice=chosen.notice, models=models
            )
        )
