"""`agent/api/conversations`: list, create, look at, rename, delete, stop, steer, resume, detach a file."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from jupyter_agent.errors import InputRefused, StorageError
from jupyter_agent.ids import AttachmentId, ConversationId
from jupyter_agent.steps import PlannedStep
from jupyter_agent.wire import (
    ConversationDetail,
    ConversationList,
    ConversationPatch,
    NewConversation,
    ResumeReply,
    ResumeRequest,
    SteerReply,
    SteerRequest,
)

from .base import AgentHandler

LONGEST_TITLE = 200
"""Characters."""
PAGE = 100
"""Conversations of a list."""


class ConversationsHandler(AgentHandler):
    """All of a person's."""

    @authenticated
    @authorized
    async def get(self) -> None:
        services = await self.services()
        before = _time(self.get_query_argument("before", None))
        with suppress(StorageError):  # what can be read is shown, even if nothing can be written
            await services.store.end_orphaned_runs()
        found = await services.store.conversations(self.owner, limit=PAGE + 1, before=before)
        self.reply(ConversationList(conversations=found[:PAGE], more=len(found) > PAGE))

    @authenticated
    @authorized
    async def post(self) -> None:
        new = self.body(NewConversation) if self.request.body else NewConversation()
        title = _title(new.title)
        folder = await self.folder_grant(new.folder)
        services = await self.services()
        made = await services.store.create_conversation(self.owner, title, profile=new.profile, folder=folder)
        self.reply(made, 201)


class ConversationHandler(AgentHandler):
    """One of them."""

    @authenticated
    @authorized
    async def get(self, conversation_id: ConversationId) -> None:
        services = await self.services()
        folder = await services.store.folder_of(self.owner, conversation_id)
        self.reply(
            ConversationDetail(
                conversation=await services.store.conversation(self.owner, conversation_id),
                attachments=await services.store.attachments(self.owner, conversation_id),
                running=await services.store.running(self.owner, conversation_id),
                folder=folder.name,
                folder_note=folder.note,
            )
        )

    @authenticated
    @authorized
    async def patch(self, conversation_id: ConversationId) -> None:
        patch = self.body(ConversationPatch)
        title = None if patch.title is None else _title(patch.title)
        if title == "":
            raise InputRefused("The title is empty.", "Write one.")
        services = await self.services()
        conversation = await services.store.conversation(self.owner, conversation_id)
        if patch.profile is not None or patch.folder is not None:
            await self.require_open(services.store, self.owner, conversation_id)
        if patch.folder is not None:
            # First: a conversation whose folder can still be chosen refuses no profile.
            folder = await self.folder_grant(None if patch.folder is False else patch.folder)
            await services.store.choose_folder(self.owner, conversation_id, folder)
        if patch.profile is not None:
            conversation = await services.store.choose_profile(self.owner, conversation_id, patch.profile)
        if title is not None:
            conversation = await services.store.rename_conversation(self.owner, conversation_id, title)
        self.reply(conversation)

    @authenticated
    @authorized
    async def delete(self, conversation_id: ConversationId) -> None:
        services = await self.services()
        await services.runner.forget(self.owner, conversation_id)
        self.set_status(204)


class AttachmentHandler(AgentHandler):
    """A file that was attached and is not wanted after all."""

    @authenticated
    @authorized
    async def delete(self, conversation_id: ConversationId, attachment_id: AttachmentId) -> None:
        services = await self.services()
        await self.require_open(services.store, self.owner, conversation_id)
        await services.workspaces.detach(services.store, self.owner, conversation_id, attachment_id)
        self.set_status(204)


class StopHandler(AgentHandler):
    """Ends what the conversation is doing. There is nothing wrong with stopping what has ended."""

    @authenticated
    @authorized
    async def post(self, conversation_id: ConversationId) -> None:
        services = await self.services()
        await services.runner.stop(self.owner, conversation_id)
        self.set_status(204)


class SteerHandler(AgentHandler):
    """Says something to the run under way."""

    @authenticated
    @authorized
    async def post(self, conversation_id: ConversationId) -> None:
        request = self.body(SteerRequest)
        services = await self.services()
        await self.require_open(services.store, self.owner, conversation_id)
        run_id = await services.runner.steer(self.owner, conversation_id, request.message)
        self.reply(SteerReply(run_id=run_id), 202)


class ResumeHandler(AgentHandler):
    """Goes on with a plan that failed or was stopped, as it is or as a person changed it."""

    @authenticated
    @authorized
    async def post(self, conversation_id: ConversationId) -> None:
        request = self.body(ResumeRequest)
        services = await self.services()
        await self.require_open(services.store, self.owner, conversation_id)
        steps = None
        if request.steps is not None:
            steps = [
                PlannedStep(goal=step.goal, approach=step.approach, criterion=step.criterion)
                for step in request.steps
            ]
        run_id = await services.runner.resume(
            self.owner, conversation_id, request.run_id, steps, model=request.model
        )
        self.reply(ResumeReply(run_id=run_id), 202)


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InputRefused(f"{text!r} is no time.", "Send it as the list of conversations has it.") from error


def _title(text: str) -> str:
    title = " ".join(text.split())
    if len(title) > LONGEST_TITLE:
        raise InputRefused(f"The title has more than {LONGEST_TITLE} characters.", "Shorten it.")
    return title
