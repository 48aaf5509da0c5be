"""The fork server's life: spares, what it leaves when it is replaced, and many kernels at once."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import psutil
import pytest
from jupyter_client.multikernelmanager import AsyncMultiKernelManager
from jupyter_core.utils import ensure_async

from jupyter_agent.errors import KernelError
from jupyter_agent.kernel import zygote as zygotes
from jupyter_agent.kernel.channels import process_of
from jupyter_agent.kernel.sessions import RestrictedKernels
from jupyter_agent.kernel.zygote import zygote
from jupyter_agent.protocols import Workspace
from tests.kernel.conftest import STRICT, run


@pytest.fixture(autouse=True)
def connection_files(manager: AsyncMultiKernelManager, tmp_path: Path) -> None:
    manager.connection_dir = str(tmp_path)


async def _spare(fork_server: psutil.Process, but: int = 0) -> psutil.Process:
    """The fork server's child that is not a kernel, once it is there."""
    for _ in range(100):
        for child in fork_server.children():
            if child.pid != but and os.getpgid(child.pid) == os.getpgid(fork_server.pid):
                return child
        await asyncio.sleep(0.1)
    raise AssertionError("no process waits for the next kernel")


async def _gone(process: int) -> bool:
    for _ in range(100):
        if not psutil.pid_exists(process) or psutil.Process(process).status() == psutil.STATUS_ZOMBIE:
            return True
        await asyncio.sleep(0.1)
    return False


async def test_a_process_waits_for_the_next_kernel(manager: AsyncMultiKernelManager) -> None:
    fork_server = psutil.Process((await zygote()).process_id)
    spare = await _spare(fork_server)
    kernel_id = await manager.start_kernel(kernel_name=STRICT)
    assert process_of(manager.get_kernel(kernel_id)) == spare.pid
    assert (await _spare(fork_server, but=spare.pid)).pid != spare.pid


async def test_a_spare_that_was_killed_is_replaced(manager: AsyncMultiKernelManager) -> None:
    spare = await _spare(psutil.Process((await zygote()).process_id))
    os.kill(spare.pid, signal.SIGKILL)
    assert await _gone(spare.pid)
    kernel_id = await manager.start_kernel(kernel_name=STRICT)
    assert await ensure_async(manager.get_kernel(kernel_id).is_alive())


async def test_a_machine_without_room_for_a_process_ends_no_kernels(manager: AsyncMultiKernelManager) -> None:
    fork_server = (await zygote()).process_id
    await _spare(psutil.Process(fork_server))
    before = resource.prlimit(fork_server, resource.RLIMIT_NPROC)
    resource.prlimit(fork_server, resource.RLIMIT_NPROC, (1, before[1]))
    try:
        first = await manager.start_kernel(kernel_name=STRICT)
        with pytest.raises(KernelError, match=r"could not be started.*Resource temporarily unavailable.*End"):
            await manager.start_kernel(kernel_name=STRICT)
    finally:
        resource.prlimit(fork_server, resource.RLIMIT_NPROC, before)
    second = await manager.start_kernel(kernel_name=STRICT)
    for kernel_id in (first, second):
        assert await ensure_async(manager.get_kernel(kernel_id).is_alive())
    assert (await zygote()).process_id == fork_server


async def test_the_fork_server_follows_installed_packages(
    manager: AsyncMultiKernelManager,
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    packages = tmp_path / "site-packages"
    packages.mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(packages)])
    kernels = RestrictedKernels(manager, STRICT)
    session = kernels.session(workspace)
    await run(session, "kept = 1")
    before = await zygote()
    time.sleep(0.01)
    (packages / "new").mkdir()
    after = await zygote()
    assert after is not before
    assert (await run(session, "kept")).result == "1", "kernels of the old one go on"
    assert before.alive
    await kernels.close()
    assert await _gone(before.process_id)
    assert not before.folder.exists()
    assert zygotes._current is after


async def test_a_server_with_many_open_files_starts_kernels(
    manager: AsyncMultiKernelManager, workspace: Workspace
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert hard > 1_300, "the machine allows no process that many"
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 1_300), hard))
    opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(1_050)]
    kernels = RestrictedKernels(manager, STRICT)
    try:
        session = kernels.session(workspace)
        assert (await run(session, "1 + 1")).result == "2"
        # The front looks how it ended.
        ended = await run(session, "import os; os._exit(3)")
        assert ended.execution.rolled_back
    finally:
        await kernels.close()
        for descriptor in opened:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.timeout(300)
async def test_fifty_kernels_at_once(manager: AsyncMultiKernelManager) -> None:
    ids = [await manager.start_kernel(kernel_name=STRICT) for _ in range(50)]
    processes = [process_of(manager.get_kernel(kernel_id)) for kernel_id in ids]
    assert len(set(processes)) == 50
    assert all([await ensure_async(manager.get_kernel(kernel_id).is_alive()) for kernel_id in ids])
    groups = {process for process in processes if process is not None}
    fork_server = psutil.Process((await zygote()).process_id)
    warden = fork_server.parent()
    assert warden is not None
    # Each gives back what made it quick, once it has been idle for ten seconds.
    for _ in range(20):
        await asyncio.sleep(2)
        if (used := _shares(groups, (fork_server, *fork_server.children(), warden))) < 1_300_000_000:
            break
    assert used < 1_300_000_000, used
    await manager.shutdown_all(now=True)


def _shares(groups: set[int], others: Iterable[psutil.Process]) -> int:
    """Bytes of memory, what is shared in parts, of the processes in these groups and of others."""
    found = {process for process in psutil.process_iter() if _group(process.pid) in groups} | set(others)
    used = 0
    for process in found:
        with contextlib.suppress(psutil.NoSuchProcess):
            used += process.memory_full_info().pss
    return used


def _group(process: int) -> int:
    try:
        return os.getpgid(process)
    except ProcessLookupError:
        return -1
