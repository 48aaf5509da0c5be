"""A conversation's kernel: runs code, hands out what it shows, and copes with whatever the code does.

The kernels belong to a kernel manager of Jupyter's: in a server to the server's own, so that a person sees,
interrupts, restarts and shuts them down like any other. Whatever they do there, and whatever the code does,
the next execution finds a kernel, and its `note` says if the variables are gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_client.manager import KernelManager
from jupyter_client.multikernelmanager import AsyncMultiKernelManager
from jupyter_core.paths import jupyter_runtime_dir
from jupyter_core.utils import ensure_async, ensure_dir_exists

from jupyter_agent.errors import KernelError
from jupyter_agent.ids import ConversationId
from jupyter_agent.protocols import Workspace
from jupyter_agent.steps import AttemptStatus, Block, ErrorOutput, Execution, Meter, Output, Point, Variable

from . import protocol
from .channels import Channels, KernelEnded, Request, process_of
from .endings import reason
from .outputs import Gate, error_from
from .protocol import Wish
from .report import Report, block_from, meter_from

_TOLD_SECONDS = 15.0
"""Telling takes milliseconds; on a machine where a model is computing, it may have to wait for its turn."""
_RESTART_SECONDS = 90.0
_CLOSE_SECONDS = 5.0
_TICK = 0.1

T = TypeVar("T")

_KEPT = "The variables are as they were before it."
_STAY = "The variables are kept."
_GONE = "All variables are gone."

log = logging.getLogger(__name__)


class RestrictedKernels:
    """`protocols.Kernels` over a kernel manager of Jupyter's."""

    def __init__(
        self,
        kernel_manager: AsyncMultiKernelManager,
        kernel_name: str,
        *,
        output_limit: int = 10_000_000,
        interrupt_grace: float = 5.0,
    ) -> None:
        """Sessions whose outputs end at `output_limit` characters for each execution.

        `interrupt_grace` is how many seconds code has to end once it was interrupted.
        """
        self._kernel_manager = kernel_manager
        self._kernel_name = kernel_name
        self._output_limit = output_limit
        self._interrupt_grace = interrupt_grace
        self._sessions: dict[ConversationId, RestrictedSession] = {}

    @property
    def restricted(self) -> bool:
        specs = self._kernel_manager.kernel_spec_manager or KernelSpecManager()
        try:
            return _is_restricted(specs.get_kernel_spec(self._kernel_name))
        except NoSuchKernel:
            return True  # nothing will start

    def session(self, workspace: Workspace) -> RestrictedSession:
        session = self._sessions.get(workspace.conversation_id)
        if session is None:
            session = self._sessions[workspace.conversation_id] = RestrictedSession(
                self._kernel_manager,
                self._kernel_name,
                workspace,
                output_limit=self._output_limit,
                interrupt_grace=self._interrupt_grace,
            )
        return session

    async def close_session(self, conversation_id: ConversationId) -> None:
        session = self._sessions.pop(conversation_id, None)
        if session is not None:
            await session.close()

    async def close(self) -> None:
        sessions = list(self._sessions.values())
        self._sessions.clear()
        await asyncio.gather(*(session.close() for session in sessions), return_exceptions=True)


class RestrictedSession:
    """`protocols.KernelSession`: one conversation's kernel."""

    def __init__(
        self,
        kernel_manager: AsyncMultiKernelManager,
        kernel_name: str,
        workspace: Workspace,
        *,
        output_limit: int,
        interrupt_grace: float,
    ) -> None:
        self._kernel_manager = kernel_manager
        self._kernel_name = kernel_name
        self._workspace = workspace
        self._output_limit = output_limit
        self._interrupt_grace = interrupt_grace
        self._kernel_id: str | None = None
        self._channels: Channels | None = None
        self._lost = ""
        """What became of the variables since the last execution, for the note of the next."""
        self._closed = False
        self._lock = asyncio.Lock()
        self._stopping: asyncio.Task[None] | None = None

    @property
    def started(self) -> bool:
        return self._kernel_id is not None

    async def execute(
        self,
        code: str,
        *,
        timeout: float,  # noqa: ASYNC109 - what becomes of the code then is told by the `Execution`
        label: str = "",
    ) -> AsyncIterator[Output | Block | Meter | Execution]:
        async with self._lock:
            await self._stopped()
            channels = await self._connected()
            lost, self._lost = self._lost, ""
            request = channels.execute(code, Wish(transaction=True, label=label))
            execution: Execution | None = None
            try:
                async with aclosing(self._follow(channels, request, timeout)) as outputs:
                    async for output in outputs:
                        if isinstance(output, Execution):
                            execution = output
                        else:
                            yield output
            finally:
                if execution is None:
                    # Whoever read is gone. The code must end even if nobody waits for that.
                    self._stopping = asyncio.create_task(self._stop(channels, request))
                    await asyncio.shield(self._stopping)
            assert execution is not None
            yield replace(execution, note=" ".join(filter(None, (lost, execution.note))))

    async def variables(self) -> tuple[Variable, ...]:
        async with self._lock:
            await self._stopped()
            if self._kernel() is None:
                return ()
            return await self._asked(
                await self._connected(), lambda c: c.variables(seconds=_TOLD_SECONDS), ()
            )

    async def points(self) -> tuple[Point, ...]:
        async with self._lock:
            await self._stopped()
            if self._kernel() is None:
                return ()
            return await self._asked(await self._connected(), lambda c: c.points(seconds=_TOLD_SECONDS), ())

    async def rewind(self, label: str) -> bool:
        async with self._lock:
            await self._stopped()
            if self._kernel() is None:
                return False
            channels = await self._connected()
            return await self._asked(channels, lambda c: c.rewind(label, seconds=_TOLD_SECONDS), False)

    async def close(self) -> None:
        self._closed = True
        if self._kernel() is not None:
            await ensure_async(self._kernel_manager.shutdown_kernel(self._kernel_id, now=True))
        # Code that runs now notices; a reader that does not read on is not waited for.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS), self._lock:
                pass
        self._disconnect()

    async def _follow(
        self, channels: Channels, request: Request, seconds: float
    ) -> AsyncGenerator[Output | Block | Meter | Execution, None]:
        """The outputs of `request`, then how it ended; interrupts it after `seconds`."""
        started = time.monotonic()
        gate = Gate(self._output_limit)
        status: AttemptStatus = "ok"
        error: ErrorOutput | None = None
        report: Report | None = None
        note = ""
        left = seconds
        while True:
            try:
                async with aclosing(channels.messages(request, left)) as messages:
                    async for kind, content in messages:
                        if kind == "execute_reply":
                            error = error_from(content) if content.get("status") == "error" else None
                            report = _report_in(content)
                        elif kind == protocol.BLOCKED:
                            yield block_from(content)
                        elif kind == protocol.METER:
                            if meter := meter_from(content):
                                yield meter
                        elif output := gate.output(kind, content):
                            yield output
                if error is not None and status == "ok":
                    status = "error"
                if report is not None and report.ended:
                    status, note = _ended(status, report, error, seconds)
            except KernelEnded:
                status, note, report = "died", await self._revive(), None
            except TimeoutError:
                if status != "timeout":
                    status, left = "timeout", self._interrupt_grace
                    note = (
                        f"The code was interrupted after {seconds:g} s. {_KEPT if channels.tells else _STAY}"
                    )
                    await self._interrupt()
                    continue
                await self._replace()
                report = None
                note = (
                    f"The code ran longer than {seconds:g} s and did not stop when it was interrupted, "
                    f"so its kernel was ended and started again. {_GONE}"
                )
            break
        told = report or Report()
        yield Execution(
            status=status,
            duration=time.monotonic() - started,
            error=error,
            note=" ".join(filter(None, (note, gate.notice if gate.cut else ""))),
            variables=told.variables,
            protection=told.protection,
            rolled_back=told.rolled_back,
            changes=told.changes,
            files=told.files,
            blocks=told.blocks,
        )

    async def _asked(
        self, channels: Channels, question: Callable[[Channels], Awaitable[T]], otherwise: T
    ) -> T:
        """What the kernel answers; `otherwise` if it does not."""
        try:
            return await question(channels)
        except TimeoutError:
            log.warning("A kernel does not answer")
        except KernelEnded:
            self._lost = await self._revive()
        return otherwise

    async def _stop(self, channels: Channels, request: Request) -> None:
        """End the code of a request that nobody reads any more."""
        try:
            await self._interrupt()
            async for _ in channels.messages(request, self._interrupt_grace):
                pass
        except TimeoutError:
            await self._replace()
            self._lost = (
                f"The code before this was stopped, but went on, so its kernel was started again. {_GONE}"
            )
        except KernelEnded:
            self._lost = await self._revive()

    async def _stopped(self) -> None:
        """Wait for the end of code that was stopped."""
        if self._stopping is not None:
            await asyncio.shield(self._stopping)
            self._stopping = None

    async def _connected(self) -> Channels:
        """Channels to a kernel that runs, whatever became of the one before.

        Raises:
            KernelRefused: this machine cannot enforce the restrictions.
            KernelError: the kernel could not be started.
        """
        before = self._channels
        if self._kernel() is None:
            if before is not None:
                self._lost = f"The kernel was shut down, and a new one started. {_GONE}"
            await self._start()
        kernel = await self._alive()
        if before is not None:
            if before.process == process_of(kernel):
                return before
            self._lost = self._lost or f"The kernel was restarted. {_GONE}"
            self._disconnect()
        self._channels = await Channels.open(kernel)
        return self._channels

    def _kernel(self) -> KernelManager | None:
        if self._kernel_id is None or self._kernel_id not in self._kernel_manager:
            return None
        return self._kernel_manager.get_kernel(self._kernel_id)

    async def _start(self) -> None:
        if self._closed:
            raise KernelError("The conversation was closed.", "Open it again to go on.")
        if not self._kernel_manager.connection_dir:
            # Else the file with the key would be written to wherever this process stands.
            self._kernel_manager.connection_dir = jupyter_runtime_dir()
            ensure_dir_exists(self._kernel_manager.connection_dir, mode=0o700)
        specs = self._kernel_manager.kernel_spec_manager or KernelSpecManager()
        folders: dict[str, Path] = {}
        try:
            if _is_restricted(specs.get_kernel_spec(self._kernel_name)):
                folders = {
                    "agent_workspace": self._workspace.folder,
                    "agent_attachments": self._workspace.attachments,
                }
            # Named first: a start that is cancelled late may still leave a kernel.
            self._kernel_id = str(uuid4())
            await ensure_async(
                self._kernel_manager.start_kernel(
                    kernel_id=self._kernel_id,
                    kernel_name=self._kernel_name,
                    cwd=str(self._workspace.folder),
                    **folders,
                )
            )
        except NoSuchKernel as error:
            raise KernelError(
                f"There is no kernel named {self._kernel_name}.",
                "Install jupyterlab-agent again, or set the trait JupyterAgent.kernel_name to one that "
                "`jupyter kernelspec list` shows.",
            ) from error
        except (OSError, RuntimeError) as error:
            raise KernelError(f"The kernel could not be started: {error}.") from error

    async def _alive(self) -> KernelManager:
        """The running kernel. One that ended is started again, unless somebody else is doing that already."""
        deadline = time.monotonic() + _RESTART_SECONDS
        restarted = False
        while time.monotonic() < deadline:
            kernel = self._kernel()
            if kernel is None:
                await self._start()
            elif kernel.shutting_down:
                await asyncio.sleep(_TICK)
            elif await ensure_async(kernel.is_alive()):
                return kernel
            elif restarted:
                break
            else:
                restarted = True
                await self._restart()
        raise KernelError(
            "The kernel does not stay alive.", "Shut it down in the Running panel and try again."
        )

    async def _revive(self) -> str:
        """Start the kernel again after it ended, and say why it had ended."""
        kernel = self._kernel()
        while kernel is not None and kernel.shutting_down:
            await asyncio.sleep(_TICK)
            kernel = self._kernel()
        if self._closed or kernel is None:
            return f"The kernel was shut down while the code ran. {_GONE}"
        status = await kernel.provisioner.poll() if kernel.provisioner else None
        if status is None:
            # Somebody else has started it again.
            status = getattr(kernel.provisioner, "exit_status", None)
        try:
            await self._alive()
        except KernelError as error:
            # The next execution tries again, and says why it cannot be.
            log.warning("A kernel could not be started again: %s", error)
        self._disconnect()
        return f"The kernel ended while the code ran{reason(status)}. It is started again. {_GONE}"

    async def _interrupt(self) -> None:
        if kernel := self._kernel():
            # It may have ended meanwhile, which is noticed where its messages are read.
            with contextlib.suppress(RuntimeError):
                await ensure_async(kernel.interrupt_kernel())

    async def _replace(self) -> None:
        """Restart a kernel whose code does not end. If that fails, the next execution says why."""
        try:
            await self._restart()
        except KernelError as error:
            log.warning("A kernel could not be started again: %s", error)

    async def _restart(self) -> None:
        self._disconnect()
        if self._kernel() is None:
            return
        try:
            await ensure_async(self._kernel_manager.restart_kernel(self._kernel_id, now=True))
        except (OSError, RuntimeError) as error:
            # TimeoutError is an OSError.
            raise KernelError(f"The kernel could not be started again: {error}.") from error

    def _disconnect(self) -> None:
        """Forget the channels, and with them that there were variables: the caller has said so, or will."""
        if self._channels is not None:
            self._channels.close()
            self._channels = None


def _report_in(reply: Mapping[str, Any]) -> Report | None:
    told = reply.get(protocol.METADATA)
    return Report.of(told) if isinstance(told, dict) else None


def _ended(
    status: AttemptStatus, report: Report, error: ErrorOutput | None, seconds: float
) -> tuple[AttemptStatus, str]:
    """How code ended whose process did not outlive it, and what became of the variables."""
    if status == "timeout":
        return "timeout", (
            f"The code ran longer than {seconds:g} s and did not stop when it was interrupted, "
            f"so it was ended. {_KEPT if report.rolled_back else _GONE}"
        )
    return "died" if report.ended == "died" else "error", error.message if error is not None else ""


def _is_restricted(spec: KernelSpec) -> bool:
    provisioner = spec.metadata.get("kernel_provisioner", {}).get("provisioner_name")
    return bool(provisioner == "jupyter-agent-restricted")
