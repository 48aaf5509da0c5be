"""Gives events their place and writes what follows from them, all in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from jupyter_agent.errors import NotFound
from jupyter_agent.events import AnswerGiven, Event, EventBody, RunFinished, RunStarted
from jupyter_agent.ids import ConversationId, RunId
from jupyter_agent.messages import AttachmentPart, Part, TextPart

from .processes import ProcessIdentity, is_gone, this_process
from .rows import AnyRow, event_row, message_row, seconds_between
from .schema import conversations, events, messages, runs

_LONGEST_TITLE = 80

_GIVEN_UP_AFTER = timedelta(days=1)
"""Of another machine's processes nothing is known; but no run is silent for so long."""

_INTERRUPTED = "The server ended while this was being worked on. What was shown is kept; ask again."


async def record(
    connection: AsyncConnection, conversation_id: ConversationId, run_id: RunId, bodies: Sequence[EventBody]
) -> tuple[Event, ...]:
    """Store `bodies` as the conversation's next events.

    Raises:
        NotFound: there is no such conversation. Nothing was written.
    """
    last = await _last_sequence(connection, conversation_id)
    now = datetime.now(UTC)
    stored = tuple(
        Event(conversation_id=conversation_id, run_id=run_id, sequence=sequence, time=now, body=body)
        for sequence, body in enumerate(bodies, start=last + 1)
    )
    if stored:
        await connection.execute(insert(events), [event_row(event) for event in stored])
    for event in stored:
        await _follow_up(connection, event)
    return stored


async def end_orphans(connection: AsyncConnection) -> int:
    """Record the end of every run whose process is gone; returns how many."""
    under_way = (await connection.execute(select(runs).where(runs.c.status == "running"))).all()
    ended = 0
    for run in under_way:
        last_sign = await _last_sign(connection, run)
        if _is_orphan(run, last_sign):
            end = RunFinished(
                status="interrupted", duration=seconds_between(run.started, last_sign), message=_INTERRUPTED
            )
            await record(connection, ConversationId(run.conversation_id), RunId(run.id), [end])
            ended += 1
    return ended


async def _last_sequence(connection: AsyncConnection, conversation_id: ConversationId) -> int:
    highest = (
        select(func.coalesce(func.max(events.c.sequence), 0))
        .where(events.c.conversation_id == conversations.c.id)
        .scalar_subquery()
    )
    query = select(highest).where(conversations.c.id == conversation_id)
    last: int | None = (await connection.execute(query)).scalar_one_or_none()
    if last is None:
        raise NotFound("This conversation does not exist any more.", "Start a new one.")
    return last


async def _follow_up(connection: AsyncConnection, event: Event) -> None:
    match event.body:
        case RunStarted() as started:
            await _start_run(connection, event, started)
        case AnswerGiven(text=text):
            row = message_row(event, "assistant", [TextPart(text=text)])
            await connection.execute(insert(messages), row)
        case RunFinished(status=status):
            await connection.execute(
                update(runs).where(runs.c.id == event.run_id).values(status=status, finished=event.time)
            )
            await _touch(connection, event)
        case _:
            pass  # the other kinds are the record and nothing more


async def _start_run(connection: AsyncConnection, event: Event, started: RunStarted) -> None:
    process = this_process()
    await connection.execute(
        insert(runs).values(
            id=event.run_id,
            conversation_id=event.conversation_id,
            status="running",
            started=event.time,
            host=process.host,
            pid=process.pid,
            process_started=process.started,
        )
    )
    await connection.execute(insert(messages), message_row(event, "user", _parts(started)))
    await connection.execute(
        update(conversations)
        .where(conversations.c.id == event.conversation_id, conversations.c.title == "")
        .values(title=_title(started.question))
    )
    await _touch(connection, event)


def _parts(started: RunStarted) -> tuple[Part, ...]:
    files = (AttachmentPart(attachment=attachment) for attachment in started.attachments)
    return (TextPart(text=started.question), *files)


async def _touch(connection: AsyncConnection, event: Event) -> None:
    query = update(conversations).where(conversations.c.id == event.conversation_id)
    await connection.execute(query.values(updated=event.time))


def _title(question: str) -> str:
    line = next((line.strip() for line in question.splitlines() if line.strip()), "")
    if len(line) <= _LONGEST_TITLE:
        return line
    cut = line[:_LONGEST_TITLE]
    return (cut.rpartition(" ")[0] or cut) + "…"


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


def _is_orphan(run: AnyRow, last_sign: datetime) -> bool:
    process = ProcessIdentity(host=run.host, pid=run.pid, started=run.process_started)
    return is_gone(process) or (
        process.host != this_process().host and datetime.now(UTC) - last_sign > _GIVEN_UP_AFTER
    )
