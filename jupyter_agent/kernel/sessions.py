"""A conversation's kernel: runs code, hands out what it shows, and copes with whatever the code does.

The kernels belong to a kernel manager of Jupyter's: in a server to the server's own, so that a person sees,
interrupts, restarts and shuts them down like any other. Whatever they do there, and whatever the code does,
the next execution finds a kernel (`lifeline`), and its `note` says if variables are gone.
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

from jupyter_client.multikernelmanager import AsyncMultiKernelManager

from jupyter_agent.errors import KernelError
from jupyter_agent.ids import ConversationId
from jupyter_agent.messages import RestrictedProfile
from jupyter_agent.protocols import Audit, Kept, KernelProfile, ReadableFiles, Workspace
from jupyter_agent.steps import (
    AttemptStatus,
    Block,
    ErrorOutput,
    Execution,
    Meter,
    Output,
    Point,
    Undone,
    Variable,
)

from . import protocol
from .channels import Channels, KernelEnded, Request
from .lifeline import Lifeline, profile_of
from .outputs import Gate, error_from
from .protocol import Wish
from .report import Report, block_from, meter_from

_TOLD_SECONDS = 15.0
"""Telling takes milliseconds; on a machine where a model is computing, it may have to wait for its turn."""
_UNDO_SECONDS = 120.0
"""Files of hundreds of megabytes may have to be put back."""
_KEEP_SECONDS = 600.0
_CLOSE_SECONDS = 5.0
_IDLE_TICK = 30.0

T = TypeVar("T")

_AS_BEFORE = "The variables are as they were before it."
_STAY = "The variables are kept."

_LEFT = Execution(status="stopped", duration=0.0)
"""Of code that was stopped nobody hears how it ended."""
_NO_ANSWER = Kept(failed="The kernel did not answer.")

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
        keep_limit: int = 2_000_000_000,
        idle_seconds: float = 0.0,
        audit: Audit | None = None,
        allow_unrestricted: bool = False,
    ) -> None:
        """Sessions whose outputs end at `output_limit` characters for each execution.

        `interrupt_grace` is how many seconds code has to end once it was interrupted, `keep_limit` how many
        bytes of variables outlive a kernel. A kernel that nothing used for `idle_seconds` is ended, once its
        variables are kept; 0: never. An unrestricted kernel is used only where that is allowed.
        """
        self._kernel_manager = kernel_manager
        self._kernel_name = kernel_name
        self._output_limit = output_limit
        self._interrupt_grace = interrupt_grace
        self._keep_limit = keep_limit
        self._idle_seconds = idle_seconds
        self._audit = audit
        self._allow_unrestricted = allow_unrestricted
        self._sessions: dict[ConversationId, RestrictedSession] = {}
        self._culling: asyncio.Task[None] | None = None

    @property
    def profile(self) -> KernelProfile:
        return profile_of(self._kernel_manager, self._kernel_name)

    @property
    def restricted(self) -> bool:
        return self.profile != "unrestricted"

    @property
    def conversations(self) -> frozenset[ConversationId]:
        return frozenset(self._sessions)

    def session(
        self,
        workspace: Workspace,
        *,
        profile: RestrictedProfile | None = None,
        folder: Path | None = None,
    ) -> RestrictedSession:
        session = self._sessions.get(workspace.conversation_id)
        kernel_name = self._name_of(profile)
        if session is not None:
            session.move_to(kernel_name, folder)
        else:
            session = self._sessions[workspace.conversation_id] = RestrictedSession(
                Lifeline(
                    self._kernel_manager,
                    kernel_name,
                    workspace,
                    folder=folder,
                    keep_limit=self._keep_limit,
                    allow_unrestricted=self._allow_unrestricted,
                ),
                output_limit=self._output_limit,
                interrupt_grace=self._interrupt_grace,
                keep_limit=self._keep_limit,
                audit=self._audit,
                conversation_id=workspace.conversation_id,
            )
        if self._idle_seconds and (self._culling is None or self._culling.done()):
            self._culling = asyncio.create_task(self._cull(), name="end idle kernels")
        return session

    def session_of(self, conversation_id: ConversationId) -> RestrictedSession | None:
        return self._sessions.get(conversation_id)

    async def close_session(self, conversation_id: ConversationId) -> None:
        session = self._sessions.pop(conversation_id, None)
        if session is not None:
            await session.close()

    async def close(self) -> None:
        if self._culling is not None:
            self._culling.cancel()
        sessions = list(self._sessions.values())
        self._sessions.clear()
        await asyncio.gather(*(session.close() for session in sessions), return_exceptions=True)

    def _name_of(self, profile: RestrictedProfile | None) -> str:
        """The configured kernel where it has the profile, and where a person chose an unrestricted one."""
        configured = profile_of(self._kernel_manager, self._kernel_name)
        if profile is None or configured in (profile, "unrestricted"):
            return self._kernel_name
        return f"jupyter-agent-{profile}"

    async def _cull(self) -> None:
        """End kernels that nobody uses, for as long as there are sessions."""
        while self._sessions:
            await asyncio.sleep(min(_IDLE_TICK, self._idle_seconds / 2))
            for session in list(self._sessions.values()):
                if session.idle_seconds > self._idle_seconds:
                    try:
                        await session.retire()
                    except KernelError as error:
                        log.warning("A kernel that nobody uses could not be ended: %s", error)


class RestrictedSession:
    """`protocols.KernelSession`: one conversation's kernel."""

    def __init__(
        self,
        lifeline: Lifeline,
        *,
        output_limit: int,
        interrupt_grace: float,
        keep_limit: int,
        audit: Audit | None,
        conversation_id: ConversationId,
    ) -> None:
        self._lifeline = lifeline
        self._audit = audit
        self._conversation_id = conversation_id
        self._output_limit = output_limit
        self._interrupt_grace = interrupt_grace
        self._keep_limit = keep_limit
        self._used = time.monotonic()
        self._lock = asyncio.Lock()
        self._stopping: asyncio.Task[None] | None = None

    @property
    def profile(self) -> KernelProfile:
        return self._lifeline.profile

    @property
    def started(self) -> bool:
        return self._lifeline.started

    @property
    def idle_seconds(self) -> float:
        """How long nobody has used the kernel; 0 while somebody does, or while there is none."""
        if self._lock.locked() or self._lifeline.kernel is None:
            return 0.0
        return time.monotonic() - self._used

    async def readable(self) -> ReadableFiles:
        return await self._lifeline.readable()

    def move_to(self, kernel_name: str, folder: Path | None) -> None:
        """Have the next program run in a kernel of this name; one of another name ends with its variables
        kept. A kernel that there is goes on reading what it was started with; the next one reads `folder`."""
        self._lifeline.kernel_name = kernel_name
        self._lifeline.folder = folder

    async def execute(
        self,
        code: str,
        *,
        timeout: float,  # noqa: ASYNC109 - what becomes of the code then is told by the `Execution`
        label: str = "",
    ) -> AsyncIterator[Output | Block | Meter | Execution]:
        async with self._use():
            await self._renew()
            channels = await self._lifeline.connected()
            told = self._lifeline.told()
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
                if self._audit is not None:
                    self._audit.record(self._conversation_id, label, code, execution or _LEFT)
                if execution is None:
                    # Whoever read is gone. The code must end even if nobody waits for that.
                    self._stopping = asyncio.create_task(self._stop(channels, request))
                    await asyncio.shield(self._stopping)
            assert execution is not None
            yield replace(execution, note=" ".join(filter(None, (told, execution.note))))

    async def variables(self) -> tuple[Variable, ...]:
        return await self._told(lambda channels: channels.variables(seconds=_TOLD_SECONDS), ())

    async def points(self) -> tuple[Point, ...]:
        return await self._told(lambda channels: channels.points(seconds=_TOLD_SECONDS), ())

    async def rewind(self, label: str) -> bool:
        return await self._told(lambda channels: channels.rewind(label, seconds=_TOLD_SECONDS), False)

    async def undo(self, label: str) -> Undone:
        undone = await self._told(lambda channels: channels.undo(label, seconds=_UNDO_SECONDS), Undone())
        if self._audit is not None and undone != Undone():
            self._audit.undone(self._conversation_id, label, undone)
        return undone

    async def keep(self) -> Kept:
        async with self._use():
            return await self._keep()

    async def restore(self) -> Kept:
        async with self._use():
            await self._renew()
            if self._lifeline.kernel is None and not self._lifeline.keeps:
                return Kept()
            await self._lifeline.connected()
            back, self._lifeline.brought_back = self._lifeline.brought_back, None
            if back is None:
                return Kept()
            cause, self._lifeline.cause = self._lifeline.cause, ""
            return replace(back, cause=cause)

    async def retire(self) -> None:
        """End the kernel, once its variables are kept; if they cannot be, it stays."""
        async with self._use():
            kept = await self._keep()
            if kept.failed:
                log.warning("A kernel that nobody uses is not ended: %s", kept.failed)
                return
            await self._lifeline.shut_down()
            self._lifeline.cause = "The kernel had been idle, so it was ended and a new one started."

    async def close(self) -> None:
        await self._lifeline.close()
        # Code that runs now notices; a reader that does not read on is not waited for.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS), self._lock:
                pass
        self._lifeline.disconnect()

    @contextlib.asynccontextmanager
    async def _use(self) -> AsyncIterator[None]:
        """One at a time, and not before code that was stopped has ended."""
        async with self._lock:
            if self._stopping is not None:
                await asyncio.shield(self._stopping)
                self._stopping = None
            try:
                yield
            finally:
                self._used = time.monotonic()

    async def _told(self, question: Callable[[Channels], Awaitable[T]], otherwise: T) -> T:
        """What the kernel answers; `otherwise` if there is none, or none that answers."""
        async with self._use():
            return await self._asked(question, otherwise)

    async def _asked(self, question: Callable[[Channels], Awaitable[T]], otherwise: T) -> T:
        if self._lifeline.kernel is None:
            return otherwise
        channels = await self._lifeline.connected()
        try:
            return await question(channels)
        except TimeoutError:
            log.warning("A kernel does not answer")
        except KernelEnded:
            self._lifeline.cause = await self._lifeline.revive()
        return otherwise

    async def _keep(self) -> Kept:
        if not self._keep_limit or self._lifeline.kernel is None:
            return Kept()
        return await self._asked(
            lambda channels: channels.save(self._keep_limit, seconds=_KEEP_SECONDS), _NO_ANSWER
        )

    async def _renew(self) -> None:
        """End a kernel of another kind than is wanted now, once its variables are kept."""
        if self._lifeline.outdated:
            kept = await self._keep()
            await self._lifeline.shut_down()
            self._lifeline.cause = "Another kind of kernel was chosen, so a new one was started."
            if kept.failed:
                # The choice counts nevertheless: it may be for a kernel that allows less.
                self._lifeline.cause += f" The variables could not be kept for it: {kept.failed}"

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
                        elif output := await gate.output(kind, content):
                            yield output
                if error is not None and status == "ok":
                    status = "error"
                if report is not None and report.ended:
                    status, note = _ended(status, report, error, seconds)
            except KernelEnded:
                status, note, report = "died", await self._lifeline.revive(), None
            except TimeoutError:
                if status != "timeout":
                    status, left = "timeout", self._interrupt_grace
                    kept = _AS_BEFORE if channels.tells else _STAY
                    note = f"The code was interrupted after {seconds:g} s. {kept}"
                    await self._lifeline.interrupt()
                    continue
                await self._lifeline.replace()
                report = None
                note = (
                    f"The code ran longer than {seconds:g} s and did not stop when it was interrupted, "
                    f"so its kernel was ended and started again. {self._lifeline.what_is_left()}"
                )
            break
        told = report or Report()
        yield Execution(
            status=status,
            duration=time.monotonic() - started,
            error=error,
            note=" ".join(filter(None, (told.note, note, gate.notice if gate.cut else ""))),
            variables=told.variables,
            protection=told.protection,
            rolled_back=told.rolled_back,
            changes=told.changes,
            files=told.files,
            blocks=told.blocks,
            joins=told.joins,
            plots=told.plots,
            conversions=told.conversions,
        )

    async def _stop(self, channels: Channels, request: Request) -> None:
        """End the code of a request that nobody reads any more."""
        try:
            await self._lifeline.interrupt()
            async for _ in channels.messages(request, self._interrupt_grace):
                pass
        except TimeoutError:
            await self._lifeline.replace()
            self._lifeline.cause = (
                "The code before this was stopped, but went on, so its kernel was started again."
            )
        except KernelEnded:
            self._lifeline.cause = await self._lifeline.revive()


def _report_in(reply: Mapping[str, Any]) -> Report | None:
    told = reply.get(protocol.METADATA)
    return Report.of(told) if isinstance(told, dict) else None


def _ended(
    status: AttemptStatus, report: Report, error: ErrorOutput | None, seconds: float
) -> tuple[AttemptStatus, str]:
    """How code ended whose process did not outlive it, and what became of the variables."""
    why = error.message if error is not None else ""
    if status == "timeout":
        return "timeout", f"The code ran longer than {seconds:g} s. {why}"
    return "died" if report.ended == "died" else "error", why
