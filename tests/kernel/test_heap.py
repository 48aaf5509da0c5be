"""What a process has freed goes back to the system, and nothing else does."""

from __future__ import annotations

import subprocess
import sys

import pytest

BEGIN = """
import ctypes, random
from pathlib import Path
from jupyter_agent.kernel import heap

library, MB = heap.C_LIBRARY, 2**20
heap.reserve()

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / MB

def filled(count, size):
    blocks = [library.malloc(size) for _ in range(count)]
    for number, block in enumerate(blocks):
        ctypes.memset(block, number % 251, size)
    return blocks

def check(blocks, size):
    for number, block in blocks:
        assert ctypes.string_at(block, size) == bytes([number % 251]) * size, number
"""
AT_THE_END = """
before = resident()
blocks = filled(40_000, 1_000)
assert resident() > before + 35
for block in blocks:
    library.free(block)
heap.release()
print(resident() - before < 5)
"""
IN_BETWEEN = """
blocks = list(enumerate(filled(2_000, 20_000)))
random.seed(1)
living = set(random.sample(range(2_000), 200))
before = resident()
for number, block in blocks:
    if number not in living:
        library.free(block)
heap.release()
kept = [blocks[number] for number in living]
check(kept, 20_000)
more = filled(2_000, 20_000)
check(kept, 20_000)
check(enumerate(more), 20_000)
for block in more:
    library.free(block)
heap.release()
check(kept, 20_000)
print(resident() < before - 20)
"""
MOVED = """
blocks = list(enumerate(filled(2_000, 20_000)))
# Somebody else takes memory where the heap ends, and what the library takes next lies behind it.
taken = library.sbrk(3 * MB)
ctypes.memset(taken, 77, 3 * MB)
heap.release()
more = list(enumerate(filled(10_000, 20_000)))
heap.release()
for _, block in more[5_000:]:
    library.free(block)
heap.release()
check(blocks, 20_000)
check(more[:5_000], 20_000)
print(ctypes.string_at(taken, 3 * MB) == bytes([77]) * 3 * MB)
"""


@pytest.mark.parametrize("code", [AT_THE_END, IN_BETWEEN, MOVED], ids=["at the end", "in between", "moved"])
def test_what_is_free_is_given_back_and_nothing_else(code: str) -> None:
    run = subprocess.run([sys.executable, "-c", BEGIN + code], capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("True\n", "")
