"""Files in shared memory: what code keeps there counts as memory, mapped or not."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest
from jupyter_client.multikernelmanager import AsyncMultiKernelManager
from traitlets.config import Config

from jupyter_agent.kernel.sessions import RestrictedKernels
from jupyter_agent.kernel.shared_memory import SharedMemory
from jupyter_agent.protocols import Workspace
from tests.kernel.conftest import run

MB = 1_000_000


def test_what_changes_while_code_runs_counts_until_it_is_gone(tmp_path: Path) -> None:
    (tmp_path / "before").write_bytes(b"x" * MB)
    time.sleep(0.05)
    shared = SharedMemory(tmp_path)
    shared.begin()
    assert shared.memory([], 7) == 7
    made = tmp_path / "made"
    made.write_bytes(b"x" * 50 * MB)
    first = shared.memory([], 7)
    assert 50 * MB <= first < 51 * MB
    time.sleep(0.05)
    shared.begin()
    assert shared.memory([], 7) == first
    made.unlink()
    assert shared.memory([], 7) == 7


def test_what_an_execution_without_a_look_made_counts_too(tmp_path: Path) -> None:
    shared = SharedMemory(tmp_path)
    shared.begin()
    (tmp_path / "made").write_bytes(b"x" * MB)
    time.sleep(0.05)
    shared.begin()
    assert shared.memory([], 0) >= MB


@pytest.fixture
def name() -> str:
    return f"agent-test-{os.getpid()}"


async def test_code_that_fills_shared_memory_is_ended(
    manager: AsyncMultiKernelManager, workspace: Workspace, name: str
) -> None:
    manager.update_config(Config(RestrictedProvisioner={"memory_mb": 400}))
    kernels = RestrictedKernels(manager, "jupyter-agent-parallel", interrupt_grace=4.0)
    try:
        session = kernels.session(workspace)
        code = f"""
import time
for number in range(6):
    with open(f"/dev/shm/{name}-{{number}}", "wb") as file:
        file.write(bytes(100_000_000))
time.sleep(60)
"""
        ran = await run(session, code, timeout=30)
        assert ran.execution.status == "error"
        assert "memory" in ran.error.message
    finally:
        await kernels.close()
        for left in await asyncio.to_thread(lambda: list(Path("/dev/shm").glob(f"{name}-*"))):
            left.unlink()


async def test_arrays_in_shared_memory_count_once(
    manager: AsyncMultiKernelManager, workspace: Workspace, name: str
) -> None:
    manager.update_config(Config(RestrictedProvisioner={"memory_mb": 700}))
    kernels = RestrictedKernels(manager, "jupyter-agent-parallel", interrupt_grace=4.0)
    code = """
import multiprocessing, time
from multiprocessing import shared_memory
memory = shared_memory.SharedMemory(create=True, size=400_000_000)
for start in range(0, 400_000_000, 100_000_000):
    memory.buf[start : start + 100_000_000] = bytes(100_000_000)
time.sleep(3)
memory.close(); memory.unlink()
"""
    try:
        ran = await run(kernels.session(workspace), code)
        assert ran.execution.error is None
        assert max(meter.memory for meter in ran.meters) > 350_000_000
    finally:
        await kernels.close()
