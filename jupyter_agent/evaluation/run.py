"""Asks the questions of a suite, each in a conversation of its own, through the product and the baseline.

The arms take turns question by question, and in who goes first, so that whatever changes on the machine
meanwhile meets both. A question that fails or hangs costs its budget, and no more.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from jupyter_agent.closing import closing
from jupyter_agent.errors import AgentError, NotFound
from jupyter_agent.events import Event, EventBody, RunFinished, RunStatus
from jupyter_agent.ids import OWNER, AttachmentId, ConversationId, RunId, new_id
from jupyter_agent.models.metered import Meter, MeteredModel
from jupyter_agent.models.prompt_log import Caller
from jupyter_agent.run import Question
from jupyter_agent.trajectory import Trajectory, trajectory

from .baseline import baseline
from .expected import InKernel
from .judge import Verdict, judge_answer, judge_value
from .look import variable
from .outcome import Arm, Outcome, outcome_of
from .suite import Case

if TYPE_CHECKING:
    from jupyter_agent.compose import Services

log = logging.getLogger(__name__)

_END_SECONDS = 60.0
"""For what was stopped to end; then it is left to itself."""


class Evaluation:
    """Answers cases with the parts that every front end has."""

    def __init__(self, services: Services, *, model: str | None = None, budget: float = 300.0) -> None:
        """Evaluate `model`, or the configured one, with `budget` seconds for each question and arm."""
        self._services = services
        self._model = model
        self._budget = budget

    async def outcomes(self, cases: Sequence[Case], arms: Sequence[Arm]) -> AsyncIterator[Outcome]:
        """Every case in every arm, as they end."""
        for number, case in enumerate(cases):
            for arm in arms if number % 2 == 0 else reversed(arms):
                yield await self._outcome(case, arm)

    async def _outcome(self, case: Case, arm: Arm) -> Outcome:
        conversation = (await self._services.store.create_conversation(OWNER, f"Evaluation: {case.id}")).id
        events: list[Event] = []
        started = time.monotonic()
        try:
            work = self._product if arm == "product" else self._baseline
            late = await _within(self._budget, work(case, conversation, events))
            seconds = time.monotonic() - started
            verdict = None if late else await self._verdict(case, conversation, trajectory(events))
        except (AgentError, OSError) as error:  # before the run began: a file that cannot be attached, say
            seconds, late, verdict = time.monotonic() - started, False, None
            _add(events, conversation, RunFinished(status="failed", duration=seconds, message=str(error)))
        finally:
            await self._forget(conversation)
        if not events:  # the time was up before the run began
            _add(events, conversation, RunFinished(status="stopped", duration=seconds))
        run = trajectory(events)
        return outcome_of(case, arm, run, verdict, seconds=min(seconds, self._budget), late=late)

    async def _product(self, case: Case, conversation: ConversationId, events: list[Event]) -> None:
        """As `jupyter agent ask` does it; stopped as the sidebar's Stop does it."""
        files = await self._attach(case, conversation)
        question = Question(text=case.question, files=files, model=self._model)
        run = await self._services.runner.start(OWNER, conversation, question)
        try:
            await self._read(conversation, events)
            with suppress(NotFound):  # it has ended
                await self._services.runner.wait(run)
        except asyncio.CancelledError:
            await self._services.runner.stop(OWNER, conversation)
            if not (events and isinstance(events[-1].body, RunFinished)):
                await self._read(conversation, events)
            raise

    async def _read(self, conversation: ConversationId, events: list[Event]) -> None:
        """Add the events that are lacking, up to the run's end."""
        following = self._services.journal.follow(OWNER, conversation, len(events))
        async with aclosing(following) as coming:
            async for event in coming:
                events.append(event)
                if isinstance(event.body, RunFinished):
                    return

    async def _baseline(self, case: Case, conversation: ConversationId, events: list[Event]) -> None:
        started, meter = time.monotonic(), Meter()
        status: RunStatus = "stopped"
        message = ""
        try:
            await self._attach(case, conversation)
            services = self._services
            caller = Caller(user=OWNER, conversation=conversation, run=RunId(new_id()))
            chosen = services.prompt_log.logged(await services.models.choose(self._model), caller)
            kernel = services.kernels.session(services.workspaces.for_conversation(OWNER, conversation))
            names = [path.name for path in case.files]
            model = MeteredModel(chosen.general, meter)
            async with closing(baseline(case.question, names, model, kernel, services.settings)) as answering:
                async for body in answering:
                    _add(events, conversation, body)
            status = "completed"
        except AgentError as error:
            status, message = "failed", str(error)
        finally:
            duration = time.monotonic() - started
            end = RunFinished(status=status, duration=duration, message=message, usage=meter.usage)
            _add(events, conversation, end)

    async def _attach(self, case: Case, conversation: ConversationId) -> tuple[AttachmentId, ...]:
        services = self._services
        limit = services.settings.upload_limit_mb * 1_000_000
        attached = [
            await services.workspaces.attach_copy(services.store, OWNER, conversation, path, limit=limit)
            for path in case.files
        ]
        return tuple(attachment.id for attachment in attached)

    async def _verdict(self, case: Case, conversation: ConversationId, run: Trajectory) -> Verdict | None:
        """None: there is no answer."""
        if run.answer is None or not run.answer.text:
            return None
        answer = run.answer.text
        if not isinstance(case.expected, InKernel):
            return judge_answer(answer, case.expected, case.question)
        kernel = self._services.kernels.session_of(conversation)
        if kernel is None or not kernel.started:
            return Verdict("wrong", "no code ran")
        try:
            held = await variable(kernel, case.expected.name)
        except AgentError as error:
            return Verdict("wrong", str(error))
        return judge_value(held, case.expected.equals)

    async def _settled(self, conversation: ConversationId) -> None:
        """Wait for what a run leaves behind: its variables are being kept, for a next question."""
        kernel = self._services.kernels.session_of(conversation)
        if kernel is not None and kernel.started:
            await kernel.variables()  # one thing at a time is asked of a kernel

    async def _forget(self, conversation: ConversationId) -> None:
        try:
            await _within(_END_SECONDS, self._settled(conversation))
            await _within(_END_SECONDS, self._services.runner.forget(OWNER, conversation))
        except AgentError as error:
            log.warning("an evaluation's conversation stays: %s", error)


def _add(events: list[Event], conversation: ConversationId, body: EventBody) -> None:
    """Give what no journal stores its place after the others."""
    event = Event(
        conversation_id=conversation,
        run_id=events[0].run_id if events else RunId(new_id()),
        sequence=len(events) + 1,
        time=datetime.now(UTC),
        body=body,
    )
    events.append(event)


async def _within(seconds: float, work: Coroutine[Any, Any, None]) -> bool:
    """Do the work, or stop it after some seconds; returns whether it was stopped.

    Also if it does not end then, and if whoever waits for it is cancelled.
    """
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
        if task.done():
            task.result()
            return False
        return True
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=_END_SECONDS)
            if not task.done():
                log.warning("what was stopped after %.0f s does not end", seconds)
            elif not task.cancelled() and (error := task.exception()):
                log.warning("what was stopped after %.0f s failed at its end: %s", seconds, error)
