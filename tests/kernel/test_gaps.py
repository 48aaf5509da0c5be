"""What is made after the gaps were filled lies apart from what was there before."""

from __future__ import annotations

import subprocess
import sys

SHARED = """
import ctypes, os, random
from jupyter_agent.kernel import gaps, pages

random.seed(1)
small = [bytes(random.randrange(1, 470)) for _ in range(60_000)]
large = [bytes(random.randrange(600, 4_000)) for _ in range(6_000)]
for kept in (small, large):
    for gone in random.sample(range(len(kept)), len(kept) // 20):
        kept[gone] = None
{fill}

def trial():
    trial.made = [bytes(size) for _ in range(4) for size in (*range(1, 470), *range(600, 4_000, 10))]

pages.written_by(trial)  # what is looked up for the first time is looked up now
print(sum(length for _, length in pages.written_by(trial)))
"""


def written(fill: str) -> int:
    """Bytes of memory that become a fork's own when it makes objects of many sizes."""
    run = subprocess.run(
        [sys.executable, "-c", SHARED.format(fill=fill)], capture_output=True, text=True, check=True
    )
    assert run.stderr == ""
    return int(run.stdout)


def test_a_fork_copies_less() -> None:
    assert written("") > 1.5 * written("gaps.fill()")
