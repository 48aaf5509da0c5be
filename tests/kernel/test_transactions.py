"""Transactions, on real kernels: what an execution is protected by, what undoing restores, what ends it."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.multikernelmanager import AsyncMultiKernelManager
from traitlets.config import Config

from jupyter_agent.kernel.channels import process_of
from jupyter_agent.kernel.sessions import RestrictedKernels, RestrictedSession
from jupyter_agent.kernel.zygote import zygote
from jupyter_agent.protocols import Workspace
from jupyter_agent.steps import Block, VariableChanges
from jupyter_agent.trees import remove_tree
from tests.kernel.conftest import STRICT, Ran, run

A_THREAD = "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"


def group_of(manager: AsyncMultiKernelManager) -> dict[int, Path]:
    """The processes of the only kernel, which all share a process group, with their folders in /proc."""
    (kernel_id,) = manager.list_kernel_ids()
    front = process_of(manager.get_kernel(kernel_id))
    assert front is not None
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
                if os.getpgid(int(folder.name)) == front and state != "Z":
                    found[int(folder.name)] = folder
            except (ProcessLookupError, FileNotFoundError):
                continue
    return found


Limited = Callable[..., RestrictedSession]


@pytest.fixture
def limited(
    jp_asyncio_loop: asyncio.AbstractEventLoop, manager: AsyncMultiKernelManager, workspace: Workspace
) -> Iterator[Limited]:
    """Makes a session whose kernel has these limits."""
    kernels = RestrictedKernels(manager, STRICT, interrupt_grace=4.0)

    def make(**traits: int) -> RestrictedSession:
        manager.update_config(Config(RestrictedProvisioner=traits))
        return kernels.session(workspace)

    yield make
    jp_asyncio_loop.run_until_complete(kernels.close())


async def test_what_failed_is_undone_whatever_it_did(session: RestrictedSession) -> None:
    await run(
        session,
        "import numpy, pandas\n"
        "table = pandas.DataFrame({'a': range(1000)}); array = numpy.zeros(1000); nested = {'a': [1, {2}]}",
    )
    seen = ""
    for _ in range(5):
        failed = await run(
            session,
            "table.loc[3, 'a'] = -1; table['b'] = 1; array[:] = 7; nested['a'][1].add(3); new = 1\n"
            "del numpy; pandas.set_option('display.max_rows', 7); 1 / 0",
        )
        assert failed.execution.protection.kind == "snapshot"
        assert failed.execution.rolled_back
        assert failed.execution.changes == VariableChanges()
        seen = next((v.summary for v in failed.execution.variables if v.name == "table"), "")
        # On a busy machine a look may take longer than it may.
        if "b" in seen.split():
            break
    assert "b" in seen.split()
    after = await run(
        session,
        "print(table.shape, int(table.a.sum()), array.sum(), nested, 'new' in globals(), numpy.__name__,"
        " pandas.get_option('display.max_rows'))",
    )
    assert after.text == "(1000, 1) 499500 0.0 {'a': [1, {2}]} False numpy 60\n"


LATER = {
    "a call of the loop": "import asyncio; asyncio.get_event_loop().call_later(0.2, change)",
    "a task": "import asyncio\nasync def task(): await asyncio.sleep(0.2); change()\n"
    "t = asyncio.create_task(task())",
    "a timer": "import signal; signal.signal(signal.SIGALRM, change)\n"
    "signal.setitimer(signal.ITIMER_REAL, 0.2)",
}


@pytest.mark.parametrize("how", LATER)
async def test_what_changes_between_two_executions_is_not_undone(
    session: RestrictedSession, how: str
) -> None:
    await run(session, f"x = 1\ndef change(*_): global x; x = 2\n{LATER[how]}")
    await asyncio.sleep(1)
    assert (await run(session, "1 / 0")).execution.rolled_back
    assert (await run(session, "x")).result == "2"


SPIN = "import asyncio\ndef spin():\n    while True: pass\nasyncio.get_event_loop().call_later(0.2, spin)"


async def test_what_runs_on_does_not_keep_the_kernel(session: RestrictedSession) -> None:
    await run(session, "kept = 1")
    await run(session, f"kept = 2\n{SPIN}", label="r/1/1")
    await asyncio.sleep(1)
    stopped = await run(session, "kept = 3", timeout=1, label="r/1/2")
    assert stopped.execution.status == "timeout"
    assert stopped.execution.duration < 15
    assert "kept the kernel busy" in stopped.execution.note
    assert "as they were before" in stopped.execution.note
    assert (await run(session, "kept")).result == "1"


async def test_a_notebook_goes_on_where_code_runs_on(manager: AsyncMultiKernelManager) -> None:
    kernel_id = await manager.start_kernel(kernel_name=STRICT)
    kernel: AsyncKernelManager = manager.get_kernel(kernel_id)  # type: ignore[assignment]
    client = kernel.client()
    client.start_channels()
    await client.wait_for_ready(timeout=60)
    printed: list[str] = []

    def keep(message: dict[str, Any]) -> None:
        if message["msg_type"] == "stream":
            printed.append(message["content"]["text"])

    async def execute(code: str) -> dict[str, Any]:
        reply = await client.execute_interactive(code, timeout=60, output_hook=keep)
        content: dict[str, Any] = reply["content"]
        return content

    await execute("kept = 1")
    await execute(f"kept = 2\n{SPIN}")
    await asyncio.sleep(1)
    asked = asyncio.create_task(execute("kept = 3"))
    await asyncio.sleep(1)
    await kernel.interrupt_kernel()
    assert (await asked)["ename"] == "KeyboardInterrupt"
    assert (await execute("print(kept)"))["status"] == "ok"
    client.stop_channels()
    assert "kept the kernel busy" in "".join(printed)
    assert printed[-1] == "1\n"


async def test_an_interrupt_that_comes_before_the_code_begins_is_heeded(session: RestrictedSession) -> None:
    await run(session, "import time\nkept = 1")
    # Its snapshot is being made; the worker is held up by what ran before.
    await run(session, "import asyncio\nasyncio.get_event_loop().call_later(0.1, time.sleep, 1.5); kept = 2")
    await asyncio.sleep(0.3)
    stopped = await run(session, "kept = 3", timeout=0.5)
    assert stopped.execution.status == "timeout"
    assert (await run(session, "kept")).result == "2"


async def test_a_kernel_that_nobody_uses_gives_all_of_it_back(manager: AsyncMultiKernelManager) -> None:
    kernel_id = await manager.start_kernel(kernel_name=STRICT)
    await asyncio.sleep(2)
    quick = {process: _bytes(process) for process in group_of(manager)}
    await asyncio.sleep(12)
    rested = {process: _bytes(process) for process in group_of(manager)}
    assert sum(rested.values()) < sum(quick.values()) - 5_000_000
    worker = sorted(quick)[1]
    assert worker not in rested, "it goes on from the snapshot"
    kernel: AsyncKernelManager = manager.get_kernel(kernel_id)  # type: ignore[assignment]
    client = kernel.client()
    client.start_channels()
    reply = await client.execute_interactive("1 + 1", timeout=60)
    client.stop_channels()
    assert reply["content"]["status"] == "ok"


async def test_an_idle_kernel_gives_memory_back(
    session: RestrictedSession, manager: AsyncMultiKernelManager
) -> None:
    await run(session, "kept = 1")
    await asyncio.sleep(2)
    quick = sum(_bytes(process) for process in group_of(manager))
    await asyncio.sleep(12)
    assert sum(_bytes(process) for process in group_of(manager)) < quick - 5_000_000
    assert (await run(session, "kept += 1; 1 / 0")).execution.rolled_back
    assert (await run(session, "kept")).result == "1"


def _bytes(process: int) -> int:
    """Its memory, what is shared in parts."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


async def test_many_failures_one_after_the_other(session: RestrictedSession) -> None:
    await run(session, "kept = 0")
    for ending in (
        "1 / 0",
        "import os; os._exit(0)",
        "import os; os.abort()",
        "exit_now = 1; raise SystemExit",
    ):
        for _ in range(3):
            assert (await run(session, f"kept += 1\n{ending}")).execution.rolled_back
    assert (await run(session, "kept")).result == "0"


async def test_a_failure_finds_in_place_what_it_is_shown_with(session: RestrictedSession) -> None:
    """What the first failure would look up, every failure would: undoing it forgets what it found."""
    looked_up = "import inspect, sys\nprint('stack_data' in sys.modules, len(inspect.modulesbyfile) > 100)"
    assert (await run(session, looked_up)).text == "True True\n"


async def test_nothing_has_failed_before_the_code_did(session: RestrictedSession) -> None:
    names = ["last_type", "last_value", "last_traceback", "last_exc"]
    ran = await run(session, f"import sys\nprint([name for name in {names} if hasattr(sys, name)])\n%tb")
    assert ran.text.startswith("[]\n")
    assert "ZeroDivisionError" not in ran.text


async def test_nothing_of_a_rolled_back_attempt_runs_on(
    session: RestrictedSession, manager: AsyncMultiKernelManager
) -> None:
    await run(session, "kept = 1")
    for _ in range(4):
        await run(session, "1 / 0")
    await run(session, "kept")
    # The front, the worker, and the snapshot for what comes next.
    for _ in range(50):
        if len(group_of(manager)) == 3:
            return
        await asyncio.sleep(0.1)
    assert sorted(group_of(manager)) == []


STARTING_EACH_OTHER = """
import subprocess
program = "$| = 1; print qq(there\\n); while (1) { exit if fork }"
for number in range(12):
    try:
        subprocess.Popen(["perl", "-e", program], stdout=subprocess.PIPE).stdout.readline()
    except BlockingIOError:
        # Those that have ended and are not collected yet count, too.
        assert number > 0
        break
"""


async def test_processes_that_start_each_other_do_not_run_on(
    manager: AsyncMultiKernelManager, workspace: Workspace
) -> None:
    kernels = RestrictedKernels(manager, "jupyter-agent-parallel", interrupt_grace=4.0)
    try:
        session = kernels.session(workspace)
        await run(session, "kept = 1")
        ran = await run(session, f"{STARTING_EACH_OTHER}\n1 / 0")
        assert ran.error.name == "ZeroDivisionError"
        assert ran.execution.rolled_back
        assert (await run(session, "kept")).result == "1"
        for _ in range(50):
            if len(group_of(manager)) == 3:
                return
            await asyncio.sleep(0.1)
        assert sorted(group_of(manager)) == []
    finally:
        await kernels.close()


async def test_an_earlier_moment_can_be_returned_to(session: RestrictedSession) -> None:
    for number in range(8):
        await run(session, f"x = {number}; made_{number} = 1", label=f"r/1/{number}")
    points = await session.points()
    assert [point.label for point in points] == ["r/1/3", "r/1/4", "r/1/5", "r/1/6", "r/1/7"]
    assert all(point.memory > 0 for point in points)
    assert not await session.rewind("r/1/1")
    assert await session.rewind("r/1/5")
    assert (await run(session, "x, 'made_5' in globals()", label="r/2/1")).result == "(4, False)"
    assert [point.label for point in await session.points()] == ["r/1/3", "r/1/4", "r/2/1"]
    assert await session.rewind("r/1/3")
    assert (await run(session, "x")).result == "2"


async def test_threads_are_protected_by_copies(session: RestrictedSession) -> None:
    await run(
        session,
        "import numpy, pandas\n"
        "table = pandas.DataFrame({'a': [1, 2]}); array = numpy.zeros(3); listed = [1, [2]]; text = 'a'\n"
        "class Thing: value = 1\n"
        f"thing = Thing(); {A_THREAD}",
    )
    failed = await run(
        session,
        "table['b'] = 1; array[0] = 1; listed[1].append(3); text = 'b'; thing.value = 2; new = 1; 1 / 0",
    )
    assert failed.execution.protection.kind == "copies"
    assert failed.execution.protection.hazards == ("threads of the code",)
    assert "thing" in failed.execution.protection.left_out
    assert failed.execution.rolled_back
    after = await run(session, "list(table), array.sum(), listed, text, thing.value, 'new' in globals()")
    assert after.result.replace("np.float64(0.0)", "0.0") == "(['a'], 0.0, [1, [2]], 'a', 2, False)"


async def test_the_end_of_an_unprotected_process_is_told(session: RestrictedSession) -> None:
    await run(session, f"kept = 1; {A_THREAD}")
    died = await run(session, "import os; os._exit(5)")
    assert died.execution.status == "died"
    assert not died.execution.rolled_back
    assert "All variables are gone." in died.execution.note
    assert (await run(session, "'kept' in globals()")).result == "False"


async def test_the_end_of_an_unprotected_process_leaves_an_earlier_moment(session: RestrictedSession) -> None:
    await run(session, "kept = 1", label="r/1/1")
    await run(session, f"kept = 2; {A_THREAD}", label="r/1/2")
    died = await run(session, "import os; os._exit(5)", label="r/1/3")
    assert (died.execution.status, died.execution.protection.kind) == ("died", "copies")
    assert not died.execution.rolled_back
    assert "The variables are as they were before an earlier program." in died.execution.note
    after = await run(session, "kept", label="r/1/4")
    assert (after.result, after.execution.note) == ("1", "")
    assert [point.label for point in await session.points()] == ["r/1/1", "r/1/4"]


async def test_the_end_of_a_process_that_has_forked_is_noticed(
    kernels: RestrictedKernels, workspace: Workspace
) -> None:
    session = kernels.session(workspace, profile="parallel")
    await run(session, "import os, time; kept = 1")
    died = await run(
        session, "kept = 2; print('said', flush=True)\nif os.fork(): os._exit(3)\ntime.sleep(60)", timeout=20
    )
    assert (died.execution.status, died.execution.rolled_back) == ("died", True)
    assert "with exit status 3" in died.execution.note
    assert died.text.startswith("said\n")
    assert (await run(session, "kept")).result == "1"


async def test_what_is_refused_is_told_while_it_happens(session: RestrictedSession) -> None:
    ran = await run(session, "import ctypes; print(ctypes.CDLL(None).socket(2, 1, 0))")
    assert ran.text == "-1\n"
    network = Block("network", "The code tried to use the network, which this kernel does not have.")
    assert ran.blocks == [network]
    assert ran.execution.blocks == (network,)
    ran = await run(session, "import subprocess; subprocess.run(['git', 'status'])")
    assert [block.kind for block in ran.blocks] == ["program"]
    assert "git status" in ran.blocks[0].sentence
    ran = await run(session, "open('/etc/passwd')")
    assert [(block.kind, "/etc/passwd" in block.sentence) for block in ran.execution.blocks] == [
        ("path", True)
    ]


async def test_use_is_measured_while_code_runs(session: RestrictedSession) -> None:
    ran = await run(
        session, "import time; x = bytearray(200_000_000); open('f', 'w').write('x' * 1000)\ntime.sleep(2.5)"
    )
    last = ran.meters[-1]
    assert last.memory > 200_000_000
    assert last.workspace >= 1_000
    assert last.workspace_files >= 1
    assert last.processes == 1
    assert 0 < last.processor < last.seconds < 10


OVER = [
    (
        {"memory_mb": 400},
        "x = [bytearray(100_000_000) for _ in range(3)]\ny = bytearray(90_000_000)",
        "memory",
    ),
    ({"processor_seconds": 1}, "while True: pass", "processor"),
    (
        {"processor_seconds": 2},
        "import ctypes; ctypes.CDLL(None).prctl(15, b'\\xff', 0, 0, 0)  # its name\nwhile True: pass",
        "processor",
    ),
    ({"workspace_mb": 1}, "for n in range(20): open(f'{n}', 'w').write('x' * 100_000)", "MB of files"),
    (
        {"workspace_mb": 2},
        "import os\n"
        "files = [os.open('.', os.O_TMPFILE | os.O_RDWR) for _ in range(30)]\n"
        "for file in files: os.write(file, b'x' * 100_000)",
        "MB of files",
    ),
    (
        {"workspace_mb": 3},
        "import ctypes, os\n"
        "file = os.open('empty', os.O_CREAT | os.O_RDWR); keep_size = 1\n"
        "allocate = ctypes.CDLL(None).fallocate64\n"
        "assert not allocate(file, keep_size, ctypes.c_long(0), ctypes.c_long(5_000_000))",
        "MB of files",
    ),
    (
        {"workspace_mb": 5},
        "import ctypes, os\n"
        "file = os.open('mapped', os.O_CREAT | os.O_RDWR); os.write(file, b'x' * 4_000_000)\n"
        "c = ctypes.CDLL(None); c.mmap64.restype = ctypes.c_void_p\n"
        "assert c.mmap64(None, ctypes.c_long(4096), 1, 1, file, ctypes.c_long(0)) != 2**64 - 1\n"
        "os.unlink('mapped'); os.close(file)",
        "MB of files",
    ),
    ({"workspace_files": 100}, "for n in range(200): open(f'{n}', 'w').close()", "files"),
]


@pytest.mark.parametrize(("limits", "code", "what"), OVER, ids=[f"{limits}" for limits, _, _ in OVER])
async def test_what_uses_too_much_is_ended_and_undone(
    limited: Limited,
    workspace: Workspace,
    limits: dict[str, int],
    code: str,
    what: str,
) -> None:
    session = limited(**limits)
    await run(session, "kept = 1")
    ran: Ran = await run(session, f"kept = 2\n{code}\nimport time; time.sleep(60)", timeout=30)
    assert ran.execution.status == "error"
    assert what in ran.error.message
    assert ran.execution.rolled_back
    assert (await run(session, "kept")).result == "1"
    assert [path.name for path in workspace.folder.iterdir()] == ["sales.csv"]


async def test_a_folder_that_hides_its_files_is_too_much(limited: Limited, workspace: Workspace) -> None:
    session = limited(workspace_mb=4)
    code = "import os, time; os.mkdir('closed', 0o300); open('closed/file', 'w').close(); time.sleep(60)"
    ran = await run(session, code, timeout=30)
    assert ran.execution.status == "error"
    assert "files" in ran.error.message
    assert ran.execution.files.not_restored == ("closed",)
    # pytest could not.
    remove_tree(workspace.folder / "closed")


async def test_what_code_left_running_keeps_to_the_limits(limited: Limited, workspace: Workspace) -> None:
    session = limited(workspace_mb=5)
    await run(session, "kept = 1")
    await run(
        session,
        """
import threading, time
def fill():
    for number in range(2_000):
        open(f"{number}", "w").write("x" * 100_000)
        time.sleep(0.02)
threading.Thread(target=fill, daemon=True).start()
""",
        label="r/1/1",
    )
    files = -1
    while (before := files) != (files := len(list(workspace.folder.iterdir()))):
        await asyncio.sleep(2)
    assert before < 1_500
    ran = await run(session, "kept")
    assert ran.result == "1"
    assert "left running was ended" in ran.execution.note
    assert "MB of files" in ran.execution.note


async def test_the_processor_s_time_between_executions_is_counted_together(
    limited: Limited, manager: AsyncMultiKernelManager
) -> None:
    session = limited(processor_seconds=2)
    await run(session, "kept = 1", label="r/1/1")
    spin = "import os, threading\ndef spin():\n    while True: pass\n"
    ran = await run(session, f"{spin}threading.Thread(target=spin, daemon=True).start(); os.getpid()")
    async with asyncio.timeout(60):
        while int(ran.result) in group_of(manager):
            await asyncio.sleep(0.1)
    after = await run(session, "kept")
    assert after.result == "1"
    assert "left running was ended" in after.execution.note
    assert "processor time" in after.execution.note


async def test_executions_do_not_count_as_what_runs_between_them(limited: Limited) -> None:
    session = limited(processor_seconds=2)
    spin = "import time; began = time.process_time()\nwhile time.process_time() < began + 0.6: pass"
    for _ in range(8):
        assert (await run(session, f"{spin}\nkept = 1")).execution.note == ""


async def test_snapshots_make_room_before_code_is_ended(limited: Limited) -> None:
    session = limited(memory_mb=700)
    for number in range(4):
        await run(session, f"x = bytearray(200_000_000); x[:] = b'{number}' * len(x)", label=f"r/1/{number}")
        await run(session, "import time; time.sleep(1.2)")
    assert (await run(session, "x[0]")).result == str(ord("3"))
    assert len(await session.points()) < 4


async def test_code_that_stops_late_is_not_ended_when_nothing_is_left_to_go_back_to(limited: Limited) -> None:
    session = limited(memory_mb=700)
    await run(session, "import time; x = bytearray(b'1') * 200_000_000")
    stopped = await run(
        session,
        "x[:] = b'2' * len(x); y = bytearray(b'3') * 340_000_000\n"
        "try: time.sleep(60)\n"
        "except KeyboardInterrupt: time.sleep(3)",
        timeout=8,
    )
    assert stopped.execution.status == "timeout"
    assert (await run(session, "x[0] + y[0]")).result == str(ord("2") + ord("3"))


def _memory_holds(process: Path, secret: bytes) -> bool:
    """Whether any writable memory of the process holds the secret."""
    with (process / "mem").open("rb") as memory:
        for line in (process / "maps").read_text().splitlines():
            found = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)", line)
            assert found is not None
            begin, end, rights, name = int(found[1], 16), int(found[2], 16), found[3], found[4]
            if not rights.startswith("rw") or name in ("[vvar]", "[vsyscall]"):
                continue
            memory.seek(begin)
            try:
                if secret in memory.read(end - begin):
                    return True
            except OSError:
                continue
    return False


async def test_the_signing_key_reaches_only_the_front(
    session: RestrictedSession, manager: AsyncMultiKernelManager
) -> None:
    await run(session, "x = 1", label="r/1/1")
    (kernel_id,) = manager.list_kernel_ids()
    kernel = manager.get_kernel(kernel_id)
    key, front = kernel.session.key, process_of(kernel)
    assert front is not None
    processes = group_of(manager)
    assert len(processes) >= 3, "the front, the worker and a snapshot"
    assert _memory_holds(processes.pop(front), key), "the search finds it where it is"
    fork_server = Path(f"/proc/{(await zygote()).process_id}")
    assert not [process for process in (*processes.values(), fork_server) if _memory_holds(process, key)]
