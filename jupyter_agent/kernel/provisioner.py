"""What Jupyter calls to start, signal and end a restricted kernel.

Any Jupyter front end can start one, through the kernelspec `jupyter-agent-strict`; it then works in a private
folder that goes with it. Sessions of this package pass a workspace and the attachments as launch arguments:
the environment would be open to whoever may ask the server for a kernel.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pwd
import secrets
import signal
import site
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from traitlets import Enum, Integer, List, Unicode
from traitlets.config import Config

from jupyter_agent.environment import FromEnvironment
from jupyter_agent.errors import KernelError, KernelRefused
from jupyter_agent.protocols import Workspace
from jupyter_agent.trees import remove_quietly

from .launch import Channels, Launch, Report, order
from .limits import Limits
from .linux import readable
from .machine import detect
from .policy import PROFILES, STRICT, Folders
from .readable import readable_files
from .zygote import ForkedProcess, passed_on, zygote

_START_SECONDS = 60.0
_REPORT_BYTES = 65_536
_POLL_SECONDS = 0.05


class RestrictedProvisioner(FromEnvironment, KernelProvisionerBase):  # type: ignore[metaclass]  # it has one
    """Starts kernels that Linux confines: no network, no other programs, no files but their own."""

    profile = Enum(
        list(PROFILES),
        default_value=STRICT.name,
        config=True,
        help="What the code may do: strict (no other processes), or parallel (processes, but no network). "
        "The kernelspec's word counts, where it has one.",
    )
    memory_mb = Integer(
        5120, min=256, config=True, help="As `JupyterAgent.memory_mb`, which counts where this is not given."
    )
    file_size_mb = Integer(
        2048, min=1, config=True, help="Size of the largest file that a kernel may write, in megabytes."
    )
    processes = Integer(
        512,
        min=32,
        config=True,
        help="Threads that a kernel's code may have at a time, whatever else your user runs. In the parallel "
        "profile: threads and processes that it may add to what your user runs when the kernel starts, since "
        "Linux counts these per user.",
    )
    open_files = Integer(
        768,
        min=128,
        config=True,
        help="Files that a kernel may have open at a time. With more than 770 its code can keep the user's "
        "other programs from passing open files to each other, while it runs.",
    )
    processor_seconds = Integer(
        0,
        min=0,
        config=True,
        help="Seconds of processor time, of all threads together, that one execution may use. 0: no limit.",
    )
    workspace_mb = Integer(
        10_240, min=1, config=True, help="Size of all files in a kernel's workspace, in megabytes."
    )
    workspace_files = Integer(
        20_000, min=100, config=True, help="Files that a kernel may have in its workspace."
    )
    output_mb = Integer(
        50,
        min=1,
        config=True,
        help="The most that one execution may show, in millions of characters; the rest is cut, with a note.",
    )
    snapshots = Integer(
        5,
        min=0,
        max=50,
        config=True,
        help="Earlier states of a conversation's variables that are kept to go back to, if memory suffices.",
    )
    read_only = List(
        Unicode(),
        config=True,
        help="Folders that kernels may read besides Python's own and the attachments, as absolute paths. "
        "What is in them, at any depth, under a name that begins with a dot is left out, as are links that "
        "lead out of them, and the rest where there are more than 1,000 entries or 50,000 files to look at.",
    )

    process: ForkedProcess | None = None
    pid: int | None = None
    """The kernel's process; another one after each restart."""
    exit_status: int | None = None
    """How the last process ended; negative: the signal that ended it."""
    _starting = False
    _folder: Path | None = None
    _launch: Launch | None = None
    _channels: Channels | None = None

    @property
    def has_process(self) -> bool:
        return self._starting or self.process is not None

    async def poll(self) -> int | None:
        """None while the kernel runs or is being started."""
        if self._starting:
            return None
        if self.process is None:
            return self.exit_status or 0
        return self.process.ended.result() if self.process.ended.done() else None

    async def wait(self) -> int | None:
        # Also for a start that goes on in another task, which no future stands for.
        while (status := await self.poll()) is None:  # noqa: ASYNC110
            await asyncio.sleep(_POLL_SECONDS)
        self.exit_status = status
        if self.process is not None:
            self.process.close()
            self.process = None
        return status

    async def send_signal(self, signum: int) -> None:
        if self.process is not None and not self.process.ended.done():
            self.process.signal(signum)

    async def kill(self, restart: bool = False) -> None:
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        await self.send_signal(signal.SIGTERM)

    async def cleanup(self, restart: bool = False) -> None:
        """Remove what was the kernel's own. Its workspace, if it was given one, stays."""
        if not restart:
            await asyncio.to_thread(self._remove_folder)

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Prepare the order. `agent_workspace`, a `Workspace`, is for sessions of this package.

        Raises:
            KernelRefused: this machine cannot enforce the restrictions.
        """
        self._starting = True
        try:
            self._launch = await self._prepare(kwargs.pop("agent_workspace", None))
        except BaseException:
            await self._give_up()
            raise
        key, scheme = self._signature()
        channels = self._channels = Channels(
            path=f"{self._launch.folders.sockets}/k", key=key, signature_scheme=scheme
        )
        self.connection_info = {
            "transport": "ipc",
            "ip": channels.path,
            "key": channels.key.encode(),  # type: ignore[typeddict-item]  # bytes in use
            "signature_scheme": channels.signature_scheme,
            "shell_port": channels.shell_port,
            "iopub_port": channels.iopub_port,
            "stdin_port": channels.stdin_port,
            "control_port": channels.control_port,
            "hb_port": channels.hb_port,
        }
        return await super().pre_launch(cmd=["jupyter-agent-restricted"], **kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel and wait until it is locked down and serves.

        Raises:
            KernelRefused: a restriction could not be enforced.
            KernelError: it could not be started.
        """
        assert self._launch is not None
        assert self._channels is not None
        try:
            await self._fork(order(self._launch, self._channels))
        except BaseException:
            await self._give_up()
            raise
        finally:
            self._starting = False
        return self.connection_info

    async def get_provisioner_info(self) -> dict[str, Any]:
        return {**await super().get_provisioner_info(), "pid": self.pid}

    def _from_others(self, config: Config) -> dict[str, Any]:
        agent = config.get("JupyterAgent", {})
        return {"memory_mb": agent["memory_mb"]} if "memory_mb" in agent else {}

    async def _prepare(self, workspace: Workspace | None) -> Launch:
        machine = detect()
        parent = (await zygote()).folder
        user = _unprivileged_user()
        folders = await asyncio.to_thread(self._make_folders, parent, workspace, user)
        return Launch(
            profile=self.profile,
            folders=folders,
            limits=Limits(
                memory_mb=self.memory_mb,
                file_size_mb=self.file_size_mb,
                processes=self.processes,
                open_files=self.open_files,
                processor_seconds=self.processor_seconds,
                workspace_mb=self.workspace_mb,
                workspace_files=self.workspace_files,
                output_mb=self.output_mb,
                snapshots=self.snapshots,
            ),
            machine=machine,
            environment=_environment(folders),
            user=user,
        )

    def _signature(self) -> tuple[str, str]:
        if self.parent is None:
            return secrets.token_hex(32), "hmac-sha256"
        return self.parent.session.key.decode(), self.parent.session.signature_scheme

    def _make_folders(self, parent: Path, workspace: Workspace | None, user: int | None) -> Folders:
        """Home and temporary files outlive a restart, as they do with other kernels; the sockets do not."""
        if self._folder is None or not self._folder.exists() or self._folder.parent != parent:
            self._folder = Path(tempfile.mkdtemp(prefix="", dir=parent))
        for passing in ("s", "backups"):
            remove_quietly(self._folder / passing)
        own = {name: self._folder / name for name in ("home", "tmp", "work", "s", "backups")}
        for path in (self._folder, *own.values()):
            path.mkdir(mode=0o700, exist_ok=True)
            if user is not None:
                os.chown(path, user, user)
        readable: list[str] = []
        if workspace is not None:
            readable = [str(workspace.attachments.resolve())]
            readable += workspace.readable.paths
        readable += [path for folder in self.read_only for path in _readable_in(Path(folder))]
        if site.ENABLE_USER_SITE:
            readable.append(site.getusersitepackages())
        return Folders(
            workspace=str((workspace.folder if workspace else own["work"]).resolve(strict=True)),
            variables=str(workspace.variables.resolve(strict=True)) if workspace else None,
            home=str(own["home"]),
            temporary=str(own["tmp"]),
            sockets=str(own["s"]),
            backups=str(own["backups"]),
            code=tuple(dict.fromkeys((sys.prefix, sys.base_prefix))),
            readable=tuple(path.rstrip("/") for path in readable),
        )

    async def _fork(self, order: bytes) -> None:
        fork_server = await zygote()
        order_read, order_write = os.pipe2(os.O_CLOEXEC)
        report_read, report_write = os.pipe2(os.O_CLOEXEC)
        with os.fdopen(order_write, "wb") as pipe, os.fdopen(report_read, "rb") as report:
            try:
                self.process = await fork_server.fork(order=order_read, report=report_write)
            finally:
                os.close(order_read)
                os.close(report_write)
            self.pid = self.process.id
            try:
                await asyncio.to_thread(_write, pipe, order)
                text = await asyncio.to_thread(_read, report, _START_SECONDS)
            except BaseException:
                # Its end of the pipes closes with it, so that no thread waits on.
                await self.kill()
                raise
        if not text:
            raise KernelError(
                "The restricted kernel ended while it was starting.",
                f"Try again. If that does not help, allow more memory than {self.memory_mb} MB (memory_mb).",
            )
        answer = Report.from_json(text)
        if answer.outcome == "refused":
            raise KernelRefused(answer.message, answer.hint)
        if answer.outcome == "failed":
            raise KernelError(f"The restricted kernel could not be started: {answer.message}")

    async def _give_up(self) -> None:
        """Leave nothing of a start that failed."""
        self._starting = False
        await self.kill()
        await self.wait()
        await self.cleanup()

    def _remove_folder(self) -> None:
        if self._folder is not None:
            remove_quietly(self._folder)
            self._folder = None


def _write(pipe: BinaryIO, data: bytes) -> None:
    # A kernel that is gone already reports nothing, and that is noticed.
    with contextlib.suppress(BrokenPipeError):
        pipe.write(data)
        pipe.close()


def _read(pipe: BinaryIO, seconds: float) -> bytes:
    """The report, or nothing if the kernel ended or took too long."""
    return os.read(pipe.fileno(), _REPORT_BYTES) if readable(pipe.fileno(), seconds) else b""


def _readable_in(folder: Path) -> tuple[str, ...]:
    """What may be read of a folder that the settings name."""
    try:
        found = folder.resolve(strict=True)
        next(found.iterdir(), None)
    except OSError as error:
        raise KernelError(
            f"The restricted kernel was not started: it is to read {folder}, which cannot be read: {error}.",
            "Correct the setting RestrictedProvisioner.read_only.",
        ) from error
    return readable_files(found).paths


def _unprivileged_user() -> int | None:
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def _environment(folders: Folders) -> Mapping[str, str]:
    environment = passed_on()
    if folders.variables is not None:
        environment["JUPYTER_AGENT_VARIABLES"] = folders.variables
    return environment | {
        # The user's name is not looked up: /etc/passwd is out of reach.
        "USER": "jupyter",
        "LOGNAME": "jupyter",
        "HOME": folders.home,
        "TMPDIR": folders.temporary,
        "IPYTHONDIR": f"{folders.home}/.ipython",
        "JUPYTER_RUNTIME_DIR": f"{folders.home}/.jupyter",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": f"{folders.home}/.matplotlib",
        "PYTHONDONTWRITEBYTECODE": "1",
        "JOBLIB_TEMP_FOLDER": folders.temporary,
        "SHELL": "/bin/sh",
        "TERM": "dumb",
    }
