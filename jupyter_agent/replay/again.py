"""Asks a run's question again, in a conversation of its own that begins as that of the run stood then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_agent.errors import AgentError, NotFound
from jupyter_agent.events import Event, EventBody, RunFinished
from jupyter_agent.ids import AttachmentId, ConversationId, UserId
from jupyter_agent.messages import AgentType
from jupyter_agent.run import Question
from jupyter_agent.trajectory import Trajectory, trajectory

from .original import Original
from .state import bring_back

if TYPE_CHECKING:
    from jupyter_agent.compose import Services

_LONGEST_TITLE = 200
_UNSAID = "What the person said while it was worked on is not said again."
_FROM_THE_START = "The original took up a plan that another run had begun; the replay begins anew."
_UNASKED = "The original asked back what was meant; the replay does not ask."
_KINDS = ("attempt-finished", "rewound")
"""The events that say what became of variables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A run that was answered once more."""

    trajectory: Trajectory
    differences: tuple[str, ...] = ()
    """What it found otherwise than the original did, in sentences."""


async def replayed(
    services: Services,
    owner: UserId,
    original: Original,
    *,
    model: str | None = None,
    agent_type: AgentType | None = None,
    keep: bool = True,
    shown: Callable[[EventBody], None] = lambda body: None,
) -> Replayed:
    """Ask the original's question again, and wait for the end.

    If the caller is cancelled, the run is stopped and nothing of it is kept.

    Args:
        model: instead of the original's.
        agent_type: instead of what was asked for then.
        keep: whether its conversation stays, to be looked at in the sidebar.
        shown: gets each event as it comes.

    Raises:
        ModelError: there is no such model.
        InputRefused: a file cannot be attached.
        StorageError: the database or the data folder cannot be used.
    """
    wanted = model or await _model_of(services, original.run.trajectory)
    chosen = await services.models.choose(wanted)  # before anything is made
    title = f"Replay with {chosen.general.name}: {original.run.title}"[:_LONGEST_TITLE]
    conversation = (
        await services.store.create_conversation(
            owner, title, profile=original.run.profile, folder=original.folder
        )
    ).id
    kept = False
    try:
        differences = await _prepare(services, owner, original, conversation)
        question = Question(
            text=original.run.trajectory.asked.question,
            agent_type=agent_type or original.run.trajectory.asked.agent_type,
            files=await _with_the_question(services, owner, original, conversation),
            model=wanted,
        )
        run = await services.runner.start(owner, conversation, question)
        found = await _followed(services, owner, conversation, shown)
        with suppress(NotFound):  # it has ended
            await services.runner.wait(run)
        kept = keep
        return Replayed(trajectory=trajectory(found), differences=differences)
    finally:
        if not kept:
            await _forget(services, owner, conversation)


async def _model_of(services: Services, run: Trajectory) -> str | None:
    """The original's model by name; None if it is what is configured, maybe with others for some roles."""
    if run.model is None:
        return None
    with suppress(AgentError):
        if (await services.models.choose(None)).general.name == run.model.model:
            return None
    return run.model.model


async def _prepare(
    services: Services, owner: UserId, original: Original, conversation: ConversationId
) -> tuple[str, ...]:
    """Files, earlier messages, variables; what differs from what the original found."""
    limit = max([services.settings.upload_limit_mb * 1_000_000, *(file.size for file in original.run.files)])
    for name, path in original.files.items():
        await services.workspaces.attach_copy(
            services.store, owner, conversation, path, limit=limit, name=name
        )
    await services.store.add_history(owner, conversation, original.run.history)
    run = original.run.trajectory
    unlike = (
        (_UNSAID, run.said),
        (_FROM_THE_START, run.asked.resumes),
        (_UNASKED, run.asked_back),
    )
    told = tuple(sentence for sentence, there in unlike if there)
    if run.sequence == 1:
        return told
    if original.workspace is None:
        return (*told, "The variables and files that earlier questions had left are not in the document.")
    target = services.workspaces.for_conversation(owner, conversation)
    events = await _history_of_variables(services, owner, run.conversation_id)
    bringing = asyncio.create_task(asyncio.to_thread(bring_back, original.workspace, target, run, events))
    try:
        return (*told, *await asyncio.shield(bringing))
    finally:
        # A cancelled thread goes on: what it still copies to cannot be removed.
        await asyncio.wait({bringing})


async def _with_the_question(
    services: Services, owner: UserId, original: Original, conversation: ConversationId
) -> tuple[AttachmentId, ...]:
    """Those of the files that came with the question itself."""
    named = {file.name for file in original.run.trajectory.asked.attachments}
    attached = await services.store.attachments(owner, conversation)
    return tuple(file.id for file in attached if file.name in named)


async def _history_of_variables(
    services: Services, owner: UserId, conversation: ConversationId
) -> list[Event]:
    runs = await services.store.runs(owner, conversation_id=conversation, limit=10_000)
    return [event for run in runs for event in await services.store.run_events(owner, run.id, kinds=_KINDS)]


async def _followed(
    services: Services, owner: UserId, conversation: ConversationId, shown: Callable[[EventBody], None]
) -> list[Event]:
    found: list[Event] = []
    async with aclosing(services.journal.follow(owner, conversation)) as events:
        async for event in events:
            found.append(event)
            shown(event.body)
            if isinstance(event.body, RunFinished):
                break
    return found


async def _forget(services: Services, owner: UserId, conversation: ConversationId) -> None:
    """Stop what runs, and remove the conversation, once its variables are no longer being written down."""
    with suppress(AgentError):
        await services.runner.stop(owner, conversation)
    kernel = services.kernels.session_of(conversation)
    if kernel is not None and kernel.started:
        with suppress(AgentError):
            await kernel.variables()
    await services.runner.forget(owner, conversation)
