"""Pages that are taken over: the ones that are written to, and only by the process that takes them."""

from __future__ import annotations

import mmap
import os
import subprocess
import sys
import textwrap
from pathlib import Path

from jupyter_agent.kernel import pages
from jupyter_agent.kernel.zygote import _environment

_PAGE = mmap.PAGESIZE


def _resident_faults() -> int:
    """Pages that this process had to be given so far."""
    return int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[7])


def _address(memory: mmap.mmap) -> int:
    import ctypes

    return ctypes.addressof(ctypes.c_char.from_buffer(memory))


def _memory(count: int) -> mmap.mmap:
    memory = mmap.mmap(-1, count * _PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory[:] = b"a" * len(memory)
    return memory


def _pages_of(ranges: tuple[pages.Range, ...]) -> set[int]:
    return {page for address, length in ranges for page in range(address, address + length, _PAGE)}


def test_what_was_written_since_the_last_fork_is_told() -> None:
    memory = _memory(100)
    start = _address(memory)

    def trial() -> None:
        memory[3 * _PAGE] = 1
        if os.fork() == 0:
            # It is ended with the trial.
            os.read(os.pipe()[0], 1)
        for page in (10, 11, 50):
            memory[page * _PAGE] = 1

    written = pages.written_by(trial)
    inside = {(page - start) // _PAGE for page in _pages_of(written) if 0 <= page - start < len(memory)}
    assert inside == {10, 11, 50}
    assert (start + 10 * _PAGE, 2 * _PAGE) in written


def test_the_fork_server_learns_what_an_execution_writes(tmp_path: Path) -> None:
    code = """
        from jupyter_agent.kernel.forkserver import _import_everything
        print(sum(length for _, length in _import_everything().work._written))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env=_environment(tmp_path),
        capture_output=True,
        text=True,
    )
    assert int(done.stdout) > 500 * _PAGE, done.stderr


def test_a_trial_that_fails_tells_nothing() -> None:
    def trial() -> None:
        os._exit(3)

    assert pages.written_by(trial) == ()


def test_pages_that_were_taken_cost_no_fault_and_are_not_shared() -> None:
    memory = _memory(400)
    start = _address(memory)
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        pages.take([(start, 200 * _PAGE)])
        taken_before = _resident_faults()
        for page in range(200):
            memory[page * _PAGE] = 7
        between = _resident_faults()
        for page in range(200, 400):
            memory[page * _PAGE] = 7
        os.write(writing, f"{between - taken_before} {_resident_faults() - between}".encode())
        os._exit(0)
    os.waitpid(process, 0)
    taken, others = map(int, os.read(reading, 100).split())
    assert others >= 200
    assert taken < others / 4
    assert memory[0] == ord("a")


def test_what_is_not_there_is_passed_over() -> None:
    memory = _memory(1)
    pages.take([(_PAGE, 4 * _PAGE), (_address(memory), _PAGE)])
    assert memory[0] == ord("a")
