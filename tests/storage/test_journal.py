"""What is stored is shown: once, in order, without gaps, to fast and slow followers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from jupyter_agent.errors import NotFound, StorageError
from jupyter_agent.events import Activity, Event
from jupyter_agent.ids import OWNER, ConversationId, RunId, UserId, new_id
from jupyter_agent.journal import Journal
from jupyter_agent.storage.store import SqlStore

RUN = RunId("run")
PATIENCE = 30
"""Seconds after which something hangs for sure."""


async def conversation(store: SqlStore) -> ConversationId:
    return (await store.create_conversation(OWNER, "")).id


async def collect(events: AsyncGenerator[Event, None], count: int) -> list[int]:
    sequences: list[int] = []
    async with asyncio.timeout(PATIENCE), aclosing(events) as following:
        async for event in following:
            sequences.append(event.sequence)
            if len(sequences) == count:
                break
    return sequences


async def write(journal: Journal, talk: ConversationId, count: int, run: RunId = RUN) -> None:
    for number in range(count):
        await journal.append(talk, run, [Activity(text=str(number))])


async def test_a_follower_gets_the_past_then_the_present(journal: Journal, store: SqlStore) -> None:
    talk = await conversation(store)
    await write(journal, talk, 5)
    following = asyncio.create_task(collect(journal.follow(OWNER, talk, after=2), 8))
    await asyncio.sleep(0.05)
    await write(journal, talk, 3)
    await write(journal, talk, 2, RunId("the next run"))
    assert await following == [3, 4, 5, 6, 7, 8, 9, 10]


async def test_followers_that_come_and_go_while_many_write_miss_and_repeat_nothing(
    journal: Journal, store: SqlStore
) -> None:
    talk = await conversation(store)
    writers, each = 4, 150
    total = writers * each

    async def reconnecting() -> list[int]:
        seen: list[int] = []
        while len(seen) < total:
            last = seen[-1] if seen else 0
            seen += await collect(journal.follow(OWNER, talk, after=last), min(37, total - len(seen)))
        return seen

    async with asyncio.TaskGroup() as group:
        steady = [group.create_task(collect(journal.follow(OWNER, talk), total)) for _ in range(3)]
        restless = group.create_task(reconnecting())
        for _ in range(writers):
            group.create_task(write(journal, talk, each))
    for follower in (*steady, restless):
        assert follower.result() == list(range(1, total + 1))


async def test_a_slow_follower_holds_little_memory_and_loses_nothing(
    journal: Journal, store: SqlStore
) -> None:
    talk = await conversation(store)
    total = 1000
    async with asyncio.timeout(PATIENCE), aclosing(journal.follow(OWNER, talk)) as following:
        await journal.append(talk, RUN, [Activity(text="first")])
        assert (await anext(following)).sequence == 1
        for _ in range((total - 1) // 27):
            await journal.append(talk, RUN, [Activity(text="x")] * 27)
        held = sum(len(tail.after(tail._last - 1) or ()) for tail in journal._tails.values())
        assert held <= 1
        assert all(len(tail._events) <= 100 for tail in journal._tails.values())
        seen = [1]
        while len(seen) < total:
            seen.append((await anext(following)).sequence)
    assert seen == list(range(1, total + 1))


async def test_nothing_is_kept_for_a_conversation_that_nobody_follows(
    journal: Journal, store: SqlStore
) -> None:
    talk = await conversation(store)
    await write(journal, talk, 3)
    assert await collect(journal.follow(OWNER, talk), 3) == [1, 2, 3]
    assert not journal._tails


async def test_what_was_shown_before_the_end_is_handed_on(journal: Journal, store: SqlStore) -> None:
    talk = await conversation(store)
    async with asyncio.timeout(PATIENCE), aclosing(journal.follow(OWNER, talk)) as following:
        await journal.append(talk, RUN, [Activity(text="first")])
        seen = [(await anext(following)).sequence]
        await write(journal, talk, 4)
        await journal.close()
        seen += [event.sequence async for event in following]
    assert seen == [1, 2, 3, 4, 5]


async def test_what_is_another_owners_cannot_be_followed(journal: Journal, store: SqlStore) -> None:
    talk = await conversation(store)
    with pytest.raises(NotFound):
        await anext(journal.follow(UserId("stranger"), talk))
    with pytest.raises(NotFound):
        await anext(journal.follow(OWNER, ConversationId(new_id())))


async def test_a_cancelled_writer_does_not_hide_what_it_stored(journal: Journal, store: SqlStore) -> None:
    talk = await conversation(store)
    following = asyncio.create_task(collect(journal.follow(OWNER, talk), 1))
    await asyncio.sleep(0.05)
    writing = asyncio.create_task(write(journal, talk, 1))
    await asyncio.sleep(0)
    writing.cancel()
    assert await following == [1]


@pytest.mark.parametrize("ending", ["close", "forget"])
async def test_following_ends_with_the_journal_and_with_the_conversation(
    journal: Journal, store: SqlStore, ending: str
) -> None:
    talk = await conversation(store)
    await write(journal, talk, 2)
    following = asyncio.create_task(collect(journal.follow(OWNER, talk), 3))
    await asyncio.sleep(0.05)
    if ending == "close":
        await journal.close()
        assert await collect(journal.follow(OWNER, talk), 1) == []
    else:
        journal.forget(talk)
    assert await following == [1, 2]


@pytest.fixture
def elsewhere(
    jp_asyncio_loop: asyncio.AbstractEventLoop, database: Path, store: SqlStore
) -> Iterator[SqlStore]:
    """The same database, as another process has it open."""
    other = jp_asyncio_loop.run_until_complete(SqlStore.open(database))
    yield other
    jp_asyncio_loop.run_until_complete(other.close())


async def test_what_another_process_stores_is_shown(
    journal: Journal, store: SqlStore, elsewhere: SqlStore
) -> None:
    talk, quiet = await conversation(store), await conversation(store)
    await write(journal, talk, 2)
    following = asyncio.create_task(collect(journal.follow(OWNER, talk, after=1), 5))
    idle = asyncio.create_task(collect(journal.follow(OWNER, quiet), 1))
    await asyncio.sleep(0.05)
    await elsewhere.append(talk, RunId("theirs"), [Activity(text="x")] * 2)
    await write(journal, talk, 2)
    assert await following == [2, 3, 4, 5, 6]
    assert not idle.done()
    idle.cancel()


async def test_what_another_process_stores_alone_is_shown_within_seconds(
    journal: Journal, store: SqlStore, elsewhere: SqlStore
) -> None:
    talk = await conversation(store)
    following = asyncio.create_task(collect(journal.follow(OWNER, talk), 500))
    for _ in range(5):
        await elsewhere.append(talk, RunId("theirs"), [Activity(text="x")] * 100)
    assert await following == list(range(1, 501))


async def test_a_conversation_that_another_process_deletes_ends(
    journal: Journal, store: SqlStore, elsewhere: SqlStore
) -> None:
    talk = await conversation(store)
    following = asyncio.create_task(collect(journal.follow(OWNER, talk), 1))
    await asyncio.sleep(0.05)
    await elsewhere.delete_conversation(OWNER, talk)
    assert await following == []


async def test_nothing_is_looked_for_when_nobody_follows(journal: Journal, store: SqlStore) -> None:
    talk = await conversation(store)
    await write(journal, talk, 1)
    assert journal._looking is None
    await collect(journal.follow(OWNER, talk), 1)
    assert journal._looking is not None
    await asyncio.wait_for(journal._looking, PATIENCE)
    assert await collect(journal.follow(OWNER, talk), 1) == [1]
    assert not journal._looking.done()


async def test_who_follows_is_told_why_nothing_more_comes(journal: Journal, store: SqlStore) -> None:
    talk = await conversation(store)
    await write(journal, talk, 2)
    following = asyncio.create_task(collect(journal.follow(OWNER, talk), 3))
    await asyncio.sleep(0.05)
    journal.obstruct(talk, StorageError("The disk is full.", "Make room."))
    with pytest.raises(StorageError, match=r"The disk is full\. Make room\."):
        await following
    late = journal.follow(OWNER, talk, after=1)
    assert (await anext(late)).sequence == 2
    with pytest.raises(StorageError, match="full"):
        await anext(late)

    await write(journal, talk, 1)
    assert await collect(journal.follow(OWNER, talk), 3) == [1, 2, 3]


async def test_a_database_that_cannot_be_read_is_said_to_who_follows(
    journal: Journal, store: SqlStore
) -> None:
    talk = await conversation(store)
    following = asyncio.create_task(collect(journal.follow(OWNER, talk), 1))
    await asyncio.sleep(0.05)
    await store.close()
    with pytest.raises(StorageError, match="closed"):
        await following
