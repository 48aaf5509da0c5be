"""The journal: what happens is stored first, then shown, to everyone who follows, in order.

A follower reads the past from the store and the present from memory. Memory holds only the tail of the
conversations that somebody follows, so a follower that is slow, or away for an hour, costs nothing: it
finds what it missed in the store. What other processes store in the same database is noticed by looking,
once a second and only while somebody follows.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from itertools import count, dropwhile

from .errors import StorageError
from .events import Event, EventBody
from .ids import ConversationId, RunId, UserId
from .protocols import Store
from .wire import storable

_TAIL = 100
"""Events kept in memory for each conversation that is followed."""

_PAGE = 200
"""Events read from the store at a time."""

_LOOK_SECONDS = 1.0
"""Between two looks at what other processes have stored."""

_LOOKS_PER_SEARCH = 5
"""Looks after which runs are searched for whose process is gone."""


class _Tail:
    """The latest events of one conversation, without gaps, for those who follow it."""

    def __init__(self, trouble: StorageError | None) -> None:
        self.followers = 0
        self.ended = False
        self.trouble = trouble
        """Why what comes next cannot be had now."""
        self._events: deque[Event] = deque(maxlen=_TAIL)
        self._last = 0
        self._grown = asyncio.Event()

    def extend(self, events: Sequence[Event]) -> None:
        """Add what was stored. Two writers may come here in another order than they were stored in."""
        self.trouble = None
        if not events or events[-1].sequence <= self._last:
            return
        if events[0].sequence != self._last + 1:
            self._events.clear()
        self._events.extend(events)
        self._last = events[-1].sequence
        self._wake()

    def notice(self, last: int) -> None:
        """The store has events up to `last`, whoever put them there."""
        if last > self._last:
            self._events.clear()
            self._last = last
            self._wake()

    def fail(self, trouble: StorageError) -> None:
        self.trouble = trouble
        self._wake()

    def end(self) -> None:
        self.ended = True
        self._wake()

    def after(self, sequence: int) -> tuple[Event, ...] | None:
        """The events after `sequence`; None when the tail does not reach back to it."""
        if not self._events or self._events[0].sequence > sequence + 1:
            return None
        return tuple(dropwhile(lambda event: event.sequence <= sequence, self._events))

    async def grows_beyond(self, sequence: int) -> None:
        """Wait for an event after `sequence`, or for the end.

        Raises:
            StorageError: what comes next cannot be had now.
        """
        while self._last <= sequence and not self.ended:
            if self.trouble is not None:
                raise self.trouble.again()
            await self._grown.wait()

    def _wake(self) -> None:
        # Whoever waits holds this very object; the next to wait gets a fresh one.
        self._grown.set()
        self._grown = asyncio.Event()


class Journal:
    """Stores events and shows them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tails: dict[ConversationId, _Tail] = {}
        self._troubles: dict[ConversationId, StorageError] = {}
        self._appending: set[asyncio.Task[tuple[Event, ...]]] = set()
        self._looking: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether nothing is shown any more because the process is ending."""
        return self._closed

    async def append(
        self, conversation_id: ConversationId, run_id: RunId, bodies: Sequence[EventBody]
    ) -> tuple[Event, ...]:
        """Store `bodies` as the conversation's next events, then show them.

        A cancelled caller does not keep what was stored from being shown.

        Raises:
            StorageError: they could not be stored, and are not shown.
            NotFound: the conversation was deleted.
            Busy: they begin a run or go back to before one, and another one is under way.
            Over: they steer a run that is not under way.
        """
        task = asyncio.create_task(self._append(conversation_id, run_id, tuple(bodies)))
        self._appending.add(task)
        task.add_done_callback(self._appending.discard)
        return await asyncio.shield(task)

    async def follow(
        self, owner: UserId, conversation_id: ConversationId, after: int = 0
    ) -> AsyncGenerator[Event, None]:
        """The conversation's events after the sequence number `after`, then those to come, as they come.

        Each comes once, in order, without gaps. It ends when the journal is closed or the conversation
        is forgotten. Close the iterator when you leave it early.

        Raises:
            NotFound: there is no such conversation of this owner.
            StorageError: the store cannot be read, or what comes next cannot be stored.
        """
        await self._store.conversation(owner, conversation_id)
        tail = self._join(conversation_id)
        try:
            while True:
                # Asked first: what was shown before the end is still handed on.
                ended = tail.ended
                events = tail.after(after)
                if events is None and not ended:
                    events = await self._store.events(owner, conversation_id, after=after, limit=_PAGE)
                for event in events or ():
                    yield event
                    after = event.sequence
                if ended:
                    return
                if not events:
                    await tail.grows_beyond(after)
        finally:
            self._leave(conversation_id, tail)

    def obstruct(self, conversation_id: ConversationId, trouble: StorageError) -> None:
        """What comes next in this conversation cannot be stored: who follows, now or later, is told why.

        It lasts until something can be stored in it again.
        """
        self._troubles[conversation_id] = trouble
        if tail := self._tails.get(conversation_id):
            tail.fail(trouble)

    def forget(self, conversation_id: ConversationId) -> None:
        """End what follows a conversation that is deleted."""
        self._troubles.pop(conversation_id, None)
        if tail := self._tails.pop(conversation_id, None):
            tail.end()

    async def close(self) -> None:
        """Show what is still being stored, then end what follows."""
        self._closed = True
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait({self._looking})
        if self._appending:
            await asyncio.wait(self._appending)
        for conversation_id in list(self._tails):
            self.forget(conversation_id)

    async def _append(
        self, conversation_id: ConversationId, run_id: RunId, bodies: tuple[EventBody, ...]
    ) -> tuple[Event, ...]:
        events = await self._store.append(conversation_id, run_id, tuple(map(storable, bodies)))
        self._troubles.pop(conversation_id, None)
        if tail := self._tails.get(conversation_id):
            tail.extend(events)
        return events

    def _join(self, conversation_id: ConversationId) -> _Tail:
        tail = self._tails.get(conversation_id)
        if tail is None:
            tail = self._tails[conversation_id] = _Tail(self._troubles.get(conversation_id))
        tail.followers += 1
        if self._closed:
            tail.end()
        elif self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), name="look for events of other processes")
        return tail

    def _leave(self, conversation_id: ConversationId, tail: _Tail) -> None:
        tail.followers -= 1
        if tail.followers == 0 and self._tails.get(conversation_id) is tail:
            del self._tails[conversation_id]

    async def _look(self) -> None:
        """Notice what other processes store, delete or left behind, for as long as anybody follows."""
        for look in count():
            await asyncio.sleep(_LOOK_SECONDS)
            if not self._tails:
                return
            followed = dict(self._tails)
            try:
                if look % _LOOKS_PER_SEARCH == 0:
                    await self._store.end_orphaned_runs()
                last = await self._store.last_sequences(followed)
            except StorageError as error:
                # They come back by themselves, and are told again if it is still so.
                self._drop(followed, error)
                continue
            for conversation_id, tail in followed.items():
                if conversation_id in last:
                    tail.notice(last[conversation_id])
                else:
                    self.forget(conversation_id)

    def _drop(self, followed: dict[ConversationId, _Tail], trouble: StorageError) -> None:
        for conversation_id, tail in followed.items():
            tail.fail(trouble)
            if self._tails.get(conversation_id) is tail:
                del self._tails[conversation_id]
