"""`POST agent/api/chat`: a question, and if wanted its answer."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from jupyter_agent.wire import ChatReply, ChatRequest

from .base import AgentHandler


class ChatHandler(AgentHandler):
    """The run belongs to the server: a client that goes away does not end it."""

    @authenticated
    @authorized
    async def post(self) -> None:
        request = self.body(ChatRequest)
        services = await self.services()
        # Here, not above: the agents load with the services, not when the server starts.
        from jupyter_agent.run import Question

        question = Question(
            text=request.message,
            agent_type=request.agent_type,
            files=request.files,
            model=request.model,
            may_ask=request.may_ask,
        )
        async with self.in_conversation(request.conversation_id, request.folder) as conversation_id:
            run_id = await services.runner.start(self.owner, conversation_id, question)
        if not request.wait:
            self.reply(ChatReply(conversation_id=conversation_id, run_id=run_id), 202)
            return
        outcome = await services.runner.wait(run_id)
        self.reply(
            ChatReply(
                conversation_id=conversation_id,
                run_id=run_id,
                status=outcome.end.status,
                answer=outcome.answer,
                message=outcome.end.message,
            )
        )
