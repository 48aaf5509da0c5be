"""Kernels as any Jupyter front end starts them, and a blocking way to run code in one."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager
from traitlets.config import Config

from jupyter_agent.ids import ConversationId
from jupyter_agent.kernel.landlock import abi_version
from jupyter_agent.protocols import Workspace

REAL = abi_version()
"""The machine's own version of Landlock."""
LIMITS = Config(RestrictedProvisioner={"memory_mb": 1024, "file_size_mb": 64, "processes": 256})


@dataclass
class Ran:
    """What became of code."""

    raised: str
    """The exception; empty if it ran to its end."""
    blocks: list[str] = field(default_factory=list)
    """The kinds of what the kernel said it refused."""


@dataclass
class Kernel:
    """A running kernel."""

    manager: KernelManager
    client: BlockingKernelClient

    def run(self, code: str, *, meanwhile: Callable[[], None] | None = None) -> Ran:
        """Run code to its end; `meanwhile` is called once it has begun."""
        ran = Ran("")

        def hear(message: dict[str, Any]) -> None:
            if message["msg_type"] == "agent_blocked":
                ran.blocks.append(message["content"]["kind"])
            elif message["msg_type"] == "execute_input" and meanwhile is not None:
                meanwhile()

        try:
            reply = self.client.execute_interactive(
                textwrap.dedent(code), timeout=30, allow_stdin=False, stop_on_error=False, output_hook=hear
            )
        except TimeoutError as error:
            # The next code is another test's.
            self.manager.restart_kernel(now=True)
            self.client.wait_for_ready(timeout=60)
            return Ran(repr(error), ran.blocks)
        content = reply["content"]
        ran.raised = "" if content["status"] == "ok" else f"{content['ename']}: {content['evalue']}"
        return ran

    def raised(self, code: str) -> str:
        """What the code raised; empty if it ran."""
        return self.run(code).raised

    @property
    def process(self) -> int:
        """The kernel's process: of a restricted one, its front."""
        assert self.manager.provisioner is not None
        process: int = self.manager.provisioner.pid  # type: ignore[attr-defined]  # ours and Jupyter's have it
        return process

    @property
    def folder(self) -> Path | None:
        """What a restricted kernel has for itself."""
        return Path(self.manager.ip).parents[1] if self.manager.transport == "ipc" else None


class Kernels:
    """Started when they are first asked for, and ended all together."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._started: dict[tuple[str, int, int], Kernel] = {}

    def restricted(self, profile: str = "strict", landlock: int = REAL, *, one: int = 0) -> Kernel:
        """The kernel with that profile and version of Landlock; `one` tells several alike apart."""
        key = (profile, landlock, one)
        if key not in self._started:
            with pytest.MonkeyPatch.context() as environment:
                environment.setenv("JUPYTER_AGENT_LANDLOCK_ABI", str(landlock))
                self._started[key] = self._start(f"jupyter-agent-{profile}", agent_workspace=self._workspace)
        return self._started[key]

    def plain(self) -> Kernel:
        """Jupyter's own."""
        key = ("plain", 0, 0)
        if key not in self._started:
            self._started[key] = self._start("python3")
        return self._started[key]

    def close(self) -> None:
        for kernel in self._started.values():
            kernel.client.stop_channels()
            kernel.manager.shutdown_kernel(now=True)
            kernel.manager.context.destroy(linger=0)

    def _start(self, name: str, **more: Workspace) -> Kernel:
        manager = KernelManager(kernel_name=name, config=LIMITS)
        manager.start_kernel(cwd=str(self._workspace.folder), **more)
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=60)
        # As the sessions of this package ask: a kernel then tells what it refuses.
        client.session.metadata = {"agent": {"transaction": True}}
        return Kernel(manager, client)


def workspace_in(folder: Path, attachments: Path | None = None) -> Workspace:
    """A conversation's folders, all in one."""
    names = ("workspace", "variables", "attachments")
    made = {name: folder / name for name in names} | ({"attachments": attachments} if attachments else {})
    for path in made.values():
        path.mkdir(exist_ok=True)
    return Workspace(
        conversation_id=ConversationId("c"),
        folder=made["workspace"],
        variables=made["variables"],
        attachments=made["attachments"],
    )


def fork_server() -> int:
    """The process of this process's fork server."""
    children = psutil.Process().children()
    (warden,) = [each for each in children if "jupyter_agent.kernel.forkserver" in each.cmdline()]
    (process,) = warden.children()
    return int(process.pid)
