"""Conversations, events and what follows from them, in a real database."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from jupyter_agent.errors import Busy, InputRefused, NotFound, StorageError
from jupyter_agent.events import (
    Activity,
    AnswerGiven,
    AttemptFinished,
    EventBody,
    OutputReceived,
    Rewound,
    RunFinished,
    RunStarted,
    Usage,
)
from jupyter_agent.ids import OWNER, AttachmentId, ConversationId, RunId, UserId, new_id
from jupyter_agent.messages import Attachment, AttachmentPart, Conversation, FolderGrant, TextPart
from jupyter_agent.steps import DisplayOutput, Failure
from jupyter_agent.storage.group_commit import GroupCommit
from jupyter_agent.storage.store import SqlStore

STRANGER = UserId("stranger")
ENDED = RunFinished(status="completed", duration=1)
SALES = Attachment(id=AttachmentId("a1"), name="sales.csv", size=12, media_type="text/csv")


def started(question: str = "How many?", *attachments: Attachment) -> RunStarted:
    return RunStarted(question=question, agent_type="auto", attachments=attachments)


async def test_a_conversation_is_created_renamed_and_deleted(store: SqlStore) -> None:
    made = await store.create_conversation(OWNER, "Sales")
    assert await store.conversation(OWNER, made.id) == made
    renamed = await store.rename_conversation(OWNER, made.id, "Sales 2026")
    assert renamed.title == "Sales 2026"
    assert renamed.created == made.created
    await store.delete_conversation(OWNER, made.id)
    with pytest.raises(NotFound):
        await store.conversation(OWNER, made.id)


async def test_conversations_come_latest_first(store: SqlStore) -> None:
    first, second = [await store.create_conversation(OWNER, title) for title in ("first", "second")]
    assert [c.id for c in await store.conversations(OWNER)] == [second.id, first.id]
    await store.append(first.id, RunId(new_id()), [started()])
    assert [c.id for c in await store.conversations(OWNER)] == [first.id, second.id]
    assert len(await store.conversations(OWNER, limit=1)) == 1


async def test_what_is_anothers_is_not_found(store: SqlStore) -> None:
    mine = await store.create_conversation(OWNER, "mine")
    run = RunId(new_id())
    await store.append(mine.id, run, [started()])
    for refused in (
        store.conversation(STRANGER, mine.id),
        store.rename_conversation(STRANGER, mine.id, "theirs"),
        store.folder_of(STRANGER, mine.id),
        store.choose_folder(STRANGER, mine.id, FolderGrant()),
        store.choose_profile(STRANGER, mine.id, "parallel"),
        store.delete_conversation(STRANGER, mine.id),
        store.add_attachments(STRANGER, mine.id, [SALES]),
        store.attachments(STRANGER, mine.id),
        store.remove_attachment(STRANGER, mine.id, SALES.id),
        store.events(STRANGER, mine.id),
        store.messages(STRANGER, mine.id),
        store.running(STRANGER, mine.id),
        store.request_stop(STRANGER, mine.id),
        store.add_history(STRANGER, mine.id, ()),
        store.run_events(STRANGER, run),
    ):
        with pytest.raises(NotFound):
            await refused
    assert await store.conversations(STRANGER) == ()
    assert await store.runs(STRANGER) == await store.runs(STRANGER, beginning=run) == ()
    assert (await store.conversation(OWNER, mine.id)).title == "mine"


async def test_a_profile_is_chosen_when_nothing_runs(store: SqlStore) -> None:
    plain = await store.create_conversation(OWNER, "")
    talk = await store.create_conversation(OWNER, "", profile="parallel")
    assert (plain.profile, talk.profile) == (None, "parallel")
    assert await store.choose_profile(OWNER, talk.id, "strict") == await store.conversation(OWNER, talk.id)
    await store.append(talk.id, RunId("r"), [started()])
    with pytest.raises(Busy):
        await store.choose_profile(OWNER, talk.id, "parallel")
    assert (await store.conversation(OWNER, talk.id)).profile == "strict"


async def test_the_readable_folder_is_settled_when_a_conversation_begins(store: SqlStore) -> None:
    granted = FolderGrant(path="/home/ann/analysis", name="analysis", note="Code can read analysis/.")
    for grant in (granted, FolderGrant(note="Code can read attached files only: it is hidden."), None):
        made = await store.create_conversation(OWNER, "", folder=grant)
        assert await store.folder_of(OWNER, made.id) == (grant or FolderGrant())


async def test_the_folder_can_be_left_out_until_something_is_asked(store: SqlStore) -> None:
    granted = FolderGrant(path="/home/ann/analysis", name="analysis", note="Code can read analysis/.")
    left, asked = [await store.create_conversation(OWNER, "", folder=granted) for _ in range(2)]
    for choice in (FolderGrant(), granted, FolderGrant()):
        await store.choose_folder(OWNER, left.id, choice)
        assert await store.folder_of(OWNER, left.id) == choice
    await store.append(asked.id, RunId("r"), [started()])
    with pytest.raises(InputRefused, match="first question"):
        await store.choose_folder(OWNER, asked.id, FolderGrant())
    assert await store.folder_of(OWNER, asked.id) == granted


async def test_attachments_keep_their_order(store: SqlStore) -> None:
    conversation = await store.create_conversation(OWNER, "")
    files = [
        Attachment(id=AttachmentId(new_id()), name=f"{letter}.csv", size=1, media_type="text/csv")
        for letter in "cab"
    ]
    for file in files:
        await store.add_attachments(OWNER, conversation.id, [file])
    assert await store.attachments(OWNER, conversation.id) == tuple(files)


async def test_a_file_can_be_taken_out_until_a_question_names_it(store: SqlStore) -> None:
    talk, other = [(await store.create_conversation(OWNER, "")).id for _ in range(2)]
    costs = Attachment(id=AttachmentId("a2"), name="costs.csv", size=1, media_type="text/csv")
    for file in (SALES, costs):
        await store.add_attachments(OWNER, talk, [file])
    for owner, conversation, file_id in (
        (STRANGER, talk, costs.id),
        (OWNER, other, costs.id),
        (OWNER, talk, AttachmentId("nowhere")),
    ):
        with pytest.raises(NotFound):
            await store.remove_attachment(owner, conversation, file_id)

    await store.append(talk, RunId("r1"), [started("What is in a2?", SALES)])
    with pytest.raises(Busy):
        await store.remove_attachment(OWNER, talk, costs.id)
    await store.append(talk, RunId("r1"), [ENDED])
    with pytest.raises(InputRefused, match=r"sales\.csv came with a question"):
        await store.remove_attachment(OWNER, talk, SALES.id)
    assert await store.remove_attachment(OWNER, talk, costs.id) == costs
    assert await store.attachments(OWNER, talk) == (SALES,)
    with pytest.raises(NotFound):
        await store.remove_attachment(OWNER, talk, costs.id)


async def test_events_are_read_as_they_were_written(store: SqlStore) -> None:
    conversation = await store.create_conversation(OWNER, "")
    failure = Failure(error_class="key-error", name="KeyError", message="'prix'", line=3, advice="Look.")
    bodies: list[EventBody] = [
        started("Wie viele? 数\u2028☃", SALES),
        OutputReceived(step=1, attempt=1, output=DisplayOutput(data={"image/png": "iVBOR" * 100_000})),
        AttemptFinished(step=1, attempt=1, status="error", duration=0.25, failure=failure),
        RunFinished(status="failed", duration=1.5, message="No.", usage=Usage(calls=2, prompt_tokens=3)),
    ]
    stored = await store.append(conversation.id, RunId("r1"), bodies)
    assert [event.body for event in stored] == bodies
    assert await store.events(OWNER, conversation.id) == stored
    assert await store.events(OWNER, conversation.id, after=1, limit=2) == stored[1:3]


async def test_messages_and_title_follow_from_the_events(store: SqlStore) -> None:
    conversation = await store.create_conversation(OWNER, "")
    question = "\n What is the mean price per region, and which one grew fastest over the last five years?"
    bodies: list[EventBody] = [
        started(question, SALES),
        Activity(text="Thinking"),
        AnswerGiven(text="**4.2**"),
    ]
    stored = await store.append(conversation.id, RunId("r1"), bodies)
    asked, answered = await store.messages(OWNER, conversation.id)
    assert (asked.role, asked.parts) == ("user", (TextPart(text=question), AttachmentPart(attachment=SALES)))
    assert (answered.role, answered.text, answered.time) == ("assistant", "**4.2**", stored[2].time)
    title = (await store.conversation(OWNER, conversation.id)).title
    assert title == "What is the mean price per region, and which one grew fastest over the last…"


async def test_a_title_that_a_person_chose_stays(store: SqlStore) -> None:
    conversation = await store.create_conversation(OWNER, "Mine")
    await store.append(conversation.id, RunId("r1"), [started("Another?")])
    assert (await store.conversation(OWNER, conversation.id)).title == "Mine"


async def test_only_the_last_messages_are_read(store: SqlStore) -> None:
    conversation = await store.create_conversation(OWNER, "")
    for number in range(8):
        bodies: list[EventBody] = [started(f"q{number}"), AnswerGiven(text=f"a{number}"), ENDED]
        await store.append(conversation.id, RunId(new_id()), bodies)
    texts = [message.text for message in await store.messages(OWNER, conversation.id, limit=3)]
    assert texts == ["a6", "q7", "a7"]


async def test_concurrent_appends_get_contiguous_numbers_and_share_transactions(
    store: SqlStore, database: Path
) -> None:
    talks = [await store.create_conversation(OWNER, str(n)) for n in range(3)]

    async def write(talk: Conversation, writer: int) -> None:
        for number in range(20):
            bodies = [Activity(text=f"{writer}/{number}/{part}") for part in range(2)]
            first, second = await store.append(talk.id, RunId("r"), bodies)
            assert second.sequence == first.sequence + 1

    await asyncio.gather(*(write(talk, writer) for talk in talks for writer in range(5)))
    for talk in talks:
        events = await store.events(OWNER, talk.id)
        assert [event.sequence for event in events] == list(range(1, 201))
        for writer in range(5):
            mine = [
                e.body.text for e in events if e.body.kind == "activity" and e.body.text[0] == str(writer)
            ]
            assert mine == [f"{writer}/{number}/{part}" for number in range(20) for part in range(2)]


async def test_two_stores_on_one_file_never_use_a_number_twice(store: SqlStore, database: Path) -> None:
    other = await SqlStore.open(database)
    talk = await store.create_conversation(OWNER, "")

    async def write(through: SqlStore) -> None:
        for _ in range(30):
            await through.append(talk.id, RunId("r"), [Activity(text="x")])

    await asyncio.gather(write(store), write(other))
    await other.close()
    assert [e.sequence for e in await store.events(OWNER, talk.id)] == list(range(1, 61))


async def test_an_append_to_a_deleted_conversation_spoils_no_other(store: SqlStore) -> None:
    talk = await store.create_conversation(OWNER, "")
    results = await asyncio.gather(
        store.append(talk.id, RunId("r"), [Activity(text="one")]),
        store.append(ConversationId("gone"), RunId("r"), [Activity(text="lost")]),
        store.append(talk.id, RunId("r"), [Activity(text="two")]),
        return_exceptions=True,
    )
    assert isinstance(results[1], NotFound)
    assert [e.sequence for e in await store.events(OWNER, talk.id)] == [1, 2]


async def test_what_comes_while_an_error_of_ours_happens_is_stored(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    talk = await store.create_conversation(OWNER, "")
    begun, goes_on = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def writing() -> AsyncIterator[AsyncConnection]:
        if not begun.is_set():
            begun.set()
            await goes_on.wait()
            raise RuntimeError("a bug")
        async with store._writing() as connection:
            yield connection

    appends = GroupCommit(writing)
    first = asyncio.create_task(appends.append(talk.id, RunId("r"), (Activity(text="lost"),)))
    await begun.wait()
    second = asyncio.create_task(appends.append(talk.id, RunId("r"), (Activity(text="kept"),)))
    await asyncio.sleep(0)
    goes_on.set()
    with pytest.raises(StorageError) as refused:
        await first
    assert refused.value.hint.endswith(".")
    assert "a bug" in caplog.text
    assert [event.sequence for event in await second] == [1]
    await appends.finish()


async def test_one_run_at_a_time_whichever_store_begins_it(store: SqlStore, database: Path) -> None:
    other = await SqlStore.open(database)
    talk, elsewhere = [await store.create_conversation(OWNER, "") for _ in range(2)]
    results = await asyncio.gather(
        store.append(talk.id, RunId("mine"), [started()]),
        other.append(talk.id, RunId("theirs"), [started()]),
        other.append(elsewhere.id, RunId("third"), [started()]),
        return_exceptions=True,
    )
    refused = [isinstance(result, Busy) for result in results]
    assert refused in ([True, False, False], [False, True, False])
    (run,) = {event.run_id for event in await store.events(OWNER, talk.id)}
    assert await store.running(OWNER, talk.id) == await other.running(OWNER, talk.id) == run
    with pytest.raises(Busy):
        await other.append(talk.id, RunId("before"), [Rewound(step=1, attempt=1)])

    await store.append(talk.id, run, [ENDED])
    await other.append(talk.id, run, [Rewound(step=1, attempt=1)])
    assert await other.running(OWNER, talk.id) is None
    await other.append(talk.id, RunId("next"), [started()])
    await other.close()


async def test_a_stop_can_be_asked_for_by_anyone_who_owns_it(store: SqlStore, database: Path) -> None:
    other = await SqlStore.open(database)
    talk, quiet = [await store.create_conversation(OWNER, "") for _ in range(2)]
    mine, another = RunId("mine"), RunId("another")
    await store.append(talk.id, mine, [started()])
    with pytest.raises(NotFound):
        await other.request_stop(STRANGER, talk.id)
    assert await other.request_stop(OWNER, quiet.id) is None
    assert await store.stops_requested([mine, another]) == frozenset()
    assert await other.request_stop(OWNER, talk.id) == mine
    assert await store.stops_requested([mine, another]) == {mine}
    await store.append(talk.id, mine, [ENDED])
    assert await other.request_stop(OWNER, talk.id) is None
    await other.close()


async def test_how_far_conversations_go_is_told_at_once(store: SqlStore) -> None:
    empty, talk = [(await store.create_conversation(OWNER, "")).id for _ in range(2)]
    await store.append(talk, RunId("r"), [Activity(text="x")] * 3)
    assert await store.last_sequences([empty, talk, ConversationId("gone")]) == {empty: 0, talk: 3}


async def test_a_cancelled_append_is_stored_all_the_same(store: SqlStore) -> None:
    talk = await store.create_conversation(OWNER, "")
    task = asyncio.create_task(store.append(talk.id, RunId("r"), [Activity(text="kept")]))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await store.append(talk.id, RunId("r"), [Activity(text="next")])
    texts = [e.body.text for e in await store.events(OWNER, talk.id) if e.body.kind == "activity"]
    assert texts == ["kept", "next"]


async def test_a_cancelled_reader_leaves_a_store_that_works_and_closes(store: SqlStore) -> None:
    talk = await store.create_conversation(OWNER, "")
    for steps in range(12):
        task = asyncio.create_task(store.events(OWNER, talk.id))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert await store.events(OWNER, talk.id) == ()


async def test_a_closed_store_says_so(store: SqlStore) -> None:
    talk = await store.create_conversation(OWNER, "")
    last = asyncio.create_task(store.append(talk.id, RunId("r"), [Activity(text="in time")]))
    await asyncio.sleep(0)
    await store.close()
    assert len(await last) == 1
    with pytest.raises(StorageError, match="closed"):
        await store.conversations(OWNER)
    with pytest.raises(StorageError, match="closed"):
        await store.append(talk.id, RunId("r"), [Activity(text="too late")])


async def test_nothing_is_left_of_a_deleted_conversation(store: SqlStore, database: Path) -> None:
    talk = await store.create_conversation(OWNER, "secret")
    await store.add_attachments(OWNER, talk.id, [SALES])
    await store.append(talk.id, RunId("r"), [started("secret"), AnswerGiven(text="secret")])
    await store.delete_conversation(OWNER, talk.id)
    with closing(sqlite3.connect(database)) as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        counts = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
    assert counts.pop("alembic_version") == 1
    assert len(counts) == 5
    assert set(counts.values()) == {0}


async def test_runs_are_found_by_how_they_begin_and_read_alone(store: SqlStore) -> None:
    first, second = [(await store.create_conversation(OWNER, "")).id for _ in range(2)]
    for number, conversation in enumerate((first, first, second)):
        await store.append(conversation, RunId(f"a{number}"), [started(), AnswerGiven(text="4"), ENDED])
    await store.append(first, RunId("a0"), [Rewound(step=1, attempt=1)])
    await store.append(second, RunId("b%"), [started()])
    found = await store.runs(OWNER)
    assert [run.id for run in found] == ["b%", "a2", "a1", "a0"]
    assert [(run.status, run.finished is None) for run in found[:2]] == [
        ("running", True),
        ("completed", False),
    ]
    assert [run.id for run in await store.runs(OWNER, conversation_id=first, limit=1)] == ["a1"]
    assert [run.id for run in await store.runs(OWNER, beginning="a")] == ["a2", "a1", "a0"]
    assert [run.id for run in await store.runs(OWNER, beginning="%")] == []
    kinds = [event.body.kind for event in await store.run_events(OWNER, RunId("a0"))]
    assert kinds == ["run-started", "answer", "run-finished", "rewound"]
    (answer,) = await store.run_events(OWNER, RunId("a1"), kinds=["answer", "plan"])
    assert (answer.sequence, answer.body) == (5, AnswerGiven(text="4"))
    with pytest.raises(NotFound):
        await store.run_events(OWNER, RunId("a"))


async def test_what_was_there_before_a_run_is_told_apart(store: SqlStore) -> None:
    talk = (await store.create_conversation(OWNER, "")).id
    await store.add_attachments(OWNER, talk, [SALES])
    await store.append(talk, RunId("1"), [started("one"), AnswerGiven(text="1"), ENDED])
    (begun,) = await store.append(talk, RunId("2"), [started("two")])
    await store.add_attachments(OWNER, talk, [replace(SALES, id=AttachmentId("late"), name="late.csv")])
    before = await store.messages(OWNER, talk, before=begun.sequence)
    assert [message.text for message in before] == ["one", "1"]
    assert [
        message.text for message in await store.messages(OWNER, talk, before=begun.sequence, limit=1)
    ] == ["1"]
    assert await store.attachments(OWNER, talk, before=begun.time) == (SALES,)


async def test_a_conversation_may_go_on_from_another(store: SqlStore) -> None:
    old, new = [(await store.create_conversation(OWNER, "")).id for _ in range(2)]
    await store.append(old, RunId("1"), [started("one"), AnswerGiven(text="1"), ENDED])
    history = await store.messages(OWNER, old)
    await store.add_history(OWNER, new, history)
    assert await store.messages(OWNER, new) == history
    (begun,) = await store.append(new, RunId("2"), [started("two")])
    assert begun.sequence == 1
    said = await store.messages(OWNER, new)
    assert [message.text for message in said] == ["one", "1", "two"]
    with pytest.raises(InputRefused):
        await store.add_history(OWNER, new, history)
