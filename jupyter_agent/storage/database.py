"""Opens the database: the folder, the file, its health and its schema, in this order.

Everything here that can go wrong on a person's machine (no rights, a full disk, a damaged file, a file
that a newer version wrote) becomes a `StorageError` that says so.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from jupyter_agent.errors import StorageError

log = logging.getLogger(__name__)

BUSY_TIMEOUT = 15.0
"""Seconds to wait for another process that is writing."""

_LARGEST_CHECKED = 256 * 1024 * 1024
"""Bytes. Walking through a larger file takes longer than a person likes to wait for the first answer."""


async def open_database(path: Path) -> AsyncEngine:
    """An engine for the database at `path`, made or brought up to date as needed.

    Raises:
        StorageError: it cannot be used; the message says why and what to do.
    """
    await asyncio.to_thread(_make_ready, path)
    engine = create_async_engine(_url(path, "aiosqlite"), connect_args={"timeout": BUSY_TIMEOUT})
    _take_transactions_over(engine.sync_engine)
    return engine


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """What the database or the file system refuses becomes a `StorageError`."""
    try:
        yield
    except DBAPIError as error:
        raise _explained(error.orig, path) from error
    except OSError as error:
        raise StorageError(
            f"The data folder {path.parent} cannot be used: {error.strerror or error}.",
            "Make it writable, or name another folder with JupyterAgent.data_dir.",
        ) from error


def script_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without the ini file that would also set up logging."""
    config = Config()
    # Alembic substitutes %(…)s in options.
    folder = str(Path(__file__).parent / "migrations").replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.attributes["connection"] = connection
    return config


def _make_ready(path: Path) -> None:
    with storage_errors(path):
        _make_private(path)
        # Two processes that open a new database at once must not both create its tables.
        with _locked(path.with_name(path.name + ".lock")):
            engine = create_engine(
                _url(path, "pysqlite"), connect_args={"timeout": BUSY_TIMEOUT}, poolclass=NullPool
            )
            _take_transactions_over(engine)
            with engine.connect() as connection:
                _check_health(connection, path)
                _migrate(connection, path)


def _make_private(path: Path) -> None:
    folder = path.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.stat()
    if status.st_mode & 0o077 and status.st_uid == os.getuid():
        folder.chmod(0o700)
    # SQLite gives its journals the rights of the file itself, so these must be right from the start.
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _check_health(connection: Connection, path: Path) -> None:
    if path.stat().st_size > _LARGEST_CHECKED:
        return
    verdict = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
    connection.rollback()
    if verdict != "ok":
        log.error("quick_check of %s: %s", path, verdict)
        raise _damaged(path)


def _migrate(connection: Connection, path: Path) -> None:
    config = script_config(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    current = MigrationContext.configure(connection).get_current_heads()
    connection.rollback()
    if not set(current) <= known:
        raise StorageError(
            f"The database {path} was written by a newer version of jupyterlab-agent.",
            "Update with: python -m pip install --upgrade jupyterlab-agent",
        )
    command.upgrade(config, "head")
    connection.commit()


def _url(path: Path, driver: str) -> URL:
    return URL.create(f"sqlite+{driver}", database=str(path))


def _take_transactions_over(engine: Engine) -> None:
    """Begin transactions ourselves: the driver would begin them late, and never as a writer's.

    A writer that began as a reader is refused, not delayed, when another process writes meanwhile.
    """

    @event.listens_for(engine, "connect")
    def connected(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _damaged(path: Path) -> StorageError:
    return StorageError(
        f"The database {path} is damaged.",
        "Stop Jupyter, move the file away (keep it: parts can be rescued), and start again.",
    )


def _explained(error: BaseException | None, path: Path) -> StorageError:
    code = error.sqlite_errorcode & 0xFF if isinstance(error, sqlite3.Error) else None
    match code:
        case sqlite3.SQLITE_FULL:
            return StorageError(
                "The disk is full: nothing more can be stored.", f"Make room on {path.parent}."
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return StorageError(
                f"The database {path} is read-only.", "Make the file and its folder writable."
            )
        case sqlite3.SQLITE_CANTOPEN:
            return StorageError(
                f"The database {path} cannot be opened.", "Check the rights of the file and of its folder."
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return _damaged(path)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StorageError(
                f"The database {path} is in use by another process that does not let go.",
                "Wait a little, or end the other process.",
            )
        case sqlite3.SQLITE_IOERR:
            return StorageError(
                "The database cannot be read or written: the disk may be full or failing.",
                f"Make room on {path.parent}; a limit on the size of files has the same effect.",
            )
    return StorageError(f"The database {path} failed: {error}.", "The server's log has the details.")
