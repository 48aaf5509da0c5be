"""The tables, as the newest migration leaves them; a test compares the two.

`events` is the record of what happened. `runs`, `messages` and a conversation's title follow from it and
are written in the same transaction; they are there to be asked quickly.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. SQLite forgets the zone, so it is always UTC on the way in and out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


metadata = MetaData()

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(255), nullable=False),
    Column("title", Text, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("updated", UtcDateTime, nullable=False),
    # The kernel's; null: as it is configured.
    Column("profile", String(16)),
    Index("conversations_by_owner", "owner", "updated"),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column(
        "conversation_id",
        String(32),
        ForeignKey("conversations.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("status", String(16), nullable=False, index=True),
    Column("started", UtcDateTime, nullable=False),
    Column("finished", UtcDateTime),
    # Which process carries it out: enough to know later whether that very process is gone.
    Column("host", String(255), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("process_started", String(64), nullable=False),
    # When somebody asked that process to stop it, and when it last said that it is still at it.
    Column("stop_requested", UtcDateTime),
    Column("alive", UtcDateTime),
)

events = Table(
    "events",
    metadata,
    Column(
        "conversation_id",
        String(32),
        ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("run_id", String(32), nullable=False),
    Column("time", UtcDateTime, nullable=False),
    Column("body", Text, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    Column(
        "conversation_id",
        String(32),
        ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    # The event's that said it.
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("role", String(16), nullable=False),
    Column("parts", Text, nullable=False),
    Column("time", UtcDateTime, nullable=False),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", String(32), primary_key=True),
    Column(
        "conversation_id",
        String(32),
        ForeignKey("conversations.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("name", String(255), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("media_type", String(255), nullable=False),
    Column("added", UtcDateTime, nullable=False),
    Index("attachments_by_name", "conversation_id", "name", unique=True),
)
