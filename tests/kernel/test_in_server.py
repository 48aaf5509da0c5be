"""Sessions over a Jupyter server's own kernel manager, which watches and restarts kernels by itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from jupyter_client.multikernelmanager import AsyncMultiKernelManager
from jupyter_server.serverapp import ServerApp

from jupyter_agent.kernel.sessions import RestrictedKernels, RestrictedSession
from jupyter_agent.protocols import Workspace
from tests.kernel.conftest import STRICT, run

Fetch = Callable[..., Awaitable[Any]]


@pytest.fixture
def served(
    jp_asyncio_loop: asyncio.AbstractEventLoop, jp_serverapp: ServerApp, workspace: Workspace
) -> Iterator[RestrictedSession]:
    assert isinstance(jp_serverapp.kernel_manager, AsyncMultiKernelManager)
    kernels = RestrictedKernels(jp_serverapp.kernel_manager, STRICT, interrupt_grace=2.0)
    yield kernels.session(workspace)
    jp_asyncio_loop.run_until_complete(kernels.close())


async def test_the_kernel_is_one_of_the_server_s(served: RestrictedSession, jp_fetch: Fetch) -> None:
    await run(served, "kept = 1")
    (listed,) = json.loads((await jp_fetch("api", "kernels")).body)
    assert listed["name"] == STRICT
    await jp_fetch("api", "kernels", listed["id"], "restart", method="POST", body="")
    after = await run(served, "'kept' in globals()")
    assert after.result == "False"
    assert after.execution.note == "The kernel was restarted. All variables are gone."
    await jp_fetch("api", "kernels", listed["id"], method="DELETE")
    assert (await run(served, "2")).result == "2"


async def test_an_interrupt_in_the_server_ends_the_code(served: RestrictedSession, jp_fetch: Fetch) -> None:
    await run(served, "kept = 1")
    (listed,) = json.loads((await jp_fetch("api", "kernels")).body)
    running = asyncio.create_task(run(served, "import time; time.sleep(60)"))
    await asyncio.sleep(0.5)
    await jp_fetch("api", "kernels", listed["id"], "interrupt", method="POST", body="")
    ran = await asyncio.wait_for(running, 20)
    assert ran.execution.status == "error"
    assert ran.error.name == "KeyboardInterrupt"
    assert (await run(served, "kept")).result == "1"


async def test_a_kernel_that_dies_is_restarted_once(served: RestrictedSession, jp_fetch: Fetch) -> None:
    await run(served, "1")
    for _ in range(3):
        died = await run(served, "import os; os._exit(1)")
        assert died.execution.status == "died"
        # Long enough for the server's own watch over kernels, which looks every three seconds.
        await asyncio.sleep(1.3)
        after = await run(served, "kept = 1")
        assert after.execution.status == "ok"
    await asyncio.sleep(3.5)
    assert (await run(served, "kept")).result == "1"
    assert len(json.loads((await jp_fetch("api", "kernels")).body)) == 1


async def test_a_front_end_starts_one(jp_serverapp: ServerApp, jp_fetch: Fetch) -> None:
    body = json.dumps({"path": "a.ipynb", "type": "notebook", "kernel": {"name": STRICT}})
    started = json.loads((await jp_fetch("api", "sessions", method="POST", body=body)).body)
    assert started["kernel"]["name"] == STRICT
    await jp_fetch("api", "sessions", started["id"], method="DELETE")
    assert len(jp_serverapp.kernel_manager) == 0


async def test_a_front_end_is_told_why_there_is_none(jp_serverapp: ServerApp, jp_fetch: Fetch) -> None:
    jp_serverapp.config.RestrictedProvisioner.read_only = ["/no/such/folder"]
    body = json.dumps({"path": "a.ipynb", "type": "notebook", "kernel": {"name": STRICT}})
    with pytest.raises(Exception, match="HTTP 500") as refused:
        await jp_fetch("api", "sessions", method="POST", body=body)
    message = json.loads(refused.value.response.body)["message"]  # type: ignore[attr-defined]
    assert "/no/such/folder" in message
    assert "Correct the setting RestrictedProvisioner.read_only." in message
