"""Variables outlive their kernels, on real ones: what is kept comes back, what cannot be is told."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from jupyter_client.multikernelmanager import AsyncMultiKernelManager

from jupyter_agent.ids import ConversationId
from jupyter_agent.kernel import lifeline
from jupyter_agent.kernel.channels import Channels, KernelEnded, process_of
from jupyter_agent.kernel.protocol import CATALOGUE
from jupyter_agent.kernel.sessions import RestrictedKernels, RestrictedSession
from jupyter_agent.protocols import Kept, Workspace
from jupyter_agent.steps import VariableChanges
from jupyter_agent.variables import load
from tests.kernel.conftest import STRICT, run

MAKE = """
import numpy, pandas
table = pandas.DataFrame({"a": [1, 2], "when": pandas.to_datetime(["2026-01-01", "2026-02-01"])})
array, plain = numpy.arange(6).reshape(2, 3), {"a": [1, (2, 3)], 4: {5}}
def double(x): return 2 * x
"""
SHOW = "print(table.dtypes.astype(str).to_dict(), array.tolist(), plain, 'double' in globals())"


async def test_variables_come_back_after_a_restart(
    session: RestrictedSession, manager: AsyncMultiKernelManager
) -> None:
    before = await run(session, f"{MAKE}\n{SHOW}")
    kept = await session.keep()
    assert set(kept.names) == {"table", "array", "plain"}
    (lost,) = kept.lost
    assert (lost.name, "def double(x)" in lost.made_by) == ("double", True)
    (kernel_id,) = manager.list_kernel_ids()
    await manager.restart_kernel(kernel_id)
    after = await run(session, SHOW)
    assert after.text == before.text.replace("True", "False")
    assert "The kernel was restarted." in after.execution.note
    assert "Variables that were kept are back: table, array, plain." in after.execution.note
    assert "These could not be kept: double." in after.execution.note
    assert (await run(session, "1")).execution.note == ""


async def test_variables_come_back_in_another_server(
    kernels: RestrictedKernels, manager: AsyncMultiKernelManager, workspace: Workspace
) -> None:
    session = kernels.session(workspace)
    await run(session, MAKE)
    await session.keep()
    await kernels.close()
    other = RestrictedKernels(manager, STRICT)
    try:
        back = await other.session(workspace).restore()
        assert set(back.names) == {"table", "array", "plain"}
        assert [lost.name for lost in back.lost] == ["double"]
        assert {variable.name for variable in await other.session(workspace).variables()} == set(back.names)
        again = await run(other.session(workspace), "int(table.a.sum())")
        assert (again.result, again.execution.note) == ("3", "")
    finally:
        await other.close()


async def test_nothing_is_started_where_nothing_was_kept(
    session: RestrictedSession, manager: AsyncMultiKernelManager
) -> None:
    assert (await session.restore()).names == ()
    assert manager.list_kernel_ids() == []


async def test_what_nobody_could_change_is_not_written_again(
    session: RestrictedSession, workspace: Workspace
) -> None:
    await run(session, "x = 1")
    kept = await session.keep()
    written = (workspace.variables / CATALOGUE).stat().st_mtime_ns
    await session.variables()
    assert await session.keep() == kept
    assert (workspace.variables / CATALOGUE).stat().st_mtime_ns == written
    await run(session, "x = 2")
    await session.keep()
    assert (workspace.variables / CATALOGUE).stat().st_mtime_ns > written


async def kept_now(session: RestrictedSession, manager: AsyncMultiKernelManager, expression: str) -> str:
    """What `expression` is in the kernel after the next, which has what is kept now."""
    await session.keep()
    (kernel_id,) = manager.list_kernel_ids()
    await manager.restart_kernel(kernel_id)
    return (await run(session, expression)).result


async def test_a_change_that_nobody_notices_is_kept(
    session: RestrictedSession, manager: AsyncMultiKernelManager
) -> None:
    await run(session, "import numpy; array = numpy.zeros(1_000_000)")
    await session.keep()
    changed = await run(session, "array[12_345] = 7")
    assert changed.execution.changes == VariableChanges(), "it samples, or this tests nothing"
    assert await kept_now(session, manager, "float(array.sum())") == "7.0"


LEFT_RUNNING = """
import asyncio
_loop = asyncio.get_running_loop(); _over = _loop.create_future()
_loop.call_later(0.3, lambda: _over.done() or _over.set_result(None))
x = 1
"""


@pytest.mark.parametrize("how", ["undo", "rewind"])
async def test_what_was_taken_back_is_not_kept(
    session: RestrictedSession, manager: AsyncMultiKernelManager, how: str
) -> None:
    # Something is left running, so that the snapshot is made only when the next program comes.
    await run(session, LEFT_RUNNING, label="r/1/1")
    await session.keep()
    await run(session, "await _over; x = 2", label="r/1/2")
    await session.keep()
    assert await (session.undo("r/1/2") if how == "undo" else session.rewind("r/1/2"))
    assert await kept_now(session, manager, "x") == "1"


async def test_what_changes_between_executions_is_kept(
    session: RestrictedSession, manager: AsyncMultiKernelManager, workspace: Workspace
) -> None:
    await run(
        session,
        "import asyncio, os; x = 1\n"
        "async def change():\n"
        "    global x\n"
        "    while not os.path.exists('go'): await asyncio.sleep(0.01)\n"
        "    x = 2; open('done', 'w').close()\n"
        "task = asyncio.create_task(change())",
    )
    await session.keep()
    (workspace.folder / "go").touch()
    async with asyncio.timeout(30):
        while not (workspace.folder / "done").exists():
            await asyncio.sleep(0.02)
    assert await kept_now(session, manager, "x") == "2"


NOT_KEPT = {
    "the process that writes ends": "import os; keeping.Keeping.saving = lambda *_: os._exit(3)",
    "no process can be made": "def fork(*_): raise OSError('no room')\nworker.told = fork",
    "the worker ends": "import os; worker.Worker._save = lambda *_, **__: os._exit(3)",
}


@pytest.mark.parametrize("program", NOT_KEPT.values(), ids=NOT_KEPT)
async def test_what_could_not_be_kept_counts_as_failed(
    session: RestrictedSession, manager: AsyncMultiKernelManager, program: str
) -> None:
    await run(session, "x = 5")
    ran = await run(session, f"from jupyter_agent.kernel import keeping, worker\n{program}")
    assert ran.execution.status == "ok"
    assert (await session.keep()).failed
    await session.retire()
    assert manager.list_kernel_ids()
    assert (await run(session, "x")).result == "5"


async def test_a_kernel_that_cannot_keep_variables_is_not_ended(
    manager: AsyncMultiKernelManager, workspace: Workspace
) -> None:
    kernels = RestrictedKernels(manager, "python3", allow_unrestricted=True)
    session = kernels.session(workspace)
    try:
        await run(session, "x = 5")
        await session.retire()
        assert (await run(session, "x")).result == "5"
    finally:
        await kernels.close()


async def test_the_kernel_is_as_good_as_before_after_keeping(session: RestrictedSession) -> None:
    await run(session, MAKE)
    await session.keep()
    failed = await run(session, "table['b'] = 1; 1 / 0")
    assert (failed.execution.protection.kind, failed.execution.rolled_back) == ("snapshot", True)
    assert (await run(session, "list(table)")).result == "['a', 'when']"


async def test_a_kernel_that_brought_variables_back_is_protected(
    session: RestrictedSession, manager: AsyncMultiKernelManager
) -> None:
    await run(session, MAKE)
    await session.keep()
    (kernel_id,) = manager.list_kernel_ids()
    await manager.restart_kernel(kernel_id)
    failed = await run(session, "table['b'] = 1; 1 / 0")
    assert (failed.execution.protection.kind, failed.execution.rolled_back) == ("snapshot", True)
    assert (await run(session, "list(table)")).result == "['a', 'when']"


async def test_a_killed_kernel_s_variables_come_back(
    session: RestrictedSession, manager: AsyncMultiKernelManager
) -> None:
    await run(session, "x = 5")
    await session.keep()
    (kernel_id,) = manager.list_kernel_ids()
    process = process_of(manager.get_kernel(kernel_id))
    assert process is not None
    os.kill(process, signal.SIGKILL)
    await asyncio.sleep(0.3)
    after = await run(session, "x")
    assert after.result == "5"
    assert "Variables that were kept are back: x." in after.execution.note


async def test_an_idle_kernel_is_ended_and_its_variables_come_back(
    manager: AsyncMultiKernelManager, workspace: Workspace
) -> None:
    kernels = RestrictedKernels(manager, STRICT, idle_seconds=1.0)
    session = kernels.session(workspace)
    await run(session, "x = 5")
    async with asyncio.timeout(30):
        while manager.list_kernel_ids():
            await asyncio.sleep(0.1)
    after = await run(session, "x")
    assert after.result == "5"
    assert "had been idle" in after.execution.note
    await kernels.close()


CHILD = "import os; pid = os.fork(); pid or os._exit(0); os.waitpid(pid, 0)[1]"


async def test_variables_go_over_to_a_kernel_of_another_profile(
    kernels: RestrictedKernels, manager: AsyncMultiKernelManager, workspace: Workspace
) -> None:
    await run(kernels.session(workspace), MAKE)
    refused = await run(kernels.session(workspace, profile="strict"), CHILD)
    assert refused.error.name == "PermissionError"
    before = manager.list_kernel_ids()
    session = kernels.session(workspace, profile="parallel")
    assert (session.profile, manager.list_kernel_ids()) == ("parallel", before)
    back = await session.restore()
    assert set(back.names) == {"table", "array", "plain"}
    assert [lost.name for lost in back.lost] == ["double"]
    assert back.cause == "Another kind of kernel was chosen, so a new one was started."
    assert (await run(session, CHILD)).result == "0"
    (kernel_id,) = manager.list_kernel_ids()
    assert kernel_id not in before
    await run(session, "x = 5")
    again = await run(kernels.session(workspace), f"print(x, len(table)); {CHILD}")
    assert (again.text, again.error.name) == ("5 2\n", "PermissionError")
    assert "Another kind of kernel was chosen" in again.execution.note
    assert "Variables that were kept are back" in again.execution.note


async def test_variables_that_cannot_go_over_are_told(
    kernels: RestrictedKernels, manager: AsyncMultiKernelManager, workspace: Workspace
) -> None:
    await run(kernels.session(workspace), "x = 1")
    workspace.variables.chmod(0o500)
    after = await run(kernels.session(workspace, profile="parallel"), "'x' in globals()")
    assert after.result == "False"
    workspace.variables.chmod(0o700)
    assert "The variables could not be kept for it: " in after.execution.note
    assert "All variables are gone." in after.execution.note
    assert kernels.session(workspace, profile="parallel").profile == "parallel"


async def test_an_idle_kernel_whose_variables_cannot_be_kept_stays(
    manager: AsyncMultiKernelManager, workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    kernels = RestrictedKernels(manager, STRICT, idle_seconds=0.2)
    session = kernels.session(workspace)
    workspace.variables.chmod(0o500)
    await run(session, "x = 5")
    async with asyncio.timeout(30):
        while "is not ended" not in caplog.text:
            await asyncio.sleep(0.1)
    after = await run(session, "x")
    workspace.variables.chmod(0o700)
    assert (after.result, after.execution.note) == ("5", "")
    await kernels.close()


async def test_an_idle_kernel_that_is_broken_keeps_no_other_from_being_ended(
    manager: AsyncMultiKernelManager, workspace: Workspace, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kernels = RestrictedKernels(manager, STRICT, idle_seconds=2.0)
    (tmp_path / "gone").mkdir()
    broken = replace(workspace, conversation_id=ConversationId("c2"), folder=tmp_path / "gone")
    await run(kernels.session(broken), "1")
    (kernel_id,) = manager.list_kernel_ids()
    process = process_of(manager.get_kernel(kernel_id))
    assert process is not None
    os.kill(process, signal.SIGKILL)
    broken.folder.rmdir()
    await run(kernels.session(workspace), "1")
    async with asyncio.timeout(30):
        while manager.list_kernel_ids() not in ([], [kernel_id]):
            await asyncio.sleep(0.1)
    assert "could not be ended" in caplog.text
    await kernels.close()


async def test_a_profile_that_is_the_configured_one_changes_nothing(
    kernels: RestrictedKernels, manager: AsyncMultiKernelManager, workspace: Workspace
) -> None:
    await run(kernels.session(workspace), "def f(): return 1")
    (kernel_id,) = manager.list_kernel_ids()
    assert (await run(kernels.session(workspace, profile="strict"), "f()")).result == "1"
    assert manager.list_kernel_ids() == [kernel_id]


async def test_an_unrestricted_kernel_that_was_chosen_on_purpose_is_kept(
    manager: AsyncMultiKernelManager, workspace: Workspace
) -> None:
    kernels = RestrictedKernels(manager, "python3", allow_unrestricted=True)
    assert kernels.session(workspace, profile="strict").profile == "unrestricted"
    assert (await run(kernels.session(workspace, profile="parallel"), "6 * 7")).result == "42"
    (kernel_id,) = manager.list_kernel_ids()
    assert manager.get_kernel(kernel_id).kernel_name == "python3"
    await kernels.close()


@pytest.mark.parametrize(
    "catalogue",
    [
        "not json",
        "[]",
        json.dumps({"format": "jupyter-agent-variables", "version": 1, "kept": [{"name": "x"}], "files": {}}),
        json.dumps(
            {
                "format": "jupyter-agent-variables",
                "version": 1,
                "kept": [
                    {
                        "name": "x",
                        "type": "int",
                        "kind": "value",
                        "file": "../workspace/sales.csv",
                        "bytes": 1,
                        "load": "",
                    }
                ],
                "files": {"../workspace/sales.csv": {"bytes": 1, "crc32": 1}},
            }
        ),
    ],
)
async def test_a_broken_checkpoint_keeps_nobody_from_working(
    session: RestrictedSession, workspace: Workspace, catalogue: str
) -> None:
    (workspace.variables / CATALOGUE).write_text(catalogue)
    assert (await session.restore()).names == ()
    assert (await run(session, "x = 1; x")).result == "1"
    assert (await session.keep()).names == ("x",)


def set_aside(workspace: Workspace) -> list[dict[str, object]]:
    """The variables of each checkpoint that was set aside."""
    names = workspace.variables.glob("variables_metadata.not-restored-*.json")
    return [dict(load(workspace.variables, catalogue=path.name).values) for path in names]


async def test_a_variable_that_cannot_be_read_is_not_written_over(
    session: RestrictedSession, manager: AsyncMultiKernelManager, workspace: Workspace
) -> None:
    await run(session, "import numpy; good, bad = numpy.arange(3), numpy.arange(4)")
    await session.keep()
    (file,) = workspace.variables.glob("data-*/bad.npy")
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    (kernel_id,) = manager.list_kernel_ids()
    await manager.restart_kernel(kernel_id)
    after = await run(session, "good = good + 1")
    assert "Variables that were kept are back: good." in after.execution.note
    assert "These variables could not be brought back: bad (" in after.execution.note
    assert str(workspace.variables) in after.execution.note
    await session.keep()
    await run(session, "more = 1")
    await session.keep()
    file.write_bytes(whole)
    (kept,) = set_aside(workspace)
    assert {name: value.tolist() for name, value in kept.items()} == {"good": [0, 1, 2], "bad": [0, 1, 2, 3]}  # type: ignore[attr-defined]


async def test_what_is_too_much_to_bring_back_is_not_written_over(
    kernels: RestrictedKernels, manager: AsyncMultiKernelManager, workspace: Workspace
) -> None:
    session = kernels.session(workspace)
    await run(session, "text = 'x' * 10_000")
    await session.keep()
    await kernels.close()
    other = RestrictedKernels(manager, STRICT, keep_limit=1_000)
    try:
        back = await other.session(workspace).restore()
        assert (back.names, "could not be brought back" in back.failed) == ((), True)
        await run(other.session(workspace), "x = 1")
        assert (await other.session(workspace).keep()).names == ("x",)
    finally:
        await other.close()
    assert set_aside(workspace) == [{"text": "x" * 10_000}]


ENDS = """
import os
from jupyter_agent.kernel.keeping import Keeping
Keeping.load = lambda *_: os._exit(1)
"""


async def test_bringing_back_is_tried_once_more(session: RestrictedSession, workspace: Workspace) -> None:
    await run(session, "x = 1")
    await session.keep()
    await run(session, ENDS)
    session._lifeline.disconnect()
    after = await run(session, "x")
    assert (after.execution.status, after.result) == ("ok", "1")
    assert after.execution.note == "Variables that were kept are back: x."
    assert set_aside(workspace) == []


async def test_what_no_kernel_can_bring_back_is_not_written_over(
    session: RestrictedSession,
    manager: AsyncMultiKernelManager,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await run(session, "x = 1")
    await session.keep()
    (kernel_id,) = manager.list_kernel_ids()
    await manager.restart_kernel(kernel_id)
    tried: list[int] = []

    async def load(channels: Channels, limit: int, *, seconds: float) -> Kept:
        tried.append(limit)
        raise KernelEnded

    monkeypatch.setattr(Channels, "load", load)
    after = await run(session, "'x' in globals()")
    assert (after.execution.status, after.result, len(tried)) == ("ok", "False", 2)
    assert "What was kept of the variables could not be brought back. " in after.execution.note
    assert f"It stays in {workspace.variables}." in after.execution.note
    await manager.restart_kernel(kernel_id)
    again = await run(session, "y = 2")
    assert (again.execution.status, len(tried)) == ("ok", 2), "it is not tried again and again"
    assert (await session.keep()).names == ("y",)
    assert set_aside(workspace) == [{"x": 1}]
    await manager.restart_kernel(kernel_id)
    await run(session, "1")
    assert len(tried) == 4, "what was kept since is another thing"


async def test_names_that_the_shell_uses_come_back(
    session: RestrictedSession, manager: AsyncMultiKernelManager
) -> None:
    await run(session, "open, exit = 5, 6")
    assert {"open", "exit"} <= set((await session.keep()).names)
    (kernel_id,) = manager.list_kernel_ids()
    await manager.restart_kernel(kernel_id)
    assert (await run(session, "open + exit")).result == "11"


async def test_where_bringing_back_takes_too_long_nothing_is_written_over(
    session: RestrictedSession,
    manager: AsyncMultiKernelManager,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await run(session, "x = 1")
    await session.keep()
    (kernel_id,) = manager.list_kernel_ids()
    await manager.restart_kernel(kernel_id)
    monkeypatch.setattr(lifeline, "_LOAD_SECONDS", 0.0)
    after = await run(session, "y = 2")
    assert (after.execution.status, "took longer than 0 s" in after.execution.note) == ("ok", True)
    assert (await session.keep()).names == ("y",)
    assert set_aside(workspace) == [{"x": 1}]
