"""Runs topics in a kernel of a given name and says how each cell ended."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from .cells import Cell, Topic

PLAIN = "python3"
_CELL_SECONDS = 120.0
_START_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one cell ended in one kernel."""

    status: Literal["ok", "error", "hung or died"]
    shown: frozenset[str] = frozenset()
    """The kinds of what it showed: `stdout`, `stderr`, and the MIME types of displays."""
    error: str = ""
    warned: str = ""
    """What it wrote to the standard error stream."""

    @property
    def ran(self) -> bool:
        return self.status == "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One cell in the plain kernel and in another."""

    topic: Topic
    cell: Cell
    plain: Outcome
    here: Outcome

    @property
    def name(self) -> str:
        return f"{self.topic}: {self.cell.title}"


def compare(topic: Topic, kernel_name: str) -> list[Comparison]:
    """Runs a topic in the plain kernel and in the one named, each in a new working folder."""
    outcomes = zip(run(topic, PLAIN), run(topic, kernel_name), strict=True)
    return [
        Comparison(topic=topic, cell=cell, plain=plain, here=here)
        for cell, (plain, here) in zip(topic.cells, outcomes, strict=True)
    ]


def run(topic: Topic, kernel_name: str) -> list[Outcome]:
    """The outcomes of a topic's cells. A kernel that a cell ended is replaced for those after it."""
    outcomes: list[Outcome] = []
    while len(outcomes) < len(topic.cells):
        with TemporaryDirectory(prefix="programs-") as folder, _kernel(kernel_name, Path(folder)) as client:
            for cell, before in zip(topic.cells, outcomes, strict=False):
                if before.ran:  # the variables that the cells after it need
                    _run_cell(client, cell.code)
            outcomes += _until_one_ends_it(client, topic.cells[len(outcomes) :])
    return outcomes


def _until_one_ends_it(client: BlockingKernelClient, cells: Sequence[Cell]) -> Iterator[Outcome]:
    for cell in cells:
        outcome = _run_cell(client, cell.code)
        yield outcome
        if outcome.status == "hung or died":
            return


@contextmanager
def _kernel(name: str, folder: Path) -> Iterator[BlockingKernelClient]:
    manager, client = start_new_kernel(kernel_name=name, cwd=str(folder), startup_timeout=_START_SECONDS)
    try:
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.context.destroy(linger=0)


def _run_cell(client: BlockingKernelClient, code: str) -> Outcome:
    """What came of a cell. Its outputs may come in any order; they end with the kernel's being idle."""
    request = client.execute(code, allow_stdin=False)
    deadline = time.monotonic() + _CELL_SECONDS
    shown: set[str] = set()
    warned = ""
    try:
        while True:
            message = _next(client.get_iopub_msg, client, request, deadline)
            content: dict[str, Any] = message["content"]
            match message["msg_type"]:
                case "stream":
                    shown.add(content["name"])
                    warned += content["text"] if content["name"] == "stderr" else ""
                case "display_data" | "execute_result":
                    shown.update(content["data"])
                case "error":  # of a cell that failed, or of a repr that raised
                    shown.add("error")
                case "status" if content["execution_state"] == "idle":
                    break
        reply = _next(client.get_shell_msg, client, request, deadline)["content"]
    except TimeoutError:
        return Outcome(status="hung or died", shown=frozenset(shown), warned=warned)
    return Outcome(
        status="ok" if reply["status"] == "ok" else "error",
        shown=frozenset(shown),
        error=f"{reply.get('ename', '')}: {reply.get('evalue', '')}" if reply["status"] != "ok" else "",
        warned=warned,
    )


def _next(
    get: Callable[..., dict[str, Any]], client: BlockingKernelClient, request: str, deadline: float
) -> dict[str, Any]:
    """The next message that belongs to `request`.

    Raises:
        TimeoutError: none will come.
    """
    while time.monotonic() < deadline:
        try:
            message = get(timeout=1.0)
        except queue.Empty:
            if not client.is_alive():
                break
            continue
        if message["parent_header"].get("msg_id") == request:
            return message
    raise TimeoutError(request)
