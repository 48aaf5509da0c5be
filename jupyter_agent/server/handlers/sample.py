"""`POST agent/api/sample`: a new conversation with the bundled sample in it, to try the agent out."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from jupyter_agent.files import sample_path
from jupyter_agent.wire import SampleRequest, UploadReply

from .base import AgentHandler
from .uploads import limit_of


class SampleHandler(AgentHandler):
    """Answers as an upload of the sample would."""

    @authenticated
    @authorized
    async def post(self) -> None:
        request = self.body(SampleRequest) if self.request.body else SampleRequest()
        services = await self.services()
        async with self.in_conversation(None, request.folder) as conversation_id:
            attachment = await services.workspaces.attach_copy(
                services.store,
                self.owner,
                conversation_id,
                sample_path(),
                limit=limit_of(self.context.settings),
            )
        self.reply(UploadReply(conversation_id=conversation_id, attachments=(attachment,)), 201)
