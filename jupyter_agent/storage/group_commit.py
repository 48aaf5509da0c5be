"""Appending events: one transaction for everything that came while the one before was written."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from jupyter_agent.errors import AgentError, InputRefused, StorageError
from jupyter_agent.events import Event, EventBody, Rewound, RunStarted, Steered
from jupyter_agent.ids import ConversationId, RunId

from .recording import record
from .runs import ensure_idle, ensure_under_way

log = logging.getLogger(__name__)

_HINT = "The server's log says why; try again, and report it if that does not help."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """Events that wait to be stored."""

    conversation_id: ConversationId
    run_id: RunId
    bodies: tuple[EventBody, ...]
    stored: asyncio.Future[tuple[Event, ...]]


class GroupCommit:
    """Appends events, in the order they come."""

    def __init__(self, writing: Callable[[], AbstractAsyncContextManager[AsyncConnection]]) -> None:
        """`writing` begins a writer's transaction and commits it at its end."""
        self._writing = writing
        self._waiting: deque[_Entry] = deque()
        self._committing: asyncio.Task[None] | None = None

    async def append(
        self, conversation_id: ConversationId, run_id: RunId, bodies: tuple[EventBody, ...]
    ) -> tuple[Event, ...]:
        """See `protocols.Store`. What is begun is stored, even if the caller is cancelled meanwhile."""
        entry = _Entry(
            conversation_id=conversation_id,
            run_id=run_id,
            bodies=bodies,
            stored=asyncio.get_running_loop().create_future(),
        )
        self._waiting.append(entry)
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit_waiting(), name="store events")
        return await entry.stored

    async def finish(self) -> None:
        """Wait until everything is stored that came so far."""
        if self._committing is not None:
            await self._committing

    async def _commit_waiting(self) -> None:
        while self._waiting:
            batch = list(self._waiting)
            self._waiting.clear()
            outcomes: list[tuple[Event, ...] | AgentError] = []
            try:
                async with self._writing() as connection:
                    for entry in batch:
                        outcomes.append(await _recorded(connection, entry))
            except AgentError as error:
                outcomes = [error.again() for _ in batch]
            except Exception:
                # Whoever waits, or comes meanwhile, must not wait for ever because of an error of ours.
                log.exception("events were not stored")
                outcomes = [StorageError("The database refused what was to be stored.", _HINT) for _ in batch]
            for entry, outcome in zip(batch, outcomes, strict=True):
                _settle(entry.stored, outcome)


async def _recorded(connection: AsyncConnection, entry: _Entry) -> tuple[Event, ...] | InputRefused:
    """What is refused for one conversation must not spoil the others' transaction."""
    try:
        if any(isinstance(body, RunStarted | Rewound) for body in entry.bodies):
            await ensure_idle(connection, entry.conversation_id)
        if any(isinstance(body, Steered) for body in entry.bodies):
            await ensure_under_way(connection, entry.conversation_id, entry.run_id)
        return await record(connection, entry.conversation_id, entry.run_id, entry.bodies)
    except InputRefused as error:
        return error


def _settle(future: asyncio.Future[tuple[Event, ...]], outcome: tuple[Event, ...] | AgentError) -> None:
    if future.cancelled():
        return
    if isinstance(outcome, AgentError):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
