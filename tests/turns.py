"""Whole turns for tests: a conversation with a file, a question, and the events that answer it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import TypeVar

from jupyter_agent.compose import Services
from jupyter_agent.events import Event, OutputReceived, RunFinished
from jupyter_agent.ids import OWNER, AttachmentId, ConversationId
from jupyter_agent.run import Question
from jupyter_agent.steps import StreamOutput

B = TypeVar("B")
Start = Callable[..., Awaitable[Services]]
SALES = "region,price\nnorth,10\nsouth,20\nnorth,30\n"


def program(code: str) -> str:
    return f"```python\n{code}\n```"


async def converse(services: Services, text: str = SALES) -> tuple[ConversationId, AttachmentId]:
    """A conversation with `sales.csv` attached."""
    conversation = await services.store.create_conversation(OWNER, "")
    file = services.settings.data_dir.parent / "sales.csv"
    file.write_text(text)
    attachment = await services.workspaces.attach_copy(
        services.store, OWNER, conversation.id, file, limit=1_000_000
    )
    return conversation.id, attachment.id


async def until(services: Services, conversation: ConversationId, kind: str, after: int = 0) -> list[Event]:
    """The events up to the first of a kind."""
    seen: list[Event] = []
    async with aclosing(services.journal.follow(OWNER, conversation, after)) as events, asyncio.timeout(120):
        async for event in events:
            seen.append(event)
            if event.body.kind == kind:
                return seen
    raise AssertionError(f"no {kind} came")


async def ask(services: Services, conversation: ConversationId, text: str, after: int = 0) -> list[Event]:
    await services.runner.start(OWNER, conversation, Question(text=text, agent_type="react"))
    return await until(services, conversation, "run-finished", after)


def bodies(events: list[Event], kind: type[B]) -> list[B]:
    return [event.body for event in events if isinstance(event.body, kind)]


def printed(events: list[Event]) -> str:
    """What the code of these events printed."""
    outputs = [body.output for body in bodies(events, OutputReceived)]
    return "".join(output.text for output in outputs if isinstance(output, StreamOutput))


def end(events: list[Event]) -> RunFinished:
    body = events[-1].body
    assert isinstance(body, RunFinished)
    return body
