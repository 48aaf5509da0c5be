"""`POST agent/api/chat`: a question, and if wanted its answer."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from jupyter_agent.ids import ConversationId
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
        from jupyter_agent.runner import Question

        question = Question(
            text=request.message,
            agent_type=request.agent_type,
            files=request.files,
            model=request.model,
        )
        async with self.in_conversation(request.conversation_id) as conversation_id:
            run_id = await services.runner.start(self.owner, conversation_id, question)
        if not request.wait:
            self.reply(ChatReply(conversation_id=conversation_id, run_id=run_id), 202)
            return
        end = await services.runner.wait(run_id)
        self.reply(
            ChatReply(
                conversation_id=conversation_id,
                run_id=run_id,
                status=end.status,
                answer=await self._answer(conversation_id),
                message=end.message,
            )
        )

    async def _answer(self, conversation_id: ConversationId) -> str | None:
        """What was said last, unless that was the question."""
        services = await self.services()
        last = await services.store.messages(self.owner, conversation_id, limit=1)
        return last[0].text if last and last[0].role == "assistant" else None
