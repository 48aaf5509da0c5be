"""Runs that were: which there are, what happened in them, and what was said before a question.

Everything happens in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from jupyter_agent.errors import InputRefused, NotFound
from jupyter_agent.events import Event
from jupyter_agent.ids import ConversationId, RunId, UserId
from jupyter_agent.messages import Message
from jupyter_agent.protocols import PastRun

from .recording import last_sequences
from .rows import event_from, history_row, past_run_from
from .schema import conversations, events, messages, runs


async def past_runs(
    connection: AsyncConnection,
    owner: UserId,
    beginning: str,
    conversation_id: ConversationId | None,
    limit: int,
) -> tuple[PastRun, ...]:
    """See `Store.runs`."""
    query = (
        select(runs)
        .join(conversations, conversations.c.id == runs.c.conversation_id)
        .where(conversations.c.owner == owner, runs.c.id.startswith(beginning, autoescape=True))
        .order_by(runs.c.started.desc(), runs.c.id)
        .limit(limit)
    )
    if conversation_id is not None:
        query = query.where(runs.c.conversation_id == conversation_id)
    return tuple(past_run_from(row) for row in await connection.execute(query))


async def events_of_run(
    connection: AsyncConnection, owner: UserId, run_id: RunId, kinds: Collection[str]
) -> tuple[Event, ...]:
    """See `Store.run_events`."""
    known = (
        select(runs.c.conversation_id)
        .join(conversations, conversations.c.id == runs.c.conversation_id)
        .where(runs.c.id == run_id, conversations.c.owner == owner)
    )
    conversation_id = (await connection.execute(known)).scalar_one_or_none()
    if conversation_id is None:
        raise NotFound("There is no such run.", "It may have been deleted with its conversation.")
    query = (
        select(events)
        .where(events.c.conversation_id == conversation_id, events.c.run_id == run_id)
        .order_by(events.c.sequence)
    )
    if kinds:
        query = query.where(func.json_extract(events.c.body, "$.kind").in_(kinds))
    return tuple(event_from(row) for row in await connection.execute(query))


async def has_event(
    connection: AsyncConnection, owner: UserId, conversation_id: ConversationId, kind: str
) -> bool:
    """Whether anything of a kind has happened in a conversation."""
    query = (
        select(events.c.sequence)
        .join(conversations, conversations.c.id == events.c.conversation_id)
        .where(
            conversations.c.id == conversation_id,
            conversations.c.owner == owner,
            func.json_extract(events.c.body, "$.kind") == kind,
        )
        .limit(1)
    )
    return (await connection.execute(query)).first() is not None


async def add_history(
    connection: AsyncConnection, conversation_id: ConversationId, history: Sequence[Message]
) -> None:
    """See `Store.add_history`; no event says these messages, so their numbers come before all events'."""
    if (await last_sequences(connection, [conversation_id]))[conversation_id]:
        raise InputRefused("In this conversation something was said already.", "Begin another conversation.")
    rows = [
        history_row(conversation_id, sequence, message)
        for sequence, message in enumerate(history, start=1 - len(history))
    ]
    if rows:
        await connection.execute(insert(messages), rows)
