"""Opening the database: private, migrated, healthy, or a clear sentence why not."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from jupyter_agent.errors import StorageError
from jupyter_agent.events import Activity
from jupyter_agent.ids import OWNER, RunId
from jupyter_agent.storage.database import script_config
from jupyter_agent.storage.schema import metadata
from jupyter_agent.storage.store import SqlStore

REVISIONS = [script.revision for script in ScriptDirectory.from_config(script_config()).walk_revisions()]


async def opened_once(database: Path) -> None:
    store = await SqlStore.open(database)
    await store.create_conversation(OWNER, "hello")
    await store.close()


async def test_the_data_is_its_owners_alone(database: Path) -> None:
    database.parent.mkdir(mode=0o755)
    store = await SqlStore.open(database)
    await store.create_conversation(OWNER, "hello")
    assert stat.S_IMODE(database.parent.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in database.parent.iterdir()}
    await store.close()
    assert "agent.sqlite3-wal" in modes
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("revision", ["base", *reversed(REVISIONS)])
async def test_every_older_schema_becomes_the_newest(database: Path, revision: str) -> None:
    database.parent.mkdir()
    engine = create_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        if revision != "base":
            command.upgrade(script_config(connection), revision)
    await opened_once(database)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == REVISIONS[0]
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_revisions_form_one_line() -> None:
    scripts = ScriptDirectory.from_config(script_config())
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
    assert sorted(REVISIONS) == list(reversed(REVISIONS))


async def test_processes_that_open_a_new_database_at_once_do_not_collide(database: Path) -> None:
    code = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom jupyter_agent.storage.store import SqlStore\n"
        "async def main():\n"
        "    store = await SqlStore.open(Path(sys.argv[1]))\n"
        "    await store.create_conversation('owner', 'x')\n"
        "    await store.close()\n"
        "asyncio.run(main())\n"
    )
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", code, str(database)) for _ in range(4)
    ]
    async with asyncio.timeout(60):
        assert [await process.wait() for process in processes] == [0] * 4
    store = await SqlStore.open(database)
    assert len(await store.conversations(OWNER)) == 4
    await store.close()


async def test_logging_is_left_alone(database: Path) -> None:
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("alembic", "sqlalchemy", "sqlalchemy.engine")}
    before = (root.level, list(root.handlers), logging.getLogger("elsewhere").disabled)
    await opened_once(database)
    assert before == (root.level, list(root.handlers), logging.getLogger("elsewhere").disabled)
    assert levels == {name: logging.getLogger(name).level for name in levels}


async def test_a_newer_schema_is_not_touched(database: Path) -> None:
    await opened_once(database)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageError, match=r"newer version.*pip install --upgrade"):
        await SqlStore.open(database)


@pytest.mark.parametrize("damage", ["no database at all", "a page overwritten"])
async def test_a_damaged_file_is_said_to_be_damaged(database: Path, damage: str) -> None:
    await opened_once(database)
    content = bytearray(database.read_bytes())
    if damage == "no database at all":
        content[:100] = b"x" * 100
    else:
        content[4096 * 2 : 4096 * 4] = b"\xff" * 8192
    database.write_bytes(content)
    with pytest.raises(StorageError, match=r"damaged.*move the file away"):
        await SqlStore.open(database)


async def test_a_read_only_file_is_said_to_be_read_only(database: Path) -> None:
    await opened_once(database)
    database.chmod(0o400)
    with pytest.raises(StorageError, match=r"writable|Permission denied"):
        await SqlStore.open(database)


async def test_a_folder_without_rights_is_a_clear_error(database: Path) -> None:
    database.parent.mkdir(mode=0o500)
    with pytest.raises(StorageError, match="cannot be used: Permission denied"):
        await SqlStore.open(database.parent / "deeper" / database.name)


async def test_a_place_that_is_no_folder_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match=r"cannot be used: (Not a directory|File exists)"):
        await SqlStore.open(tmp_path / "file" / "a.sqlite3")


async def test_a_full_disk_is_a_clear_error_and_spoils_nothing(database: Path) -> None:
    """A limit on the size of files stands in for the end of the disk."""
    code = (
        "import asyncio, resource, signal, sys\nfrom pathlib import Path\n"
        "from jupyter_agent.errors import StorageError\n"
        "from jupyter_agent.events import Activity\n"
        "from jupyter_agent.storage.store import SqlStore\n"
        "async def main():\n"
        "    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "    store = await SqlStore.open(Path(sys.argv[1]))\n"
        "    talk = await store.create_conversation('owner', 'x')\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))\n"
        "    stored = 0\n"
        "    try:\n"
        "        while True:\n"
        "            await store.append(talk.id, 'r', [Activity(text='x' * 10_000)])\n"
        "            stored += 1\n"
        "    except StorageError as error:\n"
        "        print(stored, error)\n"
        "asyncio.run(main())\n"
    )
    result = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", code, str(database)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    stored, _, sentence = result.stdout.partition(" ")
    assert "disk" in sentence, result.stderr
    store = await SqlStore.open(database)
    (talk,) = await store.conversations(OWNER)
    events = await store.events(OWNER, talk.id)
    assert [event.sequence for event in events] == list(range(1, int(stored) + 1))
    await store.append(talk.id, RunId("r"), [Activity(text="room again")])
    await store.close()


async def test_a_failed_write_reaches_everyone_who_waits_for_it(store: SqlStore, database: Path) -> None:
    talk = await store.create_conversation(OWNER, "")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DROP TABLE events")
    results = await asyncio.gather(
        *(store.append(talk.id, RunId("r"), [Activity(text="x")]) for _ in range(3)), return_exceptions=True
    )
    assert all(isinstance(result, StorageError) for result in results)
