"""The credential file: how programs of the same person find and enter the server.

A server with a password has no token of its own that a program could use, and Jupyter's token opens far
more than the agent. This one opens the routes under `agent/` and nothing else.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from jupyter_core.paths import jupyter_runtime_dir

from jupyter_agent.private import private


def credential_file(pid: int) -> Path:
    """Where the server with this process number keeps it."""
    return Path(jupyter_runtime_dir()) / f"jupyter-agent-{pid}.json"


def write_credentials(path: Path, *, url: str, base_url: str, token: str) -> None:
    """Write the file, readable by its owner alone from the first byte on."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A server that was killed may have left one, under the number that this process now has.
    path.unlink(missing_ok=True)
    content = {"url": url, "base_url": base_url, "token": token, "pid": os.getpid()}
    with open(path, "x", opener=private) as file:
        json.dump(content, file)
