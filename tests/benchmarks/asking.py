"""Asks the whole product questions whose answers a script gives, and keeps the events with their times."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from jupyter_client.multikernelmanager import AsyncMultiKernelManager

from jupyter_agent.compose import Services, compose
from jupyter_agent.events import Event
from jupyter_agent.files import sample_path
from jupyter_agent.ids import OWNER, AttachmentId, ConversationId
from jupyter_agent.messages import AgentType
from jupyter_agent.models.scripted import Script, ScriptedModel, ScriptedModels
from jupyter_agent.protocols import IN_TEXT, Rendering
from jupyter_agent.run import Question
from jupyter_agent.settings import Settings


@dataclass(frozen=True)
class Seen:
    """An event, and when whoever follows the conversation had it: seconds since the question was asked."""

    event: Event
    after: float


@asynccontextmanager
async def product(
    folder: Path, script: Script, rendering: Rendering = IN_TEXT
) -> AsyncIterator[tuple[Services, ScriptedModel]]:
    """The product with its default settings and a scripted model."""
    model = ScriptedModel(script)
    models = ScriptedModels(model, rendering=rendering)
    services = await compose(Settings(data_dir=folder / "data"), AsyncMultiKernelManager(), models=models)
    try:
        yield services, model
    finally:
        await services.close()


async def conversation(services: Services) -> tuple[ConversationId, AttachmentId]:
    """A new one with the bundled sample attached."""
    made = await services.store.create_conversation(OWNER, "benchmark")
    attached = await services.workspaces.attach_copy(
        services.store, OWNER, made.id, sample_path(), limit=10_000_000
    )
    return made.id, attached.id


async def asked(
    services: Services, talk: ConversationId, text: str, mode: AgentType = "auto", after: int = 0
) -> list[Seen]:
    """All events of the answer to a question.

    Raises:
        RuntimeError: it was not answered.
    """
    began = time.perf_counter()
    seen: list[Seen] = []
    async with aclosing(services.journal.follow(OWNER, talk, after)) as events:
        starting = asyncio.create_task(
            services.runner.start(OWNER, talk, Question(text=text, agent_type=mode))
        )
        async for event in events:
            seen.append(Seen(event, time.perf_counter() - began))
            if event.body.kind == "run-finished":
                if event.body.status != "completed":
                    raise RuntimeError(event.body.message)
                break
    await starting
    return seen
