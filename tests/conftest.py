"""What all tests share: Jupyter's server fixtures, no network, and a place for the embedded weights."""

from __future__ import annotations

import ipaddress
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

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


@pytest.fixture(scope="session")
def embedded_cache() -> Path:
    """A folder that outlives the session, because it will hold a gigabyte; its content is verified again.

    `JUPYTER_AGENT_TEST_CACHE` names another one.
    """
    named = os.environ.get("JUPYTER_AGENT_TEST_CACHE")
    folder = Path(named) if named else Path(tempfile.gettempdir()) / f"jupyter-agent-tests-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
