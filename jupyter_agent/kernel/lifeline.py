"""The kernel of one conversation, whatever becomes of it: started when it is needed, started again when it
ended, with the variables that were kept. Says what became of them, once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from jupyter_client.manager import KernelManager
from jupyter_client.multikernelmanager import AsyncMultiKernelManager
from jupyter_core.paths import jupyter_runtime_dir
from jupyter_core.utils import ensure_async, ensure_dir_exists

from jupyter_agent.errors import KernelError, KernelRefused
from jupyter_agent.protocols import NO_FILES, Kept, KernelProfile, ReadableFiles, Workspace

from .channels import Channels, KernelEnded, process_of
from .endings import reason
from .protocol import CATALOGUE
from .readable import readable_files

_RESTART_SECONDS = 90.0
_LOAD_SECONDS = 120.0
_MOST_TRIES = 2
_TICK = 0.1

GONE = "All variables are gone."
_COMING_BACK = "What was kept of the variables after the last answer comes back with the next program."
_MOST_NAMED = 8

log = logging.getLogger(__name__)


class Lifeline:
    """Leads to a kernel that runs."""

    def __init__(
        self,
        kernel_manager: AsyncMultiKernelManager,
        kernel_name: str,
        workspace: Workspace,
        *,
        folder: Path | None = None,
        keep_limit: int,
        allow_unrestricted: bool = False,
    ) -> None:
        """`keep_limit`: bytes of variables that are brought back; 0: none."""
        self._allow_unrestricted = allow_unrestricted
        self._kernel_manager = kernel_manager
        self.kernel_name = kernel_name
        """Of the next kernel that is started."""
        self.folder = folder
        """What the next kernel that is started can read besides."""
        self._workspace = workspace
        self._readable = NO_FILES
        self._keep_limit = keep_limit
        self._kernel_id: str | None = None
        self._channels: Channels | None = None
        self._closed = False
        self._tries = 0
        """How often it was tried to bring back what is kept."""
        self._failed_at: tuple[int, int] | None = None
        """The checkpoint that could not be brought back."""
        self.cause = ""
        """What became of the kernel since somebody was told."""
        self.brought_back: Kept | None = None
        """What became of the variables with it."""

    @property
    def started(self) -> bool:
        """Whether there ever was a kernel."""
        return self._kernel_id is not None

    @property
    def kernel(self) -> KernelManager | None:
        """The kernel that there is now, alive or not."""
        if self._kernel_id is None or self._kernel_id not in self._kernel_manager:
            return None
        return self._kernel_manager.get_kernel(self._kernel_id)

    @property
    def profile(self) -> KernelProfile:
        """What code may do in the kernel, by its kernelspec."""
        return profile_of(self._kernel_manager, self.kernel_name)

    @property
    def outdated(self) -> bool:
        """Whether the kernel that there is now is of another kind than is wanted."""
        kernel = self.kernel
        return kernel is not None and kernel.kernel_name != self.kernel_name

    async def readable(self) -> ReadableFiles:
        """What code can read in the kernel that there is now, else in the one that would be started."""
        if self.kernel is not None:
            return self._readable
        if self.folder is None:
            return NO_FILES
        return await asyncio.to_thread(readable_files, self.folder)

    @property
    def keeps(self) -> bool:
        """Whether there is something to bring back that no kernel has failed at."""
        return self._keep_limit > 0 and self._checkpoint() not in (None, self._failed_at)

    async def connected(self) -> Channels:
        """Channels to a kernel that runs, whatever became of the one before.

        Raises:
            KernelRefused: this machine cannot enforce the restrictions.
            KernelError: the kernel could not be started.
        """
        before = self._channels
        if self.kernel is None:
            if before is not None:
                self.cause = self.cause or "The kernel was shut down, and a new one started."
            await self._start()
        kernel = await self._alive()
        if before is not None:
            if before.process == process_of(kernel):
                return before
            self.cause = self.cause or "The kernel was restarted."
            self.disconnect()
        self._channels = await self._with_variables()
        return self._channels

    def told(self) -> str:
        """What became of the kernel and the variables since this was asked last; empty if nothing did."""
        cause, self.cause = self.cause, ""
        back, self.brought_back = self.brought_back, None
        if not cause and back is None:
            return ""
        return " ".join(filter(None, (cause, sentence(back))))

    def what_is_left(self) -> str:
        """What to say of the variables when a kernel has just ended."""
        return _COMING_BACK if self.keeps else GONE

    async def interrupt(self) -> None:
        """Interrupt what the kernel runs."""
        if kernel := self.kernel:
            # It may have ended meanwhile, which is noticed where its messages are read.
            with contextlib.suppress(RuntimeError):
                await ensure_async(kernel.interrupt_kernel())

    async def revive(self) -> str:
        """Start the kernel again after it ended, and say why it had ended."""
        kernel = self.kernel
        while kernel is not None and kernel.shutting_down:
            await asyncio.sleep(_TICK)
            kernel = self.kernel
        if self._closed or kernel is None:
            return f"The kernel was shut down while the code ran. {self.what_is_left()}"
        status = await kernel.provisioner.poll() if kernel.provisioner else None
        if status is None:
            # Somebody else has started it again.
            status = getattr(kernel.provisioner, "exit_status", None)
        try:
            await self._alive()
        except KernelError as error:
            # The next execution tries again, and says why it cannot be.
            log.warning("A kernel could not be started again: %s", error)
        self.disconnect()
        return (
            f"The kernel ended while the code ran{reason(status)}. It is started again. {self.what_is_left()}"
        )

    async def replace(self) -> None:
        """Restart a kernel whose code does not end. If that fails, the next execution says why."""
        try:
            await self._restart()
        except KernelError as error:
            log.warning("A kernel could not be started again: %s", error)

    async def shut_down(self) -> None:
        """End the kernel; the next who needs one gets another."""
        if self.kernel is not None:
            await ensure_async(self._kernel_manager.shutdown_kernel(self._kernel_id, now=True))

    async def close(self) -> None:
        """End the kernel for good."""
        self._closed = True
        await self.shut_down()

    def disconnect(self) -> None:
        """Forget the channels, and with them that there were variables: the caller has said so, or will."""
        if self._channels is not None:
            self._channels.close()
            self._channels = None

    async def _with_variables(self) -> Channels:
        """Channels to a kernel that has what was kept, or can do without it."""
        while True:
            kernel = await self._alive()
            channels = await Channels.open(kernel)
            try:
                if await self._bring_back(channels):
                    return channels
            except BaseException:
                channels.close()
                raise
            channels.close()
            if process_of(kernel) == channels.process and await ensure_async(kernel.is_alive()):
                # What held the variables is gone, or reads on and on.
                await self._restart()

    async def _bring_back(self, channels: Channels) -> bool:
        """Have the kernel read what was kept; whether it can be used further.

        What kernels have failed at twice is not tried again.
        """
        if not self.keeps or not channels.tells:
            return True
        self._tries += 1
        try:
            back = await channels.load(self._keep_limit, seconds=_LOAD_SECONDS)
        except TimeoutError:
            self._tries = _MOST_TRIES
            back = Kept(failed=f"That took longer than {_LOAD_SECONDS:g} s.")
        except KernelEnded:
            back = Kept(failed="The kernel ended over it.")
        if back.failed and self._tries < _MOST_TRIES:
            return False
        self._tries = 0
        if back.failed:
            self._failed_at = self._checkpoint()
        if back.failed or back.unread:
            self.brought_back = replace(back, failed=self._not_back(back))
            log.warning(self.brought_back.failed)
        else:
            self.brought_back = back
        return not back.failed

    def _checkpoint(self) -> tuple[int, int] | None:
        """What tells one checkpoint from another; None if there is none."""
        try:
            found = (self._workspace.variables / CATALOGUE).stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def _not_back(self, back: Kept) -> str:
        """What to say of variables that are kept, but did not come back. The next to be kept spare them."""
        names = _listed(tuple(f"{one.name} ({one.reason})" for one in back.unread if one.name))
        why = back.failed or " ".join(f"{one.reason}." for one in back.unread if not one.name)
        if why:
            what = f"What was kept of the variables could not be brought back. {why} It stays"
        else:
            what = f"These variables could not be brought back: {names}. What was kept of them stays"
        return f"{what} in {self._workspace.variables}."

    async def _start(self) -> None:
        if self._closed:
            raise KernelError("The conversation was closed.", "Open it again to go on.")
        if not self._kernel_manager.connection_dir:
            # Else the file with the key would be written to wherever this process stands.
            self._kernel_manager.connection_dir = jupyter_runtime_dir()
            ensure_dir_exists(self._kernel_manager.connection_dir, mode=0o700)
        given: dict[str, Workspace] = {}
        if self.profile != "unrestricted":
            self._readable = await self.readable()
            given = {"agent_workspace": replace(self._workspace, readable=self._readable)}
        elif not self._allow_unrestricted:
            raise KernelRefused(
                f"The kernel {self.kernel_name} is not restricted: code in it has all your rights.",
                "Remove the setting JupyterAgent.kernel_name, or allow it on purpose with "
                "JupyterAgent.allow_unrestricted_kernel=True.",
            )
        try:
            # Named first: a start that is cancelled late may still leave a kernel.
            self._kernel_id = str(uuid4())
            await ensure_async(
                self._kernel_manager.start_kernel(
                    kernel_id=self._kernel_id,
                    kernel_name=self.kernel_name,
                    cwd=str(self._workspace.folder),
                    **given,
                )
            )
        except NoSuchKernel as error:
            raise KernelError(
                f"There is no kernel named {self.kernel_name}.",
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
            kernel = self.kernel
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

    async def _restart(self) -> None:
        self.disconnect()
        if self.kernel is None:
            return
        try:
            await ensure_async(self._kernel_manager.restart_kernel(self._kernel_id, now=True))
        except (OSError, RuntimeError) as error:
            # TimeoutError is an OSError.
            raise KernelError(f"The kernel could not be started again: {error}.") from error


def sentence(back: Kept | None) -> str:
    """What became of the variables of a kernel that is gone."""
    if back is None:
        return GONE
    told = []
    if back.names:
        told.append(f"Variables that were kept are back: {_listed(back.names)}.")
    if back.lost:
        told.append(f"These could not be kept: {_listed(tuple(lost.name for lost in back.lost))}.")
    if back.failed:
        told.append(back.failed)
    return " ".join(told) or GONE


def _listed(names: tuple[str, ...]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def profile_of(kernel_manager: AsyncMultiKernelManager, kernel_name: str) -> KernelProfile:
    """What code may do in kernels of this name. A kernelspec that is not there starts nothing."""
    specs = kernel_manager.kernel_spec_manager or KernelSpecManager()
    try:
        provisioner = specs.get_kernel_spec(kernel_name).metadata.get("kernel_provisioner", {})
    except NoSuchKernel:
        return "strict"
    if provisioner.get("provisioner_name") != "jupyter-agent-restricted":
        return "unrestricted"
    return "parallel" if provisioner.get("config", {}).get("profile") == "parallel" else "strict"
