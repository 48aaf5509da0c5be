"""The provisioner through Jupyter's own client, as any front end uses it, and what is left when all ends."""

# nbformat has no types.
# mypy: allow-untyped-calls

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil
import pytest
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from traitlets.config import Config

from jupyter_agent.errors import KernelError
from jupyter_agent.ids import ConversationId
from jupyter_agent.kernel.provisioner import RestrictedProvisioner
from jupyter_agent.kernel.zygote import zygote
from jupyter_agent.protocols import Workspace
from tests.kernel.conftest import STRICT


@asynccontextmanager
async def kernel(**arguments: object) -> AsyncIterator[tuple[AsyncKernelManager, AsyncKernelClient]]:
    """A started restricted kernel and a client that is connected to it."""
    config = arguments.pop("config", Config())
    manager = AsyncKernelManager(kernel_name=STRICT, config=config)
    await manager.start_kernel(**arguments)
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=60)
        yield manager, client
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)
        manager.context.destroy(linger=0)


async def evaluate(client: AsyncKernelClient, expression: str) -> str:
    reply = await client.execute_interactive(
        "", user_expressions={"value": expression}, timeout=60, output_hook=lambda _: None
    )
    value = reply["content"]["user_expressions"]["value"]
    assert value["status"] == "ok", value
    text: str = value["data"]["text/plain"]
    return text


def provisioner_of(manager: AsyncKernelManager) -> RestrictedProvisioner:
    assert isinstance(manager.provisioner, RestrictedProvisioner)
    return manager.provisioner


async def eventually(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        await asyncio.sleep(0.05)


async def test_without_a_workspace_it_works_in_a_private_folder_that_goes_with_it() -> None:
    async with kernel() as (_, client):
        folder = Path((await evaluate(client, "__import__('os').getcwd()")).strip("'"))
        assert folder.is_dir()
        assert folder.parent.stat().st_mode & 0o777 == 0o700
        assert await evaluate(client, "open('x', 'w').write('abc')") == "3"
    assert not folder.parent.exists()


def workspace_in(folder: Path) -> Workspace:
    for name in ("w", "data", "variables"):
        (folder / name).mkdir()
    return Workspace(
        conversation_id=ConversationId("c"),
        folder=folder / "w",
        attachments=folder / "data",
        variables=folder / "variables",
    )


async def test_a_workspace_that_was_given_stays(tmp_path: Path) -> None:
    given = workspace_in(tmp_path)
    (tmp_path / "data" / "a.txt").write_text("attached")
    async with kernel(agent_workspace=given) as (_, client):
        assert await evaluate(client, "open('x', 'w').write('abc')") == "3"
        assert await evaluate(client, f"open({str(tmp_path / 'data' / 'a.txt')!r}).read()") == "'attached'"
        (tmp_path / "data" / "later.txt").write_text("later")
        assert await evaluate(client, f"open({str(tmp_path / 'data' / 'later.txt')!r}).read()") == "'later'"
    assert (tmp_path / "w" / "x").read_text() == "abc"


async def test_the_environment_chooses_no_workspace(tmp_path: Path) -> None:
    """A request to Jupyter's REST interface may set a kernel's environment."""
    environment = {**os.environ, "AGENT_WORKSPACE": str(tmp_path), "agent_workspace": str(tmp_path)}
    async with kernel(env=environment, cwd=str(tmp_path)) as (_, client):
        assert str(tmp_path) not in await evaluate(client, "__import__('os').getcwd()")


async def test_settings_reach_the_kernel(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "table.csv").write_text("a")
    (tmp_path / "shared" / ".secret").write_text("b")
    (tmp_path / "shared" / "project" / "data").mkdir(parents=True)
    (tmp_path / "shared" / "project" / "data" / "table.csv").write_text("c")
    (tmp_path / "shared" / "project" / ".env").write_text("d")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "private").write_text("e")
    (tmp_path / "shared" / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "linked").symlink_to(tmp_path / "shared")
    config = Config(
        RestrictedProvisioner={
            "open_files": 300,
            "file_size_mb": 3,
            "memory_mb": 600,
            "read_only": [str(tmp_path / "linked")],
        }
    )
    async with kernel(config=config) as (_, client):
        limit = "__import__('resource').getrlimit(__import__('resource').RLIMIT_{})"
        assert await evaluate(client, limit.format("NOFILE")) == "(300, 300)"
        assert await evaluate(client, limit.format("FSIZE")) == str((3 << 20, 3 << 20))
        data = json.loads((await evaluate(client, limit.format("DATA"))).replace("(", "[").replace(")", "]"))
        assert 600 << 20 < data[0] < 1000 << 20
        for name, content in (("table.csv", "a"), ("project/data/table.csv", "c")):
            path = str(tmp_path / "shared" / name)
            assert await evaluate(client, f"open({path!r}).read()") == repr(content)
        for name in ("shared/.secret", "shared/project/.env", "shared/link/private", "elsewhere/private"):
            with pytest.raises(AssertionError, match="PermissionError"):
                await evaluate(client, f"open({str(tmp_path / name)!r}).read()")


async def test_a_folder_that_is_not_there_is_named() -> None:
    manager = AsyncKernelManager(
        kernel_name=STRICT, config=Config(RestrictedProvisioner={"read_only": ["/no/such/folder"]})
    )
    with pytest.raises(KernelError, match=r"/no/such/folder.*RestrictedProvisioner.read_only"):
        await manager.start_kernel()
    assert not manager.has_kernel
    manager.context.destroy(linger=0)


async def test_a_start_that_is_cancelled_leaves_nothing() -> None:
    await zygote()
    manager = AsyncKernelManager(kernel_name=STRICT)
    starting: asyncio.Future[None] = asyncio.ensure_future(manager.start_kernel())
    await eventually(lambda: manager.provisioner is not None and provisioner_of(manager).pid is not None)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    process = provisioner_of(manager).pid
    assert process is not None
    await eventually(lambda: not psutil.pid_exists(process))
    assert not manager.has_kernel
    manager.context.destroy(linger=0)


async def test_every_setting_says_what_it_is_for() -> None:
    own = RestrictedProvisioner.class_traits(config=True)
    names = {"memory_mb", "file_size_mb", "processes", "open_files", "read_only"}
    assert names <= set(own)
    assert all(own[name].help for name in names)


async def test_restart_keeps_the_folder_and_the_arguments(tmp_path: Path) -> None:
    async with kernel(agent_workspace=workspace_in(tmp_path)) as (manager, client):
        before = provisioner_of(manager).pid
        await evaluate(client, "open('x', 'w').write('abc')")
        await manager.restart_kernel()
        await client.wait_for_ready(timeout=60)
        assert provisioner_of(manager).pid != before
        assert await evaluate(client, "open('x').read()") == "'abc'"


async def test_an_interrupt_ends_the_code() -> None:
    async with kernel() as (manager, client):
        running = asyncio.create_task(client.execute_interactive("import time; time.sleep(60)", timeout=60))
        await asyncio.sleep(0.5)
        await manager.interrupt_kernel()
        reply = await asyncio.wait_for(running, 20)
        assert reply["content"]["ename"] == "KeyboardInterrupt"


async def test_the_exit_status_is_known() -> None:
    async with kernel() as (manager, _):
        assert await provisioner_of(manager).poll() is None
        await provisioner_of(manager).send_signal(signal.SIGSEGV)
        assert await asyncio.wait_for(provisioner_of(manager).wait(), 20) == -signal.SIGSEGV
        assert not await manager.is_alive()


async def test_signals_never_reach_another_process() -> None:
    async with kernel() as (manager, _):
        provisioner = provisioner_of(manager)
        await provisioner.kill()
        await asyncio.wait_for(provisioner.wait(), 20)
        await provisioner.kill()
        await provisioner.send_signal(signal.SIGTERM)
        assert not provisioner.has_process


async def test_kernels_come_from_one_fork_server() -> None:
    async with kernel() as (first, _), kernel() as (second, _):
        parents = {psutil.Process(provisioner_of(manager).pid).ppid() for manager in (first, second)}
        assert parents == {(await zygote()).process_id}


async def test_a_fork_server_that_died_is_replaced() -> None:
    async with kernel() as (manager, _):
        before = await zygote()
        os.kill(before.process_id, signal.SIGKILL)
        # Its kernels go with it.
        assert await asyncio.wait_for(provisioner_of(manager).wait(), 20) == -signal.SIGKILL
        await eventually(lambda: not before.folder.exists())
    async with kernel() as (_, client):
        assert await evaluate(client, "1 + 1") == "2"
        assert (await zygote()) is not before


async def test_starting_does_not_block_the_event_loop() -> None:
    (await zygote()).close()
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - before)

    watching = asyncio.create_task(watch())
    began = time.monotonic()
    async with kernel():
        took = time.monotonic() - began
        watching.cancel()
    assert longest < took / 2


def memory_holds(process: int, needle: bytes) -> bool:
    """Whether a process's writable memory contains some bytes."""
    with Path(f"/proc/{process}/maps").open() as maps, Path(f"/proc/{process}/mem").open("rb", 0) as memory:
        for line in maps:
            addresses, permissions, *_ = line.split()
            if not permissions.startswith("rw"):
                continue
            begin, end = (int(address, 16) for address in addresses.split("-"))
            memory.seek(begin)
            if needle in memory.read(end - begin):
                return True
    return False


async def test_the_fork_server_never_holds_a_kernel_s_key() -> None:
    async with kernel() as (manager, client):
        key = manager.session.key
        assert await evaluate(client, "1") == "1"
        server = (await zygote()).process_id
        assert memory_holds(server, b"jupyter_agent.kernel.forkserver"), "the search itself works"
        assert not memory_holds(server, key)


async def test_the_fork_server_knows_nothing_of_the_server_s_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (await zygote()).close()
    monkeypatch.setenv("TAVILY_API_KEY", "very-secret")
    async with kernel():
        environment = Path(f"/proc/{(await zygote()).process_id}/environ").read_bytes()
    assert b"very-secret" not in environment
    assert b"TAVILY" not in environment


def test_a_notebook_runs() -> None:
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell("import pandas as pd\npd.DataFrame({'a': [1, 2]}).a.sum()"),
            nbformat.v4.new_code_cell("import matplotlib.pyplot as plt\nplt.plot([1, 2]);"),
        ]
    )
    NotebookClient(notebook, kernel_name=STRICT, timeout=60).execute()
    assert "3" in notebook.cells[0].outputs[0].data["text/plain"]
    assert "image/png" in notebook.cells[1].outputs[0].data


SERVER = """
import asyncio, json, sys
from jupyter_client.multikernelmanager import AsyncMultiKernelManager
from jupyter_agent.kernel.zygote import zygote

async def main():
    manager = AsyncMultiKernelManager(connection_dir=sys.argv[1])
    for profile in ("strict", "parallel"):
        kernel_id = await manager.start_kernel(kernel_name=f"jupyter-agent-{profile}")
    client = manager.get_kernel(kernel_id).client()
    client.start_channels()
    await client.wait_for_ready(timeout=60)
    code = "import subprocess; p = subprocess.Popen('(sleep 600 &); sleep 600', shell=True)"
    await client.execute(code, reply=True, timeout=60)
    fork_server = await zygote()
    kernels = [manager.get_kernel(k).provisioner.pid for k in manager.list_kernel_ids()]
    running = {"fork_server": fork_server.process_id, "kernels": kernels, "folder": str(fork_server.folder)}
    print(json.dumps(running), flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    with process:
        yield process
        process.kill()


@dataclass(frozen=True)
class Running:
    """What a server has started."""

    server: subprocess.Popen[str]
    warden: psutil.Process
    fork_server: psutil.Process
    fronts: list[psutil.Process]
    everything: list[psutil.Process]
    folder: Path


@pytest.fixture
def running(server: subprocess.Popen[str]) -> Iterator[Running]:
    assert server.stdout is not None
    told = json.loads(server.stdout.readline())
    everything: list[psutil.Process] = []
    # What the code started may be a shell still.
    while [_name(process) for process in everything].count("sleep") != 2:
        everything = psutil.Process(server.pid).children(recursive=True)
    fork_server = psutil.Process(told["fork_server"])
    fronts = [psutil.Process(process) for process in told["kernels"]]
    warden = fork_server.parent()
    assert warden is not None
    yield Running(server, warden, fork_server, fronts, everything, Path(told["folder"]))
    for process in everything:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def end(*processes: psutil.Process | subprocess.Popen[str]) -> None:
    """All at once: none can do anything about it."""
    for process in processes:
        process.send_signal(signal.SIGSTOP)
    for process in processes:
        process.kill()


async def nothing_is_left_of(running: Running) -> None:
    await eventually(lambda: not any(map(_runs, running.everything)))


def _name(process: psutil.Process) -> str:
    # Snapshots come and go.
    try:
        return str(process.name())
    except psutil.NoSuchProcess:
        return ""


def _runs(process: psutil.Process) -> bool:
    # A server that lives has not asked how its child ended.
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
async def test_nothing_outlives_the_server(running: Running, number: signal.Signals) -> None:
    running.server.send_signal(number)
    await asyncio.to_thread(running.server.wait, 20)
    await nothing_is_left_of(running)
    await eventually(lambda: not running.folder.exists())


async def test_nothing_outlives_the_fork_server_and_the_fronts(running: Running) -> None:
    end(running.fork_server, *running.fronts)
    await nothing_is_left_of(running)
    await eventually(lambda: not running.folder.exists())
    assert running.server.poll() is None


async def test_nothing_outlives_the_server_and_the_fork_server(running: Running) -> None:
    end(running.server, running.fork_server, *running.fronts)
    await nothing_is_left_of(running)
    await eventually(lambda: not running.folder.exists())


async def test_nothing_outlives_the_fork_server_s_parent(running: Running) -> None:
    end(running.warden)
    await nothing_is_left_of(running)
    await eventually(lambda: not running.folder.exists())


async def test_folders_that_nobody_could_remove_go_with_the_next_start(running: Running) -> None:
    end(running.server, running.warden, running.fork_server)
    await asyncio.to_thread(running.server.wait, 20)
    assert running.folder.exists()
    code = """
    import asyncio
    from jupyter_agent.kernel.zygote import zygote
    async def main():
        (await zygote()).close()
    asyncio.run(main())
    """
    await asyncio.to_thread(python, code)
    assert not running.folder.exists()


def python(code: str) -> str:
    """What a fresh interpreter prints."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True, timeout=120
    ).stdout


def test_the_server_imports_nothing_heavy_for_it() -> None:
    code = """
    import sys, jupyter_agent.kernel.provisioner, jupyter_agent.kernel.zygote
    print(sorted({"numpy", "pandas", "matplotlib", "ipykernel", "IPython"} & set(sys.modules)))
    """
    assert python(code) == "[]\n"


def test_a_machine_without_landlock_starts_nothing() -> None:
    """Here it has none: a filter answers for it, as an old kernel or a container's profile would."""
    code = """
    import asyncio, errno
    from jupyter_client.manager import AsyncKernelManager
    from jupyter_agent.errors import KernelRefused
    from jupyter_agent.kernel import zygote
    from jupyter_agent.kernel.machine import detect
    from jupyter_agent.kernel.seccomp import Instruction, assemble, fail, install

    CREATE_RULESET = 444
    architecture = detect().architecture
    *program, allow = assemble((), architecture)
    program += [Instruction(0x15, 0, 1, CREATE_RULESET), Instruction(0x06, 0, 0, fail(errno.ENOSYS)), allow]
    install(tuple(program), architecture)

    async def main():
        try:
            await AsyncKernelManager(kernel_name="jupyter-agent-strict").start_kernel()
        except KernelRefused as refused:
            print(refused, zygote._current)

    asyncio.run(main())
    """
    said = python(code)
    assert "does not offer Landlock" in said
    assert "container" in said
    assert said.endswith("None\n")


def test_a_machine_that_fails_in_mid_way_starts_nothing() -> None:
    """Detection says yes, and then Linux refuses the rules in the forked process."""
    code = """
    import asyncio, errno
    from jupyter_client.manager import AsyncKernelManager
    from jupyter_agent.errors import KernelRefused
    from jupyter_agent.kernel.machine import detect
    from jupyter_agent.kernel.seccomp import Instruction, assemble, fail, install
    from jupyter_agent.kernel.zygote import zygote

    RESTRICT_SELF = 446
    architecture = detect().architecture
    *program, allow = assemble((), architecture)
    program += [Instruction(0x15, 0, 1, RESTRICT_SELF), Instruction(0x06, 0, 0, fail(errno.EPERM)), allow]
    install(tuple(program), architecture)

    async def main():
        manager = AsyncKernelManager(kernel_name="jupyter-agent-strict")
        try:
            await manager.start_kernel()
        except KernelRefused as refused:
            print(refused)
        print(manager.has_kernel, list((await zygote()).folder.glob("*/home")))

    asyncio.run(main())
    """
    said = python(code)
    assert "The restricted kernel was not started: [Errno 1] Operation not permitted" in said
    assert said.endswith("False []\n")
