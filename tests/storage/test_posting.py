"""Events of a run are handed over without waiting, and stored in order, without gaps, to the last."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from jupyter_agent.errors import StorageError
from jupyter_agent.events import Activity, Event
from jupyter_agent.ids import OWNER, ConversationId, RunId
from jupyter_agent.journal import Journal
from jupyter_agent.posting import Posting
from jupyter_agent.storage.store import SqlStore

RUN = RunId("run")


@pytest.fixture
def talk(jp_asyncio_loop: asyncio.AbstractEventLoop, store: SqlStore) -> ConversationId:
    return jp_asyncio_loop.run_until_complete(store.create_conversation(OWNER, "")).id


def texts(events: tuple[Event, ...]) -> list[str]:
    return [event.body.text for event in events if isinstance(event.body, Activity)]


async def test_all_are_stored_in_order_when_it_ends(
    journal: Journal, store: SqlStore, talk: ConversationId
) -> None:
    said = [str(number) for number in range(250)]
    async with Posting(journal, talk, RUN) as posting:
        for text in said:
            await posting.post(Activity(text=text))
    assert texts(await store.events(OWNER, talk)) == said


async def test_nobody_waits_until_one_is_stored_but_who_asks_to(
    journal: Journal, store: SqlStore, talk: ConversationId
) -> None:
    async with Posting(journal, talk, RUN) as posting:
        await posting.post(Activity(text="first"))
        await posting.post(Activity(text="second"))
        assert await store.events(OWNER, talk) == ()
        await posting.stored()
        assert texts(await store.events(OWNER, talk)) == ["first", "second"]


async def test_what_was_handed_over_is_stored_although_its_run_is_stopped(
    journal: Journal, store: SqlStore, talk: ConversationId
) -> None:
    async def work() -> None:
        async with Posting(journal, talk, RUN) as posting:
            await posting.post(Activity(text="first"))
            await posting.post(Activity(text="second"))
            await asyncio.Event().wait()

    working = asyncio.create_task(work())
    await asyncio.sleep(0)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert texts(await store.events(OWNER, talk)) == ["first", "second"]


async def test_after_one_that_cannot_be_stored_none_is(
    journal: Journal, store: SqlStore, database: Path, talk: ConversationId
) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON events WHEN NEW.body LIKE '%second%' "
            "BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )

    async def work() -> None:
        async with Posting(journal, talk, RUN) as posting:
            await posting.post(Activity(text="first"))
            await posting.stored()
            await posting.post(Activity(text="second"))
            with pytest.raises(StorageError, match="no room"):
                await posting.stored()
            await posting.post(Activity(text="third"))

    with pytest.raises(StorageError, match="no room"):
        await work()
    assert texts(await store.events(OWNER, talk)) == ["first"]
