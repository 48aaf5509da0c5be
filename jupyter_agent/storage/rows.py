"""Rows <-> values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Row

from jupyter_agent.errors import AgentError, StorageError
from jupyter_agent.events import Event
from jupyter_agent.ids import AttachmentId, ConversationId, RunId, UserId
from jupyter_agent.messages import Attachment, Conversation, FolderGrant, Message, Part
from jupyter_agent.protocols import PastRun
from jupyter_agent.wire import body_from_json, body_to_json, from_json, to_json

# The columns' types are known to the tables, not to the type checker.
AnyRow = Row[*tuple[Any, ...]]

_Parts = tuple[Part, ...]


def conversation_from(row: AnyRow) -> Conversation:
    """A row of `conversations`."""
    return Conversation(
        id=ConversationId(row.id),
        owner=UserId(row.owner),
        title=row.title,
        created=row.created,
        updated=row.updated,
        profile=row.profile,
    )


def folder_from(row: AnyRow) -> FolderGrant:
    """The folder that a row of `conversations` names."""
    if row.folder_note is None:
        return FolderGrant()
    return FolderGrant(path=row.folder_path, name=row.folder_name, note=row.folder_note)


def attachment_from(row: AnyRow) -> Attachment:
    """A row of `attachments`."""
    return Attachment(id=AttachmentId(row.id), name=row.name, size=row.size, media_type=row.media_type)


def event_from(row: AnyRow) -> Event:
    """A row of `events`."""
    try:
        body = body_from_json(row.body)
    except ValidationError as error:
        raise _unreadable() from error
    return Event(
        conversation_id=ConversationId(row.conversation_id),
        run_id=RunId(row.run_id),
        sequence=row.sequence,
        time=row.time,
        body=body,
    )


def event_row(event: Event) -> dict[str, object]:
    """The row of an event."""
    return {
        "conversation_id": event.conversation_id,
        "sequence": event.sequence,
        "run_id": event.run_id,
        "time": event.time,
        "body": body_to_json(event.body),
    }


def message_from(row: AnyRow) -> Message:
    """A row of `messages`."""
    try:
        parts = from_json(row.parts, _Parts)
    except AgentError as error:
        raise _unreadable() from error
    return Message(role=row.role, parts=parts, time=row.time)


def message_row(event: Event, role: str, parts: Sequence[Part]) -> dict[str, object]:
    """The row of what `event` says."""
    return {
        "conversation_id": event.conversation_id,
        "sequence": event.sequence,
        "role": role,
        "parts": to_json(tuple(parts), _Parts),
        "time": event.time,
    }


def history_row(conversation_id: ConversationId, sequence: int, message: Message) -> dict[str, object]:
    """The row of what was said elsewhere."""
    return {
        "conversation_id": conversation_id,
        "sequence": sequence,
        "role": message.role,
        "parts": to_json(message.parts, _Parts),
        "time": message.time or datetime.now(UTC),
    }


def past_run_from(row: AnyRow) -> PastRun:
    """A row of `runs`."""
    return PastRun(
        id=RunId(row.id),
        conversation_id=ConversationId(row.conversation_id),
        started=row.started,
        finished=row.finished,
        status=row.status,
    )


def seconds_between(start: datetime, end: datetime) -> float:
    """Never negative, even when the clock was set back."""
    return max(0.0, round((end - start).total_seconds(), 3))


def _unreadable() -> StorageError:
    return StorageError(
        "Part of this conversation cannot be read: another version of jupyterlab-agent wrote it.",
        "Update with: python -m pip install --upgrade jupyterlab-agent",
    )
