"""Ends the kernels of conversations that another process deleted.

Whoever deletes a conversation ends the kernel that it has in the same process. In other processes on the same
database, which have nothing to do with it until somebody asks again, kernels are found here. Folders in which
their code still worked may have withstood their removal, and are removed now.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from .errors import AgentError
from .protocols import Kernels, Store, Workspaces

LOOK_SECONDS = 30.0

log = logging.getLogger(__name__)


class Upkeep:
    """Looks every now and then, for as long as the process lives."""

    def __init__(
        self,
        *,
        store: Store,
        workspaces: Workspaces,
        kernels: Kernels,
        seconds: float = LOOK_SECONDS,
    ) -> None:
        self._store = store
        self._workspaces = workspaces
        self._kernels = kernels
        self._seconds = seconds
        self._looking: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    def begin(self) -> None:
        """Go on looking in the background."""
        self._looking = asyncio.create_task(self._go_on(), name="end kernels of deleted conversations")

    async def close(self) -> None:
        """Look no more. A kernel that is just being ended is ended: in between, nobody could end it."""
        self._closing.set()
        if self._looking is not None:
            await asyncio.wait({self._looking})

    async def look(self) -> None:
        """Look once.

        Raises:
            StorageError: the database or the data folder cannot be read.
        """
        held = self._kernels.conversations
        if not held:
            return
        gone = held - set(await self._store.last_sequences(held))
        for conversation_id in gone:
            await self._kernels.close_session(conversation_id)
        if gone:
            await self._workspaces.sweep(self._store)

    async def _go_on(self) -> None:
        while not self._closing.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), self._seconds)
                return
            try:
                await self.look()
            except AgentError as error:
                log.warning("whether conversations were deleted elsewhere is looked at later: %s", error)
