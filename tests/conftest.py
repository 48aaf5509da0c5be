"""What all tests share: Jupyter's server fixtures, no network, composed services, a place for weights."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.multikernelmanager import AsyncMultiKernelManager

from jupyter_agent.compose import Services, compose
from jupyter_agent.protocols import Models
from jupyter_agent.settings import Settings
from tests.turns import Start

pytest_plugins = ("pytest_jupyter.jupyter_server",)


def _local(address: Any) -> bool:
    """Whether a socket address stays on this machine: a path, or a loopback address."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    if host in ("", "localhost"):
        return True
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return False
    return ip.is_loopback or ip.is_unspecified


def _no_network(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.connect" and not _local(args[1]):
        raise PermissionError(f"tests reach no network, but this one connects to {args[1]}")


sys.addaudithook(_no_network)

# CI runs these in parallel; a pytest that a test starts is not to.
os.environ.pop("PYTEST_ADDOPTS", None)


@pytest.fixture(scope="session")
def embedded_cache() -> Path:
    """A folder that outlives the session, because it will hold a gigabyte; its content is verified again.

    `JUPYTER_AGENT_TEST_CACHE` names another one.
    """
    named = os.environ.get("JUPYTER_AGENT_TEST_CACHE")
    folder = Path(named) if named else Path(tempfile.gettempdir()) / f"jupyter-agent-tests-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@pytest.fixture
def started(tmp_path: Path, jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[Start]:
    """Composes services with given models; closes them all at the end."""
    opened: list[Services] = []

    async def start(models: Models, **changes: Any) -> Services:
        settings = Settings(data_dir=tmp_path / "data", review_rounds=0, timeout=60, **changes)
        services = await compose(settings, AsyncMultiKernelManager(), models=models)
        opened.append(services)
        return services

    yield start
    for services in opened:
        jp_asyncio_loop.run_until_complete(services.close())
