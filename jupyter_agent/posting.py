"""Hands a run's events to the journal, in order and without waiting for each.

What comes while the events before it are stored goes with the next transaction. The first one that
cannot be stored is the last: what follows would leave a gap.
"""

from __future__ import annotations

import asyncio
from types import TracebackType

from .events import EventBody
from .ids import ConversationId, RunId
from .journal import Journal

_MOST_WAITING = 100
"""Events; who has more waits for the disk."""


class Posting:
    """The way of one run's events into the journal. As a context it ends when all are stored."""

    def __init__(self, journal: Journal, conversation_id: ConversationId, run_id: RunId) -> None:
        self._journal = journal
        self._conversation_id = conversation_id
        self._run_id = run_id
        self._waiting: list[EventBody] = []
        self._storing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Posting:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is None:
            await self.stored()
        elif self._storing is not None:
            await asyncio.wait({self._storing})
            self._storing.exception()  # what went wrong first is told

    async def post(self, body: EventBody) -> None:
        """Hand over the next event.

        Raises:
            StorageError, NotFound: one before it could not be stored.
        """
        self._waiting.append(body)
        if self._storing is None or self._storing.done():
            await self.stored()  # raises, if it failed
            self._storing = asyncio.create_task(self._store(), name=f"store events of run {self._run_id}")
        if len(self._waiting) >= _MOST_WAITING:
            await self.stored()

    async def stored(self) -> None:
        """Wait until all that was handed over is stored, and shown.

        Raises:
            StorageError, NotFound: it could not be stored.
        """
        if self._storing is not None:
            await asyncio.shield(self._storing)

    async def _store(self) -> None:
        while self._waiting:
            bodies, self._waiting = self._waiting, []
            await self._journal.append(self._conversation_id, self._run_id, bodies)
