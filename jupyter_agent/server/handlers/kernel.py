"""What kernels may do, what a conversation's kernel holds, and going back: `agent/api/…/kernel`."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from jupyter_agent.ids import ConversationId
from jupyter_agent.wire import KernelRights, RewindRequest

from .base import AgentHandler


class KernelRightsHandler(AgentHandler):
    """Asked before there is a conversation: a person should know how code will run."""

    @authenticated
    @authorized
    async def get(self) -> None:
        services = await self.services()
        kernels = services.kernels
        self.reply(KernelRights(restricted=kernels.restricted, profile=kernels.profile))


class KernelHandler(AgentHandler):
    """Variables, and the moments that can be gone back to."""

    @authenticated
    @authorized
    async def get(self, conversation_id: ConversationId) -> None:
        services = await self.services()
        await self.require_open(services.store, self.owner, conversation_id)
        self.reply(await services.kernel_states.look(self.owner, conversation_id))


class RewindHandler(AgentHandler):
    """Takes the variables back to before an attempt."""

    @authenticated
    @authorized
    async def post(self, conversation_id: ConversationId) -> None:
        moment = self.body(RewindRequest)
        services = await self.services()
        await self.require_open(services.store, self.owner, conversation_id)
        await services.kernel_states.rewind(
            self.owner, conversation_id, moment.run_id, moment.step, moment.attempt
        )
        self.set_status(204)
