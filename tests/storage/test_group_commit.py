"""Events of several callers in one transaction: what goes wrong with it each is told for itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from jupyter_agent.errors import StorageError
from jupyter_agent.ids import ConversationId, RunId
from jupyter_agent.storage.group_commit import GroupCommit


async def test_each_caller_gets_an_error_of_its_own() -> None:
    @asynccontextmanager
    async def writing() -> AsyncIterator[AsyncConnection]:
        raise StorageError("The disk is full.", "Make room.")
        yield

    commits = GroupCommit(writing)
    appends = (commits.append(ConversationId("c"), RunId(run), ()) for run in ("r1", "r2"))
    first, second = await asyncio.gather(*appends, return_exceptions=True)
    assert isinstance(first, StorageError)
    assert isinstance(second, StorageError)
    assert first is not second
    assert str(first) == str(second) == "The disk is full. Make room."
