"""What the front reads of its kernel's processes, whatever bytes code has called them by."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_agent.kernel.processes import (
    fork_hazards,
    processor_seconds,
    share_bytes,
    stat_fields,
    unnamed_files,
)
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
    assert processor_seconds([named]) > processor_seconds([])
    assert share_bytes(named) > 1_000_000
    assert fork_hazards(named) == (") R\ufffd 1 1",)
    assert stat_fields(named)[1] == str(os.getpid()).encode()
    assert named in _children()


UNNAMED = """
import ctypes, mmap, os, sys
def made(name, size):
    file = os.open(name, os.O_CREAT | os.O_RDWR)
    os.write(file, b"x" * size)
    os.unlink(name)
    return file
def mapped(file):
    c = ctypes.CDLL(None)
    c.mmap64.restype = ctypes.c_void_p
    c.mmap64(None, ctypes.c_long(4096), 1, 1, file, ctypes.c_long(0))
opened = made("opened", 300_000)
mapped(opened)
for _ in range(2):
    file = made("mapped", 200_000)
    mapped(file), mapped(file)
    os.close(file)
elsewhere = made("../elsewhere", 100_000)
mapped(elsewhere)
os.close(elsewhere)
print("there", flush=True)
sys.stdin.read()
"""


def test_of_a_file_that_is_only_mapped_it_is_known_that_it_is_there(tmp_path: Path) -> None:
    """Linux does not tell how large it is: it counts as large as a file may be."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", UNNAMED],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # That of the tests is such a file.
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        size, files = unnamed_files([process.pid], (folder,), largest=10_000_000)
        process.kill()
    assert files == 3
    assert 20_300_000 <= size < 20_310_000


WORKING = """
import os, signal, sys, time
for _ in range(2):
    if os.fork() == 0:
        while time.process_time() < 0.3:
            pass
        os._exit(0)
    os.wait()
print("there", flush=True)
sys.stdin.read()
"""


def test_what_ended_children_used_of_the_processor_counts() -> None:
    before = processor_seconds([])
    with subprocess.Popen(
        [sys.executable, "-c", WORKING], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        running = processor_seconds([process.pid]) - before
        process.kill()
    assert running >= 0.59
    assert processor_seconds([]) - before >= running - 0.05, (
        "it does not get less when a process is collected"
    )


def test_of_what_is_not_there_nothing_is_told() -> None:
    assert stat_fields(2**22 + 1) == []
    assert processor_seconds([2**22 + 1]) == processor_seconds([])
    assert unnamed_files([2**22 + 1], (Path("/"),), largest=1) == (0, 0)
