"""What the front reads of its kernel's processes, whatever bytes code has called them by."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_agent.kernel.processes import fork_hazards, processor_seconds, share_bytes, stat_fields
from jupyter_agent.kernel.warden import _children

PROGRAM = """
import ctypes, mmap, sys, threading
PR_SET_NAME, NAME = 15, b") R\\xff 1 1"
def take_name():
    ctypes.CDLL(None).prctl(PR_SET_NAME, NAME, 0, 0, 0)
take_name()
with open(NAME, "w+b") as file:
    file.write(b"x")
    file.flush()
    mapped = mmap.mmap(file.fileno(), 1)
named, ends = threading.Event(), threading.Event()
def run():
    take_name()
    named.set()
    ends.wait()
threading.Thread(target=run, daemon=True).start()
named.wait()
sum(range(3_000_000))
print("there", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def named(tmp_path: Path) -> Iterator[int]:
    """A process with a thread and a mapped file, all of a name that is no text."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process.pid
        process.kill()


def test_a_name_that_is_no_text_hides_nothing(named: int) -> None:
    assert processor_seconds(named) > 0
    assert share_bytes(named) > 1_000_000
    assert fork_hazards(named) == (") R\ufffd 1 1",)
    assert stat_fields(named)[1] == str(os.getpid()).encode()
    assert named in _children()


def test_of_what_is_not_there_nothing_is_told() -> None:
    assert stat_fields(2**22 + 1) == []
    assert processor_seconds(2**22 + 1) == 0.0
