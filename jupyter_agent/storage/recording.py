"""Gives events their place and writes what follows from them, all in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from jupyter_agent.errors import NotFound
from jupyter_agent.events import AnswerGiven, Event, EventBody, QuestionBack, RunFinished, RunStarted, Steered
from jupyter_agent.ids import ConversationId, RunId
from jupyter_agent.messages import AttachmentPart, Part, QuestionPart, TextPart

from .processes import this_process
from .rows import event_row, message_row
from .schema import conversations, events, messages, runs

_LONGEST_TITLE = 80


async def record(
    connection: AsyncConnection, conversation_id: ConversationId, run_id: RunId, bodies: Sequence[EventBody]
) -> tuple[Event, ...]:
    """Store `bodies` as the conversation's next events.

    Raises:
        NotFound: there is no such conversation. Nothing was written.
    """
    last = (await last_sequences(connection, [conversation_id])).get(conversation_id)
    if last is None:
        raise NotFound("This conversation does not exist any more.", "Start a new one.")
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


async def last_sequences(
    connection: AsyncConnection, conversation_ids: Collection[ConversationId]
) -> dict[ConversationId, int]:
    """The number of the last event of each conversation that there is, 0 when it has none."""
    # As a subquery it is one look at the end of an index, however many events there are.
    highest = (
        select(func.coalesce(func.max(events.c.sequence), 0))
        .where(events.c.conversation_id == conversations.c.id)
        .scalar_subquery()
    )
    query = select(conversations.c.id, highest.label("last")).where(conversations.c.id.in_(conversation_ids))
    return {ConversationId(row.id): row.last for row in await connection.execute(query)}


async def _follow_up(connection: AsyncConnection, event: Event) -> None:
    match event.body:
        case RunStarted() as started:
            await _start_run(connection, event, started)
        case Steered(text=text):
            await connection.execute(insert(messages), message_row(event, "user", [TextPart(text=text)]))
        case QuestionBack(question=question, choices=choices):
            part = QuestionPart(question=question, choices=choices)
            await connection.execute(insert(messages), message_row(event, "assistant", [part]))
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
            alive=event.time,
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
