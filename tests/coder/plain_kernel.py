"""A `KernelSession` over a stock ipykernel: real execution for tests of the loops, without restrictions."""

from __future__ import annotations

import ast
import asyncio
import json
import queue
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager

from jupyter_agent.protocols import NO_FILES, Kept, KernelProfile, ReadableFiles
from jupyter_agent.steps import (
    Block,
    DisplayOutput,
    ErrorOutput,
    Execution,
    Meter,
    Output,
    Point,
    StreamOutput,
    Undone,
    Variable,
)

_LOOK = """
def _look():
    import json, types
    found = []
    for name, value in list(globals().items()):
        if name.startswith("_") or name in ("In", "Out", "exit", "quit", "get_ipython", "open"):
            continue
        if isinstance(value, (types.ModuleType, types.FunctionType, type)):
            continue
        kind = type(value)
        summary = ", ".join(map(str, value.columns)) if hasattr(value, "columns") else repr(value)[:80]
        full = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
        shape = list(value.shape) if hasattr(value, "shape") else None
        found.append([name, full, shape, summary])
    return json.dumps(found)
"""


class PlainKernel:
    """Starts with its first use in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._manager: AsyncKernelManager | None = None
        self._client: AsyncKernelClient | None = None

    @property
    def profile(self) -> KernelProfile:
        return "strict"  # as the check is to believe

    @property
    def started(self) -> bool:
        return self._client is not None

    async def readable(self) -> ReadableFiles:
        return NO_FILES

    async def execute(
        self, code: str, *, timeout: float, label: str = ""
    ) -> AsyncIterator[Output | Block | Meter | Execution]:
        client = await self._started()
        started = time.monotonic()
        request = client.execute(code, stop_on_error=False)
        error: ErrorOutput | None = None
        status = "ok"
        try:
            while True:
                left = timeout - (time.monotonic() - started)
                message = await client.get_iopub_msg(timeout=max(left, 0.01))
                if message["parent_header"].get("msg_id") != request:
                    continue
                content = message["content"]
                if message["msg_type"] == "status" and content["execution_state"] == "idle":
                    break
                output = _output(message["msg_type"], content)
                if isinstance(output, ErrorOutput):
                    error = output
                if output is not None:
                    yield output
        except (queue.Empty, asyncio.CancelledError, GeneratorExit) as reason:
            assert self._manager is not None
            await self._manager.interrupt_kernel()
            if not isinstance(reason, queue.Empty):
                raise
            status = "timeout"
        yield Execution(
            status="timeout" if status == "timeout" else "error" if error else "ok",
            duration=time.monotonic() - started,
            error=error,
            variables=await self.variables() if error else (),
        )

    async def variables(self) -> tuple[Variable, ...]:
        if self._client is None:
            return ()
        reply = await self._client.execute(
            _LOOK, silent=True, user_expressions={"found": "_look()"}, reply=True, timeout=30
        )
        found = json.loads(
            ast.literal_eval(reply["content"]["user_expressions"]["found"]["data"]["text/plain"])
        )
        return tuple(
            Variable(name=name, type=kind, shape=tuple(shape) if shape is not None else None, summary=summary)
            for name, kind, shape, summary in found
        )

    async def keep(self) -> Kept:
        return Kept()

    async def restore(self) -> Kept:
        return Kept()

    async def points(self) -> tuple[Point, ...]:
        return ()

    async def rewind(self, label: str) -> bool:
        return False

    async def undo(self, label: str) -> Undone:
        return Undone()

    async def close(self) -> None:
        if self._client is not None and self._manager is not None:
            self._client.stop_channels()
            await self._manager.shutdown_kernel(now=True)
            self._client = self._manager = None

    async def _started(self) -> AsyncKernelClient:
        if self._client is None:
            self._manager = AsyncKernelManager(kernel_name="python3")
            await self._manager.start_kernel(cwd=str(self._folder))
            client: AsyncKernelClient = self._manager.client()
            client.start_channels()
            await client.wait_for_ready(timeout=60)
            self._client = client
        return self._client


def _output(kind: str, content: dict[str, Any]) -> Output | None:
    match kind:
        case "stream":
            return StreamOutput(name=content["name"], text=content["text"])
        case "display_data" | "execute_result":
            data = {mime: text for mime, text in content["data"].items() if isinstance(text, str)}
            return DisplayOutput(data=data, is_result=kind == "execute_result")
        case "error":
            trace = "\n".join(content["traceback"])
            return ErrorOutput(name=content["ename"], message=content["evalue"], traceback=_plain(trace))
    return None


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
