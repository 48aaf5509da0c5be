"""The IPython kernel inside the worker: ipykernel's own, with its sockets replaced by the pair to the front.

Nothing here is trusted by anybody else: user code runs in the same process and can change all of it.
"""

# ipykernel says what its types are, but not everywhere.
# mypy: allow-untyped-calls

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import socket
import sys
import threading
import time
import warnings
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import matplotlib
from ipykernel.ipkernel import IPythonKernel
from ipykernel.jsonutil import json_clean
from ipykernel.zmqshell import ZMQExitAutocall  # type: ignore[attr-defined]
from IPython.core.error import StdinNotImplementedError, UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.profiledir import ProfileDir
from jupyter_client.session import Session
from matplotlib import pyplot
from matplotlib_inline.backend_inline import configure_inline_support
from tornado.ioloop import IOLoop
from traitlets.config import Config

from . import adaptations, refusals
from .audit_events import AuditEvents
from .frames import LARGEST, Kind, pack, pack_message
from .own_proc import OwnProc
from .policy import Profile
from .reach import Reach, Watch

_HELD_SECONDS = 0.05
"""Text without the end of a line waits no longer than this for the next piece."""
_PIECE = 1024 * 1024
"""Characters of printed text in one frame."""


class Connection:
    """The worker's end of the pair. Whole frames are sent, whatever signals arrive meanwhile."""

    socket: socket.socket

    def __init__(self) -> None:
        self.interrupted = False
        """A signal came while a frame was being sent: it is acted upon afterwards."""
        self.shown = False
        """Something was printed or displayed, other than as a warning."""
        self._lock = threading.Lock()
        self._sending = False

    @property
    def sending(self) -> bool:
        """Whether the main thread is in the middle of a frame."""
        return self._sending

    def send(self, frame: bytes, descriptor: int | None = None) -> None:
        """Send a frame, if given with a descriptor beside it."""
        main = threading.current_thread() is threading.main_thread()
        if main:
            self._sending = True
        try:
            with self._lock:
                sent = socket.send_fds(self.socket, [frame], [] if descriptor is None else [descriptor])
                self.socket.sendall(frame[sent:])
        finally:
            if main:
                self._sending = False
        if main and self.interrupted:
            self.interrupted = False
            raise KeyboardInterrupt

    def message(self, content: dict[str, Any], descriptor: int | None = None) -> None:
        """Send a message; one that is too large is replaced by a sentence."""
        frame = pack_message(content)
        if len(frame) > LARGEST:
            text = f"An output of {len(frame) // 1_000_000} MB was left out: it is too large to show.\n"
            frame = pack(Kind.STDERR, text.encode())
        self.send(frame, descriptor)


class PrintedText(io.TextIOBase):
    """`sys.stdout` and `sys.stderr`: sends lines as they are completed, and the rest soon."""

    encoding = "UTF-8"
    errors = "replace"

    def __init__(self, connection: Connection, kind: Kind, descriptor: int) -> None:
        self.name = f"<{kind.name.lower()}>"
        self._connection = connection
        self._kind = kind
        self._descriptor = descriptor
        self._held = ""
        self._sent = 0.0
        self._lock = threading.RLock()

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        with self._lock:
            self._held += text
            if text.endswith("\n") or time.monotonic() - self._sent > _HELD_SECONDS:
                self.flush()
        return len(text)

    def flush(self) -> None:
        with self._lock:
            held, self._held = self._held, ""
            self._sent = time.monotonic()
            if self._kind is Kind.STDOUT and held.strip():
                self._connection.shown = True
            for start in range(0, len(held), _PIECE):
                piece = held[start : start + _PIECE].encode("utf-8", "replace")
                self._connection.send(pack(self._kind, piece))

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        """Of the descriptor that libraries print to; the front reads it, too."""
        return self._descriptor


class ForwardedSession(Session):
    """Jupyter's session as ipykernel uses it: what it would publish goes to the front."""

    connection: Connection

    def send(self, stream: object, msg_or_type: Any, content: Any = None, *_: Any, **options: Any) -> None:
        if isinstance(msg_or_type, str):
            kind, metadata = msg_or_type, options.get("metadata")
        else:
            kind, content = msg_or_type["header"]["msg_type"], msg_or_type["content"]
            metadata = msg_or_type.get("metadata")
        if kind in ("display_data", "execute_result"):
            self.connection.shown = True
        self.connection.message(
            {"publish": kind, "content": json_clean(content or {}), "metadata": metadata or {}}
        )


class WorkerKernel(IPythonKernel):
    """ipykernel's kernel, which here only runs, completes and inspects code: the front does the rest."""

    def raw_input(self, prompt: object = "") -> NoReturn:
        raise StdinNotImplementedError("Nobody can be asked for input here: put the value into the code.")

    def getpass(self, *_: object, **__: object) -> NoReturn:
        self.raw_input()


class Exit(ZMQExitAutocall):
    """`exit` and `quit`: the program ends there, and nothing else does.

    An ordinary kernel ends as a whole, a little later, and in a snapshot of it the same would happen again.
    """

    def __call__(self, code: object = None) -> NoReturn:
        raise SystemExit(*(() if code is None else (code,)))


@dataclass(frozen=True, slots=True)
class Prepared:
    """A kernel that waits for a process of its own."""

    kernel: WorkerKernel
    connection: Connection


def prepared() -> Prepared:
    """The kernel and its shell, as far as they are the same for all workers.

    The fork server makes them: what it has written is shared by all kernels, what each of them writes is not.
    """
    session = ForwardedSession()
    session.connection = connection = Connection()
    config = Config()
    config.HistoryManager.hist_file = ":memory:"
    kernel: WorkerKernel = WorkerKernel.instance(
        session=session, config=config, log=logging.getLogger(__name__)
    )
    # What `IPythonKernel.do_execute` asks of the threads that an ordinary kernel has.
    kernel.shell_channel_thread = SimpleNamespace(parent_thread=threading.main_thread())
    shell = kernel.shell
    assert shell is not None
    # It would make progress bars choose widgets, which no front end can draw here.
    shell.config.pop("IPKernelApp", None)
    _draw_in(shell)
    shell.extension_manager.load_extension("storemagic")
    shell.enable_gui = partial(_enable_gui, shell)
    shell.exiter = Exit(shell)
    _warm_up(kernel, connection)
    return Prepared(kernel, connection)


def _warm_up(kernel: WorkerKernel, connection: Connection) -> None:
    """Run and show a little, so that the first execution of every worker finds what it needs in place.

    A failure, too: a traceback needs the file of every module that is imported, and an attempt that is undone
    would look for all of them in vain, each time.
    """
    nobody, connection.socket = socket.socketpair()
    with nobody, connection.socket:
        for code in ("1 / 0", "1", "1"):
            asyncio.run(kernel.do_execute(code, False, store_history=False))
    del connection.socket
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):
        vars(sys).pop(name, None)
    assert kernel.shell is not None
    kernel.shell.reset(new_session=False)


def connect(ready: Prepared, end: socket.socket, profile: Profile, own_proc: OwnProc, reach: Reach) -> Watch:
    """Make the prepared kernel this process's, and watch which paths it uses. Needs a running event loop."""
    connection, shell = ready.connection, ready.kernel.shell
    assert shell is not None
    connection.socket = end
    # As everywhere in Jupyter, modules in the folder where the code works can be imported.
    sys.path.insert(0, "")
    # What `%cd -` goes back to: not where the fork server was started.
    shell.user_ns["_dh"][:] = [Path.cwd()]
    shell.home_dir = os.environ["HOME"]
    sys.stdout = PrintedText(connection, Kind.STDOUT, 1)
    sys.stderr = PrintedText(connection, Kind.STDERR, 2)
    ready.kernel.io_loop = IOLoop.current()
    shell.ipython_dir = os.environ["IPYTHONDIR"]
    shell.profile_dir = ProfileDir.create_profile_dir_by_name(shell.ipython_dir, "default")
    shell.system = shell.system_raw = shell.system_piped = (
        _Command(shell) if profile.may_execute else _refuse_command
    )

    def tell(kind: str, what: str) -> None:
        connection.message({"block": {"kind": kind, "what": what}})

    # What IPython advises after every `SystemExit` ends nothing here.
    warnings.filterwarnings("ignore", "To exit: use", UserWarning)
    events = AuditEvents()
    events.hear(refusals.EVENTS, refusals.explain(profile, tell))
    adaptations.install(profile, own_proc, events)
    watch = Watch(reach, partial(tell, "path"))
    events.hear(watch.events, watch.hear)
    events.install()
    return watch


def _draw_in(shell: InteractiveShell) -> None:
    """What matplotlib does when it is imported in a kernel; it was imported when there was none."""
    matplotlib.interactive(True)
    pyplot.install_repl_displayhook()
    configure_inline_support(shell, "module://matplotlib_inline.backend_inline")


def _enable_gui(shell: InteractiveShell, gui: str | None = None) -> None:
    """`%matplotlib`: plots are drawn into the output, and there is no window to draw them in."""
    if gui not in (None, "inline", "agg", "asyncio"):
        raise UsageError(f"This kernel has no windows: use %matplotlib inline, not {gui}.")
    shell.active_eventloop = gui


def _refuse_command(command: str) -> NoReturn:
    raise refusals.refusal(f"start another program (`{command.strip()[:80]}`)")


class _Command:
    """`!command`: IPython would open a terminal, which belongs to the user."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell

    def __call__(self, command: str) -> None:
        import subprocess  # here: the strict profile never needs it

        process = subprocess.Popen(  # noqa: S602 - it is what the user asked for, and confined
            self._shell.var_expand(command, depth=1),
            shell=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="")
        self._shell.user_ns["_exit_code"] = process.wait()


def plain_reply(content: dict[str, Any]) -> dict[str, Any]:
    """A reply as JSON can hold it, whatever the user's objects put into it."""
    cleaned: dict[str, Any] = json.loads(json.dumps(json_clean(content), default=repr))
    return cleaned
