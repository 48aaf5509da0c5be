"""Starts `jupyter agent` as a person does, with a home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol


class Start(Protocol):
    """Starts the command with these arguments; `host` is where its Ollama is."""

    def __call__(self, *arguments: str, host: str) -> subprocess.Popen[str]: ...


@contextmanager
def commands(home: Path, folder: Path) -> Iterator[Start]:
    """Commands that run in `folder`, and none of them longer than the block."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "OLLAMA"))
    } | {
        "HOME": str(home),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "run"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
    }
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, host: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_agent", *arguments],
            cwd=folder,
            env=environment | {"OLLAMA_HOST": host},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def finished(process: subprocess.Popen[str], seconds: float = 120) -> tuple[int, str, str]:
    """Its exit status, what it answered, and what it said meanwhile."""
    answer, progress = process.communicate(timeout=seconds)
    return process.returncode, answer, progress
