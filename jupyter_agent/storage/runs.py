"""Runs under way, whichever process carries them out: which there are, and the ends of those left behind.

Everything happens in the caller's transaction, so that two processes never both find a conversation free.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from jupyter_agent.errors import Busy, Over
from jupyter_agent.events import RunFinished
from jupyter_agent.ids import ConversationId, RunId

from .processes import ProcessIdentity, is_gone, this_process
from .recording import record
from .rows import AnyRow, seconds_between
from .schema import events, runs

_SILENT_AFTER = timedelta(minutes=10)
"""Of another machine's processes nothing is known but when they last gave a sign of life; clocks differ."""

_GIVEN_UP_AFTER = timedelta(days=1)
"""The same for processes of the first version, which gave none."""

_INTERRUPTED = "The server ended while this was being worked on. What was shown is kept; ask again."


async def under_way(connection: AsyncConnection, conversation_id: ConversationId) -> RunId | None:
    """The conversation's run; one whose process is gone is not under way."""
    for run in await _called_running(connection, conversation_id):
        if not await _is_orphan(connection, run):
            return RunId(run.id)
    return None


async def ensure_idle(connection: AsyncConnection, conversation_id: ConversationId) -> None:
    """See to it that nothing runs in the conversation, so that the caller's transaction can begin something.

    Raises:
        Busy: something does.
    """
    await end_orphans(connection, conversation_id)
    if await under_way(connection, conversation_id) is not None:
        raise Busy


async def ensure_under_way(
    connection: AsyncConnection, conversation_id: ConversationId, run_id: RunId
) -> None:
    """See to it that the run has not ended, so that the caller's transaction can say something to it.

    Raises:
        Over: it has.
    """
    if await under_way(connection, conversation_id) != run_id:
        raise Over


async def has_orphans(connection: AsyncConnection) -> bool:
    """Whether there is anything for `end_orphans` to do; needs no writer's transaction."""
    for run in await _called_running(connection):
        if await _is_orphan(connection, run):
            return True
    return False


async def end_orphans(connection: AsyncConnection, conversation_id: ConversationId | None = None) -> int:
    """Record the end of every run whose process is gone, in one conversation or in all; returns how many."""
    ended = 0
    for run in await _called_running(connection, conversation_id):
        if await _is_orphan(connection, run):
            duration = seconds_between(run.started, await _last_sign(connection, run))
            end = RunFinished(status="interrupted", duration=duration, message=_INTERRUPTED)
            await record(connection, ConversationId(run.conversation_id), RunId(run.id), [end])
            ended += 1
    return ended


async def request_stop(connection: AsyncConnection, run_id: RunId) -> None:
    """Note that somebody wants the run to stop; its process looks for that."""
    query = update(runs).where(runs.c.id == run_id, runs.c.stop_requested.is_(None))
    await connection.execute(query.values(stop_requested=datetime.now(UTC)))


async def sign_of_life(connection: AsyncConnection, run_ids: Collection[RunId]) -> None:
    """Note that the runs' process is still at it."""
    await connection.execute(update(runs).where(runs.c.id.in_(run_ids)).values(alive=datetime.now(UTC)))


async def stops_requested(connection: AsyncConnection, run_ids: Collection[RunId]) -> frozenset[RunId]:
    """Those of `run_ids` that somebody wants to stop."""
    query = select(runs.c.id).where(runs.c.id.in_(run_ids), runs.c.stop_requested.is_not(None))
    return frozenset(RunId(row.id) for row in await connection.execute(query))


async def _called_running(
    connection: AsyncConnection, conversation_id: ConversationId | None = None
) -> list[AnyRow]:
    query = select(runs).where(runs.c.status == "running")
    if conversation_id is not None:
        query = query.where(runs.c.conversation_id == conversation_id)
    return list(await connection.execute(query))


async def _last_sign(connection: AsyncConnection, run: AnyRow) -> datetime:
    """When the run last did anything; its start is an event too."""
    query = (
        select(events.c.time)
        .where(events.c.conversation_id == run.conversation_id, events.c.run_id == run.id)
        .order_by(events.c.sequence.desc())
        .limit(1)
    )
    last: datetime = (await connection.execute(query)).scalar_one()
    return last


async def _is_orphan(connection: AsyncConnection, run: AnyRow) -> bool:
    process = ProcessIdentity(host=run.host, pid=run.pid, started=run.process_started)
    if is_gone(process):
        return True
    if process.host == this_process().host:
        return False
    alive: datetime | None = run.alive
    if alive is not None:
        return datetime.now(UTC) - alive > _SILENT_AFTER
    return datetime.now(UTC) - await _last_sign(connection, run) > _GIVEN_UP_AFTER
