"""Undoing an execution that went well but was not good enough, and processes that end between executions."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from pathlib import Path

import pytest
from jupyter_client.multikernelmanager import AsyncMultiKernelManager
from traitlets.config import Config

from jupyter_agent.audit import AuditLog
from jupyter_agent.kernel.sessions import RestrictedKernels, RestrictedSession
from jupyter_agent.protocols import Workspace
from jupyter_agent.steps import FileChanges, Undone
from tests.kernel.conftest import STRICT, run
from tests.kernel.test_transactions import A_THREAD

CHANGE = (
    "kept.append(2); new = 1; import pandas\n"
    "open('notes.txt', 'a').write('more'); open('new.txt', 'w').write('x')"
)


async def test_what_went_well_can_be_undone(session: RestrictedSession, workspace: Workspace) -> None:
    await run(session, "kept = [1]; open('notes.txt', 'w').write('first ')", label="r/1/1")
    changed = await run(session, CHANGE, label="r/1/2")
    assert changed.execution.status == "ok"
    undone = await session.undo("r/1/2")
    assert undone == Undone(
        rolled_back=True, files=FileChanges(removed=("new.txt",), put_back=("notes.txt",))
    )
    after = await run(session, "kept, 'new' in globals(), open('notes.txt').read()", label="r/1/3")
    assert after.result == "([1], False, 'first ')"
    assert not (workspace.folder / "new.txt").exists()
    assert [point.label for point in await session.points()] == ["r/1/1", "r/1/3"]


async def test_copies_are_gone_back_to_where_there_is_no_snapshot(
    session: RestrictedSession, workspace: Workspace
) -> None:
    await run(session, f"kept = [1]; {A_THREAD}; open('notes.txt', 'w').write('first ')", label="r/1/1")
    changed = await run(session, CHANGE, label="r/1/2")
    assert changed.execution.protection.kind == "copies"
    await asyncio.sleep(0.3)
    undone = await session.undo("r/1/2")
    assert undone.rolled_back
    after = await run(session, "kept, 'new' in globals(), open('notes.txt').read()")
    assert after.result == "([1], False, 'first ')"


async def test_only_the_last_execution_can_be_undone(
    session: RestrictedSession, workspace: Workspace
) -> None:
    assert await session.undo("r/1/1") == Undone(), "there is no kernel yet"
    await run(session, "x = 1; open('one.txt', 'w').close()", label="r/1/1")
    await run(session, "x = 2", label="r/1/2")
    assert await session.undo("r/1/1") == Undone()
    assert (await run(session, "x")).result == "2"
    assert await session.undo("r/1/2") == Undone(), "something ran since"
    await run(session, "x = 3; 1 / 0", label="r/1/3")
    assert await session.undo("r/1/3") == Undone(), "it is undone already"
    assert (workspace.folder / "one.txt").exists()


async def test_nothing_is_undone_twice(session: RestrictedSession) -> None:
    await run(session, "x = 1", label="r/1/1")
    await run(session, "x = 2", label="r/1/2")
    assert (await session.undo("r/1/2")).rolled_back
    assert await session.undo("r/1/2") == Undone()
    assert await session.undo("r/1/1") == Undone()
    assert (await run(session, "x")).result == "1"


async def test_the_last_execution_can_be_undone_where_no_moments_are_kept(
    manager: AsyncMultiKernelManager, kernels: RestrictedKernels, workspace: Workspace
) -> None:
    manager.update_config(Config(RestrictedProvisioner={"snapshots": 0}))
    session = kernels.session(workspace)
    for number in (1, 2, 3):
        await run(session, f"x = {number}", label=f"r/1/{number}")
    assert await session.points() == ()
    assert (await session.undo("r/1/3")).rolled_back
    assert (await run(session, "x")).result == "2"


async def test_the_audit_log_says_what_was_undone(
    manager: AsyncMultiKernelManager, workspace: Workspace, tmp_path: Path
) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")
    kernels = RestrictedKernels(manager, STRICT, audit=log)
    session = kernels.session(workspace)
    try:
        await run(session, "x = 1; open('new.txt', 'w').close()", label="r/1/1")
        await session.undo("r/1/1")
        await session.undo("r/1/1")
    finally:
        await kernels.close()
    ran, undone = (json.loads(line) for line in log.path.read_text().splitlines())
    assert (ran["attempt"], ran["status"], ran["rolled_back"]) == ("r/1/1", "ok", False)
    assert (undone["attempt"], undone["status"], undone["rolled_back"]) == ("r/1/1", "undone", True)
    assert undone["conversation"] == workspace.conversation_id
    assert undone["files"] == {"removed": ["new.txt"], "put_back": [], "not_restored": []}


async def test_a_file_that_is_attached_meanwhile_stays(
    session: RestrictedSession, workspace: Workspace
) -> None:
    await run(session, "x = 1")
    code = asyncio.create_task(
        run(session, "import time; open('mine.csv', 'w').close(); time.sleep(1); 1 / 0")
    )
    async with asyncio.timeout(30):
        while not (workspace.folder / "mine.csv").exists():
            await asyncio.sleep(0.02)
    (workspace.attachments / "late.csv").write_text("a\n1\n")
    (workspace.folder / "late.csv").symlink_to(workspace.attachments / "late.csv")
    ended = (await code).execution
    assert (ended.rolled_back, ended.files.removed) == (True, ("mine.csv",))
    assert (await run(session, "print(open('late.csv').read())")).text == "a\n1\n\n"
    refused = await run(session, "import os; os.symlink('late.csv', 'link.csv')")
    assert refused.error.name == "PermissionError", "a link is never the code's"


@pytest.mark.parametrize(
    "code", ["exit", "x = 2\nexit()\nx = 5", "x = 2; quit()", "exit('enough')", "x = 2\nif x:\n    quit(3)"]
)
async def test_exit_ends_the_program_and_nothing_else(session: RestrictedSession, code: str) -> None:
    await run(session, "x = 1", label="r/1/1")
    ended = await run(session, code, label="r/1/2")
    assert ended.execution.status == "error"
    assert ended.error.name == "SystemExit"
    assert ended.error.message == ("enough" if "enough" in code else "3" if "3)" in code else "")
    assert ended.text == "", "no advice to use what was used"
    assert ended.execution.rolled_back
    await asyncio.sleep(0.3)
    for number in (3, 4, 5):
        after = await run(session, "x", label=f"r/1/{number}")
        assert (after.execution.status, after.result) == ("ok", "1")
        await asyncio.sleep(0.15)


async def test_a_process_that_ends_between_executions_loses_nothing(session: RestrictedSession) -> None:
    await run(session, "x = 1", label="r/1/1")
    ran = await run(session, "import os; x = 2; os.getpid()", label="r/1/2")
    await asyncio.sleep(0.3)
    os.kill(int(ran.result), signal.SIGKILL)
    await asyncio.sleep(0.3)
    for number in (3, 4):
        after = await run(session, "x", label=f"r/1/{number}")
        assert (after.execution.status, after.result) == ("ok", "2")
    assert (await session.undo("r/1/4")).rolled_back


async def test_what_a_process_that_ends_at_once_takes_along_is_told(session: RestrictedSession) -> None:
    """Before there is a snapshot of its last variables."""
    await run(session, "x = 1", label="r/1/1")
    ran = await run(session, f"import os; x = 2; {A_THREAD}; os.getpid()", label="r/1/2")
    os.kill(int(ran.result), signal.SIGKILL)
    await asyncio.sleep(0.3)
    after = await run(session, "x", label="r/1/3")
    assert after.result == "1"
    assert "ended" in after.execution.note
    assert "before" in after.execution.note


async def test_code_that_stops_the_event_loop_ends_nothing(session: RestrictedSession) -> None:
    await run(session, "import asyncio; x = 1; asyncio.get_running_loop().stop()", label="r/1/1")
    await asyncio.sleep(0.2)
    after = await run(session, "x", label="r/1/2")
    assert (after.execution.status, after.result) == ("ok", "1")
