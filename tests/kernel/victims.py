"""What attacks are aimed at: a home with a key, somebody's workspace, attachments, a process, open sockets.

Everything in it belongs to the user that attacks, so nothing but the kernel's restrictions protects it.
"""

from __future__ import annotations

import contextlib
import http.server
import os
import resource
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

_VICTIM = """
import ctypes, signal, sys, time
# Where Yama is, too, anybody may look into it.
ctypes.CDLL(None).prctl(0x59616d61, ctypes.c_ulong(-1), 0, 0, 0)
signal.signal(signal.SIGWINCH, lambda *_: sys.exit(3))
print(flush=True)
time.sleep(6000)
"""


class Victims:
    """Set up once, and again after an attack that succeeded."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.home, self.other, self.attachments = (folder / name for name in ("home", "other", "attached"))
        self._sockets = folder / "s"
        self._hidden_name = f"agent-test-{os.getpid()}-{id(self)}"
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._make_files()
        self._start_process()
        self._heard: dict[str, object] = {}
        self._listen()
        self._before = self._state()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
        shutil.rmtree(self._sockets)

    def repair(self) -> None:
        """As it was in the beginning."""
        self.__exit__(None, None, None)
        self.__enter__()

    def harm(self) -> str:
        """What was changed, ended, added or talked to; empty if nothing was."""
        now = self._state()
        return ", ".join(
            f"{what}: {self._before.get(what)} became {now.get(what)}"
            for what in sorted(self._before.keys() | now.keys())
            if self._before.get(what) != now.get(what)
        )

    def names(self) -> Mapping[str, str]:
        """What attacks call them."""
        return {
            "home": str(self.home),
            "other": str(self.other),
            "attachments": str(self.attachments),
            "server": str(os.getpid()),
            "victim": str(self._process.pid),
            "port": str(self._tcp.getsockname()[1]),
            "udp": str(self._udp.getsockname()[1]),
            "http": str(self._http.server_address[1]),
            "socket": str(self._sockets / "stream"),
            "log": str(self._sockets / "log"),
            "hidden": self._hidden_name,
        }

    def _make_files(self) -> None:
        for folder in (self.home, self.other):
            shutil.rmtree(folder, ignore_errors=True)
        for name in (".ssh", ".local/lib/site-packages", ".ipython/profile_default/startup"):
            (self.home / name).mkdir(parents=True)
        (self.home / ".ssh" / "id_rsa").write_text("secret")
        self.other.mkdir()
        (self.other / "result.csv").write_text("secret")
        (self.other / "deletable").write_text("secret")
        # Kernels were granted this folder itself, so it stays.
        self.attachments.mkdir(exist_ok=True)
        for path in self.attachments.iterdir():
            path.unlink()
        (self.attachments / "sales.csv").write_text("region,price\nNorth,10\n")

    def _start_process(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _VICTIM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # It has a group of its own, which an attack may end.
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self._process.stdout.readline()
        self._open.callback(self._end_process)

    def _end_process(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _listen(self) -> None:
        self._sockets.mkdir()
        self._tcp = self._opened(socket.create_server(("127.0.0.1", 0)))
        self._udp = self._opened(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self._udp.bind(("127.0.0.1", 0))
        self._path = self._opened(socket.socket(socket.AF_UNIX))
        self._path.bind(str(self._sockets / "stream"))
        self._log = self._opened(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        self._log.bind(str(self._sockets / "log"))
        self._hidden = self._opened(socket.socket(socket.AF_UNIX))
        self._hidden.bind(f"\0{self._hidden_name}")
        for listening in (self._path, self._hidden):
            listening.listen()
        self._http = http.server.HTTPServer(("127.0.0.1", 0), _Silent)
        thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        for close in (self._http.server_close, thread.join, self._http.shutdown):
            self._open.callback(close)

    def _opened(self, opened: socket.socket) -> socket.socket:
        opened.setblocking(False)
        return self._open.enter_context(opened)

    def _state(self) -> dict[str, object]:
        """Everything that an attack could change."""
        state: dict[str, object] = {"process": self._process.poll()}
        for folder in (self.home, self.other, self.attachments):
            for path in (folder, *folder.rglob("*")):
                status = path.lstat()
                times = None if path.is_dir() else status.st_mtime_ns
                content = path.read_text() if path.is_file() else None
                state[str(path)] = (status.st_mode, times, content, tuple(os.listxattr(path)))
        if state["process"] is None:
            state |= self._state_of(self._process.pid)
        for name, listening in (("tcp", self._tcp), ("path", self._path), ("hidden", self._hidden)):
            with contextlib.suppress(BlockingIOError):
                listening.accept()[0].close()
                self._heard[name] = "somebody connected"
        for name, waiting in (("udp", self._udp), ("log", self._log)):
            with contextlib.suppress(BlockingIOError):
                self._heard[name] = waiting.recv(100)
        return state | self._heard

    def _state_of(self, process: int) -> dict[str, object]:
        return {
            "priority": os.getpriority(os.PRIO_PROCESS, process),
            "schedule": os.sched_getscheduler(process),
            "processors": tuple(os.sched_getaffinity(process)),
            "limit": resource.prlimit(process, resource.RLIMIT_NOFILE),
            "oom": Path(f"/proc/{process}/oom_score_adj").read_text(),
        }


class _Silent(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""
