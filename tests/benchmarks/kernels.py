"""The two kinds of kernel that are measured side by side, and what all processes of one use.

A kernel is its process group: of the restricted one the front, the worker and its snapshots; the fork server
belongs to all of them and is measured by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import Any

import psutil
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from jupyter_agent.kernel.channels import process_of
from jupyter_agent.kernel.protocol import METADATA, Wish
from jupyter_agent.kernel.zygote import zygote

KERNELS = {"plain": "python3", "restricted": "jupyter-agent-strict"}
LIBRARIES = "import numpy, pandas, matplotlib.pyplot"

_TIMEOUT = 300.0
_ARRIVES = 0.02
"""Seconds: what was published before the client was connected never arrives, so it is asked again."""


@dataclass(frozen=True)
class Asked:
    """An execution that was asked for."""

    request: str
    at: float
    """By the clock `time.perf_counter`."""


@dataclass(frozen=True)
class Ran:
    """What an execution came to, and the seconds from the request to its reply."""

    seconds: float
    text: str
    reply: Mapping[str, Any]
    told: Mapping[str, Any]
    """What the restricted kernel tells of a transaction."""


@dataclass(frozen=True)
class Kernel:
    """A running kernel, and a client of it."""

    kind: str
    manager: KernelManager
    client: BlockingKernelClient

    @classmethod
    def start(cls, kind: str, folder: Path | None = None) -> Kernel:
        """A kernel that is connected but may not answer yet. A plain one works in `folder`."""
        manager = KernelManager(kernel_name=KERNELS[kind])
        options = {"cwd": str(folder)} if folder and kind == "plain" else {}
        # A plain kernel prints a warning at each start.
        manager.start_kernel(stderr=subprocess.DEVNULL, **options)
        client = manager.client()
        client.start_channels()
        return cls(kind, manager, client)

    def greet(self) -> None:
        """Wait until the kernel answers and what it publishes arrives.

        `wait_for_ready` of the client would go on until nothing has been published for 0.2 s, which is that
        much more for either kernel.
        """
        while True:
            self._reply(self.client.kernel_info(), _TIMEOUT)
            with contextlib.suppress(Empty):
                self.client.get_iopub_msg(timeout=_ARRIVES)
                return

    def ask(self, code: str, *, wish: Wish | None = None) -> Asked:
        """Send code, and do not wait."""
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}}
        metadata = wish.to_metadata() if wish else {}
        message = self.client.session.msg(
            "execute_request", {**content, "allow_stdin": False, "stop_on_error": False}, metadata=metadata
        )
        began = time.perf_counter()
        self.client.shell_channel.send(message)
        return Asked(str(message["header"]["msg_id"]), began)

    def answer(self, asked: Asked, timeout: float = _TIMEOUT) -> Ran:
        """What came of it; its outputs are read after the clock has stopped."""
        request = asked.request
        reply = self._reply(request, timeout)
        seconds = time.perf_counter() - asked.at
        text = ""
        while True:
            message = self.client.get_iopub_msg(timeout=_TIMEOUT)
            if message["parent_header"].get("msg_id") != request:
                continue
            content = message["content"]
            if message["msg_type"] == "stream":
                text += content["text"]
            if content.get("execution_state") == "idle":
                return Ran(seconds, text, reply["content"], reply["metadata"].get(METADATA, {}))

    def run(self, code: str, *, wish: Wish | None = None) -> Ran:
        """Run code to its end, good or bad."""
        return self.answer(self.ask(code, wish=wish))

    def do(self, code: str, *, wish: Wish | None = None) -> Ran:
        """Run code that must not fail."""
        ran = self.run(code, wish=wish)
        if ran.reply["status"] != "ok":
            raise SystemExit(f"{self.kind}: {code[:200]}\n{ran.reply}")
        return ran

    def request(self, kind: str, **content: Any) -> tuple[float, Mapping[str, Any]]:
        """Ask what only a restricted kernel answers: seconds to its reply, and that."""
        message = self.client.session.msg(f"{kind}_request", content)
        began = time.perf_counter()
        self.client.shell_channel.send(message)
        reply = self._reply(str(message["header"]["msg_id"]), _TIMEOUT)
        return time.perf_counter() - began, reply["content"]

    def processes(self) -> list[psutil.Process]:
        """All that belong to the kernel."""
        process = process_of(self.manager)
        assert process is not None
        return group_members({process})

    def shut_down(self) -> None:
        """Ask it to end, and wait until it has."""
        self.manager.shutdown_kernel()

    def end(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def _reply(self, request: str, timeout: float) -> dict[str, Any]:
        deadline = time.monotonic() + timeout
        while True:
            reply: dict[str, Any] = self.client.get_shell_msg(timeout=deadline - time.monotonic())
            if reply["parent_header"].get("msg_id") == request:
                return reply


@contextlib.contextmanager
def running(kind: str, folder: Path | None = None) -> Iterator[Kernel]:
    """A kernel that answers, and ends with the block."""
    kernel = Kernel.start(kind, folder)
    try:
        kernel.greet()
        yield kernel
    finally:
        kernel.end()


@contextlib.contextmanager
def kernelspecs() -> Iterator[Path]:
    """Make the repository's kernelspecs the ones that are found; gives a folder to work in."""
    # A plain kernel starts with a warning that it listens on TCP; its clients say it once more.
    logging.getLogger("traitlets").setLevel(logging.ERROR)
    before = os.environ.get("JUPYTER_PATH")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "kernels").symlink_to(Path(__file__).parents[2] / "kernels")
        os.environ["JUPYTER_PATH"] = folder
        work = Path(folder, "work")
        work.mkdir()
        try:
            yield work
        finally:
            if before is None:
                del os.environ["JUPYTER_PATH"]
            else:
                os.environ["JUPYTER_PATH"] = before


def fork_server() -> psutil.Process:
    """The fork server of this process, started if there is none."""
    return psutil.Process(asyncio.run(zygote()).process_id)


def group_members(groups: set[int]) -> list[psutil.Process]:
    """The processes in these groups, but those that have ended."""
    found = []
    for number in psutil.pids():
        with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
            if os.getpgid(number) in groups:
                process = psutil.Process(number)
                if process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
    return found


def processor_seconds(processes: Sequence[psutil.Process]) -> float:
    """What they have used so far, with their children that have ended."""
    return sum(sum(process.cpu_times()[:4]) for process in processes)
