"""Bodies as they come back from the database: through JSON, each in its place, a second apart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from jupyter_agent.events import Event, EventBody
from jupyter_agent.ids import ConversationId, RunId
from jupyter_agent.wire import body_from_json, body_to_json

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def stored(bodies: Iterable[EventBody], *, run: str = "run", after: int = 0) -> list[Event]:
    """The events of one run, with sequence numbers above `after`."""
    return [
        Event(
            conversation_id=ConversationId("conversation"),
            run_id=RunId(run),
            sequence=sequence,
            time=START + timedelta(seconds=sequence),
            body=body_from_json(body_to_json(body)),
        )
        for sequence, body in enumerate(bodies, start=after + 1)
    ]
