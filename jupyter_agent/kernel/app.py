"""The kernel application of the front: ipykernel's, bound to sockets in the file system."""

# ipykernel says what its types are, but not everywhere.
# mypy: allow-untyped-calls

from __future__ import annotations

import os

import zmq
from ipykernel.control import ControlThread
from ipykernel.iostream import IOPubThread
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import new_id

from .child import StartedWorker
from .front import FrontKernel
from .launch import Channels
from .worker_shell import WorkerKernel


class RestrictedApp(IPKernelApp):
    """Binds where it is told, writes no connection file, reads no configuration, never uses TCP."""

    channels: Channels

    @classmethod
    def prepared(cls) -> RestrictedApp:
        """As much of it as can be made before the fork: the memory for that is shared by all kernels."""
        # The fork server has prepared a kernel for the workers; the front has one of its own.
        WorkerKernel.clear_instance()
        app: RestrictedApp = cls.instance(
            # What is printed comes from the worker; nothing in this process prints.
            kernel_class=FrontKernel,
            quiet=True,
            capture_fd_output=False,
            outstream_class=None,
        )
        # Made when they are first asked for.
        _ = app.log, app.session, app.curve_secretkey
        return app

    def serving(self, channels: Channels, worker: StartedWorker) -> RestrictedApp:
        """The application, bound and ready to start. Runs in the front."""
        assert self.session is not None
        # It was made in another process, of which this one is a copy.
        self.session.pid = os.getpid()
        self.session.session = new_id()
        self.channels = channels
        self.initialize([])
        self.kernel.started = worker
        return self

    def initialize(self, argv: list[str] | None = None) -> None:
        """As the parent classes, without command line, profile, configuration and a shell."""
        self.init_connection_file()
        self.init_poller()
        self.init_sockets()
        self.init_heartbeat()
        self.log_connection_info()
        self.init_io()
        self.init_signal()
        self.init_kernel()

    def init_connection_file(self) -> None:
        self.transport, self.ip = "ipc", self.channels.path
        self.shell_port = self.channels.shell_port
        self.iopub_port = self.channels.iopub_port
        self.stdin_port = self.channels.stdin_port
        self.control_port = self.channels.control_port
        self.hb_port = self.channels.hb_port
        self.session.key = self.channels.key.encode()
        self.session.signature_scheme = self.channels.signature_scheme

    def cleanup_connection_file(self) -> None:
        """It is the manager's."""

    def init_control(self, context: zmq.Context[zmq.Socket[bytes]]) -> None:
        """As in the parent class, without connecting a debugger to the shell."""
        self.control_socket = context.socket(zmq.ROUTER)
        self.control_socket.linger = 1000
        self.control_port = self._bind_socket(self.control_socket, self.control_port)
        self.control_socket.router_handover = 1
        self.debugpy_socket = context.socket(zmq.STREAM)
        self.debug_shell_socket = context.socket(zmq.DEALER)
        self.control_thread = ControlThread(daemon=True)
        # It would serve subshells, which this kernel does not have: two changes of threads for every request.
        self.shell_channel_thread = None

    def init_iopub(self, context: zmq.Context[zmq.Socket[bytes]]) -> None:
        """As in the parent class, without the TCP port for the output of other processes."""
        self.iopub_socket = context.socket(zmq.XPUB)
        self.iopub_socket.linger = 1000
        self.iopub_port = self._bind_socket(self.iopub_socket, self.iopub_port)
        self.configure_tornado_logger()
        self.iopub_thread = IOPubThread(self.iopub_socket, pipe=False, session=self.session)
        self.iopub_thread.start()
        self.iopub_socket = self.iopub_thread.background_socket
