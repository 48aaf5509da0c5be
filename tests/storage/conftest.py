"""A store and a journal in a temporary folder."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_agent.journal import Journal
from jupyter_agent.storage.store import SqlStore


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "agent.sqlite3"


@pytest.fixture
def store(jp_asyncio_loop: asyncio.AbstractEventLoop, database: Path) -> Iterator[SqlStore]:
    store = jp_asyncio_loop.run_until_complete(SqlStore.open(database))
    yield store
    jp_asyncio_loop.run_until_complete(store.close())


@pytest.fixture
def journal(jp_asyncio_loop: asyncio.AbstractEventLoop, store: SqlStore) -> Iterator[Journal]:
    journal = Journal(store)
    yield journal
    jp_asyncio_loop.run_until_complete(journal.close())
