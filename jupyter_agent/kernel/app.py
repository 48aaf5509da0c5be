"""The kernel application inside a restricted process: ipykernel, bound to sockets in the file system."""

# ipykernel says what its types are, but not everywhere.
# mypy: allow-untyped-calls

from __future__ import annotations

import sys
from typing import Any, NoReturn

import matplotlib
import zmq
from ipykernel.control import ControlThread
from ipykernel.iostream import IOPubThread
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.shellchannel import ShellChannelThread
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from matplotlib import pyplot
from matplotlib_inline.backend_inline import configure_inline_support

from . import namespace, refusals
from .launch import Channels


class RestrictedKernel(IPythonKernel):
    """An IPython kernel that also tells what its variables hold, without running code in their namespace."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.shell_handlers[namespace.REQUEST] = self.agent_variables_request

    @property
    def kernel_info(self) -> dict[str, Any]:
        info: dict[str, Any] = super().kernel_info
        return {**info, "supported_features": [*info["supported_features"], namespace.REQUEST]}

    def raw_input(self, prompt: object = "") -> str:
        """Ask a person, if there is one."""
        if not self._allow_stdin:
            raise StdinNotImplementedError("Nobody can be asked for input here: put the value into the code.")
        answer: str = super().raw_input(prompt)
        return answer

    async def agent_variables_request(self, stream: Any, ident: Any, parent: dict[str, Any]) -> None:
        """Answer with the variables, and with those of the failing function if `failed` is asked for."""
        assert self.session is not None
        assert self.shell is not None
        failed = getattr(sys, "last_traceback", None) if parent["content"].get("failed") else None
        variables = namespace.look(self.shell.user_ns, self.shell.user_ns_hidden, traceback=failed)
        self.session.send(
            stream, namespace.REPLY, {"status": "ok", "variables": variables}, parent, ident=ident
        )


class RestrictedApp(IPKernelApp):
    """Binds where it is told, writes no connection file, reads no configuration, never uses TCP."""

    channels: Channels

    @classmethod
    def serving(cls, channels: Channels) -> RestrictedApp:
        """The application, bound and ready to start."""
        app: RestrictedApp = cls.instance(kernel_class=RestrictedKernel, quiet=True)
        app.channels = channels
        app.config.HistoryManager.hist_file = ":memory:"
        app.initialize([])
        assert app.shell is not None
        _draw_in(app.shell)
        app.shell.system = app.shell.system_raw = app.shell.system_piped = _refuse_command
        sys.addaudithook(refusals.explain)
        return app

    def init_connection_file(self) -> None:
        self.transport, self.ip = "ipc", self.channels.path
        self.shell_port = self.channels.shell_port
        self.iopub_port = self.channels.iopub_port
        self.stdin_port = self.channels.stdin_port
        self.control_port = self.channels.control_port
        self.hb_port = self.channels.hb_port
        self.session.key = self.channels.key.encode()
        self.session.signature_scheme = self.channels.signature_scheme

    def write_connection_file(self, **kwargs: Any) -> None:
        """The provisioner's manager has written it."""

    def cleanup_connection_file(self) -> None:
        """It is the manager's."""

    def load_config_file(self, *args: Any, **kwargs: Any) -> None:
        """Configuration is code that a person wrote for other kernels."""

    def init_control(self, context: zmq.Context[zmq.Socket[bytes]]) -> None:
        """As in the parent class, without connecting a debugger to the shell."""
        self.control_socket = context.socket(zmq.ROUTER)
        self.control_socket.linger = 1000
        self.control_port = self._bind_socket(self.control_socket, self.control_port)
        self.control_socket.router_handover = 1
        self.debugpy_socket = context.socket(zmq.STREAM)
        self.debug_shell_socket = context.socket(zmq.DEALER)
        self.control_thread = ControlThread(daemon=True)
        self.shell_channel_thread = ShellChannelThread(context, daemon=True)

    def init_iopub(self, context: zmq.Context[zmq.Socket[bytes]]) -> None:
        """As in the parent class, without the TCP port for the output of other processes."""
        self.iopub_socket = context.socket(zmq.XPUB)
        self.iopub_socket.linger = 1000
        self.iopub_port = self._bind_socket(self.iopub_socket, self.iopub_port)
        self.configure_tornado_logger()
        self.iopub_thread = IOPubThread(self.iopub_socket, pipe=False, session=self.session)
        self.iopub_thread.start()
        self.iopub_socket = self.iopub_thread.background_socket


def _draw_in(shell: InteractiveShell) -> None:
    """What matplotlib does when it is imported in a kernel; it was imported when there was none."""
    matplotlib.interactive(True)
    pyplot.install_repl_displayhook()
    configure_inline_support(shell, "module://matplotlib_inline.backend_inline")


def _refuse_command(command: str) -> NoReturn:
    raise refusals.refusal(f"start another program (`{command.strip()[:80]}`)")
