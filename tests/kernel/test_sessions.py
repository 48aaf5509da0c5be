"""Sessions, on real kernels: what code shows, how it ends, and that the next code finds a kernel."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest
from jupyter_client.multikernelmanager import AsyncMultiKernelManager

from jupyter_agent.errors import KernelError, KernelRefused
from jupyter_agent.ids import ConversationId
from jupyter_agent.kernel.channels import process_of
from jupyter_agent.kernel.sessions import RestrictedKernels, RestrictedSession
from jupyter_agent.protocols import Workspace
from jupyter_agent.steps import Execution, FileChanges, StreamOutput, VariableChanges
from tests.kernel.conftest import STRICT, run

STUBBORN = """
import time
while True:
    try:
        time.sleep(60)
    except BaseException:
        pass
"""


def process(manager: AsyncMultiKernelManager) -> int:
    """The process of the only kernel."""
    (kernel_id,) = manager.list_kernel_ids()
    found = process_of(manager.get_kernel(kernel_id))
    assert found is not None
    return found


async def test_code_reads_the_attachment_and_its_variables_stay(session: RestrictedSession) -> None:
    first = await run(session, "import pandas as pd\nsales = pd.read_csv('sales.csv')\nprint(len(sales))")
    assert first.text == "3\n"
    second = await run(session, "float(sales.groupby('region').price.mean()['North'])")
    assert second.execution.status == "ok"
    assert second.result == "20.0"
    assert second.execution.note == ""
    (variable,) = second.execution.variables
    assert (variable.name, variable.type, variable.shape) == ("sales", "pandas.DataFrame", (3, 2))
    # On a busy machine a look may take longer than it may.
    seen = [(await session.variables())[0].summary for _ in range(5)]
    assert any("price (int64): 10, 20, 30" in summary for summary in seen)


async def test_outputs_come_while_the_code_runs(session: RestrictedSession) -> None:
    stream = session.execute("import time\nprint('early', flush=True)\ntime.sleep(30)", timeout=60)
    async with asyncio.timeout(20):
        assert await anext(stream) == StreamOutput(name="stdout", text="early\n")
    async with asyncio.timeout(20):
        await stream.aclose()  # type: ignore[attr-defined]


async def test_an_error_comes_with_the_variables_of_the_function_that_failed(
    session: RestrictedSession,
) -> None:
    ran = await run(session, "total = 7\ndef share(part):\n    base = 0\n    return part / base\nshare(3)")
    assert ran.execution.status == "error"
    assert ran.error.name == "ZeroDivisionError"
    assert "----> 4     return part / base" in ran.error.traceback
    assert "\x1b" not in ran.error.traceback
    assert {variable.name: variable.summary for variable in ran.execution.variables} == {
        "part (in share)": "3",
        "base (in share)": "0",
        "total": "7",
        "share": "share(part)",
    }


async def test_a_failure_leaves_no_variables(session: RestrictedSession) -> None:
    failed = await run(session, "def fail(inner):\n    raise ValueError\nfail(1)")
    assert failed.execution.rolled_back
    ran = await run(session, "x = 1")
    assert [variable.name for variable in ran.execution.variables] == ["x"]
    assert ran.execution.changes == VariableChanges(added=("x",))


async def test_what_was_changed_last_is_told_first(session: RestrictedSession) -> None:
    await run(session, "a = [1]; b = 2; c = 3; d = 4")
    first = await run(session, "a.append(2); b = 5")
    assert [variable.name for variable in first.execution.variables] == ["b", "a", "d", "c"]
    second = await run(session, "c = 6; del b")
    assert [variable.name for variable in second.execution.variables] == ["c", "a", "d"]
    failed = await run(session, "d = 7; 1 / 0")
    assert [variable.name for variable in failed.execution.variables] == ["d", "c", "a"]
    assert [variable.name for variable in await session.variables()] == ["c", "a", "d"]


async def test_a_failure_leaves_no_files(session: RestrictedSession, workspace: Workspace) -> None:
    await run(session, "open('old.txt', 'w').write('old'); open('gone.txt', 'w').write('gone')")
    failed = await run(
        session,
        "import os\n"
        "open('old.txt', 'a').write('new'); os.unlink('gone.txt'); os.unlink('sales.csv')\n"
        "os.mkdir('d'); open('d/new.txt', 'w').write('new'); 1 / 0",
    )
    assert failed.execution.files == FileChanges(
        removed=("d/new.txt",), put_back=("gone.txt", "old.txt", "sales.csv")
    )
    assert {path.name: path.read_text() for path in workspace.folder.iterdir()} == {
        "old.txt": "old",
        "gone.txt": "gone",
        "sales.csv": "region,price\nNorth,10\nSouth,20\nNorth,30\n",
    }
    assert (workspace.folder / "sales.csv").is_symlink()


async def test_a_timeout_interrupts_and_keeps_the_variables(session: RestrictedSession) -> None:
    ran = await run(session, "kept = 1\nprint('begun')\nimport time\ntime.sleep(60)", timeout=1)
    assert ran.execution.status == "timeout"
    assert ran.text == "begun\n"
    assert ran.execution.note.startswith("The code was interrupted after 1 s. The variables are as they were")
    assert (await run(session, "'kept' in globals()")).result == "False"


async def test_code_that_ignores_the_interrupt_is_ended(session: RestrictedSession) -> None:
    await run(session, "kept = 1")
    ran = await run(session, "kept = 2\n" + STUBBORN, timeout=1)
    assert ran.execution.status == "timeout"
    assert "did not stop when it was interrupted" in ran.execution.note
    assert "The variables are as they were before it." in ran.execution.note
    assert (await run(session, "kept")).result == "1"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import os; os._exit(3)", "with exit status 3"),
        ("import ctypes; ctypes.string_at(0)", "it crashed (SIGSEGV)"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "it was killed"),
    ],
)
async def test_code_that_ends_its_process_loses_nothing(
    session: RestrictedSession, code: str, why: str
) -> None:
    await run(session, "kept = 1")
    died = await run(session, f"kept = 2\nprint('before', flush=True)\n{code}")
    assert died.execution.status == "died"
    assert died.text.startswith("before\n")
    assert why in died.execution.note
    assert "The variables are as they were before it." in died.execution.note
    after = await run(session, "kept")
    assert after.result == "1"
    assert after.execution.note == ""


async def test_a_kernel_that_died_between_executions_is_noticed(
    session: RestrictedSession, manager: AsyncMultiKernelManager
) -> None:
    await run(session, "kept = 1")
    os.kill(process(manager), signal.SIGKILL)
    await asyncio.sleep(0.3)
    after = await run(session, "'kept' in globals()")
    assert after.result == "False"
    assert after.execution.note == "The kernel was restarted. All variables are gone."


async def test_a_restart_by_a_person_is_noticed(
    session: RestrictedSession, manager: AsyncMultiKernelManager, workspace: Workspace
) -> None:
    await run(session, "kept = 1")
    (kernel_id,) = manager.list_kernel_ids()
    await manager.restart_kernel(kernel_id)
    after = await run(session, "import os; print(os.getcwd(), 'kept' in globals())")
    assert after.text == f"{workspace.folder} False\n"
    assert after.execution.note == "The kernel was restarted. All variables are gone."


async def test_a_restart_by_a_person_ends_the_code(
    session: RestrictedSession, manager: AsyncMultiKernelManager
) -> None:
    await run(session, "kept = 1")
    (kernel_id,) = manager.list_kernel_ids()
    running = asyncio.create_task(run(session, "import time; time.sleep(60)"))
    await asyncio.sleep(0.5)
    await manager.restart_kernel(kernel_id, now=True)
    async with asyncio.timeout(30):
        ran = await running
    assert ran.execution.status == "died"
    assert "All variables are gone." in ran.execution.note
    assert manager.list_kernel_ids() == [kernel_id]


async def test_a_shutdown_by_a_person_is_noticed(
    session: RestrictedSession, manager: AsyncMultiKernelManager
) -> None:
    await run(session, "kept = 1")
    (kernel_id,) = manager.list_kernel_ids()
    await manager.shutdown_kernel(kernel_id)
    after = await run(session, "'kept' in globals()")
    assert after.result == "False"
    assert "was shut down, and a new one started" in after.execution.note


async def test_a_shutdown_by_a_person_ends_the_code(
    session: RestrictedSession, manager: AsyncMultiKernelManager
) -> None:
    running = asyncio.create_task(run(session, "print('x', flush=True)\nimport time; time.sleep(60)"))
    while not manager.list_kernel_ids():
        await asyncio.sleep(0.05)
    await asyncio.sleep(1)
    await manager.shutdown_kernel(manager.list_kernel_ids()[0], now=True)
    async with asyncio.timeout(30):
        ran = await running
    assert ran.execution.status == "died"
    assert "was shut down while the code ran" in ran.execution.note
    assert (await run(session, "1")).result == "1"


async def test_a_reader_that_leaves_interrupts_the_code(session: RestrictedSession) -> None:
    await run(session, "kept = 1")
    stream = session.execute("kept = 2\nprint('begun', flush=True)\nimport time; time.sleep(60)", timeout=60)
    await anext(stream)
    async with asyncio.timeout(20):
        await stream.aclose()  # type: ignore[attr-defined]
    assert (await run(session, "kept", timeout=10)).result == "1"


async def test_a_cancelled_reader_interrupts_the_code(session: RestrictedSession) -> None:
    await run(session, "kept = 1")
    running = asyncio.create_task(run(session, "import time; time.sleep(60)"))
    await asyncio.sleep(0.5)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(running, 20)
    assert (await run(session, "kept", timeout=10)).result == "1"


async def test_a_cancelled_reader_of_stubborn_code_ends_it(session: RestrictedSession) -> None:
    await run(session, "kept = 1")
    running = asyncio.create_task(run(session, STUBBORN))
    await asyncio.sleep(0.5)
    running.cancel()
    await asyncio.sleep(0.1)
    # Again: whoever waits is not held up by what the code still does.
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(running, 1.5)
    assert (await run(session, "kept", timeout=20)).result == "1"


async def test_executions_wait_for_each_other(session: RestrictedSession) -> None:
    ran = await asyncio.gather(*(run(session, f"n = {n}; import time; time.sleep(.1); n") for n in range(3)))
    assert [one.result for one in ran] == ["0", "1", "2"]


async def test_an_endless_output_is_cut(manager: AsyncMultiKernelManager, workspace: Workspace) -> None:
    session = RestrictedKernels(manager, STRICT, output_limit=1_000).session(workspace)
    ran = await run(session, "for n in range(1_000): print('x' * 100)")
    assert ran.execution.status == "ok"
    assert len(ran.text) < 1_300
    assert "The output was cut at 1,000 characters" in ran.text
    assert "The output was cut at 1,000 characters" in ran.execution.note
    await session.close()


async def test_an_output_faster_than_it_is_read_does_not_hide_the_end(session: RestrictedSession) -> None:
    ran = await run(session, "import sys\nfor n in range(20_000): print(n); sys.stdout.flush()\nlast = n")
    assert ran.execution.status == "ok"
    assert [(variable.name, variable.summary) for variable in ran.execution.variables] == [
        ("last", "19999"),
        ("n", "19999"),
    ]


async def test_a_flood_of_outputs_leaves_the_server_to_others(session: RestrictedSession) -> None:
    turns, longest, same = 0, 0, (0, 0)

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    working = asyncio.create_task(others())
    async for output in session.execute("for i in range(3000): display(i)", timeout=60):
        same = (turns, same[1] + 1 if same[0] == turns else 1)
        longest = max(longest, same[1])
        if isinstance(output, Execution):
            assert output.status == "ok"
    working.cancel()
    assert longest < 10


async def test_input_is_refused(session: RestrictedSession) -> None:
    ran = await run(session, "input('Which region? ')")
    assert ran.error.message == "Nobody can be asked for input here: put the value into the code."


async def test_a_plot_is_shown_without_being_asked_for(session: RestrictedSession) -> None:
    ran = await run(session, "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2]);")
    (plot,) = ran.displays
    assert plot.data["image/png"].startswith("iVBORw0KGgo")
    again = await run(session, "print(plt.get_fignums())")
    assert again.text == "[]\n"
    assert again.displays == []


async def test_what_a_kernel_displays_is_made_harmless(session: RestrictedSession) -> None:
    ran = await run(
        session,
        "from IPython.display import HTML, Javascript, display\n"
        'display(HTML(\'<b onclick="x()">bold</b><script>x()</script><img src="http://example.org/x">\'))\n'
        "display(Javascript('x()'))",
    )
    html = next(display.data["text/html"] for display in ran.displays if "text/html" in display.data)
    assert html == "<b>bold</b><img>"
    assert not any("application/javascript" in display.data for display in ran.displays)


async def test_a_restricted_kernel_says_what_it_refuses(session: RestrictedSession) -> None:
    ran = await run(session, "import subprocess; subprocess.run(['git', 'status'])")
    assert ran.error.name == "PermissionError"
    assert "This kernel is restricted: it may not start another program (`git status`)" in ran.error.message
    ran = await run(session, "!ls -l")
    assert "it may not start another program (`ls -l`)" in ran.error.message
    ran = await run(session, "import urllib.request as r; r.urlopen('http://127.0.0.1/')")
    assert "This kernel is restricted: it may not use the network" in ran.error.message


async def test_variables_whatever_they_are(session: RestrictedSession) -> None:
    assert await session.variables() == ()
    await run(
        session,
        "class Endless:\n"
        "    def __repr__(self):\n"
        "        while True: pass\n"
        "class Rude:\n"
        "    def __repr__(self): raise SystemExit\n"
        "endless, rude, big = Endless(), Rude(), list(range(10**6))",
    )
    found = {variable.name: variable for variable in await session.variables()}
    assert found["endless"].summary == "(takes too long to show)"
    assert found["rude"].summary == "(cannot be shown: SystemExit)"
    assert found["big"].shape == (1_000_000,)
    assert (await run(session, "len(big)")).result == "1000000"


async def test_a_variable_that_never_answers_costs_nothing(session: RestrictedSession) -> None:
    # No signal gets through to a loop inside the interpreter.
    ran = await run(
        session, "class Stuck:\n    def __repr__(self): return sum(range(10**15))\nstuck, x = Stuck(), 1"
    )
    assert ran.execution.status == "ok"
    assert {variable.name for variable in ran.execution.variables} == {"Stuck", "stuck", "x"}
    after = await run(session, "x")
    assert after.result == "1"
    assert after.execution.note == ""


async def test_conversations_have_kernels_of_their_own(
    kernels: RestrictedKernels, workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = Workspace(
        conversation_id=ConversationId("c2"),
        folder=tmp_path / "other",
        attachments=workspace.attachments,
        variables=workspace.variables,
    )
    assert kernels.session(workspace) is kernels.session(workspace)
    await run(kernels.session(workspace), "mine = 1; open('mine.txt', 'w').write('secret')")
    ran = await run(
        kernels.session(other), f"print('mine' in globals()); open({str(workspace.folder / 'mine.txt')!r})"
    )
    assert ran.text == "False\n"
    assert ran.error.name == "PermissionError"


async def test_closing_a_session_ends_its_kernel_and_its_code(
    kernels: RestrictedKernels, manager: AsyncMultiKernelManager, workspace: Workspace
) -> None:
    session = kernels.session(workspace)
    await run(session, "1")
    running = asyncio.create_task(run(session, "import time; time.sleep(60)"))
    await asyncio.sleep(0.5)
    async with asyncio.timeout(20):
        await kernels.close_session(workspace.conversation_id)
        ran = await running
    assert ran.execution.status == "died"
    assert manager.list_kernel_ids() == []
    with pytest.raises(KernelError, match="closed"):
        await run(session, "1")
    assert (await run(kernels.session(workspace), "1")).result == "1"


async def test_a_kernel_that_is_not_installed(manager: AsyncMultiKernelManager, workspace: Workspace) -> None:
    session = RestrictedKernels(manager, "no-such-kernel").session(workspace)
    with pytest.raises(KernelError, match="no kernel named no-such-kernel"):
        await run(session, "1")


async def test_an_unrestricted_kernel_is_refused_unless_it_is_allowed(
    manager: AsyncMultiKernelManager, workspace: Workspace
) -> None:
    session = RestrictedKernels(manager, "python3").session(workspace)
    with pytest.raises(KernelRefused, match="allow_unrestricted_kernel=True"):
        await run(session, "1")
    assert manager.list_kernel_ids() == []


async def test_an_unrestricted_kernel_can_be_chosen(
    manager: AsyncMultiKernelManager, workspace: Workspace
) -> None:
    session = RestrictedKernels(manager, "python3", allow_unrestricted=True).session(workspace)
    ran = await run(session, "import os; print(os.getcwd())")
    assert ran.text == f"{workspace.folder}\n"
    assert ran.execution.variables == ()
    await session.close()
