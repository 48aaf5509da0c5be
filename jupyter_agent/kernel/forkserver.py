"""The fork server: a process that has imported everything once and forks itself into kernels.

    python -P -m jupyter_agent.kernel.forkserver <socket> <folder>

The server holds the other end of the socket (`zygote.Zygote`). A request passes two pipes, which go to the
new process unread: this one never learns anything that a later kernel could find in the memory it inherits.
When the server is gone, however it ended, so are the kernels, this process and everything in the folder. When
this process is gone, its parent sees to that (`warden`).
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import json
import os
import select
import signal
import socket
import sys
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from jupyter_agent.trees import remove_quietly

from . import child, gaps, heap
from .linux import PR_SET_CHILD_SUBREAPER, PR_SET_PDEATHSIG, prctl
from .warden import watch

_MESSAGE_BYTES = 65_536
_WORD = b"K"
"""What a spare process is told when it is to become a kernel."""

# The last ones are what ipykernel imports when it starts serving.
_MODULES = """
    numpy pandas matplotlib matplotlib.pyplot matplotlib.backends.backend_agg threadpoolctl sqlite3
    matplotlib_inline.backend_inline matplotlib_inline.config IPython.core.completer IPython.core.completerlib
    IPython.core.debugger IPython.core.oinspect IPython.extensions.storemagic
    ipykernel.comm.manager ipykernel.control ipykernel.eventloops ipykernel.ipkernel ipykernel.jsonutil
    ipykernel.kernelapp ipykernel.shellchannel ipykernel.subshell_manager ipykernel.zmqshell jedi pdb
    tornado.platform.asyncio
    jupyter_agent.variables.arrays jupyter_agent.variables.arrow_files jupyter_agent.variables.columns
    jupyter_agent.variables.frames jupyter_agent.kernel.app jupyter_agent.kernel.work nh3
"""


def main(control: socket.socket, folder: Path) -> NoReturn:
    """Import, then fork on request until the server is gone."""
    # The parent of what its kernels leave behind. No signal of the parent's end here: that follows the thread
    # that started this process, not the server; the end of the socket's stream is what counts.
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warden = os.pidfd_open(os.getpid())
    if process := os.fork():
        os.close(warden)
        control.close()
        watch(process, folder)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    child_ended, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    try:
        parts = _import_everything()
    except Exception:  # noqa: BLE001 - whatever a library raises, the server must hear of it
        _send(control, {"failed": traceback.format_exc(limit=-3)})
        os._exit(1)
    _send(control, {"ready": os.getpid()})
    _serve(control, child_ended, warden, folder, parts)


def _serve(
    control: socket.socket, child_ended: int, warden: int, folder: Path, parts: child.Parts
) -> NoReturn:
    poll = select.poll()
    poll.register(control, select.POLLIN)
    poll.register(warden, select.POLLIN)
    poll.register(child_ended, select.POLLIN)
    kernels: set[int] = set()
    spare = _spare(parts)
    while True:
        for descriptor, _ in poll.poll():
            if descriptor == child_ended:
                os.read(child_ended, 4096)
                for process, status in _ended(kernels):
                    _send(control, {"ended": process, "status": status})
                continue
            request, pipes = b"", list[int]()
            if descriptor == control.fileno():
                request, pipes, _, _ = socket.recv_fds(control, _MESSAGE_BYTES, 2)
            if not request:
                _end(kernels if spare is None else {*kernels, spare.process}, folder)
            number = json.loads(request)["fork"]
            try:
                kernel = _kernel(spare, parts, pipes)
            except OSError as error:
                _send(control, {"refused": number, "why": str(error)})
            else:
                kernels.add(kernel.process)
                _send(control, {"forked": number, "process": kernel.process}, kernel.handle)
                os.close(kernel.handle)
            for pipe in pipes:
                os.close(pipe)
            # For the next one, while nobody waits.
            spare = _spare(parts)


@dataclass(frozen=True, slots=True)
class _Spare:
    """A process that is forked already and waits to become the next kernel. `handle` is its pidfd."""

    process: int
    handle: int
    end: socket.socket

    @classmethod
    def made(cls, parts: child.Parts) -> _Spare:
        """Raises OSError: there are too many processes or open files."""
        ours, theirs = socket.socketpair()
        parent = os.getpid()
        with theirs, contextlib.ExitStack() as failing:
            failing.callback(ours.close)
            process = os.fork()
            if process == 0:
                ours.close()
                _wait_as_spare(parts, theirs, parent)
            # Without its other end it ends by itself.
            handle = os.pidfd_open(process)
            failing.pop_all()
        return cls(process, handle, ours)

    def tell(self, pipes: list[int]) -> None:
        """Pass it the pipes of a kernel. Raises OSError: it is not there any more, or cannot be told."""
        with self.end, contextlib.ExitStack() as failing:
            failing.callback(os.close, self.handle)
            socket.send_fds(self.end, [_WORD], pipes)
            failing.pop_all()


def _spare(parts: child.Parts) -> _Spare | None:
    with contextlib.suppress(OSError):
        return _Spare.made(parts)
    return None


def _kernel(spare: _Spare | None, parts: child.Parts, pipes: list[int]) -> _Spare:
    """The spare as a kernel, or another one in its place. Raises OSError: neither is possible."""
    if spare is not None:
        with contextlib.suppress(OSError):
            spare.tell(pipes)
            return spare
    another = _Spare.made(parts)
    another.tell(pipes)
    return another


def _wait_as_spare(parts: child.Parts, end: socket.socket, parent: int) -> NoReturn:
    try:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == parent:
            word, pipes, _, _ = socket.recv_fds(end, len(_WORD), 2)
            if word == _WORD and len(pipes) == 2:
                child.become_kernel(parts, order=pipes[0], report=pipes[1])
    finally:
        os._exit(1)


def _ended(kernels: set[int]) -> list[tuple[int, int]]:
    """Children that ended, and how; what is left of a kernel that ended is ended with it."""
    ended = []
    # No child left, or none that ended.
    with contextlib.suppress(ChildProcessError):
        while found := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            process = found.si_pid
            if process in kernels:
                kernels.discard(process)
                # Its number cannot be another one's before it is collected.
                _end_group(process)
            ended.append((process, os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])))
    return ended


def _end_group(kernel: int) -> None:
    """End all processes of a kernel: none of them can have left its group."""
    with contextlib.suppress(ProcessLookupError):
        # It may not have a group of its own yet.
        os.kill(kernel, signal.SIGKILL)
        os.killpg(kernel, signal.SIGKILL)


def _end(kernels: set[int], folder: Path) -> NoReturn:
    for process in kernels:
        _end_group(process)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    remove_quietly(folder)
    os._exit(0)


def _send(control: socket.socket, message: dict[str, object], *descriptors: int) -> None:
    # A server that is gone hears nothing; the end of its stream is read next.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        socket.send_fds(control, [json.dumps(message).encode()], descriptors)


def _import_everything() -> child.Parts:
    """Leaves one thread: what other threads hold at a fork is lost in the child, locks above all."""
    # Half a second of start-up, for a debugger that would have to open a TCP port.
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    importlib.import_module("ipykernel.debugger")
    del sys.modules["debugpy"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        modules = {name: importlib.import_module(name) for name in _MODULES.split()}
        _warm_up(modules["pandas"], modules["matplotlib.pyplot"])
        work = modules["jupyter_agent.kernel.work"].Work()
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads != 1:
        raise RuntimeError(f"an imported library started {threads - 1} threads")
    front = modules["jupyter_agent.kernel.app"].RestrictedApp.prepared().serving
    # Collections would touch, and so copy, what is shared with the kernels.
    gc.collect()
    gc.disable()
    gaps.fill()
    heap.reserve()
    gc.freeze()
    # Each of its entries that a kernel replaces is a write to the name of an attribute.
    sys._clear_type_cache()
    work.learn_pages()
    return child.Parts(work=work, front=front)


def _warm_up(pandas: ModuleType, pyplot: ModuleType) -> None:
    """Fill the caches that every kernel would fill again: fonts, formatters."""
    frame = pandas.DataFrame({"number": [1.0, 2.0], "text": ["a", "b"]})
    repr(frame.describe())
    frame._repr_html_()
    figure = pyplot.figure()
    figure.add_subplot().plot([1, 2])
    figure.savefig(io.BytesIO(), format="png")
    pyplot.close(figure)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2]))
