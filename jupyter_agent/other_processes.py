"""Runs and the person's other processes: a server, or a command, that stops what another one carries out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing, suppress
from itertools import count

from .errors import Busy, StorageError
from .events import RunFinished
from .ids import ConversationId, UserId
from .journal import Journal
from .protocols import Store
from .run import Run

_HEED_SECONDS = 1.0
"""Between two looks whether another process wants a run stopped."""

_LOOKS_PER_SIGN = 60
"""Looks after which a sign of life is given, for processes on other machines."""

_STOP_PATIENCE = 15.0
"""Seconds that another process is given to stop a run; it interrupts the code first."""


class OtherProcesses:
    """What they want of this one, and this one of them, told through the store."""

    def __init__(self, store: Store, journal: Journal) -> None:
        self._store = store
        self._journal = journal

    async def stop(self, owner: UserId, conversation_id: ConversationId) -> bool:
        """Have the process that carries out the conversation's run stop it, and wait until it has.

        Returns False when there is no such run.

        Raises:
            Busy: it does not react.
        """
        seen = (await self._store.last_sequences([conversation_id])).get(conversation_id, 0)
        run_id = await self._store.request_stop(owner, conversation_id)
        if run_id is None:
            return False
        following = self._journal.follow(owner, conversation_id, seen)
        try:
            async with asyncio.timeout(_STOP_PATIENCE), aclosing(following) as events:
                async for event in events:
                    if event.run_id == run_id and isinstance(event.body, RunFinished):
                        break
        except TimeoutError as error:
            raise Busy(
                "Another process of yours works on this answer and does not react.",
                "Wait a little, or end that process (a second Jupyter server or `jupyter agent ask`).",
            ) from error
        return True

    async def heed(self, under_way: Mapping[ConversationId, Run]) -> None:
        """Stop what other processes want stopped, for as long as anything is under way in this one."""
        for look in count(1):
            await asyncio.sleep(_HEED_SECONDS)
            if not under_way:
                return
            runs = {run.id: run for run in under_way.values()}
            with suppress(StorageError):  # whoever follows is told by the journal
                for run_id in await self._store.stops_requested(runs):
                    runs[run_id].cancel("stopped", "Stopped by you.")
                if look % _LOOKS_PER_SIGN == 0:
                    await self._store.sign_of_life(runs)
