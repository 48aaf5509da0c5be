"""A JupyterLab in a process of its own, with everything it writes in one folder."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

START_TIMEOUT = 120.0
STOP_TIMEOUT = 30.0
TOKEN = "ui-test"
UPLOAD_LIMIT_MB = 1

_QUIET = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}


class Lab:
    """The server; it keeps its address and its data from one start to the next."""

    def __init__(
        self, folder: Path, ollama_host: str, *, embedded_model: bool = False, kernel: str | None = None
    ) -> None:
        """`kernel` names the kernelspec of an ordinary kernel, to use instead of the restricted one."""
        self._folder = folder
        self._ollama_host = ollama_host
        self._embedded_model = embedded_model
        self._kernel = kernel
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        overrides = folder / "config" / "labconfig" / "default_setting_overrides.json"
        overrides.parent.mkdir(parents=True)
        overrides.write_text(json.dumps(_QUIET))
        (folder / "work").mkdir()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def log(self) -> str:
        return (self._folder / "lab.log").read_text(errors="replace")

    @property
    def work(self) -> Path:
        """What the file browser shows."""
        return self._folder / "work"

    @property
    def data(self) -> Path:
        """What the agent keeps."""
        return self._folder / "data" / "jupyter_agent"

    @property
    def database(self) -> Path:
        return self.data / "agent.sqlite3"

    def ask(self, question: str) -> subprocess.Popen[str]:
        """`jupyter agent ask`, by the same person in a terminal."""
        return subprocess.Popen(
            [sys.executable, "-m", "jupyter_agent", "ask", question, "--mode", "chat"],
            cwd=self._folder / "work",
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def request(self, method: str, path: str, body: dict[str, str] | None = None) -> Any:
        """What the agent's API replies; None when that is nothing."""
        request = urllib.request.Request(f"{self.url}/agent/api/{path}", method=method)
        request.add_header("Authorization", f"token {TOKEN}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=START_TIMEOUT) as reply:
            return json.loads(reply.read() or "null")

    def start(self) -> None:
        with (self._folder / "lab.log").open("ab") as log:
            self._process = subprocess.Popen(self._command(), env=self._environment(), stdout=log, stderr=log)
        deadline = time.monotonic() + START_TIMEOUT
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"JupyterLab did not start:\n{self.log}")
            time.sleep(0.2)

    def stop(self) -> None:
        """End it as a person does."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(STOP_TIMEOUT)
            self._process = None

    def kill(self) -> None:
        """End it without a chance to say or save anything."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(STOP_TIMEOUT)
            self._process = None

    def _command(self) -> list[str]:
        options = {
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": self._port,
            "ServerApp.port_retries": 0,
            "ServerApp.open_browser": False,
            "ServerApp.allow_root": True,
            "ServerApp.root_dir": self._folder / "work",
            "IdentityProvider.token": TOKEN,
            "LabApp.expose_app_in_browser": True,
            "LabApp.extension_manager": "readonly",
            "JupyterAgent.embedded_model": self._embedded_model,
            "JupyterAgent.upload_limit_mb": UPLOAD_LIMIT_MB,
            **self._unrestricted(),
        }
        return [
            sys.executable,
            "-m",
            "jupyterlab",
            *(f"--{name}={value}" for name, value in options.items()),
        ]

    def _unrestricted(self) -> dict[str, object]:
        if self._kernel is None:
            return {}
        return {"JupyterAgent.kernel_name": self._kernel, "JupyterAgent.allow_unrestricted_kernel": True}

    def _environment(self) -> dict[str, str]:
        folder = self._folder
        return {
            **os.environ,
            "HOME": str(folder),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "OLLAMA_HOST": self._ollama_host,
        }

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/api", timeout=5):
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
