"""The store: conversations and their events in SQLite, one file for all of a person's servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from jupyter_agent.errors import InputRefused, NotFound, StorageError
from jupyter_agent.events import Event, EventBody
from jupyter_agent.ids import AttachmentId, ConversationId, RunId, UserId, new_id
from jupyter_agent.messages import Attachment, Conversation, FolderGrant, Message, RestrictedProfile
from jupyter_agent.protocols import PastRun

from .database import open_database, storage_errors
from .group_commit import GroupCommit
from .past import add_history, events_of_run, has_event, past_runs
from .recording import last_sequences
from .rows import AnyRow, attachment_from, conversation_from, event_from, folder_from, message_from
from .runs import (
    end_orphans,
    ensure_idle,
    has_orphans,
    request_stop,
    sign_of_life,
    stops_requested,
    under_way,
)
from .schema import attachments, conversations, events, messages

P = ParamSpec("P")
R = TypeVar("R")


def _to_the_end(
    method: Callable[Concatenate[SqlStore, P], Coroutine[Any, Any, R]],
) -> Callable[Concatenate[SqlStore, P], Coroutine[Any, Any, R]]:
    """An operation that its caller's cancellation does not interrupt.

    Clients go away and runs are stopped all the time; a connection that is interrupted in mid-query
    cannot be used again.
    """

    @wraps(method)
    async def operation(self: SqlStore, /, *args: P.args, **kwargs: P.kwargs) -> R:
        self._check_open()
        task = asyncio.create_task(method(self, *args, **kwargs))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    return operation


class SqlStore:
    """See `protocols.Store`."""

    def __init__(self, engine: AsyncEngine, path: Path) -> None:
        self._engine = engine
        self._writer = engine.execution_options(writes=True)
        self._path = path
        self._appends = GroupCommit(self._writing)
        self._under_way: set[asyncio.Task[Any]] = set()
        self._closed = False

    @classmethod
    async def open(cls, path: Path) -> SqlStore:
        """The store in the file `path`, made or brought up to date as needed.

        Raises:
            StorageError: it cannot be used; the message says why and what to do.
        """
        return cls(await open_database(path), path)

    @_to_the_end
    async def create_conversation(
        self,
        owner: UserId,
        title: str,
        *,
        profile: RestrictedProfile | None = None,
        folder: FolderGrant | None = None,
    ) -> Conversation:
        now = datetime.now(UTC)
        conversation_id = ConversationId(new_id())
        async with self._writing() as connection:
            await connection.execute(
                insert(conversations).values(
                    id=conversation_id,
                    owner=owner,
                    title=title,
                    created=now,
                    updated=now,
                    profile=profile,
                    folder_path=folder.path if folder else None,
                    folder_name=folder.name if folder else None,
                    folder_note=folder.note if folder else None,
                )
            )
            return await _owned(connection, owner, conversation_id)

    @_to_the_end
    async def conversation(self, owner: UserId, conversation_id: ConversationId) -> Conversation:
        async with self._reading() as connection:
            return await _owned(connection, owner, conversation_id)

    @_to_the_end
    async def conversations(
        self, owner: UserId, *, limit: int = 100, before: datetime | None = None
    ) -> tuple[Conversation, ...]:
        query = (
            select(conversations)
            .where(conversations.c.owner == owner)
            .order_by(conversations.c.updated.desc(), conversations.c.id)
            .limit(limit)
        )
        if before is not None:
            query = query.where(conversations.c.updated < before)
        async with self._reading() as connection:
            return tuple(conversation_from(row) for row in await connection.execute(query))

    @_to_the_end
    async def rename_conversation(
        self, owner: UserId, conversation_id: ConversationId, title: str
    ) -> Conversation:
        async with self._writing() as connection:
            await _owned(connection, owner, conversation_id)
            query = update(conversations).where(conversations.c.id == conversation_id)
            await connection.execute(query.values(title=title))
            return await _owned(connection, owner, conversation_id)

    @_to_the_end
    async def choose_profile(
        self, owner: UserId, conversation_id: ConversationId, profile: RestrictedProfile
    ) -> Conversation:
        async with self._writing() as connection:
            await _owned(connection, owner, conversation_id)
            await ensure_idle(connection, conversation_id)
            query = update(conversations).where(conversations.c.id == conversation_id)
            await connection.execute(query.values(profile=profile))
            return await _owned(connection, owner, conversation_id)

    @_to_the_end
    async def folder_of(self, owner: UserId, conversation_id: ConversationId) -> FolderGrant:
        async with self._reading() as connection:
            return folder_from(await _row(connection, owner, conversation_id))

    @_to_the_end
    async def choose_folder(
        self, owner: UserId, conversation_id: ConversationId, folder: FolderGrant
    ) -> None:
        async with self._writing() as connection:
            await _owned(connection, owner, conversation_id)
            if (await last_sequences(connection, [conversation_id]))[conversation_id]:
                raise InputRefused(
                    "What code can read is settled with the first question.",
                    "Begin another conversation.",
                )
            query = update(conversations).where(conversations.c.id == conversation_id)
            await connection.execute(
                query.values(folder_path=folder.path, folder_name=folder.name, folder_note=folder.note)
            )

    @_to_the_end
    async def delete_conversation(self, owner: UserId, conversation_id: ConversationId) -> None:
        async with self._writing() as connection:
            await _owned(connection, owner, conversation_id)
            # The other tables' rows go with it.
            await connection.execute(delete(conversations).where(conversations.c.id == conversation_id))

    @_to_the_end
    async def add_attachments(
        self, owner: UserId, conversation_id: ConversationId, added: Sequence[Attachment]
    ) -> None:
        async with self._writing() as connection:
            await _owned(connection, owner, conversation_id)
            for attachment in added:
                await connection.execute(
                    insert(attachments).values(
                        id=attachment.id,
                        conversation_id=conversation_id,
                        name=attachment.name,
                        size=attachment.size,
                        media_type=attachment.media_type,
                        added=datetime.now(UTC),
                    )
                )

    @_to_the_end
    async def attachments(
        self, owner: UserId, conversation_id: ConversationId, *, before: datetime | None = None
    ) -> tuple[Attachment, ...]:
        query = (
            select(attachments)
            .where(attachments.c.conversation_id == conversation_id)
            .order_by(attachments.c.added)
        )
        if before is not None:
            query = query.where(attachments.c.added < before)
        async with self._reading() as connection:
            await _owned(connection, owner, conversation_id)
            return tuple(attachment_from(row) for row in await connection.execute(query))

    @_to_the_end
    async def remove_attachment(
        self, owner: UserId, conversation_id: ConversationId, attachment_id: AttachmentId
    ) -> Attachment:
        this = (attachments.c.conversation_id == conversation_id) & (attachments.c.id == attachment_id)
        async with self._writing() as connection:
            await _owned(connection, owner, conversation_id)
            row = (await connection.execute(select(attachments).where(this))).one_or_none()
            if row is None:
                raise NotFound("This conversation has no such file.", "It may have been removed already.")
            await ensure_idle(connection, conversation_id)
            if await _is_named(connection, conversation_id, attachment_id):
                raise InputRefused(
                    f"{row.name} came with a question that was asked, so it stays with the conversation.",
                    "Delete the conversation to remove it.",
                )
            await connection.execute(delete(attachments).where(this))
            return attachment_from(row)

    async def append(
        self, conversation_id: ConversationId, run_id: RunId, bodies: Sequence[EventBody]
    ) -> tuple[Event, ...]:
        self._check_open()
        return await self._appends.append(conversation_id, run_id, tuple(bodies))

    @_to_the_end
    async def events(
        self, owner: UserId, conversation_id: ConversationId, *, after: int = 0, limit: int = 1000
    ) -> tuple[Event, ...]:
        query = (
            select(events)
            .where(events.c.conversation_id == conversation_id, events.c.sequence > after)
            .order_by(events.c.sequence)
            .limit(limit)
        )
        async with self._reading() as connection:
            await _owned(connection, owner, conversation_id)
            return tuple(event_from(row) for row in await connection.execute(query))

    @_to_the_end
    async def messages(
        self, owner: UserId, conversation_id: ConversationId, *, limit: int = 10, before: int | None = None
    ) -> tuple[Message, ...]:
        query = (
            select(messages)
            .where(messages.c.conversation_id == conversation_id)
            .order_by(messages.c.sequence.desc())
            .limit(limit)
        )
        if before is not None:
            query = query.where(messages.c.sequence < before)
        async with self._reading() as connection:
            await _owned(connection, owner, conversation_id)
            latest_first = [message_from(row) for row in await connection.execute(query)]
        return tuple(reversed(latest_first))

    @_to_the_end
    async def add_history(
        self, owner: UserId, conversation_id: ConversationId, history: Sequence[Message]
    ) -> None:
        async with self._writing() as connection:
            await _owned(connection, owner, conversation_id)
            await add_history(connection, conversation_id, history)

    @_to_the_end
    async def runs(
        self,
        owner: UserId,
        *,
        beginning: str = "",
        conversation_id: ConversationId | None = None,
        limit: int = 100,
    ) -> tuple[PastRun, ...]:
        async with self._reading() as connection:
            return await past_runs(connection, owner, beginning, conversation_id, limit)

    @_to_the_end
    async def run_events(
        self, owner: UserId, run_id: RunId, *, kinds: Collection[str] = ()
    ) -> tuple[Event, ...]:
        async with self._reading() as connection:
            return await events_of_run(connection, owner, run_id, kinds)

    @_to_the_end
    async def ran_code(self, owner: UserId, conversation_id: ConversationId) -> bool:
        async with self._reading() as connection:
            return await has_event(connection, owner, conversation_id, "attempt-finished")

    @_to_the_end
    async def said_between(
        self, conversation_id: ConversationId, after: int, before: int | None = None
    ) -> tuple[str, ...]:
        query = (
            select(messages)
            .where(
                messages.c.conversation_id == conversation_id,
                messages.c.sequence > after,
                messages.c.role == "user",
            )
            .order_by(messages.c.sequence)
        )
        if before is not None:
            query = query.where(messages.c.sequence < before)
        async with self._reading() as connection:
            return tuple(message_from(row).text for row in await connection.execute(query))

    @_to_the_end
    async def last_sequences(self, conversation_ids: Collection[ConversationId]) -> dict[ConversationId, int]:
        async with self._reading() as connection:
            return await last_sequences(connection, conversation_ids)

    @_to_the_end
    async def running(self, owner: UserId, conversation_id: ConversationId) -> RunId | None:
        async with self._reading() as connection:
            await _owned(connection, owner, conversation_id)
            return await under_way(connection, conversation_id)

    @_to_the_end
    async def request_stop(self, owner: UserId, conversation_id: ConversationId) -> RunId | None:
        async with self._writing() as connection:
            await _owned(connection, owner, conversation_id)
            run_id = await under_way(connection, conversation_id)
            if run_id is not None:
                await request_stop(connection, run_id)
            return run_id

    @_to_the_end
    async def sign_of_life(self, run_ids: Collection[RunId]) -> None:
        async with self._writing() as connection:
            await sign_of_life(connection, run_ids)

    @_to_the_end
    async def stops_requested(self, run_ids: Collection[RunId]) -> frozenset[RunId]:
        async with self._reading() as connection:
            return await stops_requested(connection, run_ids)

    @_to_the_end
    async def end_orphaned_runs(self) -> int:
        async with self._reading() as connection:
            if not await has_orphans(connection):
                return 0
        async with self._writing() as connection:
            return await end_orphans(connection)

    async def close(self) -> None:
        """Store what waits, then let go of the file. Whoever comes later gets a `StorageError`."""
        self._closed = True
        await self._appends.finish()
        if self._under_way:
            await asyncio.wait(self._under_way)
        await self._engine.dispose()

    def _check_open(self) -> None:
        if self._closed:
            raise StorageError("The database is closed: the server is stopping.", "Start it again.")

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncConnection]:
        with storage_errors(self._path):
            async with self._engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        with storage_errors(self._path):
            async with self._writer.begin() as connection:
                yield connection


async def _owned(connection: AsyncConnection, owner: UserId, conversation_id: ConversationId) -> Conversation:
    return conversation_from(await _row(connection, owner, conversation_id))


async def _row(connection: AsyncConnection, owner: UserId, conversation_id: ConversationId) -> AnyRow:
    query = select(conversations).where(conversations.c.id == conversation_id, conversations.c.owner == owner)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no such conversation.", "It may have been deleted; start a new one.")
    return row


async def _is_named(
    connection: AsyncConnection, conversation_id: ConversationId, attachment_id: AttachmentId
) -> bool:
    """Whether the file came with a message."""
    query = select(messages).where(
        messages.c.conversation_id == conversation_id, messages.c.parts.contains(attachment_id)
    )
    return any(
        part.kind == "attachment" and part.attachment.id == attachment_id
        for row in await connection.execute(query)
        for part in message_from(row).parts
    )
