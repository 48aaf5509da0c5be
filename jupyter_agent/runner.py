"""Runs turns: from a person's question to the stored event that ends it.

A run is a task of this process, not of a connection: nobody has to watch it. Every event is stored
before anyone sees it, and a run always ends with `run-finished`, whatever happens to the model, the
kernel or the person's patience.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from .agents import Toolbox, Turn, answer
from .characters import encodable
from .coder import closing
from .errors import AgentError, Busy, InputRefused, NotFound
from .events import EventBody, ModelChosen, Notice, RunFinished, RunStarted, RunStatus
from .files import profile
from .ids import AttachmentId, ConversationId, RunId, UserId, new_id
from .journal import Journal
from .messages import AgentType, Attachment, Message
from .models.metered import Meter, MeteredModel
from .protocols import ChosenModels, Kernels, Models, Store, Workspaces
from .settings import Settings

log = logging.getLogger(__name__)

_END_PAUSES = (0.5, 2.0, 8.0, 30.0)
"""Seconds between attempts to store how a run ended."""

LONGEST_QUESTION = 50_000
"""Characters; a longer text belongs into a file."""

UNRESTRICTED = (
    "Code runs without restrictions and with all your rights, because JupyterAgent.kernel_name names an "
    "ordinary kernel. Remove that setting to use the restricted one."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a person asks, and how they want it answered."""

    text: str
    agent_type: AgentType = "auto"
    files: tuple[AttachmentId, ...] = ()
    """The attachments that came with this message; earlier ones stay readable."""
    model: str | None = None
    """A model's name, instead of the configured ones."""


def _future() -> asyncio.Future[Any]:
    return asyncio.get_running_loop().create_future()


@dataclass(slots=True, kw_only=True)
class _Run:
    """A run under way."""

    id: RunId
    owner: UserId
    conversation_id: ConversationId
    question: Question
    history: tuple[Message, ...]
    attachments: tuple[Attachment, ...]
    meter: Meter = field(default_factory=Meter)
    started: float = field(default_factory=time.monotonic)
    cancelled_as: tuple[RunStatus, str] = ("interrupted", "The server was stopped while this was running.")
    accepted: asyncio.Future[bool] = field(default_factory=_future)
    """False: the question could not be stored, and there is no run."""
    finished: asyncio.Future[RunFinished] = field(default_factory=_future)
    work: asyncio.Task[None] | None = None


class Runner:
    """Answers questions, one at a time in a conversation, many conversations at once."""

    def __init__(
        self,
        *,
        store: Store,
        journal: Journal,
        workspaces: Workspaces,
        models: Models,
        kernels: Kernels,
        settings: Settings,
    ) -> None:
        self._store = store
        self._journal = journal
        self._workspaces = workspaces
        self._models = models
        self._kernels = kernels
        self._settings = settings
        self._runs: dict[ConversationId, _Run] = {}
        self._ends: set[asyncio.Task[None]] = set()

    async def start(self, owner: UserId, conversation_id: ConversationId, question: Question) -> RunId:
        """Begin to answer; returns when the question is stored. The events tell the rest.

        Raises:
            InputRefused: the question is empty or too long, or names a file that the conversation has not.
            NotFound: there is no such conversation of this owner.
            Busy: the conversation is still answering the question before.
        """
        question = replace(question, text=encodable(question.text))
        _check(question)
        await self._store.conversation(owner, conversation_id)
        if conversation_id in self._runs:
            raise Busy("This conversation is still answering.", "Wait for the answer, or stop it first.")
        run = self._runs[conversation_id] = _Run(
            id=RunId(new_id()),
            owner=owner,
            conversation_id=conversation_id,
            question=question,
            history=(),
            attachments=(),
        )
        try:
            await self._accept(run)
        except BaseException:
            del self._runs[conversation_id]
            run.accepted.set_result(False)
            raise
        run.accepted.set_result(True)
        run.work = asyncio.create_task(self._answer(run), name=f"run {run.id}")
        end = asyncio.create_task(self._carry_out(run, run.work), name=f"end of run {run.id}")
        self._ends.add(end)
        end.add_done_callback(self._ends.discard)
        return run.id

    async def stop(self, owner: UserId, conversation_id: ConversationId) -> bool:
        """Stop what the conversation is doing; True when there was something to stop.

        Returns when the end of the run is stored. What was shown before stays.
        """
        await self._store.conversation(owner, conversation_id)
        return await self._cancel(conversation_id, "stopped", "Stopped by you.")

    async def wait(self, run_id: RunId) -> RunFinished:
        """The end of a run that is under way in this process.

        Raises:
            NotFound: no such run is under way.
        """
        for run in self._runs.values():
            if run.id == run_id:
                return await asyncio.shield(run.finished)
        raise NotFound("That run is not under way.", "Read its events instead.")

    def running(self, conversation_id: ConversationId) -> RunId | None:
        """The run that is answering in this conversation now."""
        run = self._runs.get(conversation_id)
        return run.id if run else None

    async def forget(self, owner: UserId, conversation_id: ConversationId) -> None:
        """Delete a conversation with its kernel, its workspace and all that was said."""
        await self._store.conversation(owner, conversation_id)
        await self._cancel(conversation_id, "stopped", "The conversation was deleted.")
        await self._kernels.close_session(conversation_id)
        await self._store.delete_conversation(owner, conversation_id)
        self._journal.forget(conversation_id)
        await self._workspaces.delete(owner, conversation_id)

    async def close(self) -> None:
        """End every run, and say in each that the server was stopped."""
        message = "The server was stopped while this was running. Ask again."
        await asyncio.gather(*(self._cancel(run, "interrupted", message) for run in list(self._runs)))

    async def _accept(self, run: _Run) -> None:
        known = {a.id: a for a in await self._store.attachments(run.owner, run.conversation_id)}
        unknown = [file for file in run.question.files if file not in known]
        if unknown:
            raise InputRefused(
                f"This conversation has no file {unknown[0]}.", "Upload the file first, then ask again."
            )
        run.attachments = tuple(known.values())
        run.history = await self._store.messages(
            run.owner, run.conversation_id, limit=self._settings.history_messages
        )
        started = RunStarted(
            question=run.question.text,
            agent_type=run.question.agent_type,
            attachments=tuple(known[file] for file in dict.fromkeys(run.question.files)),
        )
        await self._journal.append(run.conversation_id, run.id, [started])

    async def _carry_out(self, run: _Run, work: asyncio.Task[None]) -> None:
        """See a run to its end. Only `work` is ever cancelled, so that its end is always stored."""
        await asyncio.wait({work})
        status, message = _outcome(run, work)
        end = RunFinished(
            status=status,
            message=message,
            duration=round(time.monotonic() - run.started, 3),
            usage=run.meter.usage,
        )
        try:
            await self._record_end(run, end)
        finally:
            del self._runs[run.conversation_id]
            run.finished.set_result(end)

    async def _record_end(self, run: _Run, end: RunFinished) -> None:
        """Without its end a run would look as if it went on for ever: a disk may have room again soon."""
        for pause in _END_PAUSES:
            try:
                await self._record(run, end)
            except NotFound:
                return  # deleted meanwhile
            except AgentError:
                log.exception("the end of run %s could not be stored; trying again", run.id)
                await asyncio.sleep(pause)
            else:
                return
        log.error("the end of run %s was not stored: the next start of the server will close it", run.id)

    async def _answer(self, run: _Run) -> None:
        chosen = await self._models.choose(run.question.model)
        workspace = self._workspaces.for_conversation(run.owner, run.conversation_id)
        await self._record(
            run, ModelChosen(model=chosen.general.name, provider=chosen.provider, notice=chosen.notice)
        )
        if not self._kernels.restricted:
            await self._record(run, Notice(level="warning", text=UNRESTRICTED))
        profiles = [
            await profile(workspace.attachments / a.name, a.name, a.media_type) for a in run.attachments
        ]
        turn = Turn(
            question=run.question.text,
            agent_type=run.question.agent_type,
            history=run.history,
            profiles=tuple(profiles),
            now=datetime.now().astimezone(),
        )
        toolbox = Toolbox(
            run=run.id,
            models=_metered(chosen, run.meter),
            kernel=self._kernels.session(workspace),
            workspace=workspace.folder,
            settings=_settings_for(chosen, self._settings),
        )
        async with closing(answer(turn, toolbox)) as bodies:
            async for body in bodies:
                await self._record(run, body)

    async def _record(self, run: _Run, body: EventBody) -> None:
        await self._journal.append(run.conversation_id, run.id, [body])

    async def _cancel(self, conversation_id: ConversationId, status: RunStatus, message: str) -> bool:
        run = self._runs.get(conversation_id)
        if run is None or not await asyncio.shield(run.accepted):
            return False
        assert run.work is not None
        if not run.work.cancelling():
            run.cancelled_as = (status, message)
            run.work.cancel()
        await asyncio.shield(run.finished)
        return True


def _outcome(run: _Run, work: asyncio.Task[None]) -> tuple[RunStatus, str]:
    """How the work ended, and what to tell the person."""
    if work.cancelled():
        return run.cancelled_as
    match work.exception():
        case None:
            return "completed", ""
        case AgentError() as error:
            return "failed", str(error)
        case bug:
            log.error("run %s failed", run.id, exc_info=bug)
            return "failed", "The agent made an error of its own. The log has the details."


def _check(question: Question) -> None:
    if not question.text.strip():
        raise InputRefused("The message is empty.", "Write a question.")
    if len(question.text) > LONGEST_QUESTION:
        raise InputRefused(
            f"The message has {len(question.text):,} characters; {LONGEST_QUESTION:,} are the most.",
            "Put long text into a file and attach it.",
        )


def _settings_for(chosen: ChosenModels, settings: Settings) -> Settings:
    """The embedded model does not review: it was found to approve every program, right or wrong."""
    return replace(settings, review_rounds=0) if chosen.provider == "embedded" else settings


def _metered(chosen: ChosenModels, meter: Meter) -> ChosenModels:
    return replace(
        chosen,
        general=MeteredModel(chosen.general, meter),
        classifier=MeteredModel(chosen.classifier, meter),
        coder=MeteredModel(chosen.coder, meter),
    )
