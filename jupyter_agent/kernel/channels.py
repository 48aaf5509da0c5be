"""Jupyter's channels to one process of a kernel, and what is said on them.

What a kernel says is not trusted: code in it can write any message that it likes. Fields are looked at before
they are used, and what does not look right is passed over.
"""

from __future__ import annotations

import asyncio
import queue
import time
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any, NewType

import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.manager import KernelManager
from jupyter_client.session import Session
from jupyter_core.utils import ensure_async

from jupyter_agent.errors import KernelError
from jupyter_agent.protocols import Kept
from jupyter_agent.steps import Point, Undone, Variable

from . import protocol
from .protocol import Wish
from .report import kept_from, points_from, undone_from, variables_from

_TICK = 0.25
"""Seconds of silence after which it is asked whether the kernel is still there."""
_OPEN_SECONDS = 60.0
_REPLY_SECONDS = 3.0
"""How long a reply may take once its request is done."""
_SETTLE_TICKS = 4
"""Silent ticks after a reply until the outputs that did not come count as lost."""

_LOST: Mapping[str, Any] = {
    "status": "error",
    "ename": "ReplyLost",
    "evalue": "The kernel did not say how the code ended: look at the variables before you go on.",
    "traceback": [],
}

Request = NewType("Request", str)
"""The id of a message that asks for something."""


class KernelEnded(Exception):
    """The process that these channels lead to is not there any more."""


def process_of(kernel: KernelManager) -> int | None:
    """The process id of the kernel: each restart brings another one."""
    process: int | None = getattr(kernel.provisioner, "pid", None)
    return process


@dataclass(slots=True)
class Channels:
    """Open channels. They serve one reader at a time."""

    kernel: KernelManager
    client: AsyncKernelClient
    process: int | None
    features: tuple[str, ...] = ()
    _replies: dict[Request, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    async def open(cls, kernel: KernelManager) -> Channels:
        """Connect, and wait until the kernel answers and its outputs arrive.

        Raises:
            KernelError: it did not answer in time, or ended.
        """
        # With a session of its own: the kernel's other clients, the server among them, use copies of the
        # manager's, which all number their messages alike.
        own = Session(key=kernel.session.key, signature_scheme=kernel.session.signature_scheme)
        client: AsyncKernelClient = kernel.client(  # type: ignore[assignment]
            context=zmq.asyncio.Context.instance(), session=own
        )
        client.start_channels(hb=False)
        channels = cls(kernel=kernel, client=client, process=process_of(kernel))
        try:
            await channels._greet()
        except BaseException:
            channels.close()
            raise
        return channels

    def close(self) -> None:
        self.client.stop_channels()

    def execute(self, code: str, wish: Wish) -> Request:
        """Send code to run; input from a person is refused."""
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        message = self.client.session.msg("execute_request", content, metadata=wish.to_metadata())
        self.client.shell_channel.send(message)
        return Request(message["header"]["msg_id"])

    async def messages(
        self, request: Request, seconds: float
    ) -> AsyncGenerator[tuple[str, Mapping[str, Any]], None]:
        """Type and content of what the request brings, up to its `execute_reply`.

        Raises:
            TimeoutError: that did not come within `seconds`; the request can be followed on.
            KernelEnded: it will not come.
        """
        deadline = time.monotonic() + seconds
        reply: Mapping[str, Any] | None = None
        error: Mapping[str, Any] | None = None
        silent_ticks = 0
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            message = await _next(self.client.iopub_channel, min(_TICK, left))
            if message is not None:
                # What is there already is read without waiting: a flood would keep the server from all else.
                await asyncio.sleep(0)
                kind, content = message["msg_type"], message["content"]
                if _asked_by(message) != request:
                    continue
                if kind != "status":
                    error = content if kind == "error" else error
                    yield kind, content
                elif content.get("execution_state") == "idle":
                    yield "execute_reply", reply or await self._reply_after(request, error)
                    return
                continue
            # Outputs are dropped when they come faster than they are read, and the end may be among them.
            reply = reply or await self._take_reply(request, 0.0)
            if reply is None:
                await self._check()
                continue
            silent_ticks += 1
            if silent_ticks == _SETTLE_TICKS:
                yield "execute_reply", reply
                return

    @property
    def tells(self) -> bool:
        """Whether the kernel is one of ours, which tells more than Jupyter's messages say."""
        return protocol.FEATURE in self.features

    async def variables(self, *, seconds: float) -> tuple[Variable, ...]:
        """What the kernel tells about its variables; nothing if it is not one of ours.

        Raises:
            TimeoutError: it did not answer within `seconds`.
            KernelEnded: it cannot.
        """
        return variables_from((await self._ask(protocol.VARIABLES, seconds)).get("variables"))

    async def points(self, *, seconds: float) -> tuple[Point, ...]:
        """What the variables can be taken back to, oldest first. Raises as `variables`."""
        return points_from((await self._ask(protocol.POINTS, seconds)).get("points"))

    async def rewind(self, label: str, *, seconds: float) -> bool:
        """Take the variables back to before what `label` names, if that can be. Raises as `variables`."""
        return (await self._ask(protocol.REWIND, seconds, label=label)).get("rewound") is True

    async def undo(self, label: str, *, seconds: float) -> Undone:
        """Take back the execution with this label, if it is the last one. Raises as `variables`."""
        return undone_from(await self._ask(protocol.UNDO, seconds, label=label))

    async def save(self, limit: int, *, seconds: float) -> Kept:
        """Keep the variables in files of at most `limit` bytes in all. Raises as `variables`."""
        return kept_from(await self._ask(protocol.SAVE, seconds, limit=limit))

    async def load(self, limit: int, *, seconds: float) -> Kept:
        """Bring back what was kept. Raises as `variables`."""
        return kept_from(await self._ask(protocol.LOAD, seconds, limit=limit))

    async def _ask(self, kind: str, seconds: float, **content: Any) -> Mapping[str, Any]:
        if not self.tells:
            return {}
        message = self.client.session.msg(f"{kind}_request", content)
        self.client.shell_channel.send(message)
        request = Request(message["header"]["msg_id"])
        return await self._reply(request, time.monotonic() + seconds, f"{kind}_reply")

    async def _greet(self) -> None:
        deadline = time.monotonic() + _OPEN_SECONDS
        info: Mapping[str, Any] | None = None
        listening = False
        while info is None or not listening:
            if time.monotonic() > deadline:
                raise KernelError("The kernel was started but does not answer.", "Restart it and try again.")
            # On the control channel it answers even while somebody else's code runs.
            self.client.control_channel.send(self.client.session.msg("kernel_info_request"))
            answer = await _next(self.client.control_channel, _TICK)
            info = answer["content"] if answer else info
            listening = listening or await _next(self.client.iopub_channel, _TICK) is not None
            if info is None:
                await self._check_started()
        features = info.get("supported_features")
        self.features = tuple(map(str, features)) if isinstance(features, list) else ()

    async def _check_started(self) -> None:
        try:
            await self._check()
        except KernelEnded as error:
            raise KernelError("The kernel ended right after it was started.", "Try again.") from error

    async def _check(self) -> None:
        if process_of(self.kernel) != self.process or not await ensure_async(self.kernel.is_alive()):
            raise KernelEnded

    async def _reply_after(self, request: Request, error: Mapping[str, Any] | None) -> Mapping[str, Any]:
        """The reply to a request that is done; if it got lost, what is known without it."""
        try:
            return await self._reply(request, time.monotonic() + _REPLY_SECONDS)
        except TimeoutError:
            if error is not None:
                return {**error, "status": "error"}
            # Of a kernel that undoes what fails, the reply alone says whether it did.
            return _LOST if self.tells else {"status": "ok"}

    async def _reply(
        self, request: Request, deadline: float, kind: str = "execute_reply"
    ) -> Mapping[str, Any]:
        while (left := deadline - time.monotonic()) > 0:
            reply = await self._take_reply(request, min(_TICK, left), kind)
            if reply is not None:
                return reply
            await self._check()
            # A reply can be stuck between ipykernel's threads until another one pushes it out.
            self.client.kernel_info()
        raise TimeoutError

    async def _take_reply(
        self, request: Request, seconds: float, kind: str = "execute_reply"
    ) -> Mapping[str, Any] | None:
        """The reply to `request` if it is there; those to requests that were given up are dropped."""
        message = await _next(self.client.shell_channel, seconds)
        while message is not None:
            if _asked_by(message) == request and message["msg_type"] == kind:
                # What the kernel tells beyond Jupyter's messages is in the metadata.
                return {**message["content"], protocol.METADATA: message["metadata"].get(protocol.METADATA)}
            message = await _next(self.client.shell_channel, 0.0)
        return None


async def _next(channel: AsyncZMQSocketChannel, seconds: float) -> dict[str, Any] | None:
    """The next message, or None if none came or it is not one."""
    try:
        message = await channel.get_msg(timeout=seconds)
    except queue.Empty:
        return None
    except (ValueError, TypeError, KeyError):
        # Not signed, not JSON, or of another form than Jupyter's.
        return None
    if not all(isinstance(message.get(part), dict) for part in ("content", "parent_header", "metadata")):
        return None
    return message


def _asked_by(message: Mapping[str, Any]) -> str | None:
    asked: str | None = message["parent_header"].get("msg_id")
    return asked
