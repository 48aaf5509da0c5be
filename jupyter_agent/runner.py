"""Runs turns: from a person's question to the stored event that ends it.

A run is a task of this process, not of a connection: nobody has to watch it. Every event is stored
before anyone sees it, and a run always ends with `run-finished`, whatever happens to the model, the
kernel or the person's patience. Other processes on the same database see it, and can have it stopped.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import chain, repeat

from .answering import Answering
from .errors import AgentError, Busy, InputRefused, KernelError, NotFound, Over, StorageError
from .events import EventBody, Planned, RunFinished, RunStarted, RunStatus, Steered
from .ids import ConversationId, RunId, UserId, new_id
from .journal import Journal
from .messages import Message
from .other_processes import OtherProcesses
from .protocols import Kernels, KernelSession, Store, Workspaces
from .resuming import Resumption, resumption
from .run import LONGEST_QUESTION, LONGEST_REMARK, Outcome, Question, Run
from .settings import Settings
from .steps import PlannedStep

log = logging.getLogger(__name__)

_END_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between attempts to store how a run ended; the last one again and again."""


class Runner:
    """Answers questions, one at a time in a conversation, many conversations at once."""

    def __init__(
        self,
        *,
        store: Store,
        journal: Journal,
        workspaces: Workspaces,
        kernels: Kernels,
        answering: Answering,
        settings: Settings,
    ) -> None:
        self._store = store
        self._journal = journal
        self._workspaces = workspaces
        self._kernels = kernels
        self._settings = settings
        self._others = OtherProcesses(store, journal)
        self._answering = answering
        self._runs: dict[ConversationId, Run] = {}
        self._held: set[ConversationId] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._heeding: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    async def start(self, owner: UserId, conversation_id: ConversationId, question: Question) -> RunId:
        """Begin to answer; returns when the question is stored. The events tell the rest.

        Raises:
            InputRefused: the question is empty or too long, or names a file that the conversation has not.
            NotFound: there is no such conversation of this owner.
            Busy: the conversation is still answering the question before, here or in another process, or it
                is held.
            StorageError: the question, or the end of the one before, cannot be stored, or the runner is
                closed.
        """
        await self._store.conversation(owner, conversation_id)
        return await self._start(owner, conversation_id, question.usable())

    async def resume(
        self,
        owner: UserId,
        conversation_id: ConversationId,
        run_id: RunId,
        steps: Sequence[PlannedStep] | None = None,
        *,
        model: str | None = None,
    ) -> RunId:
        """Take the plan of a run that ended up again: in a run of its own, with all that is done.

        Args:
            steps: what is still to be done, in this order; None: what the plan says.
            model: as `Question.model`.

        Raises:
            InputRefused: the run had no plan, nothing of it is left, the steps cannot be used, or something
                happened in the conversation since then.
            NotFound: the conversation has no such run.
            Busy, StorageError: as `start`.
        """
        await self._store.conversation(owner, conversation_id)
        most = self._settings.max_steps
        # Nothing is gone back to meanwhile.
        with self.holding(conversation_id):
            found = await resumption(self._store, owner, conversation_id, run_id, steps, most=most)
        question = Question(text=found.question, agent_type="plan_execute", model=model)
        return await self._start(owner, conversation_id, question, found)

    async def _start(
        self,
        owner: UserId,
        conversation_id: ConversationId,
        question: Question,
        resumed: Resumption | None = None,
    ) -> RunId:
        if self._closing.is_set():
            raise StorageError("The server is stopping: it answers no more questions.", "Start it again.")
        if question.agent_type not in self._settings.agent_types:
            raise InputRefused(
                "Python code is switched off here, so that nothing can be computed.",
                "Ask in the mode chat, or set c.JupyterAgent.python_enabled to True.",
            )
        self._ensure_idle(conversation_id)
        run = self._runs[conversation_id] = Run(
            id=RunId(new_id()),
            owner=owner,
            conversation_id=conversation_id,
            question=question,
            resumption=resumed,
            history=(),
            attachments=(),
        )
        # Its own task: whoever asked may go away while the question is being stored.
        await asyncio.shield(self._task(self._begin(run), f"begin run {run.id}"))
        return run.id

    async def steer(self, owner: UserId, conversation_id: ConversationId, text: str) -> RunId:
        """Say something to the run under way, whichever process carries it out.

        It is taken into account at the next step. If the answer is being written already, it becomes the
        next question.

        Raises:
            InputRefused: the text is empty or too long.
            NotFound: there is no such conversation of this owner.
            Over: no run is under way.
        """
        text = Question(text=text).usable().text
        if len(text) > LONGEST_REMARK:
            raise InputRefused(
                f"That has {len(text):,} characters; {LONGEST_REMARK:,} are the most while the agent works.",
                "Shorten it, or ask it as a question once the answer is there.",
            )
        while (run_id := await self._store.running(owner, conversation_id)) is not None:
            with suppress(Over):  # the next one may be under way
                await self._journal.append(conversation_id, run_id, [Steered(text=text)])
                return run_id
        raise Over

    @contextmanager
    def holding(self, conversation_id: ConversationId) -> Iterator[None]:
        """Around something that no question may be asked in the midst of.

        Raises:
            Busy: the conversation is answering a question, or is held already.
            StorageError: the end of the question before cannot be stored.
        """
        self._ensure_idle(conversation_id)
        self._held.add(conversation_id)
        try:
            yield
        finally:
            self._held.discard(conversation_id)

    async def stop(self, owner: UserId, conversation_id: ConversationId) -> bool:
        """Stop what the conversation is doing; True when there was something to stop.

        Returns when the end of the run is stored. What was shown before stays.

        Raises:
            NotFound: there is no such conversation of this owner.
            Busy: another process carries the run out, and does not react.
            StorageError: it ended, but that cannot be stored.
        """
        await self._store.conversation(owner, conversation_id)
        if conversation_id not in self._runs:
            return await self._others.stop(owner, conversation_id)
        run = await self._cancel(conversation_id, "stopped", "Stopped by you.")
        if run is not None and run.trouble is not None:
            raise run.trouble.again()
        return run is not None

    async def wait(self, run_id: RunId) -> Outcome:
        """How a run ends that is under way in this process.

        Raises:
            NotFound: no such run is under way.
        """
        for run in self._runs.values():
            if run.id == run_id:
                end = await asyncio.shield(run.finished)
                return Outcome(end=end, answer=run.answer)
        raise NotFound("That run is not under way.", "Read its events instead.")

    async def forget(self, owner: UserId, conversation_id: ConversationId) -> None:
        """Delete a conversation with its kernel, its workspace and all that was said."""
        await self._store.conversation(owner, conversation_id)
        # Whatever still runs notices with its next event that there is nothing to write to.
        with suppress(Busy, StorageError):
            await self.stop(owner, conversation_id)
        await self._kernels.close_session(conversation_id)
        async with self._workspaces.deletion(owner, conversation_id):
            await self._store.delete_conversation(owner, conversation_id)
            self._journal.forget(conversation_id)

    async def close(self) -> None:
        """End every run, and say in each that the server was stopped; what cannot be stored is given up."""
        self._closing.set()
        if self._heeding is not None:
            self._heeding.cancel()
        message = "The server was stopped while this was running. Ask again."
        await asyncio.gather(*(self._cancel(run, "interrupted", message) for run in list(self._runs)))
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _ensure_idle(self, conversation_id: ConversationId) -> None:
        if before := self._runs.get(conversation_id):
            raise before.trouble.again() if before.trouble else Busy()
        if conversation_id in self._held:
            raise Busy("This conversation is just going back to an earlier moment.", "Ask again.")

    def _task(self, work: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
        """A task that nobody cancels, and that is waited for when the runner closes."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _begin(self, run: Run) -> None:
        accepted = False
        try:
            await self._accept(run)
            accepted = True
        finally:
            if not accepted:
                del self._runs[run.conversation_id]
            run.accepted.set_result(accepted)
        run.work = asyncio.create_task(self._answering.answer(run), name=f"run {run.id}")
        self._task(self._carry_out(run, run.work), f"end of run {run.id}")
        if self._heeding is None or self._heeding.done():
            self._heeding = asyncio.create_task(
                self._others.heed(self._runs), name="heed the wishes of other processes"
            )

    async def _accept(self, run: Run) -> None:
        known = {a.id: a for a in await self._store.attachments(run.owner, run.conversation_id)}
        unknown = [file for file in run.question.files if file not in known]
        if unknown:
            raise InputRefused(
                f"This conversation has no file {unknown[0]}.", "Upload the file first, then ask again."
            )
        run.attachments = tuple(known.values())
        history = await self._store.messages(
            run.owner,
            run.conversation_id,
            limit=self._settings.history_messages,
            before=run.resumption.began_at if run.resumption else None,
        )
        run.history = _answered(history) if run.resumption else _without_question(history, run.question.text)
        started = RunStarted(
            question=run.question.text,
            agent_type=run.question.agent_type,
            attachments=tuple(known[file] for file in dict.fromkeys(run.question.files)),
            resumes=run.resumption.run_id if run.resumption else None,
            done=run.resumption.numbers if run.resumption else (),
        )
        bodies: list[EventBody] = [started]
        if run.resumption:
            # With it: whatever becomes of the run, its plan can be taken up again.
            bodies.append(Planned(steps=run.resumption.resumed.plan))
        event, *_ = await self._journal.append(run.conversation_id, run.id, bodies)
        run.began_at = event.sequence

    async def _carry_out(self, run: Run, work: asyncio.Task[None]) -> None:
        """See a run to its end. Only `work` is ever cancelled, so that its end is always stored."""
        await asyncio.wait({work})
        end = run.end_of(work)
        try:
            await self._record_end(run, end)
            self._keep_variables(run)
        finally:
            del self._runs[run.conversation_id]
            if not run.finished.done():
                run.finished.set_result(end)
        if end.status == "completed" and run.ended_at and not run.asked_back:
            await self._ask_unheard(run)

    async def _ask_unheard(self, run: Run) -> None:
        """What the person said when the answer was being written already is the next question."""
        try:
            said = await self._store.said_between(run.conversation_id, run.began_at, run.ended_at)
            if unheard := said[run.heard :]:
                text = "\n\n".join(unheard)[:LONGEST_QUESTION]
                following = replace(run.question, text=text, files=())
                await self.start(run.owner, run.conversation_id, following)
        except AgentError as error:  # another question came first, say, which is told what was said
            log.info("what was said at the end of run %s is not asked: %s", run.id, error)

    def _keep_variables(self, run: Run) -> None:
        """So that they outlive the kernel, and this process. Nobody waits for it but the next question."""
        kernel = run.kernel
        # An unrestricted kernel keeps none.
        if kernel is not None and kernel.profile != "unrestricted" and not self._closing.is_set():
            self._task(self._keep(kernel), f"keep variables of run {run.id}")

    async def _keep(self, session: KernelSession) -> None:
        try:
            kept = await session.keep()
        except KernelError as error:
            log.warning("variables are not kept: %s", error)
            return
        if kept.failed:
            log.warning("variables are not kept: %s", kept.failed)

    async def _record_end(self, run: Run, end: RunFinished) -> None:
        """Without its end a run would look as if it went on for ever: a disk may have room again soon."""
        for pause in chain(_END_PAUSES, repeat(_END_PAUSES[-1])):
            last_try = self._closing.is_set()
            try:
                (event,) = await self._journal.append(run.conversation_id, run.id, [end])
                run.ended_at = event.sequence
            except NotFound:  # deleted meanwhile, maybe by another process
                await self._kernels.close_session(run.conversation_id)
                return
            except StorageError as error:
                if run.trouble is None:
                    log.exception("the end of run %s cannot be stored; trying again", run.id)
                    run.trouble = error
                    run.finished.set_result(end)
                self._journal.obstruct(run.conversation_id, error)
            else:
                return
            if last_try:
                log.error("the end of run %s was not stored: another process will close it", run.id)
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), pause)

    async def _cancel(self, conversation_id: ConversationId, status: RunStatus, message: str) -> Run | None:
        run = self._runs.get(conversation_id)
        if run is None or not await asyncio.shield(run.accepted):
            return None
        run.cancel(status, message)
        await asyncio.shield(run.finished)
        return run


def _answered(history: tuple[Message, ...]) -> tuple[Message, ...]:
    """What was said before, up to the last answer."""
    while history and history[-1].role == "user":
        history = history[:-1]
    return history


def _without_question(history: tuple[Message, ...], question: str) -> tuple[Message, ...]:
    """What was said before, without what was not answered and is asked again."""
    while history and history[-1].role == "user" and history[-1].text in question:
        history = history[:-1]
    return history
