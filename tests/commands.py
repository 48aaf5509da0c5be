"""Runs `jupyter agent` as a person does: in a process with a home of its own, or in this one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest
from traitlets.utils.importstring import import_item

from jupyter_agent.cli import AgentApp, main


class Start(Protocol):
    """Starts the command; `host` is where its Ollama is, and `terminal` where a person sits, if one does."""

    def __call__(self, *arguments: str, host: str, terminal: int | None = None) -> subprocess.Popen[str]: ...


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

    def start(*arguments: str, host: str, terminal: int | None = None) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_agent", *arguments],
            cwd=folder,
            env=environment | {"OLLAMA_HOST": host},
            stdout=subprocess.PIPE,
            stdin=terminal,
            stderr=subprocess.PIPE if terminal is None else terminal,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def run_here(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, str, str]:
    """What `finished` tells, of a subcommand that runs in this process, in the folder that it is in."""
    monkeypatch.setattr(sys, "argv", ["jupyter-agent", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    import_item(AgentApp.subcommands[words[0]][0]).clear_instance()
    answer, progress = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, answer, progress


def finished(process: subprocess.Popen[str], seconds: float = 120) -> tuple[int, str, str]:
    """Its exit status, what it answered, and what it said meanwhile."""
    answer, progress = process.communicate(timeout=seconds)
    return process.returncode, answer, progress
