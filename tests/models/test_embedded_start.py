"""How the embedded server's process is found, or found not to be there; no model is loaded."""

from __future__ import annotations

import sys
from asyncio.subprocess import PIPE, create_subprocess_exec

import pytest

from jupyter_agent.errors import ModelUnavailable
from jupyter_agent.models.embedded import _listens, _port
from jupyter_agent.models.launch import Launch
from jupyter_agent.models.ollama import OllamaServer

LAUNCH = Launch(token="t", name="m", path="m.gguf", num_ctx=1024, threads=1)


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        ("print('ggml: no such device')", "did not report where it listens"),
        ("print('x' * 100_000)", "did not report where it listens"),
        ('print(\'{"error": "no memory."}\')', "started: no memory."),
        ("pass", "its process ended"),
    ],
)
async def test_a_process_that_reports_no_port_is_told(says: str, reason: str) -> None:
    process = await create_subprocess_exec(sys.executable, "-c", says, stdin=PIPE, stdout=PIPE)
    with pytest.raises(ModelUnavailable) as told:
        await _port(process, LAUNCH)
    assert reason in told.value.message
    await process.communicate()


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "http://255.255.255.255:9"])
async def test_what_cannot_be_reached_does_not_listen(address: str) -> None:
    """Nobody listens at the first; the second may not be reached, as behind a firewall."""
    server = OllamaServer(address, model_timeout=1)
    assert not await _listens(server)
    await server.close()
