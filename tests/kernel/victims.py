"""What attacks are aimed at: a home with a key, somebody's workspace, a server, a process, open sockets."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self


class Victims:
    """Set up for one attack; everything in it belongs to the user that attacks."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.other = folder / "other"
        self.server = os.getpid()

    def __enter__(self) -> Self:
        (self.home / ".ssh").mkdir(parents=True)
        (self.home / ".ssh" / "id_rsa").write_text("secret")
        (self.home / ".ssh" / "movable").write_text("secret")
        self.other.mkdir()
        (self.other / "result.csv").write_text("secret")
        (self.other / "deletable").write_text("secret")
        self._process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self._path = socket.socket(socket.AF_UNIX)
        self._path.bind(str(self.home / "s"))
        self._path.listen()
        self._hidden = socket.socket(socket.AF_UNIX)
        self._hidden.bind(f"\0agent-test-{os.getpid()}")
        self._hidden.listen()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for listening in (self._tcp, self._path, self._hidden):
            listening.close()
        self._process.kill()
        self._process.wait()

    def named_in(self, code: str) -> str:
        """The code with the victims' names put in."""
        names = {
            "home": str(self.home),
            "other": str(self.other),
            "server": str(self.server),
            "victim": str(self._process.pid),
            "port": str(self._tcp.getsockname()[1]),
            "socket": str(self.home / "s"),
            "hidden": f"agent-test-{os.getpid()}",
        }
        for name, value in names.items():
            code = code.replace(f"{{{name}}}", value)
        return code

    def unharmed(self) -> bool:
        """Nothing was changed, ended or added."""
        files = {path.relative_to(self.other).as_posix(): path.read_text() for path in self.other.iterdir()}
        return (
            self._process.poll() is None
            and files == {"result.csv": "secret", "deletable": "secret"}
            and (self.home / ".ssh" / "movable").exists()
        )
